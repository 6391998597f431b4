"""CAPWAP: an access point and its controller, whose DTLS is OpenSSL's behind peers/capwap.py."""

import time

from ..lab import PEERS, SERVER
from ..programs import s_client, s_server
from ..registry import capture


def join(lab, client="client"):
    """join(lab) lets an access point with a certificate ask for the controller, which requires one."""
    required = ("-dtls", "-Verify", "3", "-CAfile", lab.pki["root.crt"], "-verify_return_error")
    server = [part for part in s_server(lab.pki, *required, port=15246) if part != "-www"]
    lab.start(server, stdin=-1)
    lab.start(["python3", PEERS / "capwap.py", "strip", "5246", "127.0.0.1", "15246"])
    lab.start(["python3", PEERS / "capwap.py", "add", "25246", SERVER, "5246"], where="client")
    time.sleep(1)
    own = ("-cert", lab.pki[f"{client}.pem"], "-cert_chain", lab.pki[f"{client}.rest"], "-key", lab.pki[f"{client}.key"])
    command = [part for part in s_client(lab.pki, "-dtls", *own) if part != "-quiet"]
    command[command.index("-connect") + 1] = "127.0.0.1:25246"
    lab.run(["sh", "-c", '(sleep 1; echo Q) | "$@"', "sh", *command], timeout=15)


@capture("ok_dtls.capwap", standin=True)
def _(lab):
    """An access point joins its controller over CAPWAP, DTLS 1.2 with certificates on both sides."""
    join(lab)


@capture("client_certificate_rejected.capwap", standin=True)
def _(lab):
    """CAPWAP: the access point's certificate expired in January 2024, and the controller turns it away."""
    join(lab, "client_expired")
