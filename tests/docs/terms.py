"""Words that have a better one: one word for one thing, those of RFC 8446, RFC 5280, Wireshark and Windows' dialogs.

golden/run.py looks for them in reports, docs/run.py in every string of plugin/ that a user can read, in README.md and collect-evidence.*.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What stands left is not written; (?-i:...) minds the case.
WORDS = {
    r"\bhow sure\b": "CONFIRMED, LIKELY, CAUSE OPEN", r"\bpreliminary\b": "Same host", r"\blooked at\b": "Analyzed",
    r"\bclients show\b": "Users see", r"\bgot through\b|\bworked\b(?! out)": "succeeded", r"\bnone worked\b": "0 succeeded",
    r"\bfailed otherwise\b": "for another reason", r"\basked for as\b|\bname asked for\b|\brequested name\b": "server name (SNI)",
    r"\btrust store\b": "trusted roots", r"\bcannot be judged\b": "not judged", r"\bat this second\b": "the time",
    r"\bthis very\b": "(nothing)", r"\btranslation of addresses\b": "NAT", r"\btestimon": "server files",
    r"\bplain http\b(?! request)": "plaintext HTTP", r"\bTLS at once\b": "implicit TLS", r"\bin the clear\b": "in plaintext",
    r"'s flight\b": "the last message's name", r"\bturn(s|ed)? (on|off)\b": "enable, disable",
    r"\bEnhanced Key\b": "Extended Key Usage", r"\b(server|client) presents\b": "sends", r"\bgives? up\b|\bgave up\b": "closes",
    r"\bended it\b": "sent, closed, reset", r"\b(?<!there )(is|are) no\b(?! (longer|more)\b)": "is not a",
    r"\b(does not|not) bear\b|\bbears (the|a) name\b": "match",
    r"\blist of certificates\b": "certificate chain", r"\b(one|the other) side (reports|says|sends)\b": "the server, the client",
    r"\brepair (the|what)\b": "fix", r"\b(?-i:Has|Have) the\b": "Does the ... have", r"\bsignature schemes?\b": "signature algorithm",
    r"\b(client|server|before it) (has )?(left|leaves)\b": "closed, reset, aborted", r"\bsame side\b": "the server, the client",
    r"<(host ?name|hash|keystore|thumbprint|file)>": "a placeholder in capitals, which no shell takes for a redirection",
    r"\b(not|nobody|none) minds?\b|\bminds nothing\b": "accept, reject",
    r"\brefused? (the|this|that|a|every|its) (server's |client's )?(certificate|chain|name|version|suite)": "reject",
    r"\b(did|does) not accept (the|its|a) (client's |server's )?certificate\b": "reject",
    r"\bbehaviour\b|\bcolour|\bspelt\b|\brecognis|\bauthoris|\bcancelled\b|\bneighbour": "American spelling",
    r"\b(?-i:SSLTrouble)\b": "SSL Troubleshooter",
    r"\bresets the connection at the ClientHello\b": "reset the connection after", r"\bScenario \d+:": "Group",
    r"\bfits what was seen\b|\bbelow\)": "CAUSE OPEN", r"\bserver's own files (say|prove)": "server's files",
    r"\bfits was found\b": "suitable", r"\bsame client got\b|\bthen recovered\b": "succeeded later",
    r"\bonly port\b.{1,8}\bis closed\b|\bso port\b.{1,8}\bis filtered\b": "what that port does",
    r"\broot is not in the trust": "root not in ... trusted roots", r"\bissuer is not in the list\b": "intermediate",
    r"\b(?-i:NOT READ)\b|\bis read here\b": "not read: unknown format", r"\bLog's clock\b": "Log time zone",
    r"\bworth a look\b": "Notes: not failures", r"\bowns the certificate": "holds the private key",
    r"\bCertificate is empty\b": "sent an empty Certificate message", r"\bhad been silent for\b": "no data for",
    r"\bmay intercept\b|\bthat can be told\b": "the confidence says how sure it is", r"\bfound no way from\b": "chain",
    r"\bcertificate is for another name\b": "name mismatch", r"\bdoes not allow its role\b": "wrong usage",
    r"\bwithout a usable reason\b": "no specific reason", r"\brefused every\b": "reject", r"\bto no handshake\b": "failed after",
    r"\bcame to nothing\b": "did not complete", r"\bstalls on the\b|'s turn\b": "paused, waited", r"\bin whose name\b": "injected",
    r"\bdoes not come through\b": "is lost", r"\bprocess owns the port\b": "is using the port", r"-MaxEvents 50\b": "StartTime",
    r"\bUntil when are\b": "When do ... expire", r"\bissued again\b|\bIssue the certificate again\b": "reissue",
    r"\blead to the right server\b": "resolve to the right address", r"\bmade in between\b": "injected on the path",
    r"\bBegin of\b": "Not valid before", r"\bcame about\b|\bas ever\b|\bcannot know the future\b": "as usual, cannot show later",
    r"\b(pool|load balancer) member": "server node", r"\bthat side's\b": "the server's, the client's",
}
FOUND = {re.compile(word, re.I): instead for word, instead in WORDS.items()}
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')
# Texts of others, as servers send them.
SKIPPED = {"wire/http.c"}


def better(text):
    """better(text) gives (word, what to write instead) for every such word."""
    return [(found[0], instead) for word, instead in FOUND.items() for found in word.finditer(text)]


def strings(path):
    """strings(path) gives the string literals of a C file, those that stand side by side as one."""
    text = re.sub(r'/\*.*?\*/|("(?:\\.|[^"\\])*")', lambda m: m[1] or " ", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r'^\s*#\s*include.*$', "", text, flags=re.M)
    for run in re.finditer(r'"(?:\\.|[^"\\])*"(?:\s*"(?:\\.|[^"\\])*")*', text):
        yield "".join(LITERAL.findall(run[0]))


def problems():
    """problems() gives one line for each such word in the plugin's strings, README.md and collect-evidence."""
    lines = []
    for path in sorted([*(ROOT / "plugin").rglob("*.c"), *(ROOT / "plugin").rglob("*.def")]):
        name = path.relative_to(ROOT / "plugin").as_posix()
        if name in SKIPPED:
            continue
        lines += [f'{name}: "{word}": write {instead}' for text in strings(path) for word, instead in better(text)]
    for path in (ROOT / "README.md", *sorted((ROOT / "plugin").glob("collect-evidence.*"))):
        text = path.read_text(encoding="utf-8", errors="replace")
        lines += [f'{path.name}: "{word}": write {instead}' for word, instead in better(text)]
    return lines
