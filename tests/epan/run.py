#!/usr/bin/env python3
"""Checks what tshark and sharkd show of the plugin: fields, expert infos, passes, filters, words, preferences.

    run.py --plugin-dir DIR [--tshark CMD] [--sharkd CMD] [--captures DIR] [NAME...]

Each function test_NAME is one test. What a frame must show is taken from the JSON report of the same capture, so that
regenerated captures need no new numbers here. --plugin-dir installed: the plugin is where tshark finds it by itself. Without
a sharkd (--sharkd "") what is about it is left out.
"""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "captures"))
from run import Runner  # noqa: E402  (the one place that knows how to run tshark unprivileged)

FAILED = "protocol_version_mismatch"
HEALTHY = "ok_ipv6"
UNREACHABLE = "host_unreachable"
DECRYPTED = "client_certificate_required.decrypted13"


class Tools:
    """Runs tshark and sharkd on captures by name and keeps what it has learnt of them."""

    def __init__(self, args, temp):
        self.runner = Runner(args.tshark, args.plugin_dir, args.captures, temp)
        self.sharkd = shlex.split(args.sharkd)
        self.readable = Path(temp) / "captures"
        self.readable.mkdir(mode=0o755)
        self.empty = Path(temp) / "empty"
        self.empty.mkdir()
        self.empty.chmod(0o755)
        self.objects = {}

    def path(self, name):
        """path(name) gives a path of the capture that the user who runs tshark may open."""
        copy = self.readable / f"{name}.pcapng"
        if not copy.exists():
            shutil.copy(self.runner.captures / copy.name, copy)
            copy.chmod(0o644)
        return copy

    def run(self, name, *options, plugin=True, stdin=None):
        """run(name, option...) runs tshark on a capture; plugin=False runs it without the plugin."""
        env = dict(self.runner.env)
        if not plugin:
            env["WIRESHARK_PLUGIN_DIR"] = str(self.empty)
            env["WIRESHARK_APPDATA"] = str(self.empty)  # the same on Windows, for what is in the personal folder
        source, content = ("-", self.path(name).read_bytes()) if stdin else (str(self.path(name)), b"")
        done = subprocess.run([*self.runner.command, "-r", source, *options], input=content, env=env, cwd="/",
                              capture_output=True)
        done.stdout, done.stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        return done

    def command(self, *options):
        """command(option...) runs tshark as it is told to and returns its output."""
        return subprocess.run([*self.runner.command, *map(str, options)], env=self.runner.env, cwd="/", check=True,
                              capture_output=True, text=True, errors="replace").stdout

    def lines(self, name, *options, **kw):
        """lines(name, option...) returns the output's lines of a run that must succeed."""
        done = self.run(name, *options, **kw)
        assert done.returncode == 0, f"exit code {done.returncode}: {done.stderr}"
        return done.stdout.splitlines()

    def frames(self, name, display_filter, *options):
        """frames(name, filter, option...) returns the numbers of the frames that a display filter matches."""
        return [int(line) for line in
                self.lines(name, *options, "-Y", display_filter, "-T", "fields", "-e", "frame.number")]

    def values(self, name, frame, field):
        """values(name, frame, field) returns the values of a field on a frame, as two passes see it."""
        lines = self.lines(name, "-2", "-Y", f"frame.number == {frame}", "-T", "fields", "-E", "aggregator=\x1f", "-e", field)
        return lines[0].split("\x1f") if lines and lines[0] else []

    def object(self, name):
        """object(name) returns the only object of a capture's JSON report."""
        if name not in self.objects:
            items = [json.loads(line) for line in self.lines(name, "-q", "-z", "ssltrouble,json")]
            assert len(items) == 1, f"{name} has {len(items)} connections"
            self.objects[name] = items[0]
        return self.objects[name]

    def ask_sharkd(self, *requests):
        """ask_sharkd((method, parameters)...) returns the results, in order."""
        text = "".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}) + "\n"
                       for number, (method, parameters) in enumerate(requests, 1))
        prefix = self.runner.command[:-1] if self.runner.root else []
        done = subprocess.run([*prefix, *self.sharkd, "-"], input=text, env=self.runner.env, cwd="/",
                              capture_output=True, text=True, check=True)
        answers = {}
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                answer = json.loads(line)
                assert "error" not in answer, answer
                answers[answer["id"]] = answer["result"]
        return [answers[number] for number in range(1, len(requests) + 1)]


