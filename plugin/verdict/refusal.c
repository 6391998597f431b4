/* refusal.c - how a ClientHello that was turned away differs from those that its server accepted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/refusal.h"

#include <string.h>

#include "facts/path.h"
#include "knowledge/names.h"
#include "knowledge/services.h"
#include "verdict/contrast.h"
#include "verdict/late_check.h"
#include "verdict/schemes.h"

#define BIT(dimension) (1u << (dimension))
/* What a server looks at by itself; a difference in the rest only matters when nothing else differs. */
#define LOOKED_AT (BIT(DX_DIMENSION_SHAPE) - 1)

/* How one success compares with the ClientHello, bits of rows: the two differ; they have something in common;
 * what served the one would have served the other. A row can be none of these. */
typedef struct comparison {
    unsigned differs, common, shares;
} comparison;

static void
compare(comparison *with, dx_dimension dimension, bool differs, bool shares)
{
    with->differs |= differs ? BIT(dimension) : 0;
    with->common |= differs ? 0 : BIT(dimension);
    with->shares |= shares ? BIT(dimension) : 0;
}

/* The server takes the newest version that both have (RFC 8446 section 4.2.1): with this ClientHello it came
 * to the same one, or the success's client offered as much. */
static bool
same_level(const dx_sample *sample, const dx_facts *facts)
{
    uint16_t newest = dx_facts_max_version(facts);

    return sample->chosen.version == newest || dx_offers_version(sample->offer, newest);
}

/* The suite can be used with a version that this client offers. */
static bool
suite_fits(const dx_offer *offer, uint16_t code)
{
    const dx_cipher *cipher = dx_cipher_find(code);

    if (!cipher)
        return false;
    if (cipher->tls13)
        return dx_offers_version(offer, 0x0304);
    return !cipher->tls12_only || dx_offers_version(offer, 0x0303);
}

static void
compare_negotiation(comparison *with, const dx_sample *sample, const dx_facts *facts)
{
    const dx_offer *offer = facts->offer;
    const dx_choice *chosen = &sample->chosen;
    bool in_version = dx_offers_version(offer, chosen->version);
    bool has_suite = dx_codes_have(&offer->ciphers, chosen->cipher);
    bool has_group = dx_codes_have(&offer->groups, chosen->group);

    compare(with, DX_DIMENSION_VERSION, !in_version, in_version);
    if (suite_fits(offer, chosen->cipher))
        compare(with, DX_DIMENSION_CIPHER, !has_suite, has_suite && in_version && same_level(sample, facts));
    if (chosen->group && (offer->groups.num || (sample->offer->groups.num && dx_offer_needs_groups(offer))))
        compare(with, DX_DIMENSION_GROUP, !has_group, has_group);
    if (in_version && dx_facts_max_version(facts) >= 0x0303)
        compare(with, DX_DIMENSION_SIGNATURE, dx_schemes_differ(sample, facts),
                same_level(sample, facts) && dx_schemes_shared(sample, facts));
    /* both insist on protocols, on none together */
    bool common = false;
    for (unsigned i = 0; i < offer->num_alpn; i++)
        for (unsigned j = 0; j < sample->offer->num_alpn; j++)
            common |= strcmp(offer->alpn[i], sample->offer->alpn[j]) == 0;
    compare(with, DX_DIMENSION_ALPN, offer->num_alpn && sample->offer->num_alpn && !common, common);
}

static comparison
compare_sample(const dx_sample *sample, const dx_facts *facts)
{
    comparison with = {0, 0, 0};

    if (sample->proxy_header != facts->proxy_header) {
        /* the server reads them differently from the first byte: nothing else follows from it */
        with.differs = BIT(DX_DIMENSION_PROXY_HEADER);
        return with;
    }
    with.shares = BIT(DX_DIMENSION_PROXY_HEADER);
    compare_negotiation(&with, sample, facts);
    bool same_name = dx_same_name(sample->sni, facts->sni);
    if (!facts->sni)
        compare(&with, DX_DIMENSION_NO_NAME, sample->sni != NULL, !sample->sni);
    else if (sample->sni)
        compare(&with, DX_DIMENSION_NAME, !same_name, same_name);
    compare(&with, DX_DIMENSION_SIZE, dx_smaller_hello(sample, facts),
            sample->max_hello_len + DX_SIZE_MARGIN >= facts->hello_len &&
                sample->offer->post_quantum >= facts->offer->post_quantum);
    compare(&with, DX_DIMENSION_SHAPE, !dx_offer_same_lists(sample->offer, facts->offer),
            sample->offer == facts->offer);
    return with;
}

