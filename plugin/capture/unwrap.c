/* unwrap.c - takes off what stands around TLS on TCP: packets of SQL Server's TDS, and of OpenVPN
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/unwrap.h"

/* The client's PRELOGIN asks, the server's answers. */
static void
take_prelogin(dx_direction *direction, const uint8_t *bytes, size_t len)
{
    const dx_facts *facts = &direction->reader->connection->facts;
    dx_tds_encryption says = dx_tds_encryption_of(bytes, len);
    dx_observation observation = {.kind = DX_OBS_UPGRADE,
                                  .u.upgrade = {.kind = DX_UPGRADE_TDS, .encryption = says}};

    direction->mode = MODE_PREAMBLE;
    if (direction->side == DX_SERVER)
        observation.u.upgrade.answer = dx_tds_agree((dx_tds_encryption)facts->tds_client, says);
    if (direction->side == DX_CLIENT || observation.u.upgrade.answer)
        dx_reader_observe(direction->reader, &observation, direction->side);
}

/* What comes behind the handshake without TLS around it, when only the login was to be encrypted, is data. */
static void
take_plain(dx_direction *direction, size_t len)
{
    const dx_record record = {.type = DX_RECORD_APPLICATION, .len = (uint16_t)MIN(len, UINT16_MAX)};

    dx_reader_record(direction, &record);
}

static void
take_content(void *user, const uint8_t *bytes, size_t len, size_t missing, bool begins)
{
    dx_direction *direction = user;
    bool established = direction->reader->connection->facts.established_frame != 0;
    bool in_record = direction->mode == MODE_TLS && dx_tls_in_record(direction->tls, NULL);

    if (established && len && !in_record && !dx_tls_looks_like_record(bytes, len)) {
        direction->mode = MODE_PREAMBLE;
        take_plain(direction, len + missing);
        return;
    }
    if (direction->mode == MODE_TLS || (begins && dx_tls_looks_like_record(bytes, len)))
        dx_reader_tls(direction, bytes, len, missing);
    else if (begins)
        take_prelogin(direction, bytes, len);
}

/* A PRELOGIN packet, or the answer to one. */
static bool
begins_tds(const dx_direction *direction, const uint8_t *bytes, size_t len)
{
    const dx_facts *facts = &direction->reader->connection->facts;

    if (direction->mode != MODE_START || direction->missing || facts->mid_stream || facts->tls)
        return false;
    bool client = direction->side == DX_CLIENT;
    return (client || facts->upgrade == DX_UPGRADE_TDS) && dx_tds_begins(bytes, len, client);
}

/* OpenVPN's control channel. Over TCP nothing is lost,
 * but a side may repeat what was not acknowledged in time. */
static void
take_openvpn(void *user, const uint8_t *bytes, size_t len)
{
    dx_direction *direction = user;
    dx_openvpn_stream *stream = direction->openvpn;
    dx_openvpn_packet packet;

    if (!dx_openvpn_read(&packet, stream->wrap, bytes, len, len) || packet.key ||
        packet.opcode != DX_OPENVPN_CONTROL || packet.id < stream->next)
        return;
    stream->next = packet.id + 1;
    dx_reader_take(direction, packet.tls, packet.len, 0);
}

/* How the packets of OpenVPN are wrapped that begin here;
 * DX_OPENVPN_NONE when it is something else or cannot be read. */
static uint8_t
begins_openvpn(const dx_direction *direction, const uint8_t *bytes, size_t len)
{
    const dx_reader *reader = direction->reader;
    const dx_facts *facts = &reader->connection->facts;
    uint8_t wrap = DX_OPENVPN_NONE;

    if (direction->mode != MODE_START || direction->missing || facts->mid_stream || facts->tls)
        return DX_OPENVPN_NONE;
    if (direction->side == DX_SERVER)
        wrap = reader->client.openvpn ? reader->client.openvpn->wrap : DX_OPENVPN_NONE;
    else if (len > 2)
        wrap = dx_openvpn_wrap(bytes + 2, len - 2, dx_u16(bytes));
    return wrap == DX_OPENVPN_SEALED ? DX_OPENVPN_NONE : wrap;
}

static void
feed_openvpn(dx_direction *direction, const uint8_t *bytes, size_t len, size_t missing)
{
    dx_openvpn_feed(direction->openvpn, bytes, len, missing, take_openvpn, direction);
    if (missing)
        dx_reader_take(direction, NULL, 0, UINT16_MAX);
}

void
dx_unwrap_take(void *user, const uint8_t *bytes, size_t len, size_t missing)
{
    dx_direction *direction = user;

    if (!direction->tds && begins_tds(direction, bytes, len))
        direction->tds = g_new0(dx_tds, 1);
    if (!direction->tds && !direction->openvpn && begins_openvpn(direction, bytes, len) != DX_OPENVPN_NONE) {
        direction->openvpn = g_new0(dx_openvpn_stream, 1);
        direction->openvpn->wrap = begins_openvpn(direction, bytes, len);
        if (direction->side == DX_CLIENT)
            dx_reader_foreign(direction, bytes, len);
    }
    if (direction->openvpn) {
        feed_openvpn(direction, bytes, len, missing);
        return;
    }
    bool unplaced = missing && direction->mode != MODE_TLS && len <= DX_TDS_HEADER_LEN;
    if (!direction->tds || unplaced) {
        dx_reader_take(direction, bytes, len, missing);
        return;
    }
    direction->num_chunks++;
    dx_tds_feed(direction->tds, bytes, len, missing, take_content, direction);
}