def equal(actual, wanted):
    """equal(actual, wanted) fails with both values."""
    assert actual == wanted, f"wanted {wanted}, found {actual}"


def all_frames(tools, name):
    """all_frames(tools, name) returns the frames of the capture's first connection."""
    return tools.frames(name, "tcp.stream == 0 && !icmp")


def test_verdict_frame(tools):
    """The verdict frame, and only it, is marked as failed."""
    verdict = tools.object(FAILED)["frames"]["verdict"]
    equal(tools.frames(FAILED, "ssltrouble.failed", "-2"), [verdict])
    equal(tools.frames(FAILED, "ssltrouble.failed"), [verdict])


def test_verdict_fields(tools):
    """The fields of the verdict frame say what the JSON report says."""
    item = tools.object(FAILED)
    frame = item["frames"]["verdict"]
    wanted = {
        "outcome": [item["outcome"]], "cause": [item["cause"]], "candidate": item["candidates"],
        "scenario": [str(item["scenario"])], "sni": [item["sni"]], "client": [item["client"]], "server": [item["server"]],
        "check": item["checks"], "fix": [item["fix"]], "history": [item["history"]],
        "alert": [str(item["alert"]["description"])], "alert_from": [item["alert"]["from"]],
        "event": [str(event) for event in item["events"]], "offered_version": item["offered"]["versions"],
        "evidence": [str(frame) for frame in sorted(line["frame"] for line in item["evidence"] if line["frame"])], "verdict_frame": [str(frame)],
        "confidence": [str(["possible", "likely", "confirmed"].index(item["confidence"]) + 1)],
    }
    for field, values in wanted.items():
        found = tools.values(FAILED, frame, f"ssltrouble.{field}")
        found, values = ([text.replace("\\\\", "\\") for text in texts] for texts in (found, values))  # escaped since 4.4
        assert found == values, f"{field}: wanted {values}, found {found}"


def test_evidence_frames(tools):
    """In two passes every frame that a verdict cites, of its connection or another, and no other, says what it shows."""
    for name in SHAPES:
        wanted = {}
        for line in tools.lines(name, "-2", "-q", "-z", "ssltrouble,json"):
            item = json.loads(line)
            for one in item["evidence"] if item["cause"] else []:
                if one["frame"]:
                    wanted.setdefault(one["frame"], []).append(one["text"])
        rows = [line.split("\t") for line in tools.lines(name, "-2", "-Y", "ssltrouble.shows", "-T", "fields", "-E", "aggregator=\x1f",
                                                         "-e", "frame.number", "-e", "ssltrouble.shows")]
        equal({int(number): sorted(texts.split("\x1f")) for number, texts in rows},
              {frame: sorted(set(texts)) for frame, texts in wanted.items()})


def test_duration_text(tools):
    """The tree tells a duration of microseconds in decimals, as people read it."""
    item = json.loads(tools.lines("port_closed", "-q", "-z", "ssltrouble,json")[0])
    lines = tools.lines("port_closed", "-2", "-V", "-O", "ssltrouble", "-Y", "ssltrouble.duration")
    said = [line.strip(" []").split(": ")[1] for line in lines if "Duration (seconds)" in line]
    equal(said, [f"{item['duration']:.6f}"])


