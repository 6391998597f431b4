/* facts.h - what is known of one connection
 *
 * Written on the first pass over a capture and only read afterwards.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_FACTS_H
#define DX_FACTS_FACTS_H

#include <stddef.h>

#include "facts/observation.h"
#include "knowledge/address.h"
#include "knowledge/services.h"

/* How far the handshake came. */
typedef enum {
    DX_PHASE_NONE,            /* nothing seen but, perhaps, a SYN */
    DX_PHASE_TCP,             /* TCP connected, no payload */
    DX_PHASE_PREAMBLE,        /* bytes that are no TLS: a banner, STARTTLS, CONNECT, another protocol */
    DX_PHASE_HELLO_PARTIAL,   /* part of a ClientHello */
    DX_PHASE_HELLO,           /* ClientHello whole */
    DX_PHASE_RETRY,           /* HelloRetryRequest seen, second ClientHello pending */
    DX_PHASE_SERVER_HELLO,    /* ServerHello seen, the server's flight not complete */
    DX_PHASE_SERVER_DONE,     /* the server's flight is complete (TLS 1.3 without keys: long enough to be) */
    DX_PHASE_CLIENT_FINISHED, /* the client's second flight is out */
    DX_PHASE_ESTABLISHED,     /* both Finished */
    DX_PHASE_DATA,            /* application data in both directions */
    DX_NUM_PHASES
} dx_phase;

/* The first abnormal event of a connection. */
typedef enum {
    DX_END_NONE,
    DX_END_ALERT,           /* a readable (or decrypted) alert */
    DX_END_ENCRYPTED_ALERT, /* a record that is an alert by type or by size and position */
    DX_END_FIN,
    DX_END_RST,
    DX_END_FOREIGN,     /* an answer that is no TLS */
    DX_END_UNREACHABLE, /* an ICMP error */
    DX_END_TRANSPORT    /* an error of QUIC itself */
} dx_end_kind;

typedef struct dx_end {
    int64_t time_us;
    uint32_t frame;
    dx_end_kind kind : 4; /* narrow: every connection holds two of these, of 16 bytes */
    dx_side by : 4;
    dx_phase phase : 8;         /* in which it came */
    uint8_t alert_level, alert; /* of DX_END_ALERT */
} dx_end;

/* How the connection closed: the first sign of it, whoever gave it. The other side's answer is no close. */
typedef enum {
    DX_CLOSE_NONE,
    DX_CLOSE_NOTIFY, /* close_notify, readable */
    DX_CLOSE_ALERT,  /* an alert after the handshake that cannot be read: mostly close_notify */
    DX_CLOSE_FIN,
    DX_CLOSE_RST
} dx_close_kind;

typedef struct dx_close {
    int64_t time_us;
    uint32_t frame;
    dx_close_kind kind : 8;
    dx_side by : 8;
    dx_phase phase : 8; /* in which it came */
} dx_close;

/* EncryptedExtensions, CertificateRequest, Certificate, CertificateVerify. */
#define DX_MAX_NOTE_LENS 4

/* A record of the encrypted part of a handshake. */
typedef struct dx_record_note {
    uint32_t frame;
    uint16_t len;
    uint8_t type;
    dx_side from : 8;
} dx_record_note;

