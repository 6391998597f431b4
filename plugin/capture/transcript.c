/* transcript.c - what the two sides sign, their signatures and certificates
 *
 * Source: RFC 5246 sections 7.4.2 and 7.4.3, RFC 8446 sections 4.4.1 to 4.4.3
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/transcript.h"

#include <string.h>

#include "facts/authentication.h"
#include "wire/authentication.h"

/* Hellos, extensions, request and certificates: real ones stay below 40 KB. */
#define MAX_TRANSCRIPT (64 * 1024)

void
dx_transcript_drop(dx_transcript *transcript)
{
    if (transcript->messages)
        g_byte_array_free(transcript->messages, TRUE);
    transcript->messages = NULL;
}

static void
append(dx_transcript *transcript, const dx_message *message)
{
    const uint8_t header[4] = {message->type, (uint8_t)(message->len >> 16), (uint8_t)(message->len >> 8),
                               (uint8_t)message->len};

    if (!transcript->messages)
        return;
    if (!message->body || transcript->messages->len + message->len > MAX_TRANSCRIPT) {
        dx_transcript_drop(transcript);
        return;
    }
    g_byte_array_append(transcript->messages, header, sizeof header);
    g_byte_array_append(transcript->messages, message->body, message->len);
}

void
dx_transcript_hello(dx_transcript *transcript, const dx_facts *facts, const dx_message *message,
                    const dx_client_hello *hello)
{
    if (facts->phase >= DX_PHASE_SERVER_HELLO)
        return; /* a renegotiation */
    memcpy(transcript->randoms, hello->random, sizeof hello->random);
    if (!dx_codes_have(&hello->versions, DX_TLS13))
        return;
    if (!transcript->first_hello_len) {
        dx_transcript_drop(transcript);
        transcript->messages = g_byte_array_sized_new(message->len + 4);
    }
    append(transcript, message);
}

void
dx_transcript_answer(dx_transcript *transcript, const dx_message *message, const dx_server_hello *hello)
{
    if (hello->version != DX_TLS13) {
        dx_transcript_drop(transcript);
    } else if (hello->retry && transcript->messages) {
        transcript->first_hello_len = transcript->messages->len;
    }
    memcpy(transcript->randoms + 32, hello->random, sizeof hello->random);
    append(transcript, message);
}

void
dx_transcript_exchange(dx_transcript *transcript, dx_facts *facts, const dx_message *message,
                       const dx_key_exchange *kx)
{
    /* without the ClientHello its random, which is signed, is not known */
    if (!kx->signed_params || !kx->params_len || !facts->hello_frame || facts->phase >= DX_PHASE_SERVER_DONE)
        return;
    dx_authentication *authentication = dx_authentication_make(facts);
    if (authentication->content)
        return;
    authentication->content = g_byte_array_sized_new((guint)(sizeof transcript->randoms + kx->params_len));
    g_byte_array_append(authentication->content, transcript->randoms, sizeof transcript->randoms);
    g_byte_array_append(authentication->content, message->body, (guint)kx->params_len);
    authentication->scheme = kx->scheme;
    authentication->signed_frame = facts->last_frame;
    dx_authentication_keep(&authentication->signature, message->body + kx->signature_offset,
                           kx->signature_len);
}

static void
take_certificate_verify(dx_transcript *transcript, dx_facts *facts, const dx_message *message)
{
    const uint8_t *signature;
    size_t len;
    uint16_t scheme;

    if (!message->body || !transcript->messages ||
        !dx_read_certificate_verify(message->body, message->len, &scheme, &signature, &len))
        return;
    dx_authentication *authentication = dx_authentication_make(facts);
    if (authentication->content)
        return;
    authentication->content = transcript->messages;
    transcript->messages = NULL;
    authentication->first_hello_len = transcript->first_hello_len;
    authentication->scheme = scheme;
    authentication->signed_frame = facts->last_frame;
    dx_authentication_keep(&authentication->signature, signature, len);
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
        dx_authentication_keep(&dx_authentication_make(facts)->staple, response, len);
}

void
dx_transcript_message(dx_transcript *transcript, dx_facts *facts, const dx_message *message, bool inner)
{
    bool tls13 = dx_facts_tls13(facts);

    if (facts->phase >= DX_PHASE_CLIENT_FINISHED)
        return; /* tickets, renegotiation, post-handshake authentication */
    if (message->type == DX_HS_CERTIFICATE_VERIFY && tls13)
        take_certificate_verify(transcript, facts, message);
    else if (inner && tls13)
        append(transcript, message);
    if (message->type == DX_HS_CERTIFICATE_STATUS || (message->type == DX_HS_CERTIFICATE && tls13))
        take_staple(facts, message);
    if (message->type == DX_HS_CERTIFICATE_REQUEST && message->body)
        dx_authentication_keep(&dx_authentication_make(facts)->request, message->body, message->len);
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
dx_transcript_chain(dx_ledger *ledger, const dx_message *message, bool tls13)
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
