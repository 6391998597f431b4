/* unwrap.c - takes off what stands around TLS on TCP: packets of SQL Server's TDS
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
take_content(void *user, const uint8_t *bytes, size_t len, size_t missing, bool begins, bool raw)
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
    (void)raw;
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

void
dx_unwrap_take(void *user, const uint8_t *bytes, size_t len, size_t missing)
{
    dx_direction *direction = user;

    if (!direction->tds && begins_tds(direction, bytes, len))
        direction->tds = g_new0(dx_tds, 1);
    if (!direction->tds || (missing && direction->mode != MODE_TLS)) {
        dx_reader_take(direction, bytes, len, missing);
        return;
    }
    direction->num_chunks++;
    dx_tds_feed(direction->tds, bytes, len, missing, take_content, direction);
}
