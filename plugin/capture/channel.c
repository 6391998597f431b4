/* channel.c - what carries TLS, other than TCP
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/channel.h"

#include "capture/connection.h"
#include "capture/reader.h"

struct dx_channel {
    dx_connection connection;
    dx_ledger *ledger;
};

dx_channel *
dx_channel_new(dx_ledger *ledger, uint32_t index, dx_transport transport, uint32_t number,
               const dx_endpoint *client, const dx_endpoint *server, const dx_moment *at)
{
    dx_channel *channel = g_new0(dx_channel, 1);
    dx_facts *facts = &channel->connection.facts;

    channel->ledger = ledger;
    dx_connection_begin(&channel->connection, ledger, number, client, server, true);
    facts->index = index;
    facts->transport = transport;
    facts->first_frame = facts->last_frame = at->frame;
    facts->first_us = facts->last_us = at->time_us;
    return channel;
}

void
dx_channel_free(dx_channel *channel)
{
    dx_connection_clear(&channel->connection);
    g_free(channel);
}

void
dx_channel_name(dx_channel *channel, const char *supplicant)
{
    g_free(channel->connection.facts.supplicant);
    channel->connection.facts.supplicant = g_strdup(supplicant);
}

const dx_connection *
dx_channel_connection(const dx_channel *channel)
{
    return &channel->connection;
}

static void
observe(dx_channel *channel, dx_observation observation, dx_side from, const dx_moment *at)
{
    observation.from = from;
    observation.frame = at->frame;
    observation.time_us = at->time_us;
    dx_connection_observe(&channel->connection, channel->ledger, &observation);
}

/* The direction that reads what comes now; NULL when nothing more need be read. */
static dx_direction *
direction_of(dx_channel *channel, dx_side from, const dx_moment *at)
{
    dx_reader *reader = channel->connection.reader;

    if (!reader)
        return NULL;
    reader->frame = at->frame;
    reader->time_us = at->time_us;
    reader->num_plain = 0;
    return from == DX_SERVER ? &reader->server : &reader->client;
}

bool
dx_channel_is_read(const dx_channel *channel)
{
    return channel->connection.reader;
}

void
dx_channel_mid_stream(dx_channel *channel)
{
    channel->connection.facts.mid_stream = true;
}

void
dx_channel_lost(dx_channel *channel, const dx_moment *at)
{
    dx_facts *facts = &channel->connection.facts;

    if (facts->damaged || facts->phase >= DX_PHASE_ESTABLISHED)
        return;
    facts->damaged = true;
    facts->damaged_frame = at->frame;
}

void
dx_channel_opened(dx_channel *channel, const dx_moment *at)
{
    observe(channel, (dx_observation){.kind = DX_OBS_OPENED}, DX_SERVER, at);
}

void
dx_channel_closed(dx_channel *channel, dx_side from, const dx_moment *at)
{
    observe(channel, (dx_observation){.kind = DX_OBS_FIN}, from, at);
    dx_connection_rest(&channel->connection);
}

void
dx_channel_unreachable(dx_channel *channel, const dx_icmp *icmp)
{
    dx_connection_unreachable(&channel->connection, channel->ledger, icmp);
}

void
dx_channel_bytes(dx_channel *channel, dx_side from, const uint8_t *bytes, size_t len, size_t missing,
                 const dx_moment *at)
{
    dx_direction *direction = direction_of(channel, from, at);

    observe(channel, (dx_observation){.kind = DX_OBS_PAYLOAD, .u.payload = (uint32_t)len}, from, at);
    if (direction)
        dx_reader_take(direction, bytes, len, missing);
    dx_connection_rest(&channel->connection);
}

void
dx_channel_message(dx_channel *channel, dx_side from, const dx_message *message, bool decrypted,
                   const dx_moment *at)
{
    dx_direction *direction = direction_of(channel, from, at);

    observe(channel, (dx_observation){.kind = DX_OBS_PAYLOAD, .u.payload = message->len}, from, at);
    if (direction)
        dx_reader_message(direction, message, decrypted);
    dx_connection_rest(&channel->connection);
}

