/* replay.c - reads a capture through everything but Wireshark and reports on it, for growth.py to count
 *
 * replay FILE.pcap [EVIDENCE FOLDER]
 * replay --folders EVIDENCE FOLDER...     reads the folders, and no more
 * FILE holds TCP and UDP over IPv4, and EAPOL, over Ethernet, little-endian and with microseconds, as
 * growth.py writes it. A verdict is asked for at each TCP connection's last frame, as a filter does, and then
 * for all reports.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/eap.h"
#include "capture/udp.h"
#include "causes/causes.h"
#include "evidence/evidence.h"
#include "present/present.h"
#include "wire/eap.h"

enum { FILE_HEADER = 24, FRAME_HEADER = 16, IP_AT = 14, SEGMENT_AT = 34, UDP_HEADER = 8, TCP = 6, UDP = 17 };

/* What reads the capture, and what has been numbered. */
typedef struct {
    dx_verdicts *verdicts;
    dx_capture *capture;
    dx_udp *udp;
    dx_eapol_flows *eapol;
    GHashTable *streams; /* of TCP and UDP: endpoints to number */
    uint32_t num_tcp, num_udp, frame;
    int64_t time_us;
} reading;

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

/* The connection of a frame: what begins, a SYN, is a new one, as tcp.stream counts. */
static uint32_t
stream_of(reading *read, const dx_endpoint *src, const dx_endpoint *dst, bool begins, uint32_t *num)
{
    char ends[13];
    const dx_endpoint *low = src->port > dst->port ? dst : src, *high = low == src ? dst : src;

    memcpy(ends, low->address.bytes, 4);
    memcpy(ends + 4, high->address.bytes, 4);
    memcpy(ends + 8, &low->port, 2);
    memcpy(ends + 10, &high->port, 2);
    ends[12] = src->datagram;
    GBytes *key = g_bytes_new(ends, sizeof ends);
    gpointer found = g_hash_table_lookup(read->streams, key);
    if (begins || !found) {
        found = GUINT_TO_POINTER(++*num);
        g_hash_table_replace(read->streams, g_bytes_ref(key), found);
    }
    g_bytes_unref(key);
    return GPOINTER_TO_UINT(found) - 1;
}

static void
take_segment(reading *read, const uint8_t *frame)
{
    const uint8_t *ip = frame + IP_AT, *tcp = frame + SEGMENT_AT;
    uint32_t header = 20 + 4u * (tcp[12] >> 4), len = number(ip + 2, 2, false) - header;
    dx_packet packet = {.frame = read->frame,
                        .time_us = read->time_us,
                        .src = endpoint(ip + 12, tcp),
                        .dst = endpoint(ip + 16, tcp + 2),
                        .segment = {.flags = tcp[13],
                                    .seq = number(tcp + 4, 4, false),
                                    .ack = number(tcp + 8, 4, false),
                                    .len = len,
                                    .window = 60000,
                                    .ttl = ip[8]},
                        .data = ip + header,
                        .captured = len,
                        .link_src = frame + 6,
                        .link_dst = frame};
    bool begins = (tcp[13] & (DX_TCP_SYN | DX_TCP_ACK)) == DX_TCP_SYN && ip[8] == 64; /* not seen again */

    packet.stream = stream_of(read, &packet.src, &packet.dst, begins, &read->num_tcp);
    if (dx_capture_wants(read->capture, packet.stream, tcp[13]))
        dx_capture_packet(read->capture, &packet);
    else
        dx_capture_skipped(read->capture, packet.stream,
                           &(dx_skipped){packet.frame, packet.time_us, len, packet.src.port});
    if (tcp[13] & (DX_TCP_FIN | DX_TCP_RST))
        dx_verdicts_of(read->verdicts, packet.stream);
}

