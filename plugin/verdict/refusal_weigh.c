/* refusal_weigh.c - how sure the rows of a refusal make their causes, and which comes first
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/names.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"
#include "facts/path.h"
#include "verdict/schemes.h"

#define UNUSUAL_SUITES (DX_UNUSUAL_CIPHERS | DX_UNUSUAL_AUTH | DX_NARROW_CIPHERS)
#define UNUSUAL_CURVES (DX_UNUSUAL_GROUPS | DX_UNUSUAL_SIGNATURES | DX_NARROW_GROUPS)

/* TLS 1.0 was what most clients had until servers began to refuse it (PCI DSS: June 2018). Captures without
 * an absolute time begin in 1970. */
static bool
old_versions_were_usual(const dx_facts *facts)
{
    const int64_t year_2000 = INT64_C(946684800) * G_USEC_PER_SEC,
                  july_2018 = INT64_C(1530403200) * G_USEC_PER_SEC;

    return facts->first_us > year_2000 && facts->first_us < july_2018 &&
           dx_facts_max_version(facts) >= DX_TLS10;
}

/* The server said 70 to a client that took whatever is not above a version that this one does not exceed. */
static bool
refuses_versions(const dx_facts *facts, const dx_context *context)
{
    const GArray *refused = context->server ? context->server->refused : NULL;

    for (unsigned i = 0; refused && i < refused->len; i++) {
        const dx_sample *sample = &g_array_index(refused, dx_sample, i);
        if (sample->end == DX_END_ALERT && sample->by == DX_SERVER && sample->phase == DX_PHASE_HELLO &&
            sample->alert == DX_ALERT_PROTOCOL_VERSION && !sample->offer->versions_listed &&
            sample->offer->legacy_version >= dx_facts_max_version(facts))
            return true;
    }
    return false;
}

static dx_confidence
version_by_answer(const dx_refusal *refusal, const dx_facts *facts, const dx_context *context,
                  unsigned unusual)
{
    bool old = (unusual & DX_UNUSUAL_VERSIONS) && !old_versions_were_usual(facts);

    if (refusal->wordless)
        return old ? DX_POSSIBLE : DX_NONE;
    switch (facts->end.alert) {
    case DX_ALERT_PROTOCOL_VERSION:
        /* the server may not have come as far as the versions: see non_tls_client */
        if (facts->proxy_header)
            return unusual & (DX_ONLY_TLS13 | DX_UNUSUAL_VERSIONS) ? DX_LIKELY : DX_POSSIBLE;
        /* both versions of today are offered: what arrived may not be what was sent */
        if (dx_hello_is_large(facts) && !(unusual & (DX_ONLY_TLS13 | DX_NO_TLS13 | DX_UNUSUAL_VERSIONS)))
            return refusal->row[DX_DIMENSION_SIZE].confidence >= DX_LIKELY ? DX_POSSIBLE : DX_LIKELY;
        /* observed: so does nginx without a usable certificate */
        return unusual & DX_ONLY_TLS13 ? DX_LIKELY : DX_CONFIRMED;
    case DX_ALERT_INTERNAL_ERROR:
        return unusual & DX_UNUSUAL_VERSIONS ? DX_LIKELY : DX_NONE;
    case DX_ALERT_HANDSHAKE_FAILURE:
        /* SSL 3.0 has no protocol_version, no groups and no signature schemes (RFC 6101 section 5.4.2) */
        if (dx_facts_max_version(facts) <= DX_SSL3)
            return refuses_versions(facts, context) ? DX_CONFIRMED : DX_LIKELY;
        /* a choice that somebody narrowed down is the better explanation */
        if (unusual & DX_NARROWED)
            return DX_NONE;
        /* GnuTLS and mbedTLS say so to versions; a server that has TLS 1.3 says it where it was left a single
         * group, suite or kind of key that this client lacks (observed: nginx) */
        if (unusual & DX_ONLY_TLS13)
            return DX_POSSIBLE;
        /* TLS 1.2 with usual suites: a server without their kind is likelier than one without TLS 1.2 */
        return unusual & DX_UNUSUAL_VERSIONS ? DX_POSSIBLE : DX_NONE;
    default:
        return DX_NONE;
    }
}

