/* gate.h - when a cause can be at all, as data
 *
 * A closed gate means that the packets rule the cause out: it is neither a verdict nor a candidate, whatever
 * names it. An open gate says nothing of how likely the cause is: that is weighed.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_GATE_H
#define DX_VERDICT_GATE_H

#include "facts/facts.h"
#include "knowledge/names.h"

/* By whom and by what a connection ended; bits. */
typedef enum {
    DX_NO_END = 1, /* nobody has ended it: it goes on, or there is silence */
    DX_CLIENT_ALERT = 1 << 1,
    DX_CLIENT_HIDDEN_ALERT = 1 << 2, /* encrypted */
    DX_CLIENT_FIN = 1 << 3,
    DX_CLIENT_RST = 1 << 4,
    DX_SERVER_ALERT = 1 << 5,
    DX_SERVER_HIDDEN_ALERT = 1 << 6,
    DX_SERVER_FIN = 1 << 7,
    DX_SERVER_RST = 1 << 8,
    DX_NO_TLS = 1 << 9, /* an answer that is no TLS */
    DX_ICMP_ERROR = 1 << 10,
    DX_QUIC_ERROR = 1 << 11, /* of either side */

    DX_ALERT_OF_EITHER = DX_CLIENT_ALERT | DX_SERVER_ALERT,
    DX_CLIENT_CLOSED = DX_CLIENT_FIN | DX_CLIENT_RST,
    DX_CLIENT_LEFT = DX_CLIENT_CLOSED | DX_CLIENT_ALERT | DX_CLIENT_HIDDEN_ALERT,
    DX_SERVER_CLOSED = DX_SERVER_FIN | DX_SERVER_RST,
    DX_SERVER_LEFT = DX_SERVER_CLOSED | DX_SERVER_ALERT | DX_SERVER_HIDDEN_ALERT,
    /* a ClientHello that was turned away, or never answered until the client gave up */
    DX_HELLO_REFUSED = DX_SERVER_CLOSED | DX_SERVER_ALERT | DX_CLIENT_CLOSED | DX_NO_END
} dx_endings;

/* DX_PHASES - the bits of the phases from `first` to `last`. */
#define DX_PHASES(first, last) ((2u << (last)) - (1u << (first)))
/* A server that closes at once may do so while the ClientHello is still under way. */
#define DX_AT_HELLO DX_PHASES(DX_PHASE_TCP, DX_PHASE_HELLO)
/* A client that leaves at the certificate may have sent its Finished with it, and the server its own. */
#define DX_AT_CERTIFICATE    DX_PHASES(DX_PHASE_SERVER_HELLO, DX_PHASE_ESTABLISHED)
#define DX_IN_SERVER_FLIGHT  DX_PHASES(DX_PHASE_SERVER_HELLO, DX_PHASE_SERVER_DONE)
#define DX_BEFORE_CONNECTING DX_PHASES(DX_PHASE_NONE, DX_PHASE_NONE)
#define DX_AFTER_HANDSHAKE   DX_PHASES(DX_PHASE_ESTABLISHED, DX_PHASE_DATA)