static void
take_datagram(reading *read, const uint8_t *frame)
{
    const uint8_t *ip = frame + IP_AT, *udp = frame + SEGMENT_AT;
    size_t len = number(udp + 4, 2, false) - UDP_HEADER;
    dx_datagram datagram = {.frame = read->frame,
                            .time_us = read->time_us,
                            .src = endpoint(ip + 12, udp),
                            .dst = endpoint(ip + 16, udp + 2),
                            .data = udp + UDP_HEADER,
                            .captured = len,
                            .len = len};
    uint32_t index;

    datagram.src.datagram = datagram.dst.datagram = true;
    datagram.stream = stream_of(read, &datagram.src, &datagram.dst, false, &read->num_udp);
    datagram.connection = datagram.stream; /* QUIC's */
    if (len && dx_udp_wants(read->udp, datagram.stream, datagram.data, len, len) &&
        !dx_udp_skip(read->udp, datagram.stream, *datagram.data, &(dx_moment){read->frame, read->time_us},
                     &index))
        dx_udp_take(read->udp, &datagram);
}

static void
take_eapol(reading *read, const uint8_t *frame, size_t len)
{
    dx_eapol eapol = {.at = {read->frame, read->time_us}};

    eapol.src.address.family = eapol.dst.address.family = DX_ADDRESS_LINK;
    memcpy(eapol.dst.address.bytes, frame, 6);
    memcpy(eapol.src.address.bytes, frame + 6, 6);
    eapol.eap = dx_eapol_find(frame, len, len, &eapol.len);
    if (eapol.eap)
        dx_eapol_take(read->eapol, &eapol);
}

static void
take_frame(reading *read, const uint8_t *frame, size_t len)
{
    bool is_ip = frame[12] == 8 && frame[13] == 0;

    dx_capture_clock(read->capture, ++read->frame, read->time_us);
    if (is_ip && frame[IP_AT + 9] == TCP)
        take_segment(read, frame);
    else if (is_ip && frame[IP_AT + 9] == UDP)
        take_datagram(read, frame);
    else if (!is_ip)
        take_eapol(read, frame, len);
}

static void
report(dx_verdicts *verdicts)
{
    const dx_report about = {.version = "0"};
    static void (*const reports[])(GString *, dx_verdicts *, const dx_report *) = {
        dx_report_json, dx_report_text, dx_report_html, dx_report_tree};
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(reports); i++) {
        g_string_truncate(out, 0);
        reports[i](out, verdicts, &about);
        printf("%zu bytes\n", out->len);
    }
    g_string_free(out, TRUE);
}

static void
read_capture(reading *read, const uint8_t *bytes, size_t len)
{
    for (size_t at = FILE_HEADER; at + FRAME_HEADER + SEGMENT_AT + UDP_HEADER <= len;) {
        const uint8_t *header = bytes + at;
        size_t frame_len = number(header + 8, 4, true);
        if (frame_len > len - at - FRAME_HEADER)
            break;
        read->time_us = (int64_t)number(header, 4, true) * G_USEC_PER_SEC + number(header + 4, 4, true);
        take_frame(read, header + FRAME_HEADER, frame_len);
        at += FRAME_HEADER + frame_len;
    }
}

int
main(int argc, char **argv)
{
    char *bytes;
    gsize len;
    dx_preferences preferences = {
        .silence_us = 10 * G_USEC_PER_SEC, .syn_silence_us = 3 * G_USEC_PER_SEC, .trust_store = "none"};

    if (argc > 2 && strcmp(argv[1], "--folders") == 0) {
        for (int i = 2; i < argc; i++)
            dx_evidence_free(dx_evidence_read_folder(argv[i]));
        return EXIT_SUCCESS;
    }
    if (argc < 2 || !g_file_get_contents(argv[1], &bytes, &len, NULL)) {
        fprintf(stderr, "replay: FILE.pcap [EVIDENCE FOLDER], or --folders EVIDENCE FOLDER...\n");
        return EXIT_FAILURE;
    }
    dx_evidence_store *evidence = argc > 2 ? dx_evidence_read_folder(argv[2]) : NULL;
    preferences.evidence = evidence;
    reading read = {.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL)};
    read.capture = dx_verdicts_capture(read.verdicts);
    read.udp = dx_udp_new(read.capture);
    read.eapol = dx_eapol_new(read.capture);
    read.streams = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    read_capture(&read, (const uint8_t *)bytes, len);
    report(read.verdicts);
    g_hash_table_destroy(read.streams);
    dx_eapol_free(read.eapol);
    dx_udp_free(read.udp);
    dx_verdicts_free(read.verdicts);
    dx_evidence_free(evidence);
    g_free(bytes);
    return EXIT_SUCCESS;
}
