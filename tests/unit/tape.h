/* tape.h - small captures, written packet by packet, for the tests of the reports
 *
 * With causes of its own, so that the real ones can change.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TEST_TAPE_H
#define DX_TEST_TAPE_H

#include <glib.h>
#include <string.h>
#include <time.h>

#include "present/layout.h"
#include "present/present.h"

#define LONG_WHY                                                                                             \
    "The server refused every version that the client offered, and this sentence goes on for so long that "  \
    "it "                                                                                                    \
    "cannot possibly stand on one line of the report, which is the reason why it must be wrapped."

static const dx_cause refused, behind;

/* Microseconds of this program's processor time: the machine may be busy. On Windows always 0, for its
 * clock() counts the time of day ("clock", Microsoft's C runtime library reference). */
static inline int64_t
tape_cpu_us(void)
{
#ifdef _WIN32
    return 0;
#else
    return (int64_t)clock() * 1000000 / CLOCKS_PER_SEC;
#endif
}

static inline dx_confidence
weigh_refused(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (facts->end.kind != DX_END_ALERT)
        return DX_NONE;
    dx_finding_say(finding, facts->hello_frame, "the client offers %s", facts->sni ? facts->sni : "no name");
    dx_finding_say(finding, facts->end.frame, "the server answers with alert %u", facts->end.alert);
    if (facts->end.alert == 70)
        return DX_CONFIRMED;
    dx_finding_candidates(finding, &refused, &behind, NULL);
    dx_finding_contrast(finding, "frame 1 did better");
    return DX_LIKELY;
}

static inline dx_confidence
weigh_closed(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (facts->end.kind != DX_END_RST || facts->server.syn_frame)
        return DX_NONE;
    dx_finding_say(finding, facts->end.frame, "RST");
    return DX_CONFIRMED;
}

static const dx_cause refused = {.id = "test_refused",
                                 .scenario = DX_SCENARIO_5,
                                 .outcome = DX_FAILED,
                                 .title = "Nothing in common",
                                 .why = LONG_WHY,
                                 .checks = "Look at {server} port {port}\nAsk for {sni}\task {sni}",
                                 .fix = "Enable \"it\" on {endpoint}.",
                                 .clients = "ERR_SSL_TEST",
                                 .events = {36874, 36888},
                                 .weigh = weigh_refused};
static const dx_cause behind = {.id = "test_behind",
                                .scenario = DX_SCENARIO_4,
                                .outcome = DX_FAILED,
                                .title = "Something behind it",
                                .why = "It is so.",
                                .checks = "",
                                .fix = "Repair it."};
static const dx_cause closed = {.id = "test_closed",
                                .scenario = DX_SCENARIO_3,
                                .outcome = DX_NO_TCP,
                                .title = "Nobody listens",
                                .why = "The port is closed.",
                                .checks = "Look",
                                .fix = "Open it.",
                                .weigh = weigh_closed};
static const dx_cause *const table[] = {&refused, &closed, &behind};
static const dx_causes causes = {.cause = table, .num = G_N_ELEMENTS(table)};
static const dx_preferences preferences = {
    .silence_us = 10 * G_USEC_PER_SEC, .syn_silence_us = 3 * G_USEC_PER_SEC, .trust_store = "none"};
static const dx_report plain_report = {.file = "test.pcapng", .version = "9.9.9"};

/* A capture that is being written: the clock and the frames. */
typedef struct tape {
    dx_verdicts *verdicts;
    dx_capture *capture; /* that of `verdicts` */
    uint32_t frame, stream;
    int64_t time_us;
    dx_endpoint client, server;
    uint32_t seq[2];    /* client, server */
    uint8_t ttl;        /* of every packet; 0: 64 */
    uint8_t client_ttl; /* of the client's; 0: that */
    uint32_t interface;
    const uint8_t *link; /* address of the client's side on the link, then that of the server's; NULL: none */
} tape;

static inline bool
is_tls_port(uint16_t port, void *user)
{
    (void)user;
    return port == 443 || port == 8443;
}

static inline tape
tape_new(void)
{
    dx_verdicts *verdicts = dx_verdicts_new(&causes, &preferences, is_tls_port, NULL);

    return (tape){.verdicts = verdicts,
                  .capture = dx_verdicts_capture(verdicts),
                  .time_us = G_GINT64_CONSTANT(1328921095000000),
                  .stream = UINT32_MAX};
}

