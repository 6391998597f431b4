"""What a build reads of packages that plugin/packages.sh does not install.

A header or a library may be there because of something else on this machine; on a fresh one the first command of README.md
fails. So every file below /usr/include that the compiler read, and every library that is linked, must be of a package in
dx_packages_build, or of one that such a package depends on.
"""

import re
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "plugin/packages.sh"


def said(*command):
    """What a command prints; that it fails for some of its arguments is no matter."""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout


def read_by(build):
    """The headers that the compiler read, by Ninja's records, and the libraries on its command lines."""
    files, valid = set(), False
    for line in said("ninja", "-C", str(build), "-t", "deps").splitlines():
        if not line.startswith(" "):
            valid = line.endswith("(VALID)")
        elif valid and line.strip().startswith("/usr/include/"):
            files.add(line.strip())
    return files | set(re.findall(r"/usr/lib/\S+\.so\b", (build / "build.ninja").read_text(encoding="utf-8")))


def brought():
    """The packages that plugin/packages.sh names for the build, and those that come with them, of the installed ones."""
    needs, provided = {}, {}
    fields = "${Package}\t${Pre-Depends}, ${Depends}\t${Provides}\n"
    for line in said("dpkg-query", "-W", "-f", fields).splitlines():
        name, depends, provides = line.split("\t")
        needs[name] = set(re.findall(r"(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]+)", depends))
        for virtual in re.findall(r"(?:^|,)\s*([a-z0-9][a-z0-9.+-]+)", provides):
            provided.setdefault(virtual, set()).add(name)
    named = re.search(r'^dx_packages_build="([^"]*)"', SCRIPT.read_text(encoding="utf-8"), re.M)[1].split()
    found, left = set(), set(named)
    while left:
        name = left.pop()
        left |= (needs.get(name, set()) | provided.get(name, set())) - found
        found.add(name)
    return found


def problems(build):
    """Yields each package that a build folder takes from and that is not brought; nothing where Ninja or dpkg is missing."""
    try:
        owners = said("dpkg", "-S", *sorted(read_by(build)))
    except FileNotFoundError:
        return
    ours = brought()
    for line in owners.splitlines():
        names, _, path = line.partition(": ")
        if path and not {name.split(":")[0] for name in names.split(", ")} & ours:
            yield f"{names} has {path}"
