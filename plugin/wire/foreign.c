/* foreign.c - names the protocol of first bytes that are not TLS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/foreign.h"
#include "wire/eap.h"
#include "wire/match.h"
#include "wire/openvpn.h"

#include <glib.h>
#include <string.h>

#define PROXY_V1_MAX_LEN    107 /* with its CR LF. haproxy's proxy-protocol.txt section 2.1 */
#define PROXY_V2_HEADER_LEN 16  /* section 2.2 */

#define LOOK 256 /* bytes of a text that are looked at */

static const uint8_t proxy_v2_signature[12] = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                               0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

const char *
dx_foreign_name(dx_foreign kind)
{
    static const char *const names[] = {
#define X(id, name) name,
        DX_FOREIGN_LIST(X)
#undef X
    };
    return (unsigned)kind < DX_NUM_FOREIGN ? names[kind] : names[DX_FOREIGN_UNKNOWN];
}

static uint32_t
u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool
has_proxy_v2_signature(const uint8_t *bytes, size_t len)
{
    return len >= sizeof proxy_v2_signature &&
           memcmp(bytes, proxy_v2_signature, sizeof proxy_v2_signature) == 0;
}

size_t
dx_proxy_header_len(const uint8_t *bytes, size_t len)
{
    if (dx_match_prefix(bytes, len, "PROXY ")) {
        size_t line_len = dx_match_line_len(bytes, MIN(len, PROXY_V1_MAX_LEN));
        return dx_match_prefix(bytes + line_len, len - line_len, "\r\n") ? line_len + 2 : 0;
    }
    if (!has_proxy_v2_signature(bytes, len) || len < PROXY_V2_HEADER_LEN || bytes[12] >> 4 != 2)
        return 0;
    size_t whole = PROXY_V2_HEADER_LEN + (size_t)(bytes[14] << 8 | bytes[15]);
    return len >= whole ? whole : 0;
}

/* A method alone proves little ("SEARCH", "COPY" and "NOTIFY" are words of IMAP and SIP too): a path has
 * to follow. */
static bool
is_http_request(const uint8_t *bytes, size_t len)
{
    /* RFC 9110 section 9, RFC 5789, RFC 4918 (WebDAV), RFC 3253, RFC 3744, RFC 4791, RFC 5323, UPnP,
     * [MS-RPCH] */
    static const char *const methods[] = {"GET",
                                          "HEAD",
                                          "POST",
                                          "PUT",
                                          "DELETE",
                                          "OPTIONS",
                                          "TRACE",
                                          "PATCH",
                                          "COPY",
                                          "LOCK",
                                          "UNLOCK",
                                          "MKCOL",
                                          "MOVE",
                                          "PROPFIND",
                                          "PROPPATCH",
                                          "REPORT",
                                          "SEARCH",
                                          "ACL",
                                          "BIND",
                                          "UNBIND",
                                          "REBIND",
                                          "MKCALENDAR",
                                          "MERGE",
                                          "CHECKOUT",
                                          "CHECKIN",
                                          "VERSION-CONTROL",
                                          "BASELINE-CONTROL",
                                          "MKACTIVITY",
                                          "SUBSCRIBE",
                                          "NOTIFY",
                                          "UNSUBSCRIBE",
                                          "M-SEARCH",
                                          "RPC_IN_DATA",
                                          "RPC_OUT_DATA",
                                          "BPROPFIND",
                                          "LABEL",
                                          "UPDATE",
                                          "POLL"};
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        size_t method_len = strlen(methods[i]);
        if (!dx_match_prefix(bytes, len, methods[i]) || len <= method_len || bytes[method_len] != ' ')
            continue;
        const uint8_t *path = bytes + method_len + 1;
        size_t left = len - method_len - 1;
        return left > 0 && (path[0] == '/' || path[0] == '*' || dx_match_prefix_nocase(path, left, "http"));
    }
    return false;
}

/* A server's HTTP/2 preface is a SETTINGS frame (RFC 9113 section 3.4): length, type 4, no flags, stream
 * 0. */
static bool
is_http2_settings(const uint8_t *bytes, size_t len)
{
    return len >= 9 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] % 6 == 0 && bytes[3] == 4 &&
           bytes[4] == 0 && u32(bytes + 5) == 0;
}

static dx_foreign
classify_web(const uint8_t *bytes, size_t len)
{
    if (dx_match_prefix(bytes, len, "PRI * HTTP/2") || is_http2_settings(bytes, len))
        return DX_FOREIGN_HTTP2_PREFACE;
    if (dx_match_prefix(bytes, len, "HTTP/1."))
        return DX_FOREIGN_HTTP_RESPONSE;
    if (dx_http_is_connect(bytes, len))
        return DX_FOREIGN_HTTP_CONNECT;
    if (is_http_request(bytes, len))
        return DX_FOREIGN_HTTP_REQUEST;
    while (len > 0 && g_ascii_isspace(bytes[0])) {
        bytes++;
        len--;
    }
    if (dx_match_prefix_nocase(bytes, len, "<!DOCTYPE") || dx_match_prefix_nocase(bytes, len, "<html"))
        return DX_FOREIGN_HTML;
    if (dx_match_prefix(bytes, len, "<?xml"))
        return dx_match_find_nocase(bytes, len, 0, "<html") != DX_MATCH_NONE ? DX_FOREIGN_HTML
                                                                             : DX_FOREIGN_XMPP;
    return dx_match_prefix(bytes, len, "<stream") ? DX_FOREIGN_XMPP : DX_FOREIGN_UNKNOWN;
}

