/* contrast.c - what a failing connection's server did for others
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/contrast.h"

#include <string.h>

#include "facts/text.h"
#include "knowledge/names.h"

/* A predicate on a success; `facts` is the failing connection. */
typedef bool (*sample_test)(const dx_sample *sample, const dx_facts *facts);

static unsigned
num_accepted(const dx_context *context)
{
    return context->accepted ? context->accepted->len : 0;
}

/* The i-th success; NULL when nothing follows from it for `facts`: one of the two began with a PROXY header,
 * so that the server reads them differently from the first byte. */
static const dx_sample *
accepted(const dx_facts *facts, const dx_context *context, unsigned i)
{
    const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);

    return sample->proxy_header == facts->proxy_header ? sample : NULL;
}

static const dx_sample *
find_any(const dx_facts *facts, const dx_context *context, sample_test test)
{
    for (unsigned i = 0; i < num_accepted(context); i++) {
        const dx_sample *sample = accepted(facts, context, i);
        if (sample && test(sample, facts))
            return sample;
    }
    return NULL;
}

/* The first success when all of those in `scope` pass the test, and there is one; `scope` NULL: all. */
static const dx_sample *
find_all(const dx_facts *facts, const dx_context *context, sample_test scope, sample_test test)
{
    const dx_sample *first = NULL;

    if (!facts->offer)
        return NULL;
    for (unsigned i = 0; i < num_accepted(context); i++) {
        const dx_sample *sample = accepted(facts, context, i);
        if (!sample || (scope && !scope(sample, facts)))
            continue;
        if (!test(sample, facts))
            return NULL;
        if (!first)
            first = sample;
    }
    return first;
}

static bool
version_not_offered(const dx_sample *sample, const dx_facts *facts)
{
    return !dx_offers_version(facts->offer, sample->chosen.version);
}

static bool
version_offered(const dx_sample *sample, const dx_facts *facts)
{
    return dx_offers_version(facts->offer, sample->chosen.version);
}

static bool
cipher_not_offered(const dx_sample *sample, const dx_facts *facts)
{
    return !dx_codes_have(&facts->offer->ciphers, sample->chosen.cipher);
}

static bool
group_not_offered(const dx_sample *sample, const dx_facts *facts)
{
    return sample->chosen.group && facts->offer->groups.num &&
           !dx_codes_have(&facts->offer->groups, sample->chosen.group);
}

const dx_sample *
dx_contrast_proxy_header(const dx_facts *facts, const dx_context *context)
{
    const dx_sample *first = NULL;

    for (unsigned i = 0; i < num_accepted(context) && !facts->proxy_header; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        if (!sample->proxy_header)
            return NULL;
        if (!first)
            first = sample;
    }
    return first;
}

const dx_sample *
dx_contrast_version(const dx_facts *facts, const dx_context *context)
{
    return find_all(facts, context, NULL, version_not_offered);
}

static bool
chosen_is_newer(const dx_sample *sample, const dx_facts *facts)
{
    return sample->chosen.version > dx_facts_max_version(facts);
}

bool
dx_contrast_older(const dx_facts *facts, const dx_context *context)
{
    return find_all(facts, context, NULL, chosen_is_newer) != NULL;
}

/* The server takes the newest version that both have (RFC 8446 section 4.2.1). */
static bool
passed_over(const dx_sample *sample, const dx_facts *facts)
{
    if (sample->chosen.version >= dx_facts_min_version(facts))
        return false;
    for (unsigned i = 0; i < facts->offer->versions.num; i++)
        if (!dx_offers_version(sample->offer, facts->offer->versions.item[i]))
            return false;
    return facts->offer->versions_listed && facts->offer->versions.num;
}

bool
dx_contrast_lacks(const dx_facts *facts, const dx_context *context)
{
    return facts->offer && find_any(facts, context, passed_over);
}

const dx_sample *
dx_contrast_cipher(const dx_facts *facts, const dx_context *context)
{
    return find_all(facts, context, version_offered, cipher_not_offered);
}

const dx_sample *
dx_contrast_group(const dx_facts *facts, const dx_context *context)
{
    return dx_contrast_cipher(facts, context) ? NULL
                                              : find_all(facts, context, version_offered, group_not_offered);
}

/* The success's client offered signature schemes, and none of them is this client's. */
static bool
signatures_disjoint(const dx_sample *sample, const dx_facts *facts)
{
    uint16_t common;

    return sample->offer->signatures.num && facts->offer->signatures.num &&
           !dx_codes_common(&sample->offer->signatures, &facts->offer->signatures, &common);
}

static bool
fewer_signatures(const dx_sample *sample, const dx_facts *facts)
{
    for (unsigned i = 0; i < sample->offer->signatures.num; i++)
        if (!dx_codes_have(&facts->offer->signatures, sample->offer->signatures.item[i]))
            return true;
    return signatures_disjoint(sample, facts);
}

const dx_sample *
dx_contrast_signatures(const dx_facts *facts, const dx_context *context)
{
    if (!facts->offer || !facts->offer->signatures.num || dx_contrast_cipher(facts, context) ||
        dx_contrast_group(facts, context))
        return NULL;
    return find_all(facts, context, version_offered, fewer_signatures);
}

