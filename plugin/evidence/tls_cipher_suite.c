/* tls_cipher_suite.c - reads "Get-TlsCipherSuite", whole or with Name only
 *
 *     Name                  : TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
 *
 * Up to Windows Server 2012 R2 the names end in the curve ("_P256").
 * Source: Microsoft Learn, "Get-TlsCipherSuite"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"
#include "knowledge/names.h"

dx_sight
dx_see_tls_cipher_suite(const dx_look *look)
{
    bool named = look->split && dx_span_starts(look->value, "TLS_") && look->value.len < 80;
    bool bare =
        dx_span_starts(look->line, "TLS_") && look->line.len < 80 && dx_span_has(look->line, "_WITH_");

    return named || bare ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_tls_cipher_suite(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, caption, value;

    dx_lines_start(&lines, reading->text, true);
    while (dx_lines_next(&lines, &line)) {
        dx_suite_setting fact = {.where = dx_reading_at(reading, lines.number)};
        line = dx_span_trim(line);
        if (!dx_span_value(line, &caption, &value))
            value = line;
        if (!dx_span_starts(value, "TLS_"))
            continue;
        if (dx_cipher_by_name(&fact.cipher, value.at, value.len))
            dx_reading_keep(reading, reading->store->suites, &fact);
        else
            dx_reading_skip(reading, lines.number);
    }
    dx_lines_end(&lines);
}
