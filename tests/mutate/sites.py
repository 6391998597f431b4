"""Finds what can be broken in a C file: conditions, constants and arguments."""

import re

TOKEN = re.compile(r"""
      (?P<comment>/\*.*?\*/|//[^\n]*)
    | (?P<directive>^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<char>'(?:[^'\\\n]|\\.)*')
    | (?P<number>\b(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*\b)
    | (?P<name>[A-Za-z_]\w*)
    | (?P<operator>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

CONDITIONS = {"==": "!=", "!=": "==", "&&": "||", "||": "&&", "<=": "<", ">=": ">", "<": "<=", ">": ">="}
CONSTANTS = {"true": "false", "false": "true", "DX_CONFIRMED": "DX_LIKELY", "DX_LIKELY": "DX_POSSIBLE",
             "DX_POSSIBLE": "DX_LIKELY", "DX_FAILED": "DX_INCOMPLETE", "DX_SIDE_CLIENT": "DX_SIDE_SERVER",
             "DX_SIDE_SERVER": "DX_SIDE_CLIENT", "DX_CLIENT": "DX_SERVER", "DX_SERVER": "DX_CLIENT"}
# Words whose exchange or loss turns a sentence round.
WORDS = [("does not ", "does "), (" not ", " "), ("client", "server"), ("server", "client"), ("Client", "Server"),
         ("Server", "Client"), ("before", "after"), ("after", "before"), (" is ", " is not "), (" none ", " all "),
         (" no ", " a "), ("only", "also")]
ARGUMENT = re.compile(r"[A-Za-z_][\w.>\[\]-]*")
# Whose arguments may change places, which the compiler does not know: where nothing but equality is asked, and always.
COMPARING = {"strcmp", "g_strcmp0", "memcmp"}
SYMMETRIC = {"g_str_equal", "MIN", "MAX", "dx_address_equal", "dx_endpoint_equal"}
EXPRESSIONS = {"return", "case", "else", "goto", "sizeof", "do"}


class Site:
    """One place: file text[start:end] becomes `new`."""

    def __init__(self, kind, start, end, new):
        self.kind, self.start, self.end, self.new = kind, start, end, new


def value(digits):
    """value(digits) reads a constant of C: hexadecimal, octal or decimal."""
    return int(digits, 8 if re.fullmatch(r"0[0-7]+", digits) else 0)


def string_site(text, start, end, chosen):
    """string_site(...) breaks one word of a string literal."""
    literal = text[start:end]
    for old, new in chosen.sample(WORDS, len(WORDS)):
        if old in literal:
            return Site("argument", start, end, literal.replace(old, new, 1))
    letters = [at for at, letter in enumerate(literal) if letter.isalpha() and literal[at - 1] not in "\\%0123456789.lz"]
    if not letters:
        return None
    at = chosen.choice(letters)
    return Site("argument", start, end, literal[:at] + ("y" if literal[at] == "x" else "x") + literal[at + 1:])


def is_symmetric(name, behind):
    """is_symmetric(name, behind) tells of a call of `name`, and what stands behind it, whether its arguments may change places."""
    return name in SYMMETRIC or (name in COMPARING and behind in ("==", "!="))


def swap_sites(text, tokens):
    """swap_sites(text, tokens) yields exchanges of two neighbouring simple arguments of one call."""
    begins, words = [], [text[start:end] for _, start, end in tokens]
    for number, (kind, start, _) in enumerate(tokens):
        if kind != "operator":
            continue
        letter = text[start]
        if letter in "([{":
            called = letter == "(" and number and tokens[number - 1][0] == "name"
            begins.append((words[number - 1], [start + 1]) if called else ("", []))
        elif letter == "," and begins and begins[-1][1]:
            begins[-1][1].append(start + 1)
        elif letter in ")]}" and begins:
            name, cuts = begins.pop()
            if is_symmetric(name, words[number + 1] if number + 1 < len(words) else ""):
                continue
            for left, right in zip(cuts[:-1], cuts[1:]):
                after = next((cut for cut in cuts if cut > right), start + 1)
                one, two = text[left:right - 1], text[right:after - 1]
                if one.strip() != two.strip() and ARGUMENT.fullmatch(one.strip()) and ARGUMENT.fullmatch(two.strip()):
                    yield Site("argument", left, after - 1, f"{two.strip()}, {one.strip()}")


def sizes(text, tokens):
    """sizes(text, tokens) returns the numbers of the tokens that say how long an array is: nobody sees a byte too many."""
    found, words = set(), [text[start:end] for _, start, end in tokens]
    for at in range(2, len(tokens)):
        if (words[at] == "[" and tokens[at - 1][0] == tokens[at - 2][0] == "name" and
                words[at - 2] not in EXPRESSIONS):
            found.update(range(at, words.index("]", at)))
    return found


def sites(text, chosen):
    """sites(text, chosen) returns all sites of a file; `chosen` is the random generator."""
    tokens = [(match.lastgroup, match.start(), match.end()) for match in TOKEN.finditer(text)
              if match.lastgroup not in ("comment", "directive")]
    found, depth, unseen = [], 0, sizes(text, tokens)
    for number, (kind, start, end) in enumerate(tokens):
        token = text[start:end]
        before = text[tokens[number - 1][1]:tokens[number - 1][2]] if number else ""
        depth += (token == "{") - (token == "}")
        if kind == "string" and before != "include":
            found.append(string_site(text, start, end, chosen))
        elif kind == "operator" and token in CONDITIONS and depth:
            found.append(Site("condition", start, end, CONDITIONS[token]))
        elif token == "!" and depth:
            found.append(Site("condition", start, end, ""))
        elif token in ("if", "while") and kind == "name":
            found.append(Site("condition", tokens[number + 1][1], tokens[number + 1][2], "(0 == "))
        elif (kind == "number" and number not in unseen and before != "[" and depth and
              not re.search(r"g_new|sized_new", text[start - 30:start])):
            digits = token.rstrip("uUlL")
            found.append(Site("constant", start, end, f"{value(digits) + 1}{token[len(digits):]}"))
        elif kind == "name" and token in CONSTANTS and before != "case":
            found.append(Site("constant", start, end, CONSTANTS[token]))
    return [site for site in [*found, *swap_sites(text, tokens)] if site]
