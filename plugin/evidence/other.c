/* other.c - says what a file seems to be whose content is not evaluated
 *
 * Answers of the network, of the client, of a person's checks: reports ask for them, and who puts them into
 * the folder should read that they are known, and not taken for nothing.
 * Source: the commands' manuals; ping and tracert have "TTL=" and "ms" in every language
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

/* BUILTIN\Administrators:(F): icacls; cacls has no brackets */
static bool
is_acl(dx_span line)
{
    size_t at = dx_span_find(line, ":(");

    return at != SIZE_MAX && line.len && line.at[line.len - 1] == ')' && memchr(line.at, '\\', line.len);
}

/* "  3    12 ms    11 ms    12 ms  192.0.2.1" */
static bool
is_hop(dx_span line)
{
    uint32_t number;
    size_t taken = dx_span_decimal(&number, line);

    return taken && taken < line.len && line.at[taken] == ' ' && number <= 64 && dx_span_has(line, " ms ");
}

static const char *
seems(dx_span line)
{
    static const struct {
        const char *word, *what;
    } words[] = {{"TcpTestSucceeded", "Test-NetConnection"},
                 {"TTL=", "ping"},
                 {"Nmap scan report", "nmap"},
                 {"CONNECTED(", "openssl s_client"},
                 {"> Host: ", "curl -v"},
                 {"testssl.sh", "testssl.sh"},
                 {"Testing protocols via sockets", "testssl.sh"},
                 {"Testing SSL server", "sslscan"},
                 {"SCAN RESULTS FOR", "sslyze"},
                 {" Kx=", "openssl ciphers -v"},
                 {"NTP service:", "timedatectl"},
                 {"WinHTTP", "netsh winhttp show proxy"},
                 {"ReferenceId: 0x", "w32tm"},
                 {"Referenz-ID: 0x", "w32tm"},
                 {"PrivateKeyEntry", "keytool -list"},
                 {"TlsCertificateName", "Get-ReceiveConnector"},
                 {"-----BEGIN CERTIFICATE REQUEST-----", "a certificate request"},
                 {"-----BEGIN NEW CERTIFICATE REQUEST-----", "a certificate request"},
                 {"#Software: Microsoft Internet Information Services", "an access log of IIS"},
                 {" HTTP/1.1\" ", "an access log"},
                 {" HTTP/2.0\" ", "an access log"},
                 {"ssl_certificate ", "nginx's configuration"},
                 {"SSLCertificateFile ", "Apache's configuration"},
                 {"Signature Algorithm: ", "openssl x509 -text (the certificate itself, as .pem, is read)"},
                 {"smtpd_tls_", "Postfix's configuration"},
                 {"ssl_min_protocol = ", "Dovecot's configuration"},
                 {"[notice]", "a server's log without a line about TLS"},
                 {" systemd[1]: ", "a system's log without a line about TLS"},
                 {"-- No entries --", "journalctl without entries of that time"},
                 {"<html", "an HTML page"},
                 {"<?xml", "an XML document"}};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (dx_span_has(line, words[i].word))
            return words[i].what;
    return is_acl(line) ? "icacls" : is_hop(line) ? "tracert" : NULL;
}

const char *
dx_seems_other(dx_span text)
{
    dx_lines lines;
    dx_span line;
    const char *what = NULL;

    dx_lines_start(&lines, text, false);
    while (!what && dx_lines_next(&lines, &line) && lines.number < 2000)
        what = seems(dx_span_trim(line));
    dx_lines_end(&lines);
    return what;
}
