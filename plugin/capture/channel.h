/* channel.h - what carries TLS: the seam between a transport and what is read of it
 *
 * A channel yields, for each direction, bytes in order with known gaps, or whole TLS messages and records;
 * it is opened, closed, aborted, or silent. TCP's segments go through dx_capture_packet, which puts them in
 * order; what else carries TLS (datagrams, EAP, QUIC) comes in here. Nothing behind this line knows sequence
 * numbers: what only TCP shows is asked of facts/path.h.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_CHANNEL_H
#define DX_CAPTURE_CHANNEL_H

#include "capture/observe.h"
#include "capture/packet.h"

/* What something of a channel was seen in. */
typedef struct dx_moment {
    uint32_t frame;
    int64_t time_us;
} dx_moment;

typedef struct dx_channel dx_channel;

/* dx_channel_new - dx_capture_channel makes one that belongs to a capture. Free with dx_channel_free; the
 * ledger lives longer. */
dx_channel *dx_channel_new(dx_ledger *ledger, uint32_t index, dx_transport transport, uint32_t number,
                           const dx_endpoint *client, const dx_endpoint *server, const dx_moment *at);
void dx_channel_free(dx_channel *channel);

/* dx_channel_name - who the client says it is, where its address is another's (a supplicant behind an
 * authenticator). */
void dx_channel_name(dx_channel *channel, const char *supplicant);

/* dx_channel_connection - what is known of it. */
const dx_connection *dx_channel_connection(const dx_channel *channel);

/* dx_channel_mid_stream - the capture begins later than the connection. dx_channel_lost - a part of the
 * handshake is missing in the capture. */
void dx_channel_mid_stream(dx_channel *channel);
void dx_channel_lost(dx_channel *channel, const dx_moment *at);

/* dx_channel_opened - the transport is ready for TLS. dx_channel_closed - this side ends it. */
void dx_channel_opened(dx_channel *channel, const dx_moment *at);
void dx_channel_closed(dx_channel *channel, dx_side from, const dx_moment *at);

/* dx_channel_unreachable - an ICMP error about a packet of the channel. */
void dx_channel_unreachable(dx_channel *channel, const dx_icmp *icmp);

/* dx_channel_bytes - the next bytes of a direction; before them `missing` are known to be lost. */
void dx_channel_bytes(dx_channel *channel, dx_side from, const uint8_t *bytes, size_t len, size_t missing,
                      const dx_moment *at);

/* dx_channel_message, dx_channel_record - a whole handshake message; a record without its messages: alert,
 * CCS, data. In order. `decrypted`: the message was protected. */
void dx_channel_message(dx_channel *channel, dx_side from, const dx_message *message, bool decrypted,
                        const dx_moment *at);
void dx_channel_record(dx_channel *channel, dx_side from, const dx_record *record, const dx_moment *at);

/* dx_channel_protected - the same for a record that is protected; `plain`: what Wireshark read of it with
 * keys, no handshake message; NULL: nothing. */
void dx_channel_protected(dx_channel *channel, dx_side from, const dx_record *record, const dx_plain *plain,
                          const dx_moment *at);

/* dx_channel_repeated - a side sent `len` bytes again. dx_channel_seen - a packet of the connection that says
 * nothing. */
void dx_channel_repeated(dx_channel *channel, dx_side from, uint32_t len, const dx_moment *at);
void dx_channel_seen(dx_channel *channel, dx_side from, const dx_moment *at);
/* dx_channel_skipped - a packet of a connection whose outcome is known. */
void dx_channel_skipped(dx_channel *channel, const dx_moment *at);

/* dx_channel_partial - `have` bytes of a ClientHello of `expected` have come (0: not known).
 * dx_channel_hidden - bytes of handshake messages that cannot be read. dx_channel_beside - data of a server
 * in one datagram with such bytes: it may be its refusal. dx_channel_data - data of the application: not
 * before both are done. */
void dx_channel_partial(dx_channel *channel, uint32_t have, uint32_t expected, const dx_moment *at);
void dx_channel_hidden(dx_channel *channel, dx_side from, uint16_t len, const dx_moment *at);
void dx_channel_beside(dx_channel *channel, uint16_t len, const dx_moment *at);
void dx_channel_data(dx_channel *channel, dx_side from, uint16_t len, const dx_moment *at);

/* dx_channel_versions - the server does not speak the client's version of the transport, and lists its own.
 * dx_channel_refused - the transport of this side ends the connection with an error of its own; `reason` is
 * its text, "" when it has none. */
void dx_channel_versions(dx_channel *channel, const dx_moment *at);
void dx_channel_refused(dx_channel *channel, dx_side from, uint32_t error, const char *reason,
                        const dx_moment *at);

/* dx_channel_is_read - further messages and records are read; else the outcome is known. */
bool dx_channel_is_read(const dx_channel *channel);

#endif