/* One side of the connection. */
typedef struct dx_peer {
    uint64_t later_bytes; /* of segments that nobody looked at any more, with what was sent again */
    int64_t first_payload_us, last_payload_us, last_us, last_syn_us, rst_us, first_app_us;
    uint32_t num_packets;
    uint32_t payload_bytes; /* new bytes, by sequence numbers */
    uint32_t first_payload_frame, last_payload_frame;
    uint32_t syn_frame;     /* SYN of the client, SYN-ACK of the server */
    uint32_t isn, next_seq; /* next_seq: highest sequence number sent + 1 */
    uint32_t segment_seq;   /* where its last segment with payload began */
    uint32_t acked;         /* highest number of its bytes that the other side acknowledged, as raw ack */
    uint32_t answered;   /* the same as `acked`, by segments with payload or a FIN: what came before them */
    uint32_t former_isn; /* of its SYN before the one that counts */
    uint32_t fin_frame, rst_frame, rst_seq;
    uint32_t rst_next;             /* next_seq at its RST */
    uint32_t after_rst_frame;      /* payload or a FIN */
    uint32_t retransmission_frame; /* the first */
    uint32_t gap_frame;            /* first frame at which bytes were found missing */
    uint32_t alert_frame;
    uint32_t app_records, app_bytes, first_app_frame; /* TLS */
    uint16_t first_app_len[2];
    uint16_t num_syn; /* with retransmissions */
    uint16_t num_rst;
    uint16_t num_retransmissions;     /* of payload, duplicated packets of a mirror port not counted */
    uint16_t retransmitted_bytes_max; /* largest retransmitted segment */
    uint16_t largest_segment;
    uint16_t num_ttl, last_ip_id;
    uint8_t ttl_min, ttl_max; /* of packets without RST; 0 = none seen */
    uint8_t rst_ttl;
    bool have_isn : 1, have_seq : 1, have_acked : 1, have_answered : 1, have_former_isn : 1;
    bool ccs : 1; /* its ChangeCipherSpec was seen */
    bool finished : 1;
    bool close_notify : 1;      /* or an alert after the handshake that cannot be read */
    bool padded : 1;            /* its Finished was padded as JSSE does (TLS 1.3) */
    bool may_pad : 1;           /* ... or cannot be told: its flight was one record */
    bool may_have_left : 1;     /* its last record has an alert's size: a close_notify behind data */
    uint8_t alert_level, alert; /* the first readable alert other than close_notify; level 0 = none */
} dx_peer;

/* What the server chose. */
typedef struct dx_choice {
    uint16_t version, cipher, group;
    const char *alpn; /* interned; NULL when none or not readable */
    bool dtls;        /* the version is one of DTLS (dx_version_of_dtls) */
    bool resumed;     /* session id echoed, ticket or PSK accepted, no Certificate */
    bool extended_master_secret, renegotiation_info, encrypt_then_mac, max_fragment_length;
} dx_choice;

typedef enum {
    DX_CLIENT_CERTIFICATE_NONE,
    DX_CLIENT_CERTIFICATE_EMPTY,
    DX_CLIENT_CERTIFICATE_SENT
} dx_client_certificate;

typedef struct dx_authentication dx_authentication; /* authentication.h */

/* What others want to know of a connection as soon as it happens; bits. */
typedef enum {
    DX_MILESTONE_CONNECTING = 1, /* the client's SYN */
    DX_MILESTONE_HELLO = 2,      /* a ClientHello is whole */
    DX_MILESTONE_ANSWER = 4,     /* the server's first ServerHello or HelloRetryRequest */
    DX_MILESTONE_ACCEPTED = 8,   /* the handshake is complete, as far as the packets show */
    DX_MILESTONE_DATA = 16,      /* and data has flowed in both directions */
    DX_MILESTONE_LEFT = 32,      /* one side left between the two */
    DX_MILESTONE_REFUSED = 64,   /* the end was found */
    DX_MILESTONE_PLAIN = 128 /* before any TLS, the server said something else, and not that it wants TLS */
} dx_milestone;

/* What carries TLS. With the number that Wireshark gives within it, this is a connection's identity. */
typedef enum {
    DX_TRANSPORT_TCP,
    DX_TRANSPORT_DTLS,
    DX_TRANSPORT_QUIC,
    DX_TRANSPORT_EAP,
    DX_TRANSPORT_OPENVPN
} dx_transport;

/* dx_transport_name - as in JSON: "tcp". dx_transport_field - the display filter field of the number:
 * "tcp.stream"; NULL when there is none. */
const char *dx_transport_name(dx_transport transport);
const char *dx_transport_field(dx_transport transport);

