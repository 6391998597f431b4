"""Certificates for the lab, made by openssl when the generator runs: nothing here is a secret or lives
longer."""

import subprocess
from pathlib import Path

LEAF = "basicConstraints=critical,CA:FALSE"
ISSUING = "basicConstraints=critical,CA:TRUE,pathlen:0"
KEY = {
    "rsa": ["rsa:2048"],
    "rsa1024": ["rsa:1024"],
    "ec": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p521": ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
}
NAMES = "subjectAltName=DNS:www.example.com,DNS:example.com"


class Pki:
    """A directory of PEM files: NAME.crt (one certificate), NAME.rest (its issuer), NAME.pem (both),
    NAME.key, root.crt."""

    def __init__(self, directory):
        self.dir = Path(directory)
        self.dir.mkdir(parents=True, exist_ok=True)
        if not (self.dir / "complete").exists():
            self._make()
            (self.dir / "complete").touch()

    def _make(self):
        self.authority("root", "Example Root CA")
        self.authority("issuing", "Example Issuing CA", parent="root")
        self.authority("otherroot", "Example Other Root CA")
        self.authority("gateway", "Example Web Gateway CA")
        self.leaf("www", "/CN=www.example.com", NAMES)
        self.leaf("www_ec", "/CN=www.example.com", NAMES, key="ec")
        self.leaf("www_p521", "/CN=www.example.com", NAMES, key="p521")
        self.leaf("www2", "/CN=www2.example.com", "subjectAltName=DNS:www2.example.com")
        self.leaf(
            "services",
            "/CN=mail.example.com",
            "subjectAltName=DNS:mail.example.com,DNS:ldap.example.com,DNS:ftp.example.com,DNS:db.example.com,"
            "IP:198.51.100.20",
        )
        self.leaf("expired", "/CN=www.example.com", NAMES, at="2024-01-01 00:00:00", days=30)
        self.leaf("usage", "/CN=www.example.com", NAMES, "extendedKeyUsage=clientAuth")
        self.leaf("revoked", "/CN=www.example.com", NAMES, parent="root")
        self.leaf("untrusted", "/CN=www.example.com", NAMES, parent="otherroot")
        self.leaf("regenerated", "/CN=www.example.com", NAMES, parent="gateway")
        self.leaf("client", "/CN=client.example.com", "extendedKeyUsage=clientAuth")
        self.leaf(
            "client_untrusted", "/CN=client.example.com", "extendedKeyUsage=clientAuth", parent="otherroot"
        )
        self.leaf(
            "client_expired",
            "/CN=client.example.com",
            "extendedKeyUsage=clientAuth",
            at="2024-01-01 00:00:00",
            days=30,
        )
        self.leaf("client_p521", "/CN=client.example.com", "extendedKeyUsage=clientAuth", key="p521")
        self.leaf(
            "client_usage",
            "/CN=client.example.com",
            "extendedKeyUsage=clientAuth",
            "keyUsage=critical,keyEncipherment",
        )
        self.list("list37", 130)
        self.list("list70", 260)
        self.leaf(
            "many",
            "/CN=www.example.com",
            "subjectAltName=DNS:www.example.com,"
            + ",".join(f"DNS:host-number-{number:03}.of-many-hosts.example.com" for number in range(420)),
        )
        self.openssl(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            self["fallback.key"],
            "-out",
            self["fallback.pem"],
            "-subj",
            "/CN=SSL_Self_Signed_Fallback",
            "-days",
            "30",
        )
        self.revoke()
        self.stores()

    def __getitem__(self, name):
        return str(self.dir / name)

    def openssl(self, *arguments, at=None):
        """openssl(argument...) runs openssl, at another time if `at` is given (through faketime)."""
        command = (["faketime", at] if at else []) + ["openssl", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stderr}")

    def authority(self, name, subject, parent=None):
        """authority(name, subject) makes a CA certificate, self-signed unless a parent is given."""
        signer = ["-CA", self[f"{parent}.crt"], "-CAkey", self[f"{parent}.key"]] if parent else []
        self.openssl(
            "req",
            "-x509",
            "-newkey",
            *KEY["rsa"],
            "-nodes",
            "-keyout",
            self[f"{name}.key"],
            "-out",
            self[f"{name}.crt"],
            "-subj",
            f"/O=Example/CN={subject}",
            "-days",
            "3650",
            *signer,
            "-addext",
            "basicConstraints=critical,CA:TRUE",
            "-addext",
            "keyUsage=keyCertSign,cRLSign",
        )

    def leaf(self, name, subject, *extensions, parent="issuing", key="rsa", days=365, at=None):
        """leaf(name, subject, extension...) makes NAME.key, NAME.crt and NAME.pem."""
        if not any(extension.startswith("extendedKeyUsage") for extension in extensions):
            extensions += ("extendedKeyUsage=serverAuth",)
        added = [part for extension in (LEAF, *extensions) for part in ("-addext", extension)]
        self.openssl(
            "req",
            "-x509",
            "-newkey",
            *KEY[key],
            "-nodes",
            "-keyout",
            self[f"{name}.key"],
            "-out",
            self[f"{name}.crt"],
            "-subj",
            f"/O=Example{subject}",
            "-days",
            days,
            "-CA",
            self[f"{parent}.crt"],
            "-CAkey",
            self[f"{parent}.key"],
            *added,
            at=at,
        )
        rest = Path(self[f"{parent}.crt"]).read_text()
        chain = Path(self[f"{name}.crt"]).read_text() + rest
        Path(self[f"{name}.rest"]).write_text(rest)
        Path(self[f"{name}.pem"]).write_text(chain)
        Path(self[f"{name}.both"]).write_text(chain + Path(self[f"{name}.key"]).read_text())

    def list(self, name, count):
        """list(name, count) makes NAME.pem: that many roots of one key, whose names have about 280 bytes, and
        the lab's root."""
        units = "".join(f"/OU={letter * 60}" for letter in "abcd")
        pem = Path(self["root.crt"]).read_text()
        for number in range(count):
            subject = f"/O=Example{units}/CN=Example CA {number:03}"
            self.openssl(
                "req", "-x509", "-key", self["root.key"], "-subj", subject, "-out", self["one.crt"]
            )
            pem += Path(self["one.crt"]).read_text()
        Path(self[f"{name}.pem"]).write_text(pem)

    def revoke(self):
        """revoke() puts the certificate `revoked` on the root's CRL (root_and_crl.pem = root + CRL)."""
        config = self.dir / "ca.cnf"
        config.write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={self['index.txt']}\ndefault_md=sha256\n"
            "default_crl_days=3650\n"
        )
        Path(self["index.txt"]).write_text("")
        common = ["ca", "-config", config, "-keyfile", self["root.key"], "-cert", self["root.crt"]]
        self.openssl(*common, "-revoke", self["revoked.crt"])
        self.openssl(*common, "-gencrl", "-out", self["root.crl"])
        Path(self["root_and_crl.pem"]).write_text(
            Path(self["root.crt"]).read_text() + Path(self["root.crl"]).read_text()
        )

    def stores(self):
        """stores() makes the key stores of Java (PKCS#12) and NSS (nssdb, nssdb_client, no password)."""
        for name in ("www", "www_ec", "client", "client_untrusted"):
            self.openssl(
                "pkcs12",
                "-export",
                "-in",
                self[f"{name}.pem"],
                "-inkey",
                self[f"{name}.key"],
                "-name",
                name,
                "-out",
                self[f"{name}.p12"],
                "-passout",
                "pass:changeit",
            )
        for name in ("nssdb", "nssdb_client"):
            self.nss(name, f"sql:{self[name]}")

    def nss(self, name, database):
        """nss(name, database) makes an NSS database; only the server's holds keys."""
        (self.dir / name).mkdir()
        steps = [
            ["certutil", "-N", "-d", database, "--empty-password"],
            ["certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C", "-i", self["root.crt"]],
            ["certutil", "-A", "-d", database, "-n", "issuing", "-t", ",,", "-i", self["issuing.crt"]],
            ["pk12util", "-d", database, "-i", self["www.p12"], "-W", "changeit", "-K", ""],
        ]
        if name == "nssdb_client":
            steps.pop()
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"{' '.join(step)}: {done.stderr}{done.stdout}")
