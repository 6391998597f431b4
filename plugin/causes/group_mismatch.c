/* group_mismatch.c - no key exchange group in common
 *
 * Wire:     alert 40 from the server before any ServerHello and without a HelloRetryRequest; or the server
 *           goes on with a group that the client does not offer (observed: JSSE 17, Bouncy Castle 1.72), and
 *           the client leaves
 * Source:   RFC 8446 section 4.1.1, RFC 8422 section 4
 * Not this: cipher_mismatch; a HelloRetryRequest that leads to success is normal
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"
#include "verdict/unoffered.h"
#include "facts/text.h"
#include "knowledge/names.h"
#include "verdict/configuration.h"

/* A server without any of the client's groups must not go on with its own (RFC 8422 section 5.1). */
static dx_confidence
weigh_chosen(const dx_facts *facts, dx_finding *finding)
{
    char *offered = dx_codes_text(&facts->offer->groups, dx_group_name, 12);

    dx_finding_why(
        finding,
        "The server goes on with the group %s, which the client does not offer: it has none of the "
        "client's groups, or does not look at them.",
        dx_group_name(facts->chosen.group));
    dx_say_unoffered(finding, facts, DX_UNOFFERED_GROUP);
    dx_finding_say(finding, facts->hello_frame, "Offered groups: %s", offered);
    g_free(offered);
    dx_finding_candidates(finding, &dx_cause_handshake_protocol_error, NULL);
    return facts->end.kind == DX_END_ALERT ? DX_CONFIRMED : DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal_row *row = &context->refusal->row[DX_DIMENSION_GROUP];

    if (dx_unoffered_choice(facts) == DX_UNOFFERED_GROUP && dx_left_at_choice(facts))
        return weigh_chosen(facts, finding);
    if (row->confidence == DX_NONE)
        return DX_NONE;
    bool none = !facts->offer->groups.num;
    char *offered = none ? g_strdup("none sent (no supported_groups)")
                         : dx_codes_text(&facts->offer->groups, dx_group_name, 12);
    if (!none)
        dx_refusal_say_groups(finding, facts, offered);
    if (none) { /* RFC 8422 section 4 lets a server choose then (observed: GnuTLS; OpenSSL 3.0 says 40) */
        dx_finding_why(finding,
                       "Every cipher suite that the client offers needs a group (an elliptic curve), and the "
                       "client offers no group (no supported_groups extension).");
        finding->steps = "Update the client, or enable elliptic curves there: it must send supported_groups "
                         "with secp256r1 or x25519.\n";
    }
    dx_refusal_say_hello(finding, facts);
    dx_finding_say(finding, facts->hello_frame, "Offered groups: %s", offered);
    g_free(offered);
    dx_refusal_say_end(finding, facts);
    if (row->nearly && !row->alone)
        dx_say_success(finding, row->differs, "The failing client does not offer its key exchange group.");
    if (row->alone)
        dx_refusal_say_better(finding, row->differs, "group", dx_group_name(row->differs->chosen.group),
                              "The failing client does not offer its key exchange group.");
    dx_refusal_candidates(finding, context->refusal, false);
    return row->confidence;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    bool fits = dx_dropped(facts, context) || dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE);

    if (!facts->offer || !fits || !dx_files_schannel(facts, context))
        return DX_FILES_SILENT;
    dx_files_answer answer = dx_configured_groups(facts, context, files);
    return answer == DX_FILES_CONFIRM && context->refusal->same ? DX_FILES_CONTRADICTED : answer;
}

DX_CAUSE(group_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_SERVER_DONE),
                  .ends = DX_HELLO_REFUSED | DX_CLIENT_ALERT,
                  DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INSUFFICIENT_SECURITY,
                            DX_ALERT_ILLEGAL_PARAMETER, DX_ALERT_UNEXPECTED_MESSAGE, DX_ALERT_INTERNAL_ERROR,
                            DX_ALERT_DECODE_ERROR),
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(COMMON_GROUP) | DX_SAW(NO_FOREIGN_GROUP) | DX_SAW(COMMON_SUCCESS)},
         .title = "No key exchange group in common",
         .why = "The server supports none of the groups (elliptic curves and others) that the client offers.",
         .checks = "@log\n"
                   "@groups\n"
                   "@known_groups\n",
         .fix = "@enable_group|Enable a group that the client offers on the server.\nOr let the client "
                "offer more groups: most servers support x25519, secp256r1 and secp384r1.\n",
         .clients = "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; curl 7.88: (35) \"sslv3 alert "
                    "handshake failure\"; Java 17: \"Received fatal alert: handshake_failure\"",
         .events = {36874, 36888}, .logged = {DX_LOGGED_NO_GROUP}, .weigh = weigh,
         .weigh_files = weigh_files);
