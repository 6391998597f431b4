/* tls_ecc_curve.c - reads "Get-TlsEccCurve", and knows how Windows calls curves
 *
 *     curve25519
 *     NistP256
 *     NistP384
 *
 * Source: Microsoft Learn, "Get-TlsEccCurve", "TLS Elliptic Curves in Windows 10 version 1607 and later"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

static const struct {
    const char *name;
    uint16_t group; /* RFC 8422, RFC 7027 */
} curves[] = {{"curve25519", 0x001d},      {"NistP256", 0x0017},        {"NistP384", 0x0018},
              {"NistP521", 0x0019},        {"secP256r1", 0x0017},       {"secP384r1", 0x0018},
              {"secP521r1", 0x0019},       {"brainpoolP256r1", 0x001a}, {"brainpoolP384r1", 0x001b},
              {"brainpoolP512r1", 0x001c}, {"nistP192", 0x0013},        {"nistP224", 0x0015},
              {"secP256k1", 0x0016},       {"MLKEM768_X25519", 0x11ec}, {"X25519MLKEM768", 0x11ec},
              {"ECDH_P256", 0x0017},       {"ECDH_P384", 0x0018},       {"ECDH_P521", 0x0019}};

bool
dx_curve_by_name(uint16_t *group, dx_span name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(curves); i++)
        if (dx_span_equal(name, curves[i].name)) {
            *group = curves[i].group;
            return true;
        }
    return false;
}

/* A line of nothing but a name, as it is or as a value of JSON or CSV. */
static dx_span
name_of(dx_span line)
{
    while (line.len && (line.at[line.len - 1] == ',' || line.at[line.len - 1] == '"'))
        line.len--;
    return line.len && line.at[0] == '"' ? dx_span_from(line, 1) : line;
}

dx_seeing
dx_see_tls_ecc_curve(const dx_look *look)
{
    uint16_t group;

    return dx_curve_by_name(&group, name_of(look->line)) ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_tls_ecc_curve(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_curve_setting fact = {.where = dx_reading_at(reading, lines.number), .local = true};
        if (dx_curve_by_name(&fact.group, name_of(dx_span_trim(line))))
            dx_reading_keep(reading, reading->store->curves, &fact);
    }
    dx_lines_end(&lines);
}
