#!/usr/bin/env python3
"""Opens the page of -z ssltrouble,html in headless Chromium and compares it with the JSON report.

    run.py --plugin-dir DIR [--tshark CMD] [--captures DIR] [--screenshots DIR] [NAME...]

NAME is a capture of test-captures/. Of every page: Chromium writes nothing to its console, nothing is fetched, every id and
label is there once, and the first of each problem's connections says what JSON says of it. Of one page besides: folding by
keyboard, links, search, copying, dark and print. Of one whose server name is markup: it stays text. The page of ssltrouble-reduce of all these
captures. Run by run.sh.
"""

import argparse
import base64
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "captures"))
from run import Runner  # noqa: E402  (the one place that knows how to run tshark unprivileged)

# One or two of each kind of picture: a comparison, certificates, a device between, silence, several problems, nothing.
NAMES = ["cipher_mismatch.contrast", "certificate_expired", "certificate_untrusted_root.clients12", "middlebox_reset",
         "client_hello_timeout", "host_unreachable", "http_sent_to_tls_port", "starttls_expected", "hello_retry_failed",
         "key_mismatch.schemes", "server_flight_lost", "ok_tls13"]
HOSTILE = b"<i id=x>\"'&</i>"  # as long as www.example.com, which it replaces in the capture


def browser(folder):
    """browser(folder) starts Chromium with a profile of its own."""
    options = Options()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1200,1000",
                     "--disable-background-networking", f"--user-data-dir={folder}/profile"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


class Page:
    """A page that is open, and what was found to be wrong with it."""

    def __init__(self, driver, path):
        self.driver, self.faults = driver, []
        driver.get(f"file://{path}")

    def check(self, good, text):
        if not good:
            self.faults.append(text)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def soon(self, script, *arguments):
        """soon(script, argument...) tells whether a script returns true within ten seconds: events take their time."""
        for _ in range(100):
            if self.run(script, *arguments):
                return True
            time.sleep(0.1)
        return False

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)


def squeezed(text):
    return " ".join(text.split())


def check_sound(page):
    """What holds for every page."""
    page.check(not (log := page.driver.get_log("browser")), f"console: {log}")
    page.check(page.run("return performance.getEntriesByType('resource').length") == 0, "the page fetches something")
    source = page.driver.page_source
    page.check(not re.search(r"(src|href)=\"(?!#)", source), "a link that leads out of the page")
    ids = page.run("return Array.from(document.querySelectorAll('[id]'), e => e.id)")
    page.check(len(ids) == len(set(ids)), f"an id twice: {ids}")
    targets = page.run("return Array.from(document.querySelectorAll('a[href^=\"#\"]'), e => e.getAttribute('href').slice(1))")
    page.check(set(targets) <= set(ids), "a link to nowhere")
    page.check(page.run("return document.documentElement.lang") == "en", "no language")
    unnamed = page.run("return document.querySelectorAll('svg:not([aria-label]), svg[role=img] > desc:empty').length")
    page.check(unnamed == 0, "a picture without words")
    levels = page.run("return Array.from(document.querySelectorAll('h1,h2,h3,h4'), e => +e.tagName[1])")
    page.check(levels[:1] == [1] and all(b - a < 2 for a, b in zip(levels, levels[1:])), f"headings: {levels}")
    page.check(page.run("return document.documentElement.scrollWidth <= window.innerWidth"), "wider than the window")


def check_json(page, items):
    """The page's problems are JSON's, and say the same."""
    failed = [item for item in items if item["cause"]]
    found = page.run("return Array.from(document.querySelectorAll('.problem'), e => [e.dataset.cause, e.textContent])")
    wanted = {(item["cause"], item["server"]) for item in failed}
    page.check({cause for cause, _ in found} == {cause for cause, _ in wanted}, f"problems: {found and [c for c, _ in found]}")
    page.check(len(found) >= len(wanted), f"{len(found)} problems for {len(wanted)}")
    for cause, text in found:
        text = squeezed(text)
        same = [item for item in failed if item["cause"] == cause and item["server"] in text]
        whole = [item for item in same if all(squeezed(part) in text for part in parts(item))]
        page.check(same and whole, f"{cause}: no connection of JSON is told whole: "
                                   f"{same and [p for p in parts(same[0]) if squeezed(p) not in text]}")
    tiles = dict(re.match(r"(\d+) ?(.*)", squeezed(text)).group(2, 1)
                 for text in page.run("return Array.from(document.querySelectorAll('.tiles li'), e => e.textContent)"))
    recovered = sum(item["recovered_by"] is not None for item in failed)
    page.check(int(tiles["failed"]) == sum(i["outcome"] == "failed" and not i["recovered_by"] for i in items), f"tiles: {tiles}")
    page.check(int(tiles["established"]) == sum(i["outcome"] == "established" for i in items), f"tiles: {tiles}")
    page.check(int(tiles.get("failed, later succeeded", 0)) == recovered, f"tiles: {tiles}")


