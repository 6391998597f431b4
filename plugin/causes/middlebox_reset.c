/* middlebox_reset.c - somebody on the path sent the reset
 *
 * Wire:     a RST whose TTL differs from the same side's other packets, with a second sign: data or a FIN
 *           behind it, an impossible sequence number, resets to both sides at once; or one for a ClientHello
 *           that no router has touched, from a server behind one; or a name is reset at several addresses
 * Source:   Weaver, Sommer, Paxson: "Detecting Forged TCP Reset Packets" (NDSS 2009)
 * Not this: IP-ID and window alone say nothing: Linux sends reactive RSTs with 0 in both (observed)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/contrast.h"
#include "verdict/name_filter.h"
#include "verdict/points.h"
#include "verdict/refusal.h"
#define INJECTED "The RST was probably injected by a device on the path"

static int
ttl_distance(const dx_peer *peer)
{
    if (!peer->num_ttl || !peer->rst_ttl)
        return 0;
    if (peer->rst_ttl < peer->ttl_min)
        return peer->ttl_min - peer->rst_ttl;
    return peer->rst_ttl > peer->ttl_max ? peer->rst_ttl - peer->ttl_max : 0;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_peer *peer = dx_facts_peer(facts, facts->end.by);
    const dx_peer *other = facts->end.by == DX_SERVER ? &facts->client : &facts->server;
    /* a name is dropped where others are served, and the RST comes from another distance, if by one hop */
    const dx_refusal_row *name = &context->refusal->row[DX_DIMENSION_NAME];
    bool filters_names = facts->sni && name->confidence != DX_NONE && dx_reset_is_off(facts);
    dx_confidence found = dx_points_found(context, DX_BETWEEN_RESET, finding);
    if (found == DX_CONFIRMED) {
        dx_say_hello(finding, facts);
        dx_say_end(finding, facts);
        return found;
    }
    if (!peer->num_packets)
        return DX_NONE;
    int distance = ttl_distance(peer);
    bool both = other->rst_frame && llabs((long long)(other->rst_us - peer->rst_us)) < 20000 &&
                ttl_distance(other) > 1;
    unsigned signs = (distance > 1) + !!peer->after_rst_frame + dx_path_stray_reset(peer) + both;
    /* one hop alone may be a change of route, and a packet right behind the RST may have overtaken it */
    signs += peer->after_rst_frame && (distance == 1 || peer->last_us - peer->rst_us > G_USEC_PER_SEC);
    bool beside = dx_reset_is_beside(facts), named = dx_name_is_filtered(facts, context, finding);
    if (distance <= 1 && !peer->after_rst_frame && !filters_names && !beside && !named)
        return DX_NONE;
    if (!finding->why)
        dx_finding_why(finding, INJECTED ": it does not look like the %s's other packets.",
                       dx_side_name(facts->end.by));
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    if (distance > 1 || filters_names || beside || (distance && peer->after_rst_frame))
        dx_finding_say(finding, facts->end.frame, "RST arrived with TTL %u; the %s's other packets with %u",
                       peer->rst_ttl, dx_side_name(facts->end.by), peer->ttl_max);
    if (beside)
        dx_finding_say(finding, facts->end.frame,
                       "Senders begin with this TTL: no router stands between them and the capture");
    if (peer->after_rst_frame)
        dx_finding_say(finding, peer->after_rst_frame, "The %s goes on after its RST",
                       dx_side_name(facts->end.by));
    if (dx_path_stray_reset(peer))
        dx_finding_say(finding, facts->end.frame,
                       "The RST's sequence number does not follow the %s's last one",
                       dx_side_name(facts->end.by));
    if (both)
        dx_finding_say(finding, other->rst_frame,
                       "The other side is reset at the same moment, from the same distance");
    if (filters_names) {
        dx_say_success(finding, name->differs,
                       name->alone ? "Only the server name differs."
                                   : "The server name is one of the differences.");
        dx_finding_candidates(finding, &dx_cause_sni_binding_missing, NULL);
    }
    dx_finding_candidates(finding, named ? &dx_cause_sni_binding_missing : NULL, NULL);
    dx_finding_candidates(finding, &dx_cause_server_reset_after_client_hello, NULL);
    return signs > 1 || distance > 3 || filters_names ? DX_LIKELY : DX_POSSIBLE;
}

DX_CAUSE(middlebox_reset, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_DATA),
                  .ends = DX_CLIENT_RST | DX_SERVER_RST,
                  .needs = DX_SAW(SERVER_PACKET),
                  .refutes = DX_SAW(SAME_AT_POINTS)},
         .title = "A device on the path resets the connection", .why = INJECTED ".",
         .checks = "@path\n"
                   "Which firewall, intrusion prevention or filter is on the path? Read its log for {client} "
                   "and {server} at the time of the reset.\n"
                   "Does another name, or a client in another network, succeed?\n",
         .fix = "Correct the rule of that device; the server needs no change.\n",
         .clients = "Chromium 156: ERR_CONNECTION_RESET; Firefox 153: PR_CONNECT_RESET_ERROR; curl 7.88: "
                    "(35) \"Connection reset by peer\"; Java 17: \"Connection reset\"; Node 20: "
                    "ECONNRESET; Internet Explorer: \"page cannot be displayed\"",
         .weigh = weigh);