static inline void
tape_packet(tape *t, bool from_client, uint8_t flags, const GByteArray *data)
{
    uint32_t *seq = &t->seq[!from_client], len = data ? data->len : 0;
    dx_packet packet = {
        .frame = ++t->frame,
        .time_us = t->time_us += 1000,
        .stream = t->stream,
        .src = from_client ? t->client : t->server,
        .dst = from_client ? t->server : t->client,
        .segment = {.flags = flags,
                    .seq = *seq,
                    .ack = t->seq[from_client],
                    .len = len,
                    .window = 1000,
                    .ttl = from_client && t->client_ttl ? t->client_ttl
                           : t->ttl                     ? t->ttl
                                                        : 64},
        .data = data ? data->data : NULL,
        .captured = len,
        .interface = t->interface,
        .link_src = t->link ? t->link + (from_client ? 0 : 6) : NULL,
        .link_dst = t->link ? t->link + (from_client ? 6 : 0) : NULL,
    };
    dx_capture_clock(t->capture, packet.frame, packet.time_us);
    dx_capture_packet(t->capture, &packet);
    *seq += len + ((flags & (DX_TCP_SYN | DX_TCP_FIN)) != 0);
}

static inline void
tape_connect(tape *t, uint8_t client, uint8_t server, uint16_t port)
{
    t->stream++;
    t->client = (dx_endpoint){{4, {192, 0, 2, client}}, false, (uint16_t)(50000 + t->stream % 10000)};
    t->server = (dx_endpoint){{4, {198, 51, 100, server}}, false, port};
    t->seq[0] = 1000 + t->stream;
    t->seq[1] = 9000 + t->stream;
}

static inline void
tape_syn(tape *t)
{
    tape_packet(t, true, DX_TCP_SYN, NULL);
    tape_packet(t, false, DX_TCP_SYN | DX_TCP_ACK, NULL);
    tape_packet(t, true, DX_TCP_ACK, NULL);
}

