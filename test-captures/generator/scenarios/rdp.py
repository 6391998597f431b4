"""TLS inside RDP: xrdp and FreeRDP."""

import re
from pathlib import Path

from ..registry import capture


def xrdp(lab, layer):
    """xrdp(lab, layer) starts xrdp with this security layer (negotiate, tls, rdp)."""
    text = Path("/etc/xrdp/xrdp.ini").read_text()
    settings = {"security_layer": layer, "certificate": lab.pki["www.pem"], "key_file": lab.pki["www.key"], "port": 3389,
                "LogFile": lab.dir / "xrdp.log"}  # fmt: skip
    for name, value in settings.items():
        text = re.sub(rf"(?m)^#?{name}=.*$", f"{name}={value}", text, count=1)
    (lab.dir / "xrdp.ini").write_text(text)
    lab.serve(["xrdp", "--nodaemon", "-c", lab.dir / "xrdp.ini"], port=3389)


def freerdp(lab, *options):
    """freerdp(lab, option...) runs xfreerdp for some seconds."""
    lab.run(["xvfb-run", "-a", "xfreerdp", "/v:www.example.com", "/u:alice", "/p:x", *options], timeout=5,
            env={"HOME": lab.dir})  # fmt: skip


@capture("ok_rdp")
def _(lab):
    """Healthy: xrdp and FreeRDP agree on TLS."""
    xrdp(lab, "negotiate")
    freerdp(lab, "/cert:ignore", "/sec:tls")


@capture("ok_rdp.refused")
def _(lab):
    """No TLS: xrdp is set to RDP's own security, FreeRDP insists on TLS and leaves."""
    xrdp(lab, "rdp")
    freerdp(lab, "/cert:ignore", "/sec:tls")
