/* contrast.c - what a failing connection's server did for others
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/contrast.h"

#include "capture/mangled.h"

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

bool
dx_same_name(const char *a, const char *b)
{
    return a && b && g_ascii_strcasecmp(a, b) == 0;
}

bool
dx_hello_is_large(const dx_facts *facts)
{
    return facts->hello_len >= DX_LARGE_HELLO || (facts->offer && facts->offer->post_quantum);
}

bool
dx_smaller_hello(const dx_sample *sample, const dx_facts *facts)
{
    return dx_hello_is_large(facts) && ((facts->offer->post_quantum && !sample->offer->post_quantum) ||
                                        sample->max_hello_len + DX_SIZE_MARGIN < facts->hello_len);
}

static bool
full_handshake(const dx_sample *sample, const dx_facts *facts)
{
    return !sample->chosen.resumed && (!facts->sni || dx_same_name(sample->sni, facts->sni));
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
           dx_offer_same_lists(sample->offer, facts->offer);
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
same_suite(const dx_sample *sample, const dx_facts *facts)
{
    return sample->chosen.cipher == facts->chosen.cipher && !sample->chosen.resumed;
}

const dx_sample *
dx_contrast_suite(const dx_facts *facts, const dx_context *context)
{
    return find_any(facts, context, same_suite);
}

void
dx_say_success(dx_finding *finding, const dx_sample *sample, const char *difference)
{
    if (finding->quiet)
        return;
    char *version = dx_code_text(sample->chosen.version, dx_version_names(sample->chosen.dtls));
    char *cipher = dx_code_text(sample->chosen.cipher, dx_cipher_name);
    char *client = dx_address_text(&sample->client);
    char *sni = dx_safe(sample->sni, 0);

    char *others = sample->count > 1 ? g_strdup_printf(" (%u such connections)", sample->count) : NULL;
    dx_finding_contrast(finding, "Stream %u (frame %u) %s the same server: client %s, %s%s, %s, %s%s. %s",
                        sample->first_stream, sample->first_frame,
                        sample->answered ? "was answered by" : "succeeded at", client,
                        sni ? "name " : "no server name", sni ? sni : "", version, cipher,
                        others ? others : "", difference);
    finding->contrast_frame = sample->first_frame;
    g_free(others);
    g_free(version);
    g_free(cipher);
    g_free(client);
    g_free(sni);
}

/* A reverse proxy is a client of its backend; what it trusts, and which name it expects, is set there. */
void
dx_say_proxy(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    const dx_address *client = &facts->client_endpoint.address;
    const dx_host *host = dx_ledger_find_host(context->ledger, client);

    if (!host || !host->tls_frame || facts->transport != DX_TRANSPORT_TCP ||
        dx_address_equal(client, &facts->server_endpoint.address))
        return;
    dx_finding_say(
        finding, host->tls_frame,
        "The client serves TLS itself, on port %u: it is a server that connects to another one, as a "
        "reverse proxy does, and its own settings say what it trusts",
        host->tls_port);
}