def test_negotiation_fields(tools):
    """Offer and choice are fields, an entry each, on the frames of failed connections and of healthy ones."""
    keys = {"offered.version": ("offered", "versions"), "offered.cipher": ("offered", "ciphers"), "offered.group": ("offered", "groups"),
            "offered.alpn": ("offered", "alpn"), "chosen.version": ("chosen", "version"), "chosen.cipher": ("chosen", "cipher"),
            "chosen.group": ("chosen", "group"), "chosen.alpn": ("chosen", "alpn"), "client": ("client",), "server": ("server",), "sni": ("sni",),
            "duration": ("duration",)}
    for name, mark in ((HEALTHY, "ssltrouble.established"), ("ok_tls12", "ssltrouble.established"), (FAILED, "ssltrouble.failed"),
                       ("alpn_mismatch", "ssltrouble.failed")):
        item = json.loads(tools.lines(name, "-q", "-z", "ssltrouble,json")[0])
        frame = tools.frames(name, f"{mark} && tcp.stream == {item['stream']}", "-2")[0]
        for field, path in keys.items():
            value = item
            for key in path:
                value = value[key]
            wanted = value if isinstance(value, list) else [] if value is None else [value]
            found = tools.values(name, frame, f"ssltrouble.{field}")
            equal([float(text) for text in found] if field == "duration" else found, wanted)
        equal(":".join(tools.values(name, frame, f"ssltrouble.server.{part}")[0] for part in ("address", "port")).replace("2001:", "[2001:").replace(
            ":443", "]:443" if ":" in tools.values(name, frame, "ssltrouble.server.address")[0] else ":443"), item["server"])
        assert tools.values(name, frame, "ssltrouble.offered.signature"), name


def test_json_keys(tools):
    """No key of -T json is made of values."""
    packets = json.loads("\n".join(tools.lines(FAILED, "-2", "-T", "json")))
    keys = set()

    def collect(value):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
            keys.add(key)
            collect(below)

    for packet in packets:
        collect(packet["_source"]["layers"].get("ssltrouble", {}))
    assert any(key == "ssltrouble.offered.version" for key in keys), keys
    equal([key for key in keys if isinstance(key, str) and not key.startswith("ssltrouble.") and not key.startswith("_ws.")
           and key not in ("Evidence", "Next checks, in order", "Other candidates, likeliest first", "Windows events at this time",
                           "Classification", "Find out, in order")], [])


def test_fix_steps(tools):
    """What follows from a fix is a step below it, and only what can be copied is a command."""
    name = "certificate_untrusted_root.several_clients"
    item = next(json.loads(line) for line in tools.lines(name, "-q", "-z", "ssltrouble,json"))
    frame, first = item["frames"]["verdict"], item["fix"]
    steps = tools.values(name, frame, "ssltrouble.step")
    assert steps and all(step in first for step in steps), steps
    commands = tools.values(name, frame, "ssltrouble.command")
    equal([text for text in commands if text.endswith((".", ":", "?"))], [])


def test_other_frames(tools):
    """Two passes mark all frames of a failed connection; the others are short."""
    item = tools.object(FAILED)
    equal(tools.frames(FAILED, f'ssltrouble.cause == "{item["cause"]}"', "-2"), all_frames(tools, FAILED))
    first = item["frames"]["first"]
    equal(tools.values(FAILED, first, "ssltrouble.verdict_frame"), [str(item["frames"]["verdict"])])
    equal(tools.values(FAILED, first, "ssltrouble.fix"), [])


def test_confidence_by_number_and_name(tools):
    """Confidence compares as a number and by name."""
    everything = all_frames(tools, FAILED)
    name = tools.object(FAILED)["confidence"]
    assert name in ("likely", "confirmed"), name
    equal(tools.frames(FAILED, "ssltrouble.confidence >= 2", "-2"), everything)
    equal(tools.frames(FAILED, f'ssltrouble.confidence == "{name}"', "-2"), everything)
    equal(tools.frames(FAILED, 'ssltrouble.confidence == "possible"', "-2"), [])


def test_one_pass(tools):
    """One pass claims only what has happened, and says once that two passes see more."""
    verdict = tools.object(FAILED)["frames"]["verdict"]
    done = tools.run(FAILED, "-Y", "ssltrouble.cause", "-T", "fields", "-e", "frame.number")
    equal([int(line) for line in done.stdout.split()], [n for n in all_frames(tools, FAILED) if n >= verdict])
    hints = [line for line in done.stderr.splitlines() if "-2" in line]
    equal(len(hints), 1)


def test_no_hint(tools):
    """No hint with -2, nor when nobody asked for our fields."""
    for options in (["-2", "-Y", "ssltrouble.cause"], ["-V"], ["-Y", "tls"], ["-q", "-z", "ssltrouble,json"]):
        done = tools.run(FAILED, *options)
        equal((done.returncode, [line for line in done.stderr.splitlines() if "-2" in line]), (0, []))


