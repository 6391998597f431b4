/* fallback_rejected.c - the server refuses a client's retry with a lower version
 *
 * Wire:     TLS_FALLBACK_SCSV (0x5600) in the ClientHello, alert 86 from the server
 * Source:   RFC 7507
 * Not this: protocol_version_mismatch (70)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"

DX_CAUSE(
    fallback_rejected, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .clients = "OpenSSL 3.0: \"tlsv1 alert inappropriate fallback\"; Firefox 153: "
               "SSL_ERROR_INAPPROPRIATE_FALLBACK_ALERT; Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
    .gate = {.ends = DX_SERVER_ALERT, DX_ALERTS(DX_ALERT_INAPPROPRIATE_FALLBACK)},
    .title = "The server rejected the fallback to an older version",
    .why = "The client retried with a lower version after an earlier failure, and the server supports a "
           "higher one.",
    .checks = "Which earlier connection of {client} offered a higher version? Its failure is the cause, this "
              "one is the consequence.\n",
    .fix = "Fix the earlier failure; the server is right to reject the fallback.\n", .events = {36888},
    .logged = {DX_LOGGED_FALLBACK}, .stated = DX_CONFIRMED,
    .says = {DX_SIGHT_FALLBACK, offsetof(dx_facts, hello_frame),
             "The ClientHello says that it is a retry (TLS_FALLBACK_SCSV)"});
