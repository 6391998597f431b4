"""Captures as they are taken: times, lengths and beginnings that tell less than what happened."""

import os
import signal
import time

from ..programs import PYTHON, REQUEST, curl, peer, s_client
from ..registry import capture
from .connection import apache, https_block, nginx
from .healthy import syslog_goodbye
from .starttls import PROXY


@capture("ok_reset_ignored", standin=True)
def _(lab):
    """A box on the router (peers/injector.py) resets both sides with numbers 900 too high when it sees the ClientHello:
    Linux answers with an acknowledgment (RFC 5961), curl and nginx go on."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.2;"))
    lab.start(peer("injector", "eth0", "57", "both", "wrong"), where="router")
    time.sleep(0.5)
    lab.capture()
    lab.run(curl(lab.pki))


@capture("ok_client_certificate_goodbye.one_time")
def _(lab):
    """As ok_client_certificate_goodbye; all packets have the time of the first (`editcap -S -0`)."""
    syslog_goodbye(lab)
    lab.edit("editcap", "-S", "-0", "IN", "OUT")


@capture("ok_decrypted13.snaplen")
def _(lab):
    """As ok_decrypted13; captured with a snapshot length of 600 bytes, so that the server's Certificate and Finished are
    not there."""
    log = lab.dir / "keys.txt"
    lab.capture_at(snaplen=600)
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3;"))
    lab.run(curl(lab.pki), env={"SSLKEYLOGFILE": str(log)})
    lab.keylog(log)


@capture("ok_connect_proxy.begun_in_tunnel")
def _(lab):
    """As ok_connect_proxy.beside_http; the capture began behind the CONNECT and its answer (editcap), so that the
    proxy's port shows TLS from the first byte."""
    nginx(lab, https_block(lab))
    os.killpg(lab.serve([PYTHON, "-m", "http.server", "8080"], port=8080).pid, signal.SIGSTOP)
    apache(lab, PROXY, modules="proxy proxy_http proxy_connect", port=3128, where="router")
    lab.run(curl(lab.pki, "-x", "http://192.0.2.1:3128"))
    lab.run(curl(lab.pki, "-m", "2", "-x", "http://192.0.2.1:3128", url="http://www.example.com:8080/"))
    lab.edit("editcap", "IN", "OUT", "1-7")


@capture("ok_early_data.nginx")
def _(lab):
    """nginx with ssl_early_data and s_client -early_data (0-RTT) after a full handshake: nginx answers and closes before
    it has the client's Finished."""
    nginx(lab, https_block(lab, "ssl_protocols TLSv1.3; ssl_early_data on;"))
    session, early = lab.dir / "session.pem", lab.dir / "early.txt"
    early.write_bytes(REQUEST)
    client = [part for part in s_client(lab.pki) if part != "-quiet"]
    wait = '(sleep 0.5; cat "$1"; sleep 0.5) | (shift; exec "$@")'
    lab.run(["sh", "-c", wait, "sh", early, *client, "-sess_out", session])
    lab.run(["sh", "-c", 'sleep 1 | "$@"', "sh", *client, "-sess_in", session, "-early_data", early])
