/* logs.c - finds rows of logs.def for lines of logs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/logs.h"

#include <string.h>

#include "knowledge/names.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* OpenSSL's libraries and reasons: err.h; alerts: SSL_AD_REASON_OFFSET of ssl.h */
#define LIB_SSL       20
#define ALERT_REASONS 1000

static const dx_log_row rows[] = {
#define L(reason, number, words, meaning) {DX_LOGGED_##reason, number, words, meaning},
#define C(...)
#include "knowledge/logs.def"
#undef L
#undef C
};

static const dx_log_row client_rows[] = {
#define L(...)
#define C(reason, words, meaning) {DX_LOGGED_##reason, 0, words, meaning},
#include "knowledge/logs.def"
#undef L
#undef C
};

static const dx_log_row nps_rows[] = {
#define N(code, reason, meaning) {DX_LOGGED_##reason, code, "", meaning},
#include "knowledge/nps_reasons.def"
#undef N
};

#define I(...)
#define H(...)
#define E(...)
static const dx_log_row iis_rows[] = {
#undef I
#define I(substatus, reason, meaning) {DX_LOGGED_##reason, substatus, "", meaning},
#include "knowledge/w3c_reasons.def"
#undef I
#define I(...)
};
static const dx_log_row w3c_rows[] = {
#undef H
#define H(word, reason, meaning) {DX_LOGGED_##reason, 0, word, meaning},
#include "knowledge/w3c_reasons.def"
#undef H
#define H(...)
};
static const dx_log_row exchange_rows[] = {
#undef E
#define E(words, reason, meaning) {DX_LOGGED_##reason, 0, words, meaning},
#include "knowledge/w3c_reasons.def"
#undef E
};
#undef I
#undef H

static const dx_log_row received = {DX_LOGGED_ALERT, 0, "", NULL};
static const dx_log_row from_server = {DX_LOGGED_SERVER_ALERT, 0, "", NULL};

/* Alerts as other programs name them than IANA does: Go's crypto/tls alert.go, OpenSSL's ssl_stat.c. */
static const struct {
    const char *words;
    uint8_t alert;
} spoken[] = {
    {"bad record MAC", DX_ALERT_BAD_RECORD_MAC},
    {"revoked certificate", DX_ALERT_CERTIFICATE_REVOKED},
    {"expired certificate", DX_ALERT_CERTIFICATE_EXPIRED},
    {"unknown certificate authority", DX_ALERT_UNKNOWN_CA},
    {"unknown certificate", DX_ALERT_CERTIFICATE_UNKNOWN},
    {"error decoding message", DX_ALERT_DECODE_ERROR},
    {"error decrypting message", DX_ALERT_DECRYPT_ERROR},
    {"protocol version not supported", DX_ALERT_PROTOCOL_VERSION},
    {"insufficient security level", DX_ALERT_INSUFFICIENT_SECURITY},
};

/* Where `words` are in a text of a length; NULL when they are not. */
static const char *
find_bytes(const char *text, size_t len, const char *words, size_t words_len)
{
    while (len >= words_len) {
        const char *at = memchr(text, words[0], len - words_len + 1);
        if (!at)
            return NULL;
        if (memcmp(at, words, words_len) == 0)
            return at;
        len -= (size_t)(at + 1 - text);
        text = at + 1;
    }
    return NULL;
}

static const char *
find(const char *text, size_t len, const char *words)
{
    return find_bytes(text, len, words, strlen(words));
}

