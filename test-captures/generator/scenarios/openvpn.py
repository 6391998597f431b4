"""TLS inside OpenVPN, over UDP and TCP: Debian's openvpn on both sides."""

import time

from ..registry import capture


def key(lab, name="static", kind="secret"):
    """key(lab, name) makes a static key."""
    path = lab.dir / f"{name}.key"
    lab.sh(f"openvpn --genkey {kind} {path}", "client")
    return path


def server(lab, *options, leaf="www", proto="udp", ca="root.crt", port=1194):
    """server(lab, option...) starts an OpenVPN server, which over UDP has no socket to wait for."""
    lab.start(["openvpn", "--server", "203.0.113.0", "255.255.255.0", "--dev", "tun", "--disable-dco", "--dh", "none", "--proto",
               "tcp-server" if proto == "tcp" else proto, "--ca", lab.pki[ca], "--cert", lab.pki[f"{leaf}.pem"],
               "--key", lab.pki[f"{leaf}.key"], "--verb", "4", "--keepalive", "1", "20", "--port", str(port), *options],
              port=port if proto == "tcp" else None)
    time.sleep(0.7)


def client(lab, *options, leaf="client", proto="udp", ca="root.crt", timeout=4, again="30", port=1194):
    """client(lab, option...) runs an OpenVPN client for `timeout` seconds; after a failure it waits for `again` seconds."""
    lab.run(["openvpn", "--client", "--dev", "tun", "--disable-dco", "--nobind", "--remote", "www.example.com", str(port),
             "--connect-retry", again, "--proto", "tcp-client" if proto == "tcp" else proto, "--ca", lab.pki[ca],
             "--cert", lab.pki[f"{leaf}.pem"], "--key", lab.pki[f"{leaf}.key"], "--verb", "4", *options], timeout=timeout)


@capture("ok_openvpn")
def _(lab):
    """Healthy: OpenVPN 2.6 over UDP, TLS 1.3."""
    server(lab)
    client(lab)


@capture("ok_openvpn.tcp")
def _(lab):
    """Healthy: OpenVPN 2.6 over TCP, TLS 1.2."""
    server(lab, "--tls-version-max", "1.2", proto="tcp")
    client(lab, proto="tcp")


@capture("ok_openvpn.tls_auth")
def _(lab):
    """Healthy: OpenVPN over UDP with tls-auth (HMAC-SHA256). The new TLS session after two seconds is protected
    by dynamic tls-crypt, as between any two peers from 2.6.1 on, and not seen."""
    secret = key(lab)
    server(lab, "--tls-auth", secret, "0", "--auth", "SHA256", "--reneg-sec", "2")
    client(lab, "--tls-auth", secret, "1", "--auth", "SHA256", timeout=6)


@capture("ok_openvpn.loss")
def _(lab):
    """Healthy: OpenVPN over UDP, TLS 1.2; a firewall drops one of three datagrams of the server for a while, so that packets
    are sent again and come out of order."""
    server(lab, "--tls-version-max", "1.2")
    lab.nft("udp sport 1194 numgen inc mod 3 == 2 limit rate over 1/second burst 1 packets drop", hook="forward")
    client(lab, timeout=12)


@capture("ok_openvpn.tls_crypt")
def _(lab):
    """Healthy, and nothing of it can be read: OpenVPN over UDP with tls-crypt."""
    secret = key(lab)
    server(lab, "--tls-crypt", secret)
    client(lab, "--tls-crypt", secret)


@capture("certificate_untrusted_root.openvpn")
def _(lab):
    """OpenVPN over UDP: the client knows another root."""
    server(lab)
    client(lab, ca="otherroot.crt")


@capture("certificate_untrusted_root.openvpn_tcp")
def _(lab):
    """OpenVPN over TCP with tls-auth (HMAC-SHA1): the client knows another root."""
    secret = key(lab)
    server(lab, "--tls-auth", secret, "0", proto="tcp")
    client(lab, "--tls-auth", secret, "1", proto="tcp", ca="otherroot.crt")


