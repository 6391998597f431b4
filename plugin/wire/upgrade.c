/* upgrade.c - commands by which a plain protocol goes over to TLS, and their answers
 *
 * Source: RFC 3207 (SMTP), RFC 9051 section 6.2.1 (IMAP), RFC 2595 section 4 (POP3), RFC 4217 (FTP), RFC
 *         4642 (NNTP), RFC 5804 section 2.2 (ManageSieve), RFC 4511 section 4.14 (LDAP), RFC 6120 section
 *         5 (XMPP), PostgreSQL "Frontend/Backend Protocol" (SSL session encryption), MySQL Internals
 *         "Protocol::SSLRequest", [MS-RDPBCGR] sections 2.2.1.1 and 2.2.1.2, RFC 9110 section 9.3.6
 *         (CONNECT)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/foreign.h"
#include "wire/match.h"

#include <glib.h>
#include <string.h>

#define MYSQL_SSL_REQUEST_LEN   36 /* a packet header and 32 bytes */
#define MYSQL_CLIENT_SSL        0x0800
#define LDAP_EXTENDED_REQUEST   0x77
#define LDAP_EXTENDED_RESPONSE  0x78
#define X224_CONNECTION_REQUEST 0xE0
#define X224_CONNECTION_CONFIRM 0xD0
#define RDP_NEG_REQ             1
#define RDP_NEG_RSP             2
#define RDP_NEG_FAILURE         3
#define RDP_NEG_LEN             8

const char *
dx_upgrade_name(dx_upgrade upgrade)
{
    switch (upgrade) {
    case DX_UPGRADE_SMTP:
        return "STARTTLS";
    case DX_UPGRADE_IMAP:
        return "IMAP STARTTLS";
    case DX_UPGRADE_POP3:
        return "POP3 STLS";
    case DX_UPGRADE_FTP:
        return "FTP AUTH TLS";
    case DX_UPGRADE_LDAP:
        return "LDAP StartTLS";
    case DX_UPGRADE_XMPP:
        return "XMPP STARTTLS";
    case DX_UPGRADE_POSTGRES:
        return "PostgreSQL SSLRequest";
    case DX_UPGRADE_MYSQL:
        return "MySQL SSLRequest";
    case DX_UPGRADE_RDP:
        return "RDP security negotiation";
    case DX_UPGRADE_NNTP:
        return "NNTP STARTTLS";
    case DX_UPGRADE_SIEVE:
        return "ManageSieve STARTTLS";
    case DX_UPGRADE_TDS:
        return "TDS PRELOGIN";
    case DX_UPGRADE_HTTP_CONNECT:
        return "HTTP CONNECT";
    case DX_UPGRADE_NONE:
        break;
    }
    return "none";
}

/* Whether the line is `command`, spaces after it aside. */
static bool
is_command(const uint8_t *line, size_t len, const char *command)
{
    while (len > 0 && g_ascii_isspace(line[len - 1]))
        len--;
    return len == strlen(command) && dx_match_prefix_nocase(line, len, command);
}

/* "a1 STARTTLS"; "HELP STARTTLS" is an SMTP client's question. */
static bool
is_tagged_starttls(const uint8_t *line, size_t len)
{
    const uint8_t *space = (const uint8_t *)memchr(line, ' ', MIN(len, 64));
    if (!space || space == line || is_command(line, (size_t)(space - line), "HELP") ||
        is_command(line, (size_t)(space - line), "NOOP"))
        return false;
    return is_command(space + 1, len - (size_t)(space + 1 - line), "STARTTLS");
}

