/* winrm_listener.c - reads "winrm enumerate winrm/config/listener": WinRM's certificate
 *
 *     Listener
 *         Address = *
 *         Transport = HTTPS
 *         Port = 5986
 *         CertificateThumbprint = 1a 1f 94 8b ...
 *
 * Source: Microsoft Learn, "Installation and configuration for Windows Remote Management"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

static bool
take_value(dx_span line, const char *name, dx_span *value)
{
    size_t equals = dx_span_find(line, "=");

    if (equals == SIZE_MAX || !dx_span_equal(dx_span_trim((dx_span){line.at, equals}), name))
        return false;
    *value = dx_span_trim(dx_span_from(line, equals + 1));
    return true;
}

dx_seeing
dx_see_winrm_listener(const dx_look *look)
{
    dx_span value;

    return take_value(look->line, "CertificateThumbprint", &value) ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_winrm_listener(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, value;
    bool https = false;

    dx_lines_start(&lines, reading->text, true);
    while (dx_lines_next(&lines, &line)) {
        if (take_value(line, "Transport", &value))
            https = dx_span_equal(value, "HTTPS");
        if (!take_value(line, "CertificateThumbprint", &value))
            continue;
        dx_assignment fact = {.where = dx_reading_at(reading, lines.number), .service = DX_SERVICE_WINRM};
        char joined[41];
        unsigned num = 0;
        for (size_t i = 0; i < value.len && num < 40; i++)
            if (g_ascii_isxdigit(value.at[i]))
                joined[num++] = value.at[i];
        if (https && num == 40 && dx_span_hash(fact.thumbprint, (dx_span){joined, 40}) == 40)
            dx_reading_keep(reading, reading->store->assignments, &fact);
        else
            dx_reading_empty(reading); /* a listener for HTTP */
    }
    dx_lines_end(&lines);
}