/* ":irc.example.net NOTICE * :***", ":irc.example.net 020 *" and the like. RFC 2812 section 2.3.1 */
static bool
is_irc_from_server(const uint8_t *bytes, size_t len)
{
    if (dx_match_prefix(bytes, len, "NOTICE ") || dx_match_prefix(bytes, len, "ERROR :"))
        return true;
    size_t at = 1;
    if (len < 2 || bytes[0] != ':')
        return false;
    while (at < len && bytes[at] > ' ')
        at++;
    if (at >= len || bytes[at] != ' ')
        return false;
    at++;
    return dx_match_prefix(bytes + at, len - at, "NOTICE ") || dx_match_reply(bytes + at, len - at) > 0;
}

static dx_foreign
classify_greeting(const uint8_t *bytes, size_t len)
{
    unsigned reply = dx_match_reply(bytes, len);
    if (reply == 200 || reply == 201) /* RFC 3977 section 5.1.1 */
        return DX_FOREIGN_NNTP;
    /* 220 is the greeting; 421, 5xx the answer to garbage. RFC 5321 section 4.2.1, RFC 959 section 4.2.1 */
    if (reply == 220 || (reply >= 400 && reply < 560))
        return DX_FOREIGN_SMTP_OR_FTP;
    if (dx_match_prefix(bytes, len, "* OK") || dx_match_prefix(bytes, len, "* PREAUTH") ||
        dx_match_prefix(bytes, len, "* BYE") || dx_match_prefix(bytes, len, "* BAD"))
        return DX_FOREIGN_IMAP;
    if (dx_match_prefix(bytes, len, "+OK") || dx_match_prefix(bytes, len, "-ERR"))
        return DX_FOREIGN_POP3;
    return is_irc_from_server(bytes, len) ? DX_FOREIGN_IRC : DX_FOREIGN_UNKNOWN;
}

static dx_foreign
classify_command(const uint8_t *bytes, size_t len)
{
    if (dx_match_prefix_nocase(bytes, len, "EHLO ") || dx_match_prefix_nocase(bytes, len, "HELO ") ||
        dx_match_prefix_nocase(bytes, len, "LHLO "))
        return DX_FOREIGN_SMTP_OR_FTP;
    if (dx_match_prefix(bytes, len, "NICK ") || dx_match_prefix(bytes, len, "CAP LS"))
        return DX_FOREIGN_IRC;
    return DX_FOREIGN_UNKNOWN;
}

/* [MS-TDS] section 2.2.3.1: type, status, length with these 8 bytes, SPID, packet number, window (0). */
static bool
is_tds(const uint8_t *bytes, size_t len, bool from_client)
{
    if (len < 8 || bytes[1] > 0x1F || bytes[7] != 0)
        return false;
    unsigned packet_len = (unsigned)(bytes[2] << 8 | bytes[3]);
    if (packet_len < 8 || packet_len > 0x8000)
        return false;
    return from_client ? bytes[0] == 0x12 || bytes[0] == 0x10 || bytes[0] == 0x01 : bytes[0] == 0x04;
}

/* A greeting (protocol 10, version text) or an error in its place: 3-byte length, packet number 0.
 * MySQL Internals, "Protocol::HandshakeV10" and "ERR_Packet" */
static bool
is_mysql(const uint8_t *bytes, size_t len)
{
    if (len < 7 || bytes[2] != 0 || bytes[3] != 0)
        return false;
    unsigned packet_len = (unsigned)(bytes[1] << 8 | bytes[0]);
    unsigned error = (unsigned)(bytes[6] << 8 | bytes[5]);
    return packet_len >= 7 && packet_len <= 1024 &&
           ((bytes[4] == 0x0A && g_ascii_isdigit(bytes[5])) ||
            (bytes[4] == 0xFF && error >= 1000 && error < 5000));
}

/* PostgreSQL documentation, chapter "Message Formats". */
static bool
is_postgres(const uint8_t *bytes, size_t len, bool from_client)
{
    if (!from_client && len == 1)
        return bytes[0] == 'S' || bytes[0] == 'N';
    if (len < 8)
        return false;
    if (from_client) {
        uint32_t message_len = u32(bytes), code = u32(bytes + 4);
        if (code == 80877103 || code == 80877104) /* SSLRequest, GSSENCRequest */
            return message_len == 8;
        return code >> 16 == 3 && (code & 0xFFFF) <= 2 && message_len > 8 && message_len <= 10000;
    }
    uint32_t message_len = u32(bytes + 1);
    if (bytes[0] == 'R') /* Authentication... */
        return message_len >= 8 && message_len <= 2000 && bytes[5] == 0;
    /* The first field of an ErrorResponse or NoticeResponse is the severity. */
    return (bytes[0] == 'E' || bytes[0] == 'N') && message_len >= 8 && message_len <= 30000 &&
           bytes[5] == 'S';
}

