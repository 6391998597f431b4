/* fuzz_udp.c - libFuzzer: datagrams, EAP packets -> DTLS, QUIC, OpenVPN, EAP -> facts -> verdicts
 *
 * The input is a list of events, each a header of 4 bytes and the payload:
 *   0  bit 0 sent by the server; bit 1 the other flow; bits 2 and 3: 0 a datagram,
 *   1 frames that are put into an Initial
 *      packet, 2 frames that Wireshark decrypted of a Handshake packet, 3 an ICMP error; bit 4: the EAP
 *      packet of an EAPOL frame instead
 *   1  time since the event before: 2 to the power of (the low 5 bits) microseconds
 *   2  length, 2 bytes, little endian
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "capture/eap.h"
#include "capture/udp.h"
#include "causes/causes.h"
#include "present/present.h"
#include "unit/quic_seal.h"

enum { HEADER_LEN = 4, MAX_EVENTS = 100, MAX_FRAMES = 1200 };

/* Reading the system's roots would take nearly all of the time; fuzz_capture has some of its own. */
static const dx_preferences preferences = {
    .silence_us = 10 * G_USEC_PER_SEC, .syn_silence_us = 3 * G_USEC_PER_SEC, .trust_store = "none"};
static const dx_quic_cid first_id = {8, {1, 2, 3, 4, 5, 6, 7, 8}}, other_id = {4, {9, 8, 7, 6}};

static bool
is_tls_port(uint16_t port, void *user)
{
    (void)user;
    return port == 443;
}

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
take(dx_udp *udp, dx_datagram *datagram, const uint8_t *data, size_t len)
{
    datagram->data = data;
    datagram->captured = datagram->len = len;
    if (len && dx_udp_wants(udp, datagram->stream, data, len, len))
        dx_udp_take(udp, datagram);
}

static void
take_sealed(dx_udp *udp, dx_datagram *datagram, bool server, const uint8_t *data, size_t len)
{
    GByteArray *packet =
        quic_seal(&first_id, server, server ? &other_id : &first_id, server ? &first_id : &other_id,
                  (uint8_t)datagram->frame, data, MIN(len, MAX_FRAMES));

    take(udp, datagram, packet->data, packet->len);
    g_byte_array_unref(packet);
}

/* A Handshake packet of which Wireshark has the frames. */
static void
take_plain(dx_udp *udp, dx_datagram *datagram, const uint8_t *data, size_t len)
{
    size_t body = MIN(len, MAX_FRAMES) + 1 + 16;
    uint8_t packet[MAX_FRAMES + 64] = {0xe0, 0, 0, 0, 1, 0, 0, (uint8_t)(0x40 | body >> 8), (uint8_t)body};
    dx_plain plain = {0, data, (uint32_t)MIN(len, MAX_FRAMES)};

    datagram->plain = &plain;
    datagram->num_plain = 1;
    take(udp, datagram, packet, 9 + body);
}

static void
take_eap(dx_eapol_flows *flows, const dx_datagram *datagram, bool server, const uint8_t *data, size_t len)
{
    static const dx_endpoint sides[2] = {
        {.address = {.family = DX_ADDRESS_LINK, .bytes = {2, 0, 0, 0, 0, 1}}},
        {.address = {.family = DX_ADDRESS_LINK, .bytes = {2, 0, 0, 0, 0, 2}}}};

    dx_eapol_take(flows, &(dx_eapol){.at = {datagram->frame, datagram->time_us},
                                     .src = sides[server],
                                     .dst = sides[!server],
                                     .eap = data,
                                     .len = len});
}

static void
take_event(dx_udp *udp, dx_eapol_flows *eapol, dx_capture *capture, dx_datagram *datagram,
           const uint8_t *header, size_t len)
{
    bool server = header[0] & 1, other = header[0] & 2;
    const dx_endpoint client_end = {{4, {192, 0, 2, 1}}, true, other ? 50001 : 50000};
    const dx_endpoint server_end = {{4, {198, 51, 100, 2}}, true, 443};

    datagram->frame++;
    datagram->time_us += (int64_t)1 << (header[1] & 31);
    datagram->stream = other;
    datagram->connection = UINT32_MAX;
    datagram->src = server ? server_end : client_end;
    datagram->dst = server ? client_end : server_end;
    datagram->num_plain = 0;
    dx_capture_clock(capture, datagram->frame, datagram->time_us);
    if (header[0] & 16) {
        take_eap(eapol, datagram, server, header + HEADER_LEN, len);
        return;
    }
    switch (header[0] >> 2 & 3) {
    case 1:
        take_sealed(udp, datagram, server, header + HEADER_LEN, len);
        break;
    case 2:
        take_plain(udp, datagram, header + HEADER_LEN, len);
        break;
    case 3:
        dx_udp_icmp(udp, &(dx_icmp){datagram->frame, datagram->time_us, 4, 3, header[1], datagram->src,
                                    datagram->dst});
        break;
    default:
        take(udp, datagram, header + HEADER_LEN, len);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const dx_report report = {.file = "fuzz", .version = "0"};
    dx_verdicts *verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL);
    dx_capture *capture = dx_verdicts_capture(verdicts);
    dx_udp *udp = dx_udp_new(capture);
    dx_eapol_flows *eapol = dx_eapol_new(capture);
    dx_datagram datagram = {.time_us = INT64_C(1700000000000000)};

    for (unsigned i = 0; size >= HEADER_LEN && i < MAX_EVENTS; i++) {
        size_t len = MIN((size_t)(data[2] | data[3] << 8), size - HEADER_LEN);
        take_event(udp, eapol, capture, &datagram, data, len);
        data += HEADER_LEN + len;
        size -= HEADER_LEN + len;
    }
    GString *out = g_string_new(NULL);
    dx_report_json(out, verdicts, &report);
    dx_report_text(out, verdicts, &report);
    require(g_utf8_validate(out->str, (gssize)out->len, NULL));
    g_string_free(out, TRUE);
    dx_eapol_free(eapol);
    dx_udp_free(udp);
    dx_verdicts_free(verdicts);
    return 0;
}