def test_expert(tools):
    """The expert info is an error on the verdict frame, also without a tree."""
    item = tools.object(FAILED)
    frame = item["frames"]["verdict"]
    equal(tools.frames(FAILED, f"ssltrouble.expert.{item['cause']}", "-2"), [frame])
    equal(tools.frames(FAILED, f"ssltrouble.expert.{item['cause']}.possible", "-2"), [])
    title = tools.values(FAILED, frame, "ssltrouble.verdict")[0]
    for options in ([], ["-2"]):
        lines = tools.lines(FAILED, *options, "-q", "-z", "expert,error")
        assert any("SSL Troubleshooter" in line and title in line for line in lines), lines


def test_expert_at_the_end(tools):
    """One pass raises what two raise: verdicts of silence, what a later frame changes, all of a capture's infos."""
    for name in ("client_hello_timeout", "alpn_mismatch.go13", "certificate_incomplete_chain.clients12", "certificate_no_san.clients13"):
        one, two = (sorted(line for line in tools.lines(name, *passes, "-q", "-z", "expert") if "SSL Troubleshooter" in line)
                    for passes in ([], ["-2"]))
        assert two, name
        equal(one, two)


def test_healthy(tools):
    """The frame that completes a healthy handshake is marked, and nothing is called failed."""
    item = tools.object(HEALTHY)
    equal(item["outcome"], "established")
    for passes in ([], ["-2"]):
        marked = tools.frames(HEALTHY, "ssltrouble.established", *passes)
        equal(len(marked), 1)
        equal(tools.frames(HEALTHY, "ssltrouble.cause || ssltrouble.failed", *passes), [])
    equal(tools.values(HEALTHY, marked[0], "ssltrouble.chosen_version"), [item["chosen"]["version"]])
    equal(tools.values(HEALTHY, marked[0], "ssltrouble.chosen_cipher"), [item["chosen"]["cipher"]])


def test_unjudged(tools):
    """What is no TLS, or TLS that cannot be read, is counted by name in the report's header."""
    for name, wanted in (("ok_not_tls", "1 SSH, 1 WireGuard, 1 IKE and 1 RDP flows: no TLS, not judged"),
                         ("ok_openvpn.tcp_tls_crypt", "1 unreadable OpenVPN flow: not judged")):
        equal([line.strip() for line in tools.lines(name, "-q", "-z", "ssltrouble,report") if "judged" in line], [wanted])
        equal(tools.lines(name, "-q", "-z", "ssltrouble,json"), [])


def test_info_column(tools):
    """The Info column of the verdict frame, and only it, names the verdict; a preference turns it off."""
    frame = tools.object(FAILED)["frames"]["verdict"]
    marked = [int(line.split()[0]) for line in tools.lines(FAILED) if "[SSL Troubleshooter: " in line]
    equal(marked, [frame])
    equal([line for line in tools.lines(FAILED, "-o", "ssltrouble.info_column:FALSE") if "[SSL Troubleshooter: " in line], [])


def test_server_name_column(tools):
    """The profile's column of the server's name has one name where there is one: on ClientHellos, on the frame that
    completes a healthy handshake and on all frames of what failed."""
    preferences = (HERE.parents[1] / "plugin/profile/preferences").read_text()
    column = next(line.strip().rstrip(",") for line in preferences.splitlines() if line.strip().startswith('"Server name"'))
    for name in ("ok_tls12", "hello_retry_failed", "certificate_untrusted_root.several_clients"):
        rows = tools.lines(name, "-2", "-o", f'gui.column.format:"No.","%m",{column}')
        shown = {int(row.split()[0]): row.split()[1:] for row in rows}
        wanted = dict.fromkeys(shown, [])
        items = [json.loads(line) for line in tools.lines(name, "-q", "-z", "ssltrouble,json")]
        for item in items:
            marks = "" if item["cause"] else " && (ssltrouble.established || tls.handshake.type == 1)"
            for frame in tools.frames(name, f"tcp.stream == {item['stream']}{marks}", "-2"):
                wanted[frame] = [item["sni"]]
        equal(shown, wanted)


