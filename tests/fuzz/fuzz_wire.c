/* fuzz_wire.c - libFuzzer: segments -> stream -> records -> hellos, and first bytes of other protocols
 *
 * Build: clang -fsanitize=fuzzer,address,undefined -Iplugin tests/fuzz/fuzz_wire.c plugin/wire/(all).c
 *        plugin/knowledge/(all).c with glib-2.0 The first input byte chooses: 0 segments (2 bytes of
 *        distance, 1 of flags, 1 of length, then data), 1 a byte stream in two ways of cutting, whose
 *        outcome has to be the same, else the rest is given to one parser each.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/foreign.h"
#include "wire/hello.h"
#include "wire/stream.h"
#include "wire/tls.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* One direction; `hash` sums up what was reported, so that two ways can be compared. */
typedef struct way {
    dx_tls *tls;
    uint64_t hash;
    uint64_t num_delivered;
    bool stopped;
} way;

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
mix(way *one, const void *bytes, size_t len)
{
    const uint8_t *at = (const uint8_t *)bytes;
    for (size_t i = 0; i < len; i++)
        one->hash = (one->hash ^ at[i]) * 1099511628211u;
}

static void
touch(const char *text)
{
    require(!text || strlen(text) <= 4 * DX_MAX_NAME); /* a zero byte is four characters, see dx_whole */
}

static void
use_certificate(void *user, const uint8_t *der, size_t len)
{
    *(unsigned *)user += der[0] + der[len - 1];
}

static void
read_client_hello(const uint8_t *body, size_t len, bool sslv2)
{
    dx_client_hello hello;
    (sslv2 ? dx_client_hello_parse_sslv2 : dx_client_hello_parse)(&hello, body, len);
    touch(hello.sni);
    require(hello.num_alpn <= DX_MAX_ALPN && hello.ciphers.num <= DX_MAX_CODES && hello.session_id_len <= 32);
    for (unsigned i = 0; i < hello.num_alpn; i++)
        touch(hello.alpn[i]);
    dx_client_hello_clear(&hello);
}

static void
read_message(uint8_t type, const uint8_t *body, size_t len)
{
    char alpn[DX_MAX_NAME + 1];
    dx_server_hello server;
    dx_key_exchange kx;
    static const uint16_t ciphers[] = {0x009F, 0x0034, 0xC02F, 0xC018, 0xC035, 0x002F, 0x9999};
    unsigned sum = 0;
    switch (type) {
    case DX_HS_CLIENT_HELLO:
        read_client_hello(body, len, false);
        break;
    case DX_HS_SERVER_HELLO:
        dx_server_hello_parse(&server, body, len);
        touch(server.alpn);
        dx_server_hello_clear(&server);
        break;
    case DX_HS_ENCRYPTED_EXTENSIONS:
        dx_encrypted_extensions_alpn(alpn, body, len);
        touch(alpn);
        break;
    case DX_HS_CERTIFICATE:
        dx_certificates(body, len, false, use_certificate, &sum, NULL);
        dx_certificates(body, len, true, use_certificate, &sum, NULL);
        break;
    case DX_HS_SERVER_KEY_EXCHANGE:
        for (size_t i = 0; i < G_N_ELEMENTS(ciphers); i++) {
            if (dx_key_exchange_parse(&kx, ciphers[i], i % 2 ? 0x0303 : 0x0301, body, len))
                require(kx.params_len <= len && kx.signature_offset + kx.signature_len <= len);
        }
        break;
    default:
        break;
    }
}

static void
take_record(void *user, const dx_record *record)
{
    way *one = (way *)user;
    mix(one, &record->type, 1);
    mix(one, &record->len, 2);
    mix(one, &record->encrypted, 1);
    mix(one, &record->alert_description, 1);
    if (record->type == DX_RECORD_CCS && record->whole && record->len == 1 && record->version == 0x0303)
        dx_tls_set_encrypted(one->tls, true);
}

static void
take_message(void *user, const dx_message *message)
{
    way *one = (way *)user;
    mix(one, &message->type, 1);
    mix(one, &message->len, 4);
    if (message->body) {
        require(message->len <= DX_TLS_MAX_MESSAGE);
        mix(one, message->body, message->len);
        read_message(message->type, message->body, message->len);
    }
}

static void
take_sslv2(void *user, const uint8_t *body, size_t len)
{
    mix((way *)user, body, len);
    read_client_hello(body, len, true);
}

static void
take_not_tls(void *user, const uint8_t *bytes, size_t len)
{
    way *one = (way *)user;
    require(len > 0 && !one->stopped);
    one->stopped = true;
    mix(one, bytes, 1);
    dx_foreign_classify(bytes, len, true);
}

static const dx_tls_sink tls_sink = {take_record, take_message, take_sslv2, take_not_tls};

