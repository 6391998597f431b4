/* facts.c - what is known of one connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/facts.h"

#include <string.h>

#include <glib.h>

static const struct {
    const char *name, *field;
} transports[] = {[DX_TRANSPORT_TCP] = {"tcp", "tcp.stream"},
                  [DX_TRANSPORT_DTLS] = {"dtls", "udp.stream"},
                  [DX_TRANSPORT_QUIC] = {"quic", "quic.connection.number"},
                  [DX_TRANSPORT_EAP] = {"eap", NULL},
                  [DX_TRANSPORT_OPENVPN] = {"openvpn", "udp.stream"}};

const char *
dx_transport_name(dx_transport transport)
{
    return transports[transport].name;
}

const char *
dx_transport_field(dx_transport transport)
{
    return transports[transport].field;
}

const dx_peer *
dx_facts_peer(const dx_facts *facts, dx_side side)
{
    return side == DX_SERVER ? &facts->server : &facts->client;
}

bool
dx_facts_tls13(const dx_facts *facts)
{
    return facts->server_hello_frame && facts->chosen.version == DX_TLS13;
}

uint32_t
dx_facts_chain_frame(const dx_facts *facts)
{
    return facts->shown_frame ? facts->shown_frame : facts->certificate_frame;
}

static uint16_t
version_extreme(const dx_facts *facts, bool highest)
{
    uint16_t extreme = 0;

    if (!facts->offer)
        return 0;
    for (unsigned i = 0; i < facts->offer->versions.num; i++) {
        uint16_t version = facts->offer->versions.item[i];
        /* drafts of TLS 1.3 are 0x7fNN: count them as 1.3 (RFC 8446 drafts, section 4.2.1) */
        if ((version >> 8) == 0x7f)
            version = DX_TLS13;
        if (!extreme || (highest ? version > extreme : version < extreme))
            extreme = version;
    }
    return extreme;
}

bool
dx_facts_openvpn_unanswered(const dx_facts *facts)
{
    return facts->openvpn_frame && !facts->server.payload_bytes;
}

bool
dx_facts_openvpn_unread(const dx_facts *facts)
{
    return facts->openvpn_sealed && facts->server.payload_bytes;
}

uint16_t
dx_facts_max_version(const dx_facts *facts)
{
    return version_extreme(facts, true);
}

uint16_t
dx_facts_min_version(const dx_facts *facts)
{
    return version_extreme(facts, false);
}

int64_t
dx_facts_frame_us(const dx_facts *facts, uint32_t frame)
{
    const struct {
        uint32_t frame;
        int64_t us;
    } known[] = {
        {facts->first_frame, facts->first_us},
        {facts->end.frame, facts->end.time_us},
        {facts->close.frame, facts->close.time_us},
        {facts->hello_frame, facts->hello_us},
        {facts->retry_frame, facts->retry_us},
        {facts->server_hello_frame, facts->server_hello_us},
        {facts->client_finished_frame, facts->client_finished_us},
        {facts->established_frame, facts->established_us},
        {facts->client.first_payload_frame, facts->client.first_payload_us},
        {facts->server.first_payload_frame, facts->server.first_payload_us},
        {facts->client.last_payload_frame, facts->client.last_payload_us},
        {facts->server.last_payload_frame, facts->server.last_payload_us},
        {facts->client.first_app_frame, facts->client.first_app_us},
        {facts->server.first_app_frame, facts->server.first_app_us},
        {facts->client.rst_frame, facts->client.rst_us},
        {facts->server.rst_frame, facts->server.rst_us},
        {facts->last_frame, facts->last_us},
    };
    for (size_t i = 0; frame && i < G_N_ELEMENTS(known); i++)
        if (frame == known[i].frame)
            return known[i].us;
    return 0;
}

bool
dx_facts_untimed(const dx_facts *facts)
{
    enum { LEAST_US = 20 }; /* three packets, or a shared secret on each side, take longer */
    const dx_peer *client = &facts->client;
    bool at_once = facts->hello_frame && client->syn_frame && facts->hello_frame != client->syn_frame &&
                   facts->hello_us - client->last_syn_us < LEAST_US;
    bool finished_at_once = facts->hello_frame && facts->client_finished_frame &&
                            facts->client_finished_us - facts->hello_us < LEAST_US;

    return facts->backward || at_once || finished_at_once;
}

bool
dx_facts_one_way(const dx_facts *facts)
{
    const dx_peer *client = &facts->client;
    /* an EAP response has a request (RFC 3748 section 2), OpenVPN's hello a packet of the server before it */
    bool answers = facts->transport == DX_TRANSPORT_EAP ||
                   (facts->transport == DX_TRANSPORT_OPENVPN && facts->hello_frame);
    bool goes_on = answers || (facts->transport != DX_TRANSPORT_TCP && (client->ccs || client->finished));

    return (!facts->server.num_packets && client->num_packets && (facts->server.have_acked || goes_on)) ||
           (!facts->client.num_packets && facts->server.num_packets);
}

/* Up to TLS 1.2 the server's second flight answers the client's, which answers its ServerHelloDone (RFC 5246
 * section 7.3); a ServerHello behind a HelloVerifyRequest answers a second ClientHello (RFC 6347 section
 * 4.2.1). */
bool
dx_facts_shuffled(const dx_facts *facts)
{
    unsigned num_hellos = 0;
    bool cookie = false, done = false;

    if (facts->shuffled || dx_facts_one_way(facts))
        return facts->shuffled;
    for (const char *letter = facts->history; *letter; letter++)
        switch (*letter) {
        case 'C':
            num_hellos++;
            break;
        case 'v':
            cookie = num_hellos == 1;
            break;
        case 's':
            if (cookie && num_hellos == 1)
                return true;
            break;
        case 'n':
            done = true;
            break;
        case 't':
        case 'i':
        case 'f':
            if (done)
                return true;
            break;
        case 'G':
            return !done && strchr(letter, 'n') != NULL;
        case 'I':
        case 'F':
        case 'L':
            return false;
        default:
            break;
        }
    return false;
}

/* A TLS 1.3 flight without a certificate (PSK) is much shorter: EncryptedExtensions and Finished alone. */
#define CERTIFICATE_FLIGHT_BYTES 500

bool
dx_certificate_was_sent(const dx_facts *facts)
{
    if (facts->certificate_frame)
        return true;
    return dx_facts_tls13(facts) && !facts->chosen.resumed &&
           facts->server_encrypted_bytes >= CERTIFICATE_FLIGHT_BYTES;
}