/* Every success used a version that this client lacks. */
static dx_confidence
version_by_contrast(const dx_refusal *refusal, const dx_facts *facts, unsigned unusual)
{
    bool alone = refusal->row[DX_DIMENSION_VERSION].alone;

    if (refusal->lacks || dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION))
        return DX_CONFIRMED;
    if (!refusal->newer)
        return unusual & DX_NARROWED ? DX_POSSIBLE : alone ? DX_CONFIRMED : DX_LIKELY;
    if (unusual & DX_UNUSUAL_VERSIONS)
        return refusal->wordless && alone ? DX_CONFIRMED : DX_LIKELY;
    /* TLS 1.2 is spoken by nearly every server that chose 1.3 for others, and those say 70 when they do
     * not (GnuTLS: 40) */
    if (!refusal->wordless || (unusual & UNUSUAL_SUITES))
        return DX_NONE;
    return unusual & DX_NARROWED ? DX_POSSIBLE : DX_LIKELY;
}

static dx_confidence
weigh_version(const dx_refusal *refusal, const dx_facts *facts, const dx_context *context, unsigned unusual)
{
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_VERSION];
    dx_confidence by_answer = version_by_answer(refusal, facts, context, unusual);

    if (row->shared) /* the answer must mean something else */
        return by_answer && dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION) ? DX_POSSIBLE
                                                                                       : DX_NONE;
    return row->differs ? MAX(by_answer, version_by_contrast(refusal, facts, unusual)) : by_answer;
}

static dx_confidence
weigh_cipher(const dx_refusal *refusal, const dx_facts *facts, unsigned unusual)
{
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_CIPHER];
    bool ssl3 = dx_facts_max_version(facts) <= DX_SSL3;

    if (refusal->row[DX_DIMENSION_VERSION].differs && !refusal->newer)
        return DX_NONE;
    /* a server chooses by its own order: that others got another suite proves nothing of a long usual list */
    if (ssl3) /* old suites go with an old version */
        return DX_POSSIBLE;
    if (row->differs && row->alone)
        return !refusal->wordless && (unusual & UNUSUAL_SUITES) ? DX_CONFIRMED : DX_LIKELY;
    if (row->differs)
        return unusual & UNUSUAL_CURVES ? DX_POSSIBLE : DX_LIKELY;
    if (refusal->wordless && facts->end.by == DX_SERVER && dx_offers_one_suite(facts->offer))
        return DX_POSSIBLE;
    if (refusal->wordless) /* others get a newer version, and this list was narrowed down */
        return (unusual & DX_UNUSUAL_CIPHERS) || ((unusual & UNUSUAL_SUITES) && refusal->newer) ? DX_POSSIBLE
                                                                                                : DX_NONE;
    if (unusual & DX_UNUSUAL_CIPHERS)
        return DX_LIKELY;
    return (unusual & UNUSUAL_SUITES) && !(unusual & UNUSUAL_CURVES) ? DX_LIKELY : DX_POSSIBLE;
}

/* No program comes with a single group that is not secp256r1, which every server has: somebody has set it. */
static bool
offers_one_group(const dx_facts *facts, unsigned unusual)
{
    return (unusual & DX_NARROW_GROUPS) && facts->offer->groups.num == 1 &&
           facts->offer->groups.item[0] != 0x0017;
}

static dx_confidence
weigh_group(const dx_refusal *refusal, const dx_facts *facts, unsigned unusual)
{
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_GROUP];
    unsigned num_groups = facts->offer->groups.num;

    if (row->differs && row->alone)
        return !refusal->wordless && ((unusual & DX_UNUSUAL_GROUPS) || num_groups <= 1) ? DX_CONFIRMED
                                                                                        : DX_LIKELY;
    /* every hello of a present-day browser is large, and a server says 40 of what is negotiated */
    if (row->nearly && dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE))
        return DX_LIKELY;
    if (unusual & DX_UNUSUAL_GROUPS)
        return refusal->wordless ? DX_POSSIBLE : DX_LIKELY;
    if (!refusal->wordless && (unusual & DX_NARROW_GROUPS) && !(unusual & DX_UNUSUAL_CIPHERS))
        return DX_LIKELY;
    bool closed = dx_ended(facts, DX_END_FIN, DX_SERVER) && offers_one_group(facts, unusual);
    bool narrow = refusal->wordless && num_groups == 1 && dx_refusal_by_library(facts);
    return row->differs || closed || narrow ? DX_POSSIBLE : DX_NONE;
}

