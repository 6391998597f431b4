/* not_tls_response.c - the answer to the ClientHello is no TLS
 *
 * Wire:     the server's first payload after the ClientHello is no TLS record
 * Source:   RFC 8446 section 5.1
 * Not this: server_speaks_first (the bytes come before the ClientHello)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"
#include "facts/text.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_ended(facts, DX_END_FOREIGN, DX_SERVER))
        return DX_NONE;
    char *line = dx_safe(facts->foreign_text, 60);
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->end.frame, "The answer is %s: \"%s\"",
                   dx_foreign_name(facts->server_foreign), line ? line : "");
    g_free(line);
    dx_finding_candidates(finding, &dx_cause_wrong_process_suspected, NULL);
    if (context->refusal->row[DX_DIMENSION_SIZE].confidence >= DX_LIKELY) {
        dx_refusal_candidates(finding, context->refusal, true);
        return DX_POSSIBLE;
    }
    /* what was refused is the PROXY header before it, perhaps */
    return facts->proxy_header && facts->http_status >= 400 ? DX_LIKELY : DX_CONFIRMED;
}

DX_CAUSE(
    not_tls_response, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
    .gate = {.needs = DX_SAW(SERVER_FOREIGN)}, .title = "The server answers with another protocol",
    .why = "The program that answers the ClientHello on this port does not speak TLS.",
    .checks = "@listen\n"
              "Is TLS enabled for this port in that program?\n"
              "Does a proxy or captive portal answer in the server's place?\n",
    .fix = "Enable TLS in the program that has port {port}, move it to another port, or correct the client's "
           "port.\n",
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox 153: SSL_ERROR_RX_RECORD_TOO_LONG or "
               "PR_END_OF_FILE_ERROR; curl 7.88: (35) \"wrong version number\"; Java 17: \"Unsupported or "
               "unrecognized SSL message\"; Python 3.11: WRONG_VERSION_NUMBER; Go 1.19: \"http: server gave "
               "HTTP response to HTTPS client\" or \"first record does not look like a TLS handshake\"; Node "
               "20: EPROTO \"wrong version number\"; Windows: SEC_E_INVALID_TOKEN (0x80090308)",
    .weigh = weigh);