/* How near the success is: the fewest rows, and of equal ones the one with this client's offer. */
static unsigned
distance(unsigned bits)
{
    unsigned num = 0;

    for (unsigned left = bits & LOOKED_AT; left; left &= left - 1)
        num++;
    return num * 2 + ((bits & BIT(DX_DIMENSION_SHAPE)) != 0);
}

/* A name proves something only between hellos of the same client software. */
static bool
is_alone(unsigned differs, dx_dimension dimension)
{
    unsigned rest = differs & ~BIT(dimension);

    return dimension == DX_DIMENSION_NAME || dimension == DX_DIMENSION_NO_NAME ||
                   dimension == DX_DIMENSION_SHAPE
               ? rest == 0
               : (rest & LOOKED_AT) == 0;
}

/* What proves nothing beside it: nearly every hello of a browser is large; of signatures lists alone are
 * compared where TLS 1.3 hides the certificate, while a group that was chosen is one that a client lacks. */
static unsigned
but_for(unsigned dimension)
{
    return BIT(DX_DIMENSION_SIZE) | (dimension == DX_DIMENSION_GROUP ? BIT(DX_DIMENSION_SIGNATURE) : 0);
}

static void
take_sample(dx_refusal *refusal, const dx_sample *sample, comparison with)
{
    for (unsigned i = 0; i < DX_NUM_DIMENSIONS; i++) {
        dx_refusal_row *row = &refusal->row[i];
        bool alone = is_alone(with.differs, (dx_dimension)i);
        bool nearly = is_alone(with.differs & ~but_for(i), (dx_dimension)i);
        row->shared |= (with.shares & BIT(i)) != 0;
        if (!(with.differs & BIT(i)) || (row->differs && row->alone + row->nearly >= alone + nearly))
            continue;
        row->differs = sample;
        row->alone = alone;
        row->nearly = nearly;
    }
    if (!refusal->nearest || distance(with.differs) < distance(refusal->nearest_bits)) {
        refusal->nearest = sample;
        refusal->nearest_bits = with.differs;
    }
}

/* A success offered all versions of this client and got an older one: the server has none of them. */
static bool
passed_over(const dx_sample *sample, const dx_facts *facts)
{
    const dx_codes *versions = &facts->offer->versions;

    if (sample->chosen.version >= dx_facts_min_version(facts))
        return false;
    for (unsigned i = 0; i < versions->num; i++)
        if (!dx_offers_version(sample->offer, versions->item[i]))
            return false;
    return facts->offer->versions_listed && versions->num;
}

/* All that worked had one shape, all of the same offer that failed another one, more than once each: a client
 * that shuffles its extensions has no two alike. */
static bool
is_by_order(const dx_facts *facts, const dx_server *server, const GArray *accepted)
{
    unsigned worked = 0, failed = 0;

    for (unsigned i = 0; accepted && i < accepted->len; i++) {
        const dx_sample *sample = &g_array_index(accepted, dx_sample, i);
        if (sample->offer != facts->offer || sample->sni != facts->sni)
            continue;
        if (sample->shapes_differ || sample->shape == facts->shape)
            return false;
        worked += sample->count;
    }
    for (unsigned i = 0; server && i < server->refused->len; i++) {
        const dx_sample *sample = &g_array_index(server->refused, dx_sample, i);
        if (sample->offer != facts->offer || sample->sni != facts->sni)
            continue;
        if (sample->shapes_differ || sample->shape != facts->shape)
            return false;
        failed += sample->count;
    }
    return worked > 1 && failed > 1;
}

static bool
has_row(const GArray *rows, const dx_facts *facts)
{
    for (unsigned i = 0; rows && i < rows->len; i++) {
        const dx_sample *row = &g_array_index(rows, dx_sample, i);
        if (row->offer == facts->offer && row->sni == facts->sni)
            return true;
    }
    return false;
}

/* The ClientHellos that the server answered with a ServerHello of a full handshake, whatever came of it, as
 * dx_sample; without that of `failed` itself, captured a second time, and those of which what worked has the
 * like. */
static GArray *
answered_rows(const dx_facts *failed, const dx_context *context)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(dx_sample));
    const GPtrArray *answered = context->server ? context->server->answered : NULL;

    for (unsigned i = 0; answered && i < answered->len; i++) {
        const dx_facts *facts = g_ptr_array_index(answered, i);
        bool captured_twice = facts->hello_random == failed->hello_random; /* at another point of the path */
        if (!facts->server_hello_frame || facts->chosen.resumed || captured_twice ||
            has_row(context->accepted, facts))
            continue;
        dx_sample row = dx_sample_answered(facts);
        g_array_append_val(rows, row);
    }
    return rows;
}

