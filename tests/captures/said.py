"""What a report says of its connections, in the short form that expectations hold, and the words that it says it with.

An expectation's `says` has a row for every connection: what became of it and, where it failed, why. Of a sentence it has the
values (words.py); the words stand in words/<cause>.txt, once for all captures.
"""

import collections
import json
from pathlib import Path

from words import values, words

WORDS = Path(__file__).resolve().parent / "words"
NUM_CANDIDATES = 3
DIGESTS = ("serial", "thumbprint", "sha256")


def texts(item, key):
    """texts(item, key) returns a key's sentences as a list."""
    held = item.get(key)
    return [] if held is None else held if isinstance(held, list) else [held]


def offered(offer):
    """offered(offer) returns what a client offers: versions, how many suites, groups, protocols."""
    return "; ".join([", ".join(offer["versions"]), f"{len(offer['ciphers'])} suites", ", ".join(offer["groups"]),
                      ", ".join(offer["alpn"])])


def certificate(shown):
    """certificate(shown) returns what is said of a certificate; of its names and digests the beginning."""
    return "; ".join([*(f"{shown[key]}" for key in ("subject", "issuer", "not_before", "not_after", "key", "signature")),
                      ", ".join(shown["san"][:2]), ", ".join(shown["eku"]), *(f"{shown[key]}"[:8] for key in DIGESTS),
                      *shown["status"]])


def row(item):
    """row(item) returns what a connection's object says."""
    said = {"stream": item["stream"], "outcome": item["outcome"]}
    if item["transport"] != "tcp":  # which counts its own streams
        said["transport"] = item["transport"]
    if item["cause"] is not None:
        said.update({key: item[key] for key in ("cause", "confidence")})
        said["candidates"] = item["candidates"][:NUM_CANDIDATES]
        said["frame"] = item["frames"]["verdict"]
    said["of"] = f"{item['server']} {item['sni']} {item['history']}"
    said["chosen"] = " ".join(f"{item['chosen'][key]}" for key in ("version", "cipher", "group", "alpn"))
    if item["cause"] is None:
        said.update({"advice": item["advice"]} if item["advice"] else {})
        return said
    said["offered"] = offered(item["offered"])
    said["why"] = values(item["why"])
    said["compare"] = values(item["compare"]) if item["compare"] else None
    said["evidence"] = [f"{one['frame']}: {values(one['text'])}" for one in item["evidence"]]
    said["check"] = values(item["checks"][0])
    said["fix"] = values(item["fix"])
    alert = item["alert"]
    rest = {
        "alert": alert and f"{alert['from']} {alert['description']} {alert['frame']}",
        "recovered_by": item["recovered_by"],
        "advice": item["advice"],
        "excluded": item["excluded"],
        "certificate": item["certificate"] and certificate(item["certificate"]),
    }
    said.update({key: value for key, value in rest.items() if value})
    return said


def rows(items):
    """rows(items) returns the rows of a report's objects."""
    return [row(item) for item in items]


def differences(wanted, found):
    """differences(wanted, found) tells in which rows and keys a report is not what is wanted; one text each."""
    wanted, found = ({(said.get("transport", "tcp"), said["stream"]): said for said in side} for side in (wanted, found))
    for stream in sorted(wanted.keys() | found.keys()):
        old, new = wanted.get(stream, {}), found.get(stream, {})
        for key in dict.fromkeys([*old, *new]):
            if old.get(key) == new.get(key):
                continue
            pair = [old.get(key), new.get(key)]
            if all(isinstance(side, list) for side in pair):  # only the entries that differ
                pair = [[one for one in side if one not in other] or side for side, other in (pair, pair[::-1])]
            yield f"says: {stream[0]} stream {stream[1]}: {key}: wanted {json.dumps(pair[0])}, found {json.dumps(pair[1])}"


def vocabulary(items):
    """vocabulary(items) returns {cause: lines}: the words of the verdicts in a report's objects."""
    lines = collections.defaultdict(set)
    for item in items:
        if item["cause"] is None:
            continue
        own = lines[item["cause"]]
        own.add(f"scenario: {item['scenario']}")
        own.add(f"events: {item['events']}")
        for key in ("title", "why", "compare", "fix"):
            own.update(f"{key}: {words(text)}" for text in texts(item, key))
        own.update(f"check: {words(text)}" for text in item["checks"])
        own.update(f"evidence: {words(one['text'])}" for one in item["evidence"])
    return lines


ORDER = ["scenario", "title", "why", "compare", "evidence", "check", "fix", "events"]


def read_words():
    """read_words() returns {cause: lines} of the folder words."""
    return {path.stem: set(path.read_text(encoding="utf-8").splitlines()) for path in WORDS.glob("*.txt")}


def write_words(lines):
    """write_words(lines) writes the folder words."""
    WORDS.mkdir(exist_ok=True)
    for path in WORDS.glob("*.txt"):
        if path.stem not in lines:
            path.unlink()
    for cause, own in lines.items():
        sorted_lines = sorted(own, key=lambda line: (ORDER.index(line.split(":")[0]), line))
        (WORDS / f"{cause}.txt").write_text("".join(f"{line}\n" for line in sorted_lines), encoding="utf-8")


def written(said):
    """written(said) returns a row as JSON: a line for what it is, one for the connection, one for each sentence."""
    def pairs(keys):
        return ", ".join(f"{json.dumps(key)}: {json.dumps(said[key], ensure_ascii=False)}" for key in keys if key in said)

    lines = [pairs(["stream", "transport", "outcome", "cause", "confidence", "candidates", "frame"]),
             pairs(["of", "chosen", "alert", "advice"])]
    for key in said:
        if key == "evidence":
            texts = ",\n       ".join(json.dumps(text, ensure_ascii=False) for text in said[key])
            lines.append(f'"evidence": [\n       {texts}]')
        elif not any(f'"{key}":' in line for line in lines[:2]):
            lines.append(pairs([key]))
    return "{" + ",\n     ".join(filter(None, lines)) + "}"


def write_expectation(path, expected):
    """write_expectation(path, expected) writes an expectation, a line for each check."""
    def block(entries):
        return "[\n" + ",\n".join(f"    {entry}" for entry in entries) + "\n  ]" if entries else "[]"

    parts = []
    for key, value in expected.items():
        if key == "checks":
            text = block([json.dumps(check, ensure_ascii=False) for check in value])
        elif key == "says":
            text = block(map(written, value)) if value else "[]"
        else:
            text = json.dumps(value, ensure_ascii=False)
        parts.append(f"  {json.dumps(key)}: {text}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