/* What was seen of a connection, or follows from it: X(name, words). sights.c has a function for each. */
#define DX_SIGHTS(X)                                                                                         \
    X(SYN, "a SYN")                                                                                          \
    X(NO_LISTENER, "an ICMP error of a system on which no program has the UDP port")                         \
    X(FILTER, "an ICMP error of a packet filter")                                                            \
    X(SERVER_PACKET, "a packet of the server's TCP, other than the reset that refuses the SYN")              \
    X(LEAVING,                                                                                               \
      "an end, or a client that closed right behind the handshake without a word, or over UDP fell silent")  \
    X(TLS, "TLS bytes")                                                                                      \
    X(BEGINNING, "the first byte of a ClientHello, or what follows it")                                      \
    X(MIDDLE_ONLY, "no beginning: the capture starts in mid-stream")                                         \
    X(HELLO, "a whole ClientHello")                                                                          \
    X(OFFER, "a ClientHello that can be read")                                                               \
    X(SSLV2, "a ClientHello in SSLv2 framing")                                                               \
    X(NAME, "a server name")                                                                                 \
    X(NO_NAME, "a ClientHello that can be read and has no server name")                                      \
    X(NO_ALPN, "a ClientHello that can be read without ALPN, or a protocol that was chosen")                 \
    X(SMALL_HELLO, "a ClientHello that fits one segment and has no post-quantum share")                      \
    X(FALLBACK, "TLS_FALLBACK_SCSV")                                                                         \
    X(RESUMPTION, "an offer to resume a session")                                                            \
    X(ANSWER, "an answer to the ClientHello before the end")                                                 \
    X(ARRIVAL, "an acknowledgment of the whole ClientHello")                                                 \
    X(RETRY, "a HelloRetryRequest")                                                                          \
    X(COMMON_GROUP, "a HelloRetryRequest for a group that the client offers")                                \
    X(NO_FOREIGN_GROUP, "a ServerHello, and no group of the server that the client does not offer")          \
    X(SERVER_HELLO, "a ServerHello")                                                                         \
    X(TLS13, "TLS 1.3, chosen")                                                                              \
    X(ABOVE_TLS10, "TLS 1.1 or newer, chosen")                                                               \
    X(DOWNGRADE, "the downgrade sentinel")                                                                   \
    X(NO_RENEGOTIATION_INFO, "a ServerHello without the renegotiation_info that was offered")                \
    X(NO_EXTENDED_MASTER_SECRET, "one without the extended_master_secret, but with renegotiation_info")      \
    X(OBJECTION, "an end that is no close of the server, or data of a side before its own Finished")         \
    X(FULL_HANDSHAKE, "a ServerHello that does not take the session up")                                     \
    X(CERTIFICATE, "a server certificate, by its size or perhaps within a gap, or a resumed session's")      \
    X(CERTIFICATE_ALONE, "one, and not beside a pre-shared key (RSA_PSK, RFC 4279 section 4)")               \
    X(KEY_EXCHANGE, "a ServerKeyExchange")                                                                   \
    X(SHORT_PRIME, "a Diffie-Hellman prime of less than 2048 bits")                                          \
    X(KEY_PROVED, "a signature of the server that verifies, or an exchange in which its key plays no part")  \
    X(OFFERED_CHAIN, "a Certificate or ServerKeyExchange, and no chain outside the offer")                   \
    X(FITTING_NAME, "a certificate that bears the name (or, without a name, the address)")                   \
    X(TRUSTED_CHAIN, "a chain that leads to a root of the trust store")                                      \
    X(NO_REQUEST, "a server flight that can be read and asks for no certificate, or the Finished alone")     \
    X(CLIENT_CERTIFICATE, "a client Certificate that can be read and is not empty")                          \
    X(EMPTY_CERTIFICATE, "a client Certificate that can be read and is empty")                               \
    X(HELLO_REQUEST, "a HelloRequest")                                                                       \
    X(NO_TLS_BEGUN, "client bytes that are no TLS, and none agreed upon")                                    \
    X(CLIENT_FOREIGN, "client bytes that are no TLS")                                                        \
    X(SERVER_FOREIGN, "server bytes that are no TLS")                                                        \
    X(OTHER_PROTOCOL, "such bytes, here or on another connection, or a port or silence that fits others")    \
    X(UPGRADE, "a command that asks for TLS, or a CONNECT")                                                  \
    X(NO_TLS_BY_COMMAND, "a command that asks for TLS, or a list of commands without one")                   \
    X(AGREED, "an answer of the server that agrees to TLS")                                                  \
    X(PRELOGIN, "a PRELOGIN message of SQL Server's TDS")                                                    \
    X(CONNECT, "a CONNECT")                                                                                  \
    X(SAME_AT_POINTS, "the same packets at all points of the path where it was captured")                    \
    X(COMMON_SUCCESS,                                                                                        \
      "a success for the same name with version, suite and group of this offer, or an answer to it")

