/* fuzz_capture.c - libFuzzer: segments -> facts -> verdicts -> all reports
 *
 * The input is a list of events, each a header of 8 bytes and the payload:
 *   0  bit 0 sent by the server, bits 1 and 2 the stream, bit 3 another server, bits 4 and 5 both set: an
 *   ICMP error 1  TCP flags                        2  distance from the expected sequence number, signed 3
 *   time since the event before: 2 to the power of (the low 5 bits) microseconds, bit 7: back in time 4
 *   length, 2 bytes, little endian   6  bytes of the payload that the capture does not hold 7  not 0: the
 *   payload is also a decrypted record of this type Asking for verdicts on the way must not change what
 *   the reports say at the end.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#define _POSIX_C_SOURCE 200809L /* mkstemp */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "causes/causes.h"
#include "present/present.h"
#include "unit/fixtures/fixtures.h"

enum { NUM_STREAMS = 4, HEADER_LEN = 8, MAX_EVENTS = 120 };

static dx_preferences preferences = {.silence_us = 10 * G_USEC_PER_SEC, .syn_silence_us = 3 * G_USEC_PER_SEC};
static char trust_store[] = "/tmp/fuzz_capture.XXXXXX";

/* One reading of the input. */
typedef struct reading {
    dx_verdicts *verdicts;
    dx_capture *capture;
    uint32_t frame;
    int64_t time_us;
    uint32_t seq[NUM_STREAMS][2]; /* expected next, from client and server */
    bool curious;                 /* asks for verdicts after every event */
} reading;

/* Stops with the claim that does not hold. */
static void
require_that(bool holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

#define require(claim) require_that(claim, #claim)

static void
require_equal(const GString *once, const GString *often)
{
    if (g_string_equal(once, often))
        return;
    fprintf(stderr, "asked once:\n%s\nasked on the way:\n%s\n", once->str, often->str);
    require_that(false, "asking for verdicts on the way changes nothing");
}

static bool
is_tls_port(uint16_t port, void *user)
{
    (void)user;
    return port == 443;
}

static dx_endpoint
endpoint(uint8_t last, uint16_t port)
{
    return (dx_endpoint){.address = {.family = 4, .bytes = {192, 0, 2, last}}, .port = port};
}

static void
take_event(reading *r, const uint8_t *header, const uint8_t *data, uint32_t len)
{
    unsigned side = header[0] & 1, stream = header[0] >> 1 & 3;
    dx_endpoint client = endpoint((uint8_t)(1 + (stream & 1)), (uint16_t)(50000 + stream));
    dx_endpoint server = endpoint((uint8_t)(8 + (header[0] >> 3 & 1)), stream == 3 ? 25 : 443);
    uint32_t *next = &r->seq[stream][side];
    uint32_t seq = *next + (uint32_t)(int8_t)header[2];
    int64_t step = (int64_t)1 << (header[3] & 31);
    dx_plain plain = {header[7], data, len - MIN(len, header[6])};

    r->time_us += header[3] & 0x80 ? -step : step;
    dx_capture_clock(r->capture, ++r->frame, r->time_us);
    if ((header[0] & 0x30) == 0x30) {
        dx_icmp icmp = {.frame = r->frame,
                        .time_us = r->time_us,
                        .version = 4,
                        .type = 3,
                        .code = header[1],
                        .src = side ? server : client,
                        .dst = side ? client : server};
        dx_capture_icmp(r->capture, &icmp);
        return;
    }
    dx_packet packet = {
        .frame = r->frame,
        .time_us = r->time_us,
        .stream = stream,
        .src = side ? server : client,
        .dst = side ? client : server,
        .segment = {.flags = header[1] & 0x1f,
                    .seq = seq,
                    .ack = r->seq[stream][!side],
                    .len = len,
                    .window = header[2],
                    .ttl = (uint8_t)(64 - side),
                    .ip_id = (uint16_t)r->frame},
        .data = plain.len ? data : NULL,
        .captured = plain.len,
        .plain = &plain,
        .num_plain = header[7] ? 1 : 0,
    };
    if (dx_capture_wants(r->capture, stream, packet.segment.flags))
        dx_capture_packet(r->capture, &packet);
    else
        dx_capture_skipped(r->capture, stream, &(dx_skipped){r->frame, r->time_us, len, packet.src.port});
    *next = seq + len + ((header[1] & (DX_TCP_SYN | DX_TCP_FIN)) != 0);
}

static void
ask(const reading *r, uint32_t stream)
{
    const dx_verdict *verdict = dx_verdicts_of(r->verdicts, stream);
    require(!verdict == !dx_capture_facts(r->capture, stream));
}

/* No control characters, nothing but UTF-8: the reports go to terminals. */
static void
check_text(const GString *text)
{
    require(g_utf8_validate(text->str, (gssize)text->len, NULL));
    for (size_t i = 0; i < text->len; i++)
        require(((uint8_t)text->str[i] >= 0x20 && text->str[i] != 0x7f) || text->str[i] == '\n');
}

static void
check_json(const GString *text)
{
    char **lines = g_strsplit(text->str, "\n", -1);

    for (char **line = lines; *line; line++)
        require(!**line || (g_str_has_prefix(*line, "{\"file\":\"fuzz.pcapng\",\"stream\":") &&
                            g_str_has_suffix(*line, "}")));
    g_strfreev(lines);
}

/* Returns the JSON report; all three are checked. */
static GString *
read_all(const uint8_t *bytes, size_t len, bool curious)
{
    reading r = {.curious = curious, .time_us = G_GINT64_CONSTANT(1328921095000000)};
    dx_report report = {.file = "fuzz.pcapng", .version = "1"};
    GString *json = g_string_new(NULL), *text = g_string_new(NULL);

    r.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL);
    r.capture = dx_verdicts_capture(r.verdicts);
    for (unsigned events = 0; len >= HEADER_LEN && events < MAX_EVENTS; events++) {
        uint32_t stream = bytes[0] >> 1 & 3;
        size_t wanted = bytes[4] | (size_t)bytes[5] << 8, have = MIN(wanted, len - HEADER_LEN);
        take_event(&r, bytes, bytes + HEADER_LEN, (uint32_t)have);
        bytes += HEADER_LEN + have;
        len -= HEADER_LEN + have;
        if (r.curious)
            ask(&r, stream);
    }
    dx_report_text(text, r.verdicts, &report);
    dx_report_tree(text, r.verdicts, &report);
    check_text(text);
    dx_report_json(json, r.verdicts, &report);
    check_text(json);
    check_json(json);
    g_string_free(text, TRUE);
    dx_verdicts_free(r.verdicts);
    return json;
}

static void
remove_trust_store(void)
{
    unlink(trust_store);
}

/* One root instead of the system's hundred: to read those takes longer than all the rest. */
static void
make_trust_store(void)
{
    dx_der root = fixture("root");
    char *base64 = g_base64_encode(root.data, root.len);
    FILE *file = fdopen(mkstemp(trust_store), "w");

    require(file &&
            fprintf(file, "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", base64) > 0);
    fclose(file);
    g_free(base64);
    atexit(remove_trust_store);
    preferences.trust_store = trust_store;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (!preferences.trust_store)
        make_trust_store();
    GString *once = read_all(bytes, len, false), *often = read_all(bytes, len, true);

    require_equal(once, often);
    g_string_free(once, TRUE);
    g_string_free(often, TRUE);
    return 0;
}
