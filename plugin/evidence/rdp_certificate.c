/* rdp_certificate.c - reads which certificate Remote Desktop uses: Win32_TSGeneralSetting through CIM or wmic
 *
 *     TerminalName           : RDP-Tcp
 *     SSLCertificateSHA1Hash : 1A1F948B21A2993677A88EB23F428C7E47E3D133
 *
 * Source: Microsoft Learn, "Win32_TSGeneralSetting class"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

static void
take(const dx_object *object, void *user)
{
    const dx_reading *reading = user;
    const dx_property *hash = dx_object_get(object, "SSLCertificateSHA1Hash");
    dx_assignment fact = {.service = DX_SERVICE_RDP};

    if (!hash)
        return;
    fact.where = dx_reading_at(reading, hash->line);
    if (dx_span_hash(fact.thumbprint, dx_object_span(object, "SSLCertificateSHA1Hash")) == 40)
        dx_reading_keep(reading, reading->store->assignments, &fact);
    else
        dx_reading_skip(reading, hash->line);
}

dx_seeing
dx_see_rdp_certificate(const dx_look *look)
{
    /* wmic's table has it over its values */
    bool named = dx_look_property(look, "SSLCertificateSHA1Hash") ||
                 dx_span_equal(look->line, "SSLCertificateSHA1Hash");

    return named ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_rdp_certificate(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    bool below = false;

    dx_objects_each(reading->text, take, (void *)reading);
    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_assignment fact = {.where = dx_reading_at(reading, lines.number), .service = DX_SERVICE_RDP};
        dx_span word = dx_span_trim(line);
        if (below && word.len == 40 && dx_span_hash(fact.thumbprint, word) == 40)
            dx_reading_keep(reading, reading->store->assignments, &fact);
        below = word.len ? dx_span_equal(word, "SSLCertificateSHA1Hash") : below;
    }
    dx_lines_end(&lines);
}