static dx_upgrade
read_command(const uint8_t *bytes, size_t len)
{
    static const char *const ftp[] = {"AUTH TLS", "AUTH SSL", "AUTH TLS-C", "AUTH TLS-P"};
    size_t line_len = dx_match_line_len(bytes, MIN(len, DX_MATCH_LOOK));
    if (line_len == 0)
        return DX_UPGRADE_NONE;
    if (is_command(bytes, line_len, "STARTTLS"))
        return DX_UPGRADE_SMTP;
    if (is_command(bytes, line_len, "STLS"))
        return DX_UPGRADE_POP3;
    for (size_t i = 0; i < G_N_ELEMENTS(ftp); i++) {
        if (is_command(bytes, line_len, ftp[i]))
            return DX_UPGRADE_FTP;
    }
    return is_tagged_starttls(bytes, line_len) ? DX_UPGRADE_IMAP : DX_UPGRADE_NONE;
}

static bool
is_ldap_starttls(const uint8_t *bytes, size_t len)
{
    static const char oid[] = "1.3.6.1.4.1.1466.20037";
    uint8_t op, tag;
    dx_cursor content, name;
    return dx_match_ldap(bytes, len, &op, &content) && op == LDAP_EXTENDED_REQUEST &&
           dx_match_ber(&content, &tag, &name) && tag == 0x80 && name.left == sizeof oid - 1 &&
           memcmp(name.at, oid, name.left) == 0;
}

static bool
is_mysql_ssl_request(const uint8_t *bytes, size_t len)
{
    static const uint8_t zeros[19] = {0}; /* MariaDB has flags in the last 4 of the 23 reserved bytes */
    return len >= MYSQL_SSL_REQUEST_LEN && bytes[0] == MYSQL_SSL_REQUEST_LEN - 4 && bytes[1] == 0 &&
           bytes[2] == 0 && bytes[3] == 1 && ((bytes[5] << 8) & MYSQL_CLIENT_SSL) &&
           memcmp(bytes + 13, zeros, sizeof zeros) == 0;
}

/* The RDP negotiation structure at the end of an X.224 connection request or confirm: `type`, `protocol`.
 * False when the TPDU is another one or not whole; `type` 0 when it has none. */
static bool
read_rdp(const uint8_t *bytes, size_t len, uint8_t tpdu, uint8_t *type, uint32_t *protocol)
{
    *type = 0;
    *protocol = 0;
    if (len < 11 || bytes[0] != 3 || bytes[1] != 0 || bytes[5] != tpdu)
        return false;
    size_t end = (size_t)(bytes[2] << 8 | bytes[3]);
    if (end > len)
        return false;
    size_t at = 11;
    if (at < end && bytes[at] > RDP_NEG_LEN) { /* "Cookie: mstshash=..." or a routing token, up to CR LF */
        at += dx_match_line_len(bytes + at, end - at) + 2;
    }
    if (at + RDP_NEG_LEN > end || bytes[at + 2] != RDP_NEG_LEN || bytes[at + 3] != 0)
        return true;
    *type = bytes[at];
    *protocol = (uint32_t)bytes[at + 7] << 24 | (uint32_t)bytes[at + 6] << 16 | (uint32_t)bytes[at + 5] << 8 |
                bytes[at + 4];
    return true;
}

dx_upgrade
dx_upgrade_request(const uint8_t *bytes, size_t len)
{
    static const uint8_t postgres[8] = {0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F}; /* 80877103 */
    uint8_t type;
    uint32_t protocol;
    if (len == 0)
        return DX_UPGRADE_NONE;
    if (dx_http_is_connect(bytes, len))
        return DX_UPGRADE_HTTP_CONNECT;
    if (bytes[0] == '<')
        return dx_match_find_nocase(bytes, len, 0, "<starttls") != DX_MATCH_NONE ? DX_UPGRADE_XMPP
                                                                                 : DX_UPGRADE_NONE;
    if (len >= sizeof postgres && memcmp(bytes, postgres, sizeof postgres) == 0)
        return DX_UPGRADE_POSTGRES;
    if (is_mysql_ssl_request(bytes, len))
        return DX_UPGRADE_MYSQL;
    if (is_ldap_starttls(bytes, len))
        return DX_UPGRADE_LDAP;
    if (read_rdp(bytes, len, X224_CONNECTION_REQUEST, &type, &protocol))
        return type == RDP_NEG_REQ && protocol >= 1 ? DX_UPGRADE_RDP : DX_UPGRADE_NONE;
    return read_command(bytes, len);
}

