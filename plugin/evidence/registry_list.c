/* registry_list.c - reads registry keys as PowerShell lists them: Get-ItemProperty, Get-ChildItem
 *
 *         Hive: HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS
 *         1.2
 *
 *     Name                           Property
 *     ----                           --------
 *     Server                         Enabled           : 1
 *                                    DisabledByDefault : 0
 *
 * Get-ItemProperty writes the values as properties, and the key as PSPath.
 * Source: Microsoft Learn, "about_Registry_Provider", "Get-ItemProperty"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"
#include "evidence/registry.h"

#include <string.h>

static void
take_value(const dx_reading *reading, dx_reg_key *key, dx_span name, dx_span text, uint32_t line)
{
    dx_reg_value value = {.name = name, .text = text};

    value.is_number = text.len && dx_span_decimal(&value.number, text) == text.len;
    dx_reg_value_of(reading, key, &value, line);
}

/* "Enabled : 1 DisabledByDefault : 0": a cell that went over several lines */
static void
take_cell(const dx_reading *reading, dx_reg_key *key, dx_span cell, uint32_t line)
{
    dx_span name, colon, text;

    while (dx_span_word(&cell, &name) && dx_span_word(&cell, &colon)) {
        if (!dx_span_equal(colon, ":") || !dx_span_word(&cell, &text))
            return;
        take_value(reading, key, name, text, line);
    }
}

static void
take(const dx_object *object, void *user)
{
    const dx_reading *reading = user;
    const dx_property *path = dx_object_get(object, "PSPath"), *cell = dx_object_get(object, "Property");
    dx_reg_key key = {.kind = DX_REG_OTHER};
    dx_span at;

    if (path && dx_reg_find(&at, (dx_span){path->value->str, path->value->len})) {
        dx_reg_begin(reading, &key, at, object->line);
        for (unsigned i = 0; i < object->num; i++) {
            const dx_property *row = &object->property[i];
            take_value(reading, &key, (dx_span){row->name, strlen(row->name)},
                       (dx_span){row->value->str, row->value->len}, row->line);
        }
        dx_reg_end(reading, &key);
    } else if (cell && dx_reg_find(&at, object->group)) {
        dx_span name = dx_object_span(object, "Name");
        char *whole = g_strdup_printf("%.*s\\%.*s", (int)at.len, at.at, (int)name.len, name.at);
        dx_reg_begin(reading, &key, (dx_span){whole, strlen(whole)}, object->line);
        take_cell(reading, &key, (dx_span){cell->value->str, cell->value->len}, cell->line);
        dx_reg_end(reading, &key);
        g_free(whole);
    }
}

dx_seeing
dx_see_registry_list(const dx_look *look)
{
    dx_span path;
    bool key = dx_span_has(look->line, "Registry::HKEY_") ||
               (dx_span_has(look->line, ": HKEY_") && dx_reg_find(&path, look->line));

    return key ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_registry_list(const dx_reading *reading)
{
    dx_objects_each(reading->text, take, (void *)reading);
}