def test_icmp_verdict_frame(tools):
    """An ICMP error that decides a connection carries its verdict."""
    frame = tools.object(UNREACHABLE)["frames"]["verdict"]
    for passes in ([], ["-2"]):
        equal(tools.frames(UNREACHABLE, "ssltrouble.verdict && icmp", *passes), [frame])


def test_decrypted(tools):
    """A decrypted alert is used, in one pass and in two."""
    one = tools.object(DECRYPTED)
    assert one["alert"], one
    equal(tools.lines(DECRYPTED, "-2", "-q", "-z", "ssltrouble,json"), [json.dumps(one, separators=(",", ":"))])


def test_wrong_words(tools):
    """A wrong or missing word gets one line of ours and a non-zero exit code."""
    for word in ("ssltrouble,foo", "ssltrouble,", "ssltrouble", "ssltrouble,reports", "ssltroublex"):
        done = tools.run(FAILED, "-q", "-z", word)
        equal((done.returncode, done.stdout), (1, ""))
        ours = [line for line in done.stderr.splitlines() if "ssltrouble" in line]
        assert len(ours) == 1 and word in ours[0] and "must be report, html, json" in ours[0], done.stderr


def test_bad_filter(tools):
    """A filter that does not compile is an error."""
    done = tools.run(FAILED, "-q", "-z", "ssltrouble,report,no.such.field")
    equal((done.returncode, done.stdout), (1, ""))
    assert "no.such.field" in done.stderr, done.stderr


def test_filter_selects_connections(tools):
    """A filter selects connections with at least one matching frame."""
    for passes in ([], ["-2"]):
        for display_filter, wanted in (("tcp.flags.syn == 1", 1), ("tcp.port == 1", 0), ("ssltrouble.failed", 1),
                                       ("ssltrouble.established", 0), ("tls.alert_message", 1)):
            lines = tools.lines(FAILED, *passes, "-q", "-z", f"ssltrouble,json,{display_filter}")
            assert len(lines) == wanted, f"{display_filter}: wanted {wanted}, found {len(lines)}"


FILTERS = ["ssltrouble.shows && !ssltrouble.why && !ssltrouble.cert.subject", "ssltrouble.failed", "ssltrouble.established", "ssltrouble.cause", "!ssltrouble.cause", "ssltrouble.recovered_by",
           "ssltrouble.outcome == \"incomplete\"", "ssltrouble.failed && tcp.flags.reset == 1", "ssltrouble.cert.subject",
           "ssltrouble.cause && !ssltrouble.why && tls.handshake.type == 1", "ssltrouble.why and not tcp.len == 0",
           "(ssltrouble.confidence == 1 || tls.alert_message) and !(ssltrouble.why or tcp.flags.fin == 1)",
           "ssltrouble.advice", "ssltrouble.scenario in {1, 2, 7} && tcp.port != 1"]
SHAPES = ["certificate_untrusted_root.several_clients", "client_hello_timeout", "port_closed", "host_unreachable", "ok_ipv6",
          "certificate_incomplete_chain.clients13", "alpn_mismatch.go13", "client_certificate_required.decrypted13"]


def test_filters_at_the_end(tools):
    """A filter with any field selects in one pass what it selects in two, also for a table."""
    for name in SHAPES:
        words = [word for display_filter in FILTERS for word in ("-z", f"ssltrouble,json,{display_filter}", "-z", "ssltrouble,tree,tcp.port == 1")]
        one, two = ([line for line in tools.lines(name, *passes, "-q", *words) if line[:1] in "{="] for passes in ([], ["-2"]))
        assert any(line.startswith("{") for line in two), name
        equal(one, two)
        for display_filter in FILTERS[4:7]:
            word = f"ssltrouble,servers,{display_filter}"
            equal(*(tools.lines(name, *passes, "-q", "-z", word) for passes in ([], ["-2"])))