/* Every healthy connection keeps one of these: within a group the order is by size, and enums are narrow. */
typedef struct dx_facts {
    uint32_t stream; /* the number within its transport */
    uint32_t index;  /* by which the capture finds it; of TCP the same */
    dx_endpoint client_endpoint, server_endpoint;
    uint32_t first_frame, last_frame;
    int64_t first_us, last_us;
    bool expected : 1;   /* the server port is one of ssltrouble.tls_ports */
    bool tls : 1;        /* TLS bytes were seen from either side */
    bool mid_stream : 1; /* neither SYN nor ClientHello was seen from the start */
    bool damaged : 1;    /* bytes of the handshake are missing in the capture */
    bool unopened : 1;   /* the server's reset answers no SYN: what it ends is not in the capture */
    bool shuffled : 1;   /* TCP: bytes stand behind what answered them; ask dx_facts_shuffled */
    bool backward : 1;   /* TCP: times run backward by more than late packets do */
    dx_transport transport : 8;
    dx_phase phase : 8;
    uint16_t hello_segments;
    uint32_t damaged_frame;
    uint32_t too_big_frame; /* ICMP 3/4 or ICMPv6 packet too big */

    dx_peer client, server;
    dx_end end;
    dx_close close;

    /* ClientHello: the first (or second after a HelloRetryRequest for offer) */
    const dx_offer *offer;
    const dx_shape *shape; /* of the first */
    const char *sni;       /* interned, as on the wire; NULL when none */
    uint32_t hello_frame, hello_len, hello_end_seq, second_hello_frame;
    int64_t hello_us;
    uint16_t num_hellos;
    bool resumption_offered, psk_offered, early_data; /* psk: a ticket of TLS 1.3, too */
    uint32_t
        cookie_frame; /* HelloVerifyRequest of DTLS: it asks for the ClientHello again, and is no answer */
    uint32_t versions_frame;  /* Version Negotiation of QUIC: no answer either */
    uint32_t transport_error; /* of DX_END_TRANSPORT */
    uint32_t session_id_hash; /* of the ClientHello's session id; 0 = none */
    char *transport_reason;   /* what stands with the error; owned, NULL when nothing does */
    uint32_t answer_frame;    /* the server's first payload after the client's first TLS byte */
    uint32_t partial_frame, partial_have, partial_expected;
    uint64_t
        hello_random; /* 8 bytes of the ClientHello's random: who sends the same one is the same client */

    /* ServerHello and flight */
    dx_choice chosen;
    uint32_t retry_frame, server_hello_frame, certificate_frame, key_exchange_frame,
        certificate_request_frame, client_certificate_frame, client_finished_frame, established_frame;
    uint32_t ticket_frame;                /* NewSessionTicket, seen or by size */
    uint32_t server_bytes_before_request; /* server.payload_bytes when the client's first data came */
    uint32_t certificate_len, certificate_request_len; /* of the messages */
    int64_t server_hello_us, client_finished_us, established_us, retry_us, server_flight_us;
    uint16_t retry_group;
    uint16_t dh_bits;  /* prime of DHE */
    uint8_t downgrade; /* as in dx_server_hello */
    dx_client_certificate client_certificate : 8;
    dx_client_certificate late_certificate : 4; /* the same behind data, in TLS 1.3: post-handshake */
    dx_side early_data_of : 4; /* who sent data before his Finished, up to TLS 1.2 over TCP */
    bool decrypted;            /* some records were readable with keys */
    uint16_t asked_len[2];     /* of the client's last two records of data, the older first */
    uint32_t asked_frame, late_certificate_frame;
    uint32_t certificate_seq; /* where the segment began that completed the Certificate */
    const dx_chain *chain;    /* what the server presented, interned; NULL when it could not be read */
    uint32_t shown_frame, shown_stream; /* where `chain` was shown instead of here (verdict/shown.h); 0 */
    dx_authentication *authentication;  /* signatures and the like, NULL for most; owned */
    uint32_t
        server_encrypted_bytes;   /* TLS 1.3 records after ServerHello and before the client's next flight */
    uint32_t hello_request_frame; /* server-initiated renegotiation: a handshake record after both Finished */
    bool renegotiated;            /* the server sent data or its ChangeCipherSpec after that */
    uint8_t num_notes, num_server_notes;        /* up to 255 */
    dx_record_note first_note, last_note;       /* of the records in the encrypted part of the handshake */
    uint16_t server_note_len[DX_MAX_NOTE_LENS]; /* of the server's first ones; 0: there was none */
    uint16_t client_note_len;                   /* of the client's largest one */
    uint32_t server_note_frame;                 /* of the server's last one */
    uint32_t beside_frame; /* QUIC: the server's first data in one datagram with such a record, behind the
                            * client's Finished */

    /* what is no TLS */
    dx_foreign client_foreign : 8, server_foreign : 8;
    uint16_t http_status;
    bool login_wants_tls;
    bool openvpn_sealed; /* with tls-crypt: nothing behind openvpn_frame can be read */
    uint32_t client_foreign_frame, server_foreign_frame;
    uint32_t client_strayed_frame; /* a Heartbeat or unknown record before its key exchange */
    bool says_use_tls, proxy_header;
    int8_t upgrade_answer;
    uint8_t rdp_failure; /* failureCode of a refused negotiation, [MS-RDPBCGR] section 2.2.1.2.2; 0: none */
    uint8_t rdp_asked, rdp_chosen;  /* dx_rdp_protocols of the client, of the server */
    uint8_t tds_client, tds_server; /* dx_tds_encryption of DX_UPGRADE_TDS */
    dx_upgrade upgrade : 8;
    dx_demand tls_demand : 8;   /* nobody asked for TLS, and the server wants it */
    dx_service_id greeting : 8; /* the program that a plaintext greeting of the server named */
    dx_upgrade list_of : 8;     /* of a list without STARTTLS: whose it was */
    bool starttls_masked;       /* a list had XXXXXXXA in place of STARTTLS */
    uint32_t upgrade_frame, upgrade_answer_frame;
    uint32_t icmp_frame;
    uint32_t openvpn_frame;     /* over TCP: the client's first packet of OpenVPN */
    uint32_t not_offered_frame; /* a list without STARTTLS (with `login_wants_tls`: one that wants it), behind
                                 * which the client says goodbye at most */
    uint32_t bytes_at_upgrade_answer; /* client.payload_bytes then */
    char *foreign_text; /* first line of the server's (else the client's) foreign bytes, or of its refusal
                           of STARTTLS; owned */
    char *tunnel;       /* host:port of a CONNECT; owned */
    char *supplicant;   /* EAP: Calling-Station-Id or User-Name, as on the wire; owned */

    /* a warning or alert-sized record that is the end only if nothing follows */
    dx_end pending;

    uint8_t icmp_version, icmp_type, icmp_code;
    uint8_t milestones; /* dx_milestone bits that were reached */
    char history[28];   /* in the letters of Zeek's ssl_history */
    uint8_t num_history;
} dx_facts;

