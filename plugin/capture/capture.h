/* capture.h - all connections of one capture: from segments to facts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_CAPTURE_H
#define DX_CAPTURE_CAPTURE_H

#include "capture/channel.h"
#include "capture/packet.h"

/* The index of a connection: tcp.stream, or DX_FIRST_CHANNEL and more for what channel.h brought. It stays
 * the same for the life of a capture. */
#define DX_FIRST_CHANNEL UINT32_C(0x80000000)
#define DX_NO_INDEX      UINT32_MAX

typedef struct dx_capture dx_capture;

/* dx_capture_new - an empty capture. `is_tls_port` (with `user`) says whether a port is expected to speak
 * TLS. Free with dx_capture_free. */
dx_capture *dx_capture_new(bool (*is_tls_port)(uint16_t port, void *user), void *user);
void dx_capture_free(dx_capture *capture);

/* dx_capture_wants - false when a further segment of this stream with these flags cannot matter: the caller
 * need not build a dx_packet. */
bool dx_capture_wants(const dx_capture *capture, uint32_t stream, uint8_t flags);

/* dx_capture_packet - takes a segment, in capture order, first pass only. */
void dx_capture_packet(dx_capture *capture, const dx_packet *packet);

/* A segment that nobody looks at any more: who sent it, and how many bytes. */
typedef struct dx_skipped {
    uint32_t frame;
    int64_t time_us;
    uint32_t len;
    uint16_t source_port;
} dx_skipped;

/* dx_capture_skipped - a segment that dx_capture_wants declined was seen: keeps the connection's last
 * frame and time, and how much was sent. */
void dx_capture_skipped(dx_capture *capture, uint32_t stream, const dx_skipped *skipped);

/* dx_capture_icmp - an ICMP error whose quoted segment went from `src` to `dst`. Returns the index of its
 * connection, DX_NO_INDEX when there is none. */
uint32_t dx_capture_icmp(dx_capture *capture, const dx_icmp *icmp);

/* dx_capture_channel - a channel of the capture, over another transport than TCP; with `number` it is the
 * connection's identity (of DTLS, associations that follow each other on the same ports share it). Owned by
 * the capture. */
dx_channel *dx_capture_channel(dx_capture *capture, dx_transport transport, uint32_t number,
                               const dx_endpoint *client, const dx_endpoint *server, const dx_moment *at);

/* dx_capture_clock - a frame of any kind was seen: verdicts about silence need the time. */
void dx_capture_clock(dx_capture *capture, uint32_t frame, int64_t time_us);

/* Reading, by index. Streams that turned out not to matter have no facts (NULL). */
const dx_facts *dx_capture_facts(const dx_capture *capture, uint32_t index);
/* dx_capture_next - the next index that may have facts, DX_NO_INDEX at the end; it begins with
 * DX_NO_INDEX. */
uint32_t dx_capture_next(const dx_capture *capture, uint32_t index);

/* A connection of TCP that was captured at several points has facts for each. dx_capture_points - all of
 * them, from the client's side to the server's, whichever of their streams is asked for; returns how many, 1
 * for most. The others show the one that is nearest to the client of this stream (dx_capture_facts), and the
 * ledger knows it by the one that was seen first (dx_capture_known_facts). dx_capture_point_interface - where
 * facts of a TCP connection are from, as in dx_packet. */
unsigned dx_capture_points(const dx_capture *capture, uint32_t index, const dx_facts *list[DX_MAX_POINTS]);
const dx_facts *dx_capture_known_facts(const dx_capture *capture, uint32_t index);
uint32_t dx_capture_point_interface(const dx_facts *facts);

/* dx_capture_point_of - at which of the points, counted from 1, a packet was captured; 0: there is but one.
 * Stream, interface and link addresses are all that is read of the packet. */
unsigned dx_capture_point_of(const dx_capture *capture, const dx_packet *packet);

/* dx_capture_name_interface - keeps a copy of an interface's name.
 * dx_capture_interface_name - NULL when it has none. */
void dx_capture_name_interface(dx_capture *capture, uint32_t interface, const char *name);
const char *dx_capture_interface_name(const dx_capture *capture, uint32_t interface);
const dx_ledger *dx_capture_ledger(const dx_capture *capture);
int64_t dx_capture_first_us(const dx_capture *capture);
int64_t dx_capture_last_us(const dx_capture *capture);

/* Captures that were merged, or joined one behind the other: a longer pause between two frames is nobody's
 * silence. */
#define DX_PAUSE_US (INT64_C(3600) * G_USEC_PER_SEC)

/* dx_capture_now - the latest time, in microseconds, that was captured without such a pause around `frame`:
 * until then a silence is known. 0 while the capture has no frames. */
int64_t dx_capture_now(const dx_capture *capture, uint32_t frame);
uint32_t dx_capture_last_frame(const dx_capture *capture);

/* dx_capture_reportable - whether a connection belongs in the report: it has facts and touched TLS or an
 * expected TLS port. */
bool dx_capture_reportable(const dx_capture *capture, uint32_t index);

#endif
