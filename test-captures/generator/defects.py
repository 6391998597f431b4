"""Certificates with one defect each, besides those of pki.py; made when the first scenario needs them."""

import subprocess
import threading
from pathlib import Path

from .lab import PEERS
from .pki import NAMES

_lock = threading.Lock()
SERVER = ["basicConstraints=critical,CA:FALSE", "extendedKeyUsage=serverAuth"]
CA_ISSUERS = "authorityInfoAccess=caIssuers;URI:http://ca.example.com/issuing.crt"
EC = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
KEYS = {
    "rsa": ["rsa:2048"],
    "pss": ["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"],
    "ec256": EC,
    "ec384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "ec521": ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "ed25519": ["ed25519"],
    "ed448": ["ed448"],
}


def make(pki):
    """make(pki) makes all of them, once per work folder."""
    with _lock:
        if not Path(pki["defects"]).exists():
            _leaves(pki)
            _keys(pki)
            Path(pki["defects"]).touch()


def _write(pki, name, rest):
    Path(pki[f"{name}.rest"]).write_text(rest)
    Path(pki[f"{name}.pem"]).write_text(Path(pki[f"{name}.crt"]).read_text() + rest)


def _leaf(pki, name, *extensions, parent="issuing", key=EC, days=365, at=None, digest="sha256", rest=None):
    signer = ["-CA", pki[f"{parent}.crt"], "-CAkey", pki[f"{parent}.key"]] if parent else []
    added = [part for extension in extensions for part in ("-addext", extension)]
    pki.openssl("req", "-x509", "-newkey", *key, "-nodes", "-keyout", pki[f"{name}.key"], "-out", pki[f"{name}.crt"],
                "-subj", "/O=Example/CN=www.example.com", "-days", days, f"-{digest}", *signer, *added, at=at)
    if rest is None:
        rest = Path(pki[f"{parent}.crt"]).read_text() if parent else ""
    _write(pki, name, rest)


def _issuer(pki, name, words, *extensions, days=365, at=None):
    added = [part for extension in extensions for part in ("-addext", extension)]
    pki.openssl("req", "-x509", "-newkey", *EC, "-nodes", "-keyout", pki[f"{name}.key"], "-out", pki[f"{name}.crt"], "-subj",
                f"/O=Example/CN=Example {words} CA", "-days", days, "-CA", pki["root.crt"], "-CAkey", pki["root.key"], *added,
                at=at)


