/* shown.c - the certificates that TLS 1.3 hides, where the same server showed them to somebody else
 *
 * Source: RFC 8446 section 4.4.2: what the Certificate message has besides the certificates is a few bytes
 * each, and now and then an OCSP response or certificate timestamps
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/shown.h"

#include "verdict/hidden_certificate.h"
#include "verdict/late_leave.h"
#include "verdict/rejection.h"

/* What the encrypted flight holds besides: EncryptedExtensions, perhaps a CertificateRequest,
 * CertificateVerify (72 bytes with P-256, 520 with RSA 4096), Finished, a header and a tag each. */
#define LEAST_BESIDE 150
#define MOST_BESIDE  1500

static bool
fits(const dx_chain *chain, const dx_facts *facts)
{
    unsigned len = dx_hidden_len(facts);

    if (len) /* with a header; TLS 1.3 adds a context, and extensions to each certificate, mostly none */
        return len >= chain->len + 4 && len <= chain->len + 5 + 2 * chain->num_sent;
    return facts->server_encrypted_bytes >= chain->len + LEAST_BESIDE &&
           facts->server_encrypted_bytes <= chain->len + MOST_BESIDE;
}

/* Adds what rows of a server show; false when they show different lists that fit. */
static bool
look(const dx_sample **found, const GArray *rows, const dx_facts *facts)
{
    for (unsigned i = 0; i < rows->len; i++) {
        const dx_sample *row = &g_array_index(rows, dx_sample, i);
        if (!row->chain || row->sni != facts->sni || !fits(row->chain, facts))
            continue;
        if (*found && (*found)->chain != row->chain)
            return false;
        if (!*found)
            *found = row;
    }
    return true;
}

/* It left because of the certificate, as far as can be told without seeing it. */
static bool
has_minded(const dx_facts *facts)
{
    return (facts->end.kind == DX_END_ALERT && dx_client_left_at_certificate(facts)) ||
           dx_client_minds_hidden(facts) || dx_client_left_hidden(facts, false);
}

void
dx_shown_certificates(dx_facts *settled, const dx_context *context)
{
    const dx_sample *found = NULL;

    if (settled->chain || settled->transport != DX_TRANSPORT_TCP || !dx_facts_tls13(settled) ||
        !settled->server_encrypted_bytes || !context->server || !has_minded(settled) ||
        dx_hidden_request(settled))
        return;
    if (!look(&found, context->server->accepted, settled) ||
        !look(&found, context->server->refused, settled) || !found)
        return;
    settled->chain = found->chain;
    settled->shown_frame = found->kept[0]->certificate_frame;
    settled->shown_stream = found->kept[0]->stream;
}
