/* net_tcp_connection.c - reads "Get-NetTCPConnection", in any format
 *
 *     LocalAddress  LocalPort RemoteAddress RemotePort State       AppliedSetting OwningProcess
 *     ------------  --------- ------------- ---------- -----       -------------- -------------
 *     0.0.0.0       443       0.0.0.0       0          Listen                     4
 *
 * Names of properties and states are English on every system.
 * Source: Microsoft Learn, "Get-NetTCPConnection"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

typedef struct list {
    const dx_reading *reading;
    unsigned num;
    bool other; /* a socket of another port than the first one's, or a connection */
    uint32_t port;
} list;

static void
take(const dx_object *object, void *user)
{
    list *now = user;
    dx_span address = dx_object_span(object, "LocalAddress"), port = dx_object_span(object, "LocalPort"),
            pid = dx_object_span(object, "OwningProcess"), state = dx_object_span(object, "State");
    dx_socket socket = {.where = dx_reading_at(now->reading, object->line)};
    uint32_t number;

    if (!port.len)
        return;
    size_t zone = dx_span_find(address, "%"); /* fe80::1%12 */
    address.len = MIN(zone, address.len);
    if (dx_span_decimal(&number, port) != port.len || number > 65535 || !address.len ||
        dx_address_parse(&socket.local.address, address.at, address.len) != address.len) {
        dx_reading_skip(now->reading, object->line);
        return;
    }
    dx_reading_empty(now->reading); /* it may be that nothing listens */
    dx_reading_own(now->reading, &socket.local.address);
    socket.local.port = (uint16_t)number;
    now->other |= now->num++ && number != now->port;
    now->port = number;
    socket.have_pid = pid.len && dx_span_decimal(&socket.pid, pid) == pid.len;
    if (dx_span_equal(state, "Listen") || dx_span_equal(state, "2")) /* as JSON and CSV have it */
        dx_reading_keep(now->reading, now->reading->store->sockets, &socket);
}

dx_seeing
dx_see_net_tcp_connection(const dx_look *look)
{
    return dx_look_property(look, "LocalPort") ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_net_tcp_connection(const dx_reading *reading)
{
    list now = {.reading = reading};

    dx_objects_each(reading->text, take, &now);
    if (!now.other) /* -LocalPort 443 */
        dx_reading_part(reading);
    reading->store->own_all |= now.other;
}