/* A reply code: `agreed`, or 4xx and 5xx, which refuse. */
static int
answer_by_reply(unsigned reply, unsigned agreed)
{
    if (reply == agreed)
        return 1;
    return reply >= 400 && reply < 600 ? -1 : 0;
}

/* One word decides; a letter or digit after it makes it another word. */
static bool
begins_with_word(const uint8_t *bytes, size_t len, const char *word)
{
    size_t word_len = strlen(word);
    return dx_match_prefix_nocase(bytes, len, word) && (len == word_len || !g_ascii_isalnum(bytes[word_len]));
}

static int
answer_by_word(const uint8_t *bytes, size_t len)
{
    if (begins_with_word(bytes, len, "OK"))
        return 1;
    bool refused = begins_with_word(bytes, len, "NO") || begins_with_word(bytes, len, "BAD") ||
                   begins_with_word(bytes, len, "BYE");
    return refused ? -1 : 0;
}

/* The tagged line may come after untagged ones ("* CAPABILITY ..."). */
static int
answer_of_imap(const uint8_t *bytes, size_t len)
{
    len = MIN(len, DX_MATCH_LOOK);
    for (size_t at = 0; at < len;) {
        size_t line_len = dx_match_line_len(bytes + at, len - at);
        const uint8_t *line = bytes + at;
        const uint8_t *space = line_len > 0 ? (const uint8_t *)memchr(line, ' ', line_len) : NULL;
        if (space) {
            size_t left = line_len - (size_t)(space + 1 - line);
            int answer = answer_by_word(space + 1, left);
            if (line[0] != '*' && line[0] != '+' && answer != 0)
                return answer;
            if (line[0] == '*' && begins_with_word(space + 1, left, "BYE"))
                return -1;
        }
        at += line_len + 1;
    }
    return 0;
}

/* "STARTTLS" is said to SMTP, NNTP and ManageSieve alike: any of their answers counts. */
static int
answer_of_smtp(const uint8_t *bytes, size_t len)
{
    unsigned reply = dx_match_reply(bytes, len);
    if (reply == 382)
        return 1;
    return reply > 0 ? answer_by_reply(reply, 220) : answer_by_word(bytes, len);
}

static int
answer_of_ldap(const uint8_t *bytes, size_t len)
{
    uint8_t op, tag;
    dx_cursor content, code;
    if (!dx_match_ldap(bytes, len, &op, &content) || op != LDAP_EXTENDED_RESPONSE)
        return 0;
    if (!dx_match_ber(&content, &tag, &code) || tag != 0x0A || code.left < 1)
        return 0;
    return code.left == 1 && code.at[0] == 0 ? 1 : -1;
}

static int
answer_of_xmpp(const uint8_t *bytes, size_t len)
{
    if (dx_match_find_nocase(bytes, len, 0, "<proceed") != DX_MATCH_NONE)
        return 1;
    bool refused = dx_match_find_nocase(bytes, len, 0, "<failure") != DX_MATCH_NONE ||
                   dx_match_find_nocase(bytes, len, 0, "<stream:error") != DX_MATCH_NONE;
    return refused ? -1 : 0;
}

uint8_t
dx_rdp_failure(const uint8_t *bytes, size_t len)
{
    uint8_t type;
    uint32_t code;
    bool read = read_rdp(bytes, len, X224_CONNECTION_CONFIRM, &type, &code);

    return read && type == RDP_NEG_FAILURE && code <= UINT8_MAX ? (uint8_t)code : 0;
}