def test_undivided_filter(tools):
    """What one pass cannot tell it does not tell, and says so; two passes tell it."""
    for display_filter in ("ssltrouble.sni == tls.handshake.extensions_server_name", "_ws.expert && ssltrouble.failed", "ssltrouble.point == 1",
                           "_ws.expert.message contains \"protocol\""):
        for word in ("report", "json", "servers"):
            done = tools.run(FAILED, "-q", "-z", f"ssltrouble,{word},{display_filter}")
            assert "Run tshark with -2" in done.stderr and "protocol version" not in done.stdout, (done.stdout, done.stderr)
            done = tools.run(FAILED, "-2", "-q", "-z", f"ssltrouble,{word},{display_filter}")
            equal((done.returncode, "-2" in done.stderr), (0, False))


def test_filter_selects_nothing(tools):
    """A filter that selects nothing is told from a capture without TLS."""
    for passes, display_filter in (([], "ssltrouble.established"), (["-2"], "ssltrouble.established"), ([], "tcp.port == 1")):
        text = " ".join(" ".join(tools.lines(FAILED, *passes, "-q", "-z", f"ssltrouble,report,{display_filter}")).split())
        assert "The filter selects none of 1 connection." in text and "No TLS connection" not in text, text


def test_several_reports(tools):
    """Several words in one run each give their report, with their own filter."""
    lines = tools.lines(FAILED, "-q", "-z", "ssltrouble,json", "-z", "ssltrouble,json,tcp.port == 1", "-z", "ssltrouble,tree")
    equal(len([line for line in lines if line.startswith("{")]), 1)
    assert any("198.51.100." in line and not line.startswith("{") for line in lines), lines


def test_file_name(tools):
    """Report and JSON name the capture file, however -r is written."""
    path = tools.path(FAILED)
    for options in (["-r", path], [f"-r{path}"], ["-2qr", path], ["-pgIr", path], ["-r", path, "-Srows"]):
        for word in ("report", "json"):
            done = tools.command(*options, "-q", "-z", f"ssltrouble,{word}")
            assert path.name in done, f"{options}: {done[:300]}"


def test_help(tools):
    """`-z help` lists the words."""
    done = tools.run(FAILED, "-z", "help")
    for word in ("ssltrouble,report", "ssltrouble,json", "ssltrouble,tree"):
        assert word in (done.stdout + done.stderr).split(), word


def test_disabled(tools):
    """Disabled, it says so and shows nothing."""
    done = tools.run(FAILED, "--disable-protocol", "ssltrouble", "-q", "-z", "ssltrouble,report")
    equal((done.returncode, done.stdout), (1, ""))
    assert "disabled" in done.stderr, done.stderr
    equal(tools.frames(FAILED, "ssltrouble", "-2", "--disable-protocol", "ssltrouble"), [])
    equal([line for line in tools.lines(FAILED, "--disable-protocol", "ssltrouble") if "[SSL Troubleshooter: " in line], [])


def test_rest_unchanged(tools):
    """What Wireshark shows by itself stays the same, in one pass and in two."""
    fields = ["-T", "fields", "-e", "frame.protocols", "-e", "tcp.stream", "-e", "tcp.analysis.flags", "-e", "tls.record.length"]
    for name in (FAILED, HEALTHY, UNREACHABLE):
        for passes in ([], ["-2"]):
            equal(tools.lines(name, *passes, *fields), tools.lines(name, *passes, *fields, plugin=False))


def test_read_filter(tools):
    """-2 -R keeps the report."""
    lines = tools.lines(FAILED, "-2", "-R", "tcp", "-q", "-z", "ssltrouble,json")
    equal([json.loads(line)["cause"] for line in lines], [tools.object(FAILED)["cause"]])


def test_standard_input(tools):
    """A capture from a pipe gives the same report, but for the name."""
    equal([json.loads(line) for line in tools.lines(FAILED, "-q", "-z", "ssltrouble,json", stdin=True)],
          [{**tools.object(FAILED), "file": None}])


def test_pdml(tools):
    """The packet tree is well-formed PDML with the node's fields."""
    root = xml.etree.ElementTree.fromstring("\n".join(tools.lines(FAILED, "-2", "-T", "pdml")))
    nodes = root.findall("./packet/proto[@name='ssltrouble']")
    equal(len(nodes), len(all_frames(tools, FAILED)))
    assert any(field.get("name") == "ssltrouble.failed" for field in root.iter("field"))