void
dx_channel_protected(dx_channel *channel, dx_side from, const dx_record *record, const dx_plain *plain,
                     const dx_moment *at)
{
    dx_direction *direction = direction_of(channel, from, at);

    observe(channel, (dx_observation){.kind = DX_OBS_PAYLOAD, .u.payload = record->len}, from, at);
    if (direction) {
        direction->reader->plain = plain;
        direction->reader->num_plain = plain ? 1 : 0;
        direction->reader->next_plain = 0;
        dx_reader_record(direction, record);
    }
    dx_connection_rest(&channel->connection);
}

void
dx_channel_record(dx_channel *channel, dx_side from, const dx_record *record, const dx_moment *at)
{
    dx_channel_protected(channel, from, record, NULL, at);
}

void
dx_channel_repeated(dx_channel *channel, dx_side from, uint32_t len, const dx_moment *at)
{
    observe(channel, (dx_observation){.kind = DX_OBS_REPEATED, .u.payload = len}, from, at);
}

void
dx_channel_seen(dx_channel *channel, dx_side from, const dx_moment *at)
{
    observe(channel, (dx_observation){.kind = DX_OBS_SEEN}, from, at);
}

void
dx_channel_skipped(dx_channel *channel, const dx_moment *at)
{
    channel->connection.facts.last_frame = at->frame;
    channel->connection.facts.last_us = at->time_us;
}

void
dx_channel_partial(dx_channel *channel, uint32_t have, uint32_t expected, const dx_moment *at)
{
    observe(channel, (dx_observation){.kind = DX_OBS_PAYLOAD, .u.payload = have}, DX_CLIENT, at);
    observe(channel, (dx_observation){.kind = DX_OBS_PARTIAL_HELLO, .u.partial = {have, expected}}, DX_CLIENT,
            at);
}

void
dx_channel_hidden(dx_channel *channel, dx_side from, uint16_t len, const dx_moment *at)
{
    const dx_record record = {.type = DX_RECORD_HANDSHAKE, .len = len, .encrypted = true, .whole = true};

    observe(channel, (dx_observation){.kind = DX_OBS_PAYLOAD, .u.payload = len}, from, at);
    observe(channel, (dx_observation){.kind = DX_OBS_HIDDEN, .u.record.header = record}, from, at);
}

void
dx_channel_beside(dx_channel *channel, uint16_t len, const dx_moment *at)
{
    const dx_record record = {.type = DX_RECORD_APPLICATION, .len = len, .encrypted = true, .whole = true};

    observe(channel, (dx_observation){.kind = DX_OBS_PAYLOAD, .u.payload = len}, DX_SERVER, at);
    observe(channel, (dx_observation){.kind = DX_OBS_HIDDEN, .u.record.header = record}, DX_SERVER, at);
}

void
dx_channel_data(dx_channel *channel, dx_side from, uint16_t len, const dx_moment *at)
{
    const dx_record record = {.type = DX_RECORD_APPLICATION, .len = len, .whole = true};

    observe(channel, (dx_observation){.kind = DX_OBS_PAYLOAD, .u.payload = len}, from, at);
    observe(channel, (dx_observation){.kind = DX_OBS_DATA, .u.record.header = record}, from, at);
    dx_connection_rest(&channel->connection);
}

void
dx_channel_versions(dx_channel *channel, const dx_moment *at)
{
    observe(channel, (dx_observation){.kind = DX_OBS_VERSIONS}, DX_SERVER, at);
}

void
dx_channel_refused(dx_channel *channel, dx_side from, uint32_t error, const char *reason, const dx_moment *at)
{
    observe(channel, (dx_observation){.kind = DX_OBS_REFUSED, .u.refused = {error, reason}}, from, at);
    dx_connection_rest(&channel->connection);
}