@capture("certificate_rejected.openvpn")
def _(lab):
    """OpenVPN over UDP, TLS 1.2: the client wants another name (--verify-x509-name), which is not
    in the packets, and leaves without a word."""
    server(lab, "--tls-version-max", "1.2")
    client(lab, "--verify-x509-name", "vpn.example.com", "name", timeout=8)


@capture("udp_handshake_stalled.openvpn")
def _(lab):
    """OpenVPN over UDP with tls-auth (HMAC-SHA512): the client knows another root and falls silent; a firewall drops the
    client's ICMP."""
    secret = key(lab)
    server(lab, "--tls-auth", secret, "0", "--auth", "SHA512")
    lab.nft("icmp type destination-unreachable drop")
    lab.capture_at("server")
    client(lab, "--tls-auth", secret, "1", "--auth", "SHA512", ca="otherroot.crt", timeout=25)


@capture("certificate_expired.openvpn")
def _(lab):
    """OpenVPN over UDP, TLS 1.2: the server's certificate has expired."""
    server(lab, "--tls-version-max", "1.2", leaf="expired")
    client(lab, timeout=8, again="1")


@capture("client_certificate_rejected.openvpn")
def _(lab):
    """OpenVPN over UDP, TLS 1.2: the client's certificate is from another root, and the server falls silent."""
    server(lab, "--tls-version-max", "1.2")
    client(lab, leaf="client_untrusted", timeout=15)


@capture("client_certificate_rejected.openvpn_tcp")
def _(lab):
    """OpenVPN over TCP, TLS 1.2: the client's certificate has expired."""
    server(lab, "--tls-version-max", "1.2", proto="tcp")
    client(lab, leaf="client_expired", proto="tcp", timeout=12)


@capture("protocol_version_mismatch.openvpn")
def _(lab):
    """OpenVPN over UDP: the server wants TLS 1.3, the client has TLS 1.2 at most."""
    server(lab, "--tls-version-min", "1.3")
    client(lab, "--tls-version-max", "1.2", timeout=25)


@capture("udp_unanswered.openvpn")
def _(lab):
    """OpenVPN over UDP: the client's tls-auth key is another one, and the server drops its packets without a word."""
    server(lab, "--tls-auth", key(lab), "0")
    client(lab, "--tls-auth", key(lab, "other"), "1", timeout=12)


@capture("udp_unanswered.openvpn_tls_crypt")
def _(lab):
    """OpenVPN over UDP: the client's tls-crypt key is another one, and the server drops its packets without a word."""
    server(lab, "--tls-crypt", key(lab))
    client(lab, "--tls-crypt", key(lab, "other"), timeout=12)


@capture("udp_port_closed.openvpn")
def _(lab):
    """OpenVPN over UDP: no server."""
    client(lab)


@capture("ok_openvpn.renegotiation")
def _(lab):
    """Healthy: OpenVPN over UDP, TLS 1.2, with new keys every three seconds."""
    server(lab, "--tls-version-max", "1.2", "--reneg-sec", "3")
    client(lab, timeout=9)


@capture("ok_openvpn.auth_failed")
def _(lab):
    """OpenVPN over UDP: TLS comes about, and the server does not take the user's password (AUTH_FAILED)."""
    refuse, login = lab.dir / "refuse.sh", lab.dir / "login"
    refuse.write_text("#!/bin/sh\nexit 1\n")
    refuse.chmod(0o755)
    login.write_text("alice\nwrong\n")
    server(lab, "--script-security", "2", "--auth-user-pass-verify", refuse, "via-file")
    client(lab, "--auth-user-pass", login, timeout=8)


@capture("client_certificate_rejected.openvpn_tls13")
def _(lab):
    """OpenVPN over UDP, TLS 1.3: the client's certificate has expired; for the client the handshake is over, and the server
    does not answer what it sends then."""
    server(lab)
    client(lab, leaf="client_expired", timeout=12)


@capture("certificate_rejected.openvpn_tcp")
def _(lab):
    """OpenVPN over TCP, TLS 1.2: the client wants another name (--verify-x509-name) and leaves without a word."""
    server(lab, "--tls-version-max", "1.2", proto="tcp")
    client(lab, "--verify-x509-name", "vpn.example.com", "name", proto="tcp", timeout=8)


