/* identity.c - takes certificates and signatures out of a handshake while it is read
 *
 * Source: RFC 5246 sections 7.4.2 and 7.4.3, RFC 8446 sections 4.4.1 to 4.4.3
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/identity.h"

#include <string.h>

#include "facts/presented.h"
#include "wire/authentication.h"

/* Hellos, extensions, request and certificates: real ones stay below 40 KB. */
#define MAX_TRANSCRIPT (64 * 1024)

void
dx_identity_unreadable(dx_identity *identity)
{
    if (identity->transcript)
        g_byte_array_free(identity->transcript, TRUE);
    identity->transcript = NULL;
}

void
dx_identity_clear(dx_identity *identity)
{
    dx_identity_unreadable(identity);
}

static void
append(dx_identity *identity, const dx_message *message)
{
    const uint8_t header[4] = {message->type, (uint8_t)(message->len >> 16), (uint8_t)(message->len >> 8),
                               (uint8_t)message->len};

    if (!identity->transcript)
        return;
    if (!message->body || identity->transcript->len + message->len > MAX_TRANSCRIPT) {
        dx_identity_unreadable(identity);
        return;
    }
    g_byte_array_append(identity->transcript, header, sizeof header);
    g_byte_array_append(identity->transcript, message->body, message->len);
}

void
dx_identity_hello(dx_identity *identity, const dx_facts *facts, const dx_message *message,
                  const dx_client_hello *hello)
{
    if (facts->phase >= DX_PHASE_SERVER_HELLO)
        return; /* a renegotiation */
    memcpy(identity->randoms, hello->random, sizeof hello->random);
    if (!dx_codes_have(&hello->versions, DX_TLS13))
        return;
    if (!identity->first_hello_len) {
        dx_identity_unreadable(identity);
        identity->transcript = g_byte_array_sized_new(message->len + 4);
    }
    append(identity, message);
}

void
dx_identity_answer(dx_identity *identity, const dx_message *message, const dx_server_hello *hello)
{
    if (hello->version != DX_TLS13) {
        dx_identity_unreadable(identity);
    } else if (hello->retry && identity->transcript) {
        identity->first_hello_len = identity->transcript->len;
    }
    memcpy(identity->randoms + 32, hello->random, sizeof hello->random);
    append(identity, message);
}

void
dx_identity_exchange(dx_identity *identity, dx_facts *facts, const dx_message *message,
                     const dx_key_exchange *kx)
{
    if (!kx->signed_params || !kx->params_len || facts->phase >= DX_PHASE_SERVER_DONE)
        return;
    dx_presented *presented = dx_presented_make(facts);
    if (presented->content)
        return;
    presented->content = g_byte_array_sized_new((guint)(sizeof identity->randoms + kx->params_len));
    g_byte_array_append(presented->content, identity->randoms, sizeof identity->randoms);
    g_byte_array_append(presented->content, message->body, (guint)kx->params_len);
    presented->scheme = kx->scheme;
    presented->signed_frame = facts->last_frame;
    dx_presented_keep(&presented->signature, message->body + kx->signature_offset, kx->signature_len);
}

static void
take_certificate_verify(dx_identity *identity, dx_facts *facts, const dx_message *message)
{
    const uint8_t *signature;
    size_t len;
    uint16_t scheme;

    if (!message->body || !identity->transcript ||
        !dx_read_certificate_verify(message->body, message->len, &scheme, &signature, &len))
        return;
    dx_presented *presented = dx_presented_make(facts);
    if (presented->content)
        return;
    presented->content = identity->transcript;
    identity->transcript = NULL;
    presented->first_hello_len = identity->first_hello_len;
    presented->scheme = scheme;
    presented->signed_frame = facts->last_frame;
    dx_presented_keep(&presented->signature, signature, len);
}

static void
take_staple(dx_facts *facts, const dx_message *message)
{
    const uint8_t *response;
    size_t len;
    bool found =
        message->body && (message->type == DX_HS_CERTIFICATE
                              ? dx_read_staple(message->body, message->len, &response, &len)
                              : dx_read_certificate_status(message->body, message->len, &response, &len));

    if (found)
        dx_presented_keep(&dx_presented_make(facts)->staple, response, len);
}

void
dx_identity_message(dx_identity *identity, dx_facts *facts, const dx_message *message, bool inner)
{
    bool tls13 = dx_facts_tls13(facts);

    if (facts->phase >= DX_PHASE_CLIENT_FINISHED)
        return; /* tickets, renegotiation, post-handshake authentication */
    if (message->type == DX_HS_CERTIFICATE_VERIFY && tls13)
        take_certificate_verify(identity, facts, message);
    else if (inner && tls13)
        append(identity, message);
    if (message->type == DX_HS_CERTIFICATE_STATUS || (message->type == DX_HS_CERTIFICATE && tls13))
        take_staple(facts, message);
    if (message->type == DX_HS_CERTIFICATE_REQUEST && message->body)
        dx_presented_keep(&dx_presented_make(facts)->request, message->body, message->len);
}

typedef struct {
    dx_der der[DX_MAX_CHAIN];
    unsigned num;
} list;

static void
take_der(void *user, const uint8_t *der, size_t len)
{
    list *taken = user;

    if (taken->num < DX_MAX_CHAIN)
        taken->der[taken->num++] = (dx_der){der, len};
}

const dx_chain *
dx_identity_chain(dx_ledger *ledger, const dx_message *message, bool tls13)
{
    dx_certs *certs = dx_ledger_certs(ledger);

    if (message->type != DX_HS_CERTIFICATE || !message->body)
        return NULL;
    const dx_chain *chain = dx_certs_seen(certs, message->body, message->len);
    if (chain)
        return chain;
    list taken = {.num = 0};
    bool well_formed;
    unsigned num = dx_certificates(message->body, message->len, tls13, take_der, &taken, &well_formed);
    unsigned known = dx_certs_num_issuers(certs);
    chain = dx_certs_add(certs, message->body, message->len, taken.der, taken.num, num, !well_formed);
    if (dx_certs_num_issuers(certs) != known)
        dx_ledger_touch(ledger);
    return chain;
}