def parts(item):
    """parts(item) is what a problem says of the connection that is its example."""
    evidence = [line["text"] for line in item["evidence"] if line["frame"]][:8]
    offered = [f"Cipher suites: {', '.join(item['offered']['ciphers'][:3])}"] if item["offered"]["ciphers"] else []
    return [item["title"], item["why"], item["server"], item["compare"] or "", *evidence, *offered]


def check_use(page):
    """Keyboard, links, search, copying, in a page with several problems."""
    problems = page.all(".problem")
    page.check(len(problems) > 1 and problems[0].get_attribute("open"), "the first problem is not open")
    for button, opened in (("open", True), ("close", False)):
        page.all(f"#{button}")[0].click()
        state = page.run("return Array.from(document.querySelectorAll('.problem'), e => e.open)")
        page.check(set(state) == {opened}, f"{button} all: {state}")
    problems[1].find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    page.check(problems[1].get_attribute("open"), "Enter does not unfold")
    page.run("document.querySelectorAll('.problem').forEach(e => { e.open = false; })")
    heads = page.run("return Array.from(document.querySelectorAll('.matrix th'), e => e.textContent)")
    page.check(len(heads) == len(set(heads)), f"a server or a problem stands in the table twice: {heads}")
    link = page.all(".matrix a")[-1]
    target = link.get_attribute("href").rpartition("#")[2]
    link.send_keys(Keys.ENTER)
    page.check(page.soon("return document.getElementById(arguments[0]).open", target), "a link does not unfold its problem")
    page.check(page.soon("return document.activeElement.tagName === 'SUMMARY'"), "a link does not move the focus")
    title = page.run("return document.querySelector('#p2 h3').textContent.slice(3)")
    page.all("#find")[0].send_keys(title)
    shown = page.run("return Array.from(document.querySelectorAll('.problem'), e => !e.hidden && e.textContent)")
    page.check(all(title in text for text in shown if text) and any(shown), "search does not find")
    page.all("#find")[0].clear()
    page.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    page.run("document.querySelectorAll('.problem').forEach(e => { e.hidden = false; e.open = true; })")
    command = page.all(".command")[0]
    command.find_element(By.TAG_NAME, "button").click()
    page.check(page.soon("return document.getElementById('said').textContent.startsWith('Copied')"), "no word of copying")
    copied = page.driver.execute_async_script("var done = arguments[0];"
                                              "navigator.clipboard.readText().then(done, e => done('' + e));")
    page.check(copied == page.run("return document.querySelector('.command pre').textContent"), f"copied: {copied}")
    page.run("document.querySelectorAll('details').forEach(e => { e.open = false; });"
             "window.dispatchEvent(new Event('beforeprint'));")
    page.check(page.run("return document.querySelectorAll('details:not([open])').length") == 0, "folded in print")
    page.run("window.dispatchEvent(new Event('afterprint'))")
    page.check(page.run("return document.querySelectorAll('details[open]').length") == 0, "print leaves it unfolded")


def contrast(page):
    """The lowest contrast of text on the ground of its element; WCAG wants 4.5."""
    return page.run("""
        function light(c) { var p = c.match(/[\\d.]+/g).slice(0, 3).map(function (v) {
            v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
            return 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]; }
        var ground = getComputedStyle(document.body).backgroundColor, low = 99;
        document.querySelectorAll('h1,h3,dt,dd,p,a,svg text,.status,.faint').forEach(function (e) {
            var s = getComputedStyle(e), c = light(e.namespaceURI.endsWith('svg') ? s.fill : s.color), g = light(ground);
            low = Math.min(low, (Math.max(c, g) + 0.05) / (Math.min(c, g) + 0.05)); });
        return low;""")


# Of a ladder the beginning of what each message is; its end may need scrolling.
BEGINS_OUTSIDE = """return Array.from(document.querySelectorAll('.ladder .label')).filter(function (label) {
    var text = label.getBoundingClientRect(), room = label.closest('figure').getBoundingClientRect();
    return text.left < room.left || text.left + Math.min(text.width, 130) > room.right;
}).map(function (label) { return label.textContent; }).join(', ')"""


