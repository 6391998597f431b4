/* authentication.c - how the two sides of a connection showed who they are: certificates, signatures, staples
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/authentication.h"

#include <string.h>

#include "knowledge/names.h"
#include "wire/authentication.h"

#define MAX_KEPT (64 * 1024)

/* Frames without a time stamp, or with one of a clock that was never set, say nothing of dates: 2000-01-01.
 * */
#define EARLIEST_US (INT64_C(946684800) * G_USEC_PER_SEC)

dx_authentication *
dx_authentication_make(dx_facts *facts)
{
    if (!facts->authentication)
        facts->authentication = g_new0(dx_authentication, 1);
    return facts->authentication;
}

static void
drop_bytes(GByteArray **kept)
{
    if (*kept)
        g_byte_array_unref(*kept);
    *kept = NULL;
}

void
dx_authentication_drop(dx_facts *facts)
{
    dx_authentication *authentication = facts->authentication;

    if (!authentication)
        return;
    drop_bytes(&authentication->content);
    drop_bytes(&authentication->signature);
    drop_bytes(&authentication->staple);
    drop_bytes(&authentication->request);
    g_free(authentication);
    facts->authentication = NULL;
}

void
dx_authentication_keep(GByteArray **kept, const uint8_t *bytes, size_t len)
{
    if (*kept || len > MAX_KEPT)
        return;
    *kept = g_byte_array_sized_new((guint)len);
    g_byte_array_append(*kept, bytes, (guint)len);
}

static int64_t
judged_at(const dx_facts *facts)
{
    return facts->server_hello_us >= EARLIEST_US ? facts->server_hello_us / G_USEC_PER_SEC : 0;
}

bool
dx_authentication_dated(const dx_facts *facts)
{
    return judged_at(facts) != 0;
}

/* Why no proof is possible, yet; NULL when there is all that it takes. */
static const char *
lacks_for_proof(const dx_facts *facts)
{
    const dx_authentication *authentication = facts->authentication;

    if (!authentication || !authentication->content || !authentication->signature)
        return "no signature could be read";
    if (facts->damaged && facts->damaged_frame <= authentication->signed_frame)
        return "bytes are missing in the capture"; /* perhaps of what was signed */
    return facts->chain ? NULL : "no certificate could be read";
}

dx_proof_result
dx_authentication_proof(const dx_facts *facts)
{
    dx_authentication *authentication = facts->authentication;
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);

    if (authentication && authentication->checked)
        return authentication->proof;
    const char *lacks = lacks_for_proof(facts);
    if (lacks)
        return (dx_proof_result){.answer = DX_PROOF_NOT_CHECKED, .reason = lacks};
    dx_proof_input input = {.version = facts->chosen.version,
                            .scheme = authentication->scheme,
                            .rsa = cipher && cipher->auth == DX_AUTH_RSA,
                            .sha384 = cipher && cipher->hash_bytes == 48,
                            .signature = {authentication->signature->data, authentication->signature->len},
                            .content = {authentication->content->data, authentication->content->len},
                            .first_hello_len = authentication->first_hello_len};
    dx_proof_check(facts->chain, &input, &authentication->proof);
    authentication->checked = true;
    drop_bytes(&authentication->content);
    drop_bytes(&authentication->signature);
    return authentication->proof;
}

bool
dx_authentication_staple(const dx_facts *facts, dx_staple *staple)
{
    dx_authentication *authentication = facts->authentication;

    if (!authentication || !facts->chain)
        return false;
    if (authentication->staple) {
        authentication->staple_says =
            dx_staple_read(authentication->staple->data, authentication->staple->len, facts->chain,
                           judged_at(facts), &authentication->revoked_at);
        authentication->staple_checked = true;
        drop_bytes(&authentication->staple);
    }
    *staple = authentication->staple_says;
    return authentication->staple_checked;
}

char *
dx_server_name(const dx_facts *facts)
{
    const char *host = facts->tunnel, *colon = host && !facts->sni ? strrchr(host, ':') : NULL;

    if (facts->sni)
        return g_strdup(facts->sni);
    if (colon && *host == '[' && colon > host + 2 && colon[-1] == ']') /* [2001:db8::1]:443 */
        return g_strndup(host + 1, (size_t)(colon - host) - 2);
    return colon ? g_strndup(host, (size_t)(colon - host)) : NULL;
}