/* dx_facts_peer - the peer of a side; the client's for DX_NOBODY. */
const dx_peer *dx_facts_peer(const dx_facts *facts, dx_side side);

/* dx_facts_frame_us - the time of a frame, when the facts keep it; else 0. */
int64_t dx_facts_frame_us(const dx_facts *facts, uint32_t frame);

/* dx_facts_untimed - the times of the capture tell nothing of this handshake, which took none, or less: all
 * frames have the same, whole seconds, numbers in place of times; or they are of clocks that differ. */
bool dx_facts_untimed(const dx_facts *facts);

/* dx_facts_tls13 - TLS 1.3 was chosen. */
bool dx_facts_tls13(const dx_facts *facts);

/* dx_facts_chain_frame - where the certificates of `chain` are to be seen: here, or in another connection. */
uint32_t dx_facts_chain_frame(const dx_facts *facts);

/* dx_facts_openvpn_unanswered - OpenVPN over TCP, of which the server has said nothing.
 * dx_facts_openvpn_unread - one that is answered, and whose TLS cannot be read. */
bool dx_facts_openvpn_unanswered(const dx_facts *facts);
bool dx_facts_openvpn_unread(const dx_facts *facts);

/* dx_facts_max_version - the highest version offered; 0 without a ClientHello. */
uint16_t dx_facts_max_version(const dx_facts *facts);
uint16_t dx_facts_min_version(const dx_facts *facts);

/* dx_facts_one_way - only one direction is in the capture: the other's numbers moved though nothing of it was
 * seen, or, over UDP, the client went on as one does that was answered. */
bool dx_facts_one_way(const dx_facts *facts);

/* dx_facts_shuffled - one direction was captured late, as what stands before that which it answers shows:
 * TCP's acknowledgments, or messages. Datagrams that the capture lacks look the same. */
bool dx_facts_shuffled(const dx_facts *facts);

/* dx_certificate_was_sent - the server's Certificate was seen, or in TLS 1.3 a flight long enough for one. */
bool dx_certificate_was_sent(const dx_facts *facts);

#endif
