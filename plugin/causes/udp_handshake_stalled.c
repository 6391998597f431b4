/* udp_handshake_stalled.c - over UDP one side falls silent in the middle of the handshake
 *
 * Wire:     packets both ways, then one side's alone, again and again, or none; there is no close
 * Source:   RFC 6347 sections 4.1.2.7 (what does not verify is dropped without a word) and 4.2.4
 *           (retransmission), RFC 9000 section 8.1 (a server waits for the client's address to be validated)
 * Not this: udp_unanswered (never a word of the server), server_flight_lost (the client repeats), psk_unknown
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/text.h"
#include "knowledge/names.h"
#include "verdict/contrast.h"
#include "verdict/ended.h"
#include "verdict/standstill.h"

#define COMPARE "Capture at both ends and compare: which packets arrive?\n@mtu*\n"
#define WHY_SERVER                                                                                           \
    "The server stopped answering in the middle of the handshake: it dropped what the client sent, or the "  \
    "packets are lost on the path."
#define WHY_CLIENT                                                                                           \
    "The client stopped answering in the middle of the handshake: it rejects the server's answer without a " \
    "word, was stopped, or packets are lost on the path."

/* Who refuses something may fall silent: OpenVPN keeps the alert to itself (2.6), gnutls-serv begins anew,
 * mbedTLS and wolfSSL drop what they do not like (all observed). */
static void
suspect_refusal(const dx_facts *facts, dx_side quiet, dx_finding *finding)
{
    if (quiet == DX_CLIENT && facts->chain) /* what is wrong with it comes first */
        dx_finding_candidates(finding, &dx_cause_certificate_expired, &dx_cause_certificate_not_yet_valid,
                              &dx_cause_certificate_name_mismatch, &dx_cause_certificate_self_signed,
                              &dx_cause_certificate_untrusted_root, NULL);
    if (quiet == DX_CLIENT)
        dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_server_flight_lost,
                              &dx_cause_certificate_untrusted_root, &dx_cause_client_aborted, NULL);
    else if (facts->transport == DX_TRANSPORT_QUIC) /* it acknowledges, and its full packets do not arrive */
        dx_finding_candidates(finding, &dx_cause_server_flight_lost, &dx_cause_alpn_mismatch, NULL);
    else if (facts->phase >= DX_PHASE_SERVER_HELLO)
        dx_finding_candidates(finding, &dx_cause_psk_unknown, &dx_cause_client_certificate_rejected,
                              &dx_cause_record_corruption, NULL);
    else
        dx_finding_candidates(finding, &dx_cause_protocol_version_mismatch, &dx_cause_cipher_mismatch,
                              &dx_cause_group_mismatch, &dx_cause_server_flight_lost, NULL);
}

/* Else the capture may hold beginnings alone. */
static bool
persists(const dx_peer *waits, const dx_peer *silent)
{
    return waits->last_us - silent->last_us >= G_USEC_PER_SEC / 2 || waits->num_retransmissions;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_side quiet = dx_quiet_side(facts, context);
    const dx_peer *waits = dx_facts_peer(facts, quiet == DX_SERVER ? DX_CLIENT : DX_SERVER);
    bool waited = facts->server.num_packets && persists(waits, dx_facts_peer(facts, quiet));

    if (dx_standstill_begun_again(facts, context))
        return dx_weigh_begun_again(facts, finding);
    if (quiet == DX_NOBODY)
        return dx_weigh_standstill(facts, context, finding, &dx_cause_server_flight_lost,
                                   &dx_cause_alpn_mismatch);
    if (!waited || (facts->damaged && !facts->hello_frame) || dx_standstill_was_answered(facts, quiet))
        return DX_NONE;
    char *text = dx_duration_text(context->now_us - waits->last_payload_us);
    finding->frame = waits->last_payload_frame ? waits->last_payload_frame : facts->last_frame;
    dx_finding_why(finding, quiet == DX_SERVER ? WHY_SERVER : WHY_CLIENT);
    if (quiet == DX_CLIENT)
        finding->checks = facts->transport == DX_TRANSPORT_OPENVPN
                              ? "What does OpenVPN log on the client? (its window or log file)\n"
                                "@log\n" COMPARE
                              : "@client_log\n@log\n" COMPARE;
    dx_say_hello(finding, facts);
    if (facts->server_hello_frame)
        dx_finding_say(finding, facts->server_hello_frame, "ServerHello");
    if (waits->num_retransmissions)
        dx_finding_say(finding, waits->retransmission_frame, "The %s repeats %u message%s",
                       quiet == DX_SERVER ? "client" : "server", waits->num_retransmissions,
                       waits->num_retransmissions == 1 ? "" : "s");
    dx_finding_say(finding, finding->frame, "Then nothing new from the %s for %s %s", dx_side_name(quiet),
                   text, dx_phase_words(facts, facts->phase));
    g_free(text);
    suspect_refusal(facts, quiet, finding);
    return DX_POSSIBLE;
}

DX_CAUSE(udp_handshake_stalled, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER_UDP,
                  .phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_CLIENT_FINISHED),
                  .ends = DX_NO_END,
                  .needs = DX_SAW(SERVER_PACKET),
                  .refutes = DX_SAW(MIDDLE_ONLY)},
         .title = "The handshake over UDP stops midway", .why = "The client or the server fell silent.",
         .by_reason = true, .symptom = true, .checks = "@log\n@client_log\n" COMPARE,
         .fix = "Fix the error shown in the log of the silent side; if packets are lost, restore the path "
                "for them.\n",
         .clients = "Chromium 156: ERR_QUIC_PROTOCOL_ERROR or HTTP/2 over TCP; curl 7.88: (28); OpenVPN: "
                    "\"TLS key negotiation failed to occur within 60 seconds\"",
         .weigh = weigh);
