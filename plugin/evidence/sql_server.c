/* sql_server.c - reads SQL Server's certificate: the registry's value as PowerShell lists it, and the
 * ERRORLOG
 *
 *     Certificate     : 1a1f948b21a2993677a88eb23f428c7e47e3d133
 *     ForceEncryption : 0
 *
 *     2026-11-26 09:00:01.12 spid11s     The certificate [Cert Hash(sha1) "1A1F..."] was successfully loaded
 *     for encryption.
 *     2026-11-26 09:00:01.12 Server      Error: 26014, Severity: 16, State: 1.
 *
 * The error's number stands in front of its sentence in every language. An empty value: SQL Server makes a
 * certificate itself.
 * Source: Microsoft Learn, "Configure SQL Server Database Engine for encrypting connections", "Errors 26000 -
 * 26999"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

#include <string.h>

static void
take(const dx_object *object, void *user)
{
    const dx_reading *reading = user;
    const dx_property *certificate = dx_object_get(object, "Certificate");
    dx_assignment fact = {.service = DX_SERVICE_SQL_SERVER};

    if (!certificate || !dx_object_get(object, "ForceEncryption"))
        return;
    fact.where = dx_reading_at(reading, certificate->line);
    dx_span value = dx_object_span(object, "Certificate");
    if (!value.len || dx_span_hash(fact.thumbprint, value) == 40)
        dx_reading_keep(reading, reading->store->assignments, &fact);
    else
        dx_reading_skip(reading, certificate->line);
}

dx_seeing
dx_see_sql_certificate(const dx_look *look)
{
    return dx_look_property(look, "ForceEncryption") ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_sql_certificate(const dx_reading *reading)
{
    dx_objects_each(reading->text, take, (void *)reading);
}

/* "Error: 26014, Severity: 16, State: 1."; 0 when there is none. */
static uint32_t
error_of(dx_span line)
{
    uint32_t number = 0;
    size_t at = dx_span_find(line, "Error: ");

    if (at == SIZE_MAX)
        return 0;
    dx_span rest = dx_span_from(line, at + strlen("Error: "));
    size_t taken = dx_span_decimal(&number, rest);
    return taken && taken < rest.len && rest.at[taken] == ',' ? number : 0;
}

/* [Cert Hash(sha1) "1A1F..."] */
static bool
take_hash(char out[41], dx_span line)
{
    size_t at = dx_span_find(line, "(sha1) \"");
    dx_span digits = dx_span_from(line, at == SIZE_MAX ? line.len : at + strlen("(sha1) \""));

    digits.len = MIN(digits.len, 40);
    return digits.len == 40 && dx_span_hash(out, digits) == 40;
}

dx_seeing
dx_see_sql_errorlog(const dx_look *look)
{
    uint32_t error = error_of(look->line);
    char hash[41];
    bool ours = (error >= 26000 && error <= 26099) || error == 17182 || error == 17826 || error == 33565;

    return ours || (look->line.len > 30 && g_ascii_isdigit(look->line.at[0]) && take_hash(hash, look->line))
               ? DX_SEEN
               : DX_NOT_SEEN;
}

void
dx_read_sql_errorlog(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    uint32_t error = 0;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_assignment fact = {.where = dx_reading_at(reading, lines.number),
                              .service = DX_SERVICE_SQL_SERVER};
        uint32_t code = error_of(line);
        bool hash = take_hash(fact.thumbprint, line);
        fact.logged = true;
        if (hash && (error == 26014 || error == 26015 || error == 33565)) /* it could not be loaded */
            fact.refused = true;
        size_t windows = dx_span_find(line, "0x8");
        if (fact.refused && windows != SIZE_MAX)
            dx_span_hex(&fact.error, dx_span_from(line, windows));
        if (hash)
            dx_reading_keep(reading, reading->store->assignments, &fact);
        else if (code)
            dx_reading_empty(reading); /* a log without a word about certificates */
        error = code;
    }
    dx_lines_end(&lines);
}
