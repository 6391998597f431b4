"""The table of captures: one decorated function per file; its docstring is the row in README.md."""

import inspect

CAPTURES = {}


class Capture:
    """One row of the table: file stem, function, description, whether a stand-in played one of the
    endpoints."""

    def __init__(self, name, function, standin):
        self.name = name
        self.function = function
        self.standin = standin
        self.cause = None if name.startswith("ok_") else name.split(".")[0]
        self.about = " ".join(inspect.getdoc(function).split())


def capture(name, standin=False):
    """capture(name) registers a function(lab) that makes test-captures/<name>.pcapng; standin marks a peer
    that is not a real product but a small program of ours with the same socket behaviour."""

    def register(function):
        if name in CAPTURES:
            raise SystemExit(f"capture {name} is defined twice")
        CAPTURES[name] = Capture(name, function, standin)
        return function

    return register
