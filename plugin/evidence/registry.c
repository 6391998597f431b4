/* registry.c - reads "reg export" and "reg query /s" of the SCHANNEL keys
 *
 *     [HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS
 *     1.0\Server]
 *     "Enabled"=dword:00000000
 *
 * reg query writes the key without brackets and "    Enabled    REG_DWORD    0x0".
 * Source: Microsoft Learn, "Transport Layer Security (TLS) registry settings"; KB2643584
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/registry.h"

#define MAX_VALUE 65536

/* Lines of hex digits go on behind a backslash. */
static dx_span
join(GString *joined, dx_lines *lines, dx_span line)
{
    if (!line.len || line.at[0] != '"' || line.at[line.len - 1] != '\\' || !dx_span_has(line, "=hex"))
        return line;
    g_string_truncate(joined, 0);
    for (bool more = true; more;) {
        more = line.len && line.at[line.len - 1] == '\\';
        g_string_append_len(joined, line.at, (gssize)(line.len - more));
        more = more && joined->len < MAX_VALUE && dx_lines_next(lines, &line);
        line = dx_span_trim(line);
    }
    return (dx_span){joined->str, joined->len};
}

/* "54,00,4c,00,...": UTF-16; texts of a list are divided by commas then. */
static dx_span
unhex(GString *out, dx_span digits)
{
    uint32_t low, high;

    g_string_truncate(out, 0);
    while (digits.len >= 5 && dx_span_hex(&low, (dx_span){digits.at, 2}) == 2 &&
           dx_span_hex(&high, (dx_span){digits.at + 3, 2}) == 2) {
        g_string_append_c(out, high ? '?' : low ? (char)low : ',');
        digits = dx_span_from(digits, 6);
    }
    return (dx_span){out->str, out->len};
}

/* "Enabled"=dword:00000000, "Functions"="..." */
static bool
split_export(dx_reg_value *out, GString *text, dx_span line)
{
    size_t end = 1;

    if (!line.len || line.at[0] != '"')
        return false;
    while (end < line.len && line.at[end] != '"')
        end++;
    out->name = (dx_span){line.at + 1, end - 1};
    dx_span rest = dx_span_from(line, end + 1);
    if (!rest.len || rest.at[0] != '=')
        return false;
    rest = dx_span_from(rest, 1);
    if (dx_span_starts(rest, "dword:")) {
        out->is_number = dx_span_hex(&out->number, dx_span_from(rest, 6)) > 0;
        return out->is_number;
    }
    out->text = rest;
    if (dx_span_starts(rest, "hex(7):") || dx_span_starts(rest, "hex(1):") || dx_span_starts(rest, "hex(2):"))
        out->text = unhex(text, dx_span_from(rest, 7));
    else if (dx_span_starts(rest, "hex:"))
        out->text = dx_span_from(rest, 4);
    return true;
}

/* "    Enabled    REG_DWORD    0x0" */
static bool
split_query(dx_reg_value *out, dx_span line)
{
    size_t type = dx_span_find(line, "REG_");

    if (type == SIZE_MAX || type == 0 || !g_ascii_isspace(line.at[type - 1]))
        return false;
    out->name = dx_span_trim((dx_span){line.at, type});
    dx_span rest = dx_span_from(line, type), word;
    if (!dx_span_word(&rest, &word))
        return false;
    out->text = dx_span_trim(rest);
    out->is_number = dx_span_equal(word, "REG_DWORD") && dx_span_hex(&out->number, out->text) > 0;
    return out->name.len > 0;
}

dx_seeing
dx_see_registry(const dx_look *look)
{
    if (dx_span_starts(look->line, "Windows Registry Editor") || dx_span_starts(look->line, "REGEDIT4"))
        return DX_SEEN_ALONE;
    bool key = dx_span_starts(look->line, "HKEY_LOCAL_MACHINE\\") || dx_span_starts(look->line, "[HKEY_") ||
               dx_span_starts(look->line, "HKEY_CURRENT_USER\\");
    return key ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_registry(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    dx_reg_key now = {.kind = DX_REG_OTHER};
    GString *joined = g_string_new(NULL), *text = g_string_new(NULL);

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_reg_value item = {.is_number = false};
        uint32_t number = lines.number;
        line = join(joined, &lines, dx_span_trim(line));
        if (line.len > 2 && line.at[0] == '[' && dx_span_starts(dx_span_from(line, 1), "HKEY_")) {
            if (line.at[line.len - 1] == ']')
                dx_reg_begin(reading, &now, (dx_span){line.at + 1, line.len - 2}, lines.number);
            else
                dx_reading_cut(reading);
        } else if (dx_span_starts(line, "HKEY_")) {
            dx_reg_begin(reading, &now, line, lines.number);
        } else if (split_export(&item, text, line) || split_query(&item, line)) {
            dx_reg_value_of(reading, &now, &item, number);
        }
    }
    dx_reg_end(reading, &now);
    g_string_free(joined, TRUE);
    g_string_free(text, TRUE);
    dx_lines_end(&lines);
}
