/* trace_hello.c - handshake messages in a trace
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "knowledge/names.h"
#include "fixtures/fixtures.h"
#include "trace.h"

void
trace_add(trace_frame *frame, dx_observation observation)
{
    g_array_append_val(frame->observations, observation);
}

void
trace_add_record(trace_frame *frame, dx_record header, bool decrypted, uint8_t inner_type)
{
    header.version = 0x0303;
    header.whole = true;
    trace_add(frame, (dx_observation){
                         .kind = DX_OBS_RECORD,
                         .u.record = {.header = header, .decrypted = decrypted, .inner_type = inner_type}});
    frame->payload_len += TRACE_RECORD_HEADER + header.len;
}

/* The record of the handshake messages so far: it is reported behind them. */
void
trace_close_record(trace_frame *frame)
{
    uint32_t len = frame->handshake_len;

    if (!len)
        return;
    frame->handshake_len = 0;
    if (frame->decrypted)
        trace_add_record(
            frame,
            (dx_record){.type = DX_RECORD_APPLICATION, .len = (uint16_t)(len + TRACE_TAG), .encrypted = true},
            true, DX_RECORD_HANDSHAKE);
    else
        trace_add_record(frame, (dx_record){.type = DX_RECORD_HANDSHAKE, .len = (uint16_t)MIN(len, 16384)},
                         false, 0);
}

void
trace_add_message(trace_frame *frame, dx_observation observation, uint32_t len, bool decrypted)
{
    if (frame->handshake_len && frame->decrypted != decrypted)
        trace_close_record(frame);
    frame->decrypted = decrypted;
    frame->handshake_len += TRACE_MESSAGE_HEADER + len;
    trace_add(frame, observation);
}

/* -- hellos -- */

static void
read_codes(trace_words *words, const char *key, const char *absent, dx_codes *codes,
           const char *(*name)(uint16_t))
{
    const char *text = trace_option(words, key);
    char **parts = g_strsplit(text ? text : absent, ",", -1);

    for (unsigned i = 0; parts[i]; i++)
        if (*parts[i] && strcmp(parts[i], "-") != 0)
            dx_codes_add(codes, name ? trace_code(words, parts[i], name) : trace_version(words, parts[i]));
    g_strfreev(parts);
}

static void
read_versions(trace_words *words, dx_client_hello *hello)
{
    const char *up_to = trace_option(words, "up_to");

    if (up_to) {
        hello->legacy_version = trace_version(words, up_to);
        dx_codes_add(&hello->versions, hello->legacy_version);
        return;
    }
    hello->legacy_version = 0x0303;
    hello->versions_listed = true;
    read_codes(words, "versions", "1.3,1.2", &hello->versions, NULL);
}

static void
read_alpn(trace_words *words, dx_client_hello *hello)
{
    const char *text = trace_option(words, "alpn");
    char **parts = g_strsplit(text ? text : "", ",", DX_MAX_ALPN);

    for (unsigned i = 0; parts[i]; i++)
        if (*parts[i])
            hello->alpn[hello->num_alpn++] = g_strdup(parts[i]);
    g_strfreev(parts);
}

static void
read_session(trace_words *words, dx_client_hello *hello)
{
    if (trace_flag(words, "session_id")) {
        hello->session_id_len = 32;
        memset(hello->session_id, 0xAA, sizeof hello->session_id);
    }
    hello->session_ticket = trace_flag(words, "ticket");
    hello->psk = trace_flag(words, "psk");
    hello->early_data = trace_flag(words, "early_data");
}

/* `by_suite`: renegotiation_info is asked for by a suite's value, TLS_EMPTY_RENEGOTIATION_INFO_SCSV. */
static void
list_extensions(dx_client_hello *hello, bool by_suite, bool quic)
{
    const struct {
        bool present;
        uint16_t code;
    } extensions[] = {{hello->sni_present, 0},
                      {hello->groups.num > 0, 10},
                      {hello->signatures.num > 0, 13},
                      {hello->num_alpn > 0, 16},
                      {hello->encrypt_then_mac, 22},
                      {hello->extended_master_secret, 23},
                      {hello->session_ticket, 35},
                      {hello->psk, 41},
                      {hello->early_data, 42},
                      {hello->versions_listed, 43},
                      {hello->post_handshake_auth, 49},
                      {hello->key_shares.num > 0, 51},
                      {quic, 57}, /* quic_transport_parameters */
                      {hello->encrypted_client_hello, 0xFE0D},
                      {hello->renegotiation_info && !by_suite, 0xFF01}};

    for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++)
        if (extensions[i].present)
            dx_codes_add(&hello->extensions, extensions[i].code);
}

