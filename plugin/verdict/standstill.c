/* standstill.c - a handshake over QUIC that goes on for seconds and comes no further
 *
 * A client that has no more than the ServerHello probes for the rest, which the server sends again in vain.
 * Source: RFC 9002 section 6.2.2.1; observed: quic-go behind a firewall that drops full packets
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/standstill.h"

#include "facts/text.h"
#include "verdict/ended.h"

static const char *
why(const dx_facts *facts, bool both)
{
    if (both)
        return "Both sides go on sending and the handshake does not: large packets of the server, or the "
               "client's acknowledgments, are lost on the path.";
    return facts->client.last_us > facts->server.last_us
               ? "The server stopped answering in the middle of the handshake, or its packets are lost on "
                 "the path."
               : "The client stopped answering in the middle of the handshake: it rejects the server's "
                 "answer without a word, stopped, or packets are lost on the path.";
}

dx_confidence
dx_weigh_standstill(const dx_facts *facts, const dx_context *context, dx_finding *finding,
                    const dx_cause *rival)
{
    int64_t passed = facts->last_us - facts->server_hello_us;
    int64_t alone = facts->last_us - MIN(facts->client.last_us, facts->server.last_us);

    if (facts->transport != DX_TRANSPORT_QUIC || !facts->server_hello_frame || facts->established_frame ||
        facts->end.kind != DX_END_NONE || passed < context->preferences->syn_silence_us)
        return DX_NONE;
    bool both = alone < passed / 2;
    char *text = dx_duration_text(passed);
    finding->frame = facts->server_hello_frame;
    dx_finding_why(finding, "%s", why(facts, both));
    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->server_hello_frame, "ServerHello");
    dx_finding_say(finding, facts->last_frame, "%s later %s packets of the handshake, and it is not complete",
                   text, both ? "both still send" : "there are still");
    g_free(text);
    dx_finding_candidates(finding, rival, NULL);
    return DX_POSSIBLE;
}