def shown_rows(lines):
    """shown_rows(lines) reads a table that tshark prints: a dict for each row."""
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if "|" in line]
    return [dict(zip(cells[0], row)) for row in cells[1:]]


def test_tables(tools):
    """The tables show in one pass what the JSON report says at the end, and what a filter selects."""
    item = tools.object("client_hello_timeout")
    for option in ("ssltrouble,connections", "ssltrouble,connections,tcp.stream==0"):
        rows = shown_rows(tools.lines("client_hello_timeout", "-q", "-z", option))
        equal([(row["Client"], row["Stream"], row["Scenario"], row["Confidence"], row["Frame"]) for row in rows],
              [(item["client"], str(item["stream"]), str(item["scenario"]), item["confidence"], str(item["frames"]["verdict"]))])
    equal(shown_rows(tools.lines("client_hello_timeout", "-q", "-z", "ssltrouble,connections,tcp.stream==7")), [])
    rows = shown_rows(tools.lines("client_hello_timeout", "-q", "-z", "ssltrouble,scenarios"))
    equal([row["ssltrouble.cause"] for row in rows], [item["cause"]])
    for words in (["ssltrouble,serversx"], ["ssltrouble,servers", "-z", "ssltrouble,servers"]):
        equal(tools.run("client_hello_timeout", "-q", "-z", *words).returncode, 1)


def test_table_order(tools):
    """The worst comes first: what many have before what few have, and what succeeded later at the end."""
    for name in ("certificate_incomplete_chain.clients12", "client_certificate_required.returns", "psk_unknown.other_key"):
        items = [json.loads(line) for line in tools.lines(name, "-q", "-z", "ssltrouble,json")]
        failed = [item for item in items if item["cause"]]
        rows = shown_rows(tools.lines(name, "-q", "-z", "ssltrouble,connections"))
        equal([row["Rank"] for row in rows], [str(i + 1) for i in range(len(failed))])
        recovered = [bool(row["Recovered"]) for row in rows]
        equal(recovered, sorted(bool(item["recovered_by"]) for item in failed))
        for word, key in (("scenarios", "cause"), ("servers", "server")):
            rows = shown_rows(tools.lines(name, "-q", "-z", f"ssltrouble,{word}"))
            column = {"cause": "ssltrouble.cause", "server": "Server"}[key]
            still = {row[column]: sum(item[key] == row[column] and not item["recovered_by"] for item in failed) for row in rows}
            equal(list(still.values()), sorted(still.values(), reverse=True))
            equal([int(row["Recovered"]) for row in rows],
                  [sum(item[key] == row[column] and bool(item["recovered_by"]) for item in failed) for row in rows])


def test_flow_graph(tools):
    """-z flow,ssltrouble draws the handshakes, with the verdicts in two passes."""
    name = SHAPES[0]
    items = [json.loads(line) for line in tools.lines(name, "-q", "-z", "ssltrouble,json")]
    for passes in ([], ["-2"]):
        for mode in ("standard", "network"):
            lines = tools.lines(name, *passes, "-q", "-z", f"flow,ssltrouble,{mode}")
            for item in items:
                own = [line for line in lines if f"|tcp {item['stream']}: " in line]
                steps = [line.split(f"tcp {item['stream']}: ")[1] for line in own]
                assert steps[:2] == ["SYN", "SYN-ACK"] and any(step.startswith("ClientHello (") for step in steps), steps
                said = [step for step in steps if item["cause"] and step.startswith(f"{item['title']} ({item['confidence']}): ")]
                equal(len(said), 1 if passes and item["cause"] else 0)


def client(item):
    """client(item) gives the client's address as names of files have it."""
    return item["client"].rsplit(":", 1)[0].strip("[]").replace(":", "_")


