/* openvpn.h - OpenVPN's packets, as far as they carry TLS
 *
 * The control channel is TLS in numbered packets that the other side acknowledges; the data channel is no
 * TLS. A packet is as follows, where what stands in braces is there with tls-auth alone:
 *     opcode and key id (1), own session id (8), {HMAC, packet id (4), time (4)}, number of acknowledgments
 *     (1), those (4 each), if any the other session's id (8), message id (4, not in P_ACK_V1), TLS
 * With tls-crypt everything behind the session id is packet id, time, HMAC (32) and cipher text. Nothing in a
 * packet says how it is wrapped: the first one of a session, which has no TLS and no acknowledgments, tells
 * by its length. Source: OpenVPN 2.6 src/openvpn/ssl_pkt.h, ssl_pkt.c, reliable.c, tls_crypt.h;
 * doc/doxygen/doc_protocol_overview.h;
 *         openvpn-rfc (draft of the wire protocol), section "Control channel"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_OPENVPN_H
#define DX_WIRE_OPENVPN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    DX_OPENVPN_SOFT_RESET = 3, /* a new TLS session for the same peers */
    DX_OPENVPN_CONTROL = 4,
    DX_OPENVPN_ACK = 5,
    DX_OPENVPN_DATA = 6,
    DX_OPENVPN_RESET_CLIENT = 7,
    DX_OPENVPN_RESET_SERVER = 8,
    DX_OPENVPN_DATA_V2 = 9,
    DX_OPENVPN_RESET_CLIENT_V3 = 10, /* tls-crypt-v2 */
    DX_OPENVPN_CONTROL_WKC = 11      /* the same */
} dx_openvpn_opcode;

/* How the packets of a session are wrapped: so many bytes stand behind the session id. */
enum { DX_OPENVPN_HEADER_LEN = 9 };
enum { DX_OPENVPN_PLAIN = 0, DX_OPENVPN_SEALED = 0xFE, DX_OPENVPN_NONE = 0xFF };

typedef struct dx_openvpn_packet {
    uint8_t opcode, key;
    uint64_t session; /* the sender's */
    uint32_t id;      /* of the message; none in P_ACK_V1 */
    const uint8_t *tls;
    size_t captured, len; /* bytes at tls; on the wire */
} dx_openvpn_packet;

/* dx_openvpn_wrap - the wrapping of a client's first packet, of which the capture holds `captured` of `len`
 * bytes; DX_OPENVPN_NONE when it is no such packet, DX_OPENVPN_SEALED when nothing behind it can be read. */
uint8_t dx_openvpn_wrap(const uint8_t *bytes, size_t captured, size_t len);

/* dx_openvpn_is_data - whether it is a packet of the data channel. */
bool dx_openvpn_is_data(uint8_t first);

/* dx_openvpn_read - reads a packet of the control channel; false when it is none. */
bool dx_openvpn_read(dx_openvpn_packet *packet, uint8_t wrap, const uint8_t *bytes, size_t captured,
                     size_t len);

/* dx_openvpn_renews - whether a packet that was read begins a new TLS session between the same peers. What is
 * protected otherwise reads as such a packet with nonsense in it. */
bool dx_openvpn_renews(const dx_openvpn_packet *packet);

/* dx_openvpn_session - the sender's session id; `bytes` has at least 9. */
uint64_t dx_openvpn_session(const uint8_t *bytes);

/* One direction of OpenVPN over TCP: packets behind their length (2). All zero at its first byte. */
typedef struct dx_openvpn_stream {
    uint8_t head[2];
    uint8_t have;
    bool lost;       /* where the next packet begins is not known */
    uint8_t *packet; /* what has come of it */
    uint16_t len, at;
    uint8_t wrap;  /* for who takes the packets: how they are wrapped, */
    uint32_t next; /* and the message that comes next */
} dx_openvpn_stream;

/* dx_openvpn_stream_free - frees it. dx_openvpn_feed - takes the next bytes of a direction, and `missing`
 * ones behind them that the capture lacks; `take` gets each packet once it is whole. */
void dx_openvpn_stream_free(dx_openvpn_stream *stream);

typedef void dx_openvpn_sink(void *user, const uint8_t *packet, size_t len);
void dx_openvpn_feed(dx_openvpn_stream *stream, const uint8_t *bytes, size_t len, size_t missing,
                     dx_openvpn_sink *take, void *user);

#endif