@capture("openvpn_not_answered")
def _(lab):
    """OpenVPN over TCP with tls-auth: the client has another key, and the server closes."""
    server(lab, "--tls-auth", key(lab), "0", proto="tcp")
    client(lab, "--tls-auth", key(lab, "other"), "1", proto="tcp")


@capture("openvpn_not_answered.tls_crypt")
def _(lab):
    """OpenVPN over TCP on port 443 with tls-crypt: the client has another key, and the server closes."""
    server(lab, "--tls-crypt", key(lab), proto="tcp", port=443)
    client(lab, "--tls-crypt", key(lab, "other"), proto="tcp", port=443)


@capture("openvpn_not_answered.client_without")
def _(lab):
    """OpenVPN over TCP on port 1195: the server wants tls-auth, the client has no key for it."""
    server(lab, "--tls-auth", key(lab), "0", proto="tcp", port=1195)
    client(lab, proto="tcp", port=1195)


@capture("openvpn_not_answered.server_without")
def _(lab):
    """OpenVPN over TCP: the client has a key for tls-auth, the server has none."""
    server(lab, proto="tcp")
    client(lab, "--tls-auth", key(lab), "1", proto="tcp", timeout=8)


@capture("openvpn_not_answered.filtered")
def _(lab):
    """OpenVPN over TCP: a filter on the path drops what follows the handshake of TCP."""
    server(lab, proto="tcp")
    lab.nft("tcp dport 1194 meta length > 60 drop")
    client(lab, proto="tcp", timeout=10)


@capture("ok_openvpn.port_443")
def _(lab):
    """Healthy: OpenVPN over TCP on port 443 with tls-auth, TLS 1.3."""
    secret = key(lab)
    server(lab, "--tls-auth", secret, "0", proto="tcp", port=443)
    client(lab, "--tls-auth", secret, "1", proto="tcp", port=443)


@capture("ok_openvpn.tcp_tls_crypt")
def _(lab):
    """Healthy, and nothing of it can be read: OpenVPN over TCP on port 443 with tls-crypt."""
    secret = key(lab)
    server(lab, "--tls-crypt", secret, proto="tcp", port=443)
    client(lab, "--tls-crypt", secret, proto="tcp", port=443)


@capture("ok_openvpn.one_way")
def _(lab):
    """Healthy, and one direction alone was captured: OpenVPN over UDP, what the client sends, to the ICMP error with which
    its system answers when it has ended."""
    lab.capture_at(capture_filter="src host 192.0.2.10 and (udp or icmp)")
    server(lab)
    client(lab)
    time.sleep(2)


@capture("udp_handshake_stalled.openvpn_tls_auth")
def _(lab):
    """OpenVPN over UDP: the client has a key for tls-auth, the server none; the server answers each packet, and the client
    takes no answer."""
    server(lab)
    client(lab, "--tls-auth", key(lab), "1", timeout=9)


@capture("ok_openvpn.gap")
def _(lab):
    """Healthy: OpenVPN over UDP, TLS 1.3; the packet with the client's certificate was taken out of the capture."""
    server(lab)
    client(lab)
    lab.edit("tshark", "-r", "IN", "-Y", "not (openvpn.mpid == 2 and udp.dstport == 1194)", "-w", "OUT")


@capture("protocol_version_mismatch.openvpn_tcp")
def _(lab):
    """OpenVPN over TCP: the server wants TLS 1.3, the client has TLS 1.2 at most; the server closes without an alert."""
    server(lab, "--tls-version-min", "1.3", proto="tcp")
    client(lab, "--tls-version-max", "1.2", proto="tcp")


@capture("group_mismatch.openvpn_tcp")
def _(lab):
    """OpenVPN over TCP: the server has secp521r1 alone, the client x25519 alone; the server closes without an alert."""
    server(lab, "--tls-groups", "secp521r1", proto="tcp")
    client(lab, "--tls-groups", "X25519", proto="tcp")


@capture("client_certificate_rejected.openvpn_expired")
def _(lab):
    """OpenVPN over UDP, TLS 1.2: the client's certificate has expired, and the server falls silent."""
    server(lab, "--tls-version-max", "1.2")
    client(lab, leaf="client_expired", timeout=15)
