"""Takes a report's sentences apart: the words, which are the cause's and held once for all captures, and the values, which
are the connection's and held in the capture's expectation.

    >>> words("Client sent alert 45 (certificate_expired) in frame 7, before the server's Finished")
    "Client sent alert {} ({}) in frame {}, before the server's Finished"
    >>> values("Client sent alert 45 (certificate_expired) in frame 7, before the server's Finished")
    'client sent 45 certificate_expired 7 before server'
    >>> values("Renew the certificate and bind it to 198.51.100.20:443")
    'renew 198.51.100.20:443'
"""

import re

# What differs from one connection to the next.
VALUE = re.compile(r"""
      "[^"]*"                                                        # quoted
    | <[a-z][^<>]*>                                                  # in braces
    | \b(?:HOSTNAME|THUMBPRINT|SERVER|CLIENT|PORT|ADDRESS|TIME|CERTIFICATE_FILE|KEY_FILE)\b  # could not be filled in
    | \b(?:[A-Z]{1,3}|emailAddress)=[^=()]*?(?:,[A-Za-z]+=[^=()]*?)*  # CN=www.example.com,O=Example
      (?=$|\ \(|\)|,\ |[:;]\ |\.$)
    | \[[0-9a-f:.]+\](?::\d+)?                                       # [2001:db8::1]:443
    | \b(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}                         # 2001:db8::1, 12:30:00
    | \b(?:[0-9a-f]{2}\ ){19}[0-9a-f]{2}\b                           # a thumbprint
    | \b(?:TLS|SSL|DTLS|HTTP|QUIC)[ /v]\d(?:\.\d)?\b                 # TLS 1.2
    | \{[0-9a-f-]{36}\}                                              # a GUID
    | [\w*-]+(?:[._:/\\-][\w*-]+)*\d[\w*]*(?:[._:/+-]\w+)*           # names with digits
    | (?<![\w-])\d[\w*]*(?:[.:/+-]\w+)*                              # numbers, dates
    | \b[\w*-]+(?:\.[\w-]+)+\b                                       # host and file names
    | \b\w+_\w+\b                                                    # handshake_failure, TLS_RSA_WITH_NULL_MD5
""", re.VERBOSE)

# Words that turn a sentence round. They are kept with the values, in their order, so that neither "the server" and "the
# client" nor "before" and "after" change places unseen.
SENSE = re.compile(r"\b(?:not|no|nothing|none|nobody|never|neither|nor|without|lacks?|only|every|all|other|another|before|"
                   r"after|until|since|earlier|later|less|more|first|last|above|below|up to|at least|at most|"
                   r"clients?|servers?|refuses?d?|rejects?|accept(?:s|ed)?|supports?|offers?|offered|"
                   r"sends?|sent|clos(?:es|ed)|resets?|verif(?:y|ies)|answer(?:s|ed)|missing|lost|"
                   r"encrypted|worked|works|fail(?:s|ed)?|differs?|same|expired|valid|invalid|untrusted)\b", re.IGNORECASE)


def words(sentence):
    """words(sentence) returns it with {} for every value; a list of values counts as one."""
    return re.sub(r"\{\}(?:,? (?:and )?\{\})+", "{}", VALUE.sub("{}", sentence))


def values(sentence):
    """values(sentence) returns what it says of this connection: its first word, which tells one sentence from another, then
    values and words of SENSE, in their order."""
    found, at = [], 0
    first = re.match(r"(?:(?:The|An?|Its?) )?([A-Za-z-]+)(?=[ ,\']|$)", sentence)
    if first and not SENSE.match(first.group(1)) and not VALUE.match(sentence):
        found, at = [first.group(1).lower()], first.end()
    for match in [*VALUE.finditer(sentence), None]:
        found += [word.group().lower() for word in SENSE.finditer(sentence[at:match.start() if match else None])]
        if match:
            found.append(match.group())
            at = match.end()
    return " ".join(found)
