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

static const struct {
    const char *word, *what;
} words[] = {{"TcpTestSucceeded", "Test-NetConnection"},
             {"TTL=", "ping"},
             {"Packets: Sent = ", "ping"},
             {" packets transmitted, ", "ping"},
             {"Non-authoritative answer", "nslookup"},
             {" port [tcp/", "nc -vz"},
             {" ech=", "dig"},
             {" alpn=\"", "dig"},
             {"proxy_protocol", "a search for the PROXY protocol"},
             {"accept-proxy", "a search for the PROXY protocol"},
             {"RemoteIPProxyProtocol", "a search for the PROXY protocol"},
             {" upgrade ", "a list of updates (dpkg.log)"},
             {"-----BEGIN PUBLIC KEY-----", "a public key"},
             {"X509v3 CRL Distribution Points", "openssl x509 (the certificate itself, as .pem, is read)"},
             {"was successfully loaded for encryption", "SQL Server's ERRORLOG without a thumbprint"},
             {"UDP, length ", "tcpdump"},
             {"-rw", "ls -l"},
             {"Nmap scan report", "nmap"},
             {"CONNECTED(", "openssl s_client"},
             {"> Host: ", "curl -v"},
             {"testssl.sh", "testssl.sh"},
             {"Testing protocols via sockets", "testssl.sh"},
             {"Testing SSL server", "sslscan"},
             {"SCAN RESULTS FOR", "sslyze"},
             {" Kx=", "openssl ciphers -v"},
             {"NTP service:", "timedatectl"},
             {"RTC in local TZ:", "timedatectl"},
             {"Leap Indicator: ", "w32tm"},
             {"Tracking ", "w32tm /stripchart"},
             {"Ref time (UTC)", "chronyc tracking"},
             {"refid      st t when poll", "ntpq -p"},
             {"notAfter=", "openssl x509 (the certificate itself, as .pem, is read)"},
             {".pem: OK", "openssl verify"},
             {"AzureAdJoined", "dsregcmd /status"},
             {"Dc Site Name:", "nltest"},
             {"Group Policy Result tool", "gpresult"},
             {"IPv4 Address. . .", "ipconfig"},
             {"SIZE/OFF NODE NAME", "lsof"},
             {"Variable_name", "SHOW VARIABLES"},
             {"RequestId: ", "certreq"},
             {"CertUtil: ", "certutil"},
             {"RequireTLS", "Get-SendConnector"},
             {"jdk.tls.disabledAlgorithms", "java.security"},
             {"MinProtocol", "openssl.cnf"},
             {"\"stream\":", "a report of this plugin"},
             {"WinHTTP", "netsh winhttp show proxy"},
             {"ReferenceId: 0x", "w32tm"},
             {"Referenz-ID: 0x", "w32tm"},
             {"TlsCertificateName", "Get-ReceiveConnector"},
             {"-----BEGIN CERTIFICATE REQUEST-----", "a certificate request"},
             {"-----BEGIN NEW CERTIFICATE REQUEST-----", "a certificate request"},
             {"#Software: Microsoft Internet Information Services", "an access log of IIS"},
             {" HTTP/1.1\" ", "an access log"},
             {" HTTP/2.0\" ", "an access log"},
             {"ssl_certificate ", "nginx's configuration"},
             {"SSLCertificateFile ", "Apache's configuration"},
             {"Signature Algorithm: ", "openssl x509 -text (the certificate itself, as .pem, is read)"},
             {"[notice]", "a server's log without a line about TLS"},
             {" systemd[1]: ", "a system's log without a line about TLS"},
             {"-- No entries --", "journalctl without entries of that time"},
             {"<html", "an HTML page"},
             {"<?xml", "an XML document"}};

static const char *
seems(dx_span line)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (dx_span_has(line, words[i].word))
            return words[i].what;
    return is_acl(line) ? "icacls" : is_hop(line) ? "tracert" : NULL;
}

const char *
dx_seems_other(dx_span text)
{
    dx_span begin = {text.at, MIN(text.len, 4096)};
    dx_lines lines;
    dx_span line;
    const char *what = dx_span_has(begin, "<iisCryptoTemplate") ? "a template of IIS Crypto"
                       : dx_span_has(begin, "gpmc_report")      ? "gpresult /h"
                                                                : NULL;

    dx_lines_start(&lines, text, false);
    while (!what && dx_lines_next(&lines, &line) && lines.number < 2000)
        what = seems(dx_span_trim(line));
    dx_lines_end(&lines);
    return what;
}
