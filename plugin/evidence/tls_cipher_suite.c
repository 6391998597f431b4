/* tls_cipher_suite.c - reads "Get-TlsCipherSuite", in any format
 *
 *     Name                  : TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
 *
 * Up to Windows Server 2012 R2 the names end in the curve ("_P256").
 * Source: Microsoft Learn, "Get-TlsCipherSuite"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

#include "knowledge/names.h"

#define MAX_BEGIN 4096 /* bytes at the beginning of a file, where a scanner names itself */

/* The next name of a suite in a line: at its beginning, in a column, behind a quote; not within a sentence.
 * */
static bool
next_name(dx_span *rest, dx_span *name)
{
    for (size_t from = 0, at; (at = dx_span_find(dx_span_from(*rest, from), "TLS_")) != SIZE_MAX;
         from += at + 4) {
        size_t start = from + at, end = start;
        char before = start ? rest->at[start - 1] : ' ';
        bool column = start >= 2 && before == ' ' && strchr(": ", rest->at[start - 2]);
        bool begins = !start || before == '"' || column;
        while (end < rest->len && (g_ascii_isalnum(rest->at[end]) || rest->at[end] == '_'))
            end++;
        bool ends = end == rest->len || g_ascii_isspace(rest->at[end]) || strchr("\",", rest->at[end]);
        if (!begins || !ends)
            continue;
        *name = (dx_span){rest->at + start, end - start};
        *rest = dx_span_from(*rest, end);
        return true;
    }
    return false;
}

/* nmap's tables, the registry's lists, scanners and what openssl says of a connection hold names, too; beside
 * them stand versions ("TLSv1.3"), numbers ("0x13,0x02"), "256 bits", "Kx=any". */
static bool
is_other(dx_span line)
{
    static const char *const words[] = {"REG_", "\"Functions\"", "TLSv1", "TLS1.", "0x", " bits", "Kx="};
    dx_span caption, value;

    if (!line.len || line.at[0] == '|')
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        if (dx_span_has(line, words[i]))
            return true;
    /* "Cipher    : TLS_..." of openssl */
    return dx_span_value(line, &caption, &value) && dx_span_starts(value, "TLS_") &&
           !dx_span_equal(caption, "Name");
}

/* sslyze's and testssl.sh's reports of what a server accepts */
bool
dx_cipher_scan(dx_span text)
{
    dx_span begin = {text.at, MIN(text.len, MAX_BEGIN)};

    return dx_span_has(begin, "SCAN RESULTS FOR") || dx_span_has(begin, "testssl") ||
           dx_span_has(begin, "Testing SSL server") || dx_span_has(begin, "Testing protocols via sockets");
}

dx_seeing
dx_see_tls_cipher_suite(const dx_look *look)
{
    dx_span rest = look->line, name;
    bool named = !is_other(look->line) && next_name(&rest, &name) && name.len > 10 && !look->scan;

    return named ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_tls_cipher_suite(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, name, command;
    bool told = false;

    dx_lines_start(&lines, reading->text, true);
    while (dx_lines_next(&lines, &line)) {
        dx_suite_setting fact = {.where = dx_reading_at(reading, lines.number), .local = true};
        line = dx_span_trim(line);
        if (dx_span_command(line, &command) &&
            (dx_span_has(command, "-Name") || dx_span_has(command, "where")))
            dx_reading_part(reading);
        told |= dx_span_equal(line, "Name") || dx_span_has(line, "Name ") || dx_span_has(line, "\"Name\"") ||
                dx_span_has(line, "Get-TlsCipherSuite");
        if (is_other(line) || !next_name(&line, &name))
            continue;
        if (dx_cipher_by_name(&fact.cipher, name.at, name.len))
            dx_reading_keep(reading, reading->store->suites, &fact);
        else
            dx_reading_skip(reading, lines.number);
    }
    dx_lines_end(&lines);
    if (!told) /* names alone may be from anywhere */
        dx_reading_part(reading);
}