def _leaves(pki):
    root = Path(pki["root.crt"]).read_text()
    issuing = Path(pki["issuing.crt"]).read_text()
    Path(pki["authorities.pem"]).write_text(root + issuing)
    _leaf(pki, "d_good", NAMES, *SERVER)
    _leaf(pki, "d_expired", NAMES, *SERVER, at="2024-01-01 00:00:00", days=30)
    _leaf(pki, "d_not_yet_valid", NAMES, *SERVER, at="2045-01-01 00:00:00", days=30)
    _leaf(pki, "d_self_signed", NAMES, *SERVER, parent=None)
    _leaf(pki, "d_untrusted", NAMES, *SERVER, parent="otherroot")
    _leaf(pki, "d_incomplete", NAMES, *SERVER, CA_ISSUERS, rest="")
    _leaf(pki, "d_name", "subjectAltName=DNS:other.example.com", *SERVER)
    _leaf(pki, "d_no_san", *SERVER)
    _leaf(pki, "d_usage", NAMES, "basicConstraints=critical,CA:FALSE", "extendedKeyUsage=clientAuth")
    _leaf(pki, "d_key_usage", NAMES, *SERVER, "keyUsage=critical,keyEncipherment", key=["rsa:2048"])
    _leaf(pki, "d_sign_usage", NAMES, *SERVER, "keyUsage=critical,keyCertSign", key=["rsa:2048"])
    _leaf(pki, "d_must_staple", NAMES, *SERVER, "tlsfeature=status_request")
    _leaf(pki, "d_many", NAMES, *SERVER, rest=issuing + root * 80)
    _leaf(pki, "d_sha1", NAMES, *SERVER, digest="sha1")
    _leaf(pki, "d_rsa1024", NAMES, *SERVER, key=["rsa:1024"])
    _leaf(pki, "d_misordered", NAMES, *SERVER, rest=root + issuing)
    authority = ["basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign,cRLSign"]
    _issuer(pki, "old", "Old Issuing", *authority, days=30, at="2024-01-01 00:00:00")
    _leaf(pki, "d_old_issuer", NAMES, *SERVER, parent="old")
    _issuer(pki, "noca", "No", "basicConstraints=critical,CA:FALSE")
    _leaf(pki, "d_no_ca", NAMES, *SERVER, parent="noca")
    _issuer(pki, "constrained", "Constrained", *authority, "nameConstraints=critical,permitted;DNS:example.net")
    _leaf(pki, "d_constrained", NAMES, *SERVER, parent="constrained")
    _issuer(pki, "clients", "Client Issuing", *authority, "extendedKeyUsage=clientAuth")
    _leaf(pki, "d_usage_issuer", NAMES, *SERVER, parent="clients")
    _issuer(pki, "soft", "Soft", "basicConstraints=CA:TRUE", "keyUsage=keyCertSign,cRLSign")
    _leaf(pki, "d_soft_ca", NAMES, *SERVER, parent="soft")
    _leaf(pki, "d_md5", NAMES, *SERVER, digest="md5")
    _leaf(pki, "d_sha512", NAMES, *SERVER, digest="sha512")
    _leaf(pki, "d_brainpool", NAMES, *SERVER, key=["ec", "-pkeyopt", "ec_paramgen_curve:brainpoolP256r1"])
    _leaf(pki, "d_critical", NAMES, *SERVER, "1.2.3.4.5=critical,ASN1:UTF8String:x")
    _leaf(pki, "d_corrupt", NAMES, *SERVER)
    _staple(pki)
    Path(pki["d_corrupt.crt"]).write_bytes(_damaged(pki["d_corrupt.crt"]))
    _write(pki, "d_corrupt", issuing)
    _leaf(pki, "d_corrupt_issuer", NAMES, *SERVER, rest=_damaged(pki["issuing.crt"]).decode())


def _damaged(path):
    """_damaged(path) is the certificate in PEM with a wrong byte in its signature."""
    der = subprocess.run(["openssl", "x509", "-in", path, "-outform", "DER"], check=True, capture_output=True).stdout
    broken = der[:-4] + bytes([der[-4] ^ 0x55]) + der[-3:]
    return subprocess.run(["openssl", "x509", "-inform", "DER"], input=broken, check=True, capture_output=True).stdout


def _staple(pki):
    """revoked.staple is an OCSP response that calls d_good revoked."""
    serial = subprocess.run(["openssl", "x509", "-in", pki["d_good.crt"], "-noout", "-serial"], check=True,
                            capture_output=True, text=True).stdout.strip().split("=")[1]
    Path(pki["ocsp.index"]).write_text(f"R\t450101000000Z\t250101000000Z\t{serial}\tunknown\t/CN=www.example.com\n")
    pki.openssl("ocsp", "-issuer", pki["issuing.crt"], "-cert", pki["d_good.crt"], "-reqout", pki["ocsp.request"],
                "-no_nonce")
    pki.openssl("ocsp", "-index", pki["ocsp.index"], "-CA", pki["issuing.crt"], "-rsigner", pki["issuing.crt"], "-rkey",
                pki["issuing.key"], "-reqin", pki["ocsp.request"], "-respout", pki["revoked.staple"], "-ndays", 3650,
                "-resp_no_certs")


def _keys(pki):
    """k_KIND is a good certificate of that kind of key, w_KIND.key another key of the same kind."""
    for kind, key in KEYS.items():
        _leaf(pki, f"k_{kind}", NAMES, *SERVER, key=key)
        _leaf(pki, f"w_{kind}", NAMES, *SERVER, key=key)
    pki.openssl("dsaparam", "-out", pki["dsa.param"], "2048")
    for name in ("k_dsa", "w_dsa"):
        _leaf(pki, name, NAMES, *SERVER, key=[f"dsa:{pki['dsa.param']}"])
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", pki["wrong_key.so"], str(PEERS / "wrong_key.c")], check=True)