typedef enum {
#define X(name, words) DX_SIGHT_##name,
    DX_SIGHTS(X)
#undef X
        DX_NUM_SIGHTS
} dx_sight;

#define DX_SAW(name) (UINT64_C(1) << DX_SIGHT_##name)

#define DX_MAX_GATE_ALERTS 20

/* What was looked at already, and what was seen of it; bits of DX_SAW. */
typedef struct dx_looked {
    uint64_t asked, seen;
} dx_looked;

/* DX_ALERTS - the gate's alerts: DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, ...). */
#define DX_ALERTS(...) .num_alerts = sizeof((const uint8_t[]){__VA_ARGS__}), .alerts = {__VA_ARGS__}

/* Alerts with which a client refuses a certificate without saying why: 42 and 46 say "not accepted"; 40, 49
 * and 80 less; 0, 41 and 90 nothing at all. */
#define DX_GENERIC_ALERTS                                                                                    \
    DX_ALERT_BAD_CERTIFICATE, DX_ALERT_CERTIFICATE_UNKNOWN, DX_ALERT_HANDSHAKE_FAILURE,                      \
        DX_ALERT_ACCESS_DENIED, DX_ALERT_INTERNAL_ERROR, DX_ALERT_CLOSE_NOTIFY, DX_ALERT_NO_CERTIFICATE,     \
        DX_ALERT_USER_CANCELED

/* The part of a gate that causes share in which the server has no certificate or key that it can use: it goes
 * away, or says nothing, at the ClientHello or where its own signature should come. */
#define DX_SERVER_CANNOT_SIGN                                                                                \
    .phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_SERVER_DONE),                                                 \
    .ends = DX_HELLO_REFUSED | DX_SERVER_HIDDEN_ALERT, .needs = DX_SAW(BEGINNING)

/* What carries the connection; bits of dx_transport. */
#define DX_OVER(transport) (1u << DX_TRANSPORT_##transport)
#define DX_OVER_UDP        (DX_OVER(DTLS) | DX_OVER(QUIC) | DX_OVER(OPENVPN))
#define DX_OVER_NAMED      (DX_OVER(TCP) | DX_OVER_UDP) /* a client names the server */

/* Without a condition (0) a part is open to all. */
typedef struct dx_gate {
    uint8_t over;       /* DX_OVER */
    uint16_t phases;    /* in which it can end, DX_PHASES; without an end: that the connection has come to */
    uint16_t ends;      /* dx_endings */
    uint8_t num_alerts; /* 0: any */
    uint8_t alerts[DX_MAX_GATE_ALERTS]; /* an end that is a readable alert is one of these */
    uint32_t defects; /* DX_BIT(dx_defect): certificates that can be read have one of these */
    uint64_t needs;   /* DX_SAW: all of these must have been seen */
    uint64_t refutes; /* DX_SAW: none of these */
} dx_gate;

typedef struct dx_cause dx_cause;
typedef struct dx_context dx_context;

/* Phase, ending and transport of one connection, as the one bit each that a gate asks for,
 * and the sight LEAVING. */
typedef struct dx_gate_end {
    uint16_t phase, ending;
    uint8_t over;
    bool leaving;
} dx_gate_end;

/* dx_gate_takes_end - the part of dx_gate_open that needs no more than these bits: all causes are asked for
 * every connection, and all but a handful of the gates are closed by this. */
static inline bool
dx_gate_takes_end(const dx_gate *gate, dx_gate_end end)
{
    return (!gate->ends || (gate->ends & end.ending)) && (!gate->phases || (gate->phases & end.phase)) &&
           (!gate->over || (gate->over & end.over)) && (end.leaving || !(gate->needs & DX_SAW(LEAVING)));
}

/* dx_gate_is_refuted - whether what was looked at already closes the gate; of most gates it does. */
static inline bool
dx_gate_is_refuted(const dx_gate *gate, const dx_looked *looked)
{
    return looked && ((looked->seen ^ gate->needs) & looked->asked & (gate->needs | gate->refutes)) != 0;
}

#endif
