/* name_filter.c - a server name that is reset at whichever server one client asks for it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/name_filter.h"

#include "facts/text.h"
#include "verdict/contrast.h"
#include "verdict/ended.h"
#include "verdict/place.h"

#define MAX_SERVERS 128 /* this is asked for every reset of a ClientHello */

/* What the same client met elsewhere. */
typedef struct {
    const dx_server *first; /* at which the name was reset, too */
    unsigned num;           /* such addresses */
    const dx_sample *reset; /* at `first` */
    const dx_sample *other; /* another name succeeded; NULL */
    bool passed;            /* this one did */
} elsewhere;

static bool
is_of_client(const dx_sample *sample, const dx_facts *facts)
{
    return dx_address_equal(&sample->client, &facts->client_endpoint.address);
}

static void
look_at_successes(elsewhere *met, const dx_server *server, const dx_facts *facts)
{
    for (unsigned i = 0; i < server->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(server->accepted, dx_sample, i);
        met->passed |= sample->sni == facts->sni;
        if (!met->other && sample->sni && sample->sni != facts->sni && is_of_client(sample, facts))
            met->other = sample;
    }
}

/* An address of the other family may be the same machine's. */
static void
look_at_resets(elsewhere *met, const dx_server *server, const dx_facts *facts)
{
    const dx_endpoint *here = &facts->server_endpoint;

    if (server->endpoint.address.family != here->address.family || server->endpoint.port != here->port ||
        dx_address_equal(&server->endpoint.address, &here->address))
        return;
    for (unsigned i = 0; i < server->refused->len; i++) {
        const dx_sample *sample = &g_array_index(server->refused, dx_sample, i);
        if (sample->sni != facts->sni || sample->end != DX_END_RST || sample->by != DX_SERVER ||
            sample->phase != DX_PHASE_HELLO || !is_of_client(sample, facts))
            continue;
        if (!met->num++) {
            met->first = server;
            met->reset = sample;
        }
        return;
    }
}

static void
say(dx_finding *finding, const elsewhere *met, const dx_facts *facts)
{
    char *name = dx_safe(facts->sni, 0), *other = dx_safe(met->other->sni, 0);
    char *address = dx_address_text(&met->first->endpoint.address);

    dx_finding_say(finding, met->reset->first_frame,
                   "The same client is reset for this name at %s, too (%u other address%s)", address,
                   met->num, met->num > 1 ? "es" : "");
    dx_finding_say(finding, met->other->first_frame, "For another name (%s) it succeeded", other);
    dx_finding_why(finding,
                   "The name %s is reset at %u addresses and others are served: a filter on the path goes by "
                   "names, or none of these servers has the name.",
                   name, met->num + 1);
    g_free(address);
    g_free(other);
    g_free(name);
}

bool
dx_name_is_filtered(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    elsewhere met = {0};

    if (!facts->sni || !context->ledger || !dx_refused_hello(facts) || facts->end.kind != DX_END_RST ||
        dx_place_is_windows(facts, context))
        return false;
    const GPtrArray *servers = dx_ledger_servers(context->ledger);
    for (unsigned i = 0; i < MIN(servers->len, MAX_SERVERS) && !met.passed; i++) {
        look_at_successes(&met, servers->pdata[i], facts);
        look_at_resets(&met, servers->pdata[i], facts);
    }
    if (!met.num || !met.other || met.passed)
        return false;
    if (finding)
        say(finding, &met, facts);
    return true;
}