static dx_confidence
weigh_signature(const dx_refusal *refusal, const dx_facts *facts, unsigned unusual)
{
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_SIGNATURE];
    dx_scheme_fit fit = row->differs ? dx_schemes_fit(facts->offer, row->differs) : DX_SCHEME_UNKNOWN;

    if (fit != DX_SCHEME_UNKNOWN && fit != DX_SCHEME_FITS)
        return refusal->wordless ? DX_POSSIBLE : DX_LIKELY;
    if (refusal->wordless)
        return DX_NONE;
    if (unusual & DX_UNUSUAL_SIGNATURES)
        return DX_LIKELY;
    return row->nearly || (unusual & DX_NARROW_SIGNATURES) ? DX_POSSIBLE : DX_NONE;
}

/* In something that is negotiated, or in the size. */
static bool
differs_elsewhere(const dx_refusal *refusal)
{
    static const dx_dimension others[] = {DX_DIMENSION_VERSION,   DX_DIMENSION_CIPHER, DX_DIMENSION_GROUP,
                                          DX_DIMENSION_SIGNATURE, DX_DIMENSION_ALPN,   DX_DIMENSION_SIZE};

    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        if (refusal->row[others[i]].differs)
            return true;
    return false;
}

/* The server showed a certificate that bears this name to somebody who asked for another one. */
static bool
has_certificate(const dx_facts *facts, const dx_context *context)
{
    for (unsigned i = 0; context->accepted && i < context->accepted->len; i++) {
        const dx_chain *chain = g_array_index(context->accepted, dx_sample, i).chain;
        dx_question question = {.name = facts->sni};
        dx_judgement judgement;
        if (!chain)
            continue;
        dx_certs_judge(dx_ledger_certs(context->ledger), chain, &question, &judgement);
        if (judgement.leaf && judgement.leaf->parsed &&
            !(judgement.defects & DX_BIT(DX_DEFECT_NAME_MISMATCH)))
            return true;
    }
    return false;
}

/* A name that is dropped while others are served: a filter on the path leaves the same packets. Alerts 40 and
 * 71 may be about suites or versions that are set for this name (observed: nginx, ssl_ciphers of one server
 * block), all the more when a certificate for it is there. */
static dx_confidence
weigh_name(const dx_refusal *refusal, const dx_facts *facts, const dx_context *context)
{
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_NAME];

    if (!row->differs)
        return DX_NONE;
    bool open = refusal->wordless || dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE) ||
                dx_server_alert_in_hello(facts, DX_ALERT_INSUFFICIENT_SECURITY);
    if (row->alone && open && !refusal->wordless && has_certificate(facts, context))
        return DX_POSSIBLE;
    if (row->alone)
        return open ? DX_LIKELY : DX_CONFIRMED;
    return differs_elsewhere(refusal) || !refusal->wordless ? DX_POSSIBLE : DX_LIKELY;
}

static dx_confidence
weigh_no_name(const dx_refusal *refusal)
{
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_NO_NAME];

    if (!row->differs)
        return DX_NONE;
    return row->alone ? DX_CONFIRMED : differs_elsewhere(refusal) ? DX_POSSIBLE : DX_LIKELY;
}

static dx_confidence
weigh_size(const dx_refusal *refusal, const dx_facts *facts)
{
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_SIZE];

    dx_confidence elsewhere = refusal->num_elsewhere > 1   ? DX_LIKELY
                              : refusal->num_elsewhere > 0 ? DX_POSSIBLE
                                                           : DX_NONE;

    if (facts->end.by != DX_SERVER && !dx_path_hello_acked(facts)) /* lost on the way */
        return DX_NONE;
    if (!row->differs)
        return elsewhere;
    /* a ticket makes a ClientHello large as well, and may be what the server minds */
    bool ticket = facts->resumption_offered && !row->differs->resumption_offered;
    if (row->alone && !ticket && dx_offer_same_lists(row->differs->offer, facts->offer))
        return DX_CONFIRMED;
    return MAX(elsewhere, row->alone ? DX_LIKELY : DX_POSSIBLE);
}

/* Of two that are equally sure: what few servers have. */
static bool
comes_before(const dx_refusal *refusal, dx_dimension a, dx_dimension b)
{
    const dx_refusal_row *row_a = &refusal->row[a], *row_b = &refusal->row[b];

    if (row_a->confidence != row_b->confidence)
        return row_a->confidence > row_b->confidence;
    if (a == DX_DIMENSION_SIZE && row_b->nearly && !refusal->wordless) /* said of what is negotiated */
        return false;
    return row_a->unusual && !row_b->unusual;
}