/* RFC 1928 section 3; openssh's PROTOCOL and "SOCKS: A protocol for TCP proxy across firewalls" (4). */
static bool
is_socks(const uint8_t *bytes, size_t len, bool from_client)
{
    if (len < 2)
        return false;
    if (from_client)
        return (bytes[0] == 5 && bytes[1] > 0 && len == 2u + bytes[1]) ||
               (bytes[0] == 4 && (bytes[1] == 1 || bytes[1] == 2) && len >= 9 && bytes[len - 1] == 0);
    return (bytes[0] == 5 && len == 2 && (bytes[1] <= 2 || bytes[1] == 0xFF)) ||
           (bytes[0] == 0 && len == 8 && bytes[1] >= 0x5A && bytes[1] <= 0x5D);
}

/* RFC 6613: a whole Access-Request, as in UDP. */
static bool
is_radius(const uint8_t *bytes, size_t len)
{
    dx_radius radius;

    return len && bytes[0] == DX_RADIUS_REQUEST && dx_radius_parse(&radius, bytes, len);
}

static dx_foreign
classify_binary(const uint8_t *bytes, size_t len, bool from_client)
{
    uint8_t op;
    dx_cursor content;
    if (has_proxy_v2_signature(bytes, len))
        return DX_FOREIGN_PROXY_HEADER;
    /* NetBIOS session header, then the protocol id of SMB 1, SMB 2, SMB 3 encrypted. [MS-SMB2] section
     * 2.2.1 */
    if (len >= 8 && bytes[0] == 0 && bytes[4] >= 0xFD && memcmp(bytes + 5, "SMB", 3) == 0)
        return DX_FOREIGN_SMB;
    if (dx_match_ldap(bytes, len, &op, &content))
        return DX_FOREIGN_LDAP;
    /* RFC 1006 section 6: version 3, reserved, length with these 4 bytes; X.224 needs 3 more */
    if (len >= 4 && bytes[0] == 3 && bytes[1] == 0 && (bytes[2] << 8 | bytes[3]) >= 7)
        return DX_FOREIGN_TPKT;
    if (from_client && len > 2) {
        uint8_t wrap = dx_openvpn_wrap(bytes + 2, len - 2, (size_t)(bytes[0] << 8 | bytes[1]));
        if (wrap != DX_OPENVPN_NONE)
            return wrap == DX_OPENVPN_SEALED ? DX_FOREIGN_OPENVPN_SEALED : DX_FOREIGN_OPENVPN;
    }
    if (is_socks(bytes, len, from_client))
        return DX_FOREIGN_SOCKS;
    if (is_tds(bytes, len, from_client))
        return DX_FOREIGN_TDS;
    if (from_client && is_radius(bytes, len))
        return DX_FOREIGN_RADIUS;
    if (!from_client && is_mysql(bytes, len))
        return DX_FOREIGN_MYSQL;
    return is_postgres(bytes, len, from_client) ? DX_FOREIGN_POSTGRES : DX_FOREIGN_UNKNOWN;
}

static bool
is_text(const uint8_t *bytes, size_t len)
{
    const char *end;
    len = MIN(len, LOOK);
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == 0x7F || (bytes[i] < ' ' && !g_ascii_isspace(bytes[i]) && bytes[i] != 0x1B))
            return false;
    }
    if (len < 3)
        return false;
    /* The cut may have halved the last character. */
    bool valid = g_utf8_validate((const char *)bytes, (gssize)len, &end);
    return valid || (len == LOOK && (const char *)bytes + len - end < 4);
}

dx_foreign
dx_foreign_classify(const uint8_t *bytes, size_t len, bool from_client)
{
    if (len == 0)
        return DX_FOREIGN_UNKNOWN;
    dx_foreign kind = classify_web(bytes, len);
    if (kind != DX_FOREIGN_UNKNOWN)
        return kind;
    if (dx_match_prefix(bytes, len, "SSH-"))
        return DX_FOREIGN_SSH;
    if (dx_match_prefix(bytes, len, "RFB "))
        return DX_FOREIGN_VNC;
    if (dx_match_prefix(bytes, len, "PROXY TCP") || dx_match_prefix(bytes, len, "PROXY UNKNOWN"))
        return DX_FOREIGN_PROXY_HEADER;
    kind = from_client ? classify_command(bytes, len) : classify_greeting(bytes, len);
    if (kind == DX_FOREIGN_UNKNOWN)
        kind = classify_binary(bytes, len, from_client);
    if (kind == DX_FOREIGN_UNKNOWN && is_text(bytes, len))
        kind = DX_FOREIGN_TEXT;
    return kind;
}