bool
dx_authentication_judge(const dx_facts *facts, dx_certs *certs, dx_judgement *judgement)
{
    if (!facts->chain)
        return false;
    char *tunneled = facts->sni ? NULL : dx_server_name(facts);
    dx_question question = {.name = facts->sni ? facts->sni : tunneled, .time = judged_at(facts)};
    dx_certs_judge(certs, facts->chain, &question, judgement);
    g_free(tunneled);
    return true;
}

bool
dx_authentication_judge_leaf(const dx_facts *facts, dx_certs *certs, dx_judgement *judgement)
{
    return dx_authentication_judge(facts, certs, judgement) && judgement->leaf && judgement->leaf->parsed;
}

bool
dx_authentication_bears_address(const dx_facts *facts, dx_certs *certs)
{
    const dx_address *address = &facts->server_endpoint.address;
    dx_question question = {
        .address = address->bytes, .address_len = address->family == 6 ? 16 : 4, .time = judged_at(facts)};
    dx_judgement judgement;

    dx_certs_judge(certs, facts->chain, &question, &judgement);
    return !(judgement.defects & DX_BIT(DX_DEFECT_NAME_MISMATCH));
}

bool
dx_authentication_judge_client(const dx_facts *facts, dx_certs *certs, dx_judgement *judgement)
{
    const dx_chain *chain = facts->authentication ? facts->authentication->client_chain : NULL;
    dx_question question = {.time = judged_at(facts), .of_client = true};

    if (!chain || !chain->num)
        return false;
    dx_certs_judge(certs, chain, &question, judgement);
    return true;
}

void
dx_authorities_clear(dx_authorities *authorities)
{
    drop_bytes(&authorities->request);
    g_free(authorities->first);
    authorities->first = NULL;
}

static void
take_first(void *user, const uint8_t *der, size_t len)
{
    char **first = user;

    if (!*first)
        *first = dx_certs_name_text(der, len);
}

unsigned
dx_authentication_authorities(const dx_facts *facts, dx_authorities *last, char **first)
{
    GByteArray *request = facts->authentication ? facts->authentication->request : NULL;

    *first = NULL;
    if (!request)
        return 0;
    if (!last->request || last->version != facts->chosen.version || last->request->len != request->len ||
        memcmp(last->request->data, request->data, request->len) != 0) {
        dx_authorities_clear(last);
        last->request = g_byte_array_ref(request);
        last->version = facts->chosen.version;
        last->num = dx_read_authorities(request->data, request->len, last->version, take_first, &last->first);
    }
    *first = g_strdup(last->first);
    return last->num;
}

dx_codes
dx_authentication_schemes(const dx_facts *facts)
{
    GByteArray *request = facts->authentication ? facts->authentication->request : NULL;
    const uint8_t *bytes;
    size_t len;
    dx_codes schemes = {0};

    if (request && dx_read_request_schemes(request->data, request->len, facts->chosen.version, &bytes, &len))
        for (size_t i = 0; i + 1 < len; i += 2)
            dx_codes_add(&schemes, (uint16_t)(bytes[i] << 8 | bytes[i + 1]));
    return schemes;
}

const char *
dx_authentication_key_usage(const dx_facts *facts, const dx_certificate_info *leaf)
{
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);

    if (!leaf->has_key_usage || !cipher)
        return NULL;
    bool decrypts = !cipher->tls13 && cipher->exchange == DX_EXCHANGE_RSA;
    if (decrypts)
        return leaf->key_usage & DX_KEY_USAGE_ENCIPHERMENT ? NULL : "keyEncipherment";
    if (cipher->tls13 || cipher->exchange == DX_EXCHANGE_DHE || cipher->exchange == DX_EXCHANGE_ECDHE)
        return leaf->key_usage & DX_KEY_USAGE_SIGNATURE ? NULL : "digitalSignature";
    return NULL;
}
