#!/usr/bin/python3
"""chromium_proceeds.py URL TIMES ADDRESS - headless Chromium loads a page TIMES times, its user having chosen to go on
to it in spite of its certificate. ADDRESS is where its name leads; no other name is found.

It is driven through the DevTools protocol: JSON between NULs on the descriptors 3 and 4.

SPDX-License-Identifier: GPL-2.0-or-later
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-quic --disable-background-networking "
    "--disable-component-update --disable-sync --no-first-run --remote-debugging-pipe"
).split()


class Browser:
    def __init__(self, home, name, address):
        down, self.out = os.pipe()
        self.into, up = os.pipe()

        def descriptors():
            os.dup2(down, 13)
            os.dup2(up, 14)
            os.dup2(13, 3)
            os.dup2(14, 4)

        self.process = subprocess.Popen(
            ["chromium", *SWITCHES, f"--user-data-dir={home}",
             f"--host-resolver-rules=MAP {name} {address},MAP * ~NOTFOUND"],
            close_fds=False,
            preexec_fn=descriptors,
            env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(down)
        os.close(up)
        self.number = 0
        self.rest = b""

    def ask(self, method, session=None, **parameters):
        """The answer to one command; events in between are dropped."""
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self.out, json.dumps(command).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                self.rest += os.read(self.into, 65536)
            line, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(line)
            if answer.get("id") == self.number:
                return answer.get("result", answer)


def main():
    url, times, address = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with tempfile.TemporaryDirectory() as home:
        browser = Browser(home, urlsplit(url).hostname, address)
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.ask("Security.enable", session)
        browser.ask("Security.setIgnoreCertificateErrors", session, ignore=True)
        for _ in range(times):
            browser.ask("Page.navigate", session, url=url)
            time.sleep(1.5)
        browser.ask("Browser.close")
        browser.process.wait(10)


main()