static inline void
put16(GByteArray *bytes, unsigned value)
{
    uint8_t pair[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    g_byte_array_append(bytes, pair, 2);
}

static inline void
put_text(GByteArray *bytes, const char *text)
{
    g_byte_array_append(bytes, (const uint8_t *)text, (unsigned)strlen(text));
}

/* Wraps `body` (taken) into a handshake message and a record. */
static inline GByteArray *
message(uint8_t type, GByteArray *body)
{
    GByteArray *out = g_byte_array_new();
    g_byte_array_append(out, (const uint8_t *)"\x16\x03\x03", 3);
    put16(out, body->len + 4);
    g_byte_array_append(out, &type, 1);
    g_byte_array_append(out, (const uint8_t *)"", 1);
    put16(out, body->len);
    g_byte_array_append(out, body->data, body->len);
    g_byte_array_free(body, TRUE);
    return out;
}

/* TLS 1.2, suites 0xc02f and 0xeeee, group x25519, ALPN h2 and a hostile one. */
static inline GByteArray *
client_hello(const char *sni)
{
    static const uint8_t random[32] = {1, 2, 3};
    GByteArray *body = g_byte_array_new(), *extensions = g_byte_array_new();
    put16(body, 0x0303);
    g_byte_array_append(body, random, 32);
    g_byte_array_append(body, (const uint8_t *)"\0\0\x04\xc0\x2f\xee\xee\x01\0", 9);
    if (sni) {
        unsigned len = (unsigned)strlen(sni);
        put16(extensions, 0);
        put16(extensions, len + 5);
        put16(extensions, len + 3);
        g_byte_array_append(extensions, (const uint8_t *)"", 1);
        put16(extensions, len);
        put_text(extensions, sni);
    }
    g_byte_array_append(extensions, (const uint8_t *)"\0\x0a\0\x04\0\x02\0\x1d", 8);
    g_byte_array_append(extensions, (const uint8_t *)"\0\x10\0\x09\0\x07\x02h2\x03\x1b[m", 13);
    put16(body, extensions->len);
    g_byte_array_append(body, extensions->data, extensions->len);
    g_byte_array_free(extensions, TRUE);
    return message(1, body);
}

/* Sends `data` (taken). */
static inline void
tape_send(tape *t, bool from_client, GByteArray *data)
{
    tape_packet(t, from_client, DX_TCP_PSH | DX_TCP_ACK, data);
    g_byte_array_free(data, TRUE);
}

static inline void
tape_bytes(tape *t, bool from_client, const char *bytes, unsigned len)
{
    GByteArray *data = g_byte_array_new();
    g_byte_array_append(data, (const uint8_t *)bytes, len);
    tape_send(t, from_client, data);
}

/* A ClientHello that is turned down with an alert. */
static inline void
tape_refused(tape *t, uint8_t client, uint8_t server, const char *sni, uint8_t alert)
{
    char bytes[7] = {0x15, 3, 3, 0, 2, 2, (char)alert};
    tape_connect(t, client, server, 443);
    tape_syn(t);
    tape_send(t, true, client_hello(sni));
    tape_bytes(t, false, bytes, sizeof bytes);
    tape_packet(t, false, DX_TCP_FIN | DX_TCP_ACK, NULL);
}

static inline void
tape_closed(tape *t, uint8_t client, uint8_t server)
{
    tape_connect(t, client, server, 8443);
    tape_packet(t, true, DX_TCP_SYN, NULL);
    tape_packet(t, false, DX_TCP_RST | DX_TCP_ACK, NULL);
}

/* A whole TLS 1.2 handshake with 0xc02f. */
static inline void
tape_handshake(tape *t, uint8_t client, uint8_t server, const char *sni)
{
    static const char finished[] =
        "\x14\x03\x03\0\x01\x01\x16\x03\x03\0(ABCDABCDABCDABCDABCDABCDABCDABCDABCDABCD";
    static const uint8_t random[32] = {9, 9, 9};
    tape_connect(t, client, server, 443);
    tape_syn(t);
    tape_send(t, true, client_hello(sni));
    GByteArray *body = g_byte_array_new();
    put16(body, 0x0303);
    g_byte_array_append(body, random, 32);
    g_byte_array_append(body, (const uint8_t *)"\0\xc0\x2f\0", 4);
    tape_send(t, false, message(2, body));
    body = g_byte_array_new();
    g_byte_array_append(body, (const uint8_t *)"\0\0\x07\0\0\x04\x30\x02\x05\0", 10);
    tape_send(t, false, message(11, body));
    body = g_byte_array_new();
    g_byte_array_append(body,
                        (const uint8_t *)"\x03\0\x1d\x02"
                                         "AB",
                        6);
    tape_send(t, false, message(12, body));
    tape_send(t, false, message(14, g_byte_array_new()));
    body = g_byte_array_new();
    g_byte_array_append(body,
                        (const uint8_t *)"\x02"
                                         "AB",
                        3);
    tape_send(t, true, message(16, body));
    tape_bytes(t, true, finished, sizeof finished - 1);
    tape_bytes(t, false, finished, sizeof finished - 1);
}

/* The handshake and data in both directions. */
static inline void
tape_established(tape *t, uint8_t client, uint8_t server, const char *sni)
{
    static const char data[] = "\x17\x03\x03\0 ABCDABCDABCDABCDABCDABCDABCDABCD";
    tape_handshake(t, client, server, sni);
    tape_bytes(t, true, data, sizeof data - 1);
    tape_bytes(t, false, data, sizeof data - 1);
}

/* Three problems at three servers, one of them later succeeded, and two handshakes; ladders that compare, a
 * long name, a long step, a port that is closed. */
static inline tape
tape_mixed(void)
{
    tape t = tape_new();
    tape_refused(&t, 1, 1, "one.example", 40);
    tape_established(&t, 3, 1, "a-rather-long-name-that-takes-more-than-one-line-in-the-picture.example");
    t.time_us += 12 * G_USEC_PER_SEC;
    tape_refused(&t, 4, 2, NULL, 70);
    tape_closed(&t, 1, 9);
    tape_refused(&t, 5, 1, "one.example", 70);
    tape_established(&t, 5, 1, "one.example");
    return t;
}

typedef void (*reporter)(GString *out, dx_verdicts *verdicts, const dx_report *report);

/* Ends the tape. */
static inline char *
report_of(tape *t, reporter make, const dx_report *report)
{
    GString *out = g_string_new(NULL);
    make(out, t->verdicts, report);
    dx_verdicts_free(t->verdicts);
    return g_string_free(out, FALSE);
}

/* One blank for every run of blanks and line ends: wrapping is tested by itself. */
static inline char *
flattened(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text; text++) {
        char c = *text == '\n' ? ' ' : *text;
        if (c != ' ' || (out->len && out->str[out->len - 1] != ' '))
            g_string_append_c(out, c);
    }
    return g_string_free(out, FALSE);
}

static inline void
check_has(const char *text, const char *part)
{
    char *flat_text = flattened(text), *flat_part = flattened(part);
    if (!strstr(flat_text, flat_part))
        g_error("no \"%s\" in:\n%s", part, text);
    g_free(flat_text);
    g_free(flat_part);
}

static inline void
check_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        g_error("\"%s\" in:\n%s", part, text);
}

/* `first` and `second` are on one line each. */
static inline void
check_order(const char *text, const char *first, const char *second)
{
    const char *at = strstr(text, first);
    if (!at || !strstr(at, second))
        g_error("no \"%s\" and then \"%s\" in:\n%s", first, second, text);
}

/* No control characters but line ends, no trailing blanks, no line over the page but a filter's. */
static inline void
check_page(const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (char **line = lines; *line; line++) {
        for (const char *c = *line; *c; c++)
            g_assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
        if (g_utf8_strlen(*line, -1) > DX_LAYOUT_WIDTH && !g_str_has_prefix(*line, "  Filter "))
            g_error("too wide: %s", *line);
        if (g_str_has_suffix(*line, " "))
            g_error("trailing blank: %s", *line);
    }
    g_strfreev(lines);
}

#endif
