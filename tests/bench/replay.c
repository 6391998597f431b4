/* replay.c - reads a capture through everything but Wireshark and reports on it, for growth.py to count
 *
 * replay FILE.pcap [EVIDENCE FOLDER]
 * FILE holds TCP over IPv4 over Ethernet, little-endian and with microseconds, as growth.py writes it. A
 * verdict is asked for at each connection's last frame, as a filter does, and then for both reports.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "causes/causes.h"
#include "evidence/evidence.h"
#include "present/present.h"

enum { FILE_HEADER = 24, FRAME_HEADER = 16, IP_AT = 14, TCP_AT = 34 };

static bool
is_tls_port(uint16_t port, void *user)
{
    (void)user;
    return port == 443;
}

static uint32_t
number(const uint8_t *bytes, unsigned len, bool little)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < len; i++)
        value = value << 8 | bytes[little ? len - 1 - i : i];
    return value;
}

static dx_endpoint
endpoint(const uint8_t *address, const uint8_t *port)
{
    dx_endpoint made = {.address = {.family = 4}, .port = (uint16_t)number(port, 2, false)};

    memcpy(made.address.bytes, address, 4);
    return made;
}

/* The connection of a frame: a SYN begins a new one, as tcp.stream counts. */
static uint32_t
stream_of(GHashTable *streams, const dx_packet *packet, uint32_t *num)
{
    char client[16];
    bool syn = (packet->segment.flags & (DX_TCP_SYN | DX_TCP_ACK)) == DX_TCP_SYN;
    const dx_endpoint *low = packet->src.port > packet->dst.port ? &packet->dst : &packet->src;
    const dx_endpoint *high = low == &packet->src ? &packet->dst : &packet->src;

    memcpy(client, low->address.bytes, 4);
    memcpy(client + 4, high->address.bytes, 4);
    memcpy(client + 8, &low->port, 2);
    memcpy(client + 10, &high->port, 2);
    GBytes *key = g_bytes_new(client, 12);
    gpointer found = g_hash_table_lookup(streams, key);
    if (syn || !found) {
        found = GUINT_TO_POINTER(++*num);
        g_hash_table_replace(streams, g_bytes_ref(key), found);
    }
    g_bytes_unref(key);
    return GPOINTER_TO_UINT(found) - 1;
}

static void
take_frame(dx_verdicts *verdicts, const uint8_t *frame, dx_packet *packet, GHashTable *streams, uint32_t *num)
{
    dx_capture *capture = dx_verdicts_capture(verdicts);
    const uint8_t *ip = frame + IP_AT, *tcp = frame + TCP_AT;
    uint32_t header = 20 + 4u * (tcp[12] >> 4);

    packet->src = endpoint(ip + 12, tcp);
    packet->dst = endpoint(ip + 16, tcp + 2);
    packet->segment = (dx_segment){.flags = tcp[13],
                                   .seq = number(tcp + 4, 4, false),
                                   .ack = number(tcp + 8, 4, false),
                                   .len = number(ip + 2, 2, false) - header,
                                   .window = 60000,
                                   .ttl = ip[8]};
    packet->data = ip + header;
    packet->captured = packet->segment.len;
    packet->stream = stream_of(streams, packet, num);
    dx_capture_clock(capture, packet->frame, packet->time_us);
    if (dx_capture_wants(capture, packet->stream, packet->segment.flags, packet->segment.len))
        dx_capture_packet(capture, packet);
    else
        dx_capture_skipped(
            capture, packet->stream,
            &(dx_skipped){packet->frame, packet->time_us, packet->segment.len, packet->src.port});
    if (packet->segment.flags & (DX_TCP_FIN | DX_TCP_RST))
        dx_verdicts_of(verdicts, packet->stream);
}

static void
report(dx_verdicts *verdicts)
{
    const dx_report about = {.version = "0"};
    GString *out = g_string_new(NULL);

    dx_report_json(out, verdicts, &about);
    printf("%zu bytes of JSON, ", out->len);
    g_string_truncate(out, 0);
    dx_report_text(out, verdicts, &about);
    printf("%zu of text\n", out->len);
    g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
    char *bytes;
    gsize len;
    uint32_t num = 0;
    dx_preferences preferences = {
        .silence_us = 10 * G_USEC_PER_SEC, .syn_silence_us = 3 * G_USEC_PER_SEC, .trust_store = "none"};

    if (argc < 2 || !g_file_get_contents(argv[1], &bytes, &len, NULL)) {
        fprintf(stderr, "replay: FILE.pcap [EVIDENCE FOLDER]\n");
        return EXIT_FAILURE;
    }
    dx_evidence_store *evidence = argc > 2 ? dx_evidence_read_folder(argv[2]) : NULL;
    preferences.evidence = evidence;
    dx_verdicts *verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL);
    GHashTable *streams =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    dx_packet packet = {.frame = 0};
    for (size_t at = FILE_HEADER; at + FRAME_HEADER + TCP_AT + 20 <= len;) {
        const uint8_t *header = (const uint8_t *)bytes + at;
        packet.frame++;
        packet.time_us = (int64_t)number(header, 4, true) * G_USEC_PER_SEC + number(header + 4, 4, true);
        take_frame(verdicts, header + FRAME_HEADER, &packet, streams, &num);
        at += FRAME_HEADER + number(header + 8, 4, true);
    }
    report(verdicts);
    g_hash_table_destroy(streams);
    dx_verdicts_free(verdicts);
    dx_evidence_free(evidence);
    g_free(bytes);
    return EXIT_SUCCESS;
}