def test_export_objects(tools):
    """--export-objects ssltrouble,FOLDER writes one report per failed connection, in one pass those of two, and each is what
    the report on that connection alone says."""
    for name in SHAPES:
        items = [item for item in map(json.loads, tools.lines(name, "-q", "-z", "ssltrouble,json")) if item["cause"]]
        wanted = {f"frame-{item['frames']['verdict']}-client-{client(item)}-{item['cause']}.txt": item for item in items}
        for passes in ([], ["-2"]):
            folder = Path(tempfile.mkdtemp(dir=tools.readable.parent))
            folder.chmod(0o777)
            tools.lines(name, *passes, "-q", "--export-objects", f"ssltrouble,{folder}")
            equal(sorted(path.name for path in folder.iterdir()), sorted(wanted))
            for file, item in wanted.items():
                text = " ".join((folder / file).read_text().split())
                assert text.startswith(f"1. {item['title']}") and item["server"] in text, text[:300]
                assert item["client"].rsplit(":", 1)[0].strip("[]") in text, text


def test_field_blurbs(tools):
    """Every field and expert info is registered with a name, every field of ours with a blurb."""
    done = subprocess.run([*tools.runner.command, "-G", "fields"], env=tools.runner.env, cwd="/", capture_output=True,
                          text=True, check=True)
    rows = [line.split("\t") for line in done.stdout.splitlines() if "\tssltrouble." in line]
    fields = {row[2]: row for row in rows if row[0] == "F" and row[2].startswith("ssltrouble.")}
    for name in ("failed", "established", "outcome", "cause", "candidate", "sni", "client", "server", "why", "check", "fix",
                 "advice", "history", "chosen_cipher", "offered_version", "chosen_version", "verdict", "scenario", "alert",
                 "confidence", "alert_from", "event", "evidence", "verdict_frame", "recovered_by", "shows", "compare", "duration",
                 "offered", "offered.version", "offered.cipher", "offered.group", "offered.key_share", "offered.signature", "offered.alpn",
                 "chosen", "chosen.version", "chosen.cipher", "chosen.group", "chosen.alpn", "client.address", "client.port",
                 "server.address", "server.port"):
        assert f"ssltrouble.{name}" in fields, f"no field {name}"
    for name, row in fields.items():
        assert row[1], name
        assert row[7] or name.startswith("ssltrouble.expert."), f"{name} has no blurb"


def test_sharkd(tools):
    """sharkd, several captures in a row: each load starts anew."""
    # No filter twice: sharkd 4.0 keeps a filter's matches when it loads another file.
    verdict = tools.object(FAILED)["frames"]["verdict"]
    failed, healthy = str(tools.path(FAILED)), str(tools.path(HEALTHY))
    answers = tools.ask_sharkd(
        ("load", {"file": failed}), ("frames", {"filter": "ssltrouble.failed"}),
        ("frames", {"filter": "ssltrouble.cause"}),
        ("load", {"file": healthy}), ("frames", {"filter": "ssltrouble.cause || ssltrouble.verdict"}),
        ("frames", {"filter": "ssltrouble.established"}),
        ("load", {"file": failed}), ("frames", {"filter": "ssltrouble.verdict && ssltrouble.failed"}),
        ("frame", {"frame": verdict, "proto": True}))
    numbers = [[frame["num"] for frame in answer] if isinstance(answer, list) else None for answer in answers]
    equal((numbers[1], numbers[7]), ([verdict], [verdict]))
    equal(numbers[2], all_frames(tools, FAILED))
    equal((numbers[4], len(numbers[5])), ([], 1))
    assert "SSL Troubleshooter: No protocol version in common" in json.dumps(answers[8]), answers[8]


def main():
    """main() runs the tests that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tshark", default="tshark", help="tshark, with options if any")
    parser.add_argument("--sharkd", default="sharkd", help="sharkd, with options if any")
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to, or installed")
    parser.add_argument("--captures", default=str(HERE.parent.parent / "test-captures"))
    parser.add_argument("names", nargs="*", metavar="NAME", help="tests to run (default: all)")
    args = parser.parse_args()
    tests = {name[5:]: function for name, function in globals().items() if name.startswith("test_")}
    if not args.sharkd:
        del tests["sharkd"]
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as temp:
        tools = Tools(args, temp)
        for name in args.names or tests:
            try:
                tests[name](tools)
                passed += 1
            except (AssertionError, subprocess.CalledProcessError, ValueError, LookupError) as problem:
                print(f"{name}: {problem!r}" if not isinstance(problem, AssertionError) else f"{name}: {problem}")
                failed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
