/* logs.h - what lines of server programs' logs say of a TLS handshake that failed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_KNOWLEDGE_LOGS_H
#define DX_KNOWLEDGE_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "knowledge/services.h"

/* Why a handshake failed, by the side that wrote it down. A cause names those that prove it. */
typedef enum {
    DX_LOGGED_NOTHING,
    DX_LOGGED_OTHER,        /* a failure, and no reason */
    DX_LOGGED_ALERT,        /* the client sent an alert */
    DX_LOGGED_SERVER_ALERT, /* the server did, a client says */
    DX_LOGGED_PLAIN_HTTP,
    DX_LOGGED_NO_TLS,
    DX_LOGGED_NO_VERSION,
    DX_LOGGED_FALLBACK,
    DX_LOGGED_NO_CIPHER,
    DX_LOGGED_NO_ALGORITHM, /* version or cipher suite: it does not say which */
    DX_LOGGED_NO_GROUP,
    DX_LOGGED_NO_SIGNATURE,
    DX_LOGGED_NO_PROTOCOL,
    DX_LOGGED_NAME_REJECTED,
    DX_LOGGED_NO_NAME,
    DX_LOGGED_NO_CERTIFICATE,
    DX_LOGGED_NO_KEY,
    DX_LOGGED_KEY_UNUSABLE,
    DX_LOGGED_CLIENT_CERTIFICATE_MISSING,
    DX_LOGGED_CLIENT_CERTIFICATE_BAD,
    DX_LOGGED_BAD_RECORD,
    DX_LOGGED_UNKNOWN_PSK,
    DX_LOGGED_TIMEOUT,
    DX_LOGGED_CLIENT_EXPIRED, /* a client's own words, here and below */
    DX_LOGGED_CLIENT_NOT_YET,
    DX_LOGGED_CLIENT_DATES,
    DX_LOGGED_CLIENT_NO_ROOT,
    DX_LOGGED_CLIENT_SELF_SIGNED,
    DX_LOGGED_CLIENT_NO_ISSUER,
    DX_LOGGED_CLIENT_NAME,
    DX_LOGGED_CLIENT_REVOKED,
    DX_LOGGED_CLIENT_REVOCATION,
    DX_LOGGED_CLIENT_WEAK,
    DX_LOGGED_CLIENT_WEAK_DH,
    DX_LOGGED_CLIENT_LEGACY,
    DX_LOGGED_CLIENT_CLOSED, /* no reason, from here on */
    DX_LOGGED_CLIENT_RESET,
} dx_logged;

typedef struct dx_log_row {
    dx_logged reason;
    uint16_t number; /* OpenSSL's reason, or NPS's; 0: none */
    const char *words;
    const char *meaning; /* NULL: that of an alert */
} dx_log_row;

/* dx_log_row_find - the row whose words are in a line, or whose number is that of the line's OpenSSL error;
 * NULL when there is none. For a received alert `*alert` is its number. */
const dx_log_row *dx_log_row_find(const char *line, size_t len, uint8_t *alert);

/* dx_client_row_find - the same for what a client says. */
const dx_log_row *dx_client_row_find(const char *line, size_t len);

/* dx_client_alert_find - the row of an alert that a client says it received; NULL when it says none. */
const dx_log_row *dx_client_alert_find(const char *line, size_t len, uint8_t *alert);

/* dx_nps_row_find - the row of a reason code of Network Policy Server; NULL when it is not known. */
const dx_log_row *dx_nps_row_find(uint32_t code);

/* dx_iis_row_find - the row of status 403 and a substatus in IIS' log. dx_w3c_row_find - that of a whole word
 * in the error log of HTTP.sys or in Windows Firewall's. dx_exchange_row_find - that of words in Exchange's.
 * NULL when there is none. */
const dx_log_row *dx_iis_row_find(uint32_t substatus);
const dx_log_row *dx_w3c_row_find(const char *word, size_t len);
const dx_log_row *dx_exchange_row_find(const char *text, size_t len);

/* dx_log_service - the program that writes such lines; DX_SERVICE_UNKNOWN when the line does not tell. */
dx_service_id dx_log_service(const char *line, size_t len);

#endif
