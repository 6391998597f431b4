/* listeners.c - what the readers of server programs' settings share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/listeners.h"

#include <string.h>

#include "knowledge/names.h"

#define MAX_NAMES 4096 /* bytes of one server's */

bool
dx_listener_at(dx_endpoint *out, dx_span text)
{
    size_t colon = text.len, taken;
    uint32_t port = 80; /* of an address alone */
    dx_span address = text, digits = {NULL, 0};

    memset(out, 0, sizeof *out);
    while (colon > 0 && text.at[colon - 1] != ':' && text.at[colon - 1] != ']')
        colon--;
    if (colon && text.at[colon - 1] == ':') {
        address.len = colon - 1;
        digits = dx_span_from(text, colon);
    } else if (!colon && text.len && dx_span_decimal(&port, text) == text.len) {
        address.len = 0;
    }
    if (digits.len && dx_span_decimal(&port, digits) != digits.len)
        return false;
    if (!address.len || dx_span_equal(address, "*"))
        address = (dx_span){"0.0.0.0", 7};
    taken = dx_address_parse(&out->address, address.at, address.len);
    out->port = (uint16_t)port;
    return taken == address.len && port > 0 && port <= G_MAXUINT16;
}

uint16_t
dx_listener_version(dx_span name)
{
    static const struct {
        const char *name;
        uint16_t version;
    } known[] = {{"SSLv3", DX_SSL3},    {"TLSv1", DX_TLS10},   {"TLSv1.0", DX_TLS10},
                 {"TLSv1.1", DX_TLS11}, {"TLSv1.2", DX_TLS12}, {"TLSv1.3", DX_TLS13}};

    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (strlen(known[i].name) == name.len && !g_ascii_strncasecmp(name.at, known[i].name, name.len))
            return known[i].version;
    return 0;
}

void
dx_listener_name(GString *names, dx_span name)
{
    if (!name.len || names->len + name.len > MAX_NAMES)
        return;
    if (names->len)
        g_string_append_c(names, ' ');
    g_string_append_len(names, name.at, (gssize)name.len);
}

void
dx_listener_keep(const dx_reading *reading, const dx_listener *listener, const char *names)
{
    dx_listener fact = *listener;

    fact.names = names ? g_string_chunk_insert_const(reading->store->names, names) : NULL;
    dx_reading_keep(reading, reading->store->listeners, &fact);
}