static void
take_bytes(void *user, const uint8_t *bytes, size_t len, size_t missing)
{
    way *one = (way *)user;
    require(len > 0 || missing > 0);
    one->num_delivered += len + missing;
    dx_tls_feed(one->tls, bytes, len, missing);
    size_t whole, seen = dx_tls_in_record(one->tls, &whole);
    require(seen <= whole && (seen < whole || seen == 0));
}

static void
fuzz_segments(const uint8_t *data, size_t size)
{
    dx_stream stream = {0};
    way one = {dx_tls_new(&tls_sink, &one), 0, 0, false};
    uint32_t base = 0xFFFFFF00, last = base;
    dx_stream_syn(&stream, base - 1);
    while (size >= 4) {
        uint32_t seq = last + (uint32_t)(int16_t)(data[0] << 8 | data[1]);
        uint8_t flags = data[2];
        size_t reported = data[3], captured;
        data += 4;
        size -= 4;
        captured = flags & 1 ? reported / 2 : reported;
        if (captured > size)
            captured = size;
        uint32_t before = stream.next_seq;
        uint64_t delivered = one.num_delivered;
        /* a SYN, and before any data an acknowledgment, may say where the stream begins */
        bool begins = flags & 4 || !stream.started || (flags & 2 && !stream.has_data);
        if (flags & 2)
            dx_stream_acked(&stream, seq, take_bytes, &one);
        else if (flags & 4)
            dx_stream_syn(&stream, seq);
        else
            dx_stream_segment(&stream, seq, data, captured, reported, take_bytes, &one);
        if (!begins)
            require(stream.next_seq - before == (uint32_t)(one.num_delivered - delivered));
        require(stream.num_pending <= DX_STREAM_MAX_PENDING_SEGMENTS);
        require(stream.pending_bytes <= DX_STREAM_MAX_PENDING_BYTES);
        require((stream.num_pending == 0) == (stream.pending == NULL));
        data += captured;
        size -= captured;
        last = stream.next_seq;
        if (flags & 8)
            dx_tls_resync(one.tls);
        one.stopped = one.stopped && !(flags & 8);
    }
    dx_stream_clear(&stream);
    dx_tls_free(one.tls);
}

/* The same bytes in one piece and in pieces give the same records and messages. After a slip they need
 * not: step is looked for at the start of each call. */
static void
fuzz_cuts(const uint8_t *data, size_t size)
{
    way whole = {dx_tls_new(&tls_sink, &whole), 0, 0, false};
    way pieces = {dx_tls_new(&tls_sink, &pieces), 0, 0, false};
    bool lost = false;
    if (size > 0) {
        size_t step = 1 + data[0] % 64;
        data++;
        size--;
        if (size > 0)
            take_bytes(&whole, data, size, 0);
        for (size_t at = 0; at < size; at += step) {
            size_t len = MIN(step, size - at);
            uint8_t *exact = (uint8_t *)g_memdup2(data + at, len);
            take_bytes(&pieces, exact, len, 0);
            g_free(exact);
            lost = lost || dx_tls_lost_step(pieces.tls);
        }
        lost = lost || dx_tls_lost_step(whole.tls);
        require(lost || whole.hash == pieces.hash);
        require(lost || dx_tls_in_record(whole.tls, NULL) == dx_tls_in_record(pieces.tls, NULL));
    }
    dx_tls_free(whole.tls);
    dx_tls_free(pieces.tls);
}

static void
fuzz_foreign(const uint8_t *data, size_t size)
{
    char value[40];
    require((unsigned)dx_foreign_classify(data, size, true) < DX_NUM_FOREIGN);
    require((unsigned)dx_foreign_classify(data, size, false) < DX_NUM_FOREIGN);
    require(dx_http_status(data, size) < 1000);
    dx_http_header(data, size, "Location", value, sizeof value);
    require(strlen(value) < sizeof value);
    dx_http_says_use_tls(data, size);
    dx_http_connect_target(data, size, value, sizeof value);
    require(strlen(value) < sizeof value);
    require(dx_proxy_header_len(data, size) <= size);
    dx_upgrade_request(data, size);
    for (int upgrade = DX_UPGRADE_NONE; upgrade <= DX_UPGRADE_HTTP_CONNECT; upgrade++)
        dx_upgrade_answer((dx_upgrade)upgrade, data, size);
    dx_tls_looks_like_record(data, size);
    dx_tls_looks_like_client_hello(data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t types[] = {DX_HS_CLIENT_HELLO, DX_HS_SERVER_HELLO, DX_HS_ENCRYPTED_EXTENSIONS,
                                    DX_HS_CERTIFICATE, DX_HS_SERVER_KEY_EXCHANGE};
    if (size == 0)
        return 0;
    unsigned choice = data[0] % 9;
    data++;
    size--;
    if (choice == 0)
        fuzz_segments(data, size);
    else if (choice == 1)
        fuzz_cuts(data, size);
    else if (choice == 2)
        fuzz_foreign(data, size);
    else if (choice == 3)
        read_client_hello(data, size, true);
    else
        read_message(types[choice - 4], data, size);
    return 0;
}