static void
rank_rows(dx_refusal *refusal, unsigned unusual)
{
    /* how often it is the reason: of what an alert says, of what a close or silence leaves open */
    static const dx_dimension order[2][7] = {
        {DX_DIMENSION_CIPHER, DX_DIMENSION_GROUP, DX_DIMENSION_SIGNATURE, DX_DIMENSION_VERSION,
         DX_DIMENSION_NAME, DX_DIMENSION_NO_NAME, DX_DIMENSION_SIZE},
        {DX_DIMENSION_VERSION, DX_DIMENSION_CIPHER, DX_DIMENSION_NAME, DX_DIMENSION_NO_NAME,
         DX_DIMENSION_SIZE, DX_DIMENSION_GROUP, DX_DIMENSION_SIGNATURE}};

    /* every server of TLS 1.3 has a suite and a group of RFC 8446 section 9.1; what its key signs with is
     * its own */
    static const dx_dimension tls13[7] = {DX_DIMENSION_SIGNATURE, DX_DIMENSION_CIPHER, DX_DIMENSION_GROUP,
                                          DX_DIMENSION_VERSION,   DX_DIMENSION_NAME,   DX_DIMENSION_NO_NAME,
                                          DX_DIMENSION_SIZE};
    bool usual = !refusal->wordless && unusual == DX_ONLY_TLS13;

    for (unsigned i = 0; i < G_N_ELEMENTS(order[0]); i++) {
        dx_dimension dimension = usual ? tls13[i] : order[refusal->wordless][i];
        const dx_refusal_row *row = &refusal->row[dimension];
        /* what nobody suspects unless something speaks for it */
        bool rare =
            dimension == DX_DIMENSION_SIZE ||
            (refusal->wordless && (dimension == DX_DIMENSION_GROUP || dimension == DX_DIMENSION_SIGNATURE));
        bool suspected = row->unusual || (row->differs && dimension != DX_DIMENSION_SIZE);
        bool open = row->meant && !row->shared && (!rare || suspected);
        if (!open && !row->confidence)
            continue;
        unsigned at = refusal->num_ranked++;
        for (; at > 0 && comes_before(refusal, dimension, refusal->rank[at - 1]); at--)
            refusal->rank[at] = refusal->rank[at - 1];
        refusal->rank[at] = dimension;
    }
    /* the best row's cause is the verdict; the others are its candidates */
    dx_confidence best = refusal->num_ranked ? refusal->row[refusal->rank[0]].confidence : DX_NONE;
    for (unsigned i = 1; i < refusal->num_ranked; i++) {
        dx_refusal_row *row = &refusal->row[refusal->rank[i]];
        if (best != DX_NONE && row->confidence == best)
            row->confidence = (dx_confidence)(best - 1);
    }
}

static dx_confidence
weigh_row(const dx_refusal *refusal, unsigned dimension, const dx_facts *facts, const dx_context *context,
          unsigned unusual)
{
    switch (dimension) {
    case DX_DIMENSION_VERSION:
        return weigh_version(refusal, facts, context, unusual);
    case DX_DIMENSION_CIPHER:
        return weigh_cipher(refusal, facts, unusual);
    case DX_DIMENSION_GROUP:
        return weigh_group(refusal, facts, unusual);
    case DX_DIMENSION_SIGNATURE:
        return weigh_signature(refusal, facts, unusual);
    case DX_DIMENSION_NAME:
        return weigh_name(refusal, facts, context);
    case DX_DIMENSION_NO_NAME:
        return weigh_no_name(refusal);
    case DX_DIMENSION_SIZE:
        return weigh_size(refusal, facts);
    default:
        return DX_NONE;
    }
}

void
dx_refusal_weigh(dx_refusal *refusal, const dx_facts *facts, const dx_context *context)
{
    unsigned unusual = dx_offer_unusual(facts->offer);

    dx_refusal_mark(refusal, facts, unusual);
    /* the size before the version, which looks at it */
    for (unsigned i = DX_NUM_DIMENSIONS - 1; i > 0; i--) {
        dx_refusal_row *row = &refusal->row[i];
        bool weighed = i == DX_DIMENSION_VERSION || i == DX_DIMENSION_SIZE; /* what is shared, too */
        if (row->meant && !facts->offer->sslv2 && (!row->shared || weighed))
            row->confidence = weigh_row(refusal, i, facts, context, unusual);
    }
    rank_rows(refusal, unusual);
}
