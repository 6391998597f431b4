/* eap_stalled.c - an authentication by EAP stops in the middle of the TLS handshake
 *
 * Wire:     a request or response with TLS that nobody answers; there is no close, and no EAP-Failure; or
 *           EAP-Failure before the server's own flight is complete
 * Source:   RFC 3748 section 4.3 (the authenticator repeats requests); a Windows supplicant that does not
 *           trust the server asks its user or falls silent; RFC 5216 section 2.1.5 and RFC 3579 section
 *           4.2.1.2 (fragments of large certificates that do not pass); observed: FreeRADIUS 3.2 rejects
 *           after 50 rounds
 * Not this: an alert in a response (then it says why), EAP-Failure (the server's decision)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/text.h"
#include "verdict/ended.h"

#define WHY_SUPPLICANT                                                                                       \
    "The supplicant stopped answering in the handshake: it rejects the server's certificate, asks its "      \
    "user, or packets do not reach it."
#define WHY_MIDWAY                                                                                           \
    "The server rejected the supplicant in the middle of its own messages: its certificates take more "      \
    "rounds "                                                                                                \
    "than it allows, or more time."
#define WHY_SERVER                                                                                           \
    "The RADIUS server stopped answering in the handshake: it failed, or large packets are lost on the "     \
    "path to it."

/* The supplicant acknowledged each fragment, and before the last one came EAP-Failure. */
static dx_confidence
weigh_midway(const dx_facts *facts, dx_finding *finding)
{
    dx_finding_why(finding, "%s", WHY_MIDWAY);
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->server_hello_frame, "ServerHello, of messages that have %u bytes so far",
                   facts->server.payload_bytes);
    dx_say_end(finding, facts);
    dx_finding_fix(finding, "%s",
                   "Let the server send larger fragments (FreeRADIUS: fragment_size 1024), or a shorter "
                   "certificate chain with fewer names.");
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (dx_ended(facts, DX_END_FIN, DX_SERVER) && facts->end.phase == DX_PHASE_SERVER_HELLO &&
        facts->server.last_payload_frame > facts->client.last_payload_frame)
        return weigh_midway(facts, finding);
    const dx_peer *client = &facts->client;
    bool unanswered = facts->end.by == DX_SERVER && client->num_retransmissions > 1 &&
                      client->last_payload_frame > facts->server.last_payload_frame;
    dx_side quiet = unanswered ? DX_SERVER : dx_quiet_side(facts, context);
    const dx_peer *waits = dx_facts_peer(facts, quiet == DX_SERVER ? DX_CLIENT : DX_SERVER);

    if (quiet == DX_NOBODY || facts->damaged)
        return DX_NONE;
    int64_t until = unanswered ? facts->end.time_us : context->now_us;
    char *text =
        dx_duration_text(until - (waits->last_payload_frame ? waits->last_payload_us : facts->last_us));
    finding->frame = waits->last_payload_frame ? waits->last_payload_frame : facts->last_frame;
    dx_finding_why(finding, "%s%s", quiet == DX_SERVER ? WHY_SERVER : WHY_SUPPLICANT,
                   unanswered ? " The rejection at the end is a consequence." : "");
    if (quiet == DX_SERVER)
        finding->steps =
            "Fix what the RADIUS server's log names, or let large UDP packets pass between it and "
            "the access point or switch.\n";
    dx_say_hello(finding, facts);
    if (waits->num_retransmissions)
        dx_finding_say(finding, waits->retransmission_frame, "Sent again %u time%s",
                       waits->num_retransmissions, waits->num_retransmissions == 1 ? "" : "s");
    dx_finding_say(finding, finding->frame, "Then nothing new from the %s for %s %s",
                   quiet == DX_SERVER ? "server" : "supplicant", text, dx_phase_words(facts, facts->phase));
    g_free(text);
    if (quiet == DX_CLIENT && facts->phase >= DX_PHASE_SERVER_HELLO)
        dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root,
                              &dx_cause_certificate_name_mismatch, &dx_cause_certificate_rejected,
                              &dx_cause_server_flight_lost, NULL);
    if (unanswered)
        dx_say_end(finding, facts);
    return unanswered ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(eap_stalled, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(EAP),
                  .phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_CLIENT_FINISHED),
                  .ends = DX_NO_END | DX_SERVER_FIN,
                  .refutes = DX_SAW(MIDDLE_ONLY)},
         .title = "The EAP authentication stops midway",
         .why = "The supplicant or the server fell silent in the handshake.", .by_reason = true,
         .symptom = true,
         .checks = "@log\n"
                   "Does the supplicant ask its user, or log a reason? (Windows: log "
                   "Microsoft-Windows-WLAN-AutoConfig or Wired-AutoConfig, and Schannel events)\n"
                   "Is the RADIUS server's root, and its name, in the supplicant's profile (\"Verify the "
                   "server's identity\")?\n"
                   "Do large RADIUS packets pass? Fragments of UDP are often dropped: lower Framed-MTU "
                   "(1344) and see.\n",
         .fix = "Let the supplicants trust the root of the RADIUS server's certificate, and let UDP "
                "fragments pass.\n",
         .clients = "EAP on Windows: \"Can't connect to this network\", or nothing; EAP on Linux "
                    "(wpa_supplicant): \"CTRL-EVENT-EAP-FAILURE\" or a timeout",
         .events = {36887, 36882}, .weigh = weigh);