static int
lower(char c)
{
    return c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* "unknown_ca", "unknown CA", "UnknownCA" */
static bool
begins(const char *text, size_t len, const char *words)
{
    size_t at = 0;

    for (; *words; words++) {
        if (lower(*words) == ' ' && at < len && lower(text[at]) != ' ')
            continue;
        if (at == len || lower(text[at]) != lower(*words))
            return false;
        at++;
    }
    return true;
}

static bool
alert_named(uint8_t *alert, const char *text, size_t len)
{
    size_t best = 0;

    for (unsigned i = 0; i < COUNT(spoken); i++)
        if (begins(text, len, spoken[i].words)) {
            *alert = spoken[i].alert;
            return true;
        }
    for (unsigned number = 1; number < 256; number++) {
        const char *name = dx_alert_name((uint8_t)number);
        if (name && strlen(name) > best && begins(text, len, name)) {
            *alert = (uint8_t)number;
            best = strlen(name);
        }
    }
    return best > 0;
}

static unsigned
number_at(const char *text, size_t len, unsigned base)
{
    unsigned number = 0;

    for (size_t i = 0; i < len && i < 8; i++) {
        char c = (char)lower(text[i]);
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                : 99;
        if (digit >= base)
            break;
        number = number * base + digit;
    }
    return number;
}

/* The reason in "error:0A0000C1:" (3.x) or "error:1408A0C1:" (up to 1.1.1) of libssl;
 * 0 when there is none. */
static unsigned
openssl_reason(const char *line, size_t len)
{
    const char *at = find(line, len, "error:");

    if (!at || (size_t)(at - line) + 15 > len || at[14] != ':')
        return 0;
    unsigned code = number_at(at + 6, 8, 16);
    if (code >> 24 == LIB_SSL)
        return code & 0xfff;
    return code >> 23 == LIB_SSL ? code & 0x7fffff : 0;
}

/* An alert that the other side sent. */
static bool
received_alert(uint8_t *alert, unsigned reason, const char *line, size_t len)
{
    static const char *const prefixes[] = {
        "Received fatal alert: ", "remote error: tls: ", "TLS Alert read:fatal:", "(TLS) Alert read:fatal:",
        "CLIENT ALERT: Fatal - ", "tlsv1 alert ",        "sslv3 alert ",          "ssl/tls alert ",
        "SSLV3_ALERT_",           "TLSV1_ALERT_",        "sent a TLS alert: '"};
    static const char numbered[] = "SSL alert number ";
    const char *at = find(line, len, numbered);

    if (reason > ALERT_REASONS && reason < ALERT_REASONS + 256) {
        *alert = (uint8_t)(reason - ALERT_REASONS);
        return true;
    }
    if (at) {
        at += strlen(numbered);
        *alert = (uint8_t)number_at(at, len - (size_t)(at - line), 10);
        return true;
    }
    for (unsigned i = 0; i < COUNT(prefixes); i++) {
        at = find(line, len, prefixes[i]);
        if (!at)
            continue;
        at += strlen(prefixes[i]);
        if (alert_named(alert, at, len - (size_t)(at - line)))
            return true;
    }
    return false;
}

/* Words with " ... " in them are two that follow each other. */
static bool
has(const char *line, size_t len, const char *words)
{
    static const char gap[] = " ... ";
    const char *second = strstr(words, gap);

    if (!second)
        return find(line, len, words) != NULL;
    size_t first_len = (size_t)(second - words);
    const char *at = find_bytes(line, len, words, first_len);
    return at && find(at + first_len, len - (size_t)(at - line) - first_len, second + sizeof gap - 1);
}

const dx_log_row *
dx_log_row_find(const char *line, size_t len, uint8_t *alert)
{
    unsigned reason = openssl_reason(line, len);

    if (received_alert(alert, reason, line, len))
        return &received;
    for (unsigned i = 0; reason && i < COUNT(rows); i++)
        if (rows[i].number == reason)
            return &rows[i];
    for (unsigned i = 0; i < COUNT(rows); i++)
        if (has(line, len, rows[i].words))
            return &rows[i];
    return NULL;
}

const dx_log_row *
dx_client_row_find(const char *line, size_t len)
{
    for (unsigned i = 0; i < COUNT(client_rows); i++)
        if (find(line, len, client_rows[i].words))
            return &client_rows[i];
    return NULL;
}

const dx_log_row *
dx_client_alert_find(const char *line, size_t len, uint8_t *alert)
{
    static const char in[] = "(IN), TLS alert, "; /* curl: "... handshake failure (552)", level and number */
    const char *at = find(line, len, in);
    const char *open = at ? memchr(at + strlen(in), '(', len - (size_t)(at - line) - strlen(in)) : NULL;

    if (open) {
        unsigned both = number_at(open + 1, len - (size_t)(open + 1 - line), 10);
        *alert = (uint8_t)both;
        return both >> 8 == 2 ? &from_server : NULL;
    }
    return received_alert(alert, openssl_reason(line, len), line, len) ? &from_server : NULL;
}

const dx_log_row *
dx_nps_row_find(uint32_t code)
{
    for (unsigned i = 0; i < COUNT(nps_rows); i++)
        if (nps_rows[i].number == code)
            return &nps_rows[i];
    return NULL;
}

const dx_log_row *
dx_iis_row_find(uint32_t substatus)
{
    for (unsigned i = 0; i < COUNT(iis_rows); i++)
        if (iis_rows[i].number == substatus)
            return &iis_rows[i];
    return NULL;
}

const dx_log_row *
dx_w3c_row_find(const char *word, size_t len)
{
    for (unsigned i = 0; i < COUNT(w3c_rows); i++)
        if (strlen(w3c_rows[i].words) == len && memcmp(w3c_rows[i].words, word, len) == 0)
            return &w3c_rows[i];
    return NULL;
}

const dx_log_row *
dx_exchange_row_find(const char *text, size_t len)
{
    for (unsigned i = 0; i < COUNT(exchange_rows); i++)
        if (find(text, len, exchange_rows[i].words))
            return &exchange_rows[i];
    return NULL;
}

dx_service_id
dx_log_service(const char *line, size_t len)
{
    static const struct {
        const char *words;
        dx_service_id service;
    } marks[] = {
        {", server: ", DX_SERVICE_NGINX},
        {"[ssl:", DX_SERVICE_APACHE},
        {" AH0", DX_SERVICE_APACHE},
        {"haproxy[", DX_SERVICE_HAPROXY},
        {"postfix/", DX_SERVICE_POSTFIX},
        {"dovecot:", DX_SERVICE_DOVECOT},
        {"imap-login: ", DX_SERVICE_DOVECOT},
        {"slapd[", DX_SERVICE_OPENLDAP},
        {"(TLS negotiation failure)", DX_SERVICE_OPENLDAP},
        {"could not accept SSL connection", DX_SERVICE_POSTGRESQL},
        {"[MY-", DX_SERVICE_MYSQL},
        {"mysqld[", DX_SERVICE_MYSQL},
        {"stunnel", DX_SERVICE_STUNNEL},
        {" LOG3[", DX_SERVICE_STUNNEL},
        {"javax.net.ssl", DX_SERVICE_JAVA},
        {"mosquitto[", DX_SERVICE_MOSQUITTO},
        {"TLS server: In state", DX_SERVICE_RABBITMQ},
        {"org.apache.kafka", DX_SERVICE_KAFKA},
        {"rsyslogd: ", DX_SERVICE_RSYSLOG},
    };

    for (unsigned i = 0; i < COUNT(marks); i++)
        if (find(line, len, marks[i].words))
            return marks[i].service;
    return DX_SERVICE_UNKNOWN;
}
