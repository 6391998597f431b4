/* facts.c - what is known of one connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/facts.h"

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