bool
dx_rdp_ends(const uint8_t *bytes, size_t len)
{
    enum { ULTIMATUM = 8 }; /* choice of an MCS PDU, aligned PER: the upper six bits */
    static const uint8_t headers[7] = {3, 0, 0, 9, 2, 0xF0, 0x80}; /* TPKT and X.224 data */

    return len >= 9 && memcmp(bytes, headers, sizeof headers) == 0 && bytes[7] >> 2 == ULTIMATUM;
}

uint8_t
dx_rdp_protocols(const uint8_t *bytes, size_t len)
{
    uint8_t type;
    uint32_t protocols;
    bool read = read_rdp(bytes, len, X224_CONNECTION_REQUEST, &type, &protocols) ||
                read_rdp(bytes, len, X224_CONNECTION_CONFIRM, &type, &protocols);

    return read && (type == RDP_NEG_REQ || type == RDP_NEG_RSP) ? (uint8_t)protocols : 0;
}

/* No negotiation structure in the confirm: a server that knows only RDP's own security. */
static int
answer_of_rdp(const uint8_t *bytes, size_t len)
{
    uint8_t type;
    uint32_t protocol;
    if (!read_rdp(bytes, len, X224_CONNECTION_CONFIRM, &type, &protocol))
        return 0;
    return type == RDP_NEG_RSP && protocol >= 1 ? 1 : -1;
}

static int
answer_of_connect(const uint8_t *bytes, size_t len)
{
    unsigned status = dx_http_status(bytes, len);
    if (status < 200)
        return 0;
    return status < 300 ? 1 : -1;
}

int
dx_upgrade_answer(dx_upgrade upgrade, const uint8_t *bytes, size_t len)
{
    if (upgrade == DX_UPGRADE_MYSQL)
        return 1; /* nobody answers: TLS begins right away */
    if (len == 0)
        return 0;
    switch (upgrade) {
    case DX_UPGRADE_SMTP:
        return answer_of_smtp(bytes, len);
    case DX_UPGRADE_IMAP:
        return answer_of_imap(bytes, len);
    case DX_UPGRADE_POP3:
        return dx_match_prefix(bytes, len, "+OK") ? 1 : dx_match_prefix(bytes, len, "-ERR") ? -1 : 0;
    case DX_UPGRADE_FTP:
        return answer_by_reply(dx_match_reply(bytes, len), 234);
    case DX_UPGRADE_LDAP:
        return answer_of_ldap(bytes, len);
    case DX_UPGRADE_XMPP:
        return answer_of_xmpp(bytes, len);
    case DX_UPGRADE_POSTGRES:
        return bytes[0] == 'S' ? 1 : bytes[0] == 'N' || bytes[0] == 'E' ? -1 : 0;
    case DX_UPGRADE_RDP:
        return answer_of_rdp(bytes, len);
    case DX_UPGRADE_NNTP:
        return answer_by_reply(dx_match_reply(bytes, len), 382);
    case DX_UPGRADE_SIEVE:
        return answer_by_word(bytes, len);
    case DX_UPGRADE_HTTP_CONNECT:
        return answer_of_connect(bytes, len);
    case DX_UPGRADE_NONE:
    case DX_UPGRADE_MYSQL:
    case DX_UPGRADE_TDS:
        break;
    }
    return 0;
}

bool
dx_upgrade_has_words(dx_upgrade upgrade)
{
    return upgrade == DX_UPGRADE_SMTP || upgrade == DX_UPGRADE_IMAP || upgrade == DX_UPGRADE_POP3 ||
           upgrade == DX_UPGRADE_FTP || upgrade == DX_UPGRADE_NNTP || upgrade == DX_UPGRADE_SIEVE;
}

