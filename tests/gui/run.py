#!/usr/bin/python3
"""Drives Wireshark's window: the menu, the tables, the report, the profile. Called by run.sh, which makes the screen.

    run.py --captures DIR --profile DIR [NAME...]

Each function test_NAME is one test. What a window must show is taken from the JSON report of the same capture, so that
windows and report cannot disagree and regenerated captures need no new numbers here.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import traceback
from pathlib import Path

import pyatspi

import generate
from desktop import Missing, Wireshark, button, click, press, role, rows, shot, text_in, text_of, wait, walk, without_waiting

SEVERAL = "certificate_untrusted_root.several_clients"  # three failures with two causes, and a success
SILENT = "client_hello_timeout"  # a verdict that only the end of the capture gives
HEALTHY = "ok_tls12"
SECOND = "sni_wrong_certificate"  # the first connection is healthy, and judging it reads the trusted roots
CLOSED = "port_closed"  # no TCP, so no TLS that could fail
ENTRIES = ["Causes", "Servers", "Connections", "Report"]  # the fifth is of the selected packet
SELECTED = "Report on this connection"
TITLES = {"Causes": "SSL Troubleshooter: Causes", "Servers": "SSL Troubleshooter: Servers",
          "Connections": "SSL Troubleshooter: Connections", "Report": "SSL Troubleshooter: Report"}
PROFILE = "SSL Troubleshooter"
LIMIT = 900  # seconds for a test; it takes 4 to 10, the judging of many failures minutes where twenty others compute


class Captures:
    """The shipped captures, and what tshark says of them."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def path(self, name):
        """path(name) returns the capture's file name."""
        return str(self.folder / f"{name}.pcapng")

    def tshark(self, name, *options):
        """tshark(name, option...) returns the lines that tshark prints."""
        done = subprocess.run(["tshark", "-r", self.path(name), *options], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def connections(self, name):
        """connections(name) returns the objects of the JSON report."""
        return [json.loads(line) for line in self.tshark(name, "-q", "-z", "ssltrouble,json")]

    def failed(self, name):
        """failed(name) returns those with a cause."""
        return [item for item in self.connections(name) if item["cause"]]

    def num_packets(self, name, *options):
        """num_packets(name) counts frames."""
        return len(self.tshark(name, *options))


def equal(actual, wanted):
    """equal(actual, wanted) fails with both values."""
    assert actual == wanted, f"wanted {wanted}, found {actual}"


def filled(window, num_rows):
    """filled(window, n) waits for a table of n rows and returns them; a table fills after its window has opened."""
    def find():
        table = rows(window)
        return table if len(table) == num_rows + 1 else None
    try:
        return wait(find, "filled table")
    except Missing:
        raise Missing(f"wanted {num_rows} rows, found {rows(window)}") from None


def columns(table, *names):
    """columns(table, name...) returns those columns of the rows."""
    indexes = [table[0].index(name) for name in names]
    return [[row[i] for i in indexes] for row in table[1:]]


def wanted_connections(items):
    """wanted_connections(items) is what the table Connections must show of objects of the JSON report."""
    return [[str(item["stream"]), item["time"][:23].replace("T", " "), item["client"], item["server"], item["sni"] or "",
             str(item["scenario"]), item["confidence"], str(item["frames"]["verdict"])] for item in items]


CONNECTION_COLUMNS = ["Stream", "Time (UTC)", "Client", "Server", "Server name (SNI)", "Scenario", "Confidence",
                      "Frame"]


def right_edge(node):
    """right_edge(node) returns the column of the screen where a widget ends."""
    extents = node.queryComponent().getExtents(0)
    return extents.x + extents.width


def open_loaded(captures, name, *options):
    """open_loaded(captures, name, option...) starts Wireshark with a capture."""
    return Wireshark("-r", captures.path(name), *options)


def test_menu(captures):
    """The submenu of Statistics has the five entries in their order."""
    with open_loaded(captures, HEALTHY) as wireshark:
        equal(wireshark.entries(), [*ENTRIES, SELECTED])


def test_no_file(captures):
    """With no file open every entry opens an empty window; none does harm."""
    del captures
    with Wireshark() as wireshark:
        for entry in ENTRIES:
            window = wireshark.open(entry, TITLES[entry])
            if entry == "Report":
                equal(text_in(window), "No capture file is open.\n")
            else:
                equal([row for row in rows(window)[1:] if "".join(row) != TITLES[entry]], [])
            wireshark.alive()


def test_closed_file(captures):
    """After the file is closed, with the windows still open, every entry is harmless."""
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        for entry in ENTRIES:
            wireshark.open(entry, TITLES[entry])
        press(wireshark.menu("File", "Close"))
        wait(lambda: "several" not in wireshark.main_window().name, "main window without a file")
        for entry in ENTRIES:
            press(wireshark.menu("Statistics", "SSL Troubleshooter", entry))
            wireshark.main_window()
            wireshark.alive()


def test_connections(captures):
    """Connections lists the failed connections as the JSON report does."""
    items = captures.failed(SEVERAL)
    titles = [line for line in captures.tshark(SEVERAL, "-2", "-Y", "ssltrouble.failed", "-T", "fields", "-e",
                                               "ssltrouble.verdict")]
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        table = filled(wireshark.open("Connections", TITLES["Connections"]), len(items))
        equal(columns(table, *CONNECTION_COLUMNS), wanted_connections(items))
        for (cause,), title in zip(columns(table, "Cause"), titles):
            assert cause in title, f"{cause} is not in {title}"
        shot("connections")


def test_scenarios(captures):
    """Causes counts connections, servers and the first frame per cause."""
    items = captures.failed(SEVERAL)
    causes = dict.fromkeys(item["cause"] for item in items)
    wanted = []
    for cause in causes:
        own = [item for item in items if item["cause"] == cause]
        wanted.append([cause, str(len(own)), str(len({item["server"] for item in own})),
                       str(min(item["frames"]["verdict"] for item in own))])
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        table = filled(wireshark.open("Causes", TITLES["Causes"]), len(wanted))
        shown = columns(table, "ssltrouble.cause", "Connections", "Servers", "First frame")
        equal(sorted(shown), sorted(wanted))
        equal({cause: scenario for scenario, cause in columns(table, "Scenario", "ssltrouble.cause")},
              {item["cause"]: str(item["scenario"]) for item in items})
        shot("scenarios")


def test_servers(captures):
    """Servers counts connections, failures and recoveries per server, and names the versions chosen."""
    items = captures.connections(SEVERAL)
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        table = filled(wireshark.open("Servers", TITLES["Servers"]), 1)
        failed = [item for item in items if item["cause"]]
        versions = ", ".join(dict.fromkeys(item["chosen"]["version"] for item in items if item["chosen"]["version"]))
        equal(columns(table, "Server", "Server name (SNI)", "Connections", "Failed", "Recovered", "Versions chosen", "First failure"),
              [[items[0]["server"], "www.example.com", str(len(items)), str(len(failed)),
                str(sum(item["recovered_by"] is not None for item in failed)), versions,
                f"frame {min(item['frames']['verdict'] for item in failed)}"]])
        shot("servers")


def test_table_size(captures):
    """What failed, how sure that is and where to look can be read in the tables as they open."""
    wanted = {"Causes": ["Rank   ", "First frame", "Cause"], "Servers": ["Server", "Failed", "Top cause"],
              "Connections": ["Rank   ", "Frame", "Cause", "Confidence"]}
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        for entry, names in wanted.items():
            window = wireshark.open(entry, TITLES[entry])
            wait(lambda: len(rows(window)) > 1, "filled table")
            table = next(node for node in walk(window) if role(node) in ("tree", "table", "tree table"))
            edge = right_edge(table)
            ends = {node.name: right_edge(node) for node in walk(table) if "header" in role(node)}
            equal([name for name in names if ends[name] > edge], [])


def test_table_filter(captures):
    """A display filter in the table's window selects connections; Apply with another one fills it again."""
    items = captures.failed(SEVERAL)
    with open_loaded(captures, SEVERAL, "-z", "ssltrouble,connections,tcp.stream==1") as wireshark:
        window = wireshark.window(TITLES["Connections"])
        equal(columns(filled(window, 1), *CONNECTION_COLUMNS), wanted_connections(items[1:2]))
        entry = next(node for node in walk(window) if role(node) == "text")
        entry.queryEditableText().setTextContents("tcp.stream != 1")
        press(button(window, "Apply"))
        equal(columns(filled(window, len(items) - 1), *CONNECTION_COLUMNS), wanted_connections(items[:1] + items[2:]))


def test_second_window(captures):
    """A second window of a table, with a filter that empties it, leaves the first as it is, and both can be closed."""
    items = captures.failed(SEVERAL)
    with open_loaded(captures, SEVERAL, "-z", "ssltrouble,connections") as wireshark:
        first = wireshark.window(TITLES["Connections"])
        filled(first, len(items))
        press(wireshark.menu("Statistics", "SSL Troubleshooter", "Connections"))
        second = wait(lambda: next(w for w in wireshark.windows() if TITLES["Connections"] in w.name and w != first),
                      "second window")
        filled(second, len(items))
        entry = next(node for node in walk(second) if role(node) == "text")
        entry.queryEditableText().setTextContents("tcp.stream == 1000")
        press(button(second, "Apply"))
        filled(second, 0)
        equal(columns(filled(first, len(items)), *CONNECTION_COLUMNS), wanted_connections(items))
        for window in (second, first):
            if window in wireshark.windows():
                press(button(window, "Close"))
        wireshark.main_window()
        wireshark.alive()


def test_table_reload(captures):
    """Reload leaves a table as it was, of no file any more, as its title says; the report follows, and so does a new table."""
    items = captures.failed(SEVERAL)
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        report = wireshark.open("Report", TITLES["Report"])
        filled(wireshark.open("Connections", TITLES["Connections"]), len(items))
        press(wireshark.menu("View", "Reload"))
        window = wireshark.window("[no capture file]")
        wireshark.loaded(captures.num_packets(SEVERAL))
        equal(columns(filled(window, len(items)), *CONNECTION_COLUMNS), wanted_connections(items))
        assert not button(window, "Apply").getState().contains(pyatspi.STATE_ENABLED)
        press(wireshark.menu("Statistics", "SSL Troubleshooter", "Connections"))
        again = wireshark.window(f"{TITLES['Connections']} \u00b7 {SEVERAL}")
        equal(columns(filled(again, len(items)), *CONNECTION_COLUMNS), wanted_connections(items))
        assert f"{SEVERAL}.pcapng" in text_in(report), text_in(report)[:200]
        wireshark.alive()


def test_end_of_capture(captures):
    """A verdict that only the end of the capture gives is in table, report and packet list without a reload."""
    item = captures.failed(SILENT)[0]
    frame = item["frames"]["verdict"]
    with open_loaded(captures, SILENT) as wireshark:
        wireshark.loaded(captures.num_packets(SILENT))
        table = filled(wireshark.open("Connections", TITLES["Connections"]), 1)
        equal(columns(table, *CONNECTION_COLUMNS), wanted_connections([item]))
        cause = columns(table, "Cause")[0][0]
        report = text_in(wireshark.open("Report", TITLES["Report"]))
        assert cause in " ".join(report.split()), report
        infos = [row[-1] for row in wireshark.packets(captures.num_packets(SILENT))]
        assert cause in infos[frame], f"{cause} is not in {infos}"


def test_report(captures):
    """The report tells every cause; its button shows the frames of the failed connections."""
    items = captures.failed(SEVERAL)
    wanted = captures.num_packets(SEVERAL, "-2", "-Y", "ssltrouble.cause")
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        window = wireshark.open("Report", TITLES["Report"])
        shot("report")
        text = " ".join(text_in(window).split())
        assert f"{SEVERAL}.pcapng" in text, text[:400]
        for cause, in columns(filled(wireshark.open("Connections", TITLES["Connections"]), len(items)), "Cause"):
            assert cause in text, f"{cause} is not in the report"
        press(button(window, "Copy"))
        press(button(window, "All problems"))
        wait(lambda: wireshark.displayed() == wanted, f"{wanted} displayed packets, not {wireshark.displayed()}")
        press(button(window, "Close"))
        wait(lambda: not any(TITLES["Report"] in w.name for w in wireshark.windows()), "closed report")
        wireshark.alive()


def selected(wireshark):
    """selected(wireshark) returns the number of the selected packet, from the title of the packet's tree."""
    for node in walk(wireshark.main_window()):
        if (node.name or "").startswith("Frame ") and " bytes on wire" in node.name:
            return int(node.name.split()[1].rstrip(":"))
    return None


def test_report_problems(captures):
    """Next and Previous go from verdict to verdict, also where a display filter hides it."""
    frames = sorted(item["frames"]["verdict"] for item in captures.failed(SEVERAL))
    with open_loaded(captures, SEVERAL, "-Y", "tcp.stream == 0") as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        window = wireshark.open("Report", TITLES["Report"])
        for label, wanted in (("Next", frames[0]), ("Next", frames[1]), ("Next", frames[2]),
                              ("Previous", frames[1]), ("Next", frames[2]), ("Next", frames[0])):
            press(button(window, label))
            wait(lambda: selected(wireshark) == wanted, f"frame {wanted} after {label}, not {selected(wireshark)}")


def test_report_of_selected(captures):
    """A report on the selected packet's connection tells that one alone; a packet of none, or none at all, is told."""
    items = captures.failed(SEVERAL)
    with open_loaded(captures, SEVERAL, "-g", "1") as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        wait(lambda: selected(wireshark) == 1, "selected packet")
        window = wireshark.open(SELECTED, TITLES["Report"])
        text = " ".join(wait(lambda: "1 connection to 1 server" in text_in(window) and text_in(window), "report").split())
        assert items[0]["title"] in text and f"frame {items[1]['frames']['verdict']}" not in text, text
        shot("selected")
    with open_loaded(captures, CLOSED, "-g", "1") as wireshark:  # HTTP
        wireshark.loaded(captures.num_packets(CLOSED))
        wait(lambda: selected(wireshark) == 1, "selected packet")
        press(wireshark.menu("Statistics", "SSL Troubleshooter", SELECTED))
        wait(lambda: any("belongs to no connection" in (node.name or "") for w in wireshark.windows()
                         if w != wireshark.main_window() for node in walk(w)), "message that it belongs to none")
        wireshark.alive()


def test_report_renamed(captures):
    """What is copied of a report after "Save As" names the file that is open then."""
    home = Path(os.environ["HOME"])
    first, second = home / "first.pcapng", home / "second.pcapng"
    second.unlink(missing_ok=True)
    shutil.copy(captures.path(SEVERAL), first)
    with Wireshark("-r", str(first)) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        window = wireshark.open("Report", TITLES["Report"])
        wait(lambda: "first.pcapng" in text_in(window), "report on the first name")
        without_waiting(click(wireshark.menu("File", "Save As\u2026")))  # which waits for its dialog
        dialog = wireshark.window("Save Capture File As")
        entry = next(n for n in walk(dialog) if role(n) == "text")
        entry.queryEditableText().setTextContents(str(second))
        without_waiting(click(button(dialog, "Save")))
        wait(lambda: second.exists() and "second" in wireshark.main_window().name, "saved file")
        press(button(window, "Copy"))
        wait(lambda: "second.pcapng" in text_in(window) and "first.pcapng" not in text_in(window), "report on the second name")
        wireshark.alive()


def test_verdict_tree(captures):
    """The frame of a verdict tells problem, fix, checks and evidence without a click."""
    item = captures.failed(SEVERAL)[0]
    frame = item["frames"]["verdict"]
    with open_loaded(captures, SEVERAL, "-g", str(frame)) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        wait(lambda: selected(wireshark) == frame, "selected packet")

        def lines():
            tree = next(n for n in walk(wireshark.main_window()) if n.name == "Packet details" and role(n) == "tree")
            return [node.name.strip("[]") for node in tree]
        evidence = [f"Frame {one['frame']}: {one['text']}" for one in item["evidence"] if one["frame"]]
        wait(lambda: set(evidence) <= set(lines()) and any(line.startswith("Fix: ") for line in lines()) and
             any(line.startswith("1. ") for line in lines()), f"{evidence}, fix and checks in {lines()}")
        at = next(i for i, line in enumerate(lines()) if line.startswith("SSL Troubleshooter: "))
        assert lines()[at + 1].startswith("Problem: "), lines()[at + 1]
        shot("verdict")


def test_report_save(captures):
    """Save as... writes what the window shows, and the page when the name says so; a folder that is not there is told."""
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        window = wireshark.open("Report", TITLES["Report"])
        for name in ("saved.txt", "saved.html"):
            path = Path(os.environ["HOME"]) / name
            path.unlink(missing_ok=True)
            press(button(window, "Save as..."))
            dialog = wireshark.window("Save the report")
            entry = next(node for node in walk(dialog) if role(node) == "text")
            entry.queryEditableText().setTextContents(str(path))
            shot("save")
            press(button(dialog, "OK"))
            text = wait(lambda: path.exists() and path.read_text(), f"file {path}")
            if name.endswith("txt"):
                equal(" ".join(text.split()), " ".join(text_in(window).split()))
            else:
                assert text.lower().lstrip().startswith("<!doctype html") and SEVERAL in text, text[:200]
            wait(lambda: not any("Save the report" in w.name for w in wireshark.windows()), "closed dialog")


def test_report_browser(captures):
    """In browser hands a page to the user's browser, and it is gone when Wireshark has ended."""
    home = Path(os.environ["HOME"])
    (home / "bin").mkdir(exist_ok=True)
    opener, opened = home / "bin" / "xdg-open", home / "opened"
    opened.unlink(missing_ok=True)
    opener.write_text(f"#!/bin/sh\necho \"$1\" >{opened}.part && mv {opened}.part {opened}\n")
    opener.chmod(0o755)
    os.environ["PATH"] = f"{home}/bin:{os.environ['PATH']}"
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        press(button(wireshark.open("Report", TITLES["Report"]), "In browser"))
        url = wait(lambda: opened.exists() and opened.read_text().strip(), "opened page")
        page = Path(url.split("://")[-1])
        assert SEVERAL in page.read_text(), page
        press(wireshark.menu("File", "Quit"))
        wait(lambda: wireshark.process.poll() is not None, "end of Wireshark")
    assert not page.exists(), page


def is_unbroken(window, columns):
    """is_unbroken(window, n) tells whether the report's rule of n characters begins and ends in one line."""
    text = next(node for node in walk(window) if role(node) == "text" and "=" * columns in text_of(node))
    start = text_of(text).index("=" * columns)
    return len({text.queryText().getCharacterExtents(start + i, 0)[1] for i in (0, columns - 1)}) == 1


def test_report_width(captures):
    """Width lays the report out in longer lines, and in short ones again in the end; the first two fit the window as it
    opens."""
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        window = wireshark.open("Report", TITLES["Report"])
        for wanted in (80, 90, 115, 160, 225, 64, 80):
            wait(lambda: f"\n{'=' * wanted}\n" in text_in(window), f"lines of {wanted}")
            if wanted <= 90:
                wait(lambda: is_unbroken(window, wanted), f"unbroken line of {wanted}")
            press(button(window, "Width"))


def test_report_large_fonts(captures):
    """With fonts half as large again the report fits a screen of 1366 points, wherever half of its window's surplus stands
    on its right, and no line of it is broken in two."""
    os.environ["QT_FONT_DPI"] = "144"
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        window = wireshark.open("Report", TITLES["Report"])
        wait(lambda: is_unbroken(window, 80), "unbroken line")
        close = button(window, "Close")
        shot("report-large")
        wide = right_edge(close) - window.queryComponent().getExtents(0).x
        assert wide <= 1160, wide


MANY = 30000
MANY_TO_STOP = 120000  # their judging takes seconds on any machine, so that the button is pressed in time


MANY_TO_FOLLOW = 60000  # half a second of judging on a fast machine


class Judging:
    """Wireshark with a capture of many failures, whose verdicts are all to be made anew: new files of the server came in
    after it was loaded."""

    def __init__(self, captures, many=MANY):
        home = Path(os.environ["HOME"])
        self.path, self.folder = home / "many.pcap", home / "evidence"
        with self.path.open("wb") as out:
            generate.write_capture(out, "failing", many, captures.folder)
        self.folder.mkdir(exist_ok=True)
        (self.folder / "first-file.txt").write_text("nothing that anybody knows\n")

    def __enter__(self):
        wireshark = Wireshark("-r", str(self.path), "-o", f"ssltrouble.evidence_dir:{self.folder}").__enter__()
        wait(lambda: any((n.name or "").startswith("Packets: ") for n in walk(wireshark.main_window())), "packets", 240)
        nodes = list(walk(wireshark.main_window()))
        bar = next(i for i, node in enumerate(nodes) if role(node) == "progress bar")
        self.wireshark = wireshark
        self.stop = click(next(node for node in nodes[bar:] if "button" in role(node)))
        self.close = click(wireshark.menu("File", "Close"))
        self.report = click(wireshark.menu("Statistics", "SSL Troubleshooter", "Report"))
        (self.folder / "second-file.txt").write_text("nothing that anybody knows\n")
        return self

    def __exit__(self, *problem):
        self.wireshark.__exit__(*problem)
        self.path.unlink()


def test_stop(captures):
    """Stop ends the judging of many failures: the report says how many were judged, the window goes on working, and what is
    asked for next is whole."""
    with Judging(captures, MANY_TO_STOP) as judging:
        without_waiting(judging.report)
        without_waiting(judging.stop)  # heard when the progress bar comes; once, for each click begins its wait anew
        window = judging.wireshark.window(TITLES["Report"])
        text = wait(lambda: text_in(window), "text of the report")
        judged, said = text.split(" of ", 1)
        assert int(judged) < MANY_TO_STOP and said.startswith(f"{MANY_TO_STOP} connections are judged so far."), text[:200]
        press(button(window, "Next"))
        wait(lambda: (selected(judging.wireshark) or 1) > 1, "packet of a problem")
        press(button(window, "Width"))
        whole = f" {MANY_TO_STOP} connections to"
        wait(lambda: "second-file.txt" in text_in(window) and whole in text_in(window), "whole report")
        judging.wireshark.alive()


def test_judging_told(captures):
    """While many failures are judged, a report's window that has none yet says how far that is."""
    with Judging(captures, MANY_TO_FOLLOW) as judging:
        without_waiting(judging.report)
        without_waiting(judging.stop)
        window = judging.wireshark.window(TITLES["Report"])
        text = wait(lambda: next(node for node in walk(window) if role(node) == "text" and "judged so far" in text_of(node)), "text")
        said = []

        def follow():
            said.append(text_of(text).strip())
            return said[-1].startswith("Judging ")
        (judging.folder / "third-file.txt").write_text("nothing that anybody knows\n")
        without_waiting(click(button(window, "Width")))
        wait(follow, f"line that tells how many are judged, in {said}")
        num, total = said[-1].removeprefix("Judging ").removesuffix(" connections ...").split(" of ")
        assert 0 < int(num) <= MANY_TO_FOLLOW and int(total) == MANY_TO_FOLLOW, said[-1]
        judging.wireshark.alive()


def test_report_reload_many(captures):
    """Where many failures are to be judged anew after a reload, an open report says how many were, and no longer what it
    said before the first frame had come in; a button judges the others."""
    with Judging(captures) as judging:
        without_waiting(judging.report)
        window = judging.wireshark.window(TITLES["Report"])
        whole = f" {MANY} connections to"
        wait(lambda: whole in text_in(window), "whole report", LIMIT)
        without_waiting(click(judging.wireshark.menu("View", "Reload")))
        wait(lambda: f"of {MANY} connections are judged so far." in text_in(window)[:200], "how many are judged", LIMIT)
        press(button(window, "Width"))
        wait(lambda: whole in text_in(window) and "judged so far" not in text_in(window), "whole report again", LIMIT)
        judging.wireshark.alive()


def test_close_while_judging(captures):
    """The file is closed while its failures are judged: the report says so, and another file is judged as ever."""
    with Judging(captures) as judging:
        without_waiting(judging.report)
        without_waiting(judging.close)
        window = judging.wireshark.window(TITLES["Report"])
        try:
            wait(lambda: text_in(window) == "No capture file is open.\n", "report without a file")
        except Missing:
            raise Missing(f"the report says {text_in(window)[:300]!r}") from None
        judging.wireshark.alive()


def test_disabled(captures):
    """Disabled, the report's window and the tables' entries say so, not that no file is open."""
    with open_loaded(captures, SEVERAL, "--disable-protocol", "ssltrouble") as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        text = text_in(wireshark.open("Report", TITLES["Report"]))
        assert "is disabled" in text and "No capture" not in text, text
        press(wireshark.menu("Statistics", "SSL Troubleshooter", "Servers"))
        wait(lambda: any("is disabled" in (node.name or "") for w in wireshark.windows() if w != wireshark.main_window() for node in walk(w)),
             "message that it is disabled")
        wireshark.alive()


def test_conversation_filters(captures):
    """The menu Conversation Filter has this connection, same cause and same server, for packets of connections only."""
    item = captures.failed(SEVERAL)[1]
    filters = {"this connection": f"tcp.stream == {item['stream']}", "same cause": f'ssltrouble.cause == "{item["cause"]}"',
               "same server": f"ip.addr == {item['server'].split(':')[0]} && tcp.port == 443"}
    for label, display_filter in filters.items():
        wanted = captures.num_packets(SEVERAL, "-2", "-Y", display_filter)
        with open_loaded(captures, SEVERAL, "-g", str(item["frames"]["verdict"])) as wireshark:
            wireshark.loaded(captures.num_packets(SEVERAL))
            wait(lambda: selected(wireshark) == item["frames"]["verdict"], "selected packet")
            press(wireshark.menu("Analyze", "Conversation Filter", f"SSL Troubleshooter: {label}"))
            wait(lambda: wireshark.displayed() == wanted, f"{wanted} displayed packets for {label}, not {wireshark.displayed()}")


def test_report_filtered(captures):
    """A filtered report stays open over the reading of its file anew, says so when the file is closed, and can be closed."""
    with open_loaded(captures, SEVERAL, "-z", "ssltrouble,report,tcp.stream==1") as wireshark:
        window = wireshark.window(TITLES["Report"])
        wait(lambda: "1 connection to 1 server" in text_in(window), "report on one connection")
        press(wireshark.menu("View", "Reload"))
        wireshark.loaded(captures.num_packets(SEVERAL))
        wait(lambda: "1 connection to 1 server" in text_in(window), "report on one connection after the reload")
        press(wireshark.menu("File", "Close"))
        wait(lambda: "several" not in wireshark.main_window().name, "main window without a file")
        for label in ("Next", "Width", "Copy", "All problems", "In browser"):
            press(button(window, label))
            wireshark.alive()
        wait(lambda: text_in(window) == "No capture file is open.\n", "report that says that no file is open")
        press(button(window, "Close"))
        wait(lambda: not any(TITLES["Report"] in w.name for w in wireshark.windows()), "closed report")
        wireshark.alive()


def test_list_of_packets(captures):
    """File > Export Objects lists the failed connections; a row goes to its packet, and each can be saved as a report."""
    items = captures.failed(SEVERAL)
    frames = [str(item["frames"]["verdict"]) for item in items]
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        press(wireshark.menu("File", "Export Objects", "SSL Troubleshooter\u2026"))
        window = wireshark.window("object list")
        table = filled(window, len(items))
        equal([row[0] for row in table[1:]], frames)
        for row, item in zip(table[1:], items):
            client = item["client"].split(":")[0]
            equal([*row[1:3], row[4]], [f"{item['sni']} ({item['server']})", f"{item['title']} ({item['confidence']})",
                                        f"frame-{row[0]}-client-{client}-{item['cause']}.txt"])
        shot("packets")
        cells = {node.name: node for node in walk(window) if role(node) == "table cell"}
        for frame in (frames[1], frames[0], frames[2]):
            cells[frame].queryComponent().grabFocus()
            box = cells[frame].queryComponent().getExtents(0)
            pyatspi.Registry.generateMouseEvent(box.x + box.width // 2, box.y + box.height // 2, "b1c")
            wait(lambda: selected(wireshark) == int(frame), f"frame {frame}, not {selected(wireshark)}")
        press(button(window, "Close"))
        wireshark.alive()


def dissect_anew(wireshark):
    """dissect_anew(wireshark) ignores the selected packet and heeds it again: what is ignored decides how other packets are
    dissected, so that Wireshark dissects them all, as after a change of preferences."""
    def statistics():
        return next(node.name for node in walk(wireshark.main_window()) if (node.name or "").startswith("Packets: "))
    for ignored in (True, False):
        press(next(node for node in walk(wireshark.menu("Edit")) if node.name.startswith("Ignore/Unignore")))
        wait(lambda: ("Ignored: 1" in statistics()) == ignored, f"packet that is {'' if ignored else 'not '}ignored")


def test_dissected_anew(captures):
    """After packets are dissected anew the list under Export Objects is empty, not what was known as of each frame; opened
    again it is whole, and an open report is whole without that."""
    items = captures.failed(SEVERAL)
    with open_loaded(captures, SEVERAL, "-g", "1") as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        report = wireshark.open("Report", TITLES["Report"])
        press(wireshark.menu("File", "Export Objects", "SSL Troubleshooter\u2026"))
        window = wireshark.window("object list")
        filled(window, len(items))
        dissect_anew(wireshark)
        filled(window, 0)
        press(button(window, "Close"))
        wait(lambda: not any("object list" in w.name for w in wireshark.windows()), "closed list")
        press(wireshark.menu("File", "Export Objects", "SSL Troubleshooter\u2026"))
        filled(wireshark.window("object list"), len(items))
        if "are judged so far" in text_in(report):  # on a machine that takes a tenth of a second for four connections
            press(button(report, "Width"))
        wait(lambda: items[0]["title"] in " ".join(text_in(report).split()), "whole report")
        wireshark.alive()


def test_live(captures):
    """While packets come in, an open report has a failure as soon as it is seen; the light, which Wireshark sets when the
    capture ends (observed: 4.0), tells it without a reload. The capture comes through a pipe, for which nobody needs rights."""
    said = "ERROR is the highest expert information level"
    item = captures.failed(SEVERAL)[0]
    pipe = Path(os.environ["HOME"]) / "live.pcap"
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    data = subprocess.run(["editcap", "-F", "pcap", captures.path(SEVERAL), "-"], capture_output=True, check=True).stdout
    end = 24  # of the capture's header, then of the frames up to the first verdict
    for _ in range(item["frames"]["verdict"]):
        end += 16 + int.from_bytes(data[end + 8:end + 12], "little")
    with Wireshark("-k", "-i", str(pipe), "-z", "ssltrouble,report") as wireshark, open(pipe, "wb", buffering=0) as out:
        window = wireshark.window(TITLES["Report"])
        out.write(data[:end])
        wait(lambda: item["title"] in text_in(window), f"report that has {item['title']!r}")
        out.close()
        wait(lambda: any(node.description == said for node in walk(wireshark.main_window())), f"light that says {said!r}")
        shot("live")
        wireshark.alive()


def test_report_reload(captures):
    """An open report is drawn anew when the capture is loaded again, with the server's files as they are then."""
    folder = Path(os.environ["HOME"]) / "evidence"
    folder.mkdir(exist_ok=True)
    (folder / "first-file.txt").write_text("nothing that anybody knows\n")
    with open_loaded(captures, SEVERAL, "-o", f"ssltrouble.evidence_dir:{folder}") as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        window = wireshark.open("Report", TITLES["Report"])
        wait(lambda: "first-file.txt" in text_in(window), "report that names the file")
        (folder / "second-file.txt").write_text("nothing that anybody knows\n")
        press(wireshark.menu("View", "Reload"))
        wait(lambda: "second-file.txt" in text_in(window), "report that names the new file")
        for item in captures.failed(SEVERAL):
            assert item["title"] in " ".join(text_in(window).split()), item["title"]
        wireshark.alive()


def test_report_word(captures):
    """`wireshark -z ssltrouble,report,FILTER` opens the report of what the filter selects."""
    with open_loaded(captures, SEVERAL, "-z", "ssltrouble,report,tcp.stream==1") as wireshark:
        window = wireshark.window(TITLES["Report"])
        wait(lambda: "1 connection to 1 server (those that the filter selects)" in " ".join(text_in(window).split()),
             "report on one connection")


def test_filter_at_load(captures):
    """A filter that is active while the file loads ends up with all frames of the failed connection."""
    wanted = captures.num_packets(SEVERAL, "-2", "-Y", 'ssltrouble.outcome == "failed"')
    with open_loaded(captures, SEVERAL, "-Y", 'ssltrouble.outcome == "failed"') as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        wait(lambda: wireshark.displayed() == wanted, f"{wanted} displayed packets, not {wireshark.displayed()}")


def settled(wireshark, wanted):
    """settled(wireshark, n) waits until n packets are displayed, and still are after two of the times in which Wireshark
    draws its taps."""
    start = time.monotonic()

    def find():
        nonlocal start
        if wireshark.displayed() != wanted:
            start = time.monotonic()
        return time.monotonic() - start > 7
    try:
        wait(find, "steady display")
    except Missing:
        raise Missing(f"wanted {wanted} displayed packets, found {wireshark.displayed()}") from None


def test_filter_after_redissection(captures):
    """After all packets are dissected anew an active filter has all frames of the failed connection again, and so it has
    after a reload."""
    wanted = captures.num_packets(SEVERAL, "-2", "-Y", 'ssltrouble.outcome == "failed"')
    with open_loaded(captures, SEVERAL, "-Y", 'ssltrouble.outcome == "failed"') as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        settled(wireshark, wanted)
        for again in (("Analyze", "Reload Lua Plugins"), ("View", "Reload")):
            press(wireshark.menu(*again))
            settled(wireshark, wanted)
        wireshark.alive()


def test_profile(captures):
    """The profile has its columns, buttons and colours, and nothing in it is refused."""
    item = captures.failed(SEVERAL)[0]
    with open_loaded(captures, SEVERAL, "-C", PROFILE) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        packets = wireshark.packets(captures.num_packets(SEVERAL))
        equal(packets[0][5:11], ["Outcome", "Verdict", "Client", "Server", "Server name", "Info"])
        row = packets[item["frames"]["verdict"]]
        equal(row[5:10], ["failed", f"{item['title']} ({item['confidence']})", item["client"], item["server"], item["sni"]])
        equal({row[9] for row in packets[1:]} - {""}, {item["sni"]})
        for label in ("All problems", "Verdicts and evidence", "Failed handshakes", "Possible", "Certificate trouble", "Version/cipher", "Resets"):
            button(wireshark.main_window(), label)
        shot("profile")
        equal([w.name for w in wireshark.windows() if role(w) == "alert"], [])
        press(button(wireshark.main_window(), "Failed handshakes"))
        wanted = len(captures.failed(SEVERAL))
        wait(lambda: wireshark.displayed() == wanted, f"{wanted} displayed packets")


def test_profile_widths(captures):
    """The columns that are not hidden show at 1366 points beside the scroll bar's map; the short ones show their
    values whole, the verdict 38 characters. The client, which Source and Destination have already, is the one that is hidden."""
    text = (Path(os.environ["HOME"]) / ".config/wireshark/profiles" / PROFILE / "recent").read_text()
    words = next(line for line in text.splitlines() if line.startswith("column.width:")).split(": ", 1)[1].split(", ")
    widths = {column.strip('"'): int(width) for column, width in zip(words[::2], words[1::2])}
    hidden = "%Cus:ssltrouble.client"
    assert sum(width for name, width in widths.items() if name != hidden) <= 1366 - 56, widths
    digit = 8  # points of a character of the list's font, as it comes
    assert widths["%m"] >= 24 + 7 * digit and widths["%Cus:ssltrouble.outcome"] >= len("established") * digit + 8, widths
    assert widths["%Cus:ssltrouble.verdict"] >= 38 * digit + 8, widths
    with open_loaded(captures, SEVERAL, "-C", PROFILE) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        wireshark.packets(captures.num_packets(SEVERAL))
        headers = {node.name: node for node in walk(wireshark.main_window()) if "header" in role(node)}
        shown = {name: headers[name].queryComponent().getExtents(0).width for name in ("No.", "Outcome", "Verdict")}
        equal(shown, {"No.": widths["%m"], "Outcome": widths["%Cus:ssltrouble.outcome"],
                      "Verdict": widths["%Cus:ssltrouble.verdict"]})
        equal(right_edge(headers["Verdict"]), headers["Server"].queryComponent().getExtents(0).x)


def test_profile_problems(captures):
    """The first button shows connections without TCP, too, so that links to evidence find their frame."""
    for name in (CLOSED, SEVERAL):
        wanted = captures.num_packets(name, "-2", "-Y", 'ssltrouble.outcome == "failed" || ssltrouble.outcome == "no_tcp"')
        assert wanted, name
        with open_loaded(captures, name, "-C", PROFILE) as wireshark:
            wireshark.loaded(captures.num_packets(name))
            wireshark.packets(captures.num_packets(name))
            press(button(wireshark.main_window(), "All problems"))
            wait(lambda: wireshark.displayed() == wanted, f"{wanted} displayed packets, not {wireshark.displayed()}")
            shot(f"problems-{name}")


def test_profile_evidence(captures):
    """The second button leaves verdicts and their evidence, so that a link to a frame finds it."""
    wanted = {item["frames"]["verdict"] for item in captures.failed(SEVERAL)}
    wanted |= {one["frame"] for item in captures.failed(SEVERAL) for one in item["evidence"] if one["frame"]}
    with open_loaded(captures, SEVERAL, "-C", PROFILE) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        press(button(wireshark.main_window(), "Verdicts and evidence"))
        wait(lambda: wireshark.displayed() == len(wanted), f"{len(wanted)} displayed packets, not {wireshark.displayed()}")
        equal([int(row[0]) for row in wireshark.packets(len(wanted))[1:]], sorted(wanted))
        shot("evidence")


def test_light(captures):
    """The light in the status bar tells after loading the worst that the Expert window has, also of a verdict of silence."""
    for name, light in ((SEVERAL, "ERROR"), (SILENT, "WARNING"), (SECOND, "ERROR")):
        with open_loaded(captures, name) as wireshark:
            wireshark.loaded(captures.num_packets(name))
            said = f"{light} is the highest expert information level"
            wait(lambda: any(node.description == said for node in walk(wireshark.main_window())), f"light that says {said!r}")
            shot(f"light-{name}")


def test_flow_graph(captures):
    """The flow graph has the type "TLS handshakes", and shows a ladder for it."""
    with open_loaded(captures, SEVERAL) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        press(wireshark.menu("Statistics", "Flow Graph"))
        window = wireshark.window("Flow")
        types = wait(lambda: next(node for node in walk(window) if role(node) == "combo box" and
                                  any(n.name == "TLS handshakes" for n in walk(node))), "type TLS handshakes")
        press(types)
        for letter in "TLS":
            pyatspi.Registry.generateKeyboardEvent(ord(letter), None, pyatspi.KEY_SYM)
        pyatspi.Registry.generateKeyboardEvent(0xff0d, None, pyatspi.KEY_SYM)  # Return
        wait(lambda: types.name == "TLS handshakes", f"chosen type, not {types.name}")
        time.sleep(1)  # the graph is a picture that nobody can read but you
        shot("flow")
        wireshark.alive()


def test_profile_graphs(captures):
    """I/O Graphs opens with the profile's graphs."""
    with open_loaded(captures, SEVERAL, "-C", PROFILE) as wireshark:
        wireshark.loaded(captures.num_packets(SEVERAL))
        press(wireshark.menu("Statistics", "I/O Graphs"))
        window = wireshark.window("I/O Graphs")
        wait(lambda: {"TLS failed", "No TCP connection", "TLS established", "Stacked Bar"} <= {node.name for node in walk(window)}, "graphs")
        shot("graphs")
        equal([w.name for w in wireshark.windows() if role(w) == "alert"], [])


def main():
    """main() runs the tests that were asked for, one after another."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", required=True)
    parser.add_argument("--profile", required=True)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="NAME", help="tests to run, without test_ (default: all)")
    args = parser.parse_args()
    tests = {name[5:]: test for name, test in globals().items() if name.startswith("test_")}
    unknown = set(args.names) - set(tests)
    if unknown:
        sys.exit(f"no test is called {' '.join(sorted(unknown))}")
    if args.here:
        run_here(tests[args.names[0]], args)
    results = [run_apart(name, args) for name in args.names or tests]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    sys.exit(0 if results and all(results) else 1)


def run_here(test, args):
    """run_here(test, args) runs one test in this process and ends it; with fresh settings of Wireshark."""
    configuration = Path(os.environ["HOME"]) / ".config/wireshark"
    shutil.rmtree(configuration, ignore_errors=True)  # no window sizes, filters or profiles of an earlier test
    shutil.copytree(args.profile, configuration / "profiles" / PROFILE)
    try:
        test(Captures(args.captures))
    except Exception as problem:
        where = traceback.extract_tb(problem.__traceback__)[-1]
        kind = "" if isinstance(problem, AssertionError) else f"{type(problem).__name__} in line {where.lineno} of {Path(where.filename).name}: "
        print(f"{kind}{problem}", flush=True)
        os._exit(1)
    os._exit(0)  # at once: the accessibility library may wait for applications that have gone


def run_apart(name, args):
    """run_apart(name, args) runs one test in a process of its own and tells whether it passed: the accessibility
    library keeps what it knows of an application that has ended, and then does not see the next one."""
    command = [sys.executable, __file__, "--here", "--captures", args.captures, "--profile", args.profile, name]
    start = time.monotonic()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=LIMIT,
                              env=dict(os.environ, DX_TEST=name))
        code, output = done.returncode, done.stdout.strip()
    except subprocess.TimeoutExpired as late:
        code, output = 1, f"takes longer than {LIMIT} s: {late.stdout or ''}"
    if code:
        print(f"{name} ({time.monotonic() - start:.0f} s): {output or f'ended with {code}'}", flush=True)
    return code == 0


if __name__ == "__main__":
    main()
