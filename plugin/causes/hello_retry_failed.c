/* hello_retry_failed.c - the retry that the server asked for leads nowhere
 *
 * Wire:     HelloRetryRequest, then an alert, a close or a reset before any ServerHello
 * Source:   RFC 8446 sections 4.1.4 and 4.2.8
 * Not this: group_mismatch (no HelloRetryRequest); client_hello_lost; psk_unknown (a binder that does not
 *           verify, found out at the second ClientHello: wolfSSL 5.7, observed)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "facts/text.h"
#include "knowledge/names.h"

/* RFC 8446 section 4.2.8: the group is one that the client supports and sent no share for. */
static void
say_group(const dx_facts *facts, const char *group, dx_finding *finding)
{
    const dx_offer *offer = facts->offer;

    if (!offer || !facts->retry_group || facts->num_hellos > 1)
        return;
    if (!dx_codes_have(&offer->groups, facts->retry_group))
        dx_finding_why(finding, "The server asked for a key share of %s, which the client does not offer.",
                       group);
    else if (dx_codes_have(&offer->key_shares, facts->retry_group))
        dx_finding_why(finding, "The server asked for a key share of %s, which the client had sent.", group);
}

/* The group fits, as the second ClientHello shows; what is left of it to mind is the pre-shared key. */
static bool
minds_binder(const dx_facts *facts)
{
    return facts->psk_offered && facts->num_hellos > 1 && facts->end.kind == DX_END_ALERT &&
           facts->end.by == DX_SERVER &&
           (facts->end.alert == DX_ALERT_ILLEGAL_PARAMETER || facts->end.alert == DX_ALERT_DECRYPT_ERROR);
}

/* Something new came behind the second ClientHello: it was answered, and the capture lacks the answer. */
static bool
went_on(const dx_facts *facts)
{
    uint32_t latest = MAX(facts->client.last_payload_frame, facts->server.last_payload_frame);

    return facts->second_hello_frame && latest > facts->second_hello_frame;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool left_before = facts->end.kind != DX_END_NONE && facts->end.frame < facts->retry_frame;
    if (left_before || (facts->end.kind == DX_END_NONE && went_on(facts)))
        return DX_NONE;
    bool silent = facts->end.kind == DX_END_NONE &&
                  context->now_us - facts->retry_us >= context->preferences->silence_us;
    if (facts->end.kind == DX_END_NONE && !silent)
        return DX_NONE;
    char *group = dx_code_text(facts->retry_group, dx_group_name);
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->retry_frame, "HelloRetryRequest%s%s",
                   facts->retry_group ? " for group " : "", facts->retry_group ? group : "");
    say_group(facts, group, finding);
    g_free(group);
    if (facts->num_hellos < 2)
        dx_finding_say(finding, facts->last_frame, "No second ClientHello");
    dx_say_end(finding, facts);
    if (silent)
        finding->frame = facts->second_hello_frame ? facts->second_hello_frame : facts->retry_frame;
    if (minds_binder(facts))
        dx_finding_candidates(finding, &dx_cause_psk_unknown, NULL);
    dx_finding_candidates(finding, &dx_cause_group_mismatch, &dx_cause_handshake_protocol_error, NULL);
    if (facts->end.kind != DX_END_ALERT)
        return DX_LIKELY;
    return minds_binder(facts) ? DX_POSSIBLE : DX_CONFIRMED;
}

DX_CAUSE(
    hello_retry_failed, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR or ERR_CONNECTION_CLOSED; Firefox 153: "
               "SSL_ERROR_RX_UNEXPECTED_HELLO_RETRY_REQUEST or PR_END_OF_FILE_ERROR; curl 7.88: (35) "
               "\"unexpected message\" or SSL_ERROR_SYSCALL; Java 17: \"Illegal HelloRetryRequest\" or "
               "\"Remote host terminated the handshake\"; Python 3.11: UNEXPECTED_MESSAGE or \"EOF\"; "
               "Go 1.19: \"tls: server sent two HelloRetryRequest messages\" or \"EOF\"; Node 20: "
               "EPROTO \"unexpected message\" or ECONNRESET",
    .gate = {.needs = DX_SAW(RETRY), .refutes = DX_SAW(SERVER_HELLO)},
    .title = "Handshake failed after a HelloRetryRequest",
    .why = "The server asked for another key share, and the second attempt failed.",
    .checks = "Does the client support the group that the server asks for?\n"
              "Does a load balancer send the second ClientHello to another server node?\n"
              "@groups\n"
              "@reproduce\n",
    .fix = "Let both sides share a group that the client sends at once (x25519 or secp256r1), or update the "
           "side that aborts.\n",
    .symptom = true, .weigh = weigh);
