"""The commands that reports print, and whether what they print is read.

tests/evidence/commands.txt has a row for each that prints a log or events: a sample file and a pattern.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "plugin"
SAMPLES = ROOT / "tests/evidence"
STRING = r'"((?:[^"\\]|\\.)*)"'
SHELLS = "CMD|POWERSHELL|SH|ANY_SHELL"
LOGS = re.compile(r"Get-WinEvent|Get-EventLog|wevtutil|eventquery|journalctl|\btail\b.*/var/log")
LOG_COLUMN, NUM_COLUMNS = 7, 14  # of a row of services.def, without its id


def joined(path):
    """A file's text without comments, its adjacent strings made one."""
    text = re.sub(r"^/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r'"\s+"', "", text)


def plain(text):
    return text.replace('\\"', '"').replace("\\\\", "\\")


def printed():
    """Commands of checks and fixes, and those that print the logs of programs."""
    for name in ("remedy_checks.def", "remedy_client.def", "remedy_fixes.def", "remedy_probes.def"):
        for match in re.finditer(rf",\s*(?:{SHELLS}),\s*{STRING}", joined(PLUGIN / "verdict" / name)):
            yield from (plain(one) for one in match.group(1).split("\\t"))
    for path in (PLUGIN / "causes").glob("*.c"):
        for match in re.finditer(rf"DX_IN_\w+\({STRING}\)", joined(path)):
            yield plain(match.group(1))
    for block in re.split(r"^X\(", joined(PLUGIN / "knowledge/services.def"), flags=re.M)[1:]:
        row = re.split(r"^(?:ROLE|ALPN|PORT)\(", block, flags=re.M)[0].split(",", 1)[1]
        columns = re.findall(rf"{STRING}|\b(NULL|WINDOWS|UNIX|UNKNOWN|SCHANNEL|OWN|JAVA)\b", row)
        if len(columns) != NUM_COLUMNS:
            yield f"journalctl of a row of services.def that cannot be read: {block[:40]}"
        elif columns[LOG_COLUMN][0]:
            yield plain(columns[LOG_COLUMN][0])


def rows():
    for line in (SAMPLES / "commands.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sample, pattern = line.split("\t")
            yield sample, re.compile(pattern)


def unread():
    """What is wrong: a command without a sample, a sample that does not exist, a row that no command needs."""
    table, commands = list(rows()), {command for command in printed() if LOGS.search(command)}
    for command in sorted(commands):
        if len([sample for sample, pattern in table if pattern.fullmatch(command)]) != 1:
            yield f"tests/evidence/commands.txt has not exactly one row for: {command}"
    for sample, pattern in table:
        if not (SAMPLES / sample).is_file():
            yield f"tests/evidence/{sample} does not exist"
        if not any(pattern.fullmatch(command) for command in printed()):
            yield f"no report prints: {pattern.pattern}"
    if not commands:
        yield "no command was found"
