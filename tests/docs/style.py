"""Files of C that are not as .clang-format says.

Releases of clang-format lay out the same file differently, so that only one can be asked: 14, which Debian 12 has.
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASE = 14


def said(*command):
    """What a command prints on both outputs; nothing when it is not there. That it fails is no matter."""
    try:
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
    except FileNotFoundError:
        return ""


def can_be_asked():
    """Whether this machine has the release whose layout counts."""
    return re.search(rf"version {RELEASE}\.", said("clang-format", "--version")) is not None


def problems():
    """Places, as file:line:column, that clang-format would change."""
    paths = sorted(str(path.relative_to(ROOT)) for folder in ("plugin", "tests", "test-captures") for suffix in ("c", "h")
                   for path in (ROOT / folder).rglob(f"*.{suffix}"))
    printed = said("clang-format", "--dry-run", "-Werror", *paths)
    return re.findall(r"^(\S+:\d+:\d+): error: code should be clang-formatted", printed, re.M)
