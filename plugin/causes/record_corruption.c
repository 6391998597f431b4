/* record_corruption.c - records arrive damaged
 *
 * Wire:     alert 20 in the first exchange after the handshake; without keys all clients of a server leave at
 *           its first protected record
 * Source:   RFC 8446 section 6.2
 * Not this: key_mismatch with static RSA (20 right after the client's Finished); 20 as a reaction to a
 *           plaintext alert
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/ended.h"

#define AT_ONCE_US   G_USEC_PER_SEC
#define NUM_PROGRAMS 3

/* TLS 1.2: the client leaves when it has the server's first protected record, and says (or says not) why in
 * an alert that cannot be read. Alone this is what probes and healthy clients look like. */
static bool
left_at_first_record(const dx_facts *facts)
{
    bool early =
        dx_ended(facts, DX_END_ENCRYPTED_ALERT, DX_CLIENT) && facts->end.phase == DX_PHASE_CLIENT_FINISHED;
    bool after = facts->end.kind == DX_END_NONE && facts->established_frame && facts->close.by == DX_CLIENT &&
                 (facts->close.kind == DX_CLOSE_ALERT || facts->close.kind == DX_CLOSE_FIN) &&
                 facts->close.time_us - facts->established_us < AT_ONCE_US;

    return (early || after) && !dx_facts_tls13(facts) && facts->client.app_records <= 1 &&
           facts->server.app_records <= 2 &&
           (!facts->client.app_records || !after || facts->client.first_app_us <= facts->established_us);
}

/* So does everybody else who was seen at this server, at least three programs, and one of them had sent its
 * request before (False Start, RFC 7918): it wanted the answer. */
static bool
all_leave(const dx_facts *facts, const dx_context *context)
{
    unsigned num = 0;
    bool wanted = facts->client.app_records;
    const dx_offer *offers[NUM_PROGRAMS];

    for (unsigned i = 0; context->server && i < context->server->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->server->accepted, dx_sample, i);
        bool known = false;
        for (unsigned k = 0; k < sample->num_kept; k++) {
            if (!left_at_first_record(sample->kept[k]))
                return false;
            wanted |= sample->kept[k]->client.app_records > 0;
        }
        for (unsigned k = 0; k < num; k++)
            known |= offers[k] == sample->offer;
        if (!known && num < NUM_PROGRAMS)
            offers[num++] = sample->offer;
    }
    return num == NUM_PROGRAMS && wanted;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool stated = facts->end.kind == DX_END_ALERT && facts->end.phase >= DX_PHASE_ESTABLISHED;
    bool common = left_at_first_record(facts) && all_leave(facts, context);

    if (!stated && !common)
        return DX_NONE;
    if (common) {
        finding->frame = facts->close.frame;
        dx_finding_say(finding, facts->close.frame,
                       "Client closes right behind the server's first protected record");
        dx_finding_why(finding,
                       "Every client closed right behind the server's first protected record, also one that "
                       "waited for an answer: that record probably fails its integrity check.");
    } else {
        dx_say_end(finding, facts);
    }
    dx_finding_candidates(finding, &dx_cause_handshake_protocol_error, NULL);
    return DX_LIKELY;
}

DX_CAUSE(
    record_corruption, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_CLIENT_FINISHED, DX_PHASE_DATA),
             .ends = DX_ALERT_OF_EITHER | DX_CLIENT_HIDDEN_ALERT | DX_SERVER_HIDDEN_ALERT | DX_NO_END,
             DX_ALERTS(DX_ALERT_BAD_RECORD_MAC, DX_ALERT_DECRYPTION_FAILED)},
    .title = "TLS records arrive damaged",
    .why = "A record failed its integrity check right after the handshake: damage on the path, or the two "
           "sides derived different keys.",
    .checks = "@path_change\n"
              "Are the TCP checksums right at both ends? Offload engines, bad memory and rewriting devices "
              "damage packets.\n"
              "@known_dhe\n",
    .fix = "Replace or bypass the device that changes the bytes.\n",
    .clients = "Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox 153: SSL_ERROR_BAD_MAC_READ; curl 7.88: "
               "(35) or (56) \"decryption failed or bad record mac\" or \"cipher operation failed\"; "
               "wget 1.21: \"Decryption has failed.\"; OpenSSL 3.0: \"decryption failed or bad record "
               "mac\"; Java 17: \"Tag mismatch!\"; Python 3.11: DECRYPTION_FAILED_OR_BAD_RECORD_MAC; Go "
               "1.19: \"local error: tls: bad record MAC\"; Node 20: EPROTO \"cipher operation failed\" "
               "or \"decryption failed or bad record mac\"; Windows: SEC_E_MESSAGE_ALTERED (0x8009030f)",
    .events = {36887, 36888}, .symptom = true, .logged = {DX_LOGGED_BAD_RECORD}, .weigh = weigh);