void
trace_read_client_hello(trace_frame *frame, trace_words *words)
{
    dx_client_hello *hello = g_new0(dx_client_hello, 1);
    trace_side *client = &frame->connection->client;
    bool large = false;

    g_ptr_array_add(frame->hellos, hello);
    unsigned line = frame->connection->line; /* every connection has a random of its own */
    memcpy(hello->random + sizeof hello->random - sizeof line, &line, sizeof line);
    hello->sslv2 = trace_flag(words, "sslv2");
    const char *sni = trace_option(words, "sni");
    if (!hello->sslv2 && (!sni || strcmp(sni, "-") != 0)) {
        hello->sni = g_strdup(sni ? sni : "www.example.com");
        hello->sni_present = true;
    }
    read_versions(words, hello);
    bool tls13 = dx_codes_have(&hello->versions, 0x0304);
    read_codes(words, "ciphers",
               tls13 ? "1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"
                     : "c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035",
               &hello->ciphers, dx_cipher_name);
    read_codes(words, "groups", hello->sslv2 ? "" : "001d,0017,0018", &hello->groups, dx_group_name);
    read_codes(words, "shares", tls13 ? "001d" : "", &hello->key_shares, dx_group_name);
    read_codes(words, "signatures", hello->sslv2 ? "" : "0403,0804,0401,0503,0805,0501,0806,0601",
               &hello->signatures, dx_signature_name);
    read_alpn(words, hello);
    read_session(words, hello);
    hello->renegotiation_info = !hello->sslv2 && !trace_flag(words, "no_renegotiation_info");
    hello->extended_master_secret = !hello->sslv2 && !trace_flag(words, "no_extended_master_secret");
    bool openssl = trace_flag(words, "openssl");
    hello->encrypt_then_mac = openssl || trace_flag(words, "encrypt_then_mac");
    hello->post_handshake_auth = trace_flag(words, "post_handshake_auth");
    hello->fallback_scsv = trace_flag(words, "fallback_scsv");
    hello->encrypted_client_hello = trace_flag(words, "ech");
    list_extensions(hello, openssl, frame->connection->base.facts.transport == DX_TRANSPORT_QUIC);
    if (trace_flag(words, "nss")) /* record_size_limit */
        dx_codes_add(&hello->extensions, 28);
    if (trace_flag(words, "jsse")) { /* status_request_v2, signature_algorithms_cert */
        dx_codes_add(&hello->extensions, 17);
        dx_codes_add(&hello->extensions, 50);
    }
    if (trace_flag(words, "max_fragment_length"))
        dx_codes_add(&hello->extensions, 1);
    if (trace_flag(words, "alps")) /* application_settings: a code of 2021, and that of 2024 */
        dx_codes_add(&hello->extensions, 17513);
    if (trace_flag(words, "new_alps"))
        dx_codes_add(&hello->extensions, 17613);
    for (unsigned i = 0; i < hello->key_shares.num; i++)
        large |= hello->key_shares.item[i] == 0x11EC; /* X25519MLKEM768: 1216 bytes */
    if (trace_flag(words, "reversed"))
        for (unsigned i = 0, k = hello->extensions.num; i + 1 < k; i++) {
            uint16_t code = hello->extensions.item[i];
            hello->extensions.item[i] = hello->extensions.item[--k];
            hello->extensions.item[k] = code;
        }
    hello->len = trace_number_option(words, "len", large ? 1700 : 300, 65535);
    trace_add_message(frame, (dx_observation){.kind = DX_OBS_CLIENT_HELLO, .u.client_hello = hello},
                      hello->len, false);
    uint32_t total = TRACE_RECORD_HEADER + TRACE_MESSAGE_HEADER + hello->len;
    trace_close_record(frame);
    frame->payload_len -= MIN(client->partial, total);
    client->partial = 0;
}

void
trace_read_partial(trace_frame *frame, trace_words *words)
{
    trace_side *client = &frame->connection->client;
    uint32_t have = trace_number(words, trace_next(words), 65535),
             expected = trace_number(words, trace_next(words), 65535);

    if (have < client->partial)
        trace_fail(words, "less than before");
    frame->payload_len += have - client->partial;
    client->partial = have;
    trace_add(frame, (dx_observation){.kind = DX_OBS_PARTIAL_HELLO,
                                      .u.partial = {.have = have, .expected = expected}});
}

