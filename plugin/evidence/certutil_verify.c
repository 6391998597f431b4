/* certutil_verify.c - reads "certutil -verify -urlfetch FILE": a chain as Windows builds it
 *
 *     CertContext[0][0]: dwInfoStatus=102 dwErrorStatus=40
 *       Cert: 1a1f948b21a2993677a88eb23f428c7e47e3d133
 *
 * Names of the programming interface stand there in every language. Kept: which certificates the chain has.
 * Source: Microsoft Learn, "certutil" (-verify), "CERT_TRUST_STATUS structure"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#define MARK "CertContext["

dx_seeing
dx_see_certutil_verify(const dx_look *look)
{
    return dx_span_starts(look->line, MARK) ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_certutil_verify(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, caption, value;
    bool inside = false;

    dx_lines_start(&lines, reading->text, true);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim(line);
        if (dx_span_starts(line, MARK)) {
            if (inside)
                dx_reading_skip(reading, lines.number - 1);
            inside = true;
        }
        dx_stored_certificate fact = {.where = dx_reading_at(reading, lines.number)};
        fact.key_where = fact.where;
        if (!inside || !dx_span_value(line, &caption, &value) || value.len != 40 ||
            dx_span_hash(fact.thumbprint, value) != 40)
            continue;
        dx_reading_certificate(reading, &fact);
        inside = false;
    }
    dx_lines_end(&lines);
    if (inside)
        dx_reading_cut(reading);
}
