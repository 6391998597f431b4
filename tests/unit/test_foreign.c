/* test_foreign.c - other protocols are told by their first bytes, upgrades to TLS and their answers are
 * understood
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/foreign.h"
#include "wire_bytes.h"

#include <glib.h>
#include <string.h>

/* A text with its length, so that it may hold NULs. */
#define B(text) (const uint8_t *)(text), sizeof(text) - 1

static void
check(const uint8_t *bytes, size_t len, bool from_client, dx_foreign expected)
{
    uint8_t *exact = (uint8_t *)g_memdup2(bytes, len);
    g_assert_cmpstr(dx_foreign_name(dx_foreign_classify(exact, len, from_client)), ==,
                    dx_foreign_name(expected));
    g_free(exact);
}

static void
client(const uint8_t *bytes, size_t len, dx_foreign expected)
{
    check(bytes, len, true, expected);
}

static void
server(const uint8_t *bytes, size_t len, dx_foreign expected)
{
    check(bytes, len, false, expected);
}

static void
test_names(void)
{
    g_assert_cmpstr(dx_foreign_name(DX_FOREIGN_SSH), ==, "SSH");
    g_assert_cmpstr(dx_foreign_name(DX_FOREIGN_TEXT), ==, "text of an unknown protocol");
    g_assert_cmpstr(dx_foreign_name(DX_NUM_FOREIGN), ==, "an unknown protocol");
    g_assert_cmpstr(dx_upgrade_name(DX_UPGRADE_POP3), ==, "POP3 STLS");
    g_assert_cmpstr(dx_upgrade_name(DX_UPGRADE_NONE), ==, "none");
    for (int i = DX_UPGRADE_SMTP; i <= DX_UPGRADE_HTTP_CONNECT; i++)
        g_assert_cmpstr(dx_upgrade_name((dx_upgrade)i), !=, "none");
}

