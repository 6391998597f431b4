/* client_hello_intolerance.c - something on the way or the server cannot take a big or new ClientHello
 *
 * Wire:     a ClientHello of more than one segment, or with a post-quantum key share, is reset, closed or
 *           not answered, and a smaller one to the same ip:port works; or the server resets between its
 *           segments
 * Source:   tldr.fail; [MS-TLSP]: Server 2003 cannot reassemble
 * Not this: client_hello_lost (segments are not acknowledged)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"

/* The server resets or closes while the segments arrive: it, or a device, looks at the first alone. */
static dx_confidence
weigh_between(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (facts->end.by != DX_SERVER || facts->end.phase != DX_PHASE_HELLO_PARTIAL ||
        (facts->end.kind != DX_END_RST && facts->end.kind != DX_END_FIN) ||
        facts->end.time_us - facts->client.last_payload_us >= G_USEC_PER_SEC / 2)
        return DX_NONE;
    const dx_sample *success = dx_contrast_any(facts, context);
    dx_finding_say(finding, facts->partial_frame, "%u of %u bytes of the ClientHello so far",
                   facts->partial_have, facts->partial_expected);
    dx_refusal_say_end(finding, facts);
    if (success)
        dx_say_success(finding, success, "Its ClientHello is smaller or has no post-quantum key share.");
    dx_finding_candidates(finding, &dx_cause_server_reset_after_client_hello, &dx_cause_middlebox_reset,
                          NULL);
    return success ? DX_CONFIRMED : DX_LIKELY;
}

/* A device near the client shows at every server. */
static void
say_elsewhere(dx_finding *finding, const dx_refusal *refusal)
{
    const dx_mangled *other = refusal->elsewhere;
    char *server = dx_endpoint_text(&other->server);

    dx_finding_say(finding, other->large_frame,
                   "Same client at %s: a ClientHello of %u bytes failed, one of %u (frame %u) succeeded%s",
                   server, other->large_len, other->small_len, other->small_frame,
                   refusal->num_elsewhere > 1 ? "; so at other servers: the device is near the client" : "");
    if (refusal->num_elsewhere > 1) {
        static const uint16_t none[] = {0};
        finding->events =
            none; /* a device that is no server answers, or it damages what comes to the server */
        dx_finding_fix(finding,
                       "Update the device or program near the client that cannot handle large ClientHellos "
                       "(firewall, VPN, proxy, antivirus): several servers are affected.");
    }
    g_free(server);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal_row *row = &context->refusal->row[DX_DIMENSION_SIZE];

    if (!facts->hello_frame)
        return weigh_between(facts, context, finding);
    /* every hello of a present-day browser is large: that one was refused says nothing of its size alone */
    if (row->confidence == DX_NONE)
        return DX_NONE;
    dx_refusal_say_hello(finding, facts);
    dx_refusal_say_end(finding, facts);
    if (row->differs)
        dx_say_success(finding, row->differs, "Its ClientHello is smaller or has no post-quantum key share.");
    if (context->refusal->elsewhere)
        say_elsewhere(finding, context->refusal);
    dx_refusal_candidates(finding, context->refusal, true);
    if (facts->end.kind == DX_END_RST)
        dx_finding_candidates(finding, &dx_cause_server_reset_after_client_hello, &dx_cause_middlebox_reset,
                              NULL);
    return row->confidence;
}

DX_CAUSE(client_hello_intolerance, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_HELLO),
                  .ends = DX_HELLO_REFUSED | DX_NO_TLS,
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(SMALL_HELLO)},
         .title = "A large ClientHello is not accepted",
         .why = "A ClientHello of more than one packet, as with post-quantum key shares, fails where a "
                "smaller one succeeds.",
         .checks = "Does it succeed without post-quantum key shares? (policy PostQuantumKeyAgreementEnabled "
                   "of Chrome and Edge, where the release still has it; Firefox: security.tls.enable_kyber)\n"
                   "Which firewall, load balancer or proxy is on the path, and does its vendor list this "
                   "defect (tldr.fail)?\n"
                   "@path\n",
         .fix = "Update the server or the device that cannot reassemble the ClientHello; disable the large "
                "extension for a test only.\n",
         .clients = "new browsers only: ERR_CONNECTION_RESET, ERR_CONNECTION_CLOSED or ERR_TIMED_OUT",
         .events = {36888}, .weigh = weigh);
