"""Wireshark's window as assistive technology sees it (AT-SPI): starts it, finds windows, presses, reads.

Everything waits until it is there or a time is over: a test never sleeps for luck.
"""

import os
import subprocess
import time

import pyatspi
from gi.repository import Atspi, GLib

PATIENCE = 120  # seconds; starting takes 3 on an idle machine, 40 where twenty others compute (observed)
REPLY = 20000  # milliseconds in which the program answers; the library's own 800 are too few there (observed)
Atspi.set_timeout(REPLY, REPLY)


class Missing(AssertionError):
    """What was looked for did not appear in time."""


def wait(find, what, patience=PATIENCE):
    """wait(find, what) calls find() until it returns something true, and returns that."""
    end = time.monotonic() + patience
    while True:
        try:
            found = find()
        except Exception:  # windows come and go while the tree is walked
            found = None
        if found:
            return found
        if time.monotonic() > end:
            raise Missing(f"no {what} within {patience} s")
        time.sleep(0.2)


def walk(node, depth=0):
    """walk(node) gives all descendants, parents first; those that vanish are left out."""
    if node is None or depth > 25:
        return
    yield node
    try:
        children = [node.getChildAtIndex(i) for i in range(min(node.childCount, 400))]
    except Exception:
        return
    for child in children:
        yield from walk(child, depth + 1)


def role(node):
    """role(node) names its role: "menu item", "table cell"."""
    try:
        return node.getRoleName()
    except Exception:
        return ""


def text_of(node):
    """text_of(node) returns a text widget's whole text."""
    text = node.queryText()
    return text.getText(0, text.characterCount)


def click(node):
    """click(node) returns a function that does what a click would do."""
    action = node.queryAction()
    names = [action.getName(i).lower() for i in range(action.nActions)]
    for wanted in ("press", "showmenu", "toggle"):
        if wanted in names:
            return lambda: action.doAction(names.index(wanted))
    raise AssertionError(f"{node.name!r} cannot be pressed, only {names}")


def press(node):
    """press(node) does what a click would do."""
    click(node)()


def without_waiting(function):
    """without_waiting(click(node)) clicks, and does not wait for the program, which may compute for seconds."""
    Atspi.set_timeout(100, 15000)
    try:
        function()
    except GLib.Error:  # no answer in time
        pass
    finally:
        Atspi.set_timeout(REPLY, REPLY)


def shot(name):
    """shot(name) keeps a picture of the screen when run.sh was asked for them; a failure's is called after its test."""
    folder = os.environ.get("DX_SHOTS")
    if folder:
        name = f"failed-{os.environ.get('DX_TEST', '')}" if name == "failed" else name
        subprocess.run(["import", "-window", "root", f"{folder}/{name}.png"], check=False)


class Wireshark:
    """A running Wireshark; use it in a with statement."""

    def __init__(self, *arguments):
        self.log = open(os.path.join(os.environ["HOME"], "wireshark.log"), "w+")
        self.process = subprocess.Popen(["wireshark", *arguments], stdout=self.log, stderr=subprocess.STDOUT)

    def __enter__(self):
        try:
            wait(self.main_window, "main window of Wireshark")
        except Missing:
            self.__exit__()
            self.log.seek(0)
            raise Missing(f"Wireshark does not start: {self.log.read()[-400:]}")
        return self

    def __exit__(self, kind=None, *_):
        if kind is not None:
            shot("failed")
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def application(self):
        """application() returns this process's node."""
        desktop = pyatspi.Registry.getDesktop(0)
        for i in range(desktop.childCount):
            application = desktop.getChildAtIndex(i)
            if application is not None and application.get_process_id() == self.process.pid:
                return application
        return None

    def windows(self):
        """windows() returns all top-level windows. The library may keep a list that lacks one that opened while another
        closed, or the name that a window had before its title (observed: 4.0 on a busy machine), so it is made to ask
        again."""
        application = self.application()
        if application is None:
            return []
        application.clear_cache()
        windows = [application.getChildAtIndex(i) for i in range(application.childCount)]
        for window in windows:
            if window is not None:
                window.clear_cache()
        return [window for window in windows if window is not None]

    def main_window(self):
        """main_window() returns the window with the menu bar."""
        for window in self.windows():
            if role(window) == "frame" and any(role(child) == "menu bar" for child in window):
                return window
        return None

    def window(self, part, patience=PATIENCE):
        """window(part) waits for a dialog whose title contains `part`."""
        return wait(lambda: next((w for w in self.windows() if part in w.name and role(w) != "frame"), None),
                    f"window {part!r}", patience)

    def alive(self):
        """alive() fails when Wireshark has ended."""
        code = self.process.poll()
        self.log.seek(0)
        assert code is None, f"Wireshark ended with {code}: {self.log.read()[-600:]}"

    def menu(self, *path):
        """menu("Statistics", "SSL Troubleshooter") returns the node of a menu."""
        def find():
            node = next(child for child in self.main_window() if role(child) == "menu bar")
            for name in path:
                node = next(n for n in walk(node, 22) if n != node and n.name.replace("&", "") == name)
            return node
        return wait(find, "menu " + " > ".join(path))

    def entries(self):
        """entries() lists the plugin's menu entries."""
        menu = self.menu("Statistics", "SSL Troubleshooter")
        return [n.name for n in walk(menu, 22) if role(n) == "menu item" and n.name and n.name != menu.name]

    def open(self, entry, title):
        """open(entry, title) chooses an entry of the plugin's menu and waits for its window."""
        press(self.menu("Statistics", "SSL Troubleshooter", entry))
        return self.window(title)

    def loaded(self, packets):
        """loaded(packets) waits until that many packets are in the list."""
        wait(lambda: any(f"Packets: {packets}" in (n.name or "") for n in walk(self.main_window())),
             f"{packets} packets in the status bar")

    def packets(self, number):
        """packets(number) waits for that many rows in the packet list and reads them, header first. The list comes some
        moments after the status bar (observed: 4.6 on a busy machine)."""
        def read():
            table = read_table(next(n for n in walk(self.main_window()) if n.name == "Packet list" and role(n) == "tree"))
            return table if len(table) == number + 1 else None
        return wait(read, f"{number} packets in the list")

    def displayed(self):
        """displayed() returns how many packets pass the display filter; None when there is none."""
        for node in walk(self.main_window()):
            if "Displayed: " in (node.name or ""):
                return int(node.name.split("Displayed: ")[1].split(" ")[0])
        return None


def rows(window):
    """rows(window) reads the table of a window as lists of texts; the first is the header."""
    for node in walk(window):
        if role(node) in ("tree", "table", "tree table"):
            return read_table(node)
    raise AssertionError(f"no table in {window.name!r}: {[role(n) for n in walk(window)]}")


def read_table(node):
    """read_table(node) reads header and cells; Qt lists them row by row."""
    cells = [node.getChildAtIndex(i) for i in range(node.childCount)]
    header = [cell.name.strip() for cell in cells if "header" in role(cell)]
    values = [cell.name for cell in cells if "header" not in role(cell)]
    width = len(header) or 1
    return [header] + [values[i:i + width] for i in range(0, len(values), width)]


def text_in(window):
    """text_in(window) returns the text of the window's big text widget."""
    texts = [text_of(node) for node in walk(window) if role(node) == "text"]
    return max(texts, key=len, default="")


def button(window, label):
    """button(window, label) waits for a push button."""
    return wait(lambda: next((n for n in walk(window) if role(n) in ("push button", "button") and n.name == label), None),
                f"button {label!r}")
