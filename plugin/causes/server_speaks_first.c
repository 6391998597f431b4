/* server_speaks_first.c - the server greets before the client said anything
 *
 * Wire:     the server's first payload precedes the ClientHello and is no TLS
 * Source:   RFC 8446 section 2: the client speaks first in TLS
 * Not this: starttls_expected (a port known for it), STARTTLS
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "facts/text.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (!facts->server.first_payload_frame ||
        facts->server.first_payload_frame > facts->client.first_payload_frame)
        return DX_NONE;
    char *line = dx_safe(facts->foreign_text, 60);
    finding->frame = facts->server_foreign_frame;
    dx_finding_say(finding, facts->server_foreign_frame, "The server greets first with %s: \"%s\"",
                   dx_foreign_name(facts->server_foreign), line ? line : "");
    g_free(line);
    dx_say_hello(finding, facts);
    dx_finding_candidates(finding, &dx_cause_wrong_process_suspected, NULL);
    return DX_CONFIRMED;
}

DX_CAUSE(
    server_speaks_first, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(TCP),
             .needs = DX_SAW(BEGINNING) | DX_SAW(SERVER_FOREIGN),
             .refutes = DX_SAW(UPGRADE) | DX_SAW(SERVER_HELLO) | DX_SAW(CLIENT_FOREIGN)},
    .title = "The server spoke first: not TLS",
    .why = "The server sent a banner before the client's first byte; a TLS server waits for the ClientHello.",
    .checks = "@listen\n"
              "Which program sends the banner? The banner names it.\n",
    .fix = "Correct the client's port, or move the program that has port {port}.\n",
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox 153: PR_END_OF_FILE_ERROR; curl 7.88: "
               "(35) \"wrong version number\"; wget 1.21: \"GnuTLS: An unexpected TLS packet was "
               "received.\"; OpenSSL 3.0: \"wrong version number\"; Java 17: \"Unsupported or "
               "unrecognized SSL message\"; Python 3.11: WRONG_VERSION_NUMBER; Go 1.19: \"first record "
               "does not look like a TLS handshake\"; Node 20: EPROTO \"wrong version number\"",
    .weigh = weigh);