/* "EHLO client.example.com"; "a1 CAPABILITY"; "CAPA". */
dx_aside
dx_upgrade_aside(const uint8_t *bytes, size_t len)
{
    size_t line_len = dx_match_line_len(bytes, MIN(len, DX_MATCH_LOOK));
    const uint8_t *space = line_len ? (const uint8_t *)memchr(bytes, ' ', MIN(line_len, 64)) : NULL;
    const uint8_t *word = space ? space + 1 : bytes;
    size_t word_len = line_len - (size_t)(word - bytes);

    if (dx_match_prefix_nocase(bytes, line_len, "EHLO ") || is_command(bytes, line_len, "CAPA") ||
        (space && is_command(word, word_len, "CAPABILITY")) ||
        dx_match_prefix(bytes, len, "<stream:stream ") || dx_match_prefix(bytes, len, "<?xml "))
        return DX_ASIDE_QUESTION;
    if (is_command(bytes, line_len, "QUIT") || (space && is_command(word, word_len, "LOGOUT")) ||
        dx_match_prefix(bytes, len, "</stream:stream>"))
        return DX_ASIDE_GOODBYE;
    return DX_ASIDE_NONE;
}

/* MySQL Internals, "Protocol::HandshakeV10": the version's text, a thread's number, eight bytes and a filler
 * stand before the lower half of the flags. */
bool
dx_mysql_without_tls(const uint8_t *bytes, size_t len)
{
    enum { VERSION_AT = 5, TO_FLAGS = 1 + 4 + 8 + 1 };

    if (len <= VERSION_AT || bytes[2] || bytes[3] || bytes[4] != 0x0A || !g_ascii_isdigit(bytes[VERSION_AT]))
        return false;
    const uint8_t *end = (const uint8_t *)memchr(bytes + VERSION_AT, 0, len - VERSION_AT);
    if (!end || (size_t)(bytes + len - end) < TO_FLAGS + 2)
        return false;
    return !((end[TO_FLAGS] | end[TO_FLAGS + 1] << 8) & MYSQL_CLIENT_SSL);
}

/* RFC 9051 section 6.2.3: no LOGIN while LOGINDISABLED stands in the list. RFC 6120 section 5.4.1. */
static bool
wants_tls_first(const uint8_t *bytes, size_t len)
{
    size_t starttls = dx_match_find_nocase(bytes, len, 0, "<starttls");

    if (starttls != DX_MATCH_NONE)
        return dx_match_find_nocase(bytes, len, starttls, "<required") != DX_MATCH_NONE;
    return dx_match_find_nocase(bytes, len, 0, " LOGINDISABLED") != DX_MATCH_NONE;
}

/* RFC 5321 section 4.2.1: the last line of a reply has a space behind its code. IMAP's has the tag and OK,
 * POP3's is a dot. */
int
dx_upgrade_listed(const uint8_t *bytes, size_t len)
{
    static const char *const names[] = {"STARTTLS", "STLS"};
    static const char *const ends[] = {"\n250 ", " OK ", "\n.\r\n"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (dx_match_find_nocase(bytes, len, 0, names[i]) != DX_MATCH_NONE)
            return wants_tls_first(bytes, len) ? -2 : 1;
    /* "250-XXXXXXXA": inspection of ESMTP by Cisco PIX and ASA, which does not let the command through */
    if (dx_match_find_nocase(bytes, len, 0, "\n250-XXXXXXXA") != DX_MATCH_NONE ||
        dx_match_find_nocase(bytes, len, 0, "\n250 XXXXXXXA") != DX_MATCH_NONE)
        return -3;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (dx_match_find_nocase(bytes, len, 0, ends[i]) != DX_MATCH_NONE)
            return -1;
    return dx_match_prefix(bytes, len, "250 ") || dx_match_prefix(bytes, len, ".\r\n") ? -1 : 0;
}

dx_upgrade
dx_upgrade_of_list(const uint8_t *bytes, size_t len)
{
    if (!len)
        return DX_UPGRADE_NONE;
    if (bytes[0] == '2')
        return DX_UPGRADE_SMTP;
    if (bytes[0] == '+' || bytes[0] == '.')
        return DX_UPGRADE_POP3;
    return bytes[0] == '<' ? DX_UPGRADE_XMPP : DX_UPGRADE_IMAP;
}
