/* standstill.c - handshakes over UDP that go on for seconds and come no further
 *
 * A QUIC client that has no more than the ServerHello probes for the rest, which the server sends again in
 * vain.
 * Source: RFC 9002 section 6.2.2.1, RFC 9001 section 4.1.4; observed: quic-go and nginx 1.26 behind a
 *         firewall that drops full packets
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/standstill.h"

#include "facts/text.h"
#include "verdict/ended.h"

/* Observed: knotd 3.4 and HAProxy 3.0 fall silent behind their acknowledgment when there is no application
 * protocol in common. */
static const char *
why(const dx_facts *facts, bool both)
{
    if (!facts->server_hello_frame)
        return "The server acknowledges the ClientHello and does not answer it: it does not accept it and "
               "says nothing, has failed, or its large packets are lost on the path.";
    if (both)
        return "Both sides keep sending, but the handshake makes no progress: large packets of the server, "
               "or "
               "the client's acknowledgments, are lost on the path.";
    return facts->client.last_us > facts->server.last_us
               ? "The server stopped answering in the middle of the handshake, or its packets are lost on "
                 "the path."
               : "The client stopped answering in the middle of the handshake: it rejects the server's "
                 "answer without a word, stopped, or packets are lost on the path.";
}

dx_confidence
dx_weigh_standstill(const dx_facts *facts, const dx_context *context, dx_finding *finding,
                    const dx_cause *lost, const dx_cause *refused)
{
    uint32_t since_frame = facts->server_hello_frame ? facts->server_hello_frame : facts->hello_frame;
    int64_t since_us = facts->server_hello_frame ? facts->server_hello_us : facts->hello_us;
    int64_t passed = facts->last_us - since_us;
    int64_t alone = facts->last_us - MIN(facts->client.last_us, facts->server.last_us);

    bool begun = since_frame && facts->server.num_packets && !facts->versions_frame;
    if (facts->transport != DX_TRANSPORT_QUIC || !begun || facts->established_frame ||
        facts->end.kind != DX_END_NONE || passed < context->preferences->syn_silence_us)
        return DX_NONE;
    bool both = alone < passed / 2;
    char *text = dx_duration_text(passed);
    finding->frame = since_frame;
    dx_finding_why(finding, "%s", why(facts, both));
    dx_say_hello(finding, facts);
    if (facts->server_hello_frame)
        dx_finding_say(finding, facts->server_hello_frame, "ServerHello");
    dx_finding_say(finding, facts->last_frame, "%s later %s packets of the handshake, and it is not complete",
                   text, both ? "both still send" : "there are still");
    g_free(text);
    if (facts->server_hello_frame)
        dx_finding_candidates(finding, lost, NULL);
    else
        dx_finding_candidates(finding, lost, refused, NULL);
    return DX_POSSIBLE;
}

/* QUIC: the server sends Handshake packets, for which it has to have sent its ServerHello; that never came,
 * and the client has no keys to answer them. */
static dx_confidence
weigh_without_hello(const dx_facts *facts, const dx_context *context, dx_finding *finding,
                    const dx_cause *stalled)
{
    if (!facts->num_server_notes || facts->num_notes != facts->num_server_notes || facts->damaged ||
        facts->last_us - facts->hello_us < context->preferences->syn_silence_us)
        return DX_NONE;
    finding->frame = facts->first_note.frame;
    dx_finding_why(finding, "The server's ServerHello never arrives, and what it sends behind that does: its "
                            "large packets are lost on the path.");
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->first_note.frame, "A Handshake packet of the server, and no ServerHello");
    dx_finding_candidates(finding, stalled, NULL);
    return DX_LIKELY;
}

dx_confidence
dx_weigh_flight_lost(const dx_facts *facts, const dx_context *context, dx_finding *finding,
                     const dx_cause *stalled)
{
    bool client_waits = facts->client.last_us > facts->server_hello_us &&
                        facts->client.last_payload_us <= facts->server_hello_us;
    bool in_vain = facts->client.num_retransmissions > 1 &&
                   facts->client.last_us - facts->server.last_us >= context->preferences->syn_silence_us;

    if (facts->end.kind != DX_END_NONE)
        return DX_NONE;
    if (facts->transport == DX_TRANSPORT_QUIC && !facts->server_hello_frame)
        return weigh_without_hello(facts, context, finding, stalled);
    if (!facts->server_hello_frame || !client_waits || !facts->client.num_retransmissions ||
        (!in_vain && context->now_us - facts->server.first_payload_us < context->preferences->silence_us))
        return DX_NONE;
    finding->frame = facts->server_hello_frame;
    dx_finding_why(finding,
                   "The client asks again for what the server has answered: the server's datagrams do not "
                   "reach it, or not all of them.");
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->server_hello_frame, "ServerHello");
    dx_finding_say(finding, facts->last_frame,
                   "The client's last packet is still the ClientHello, sent again %u time%s",
                   facts->client.num_retransmissions, facts->client.num_retransmissions == 1 ? "" : "s");
    dx_finding_candidates(finding, stalled, NULL);
    return DX_LIKELY;
}

/* A client that lacks a part of the server's flight asks for it again (RFC 6347 section 4.2.4). One that does
 * not has answered, and an export of some messages lacks ServerHelloDone and the answer. */
bool
dx_standstill_was_answered(const dx_facts *facts, dx_side quiet)
{
    return quiet == DX_CLIENT && facts->transport == DX_TRANSPORT_DTLS && !dx_facts_tls13(facts) &&
           facts->phase == DX_PHASE_SERVER_HELLO && !facts->client.num_retransmissions;
}

bool
dx_standstill_begun_again(const dx_facts *facts, const dx_context *context)
{
    return facts->transport == DX_TRANSPORT_OPENVPN && !facts->tls && facts->server.num_packets &&
           facts->client.num_retransmissions > 1 && facts->end.kind == DX_END_NONE && !facts->mid_stream &&
           !facts->damaged && facts->last_us - facts->first_us >= context->preferences->syn_silence_us;
}

/* openvpn(8), --tls-auth: packets whose HMAC is wrong are dropped. Observed: OpenVPN 2.6, "cannot locate HMAC
 * in incoming packet". */
dx_confidence
dx_weigh_begun_again(const dx_facts *facts, dx_finding *finding)
{
    finding->frame = facts->client.retransmission_frame;
    dx_finding_why(
        finding, "The client does not accept the server's answer: the tls-auth or tls-crypt key differs, or "
                 "one side has none; or the answer does not reach it.");
    finding->checks =
        "Have both sides the same key file, opposite directions (key-direction 0 and 1), and the same "
        "auth? Compare their configurations.\n"
        "What does OpenVPN log on the client? (\"cannot locate HMAC\", \"packet authentication failed\")\n"
        "@log\nCapture at both ends and compare: which packets arrive?\n@mtu*\n";
    dx_finding_say(finding, facts->first_frame,
                   "The client's first packet of OpenVPN, which the server answers");
    dx_finding_say(finding, facts->client.retransmission_frame, "The client sends it again %u time%s",
                   facts->client.num_retransmissions, facts->client.num_retransmissions == 1 ? "" : "s");
    dx_finding_fix(
        finding, "%s",
        "Give both sides the same tls-auth or tls-crypt key, with opposite directions and the same auth.");
    return DX_POSSIBLE;
}