/* The same client software in all but the name: extensions may differ by server_name. */
static bool
same_but_name(const dx_offer *a, const dx_offer *b)
{
    uint16_t common;

    return a == b ||
           (a->versions.num == b->versions.num && a->ciphers.num == b->ciphers.num &&
            a->groups.num == b->groups.num && a->signatures.num == b->signatures.num &&
            dx_codes_common(&a->ciphers, &b->ciphers, &common) &&
            (!a->versions.num || memcmp(a->versions.item, b->versions.item, 2u * a->versions.num) == 0) &&
            (!a->ciphers.num || memcmp(a->ciphers.item, b->ciphers.item, 2u * a->ciphers.num) == 0));
}

static bool
same_name(const char *a, const char *b)
{
    return a && b && g_ascii_strcasecmp(a, b) == 0;
}

const dx_sample *
dx_contrast_sni(const dx_facts *facts, const dx_context *context, bool *same_offer)
{
    const dx_sample *best = NULL;

    *same_offer = false;
    if (!facts->offer || !facts->sni)
        return NULL;
    for (unsigned i = 0; i < num_accepted(context); i++) {
        const dx_sample *sample = accepted(facts, context, i);
        if (sample && same_name(sample->sni, facts->sni))
            return NULL;
        if (!sample || !sample->sni)
            continue;
        bool same = same_but_name(sample->offer, facts->offer);
        if (!best || (same && !*same_offer))
            best = sample;
        *same_offer |= same;
    }
    return best;
}

const dx_sample *
dx_contrast_no_sni(const dx_facts *facts, const dx_context *context, bool *same_offer)
{
    const dx_sample *best = NULL;

    *same_offer = false;
    if (!facts->offer || facts->sni)
        return NULL;
    for (unsigned i = 0; i < num_accepted(context); i++) {
        const dx_sample *sample = accepted(facts, context, i);
        if (!sample)
            continue;
        if (!sample->sni)
            return NULL;
        bool same = same_but_name(sample->offer, facts->offer);
        if (!best || (same && !*same_offer))
            best = sample;
        *same_offer |= same;
    }
    return best;
}

static bool
smaller_hello(const dx_sample *sample, const dx_facts *facts)
{
    return (facts->offer->post_quantum && !sample->offer->post_quantum) ||
           sample->max_hello_len + 100 < facts->hello_len;
}

const dx_sample *
dx_contrast_size(const dx_facts *facts, const dx_context *context)
{
    /* a hello that fits a usual segment is not big (1460 bytes of TCP payload less record and message
     * headers) */
    if (!facts->offer || (facts->hello_len < 1400 && !facts->offer->post_quantum))
        return NULL;
    return find_all(facts, context, NULL, smaller_hello);
}

static bool
full_handshake(const dx_sample *sample, const dx_facts *facts)
{
    return !sample->chosen.resumed && (!facts->sni || same_name(sample->sni, facts->sni));
}

const dx_sample *
dx_contrast_full(const dx_facts *facts, const dx_context *context)
{
    return find_any(facts, context, full_handshake);
}

static bool
fresh_handshake(const dx_sample *sample, const dx_facts *facts)
{
    return !sample->resumption_offered && full_handshake(sample, facts) &&
           same_but_name(sample->offer, facts->offer);
}

const dx_sample *
dx_contrast_fresh(const dx_facts *facts, const dx_context *context)
{
    return facts->offer ? find_any(facts, context, fresh_handshake) : NULL;
}

static bool
not_split(const dx_sample *sample, const dx_facts *facts)
{
    (void)facts;
    return !sample->split;
}

const dx_sample *
dx_contrast_unsplit(const dx_facts *facts, const dx_context *context)
{
    return find_any(facts, context, not_split);
}

static bool
sent_certificate(const dx_sample *sample, const dx_facts *facts)
{
    (void)facts;
    return sample->client_certificate == DX_CLIENT_CERTIFICATE_SENT;
}

const dx_sample *
dx_contrast_client_certificate(const dx_facts *facts, const dx_context *context)
{
    return find_any(facts, context, sent_certificate);
}

static bool
any(const dx_sample *sample, const dx_facts *facts)
{
    (void)sample;
    (void)facts;
    return true;
}

const dx_sample *
dx_contrast_any(const dx_facts *facts, const dx_context *context)
{
    return find_any(facts, context, any);
}

static bool
same_meeting(const dx_sample *sample, const dx_facts *facts)
{
    return sample->offer == facts->offer && sample->sni == facts->sni;
}

const dx_sample *
dx_contrast_same(const dx_facts *facts, const dx_context *context)
{
    return find_any(facts, context, same_meeting);
}

void
dx_say_success(dx_finding *finding, const dx_sample *sample, const char *difference)
{
    char *version = dx_code_text(sample->chosen.version, dx_version_name);
    char *cipher = dx_code_text(sample->chosen.cipher, dx_cipher_name);
    char *client = dx_address_text(&sample->client);
    char *sni = dx_safe(sample->sni, 0);

    dx_finding_contrast(
        finding,
        "The same server accepted %s%s%s in frame %u (stream %u) with %s and %s (%u such connection%s): %s",
        client, sni ? " asking for " : " without a server name", sni ? sni : "", sample->first_frame,
        sample->first_stream, version, cipher, sample->count, sample->count == 1 ? "" : "s", difference);
    g_free(version);
    g_free(cipher);
    g_free(client);
    g_free(sni);
}
