/* ssl_bindings.c - reads "Get-ChildItem IIS:\SslBindings": HTTP.sys' bindings as PowerShell shows them
 *
 *     IP Address          Port   Host Name        Store            Sites
 *     ----------          ----   ---------        -----            -----
 *     0.0.0.0             443                     My               Default Web Site
 *                         443    www.example.com  My               Shop
 *
 * The table shows no hash, only that there is an entry; with select or Format-List it has one (Thumbprint).
 * Source: Microsoft Learn, "WebAdministration", IIS.net "PowerShell Snap-in: Configuring SSL with the IIS
 * PowerShell
 *   Snap-in"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

static dx_span
either(const dx_object *object, const char *one, const char *other)
{
    return dx_object_span(object, dx_object_get(object, one) ? one : other);
}

static void
take(const dx_object *object, void *user)
{
    const dx_reading *reading = user;
    dx_span address = either(object, "IP Address", "IPAddress"), port = dx_object_span(object, "Port"),
            host = either(object, "Host Name", "Host"), store = dx_object_span(object, "Store"),
            hash = dx_object_span(object, "Thumbprint");
    dx_binding fact = {.where = dx_reading_at(reading, object->line), .have_hash = true, .have_guid = true};
    uint32_t number;

    if (!dx_object_get(object, "Sites") && !dx_object_get(object, "Store"))
        return;
    if (!port.len || dx_span_decimal(&number, port) != port.len || number > 65535 ||
        (!host.len && !address.len) ||
        (!host.len && dx_address_parse(&fact.endpoint.address, address.at, address.len) != address.len)) {
        dx_reading_skip(reading, object->line);
        return;
    }
    fact.endpoint.port = (uint16_t)number;
    dx_span_hash(fact.hash, hash);
    fact.host = host.len ? dx_span_copy(host) : NULL;
    fact.store = store.len ? dx_span_copy(store) : NULL;
    if (!dx_reading_keep(reading, reading->store->bindings, &fact)) {
        g_free(fact.host);
        g_free(fact.store);
    }
}

dx_seeing
dx_see_ssl_bindings(const dx_look *look)
{
    bool table = dx_look_property(look, "Sites") && dx_span_has(look->before, "Store");

    return table || (look->split && dx_span_equal(look->caption, "Sites")) ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_ssl_bindings(const dx_reading *reading)
{
    dx_objects_each(reading->text, take, (void *)reading);
    dx_reading_part(reading); /* a dir of one entry looks the same */
}