def check_media(page, shots, name):
    """Light, dark and print: legible; with --screenshots a picture of each. Narrow: nothing outside."""
    for mode, media, scheme in (("light", "screen", "light"), ("dark", "screen", "dark"), ("print", "print", "light")):
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        page.check((low := contrast(page)) >= 4.5, f"{mode}: contrast {low:.1f}")
        if shots:
            height = min(page.run("return document.documentElement.scrollHeight"), 4000)
            shot = page.driver.execute_cdp_cmd("Page.captureScreenshot", {
                "captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": 1200, "height": height, "scale": 1}})
            (shots / f"{name}.{mode}.png").write_bytes(base64.b64decode(shot["data"]))
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    for width in (400, 911):  # a telephone; a notebook at 150 %
        page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
        wide = page.run("document.querySelectorAll('details').forEach(function (d) { d.open = true; });"
                        "return document.documentElement.scrollWidth")
        page.check(wide <= width, f"{width} pixels: the page scrolls sideways, {wide} are wanted")
        page.check(not (lost := page.run(BEGINS_OUTSIDE)), f"{width} pixels: not to be seen without scrolling: {lost}")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": []})
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",  # A4 without its margins
                                {"width": 718, "height": 1000, "deviceScaleFactor": 1, "mobile": False})
    cut = page.run("return Array.from(document.querySelectorAll('.table')).filter(function (t) {"
                   "return t.scrollWidth > t.clientWidth; }).length")
    page.check(not cut, f"print: {cut} tables are wider than the paper")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def check_hostile(page):
    """A name that is markup is text, everywhere."""
    page.check(not page.all("#x"), "a name from the wire became an element")
    page.check(HOSTILE.decode() in page.run("return document.querySelector('.problem').textContent"), "the name is not shown")


def check_reduced(driver, args, work, lines):
    """The page of ssltrouble-reduce, of the same build, over all of these captures."""
    program = Path(args.plugin_dir).resolve().parent / "bin" / "ssltrouble-reduce"
    text = "".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)
    done = subprocess.run([program, "--html"], input=text, capture_output=True, text=True, check=True)
    path = work / "reduced.html"
    path.write_text(done.stdout, encoding="utf-8")
    page = Page(driver, path)
    check_sound(page)
    check_media(page, args.screenshots, "reduced")
    shown = squeezed(page.run("return document.querySelector('main').textContent"))
    for line in lines:
        page.check(not line["cause"] or (line["title"] in shown and line["server"] in shown), f"lacks {line['title']}")
    failed = sum(line["outcome"] == "failed" and not line["recovered_by"] for line in lines)
    page.check(f"{failed} failed" in shown, f"does not count {failed} failed")
    return page.faults


def make(runner, source, work):
    """make(runner, source, work) writes the page of a capture; returns (its path, JSON's objects)."""
    source.chmod(0o644)
    text, error = runner.report(source, "-z", "ssltrouble,html")
    if error:
        sys.exit(error)
    begin, end = text.index("<!DOCTYPE"), text.index("</html>") + len("</html>\n")
    path = work / f"{source.stem}.html"
    path.write_text(text[begin:end], encoding="utf-8")
    lines = (text[:begin] + text[end:]).splitlines()
    return path, [json.loads(line) for line in lines if line.startswith("{")]


def tell(name, faults, passed, failed):
    """tell(name, faults, passed, failed) prints the faults; returns the new sums."""
    for fault in faults:
        print(f"{name}: {fault}")
    return passed + (not faults), failed + bool(faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plugin-dir", required=True, help="what WIRESHARK_PLUGIN_DIR is set to")
    parser.add_argument("--tshark", default="tshark")
    parser.add_argument("--captures", type=Path, default=HERE.parent.parent / "test-captures")
    parser.add_argument("--screenshots", type=Path, help="a folder for pictures of every page")
    parser.add_argument("names", nargs="*", metavar="NAME", default=NAMES)
    args = parser.parse_args()
    passed = failed = 0
    lines = []
    with tempfile.TemporaryDirectory(prefix="ssltrouble.") as temp:
        work = Path(temp)
        (work / "run").mkdir()
        work.chmod(0o755)
        runner = Runner(args.tshark, args.plugin_dir, args.captures, work / "run")
        driver = browser(temp)
        try:
            for name in [*(args.names or NAMES), "hostile"]:
                source = work / f"{name}.pcapng"
                stem = "cipher_mismatch" if name == "hostile" else name
                data = (args.captures / f"{stem}.pcapng").read_bytes()
                source.write_bytes(data.replace(b"www.example.com", HOSTILE) if name == "hostile" else data)
                path, items = make(runner, source, work)
                lines += items
                page = Page(driver, path)
                check_sound(page)
                if name == "hostile":
                    check_hostile(page)
                else:
                    check_json(page, items)
                    check_media(page, args.screenshots, name)
                if name == "key_mismatch.schemes":
                    check_use(page)
                passed, failed = tell(name, page.faults, passed, failed)
            passed, failed = tell("ssltrouble-reduce", check_reduced(driver, args, work, lines), passed, failed)
        finally:
            driver.quit()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
