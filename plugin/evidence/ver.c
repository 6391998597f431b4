/* ver.c - reads the release of Windows: "ver", systeminfo, Get-ComputerInfo
 *
 *     Microsoft Windows [Version 6.1.7601]
 *
 * Source: Microsoft Learn, "Operating System Version", "Windows Server release information"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

static const struct {
    uint32_t major, minor, build; /* from this build on */
    dx_os os;
} releases[] = {
    {10, 0, 26100, DX_OS_2025}, {10, 0, 20348, DX_OS_2022},   {10, 0, 17763, DX_OS_2019},
    {10, 0, 14393, DX_OS_2016}, {6, 3, 0, DX_OS_2012R2},      {6, 2, 0, DX_OS_2012},
    {6, 1, 0, DX_OS_2008R2},    {6, 0, 6002, DX_OS_2008_SP2}, {6, 0, 0, DX_OS_2008},
    {5, 2, 0, DX_OS_2003},
};

/* "6.1.7601" */
static bool
take_version(dx_evidence_store *store, dx_span text)
{
    uint32_t number[3];

    for (unsigned i = 0; i < 3; i++) {
        size_t taken = dx_span_decimal(&number[i], text);
        if (!taken || (i < 2 && (taken >= text.len || text.at[taken] != '.')))
            return false;
        text = dx_span_from(text, taken + 1);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(releases); i++)
        if (number[0] == releases[i].major && number[1] == releases[i].minor &&
            number[2] >= releases[i].build) {
            store->os = releases[i].os;
            return true;
        }
    return false;
}

/* Where the version stands in a line; empty when there is none. systeminfo has it in the language of the
 * system, but with its last part once more at the end: "10.0.17763 N/A Build 17763". */
static dx_span
version_in(dx_span line)
{
    static const char *const before[] = {"Windows [", "Microsoft Windows NT ", "OsVersion"};
    dx_span caption, value, word, last = {NULL, 0}, none = {NULL, 0};

    for (unsigned i = 0; i < G_N_ELEMENTS(before); i++) {
        size_t at = dx_span_find(line, before[i]);
        if (at == SIZE_MAX)
            continue;
        for (at += strlen(before[i]); at < line.len && !g_ascii_isdigit(line.at[at]);)
            at++;
        return dx_span_from(line, at);
    }
    if (!dx_span_value(line, &caption, &value) || !value.len || !g_ascii_isdigit(value.at[0]))
        return none;
    dx_span rest = value, first;
    dx_span_word(&rest, &first);
    while (dx_span_word(&rest, &word))
        last = word;
    bool twice = last.len >= 4 && first.len > last.len && first.at[first.len - last.len - 1] == '.' &&
                 memcmp(first.at + first.len - last.len, last.at, last.len) == 0;
    return twice ? first : none;
}

dx_seeing
dx_see_ver(const dx_look *look)
{
    return version_in(look->line).len ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_ver(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        dx_span version = version_in(dx_span_trim(line));
        if (version.len && take_version(reading->store, version)) {
            dx_reading_empty(reading); /* it is no entry of a list */
            reading->store->os_where = dx_reading_at(reading, lines.number);
            return;
        }
    }
    dx_reading_skip(reading, reading->line);
}