static void
compare_all(dx_refusal *refusal, const dx_facts *facts, const GArray *accepted)
{
    unsigned common = 0, num_accepted = accepted ? accepted->len : 0;
    unsigned num_answered = refusal->answered ? refusal->answered->len : 0;

    refusal->newer = num_accepted + num_answered != 0;
    for (unsigned i = 0; i < num_accepted + num_answered; i++) {
        const dx_sample *sample = i < num_accepted
                                      ? &g_array_index(accepted, dx_sample, i)
                                      : &g_array_index(refusal->answered, dx_sample, i - num_accepted);
        comparison with = compare_sample(sample, facts);
        take_sample(refusal, sample, with);
        common |= with.common;
        if (sample->proxy_header != facts->proxy_header)
            continue;
        refusal->lacks |= passed_over(sample, facts);
        refusal->newer &= sample->chosen.version > dx_facts_max_version(facts);
        if (!refusal->same && sample->offer == facts->offer &&
            (sample->sni == facts->sni || dx_same_name(sample->sni, facts->sni)))
            refusal->same = sample;
    }
    for (unsigned i = 0; i < DX_NUM_DIMENSIONS; i++)
        if (common & BIT(i)) { /* one success is enough to show that it need not be this */
            refusal->row[i].differs = NULL;
            refusal->row[i].alone = refusal->row[i].nearly = false;
        }
    refusal->newer &= refusal->row[DX_DIMENSION_VERSION].differs != NULL;
    /* a name where the success had none may be what the server minds */
    refusal->by_shape = refusal->nearest && !refusal->same && !(refusal->nearest_bits & LOOKED_AT) &&
                        (!facts->sni || refusal->nearest->sni);
}

/* Dovecot has nearly all of these ports where the server is no Windows (for Exchange the library says it). */
static bool
may_be_dovecot(const dx_facts *facts)
{
    enum { UNIX_TTL = 64 };
    const dx_role *role = dx_role_of_port(facts->server_endpoint.port);

    return facts->greeting == DX_SERVICE_DOVECOT ||
           (!facts->server_endpoint.datagram && role && role->id == DX_ROLE_MAILBOX &&
            facts->server.ttl_max <= UNIX_TTL);
}

/* Observed: FreeRADIUS 3.2 and hostapd 2.10 answer a ClientHello that their library refuses with EAP-Failure,
 * Dovecot 2.3, OpenVPN 2.6 and FreeRADIUS' RadSec with a close of TCP; the log alone has the reason.
 * InspIRCd 3 says goodbye. */
bool
dx_refusal_by_library(const dx_facts *facts)
{
    bool keeps_alerts = facts->transport == DX_TRANSPORT_EAP || facts->openvpn_frame ||
                        dx_speaks_radsec(facts) || may_be_dovecot(facts);

    return facts->server.close_notify || (keeps_alerts && dx_ended(facts, DX_END_FIN, DX_SERVER));
}

void
dx_refusal_clear(dx_refusal *refusal)
{
    if (refusal->answered)
        g_array_unref(refusal->answered);
    refusal->answered = NULL;
}

void
dx_refusal_make(dx_refusal *refusal, const dx_facts *facts, const dx_context *context)
{
    memset(refusal, 0, sizeof *refusal);
    if (!facts->offer)
        return;
    bool came = facts->transport != DX_TRANSPORT_TCP || dx_path_hello_acked(facts);
    bool silent = came && dx_silent_hello(facts, context);
    /* observed: nginx and others take a mangled ClientHello for plain http */
    bool misread = dx_ended(facts, DX_END_FOREIGN, DX_SERVER) && facts->http_status >= 400 &&
                   facts->end.phase == DX_PHASE_HELLO;
    refusal->unread = dx_refused_hello(facts) && facts->end.phase == DX_PHASE_TCP;
    refusal->refused = (dx_refused_hello(facts) && !refusal->unread) || silent || misread;
    if (refusal->refused)
        refusal->answered = answered_rows(facts, context);
    compare_all(refusal, facts, context->accepted);
    refusal->by_shape |= refusal->same && is_by_order(facts, context->server, context->accepted);
    if (context->ledger && dx_hello_is_large(facts))
        refusal->num_elsewhere =
            dx_mangled_elsewhere(dx_ledger_mangled(context->ledger), facts, &refusal->elsewhere);
    refusal->wordless =
        refusal->refused && (silent || facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST);
    if (refusal->refused)
        dx_refusal_weigh(refusal, facts, context);
}