static void
add_server_hello(trace_frame *frame, trace_words *words, bool retry)
{
    dx_server_hello *hello = g_new0(dx_server_hello, 1);

    g_ptr_array_add(frame->owned, hello);
    hello->retry = retry;
    hello->version = trace_version(words, trace_next(words));
    hello->legacy_version = MIN(hello->version, 0x0303);
    const char *cipher = trace_next(words), *group = trace_option(words, "group"),
               *alpn = trace_option(words, "alpn");
    hello->cipher = trace_code(words, cipher ? cipher : "", dx_cipher_name);
    hello->group = group ? trace_code(words, group, dx_group_name) : hello->version == 0x0304 ? 0x001D : 0;
    g_strlcpy(hello->alpn, alpn ? alpn : "", sizeof hello->alpn);
    hello->session_id_len = 32;
    bool resumed = trace_flag(words, "resumed");
    memset(hello->session_id, resumed ? 0xAA : 0xBB, sizeof hello->session_id);
    hello->psk = resumed && hello->version == 0x0304;
    hello->renegotiation_info = hello->version < 0x0304 && !trace_flag(words, "no_renegotiation_info");
    hello->extended_master_secret =
        hello->version < 0x0304 && !trace_flag(words, "no_extended_master_secret");
    hello->encrypt_then_mac = trace_flag(words, "encrypt_then_mac");
    if (trace_flag(words, "max_fragment_length")) {
        dx_codes_add(&hello->extensions, 1);
        g_ptr_array_add(frame->owned, hello->extensions.item);
    }
    const char *downgrade = trace_option(words, "downgrade");
    if (downgrade)
        hello->downgrade = trace_version(words, downgrade) == 0x0303 ? 2 : 1;
    trace_add_message(frame, (dx_observation){.kind = DX_OBS_SERVER_HELLO, .u.server_hello = hello}, 90,
                      false);
}

void
trace_read_server_hello(trace_frame *frame, trace_words *words)
{
    add_server_hello(frame, words, false);
}

void
trace_read_retry(trace_frame *frame, trace_words *words)
{
    add_server_hello(frame, words, true);
}

/* -- other handshake messages -- */

void
trace_read_key_exchange(trace_frame *frame, trace_words *words)
{
    dx_observation observation = {.kind = DX_OBS_KEY_EXCHANGE};
    const char *kind = trace_next(words), *value = trace_next(words);

    if (kind && strcmp(kind, "dhe") == 0) {
        observation.u.key_exchange.kind = DX_KX_DHE;
        observation.u.key_exchange.prime_bits = (uint16_t)trace_number(words, value, 16384);
    } else if (kind && strcmp(kind, "ecdhe") == 0) {
        observation.u.key_exchange.kind = DX_KX_ECDHE;
        observation.u.key_exchange.group = trace_code(words, value ? value : "", dx_group_name);
    } else {
        trace_fail(words, "key_exchange is dhe BITS or ecdhe GROUP");
    }
    trace_add_message(frame, observation, 300, false);
}

static const struct {
    const char *name;
    uint8_t type;
    uint16_t len;
} messages[] = {
    {"hello_request", DX_HS_HELLO_REQUEST, 0},
    {"hello_verify_request", DX_HS_HELLO_VERIFY_REQUEST, 32},
    {"unread_client_hello", DX_HS_CLIENT_HELLO, 300},
    {"unread_server_hello", DX_HS_SERVER_HELLO, 90},
    {"new_session_ticket", DX_HS_NEW_SESSION_TICKET, 200},
    {"end_of_early_data", DX_HS_END_OF_EARLY_DATA, 0},
    {"encrypted_extensions", DX_HS_ENCRYPTED_EXTENSIONS, 6},
    {"certificate", DX_HS_CERTIFICATE, 2000},
    {"compressed_certificate", DX_HS_COMPRESSED_CERTIFICATE, 1200},
    {"certificate_request", DX_HS_CERTIFICATE_REQUEST, 60},
    {"server_done", DX_HS_SERVER_HELLO_DONE, 0},
    {"certificate_verify", DX_HS_CERTIFICATE_VERIFY, 260},
    {"client_key_exchange", DX_HS_CLIENT_KEY_EXCHANGE, 66},
    {"finished", DX_HS_FINISHED, 32},
    {"certificate_status", DX_HS_CERTIFICATE_STATUS, 500},
    {"key_update", DX_HS_KEY_UPDATE, 1},
};

/* certificate chain=leaf,issuing: fixtures by name */
static const dx_chain *
read_chain(const trace_frame *frame, trace_words *words)
{
    const char *names = trace_option(words, "chain");

    if (!names)
        return NULL;
    char **name = g_strsplit(names, ",", DX_MAX_CHAIN);
    const dx_chain *chain =
        fixture_list(dx_ledger_certs(frame->ledger), (const char *const *)name, g_strv_length(name));
    g_strfreev(name);
    return chain;
}

bool
trace_read_message(trace_frame *frame, const char *name, trace_words *words)
{
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
        if (strcmp(messages[i].name, name) != 0)
            continue;
        bool empty = messages[i].type == DX_HS_CERTIFICATE && trace_flag(words, "empty");
        bool decrypted = trace_flag(words, "decrypted");
        const dx_chain *chain = messages[i].type == DX_HS_CERTIFICATE ? read_chain(frame, words) : NULL;
        uint32_t len = trace_number_option(words, "len", empty ? 4 : messages[i].len, 1 << 24);
        trace_add_message(frame,
                          (dx_observation){.kind = DX_OBS_MESSAGE,
                                           .u.message = {.type = messages[i].type,
                                                         .len = len,
                                                         .chain = chain,
                                                         .empty = empty,
                                                         .decrypted = decrypted}},
                          len, decrypted);
        return true;
    }
    return false;
}