static void
test_web(void)
{
    client(B("GET / HTTP/1.1\r\n"), DX_FOREIGN_HTTP_REQUEST);
    client(B("OPTIONS * HTTP/1.1\r\n"), DX_FOREIGN_HTTP_REQUEST);
    client(B("GET http://example.com/ HTTP/1.1\r\n"), DX_FOREIGN_HTTP_REQUEST);
    client(B("PROPFIND /dav HTTP/1.1\r\n"), DX_FOREIGN_HTTP_REQUEST);
    client(B("RPC_IN_DATA /rpc/rpcproxy.dll HTTP/1.1\r\n"), DX_FOREIGN_HTTP_REQUEST);
    client(B("CONNECT example.com:443 HTTP/1.1\r\n"), DX_FOREIGN_HTTP_CONNECT);
    client(B("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), DX_FOREIGN_HTTP2_PREFACE);
    server(B("HTTP/1.0 400 Bad Request\r\n"), DX_FOREIGN_HTTP_RESPONSE);
    server(B("<html><head>"), DX_FOREIGN_HTML);
    server(B("\r\n<!doctype HTML>"), DX_FOREIGN_HTML);
    server(B("<?xml version=\"1.0\"?><html xmlns="), DX_FOREIGN_HTML);
    server(B("\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x64"), DX_FOREIGN_HTTP2_PREFACE);
    static const char *const methods[] = {
        "GET",      "HEAD",        "POST",        "PUT",        "DELETE",          "OPTIONS",
        "TRACE",    "PATCH",       "COPY",        "LOCK",       "UNLOCK",          "MKCOL",
        "MOVE",     "PROPFIND",    "PROPPATCH",   "REPORT",     "SEARCH",          "ACL",
        "BIND",     "UNBIND",      "REBIND",      "MKCALENDAR", "MERGE",           "CHECKOUT",
        "CHECKIN",  "MKACTIVITY",  "SUBSCRIBE",   "NOTIFY",     "VERSION-CONTROL", "BASELINE-CONTROL",
        "M-SEARCH", "UNSUBSCRIBE", "RPC_IN_DATA", "LABEL",      "RPC_OUT_DATA",    "BPROPFIND",
        "UPDATE",   "POLL"};
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        char *request = g_strconcat(methods[i], " /x HTTP/1.1\r\n", NULL);
        client((const uint8_t *)request, strlen(request), DX_FOREIGN_HTTP_REQUEST);
        request[strlen(methods[i]) + 1] = '-'; /* no path */
        client((const uint8_t *)request, strlen(request), DX_FOREIGN_TEXT);
        g_free(request);
    }
    client(B("GET"), DX_FOREIGN_TEXT); /* near misses */
    client(B("GET \r\n"), DX_FOREIGN_TEXT);
    client(B("GETS / HTTP/1.1\r\n"), DX_FOREIGN_TEXT);
    client(B("OPTIONS sip:bob@example.com SIP/2.0\r\n"), DX_FOREIGN_TEXT);
    server(B("HTTPS required"), DX_FOREIGN_TEXT);
    server(B("\0\0\x12\4\0\0\0\0\1\0\3\0\0\0\x64"), DX_FOREIGN_UNKNOWN);
}

static void
test_greetings(void)
{
    server(B("SSH-2.0-OpenSSH_9.2\r\n"), DX_FOREIGN_SSH);
    server(B("RFB 003.008\n"), DX_FOREIGN_VNC);
    client(B("\1\7\0\x1B"
             "0123456789abcdef"
             "\1\7"
             "alice"),
           DX_FOREIGN_RADIUS);
    client(B("\1\7\0\x1B"
             "0123456789abcdef"
             "\1\1"
             "alice"),
           DX_FOREIGN_UNKNOWN); /* attribute of 1 byte */
    server(B("\1\7\0\x1B"
             "0123456789abcdef"
             "\1\7"
             "alice"),
           DX_FOREIGN_UNKNOWN);
    server(B("220 mail.example.com ESMTP\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    server(B("220-FileZilla Server\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    server(B("421 4.7.0 try again later\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    server(B("500 5.5.1 Command unrecognized\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    server(B("* OK [CAPABILITY IMAP4rev1] ready\r\n"), DX_FOREIGN_IMAP);
    server(B("* BAD invalid tag\r\n"), DX_FOREIGN_IMAP);
    server(B("* PREAUTH ready\r\n"), DX_FOREIGN_IMAP);
    server(B("* BYE busy\r\n"), DX_FOREIGN_IMAP);
    server(B("+OK POP3 ready\r\n"), DX_FOREIGN_POP3);
    server(B("-ERR busy\r\n"), DX_FOREIGN_POP3);
    server(B("400 busy\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    server(B("559 no\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    server(B("399 no\r\n"), DX_FOREIGN_TEXT);
    server(B("560 no\r\n"), DX_FOREIGN_TEXT);
    server(B("NOTICE AUTH :*** Looking up\r\n"), DX_FOREIGN_IRC);
    server(B("ERROR :Closing link\r\n"), DX_FOREIGN_IRC);
    server(B("200 news.example.com ready\r\n"), DX_FOREIGN_NNTP);
    server(B("201 no posting\r\n"), DX_FOREIGN_NNTP);
    server(B(":irc.example.net NOTICE * :*** Looking up\r\n"), DX_FOREIGN_IRC);
    server(B(":irc.example.net 020 * :Please wait\r\n"), DX_FOREIGN_IRC);
    client(B("NICK bob\r\n"), DX_FOREIGN_IRC);
    client(B("CAP LS 302\r\n"), DX_FOREIGN_IRC);
    client(B("EHLO example.com\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    client(B("helo example.com\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    client(B("LHLO example.com\r\n"), DX_FOREIGN_SMTP_OR_FTP);
    server(B("220"), DX_FOREIGN_TEXT); /* near misses */
    server(B("2200 things"), DX_FOREIGN_TEXT);
    server(B("221 bye\r\n"), DX_FOREIGN_TEXT);
    server(B("600 out of range\r\n"), DX_FOREIGN_TEXT);
    client(B("220 mail.example.com\r\n"), DX_FOREIGN_TEXT);
    server(B("EHLO example.com\r\n"), DX_FOREIGN_TEXT);
    server(B(":irc.example.net"), DX_FOREIGN_TEXT);
    server(B("*OK"), DX_FOREIGN_TEXT);
}

static void
test_binary(void)
{
    client(B("\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0"), DX_FOREIGN_LDAP);
    server(B("\x30\x84\0\0\0\x10\x02\x01\x01\x61\x84\0\0\0\x07\x0a\x01\0\x04\0\x04\0"), DX_FOREIGN_LDAP);
    client(B("\x30\x26\x02\x01\x01\x04\x06public\xa0\x19"), DX_FOREIGN_UNKNOWN); /* near miss: SNMP */
    client(B("\x30\x82\x03\x44\x30\x82"), DX_FOREIGN_UNKNOWN);                   /* and a certificate */
    client(B("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"), DX_FOREIGN_TPKT);
    client(B("\x03\0\0\x04"), DX_FOREIGN_UNKNOWN);
    client(B("\x03\x01\0\x13"), DX_FOREIGN_UNKNOWN);
    client(B("\x12\x01\0\x2f\0\0\x01\0\0\0\x1a"), DX_FOREIGN_TDS);
    server(B("\x04\x01\0\x2b\0\0\x01\0\0\0\x1a"), DX_FOREIGN_TDS);
    client(B("\x12\x1f\0\x08\0\0\x01\0"), DX_FOREIGN_TDS); /* all its bits, and as short as can be */
    client(B("\x10\x01\x80\0\0\0\x01\0"), DX_FOREIGN_TDS); /* and as long */
    client(B("\x01\x01\0\x2f\0\0\x01\0"), DX_FOREIGN_TDS);
    server(B("\x12\x01\0\x2f\0\0\x01\0"), DX_FOREIGN_UNKNOWN);
    client(B("\x04\x01\0\x2f\0\0\x01\0"), DX_FOREIGN_UNKNOWN);
    client(B("\x12\x20\0\x08\0\0\x01\0"), DX_FOREIGN_UNKNOWN);
    client(B("\x12\x01\0\x07\0\0\x01\0"), DX_FOREIGN_UNKNOWN);
    client(B("\x12\x01\x80\x01\0\0\x01\0"), DX_FOREIGN_UNKNOWN);
    client(B("\x12\x01\0\x04\0\0\x01\0"), DX_FOREIGN_UNKNOWN);
    client(B("\x12\x01\0\x2f\0\0\x01\x01"), DX_FOREIGN_UNKNOWN);
    server(B("\x4a\0\0\0\x0a"
             "8.0.36\0\x08\0\0\0"),
           DX_FOREIGN_MYSQL);
    server(B("\x45\0\0\0\xff\x6a\x04Host '192.0.2.1' is not allowed"), DX_FOREIGN_MYSQL);
    server(B("\x4a\0\0\x01\x0a"
             "8.0.36\0"),
           DX_FOREIGN_UNKNOWN);
    server(B("\x4a\0\0\0\x0a\x01\x02\x03"), DX_FOREIGN_UNKNOWN);
    client(B("\0\0\0\x08\x04\xd2\x16\x2f"), DX_FOREIGN_POSTGRES);
    client(B("\0\0\0\x20\0\x03\0\0user\0bob\0"), DX_FOREIGN_POSTGRES);
    server(B("E\0\0\0\x60SFATAL\0"), DX_FOREIGN_POSTGRES);
    server(B("R\0\0\0\x08\0\0\0\0"), DX_FOREIGN_POSTGRES);
    server(B("N"), DX_FOREIGN_POSTGRES);
    server(B("S"), DX_FOREIGN_POSTGRES);
    client(B("S"), DX_FOREIGN_UNKNOWN);
    client(B("\0\0\0\x09\x04\xd2\x16\x2f"), DX_FOREIGN_UNKNOWN);
    client(B("\0\0\0\x45\xffSMBr\0"), DX_FOREIGN_SMB);
    client(B("\0\0\0\x45\xfeSMB@\0"), DX_FOREIGN_SMB);
    client(B("\x05\x01\0"), DX_FOREIGN_SOCKS);
    server(B("\x05\0"), DX_FOREIGN_SOCKS);
    client(B("\x04\x01\x01\xbb\xc0\0\x02\x01\0"), DX_FOREIGN_SOCKS);
    server(B("\0\x5a\0\0\0\0\0\0"), DX_FOREIGN_SOCKS);
    client(B("\x05\x02\0"), DX_FOREIGN_UNKNOWN);
    client(B("<?xml version='1.0'?><stream:stream xmlns='jabber:client'"), DX_FOREIGN_XMPP);
    client(B("<stream:stream "), DX_FOREIGN_XMPP);
    client(B("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"), DX_FOREIGN_PROXY_HEADER);
    client(B("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"), DX_FOREIGN_PROXY_HEADER);
    client(B("PROXYING"), DX_FOREIGN_TEXT);
}

static void
test_text(void)
{
    server(B("Welcome\tto\r\nnothing\n"), DX_FOREIGN_TEXT);
    server(B("\x1b[2JLogin: "), DX_FOREIGN_TEXT);
    server(B("Gr\xc3\xbc\xc3\x9f"), DX_FOREIGN_TEXT);
    server(B("Gr\xc3\xbc\xff"), DX_FOREIGN_UNKNOWN); /* near misses */
    server(B("ab\x01"), DX_FOREIGN_UNKNOWN);
    server(B("ab\0"), DX_FOREIGN_UNKNOWN);
    server(B("ab"), DX_FOREIGN_UNKNOWN);
    server(B(""), DX_FOREIGN_UNKNOWN);
    server(B("\xff\xfd\x18\xff\xfd\x20"), DX_FOREIGN_UNKNOWN);
    GString *text = g_string_new(NULL);
    while (text->len < 255)
        g_string_append_c(text, 'a');
    g_string_append(text, "\xc3\xbc"); /* cut in half by the look at 256 bytes */
    server((const uint8_t *)text->str, text->len, DX_FOREIGN_TEXT);
    g_string_free(text, TRUE);
}

static void
test_http(void)
{
    static const char page[] =
        "HTTP/1.1 301 Moved\r\nServer: x\r\nLOCATION:  https://example.com/ \r\nX-Empty:\r\n"
        "\r\nBody: no header\r\n";
    char value[64];
    g_assert_cmpuint(dx_http_status(B(page)), ==, 301);
    g_assert_true(dx_http_header(B(page), "Location", value, sizeof value));
    g_assert_cmpstr(value, ==, "https://example.com/");
    g_assert_true(dx_http_header(B(page), "Location", value, 6));
    g_assert_cmpstr(value, ==, "https");
    g_assert_true(dx_http_header(B(page), "x-empty", value, sizeof value));
    g_assert_cmpstr(value, ==, "");
    g_strlcpy(value, "left over", sizeof value);
    g_assert_false(dx_http_header(B(page), "Body", value, sizeof value));
    g_assert_cmpstr(value, ==, "");
    g_assert_false(dx_http_header(B(page), "Loc", value, sizeof value));
    g_assert_false(dx_http_header(B(page), "HTTP/1.1 301 Moved", value, sizeof value));
    g_assert_true(dx_http_header(B("HTTP/1.0 200 OK\nVia: proxy"), "Via", value, sizeof value));
    g_assert_cmpstr(value, ==, "proxy");
    g_assert_false(dx_http_header(B(""), "Via", value, sizeof value));
    g_assert_true(dx_http_header(B(page), "Location", value, 0));
    g_assert_cmpuint(dx_http_status(B("HTTP/1.0 200")), ==, 200);
    g_assert_cmpuint(dx_http_status(B("HTTP/1.0 20")), ==, 0);
    g_assert_cmpuint(dx_http_status(B("HTTP/1.0 2000")), ==, 0);
    g_assert_cmpuint(dx_http_status(B("HTTP/1.x 200")), ==, 0);
    g_assert_cmpuint(dx_http_status(B("HTTP/2.0 200")), ==, 0);
    g_assert_cmpuint(dx_http_status(B("http/1.0 200")), ==, 0);
}

static void
test_connect_target(void)
{
    char target[32];
    g_assert_true(dx_http_connect_target(B("CONNECT example.com:443 HTTP/1.1\r\n"), target, sizeof target));
    g_assert_cmpstr(target, ==, "example.com:443");
    g_assert_true(dx_http_connect_target(B("CONNECT [2001:db8::1]:443 HTTP/1.0\r\n"), target, sizeof target));
    g_assert_cmpstr(target, ==, "[2001:db8::1]:443");
    g_assert_false(dx_http_connect_target(B("CONNECT example.com:443"), target, sizeof target));
    g_assert_cmpstr(target, ==, "");
    g_assert_false(dx_http_connect_target(B("CONNECT  HTTP/1.1\r\n"), target, sizeof target));
    g_assert_false(
        dx_http_connect_target(B("CONNECTED example.com:443 HTTP/1.1\r\n"), target, sizeof target));
    g_assert_false(dx_http_connect_target(B("CONNECT example.com:443 HTTP/1.1\r\n"), target, 15));
    g_assert_true(dx_http_connect_target(B("CONNECT example.com:443 HTTP/1.1\r\n"), target, 16));
    g_assert_false(dx_http_connect_target(B("GET / HTTP/1.1\r\n"), target, sizeof target));
}

#define HEAD "HTTP/1.1 400 Bad Request\r\nServer: Apache/2.4 OpenSSL/3.0 mod_ssl\r\nContent-Length: 9\r\n\r\n"

static void
test_says_use_tls(void)
{
    g_assert_true(dx_http_says_use_tls(
        B(HEAD "<html><h1>400</h1>The plain HTTP request was sent to HTTPS port<hr>nginx</html>")));
    g_assert_true(dx_http_says_use_tls(B(
        HEAD
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n Instead use the HTTPS")));
    g_assert_true(dx_http_says_use_tls(
        B("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n")));
    g_assert_true(dx_http_says_use_tls(B("<html>The plain HTTP request was sent to HTTPS port</html>")));
    g_assert_true(dx_http_says_use_tls(B(HEAD "This combination of host and port requires TLS.\r\n")));
    g_assert_true(dx_http_says_use_tls(B("HTTP/1.1 497 \r\n\r\n")));
    g_assert_true(dx_http_says_use_tls(B("HTTP/1.1 426 Upgrade\r\nUpgrade: TLS/1.2, HTTP/1.1\r\n\r\n")));
    /* near misses */
    g_assert_false(
        dx_http_says_use_tls(B(HEAD "<address>Apache/2.4 OpenSSL/3.0 Port 443 required</address>")));
    g_assert_false(
        dx_http_says_use_tls(B(HEAD "The request must not. <a href=\"https://example.com/\">Help</a>")));
    g_assert_false(dx_http_says_use_tls(B("HTTP/1.1 426 Upgrade\r\nUpgrade: h2c\r\n\r\n")));
    g_assert_false(dx_http_says_use_tls(B("HTTP/1.1 200 OK\r\n\r\nThis port requires TLS.")));
    g_assert_false(dx_http_says_use_tls(B("HTTP/1.1 400 This port requires TLS\r\n")));
    g_assert_false(dx_http_says_use_tls(B("The plain HTTP request was sent to HTTPS port")));
    g_assert_false(dx_http_says_use_tls(B("")));
}

/* Only the first 4 KB count. */
static void
test_says_use_tls_late(void)
{
    GString *page = g_string_new(HEAD);
    while (page->len < 4096)
        g_string_append_c(page, ' ');
    g_string_append(page, "Client sent an HTTP request to an HTTPS server.");
    g_assert_false(dx_http_says_use_tls((const uint8_t *)page->str, page->len));
    g_string_free(page, TRUE);
}

static void
test_proxy_header(void)
{
    static const uint8_t v2[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\1\2\3\4\x16\3";
    size_t whole = 16 + 12;
    for (size_t len = 0; len < sizeof v2; len++) {
        uint8_t *exact = (uint8_t *)g_memdup2(v2, len);
        g_assert_cmpuint(dx_proxy_header_len(exact, len), ==, len >= whole ? whole : 0);
        g_free(exact);
    }
    g_assert_cmpuint(dx_proxy_header_len(B("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n\x16\3\1")), ==, 42);
    g_assert_cmpuint(dx_proxy_header_len(B("PROXY UNKNOWN\r\n")), ==, 15);
    g_assert_cmpuint(dx_proxy_header_len(B("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r")), ==, 0);
    g_assert_cmpuint(dx_proxy_header_len(B("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\n")), ==, 0);
    g_assert_cmpuint(dx_proxy_header_len(B("\r\n\r\n\0\r\nQUIT\n\x11\x11\0\0")), ==, 0); /* version 1 */
    GString *line = g_string_new("PROXY ");
    while (line->len < 110)
        g_string_append_c(line, 'x');
    g_string_append(line, "\r\n");
    g_assert_cmpuint(dx_proxy_header_len((const uint8_t *)line->str, line->len), ==, 0);
    g_string_free(line, TRUE);
}

static void
request(const uint8_t *bytes, size_t len, dx_upgrade expected)
{
    uint8_t *exact = (uint8_t *)g_memdup2(bytes, len);
    g_assert_cmpstr(dx_upgrade_name(dx_upgrade_request(exact, len)), ==, dx_upgrade_name(expected));
    g_free(exact);
}

static void
test_text_requests(void)
{
    request(B("STARTTLS\r\n"), DX_UPGRADE_SMTP);
    request(B("starttls \r\n"), DX_UPGRADE_SMTP);
    request(B("a1 STARTTLS\r\n"), DX_UPGRADE_IMAP);
    request(B("A0001 StartTLS\r\n"), DX_UPGRADE_IMAP);
    request(B("STLS\r\n"), DX_UPGRADE_POP3);
    request(B("AUTH TLS\r\n"), DX_UPGRADE_FTP);
    request(B("auth ssl\r\n"), DX_UPGRADE_FTP);
    request(B("AUTH TLS-C\r\n"), DX_UPGRADE_FTP);
    request(B("CONNECT example.com:443 HTTP/1.1\r\n"), DX_UPGRADE_HTTP_CONNECT);
    request(B("CONNECT {\"verbose\":false}\r\n"), DX_UPGRADE_NONE); /* NATS */
    request(B("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), DX_UPGRADE_XMPP);
    request(B("<stream:stream to='example.com'><starttls/>"), DX_UPGRADE_XMPP);
    request(B(""), DX_UPGRADE_NONE); /* near misses */
    request(B("\r\nSTARTTLS\r\n"), DX_UPGRADE_NONE);
    request(B("STARTTLSX\r\n"), DX_UPGRADE_NONE);
    request(B("HELP STARTTLS\r\n"), DX_UPGRADE_NONE);
    request(B(" STARTTLS\r\n"), DX_UPGRADE_NONE);
    request(B("a1 b2 STARTTLS\r\n"), DX_UPGRADE_NONE);
    request(B("AUTH LOGIN\r\n"), DX_UPGRADE_NONE);
    request(B("AUTH TLSX\r\n"), DX_UPGRADE_NONE);
    request(B("EHLO a\r\nSTARTTLS\r\n"), DX_UPGRADE_NONE);
    request(B("<stream:stream to='example.com'>"), DX_UPGRADE_NONE);
    request(B("I like <starttls"), DX_UPGRADE_NONE);
}

#define OID           "1.3.6.1.4.1.1466.20037"
#define MYSQL_REQUEST "\x20\0\0\x01\x05\xae\x03\0\0\0\0\x01\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static void
test_binary_requests(void)
{
    request(B("\x30\x1d\x02\x01\x01\x77\x18\x80\x16" OID), DX_UPGRADE_LDAP);
    request(B("\x30\x84\0\0\0\x21\x02\x01\x01\x77\x84\0\0\0\x18\x80\x16" OID), DX_UPGRADE_LDAP);
    request(B("\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
              "1.3.6.1.4.1.1466.20036"),
            DX_UPGRADE_NONE);
    request(B("\x30\x1d\x02\x01\x01\x78\x18\x80\x16" OID), DX_UPGRADE_NONE);
    request(B("\0\0\0\x08\x04\xd2\x16\x2f"), DX_UPGRADE_POSTGRES);
    request(B("\0\0\0\x08\x04\xd2\x16\x30"), DX_UPGRADE_NONE); /* GSSENCRequest */
    request(B(MYSQL_REQUEST), DX_UPGRADE_MYSQL);
    uint8_t bytes[36];
    memcpy(bytes, MYSQL_REQUEST, 36);
    request(bytes, 35, DX_UPGRADE_NONE);
    bytes[5] = 0xA6; /* without CLIENT_SSL: a plain login */
    request(bytes, 36, DX_UPGRADE_NONE);
    bytes[5] = 0xAE;
    bytes[3] = 2;
    request(bytes, 36, DX_UPGRADE_NONE);
}

/* X.224 connection requests of RDP clients, [MS-RDPBCGR] section 4.1.1 */
static void
test_rdp_requests(void)
{
    request(B("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"), DX_UPGRADE_RDP);
    request(B("\x03\0\0\x2c\x27\xe0\0\0\0\0\0Cookie: mstshash=eltons\r\n\x01\0\x08\0\x01\0\0\0"),
            DX_UPGRADE_RDP);
    request(B("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\0\0\0\0"),
            DX_UPGRADE_NONE); /* RDP's own security */
    request(B("\x03\0\0\x0b\x06\xe0\0\0\0\0\0"), DX_UPGRADE_NONE);
    request(B("\x03\0\0\x24\x1f\xe0\0\0\0\0\0Cookie: mstshash=eltons\r\n"), DX_UPGRADE_NONE);
    request(B("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0"), DX_UPGRADE_NONE);
    request(B("\x03\0\0\x13\x0e\xd0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"), DX_UPGRADE_NONE);
}

/* [MS-RDPBCGR] section 2.2.1.2.2 */
static void
test_rdp_failures(void)
{
    static const uint8_t refused[] = {3, 0, 0, 19, 14, 0xd0, 0, 0, 0, 0, 0, 3, 0, 8, 0, 5, 0, 0, 0};
    static const uint8_t agreed[] = {3, 0, 0, 19, 14, 0xd0, 0, 0, 0, 0, 0, 2, 0, 8, 0, 1, 0, 0, 0};

    g_assert_cmpuint(dx_rdp_failure(refused, sizeof refused), ==, 5);
    g_assert_cmpuint(dx_rdp_failure(refused, sizeof refused - 1), ==, 0);
    g_assert_cmpuint(dx_rdp_failure(agreed, sizeof agreed), ==, 0);
    g_assert_cmpint(dx_upgrade_answer(DX_UPGRADE_RDP, refused, sizeof refused), ==, -1);
    g_assert_cmpuint(dx_rdp_protocols(agreed, sizeof agreed), ==, DX_RDP_TLS);
    g_assert_cmpuint(dx_rdp_protocols(refused, sizeof refused), ==, 0);
}

static void
answer(dx_upgrade upgrade, const uint8_t *bytes, size_t len, int expected)
{
    uint8_t *exact = (uint8_t *)g_memdup2(bytes, len);
    g_assert_cmpint(dx_upgrade_answer(upgrade, exact, len), ==, expected);
    g_free(exact);
}

static void
test_text_answers(void)
{
    answer(DX_UPGRADE_SMTP, B("220 2.0.0 Ready to start TLS\r\n"), 1);
    answer(DX_UPGRADE_SMTP, B("454 4.7.0 TLS not available\r\n"), -1);
    answer(DX_UPGRADE_SMTP, B("502 5.5.1 Not implemented\r\n"), -1);
    answer(DX_UPGRADE_SMTP, B("250 fine\r\n"), 0);
    answer(DX_UPGRADE_SMTP, B("382 Continue with TLS negotiation\r\n"), 1); /* NNTP */
    answer(DX_UPGRADE_SMTP, B("OK \"Begin TLS negotiation now\"\r\n"), 1);  /* ManageSieve */
    answer(DX_UPGRADE_SMTP, B("NO \"TLS not available\"\r\n"), -1);
    answer(DX_UPGRADE_SMTP, B(""), 0);
    answer(DX_UPGRADE_NNTP, B("382 Continue\r\n"), 1);
    answer(DX_UPGRADE_NNTP, B("580 Can not initiate TLS\r\n"), -1);
    answer(DX_UPGRADE_NNTP, B("220 no\r\n"), 0);
    answer(DX_UPGRADE_SIEVE, B("OK\r\n"), 1);
    answer(DX_UPGRADE_SIEVE, B("NO\r\n"), -1);
    answer(DX_UPGRADE_SIEVE, B("OKAY\r\n"), 0);
    answer(DX_UPGRADE_FTP, B("234 AUTH TLS successful\r\n"), 1);
    answer(DX_UPGRADE_FTP, B("530 Please login\r\n"), -1);
    answer(DX_UPGRADE_FTP, B("220 welcome\r\n"), 0);
    answer(DX_UPGRADE_IMAP, B("a1 OK Begin TLS negotiation now\r\n"), 1);
    answer(DX_UPGRADE_IMAP, B("* CAPABILITY IMAP4rev1\r\n* OK still here\r\na1 NO no\r\n"), -1);
    answer(DX_UPGRADE_IMAP, B("a1 BAD what\r\n"), -1);
    answer(DX_UPGRADE_IMAP, B("* BYE leaving\r\n"), -1);
    answer(DX_UPGRADE_IMAP, B("* OK still here\r\n"), 0);
    answer(DX_UPGRADE_IMAP, B("a1 OKAY\r\n"), 0);
    answer(DX_UPGRADE_POP3, B("+OK Begin TLS\r\n"), 1);
    answer(DX_UPGRADE_POP3, B("-ERR no\r\n"), -1);
    answer(DX_UPGRADE_POP3, B("maybe\r\n"), 0);
    answer(DX_UPGRADE_XMPP, B("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), 1);
    answer(DX_UPGRADE_XMPP, B("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"), -1);
    answer(DX_UPGRADE_XMPP, B("<stream:features><starttls/>"), 0);
    answer(DX_UPGRADE_HTTP_CONNECT, B("HTTP/1.1 200 Connection established\r\n\r\n"), 1);
    answer(DX_UPGRADE_HTTP_CONNECT, B("HTTP/1.1 407 Proxy Authentication Required\r\n"), -1);
    answer(DX_UPGRADE_HTTP_CONNECT, B("HTTP/1.1 302 Found\r\n"), -1);
    answer(DX_UPGRADE_HTTP_CONNECT, B("HTTP/1.1 100 Continue\r\n"), 0);
    answer(DX_UPGRADE_HTTP_CONNECT, B("HTTP/1.1 20"), 0);
}

static void
test_binary_answers(void)
{
    answer(DX_UPGRADE_LDAP, B("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0"), 1);
    answer(DX_UPGRADE_LDAP, B("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\0\x04\0"), -1);
    answer(DX_UPGRADE_LDAP, B("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0"), 0);
    answer(DX_UPGRADE_LDAP, B("\x30\x0c\x02\x01\x01\x78\x07\x0a"), 0);
    answer(DX_UPGRADE_POSTGRES, B("S"), 1);
    answer(DX_UPGRADE_POSTGRES, B("N"), -1);
    answer(DX_UPGRADE_POSTGRES, B("E\0\0\0\x60SFATAL"), -1);
    answer(DX_UPGRADE_POSTGRES, B("x"), 0);
    answer(DX_UPGRADE_MYSQL, B(""), 1);
    answer(DX_UPGRADE_RDP, B("\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0\x02\0\0\0"), 1);
    answer(DX_UPGRADE_RDP, B("\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0\0\0\0\0"), -1);
    answer(DX_UPGRADE_RDP, B("\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0\0"), -1);
    answer(DX_UPGRADE_RDP, B("\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0"), -1);
    answer(DX_UPGRADE_RDP, B("\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0"), 0);
    answer(DX_UPGRADE_NONE, B("220 ready\r\n"), 0);
}

static void
demand(const uint8_t *bytes, size_t len, dx_upgrade expected)
{
    uint8_t *exact = (uint8_t *)g_memdup2(bytes, len);
    dx_upgrade kind;
    dx_demand found = dx_upgrade_demand(exact, len, &kind);

    g_assert_cmpint(found, ==, expected ? DX_DEMAND_TLS : DX_DEMAND_NONE);
    if (expected)
        g_assert_cmpint(kind, ==, expected);
    g_free(exact);
}

static void
test_demands(void)
{
    demand(B("530 5.7.0 Must issue a STARTTLS command first\r\n"), DX_UPGRADE_SMTP);
    demand(B("538 5.7.11 Encryption required for requested authentication mechanism\r\n"), DX_UPGRADE_SMTP);
    demand(B("530 5.7.1 Authentication required\r\n"), DX_UPGRADE_NONE);
    demand(B("454 4.7.0 TLS not available due to temporary reason\r\n"), DX_UPGRADE_NONE);
    demand(B("250-STARTTLS\r\n"), DX_UPGRADE_NONE);
    demand(B("530 Anonymous sessions must use encryption.\r\n"), DX_UPGRADE_FTP);
    demand(B("530 Anonymous sessions may not use encryption.\r\n"), DX_UPGRADE_NONE);
    demand(B("530 Login incorrect.\r\n"), DX_UPGRADE_NONE);
    demand(B("550 SSL/TLS required on the control channel\r\n"), DX_UPGRADE_FTP);
    demand(B("534-Policy requires SSL.\r\n"), DX_UPGRADE_FTP);
    demand(B("421 Sorry, cleartext sessions and weak ciphers are not accepted on this server.\r\n"),
           DX_UPGRADE_FTP);
    demand(B("503 Use AUTH first.\r\n"), DX_UPGRADE_FTP);
    demand(B("530 5.7.0 must issue STARTTLS\r\n"), DX_UPGRADE_SMTP);
    demand(B("554 5.7.1 Encryption is required\r\n"), DX_UPGRADE_SMTP);
    demand(B("522 SSL required on the data connection\r\n"), DX_UPGRADE_FTP);
    demand(B("530 This server does not allow plain FTP. You have to use FTP over TLS.\r\n"), DX_UPGRADE_FTP);
    static const unsigned codes[] = {421, 503, 521, 522, 530, 533, 534, 538, 550, 554};
    for (unsigned code = 200, next = 0; code < 600; code++) {
        char *reply = g_strdup_printf("%u must use encryption\r\n", code);
        bool refuses = next < G_N_ELEMENTS(codes) && codes[next] == code;
        dx_upgrade expected = code == 483 ? DX_UPGRADE_NNTP : refuses ? DX_UPGRADE_FTP : DX_UPGRADE_NONE;
        next += refuses;
        demand((const uint8_t *)reply, strlen(reply), expected);
        g_free(reply);
    }
    demand(B("-ERR You must be under a layer to log in\r\n"), DX_UPGRADE_POP3);
    demand(B("-ERR STLS first\r\n"), DX_UPGRADE_POP3);
    demand(B("-ERR TLS required\r\n"), DX_UPGRADE_POP3);
    demand(B("483 Encryption required\r\n"), DX_UPGRADE_NNTP);
    demand(B("A1 NO [PRIVACYREQUIRED] Plaintext authentication disallowed\r\n"), DX_UPGRADE_IMAP);
    demand(B("* BAD [ALERT] Plaintext authentication not allowed\r\nA1 NO [PRIVACYREQUIRED] no\r\n"),
           DX_UPGRADE_IMAP);
    demand(B("A1 NO [AUTHENTICATIONFAILED] no\r\n"), DX_UPGRADE_NONE);
    demand(B("-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.\r\n"),
           DX_UPGRADE_POP3);
    demand(B("-ERR [AUTH] Authentication failed.\r\n"), DX_UPGRADE_NONE);
    demand(B("NO (ENCRYPT-NEEDED) \"no\"\r\n"), DX_UPGRADE_SIEVE);
    demand(B("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x0d\x04\0\x04\0"), DX_UPGRADE_LDAP);
    demand(B("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x31\x04\0\x04\0"), DX_UPGRADE_NONE);
    demand(B("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x08\x04\0\x04\0"), DX_UPGRADE_NONE);
    demand(B("\x50\0\0\2\xff\x57\x0c#HY000Connections using insecure transport are prohibited"),
           DX_UPGRADE_MYSQL);
    demand(B("\x30\0\0\2\xff\x15\4#28000Access denied"), DX_UPGRADE_NONE);
    demand(B("HTTP/1.1 530 must use encryption\r\n"), DX_UPGRADE_NONE);
}

/* What a server says that it can: STARTTLS, all of it without, or so far neither. */
static void
test_listed(void)
{
    static const struct {
        const char *text;
        int expected;
    } rows[] = {
        {"250-mail.example.com\r\n250-STARTTLS\r\n250 SIZE\r\n", 1},
        {"250-mail.example.com\r\n250-starttls\r\n", 1},
        {"+OK\r\nUSER\r\nSTLS\r\n.\r\n", 1},
        {"* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK done\r\n", 1},
        {"250-mail.example.com\r\n250-SIZE\r\n", 0},
        {"250-mail.example.com\r\n250 SIZE\r\n", -1},
        {"250 mail.example.com\r\n", -1},
        {"* CAPABILITY IMAP4rev1\r\na1 OK done\r\n", -1},
        {"* CAPABILITY IMAP4rev1\r\n", 0},
        {"+OK\r\nUSER\r\n.\r\n", -1},
        {".\r\n", -1},
        {"+OK\r\nUSER\r\n", 0},
        {"250-mail.example.com\r\n250-XXXXXXXA\r\n250 SIZE\r\n", -3},
        {"250-XXXXXXXA.example.com\r\n250-STARTTLS\r\n250 SIZE\r\n", 1},
        {"", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(dx_upgrade_listed((const uint8_t *)rows[i].text, strlen(rows[i].text)), ==,
                        rows[i].expected);
}

static void
test_mysql_without_tls(void)
{
    uint8_t greeting[] = "\x64\0\0\0\x0a"
                         "5.5.5-10.11.19-MariaDB\0"
                         "\x04\0\0\0"
                         "`Cl/%h]\0"
                         "\0"
                         "\xfe\xf7\x08\x02\0\xff\x81\x15"; /* of a MariaDB without TLS */
    size_t flags = 5 + strlen("5.5.5-10.11.19-MariaDB") + 1 + 4 + 9;

    g_assert_false(dx_mysql_without_tls(greeting, flags + 1));
    g_assert_true(dx_mysql_without_tls(greeting, flags + 2));
    greeting[flags + 1] |= 0x08;
    g_assert_false(dx_mysql_without_tls(greeting, flags + 2));
    greeting[flags + 1] &= (uint8_t)~0x08;
    greeting[4] = 0x09;
    g_assert_false(dx_mysql_without_tls(greeting, flags + 2));
    for (size_t len = 0; len < flags; len++)
        g_assert_false(dx_mysql_without_tls(greeting, len));
}

/* A signed bind, or another row of pg_hba.conf, would do as well. */
static void
test_demands_of_more(void)
{
    static const struct {
        const uint8_t *bytes;
        size_t len;
        dx_demand expected;
    } rows[] = {
        {B("\x30\x24\x02\x01\x01\x61\x1f\x0a\x01\x08\x04\0\x04\x18integrity; SSL\\TLS; data"),
         DX_DEMAND_ELSE},
        {B("\x30\x25\x02\x01\x01\x61\x20\x0a\x01\x08\x04\0\x04\x19modification needs a bind"),
         DX_DEMAND_NONE},
        {B("\x30\x24\x02\x01\x01\x61\x1f\x0a\x01\x08\x04\0\x04\x18"
           "encryption required; data"),
         DX_DEMAND_ELSE},
        {B("E\0\0\0\x60SFATAL\0Mno pg_hba.conf entry for host \"192.0.2.10\", no encryption\0"),
         DX_DEMAND_ELSE},
        {B("E\0\0\0\x60SFATAL\0Mno pg_hba.conf entry for host \"192.0.2.10\", SSL off\0"), DX_DEMAND_ELSE},
        {B("E\0\0\0\x60SFATAL\0Mno pg_hba.conf entry for host \"192.0.2.10\", no encryption\0"),
         DX_DEMAND_ELSE},
        {B("E\0\0\0\x60SFATAL\0Mno pg_hba.conf entry for host \"192.0.2.10\", SSL encryption\0"),
         DX_DEMAND_NONE},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        dx_upgrade kind;
        g_assert_cmpint(dx_upgrade_demand(rows[i].bytes, rows[i].len, &kind), ==, rows[i].expected);
    }
}

/* No prefix of anything makes a reader look beyond its end; and TLS itself is nothing foreign. */
static void
test_prefixes(void)
{
    static const char *const texts[] = {"PROPFIND /x HTTP/1.1\r\n",
                                        "HTTP/1.1 400 x\r\nUpgrade: TLS/1.2\r\n\r\nmust use https",
                                        "<?xml version='1.0'?><html",
                                        ":irc.example.net 020 x",
                                        "a1 STARTTLS\r\n",
                                        "* OK x\r\na1 OK y\r\n",
                                        "CONNECT a:1 HTTP/1.1\r\n"};
    char value[16];
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (size_t len = 0; len <= strlen(texts[i]); len++) {
            uint8_t *exact = (uint8_t *)g_memdup2(texts[i], len);
            dx_foreign_classify(exact, len, true);
            dx_foreign_classify(exact, len, false);
            dx_http_says_use_tls(exact, len);
            dx_http_header(exact, len, "Upgrade", value, sizeof value);
            dx_http_connect_target(exact, len, value, sizeof value);
            dx_upgrade_request(exact, len);
            dx_upgrade wanted;
            dx_upgrade_demand(exact, len, &wanted);
            for (int upgrade = DX_UPGRADE_NONE; upgrade <= DX_UPGRADE_HTTP_CONNECT; upgrade++)
                dx_upgrade_answer((dx_upgrade)upgrade, exact, len);
            g_free(exact);
        }
    }
    client(openssl_hello, sizeof openssl_hello, DX_FOREIGN_UNKNOWN);
    server(dhe_flight, sizeof dhe_flight, DX_FOREIGN_UNKNOWN);
    request(openssl_hello, sizeof openssl_hello, DX_UPGRADE_NONE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/foreign/names", test_names);
    g_test_add_func("/foreign/web", test_web);
    g_test_add_func("/foreign/greetings", test_greetings);
    g_test_add_func("/foreign/binary", test_binary);
    g_test_add_func("/foreign/text", test_text);
    g_test_add_func("/foreign/http", test_http);
    g_test_add_func("/foreign/connect-target", test_connect_target);
    g_test_add_func("/foreign/says-use-tls", test_says_use_tls);
    g_test_add_func("/foreign/says-use-tls-late", test_says_use_tls_late);
    g_test_add_func("/foreign/proxy-header", test_proxy_header);
    g_test_add_func("/foreign/prefixes", test_prefixes);
    g_test_add_func("/upgrade/demands", test_demands);
    g_test_add_func("/upgrade/listed", test_listed);
    g_test_add_func("/upgrade/demands-of-more", test_demands_of_more);
    g_test_add_func("/foreign/mysql_without_tls", test_mysql_without_tls);
    g_test_add_func("/upgrade/text-requests", test_text_requests);
    g_test_add_func("/upgrade/binary-requests", test_binary_requests);
    g_test_add_func("/upgrade/rdp-requests", test_rdp_requests);
    g_test_add_func("/upgrade/rdp-failures", test_rdp_failures);
    g_test_add_func("/upgrade/text-answers", test_text_answers);
    g_test_add_func("/upgrade/binary-answers", test_binary_answers);
    return g_test_run();
}
