/* object_table.c - a table of PowerShell: columns by the dashes under their names
 *
 *     LocalAddress LocalPort State  OwningProcess
 *     ------------ --------- -----  -------------
 *     0.0.0.0      443       Listen             4
 *
 * Numbers stand at the right end of their column, all else at the left. PowerShell counts cells of the
 * console: a Chinese or Japanese letter has two.
 * Source: Microsoft Learn, "Format-Table"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

#include <string.h>

/* The byte at which a cell begins; the line's length when it is shorter. Bytes of other character sets than
 * UTF-8 are cells. */
static size_t
byte_of(dx_span line, unsigned cell)
{
    size_t at = 0;

    for (unsigned now = 0; at < line.len && now < cell;) {
        gunichar c = (unsigned char)line.at[at] < 0x80
                         ? (gunichar)line.at[at]
                         : g_utf8_get_char_validated(line.at + at, (gssize)(line.len - at));
        bool valid = c != (gunichar)-1 && c != (gunichar)-2;
        now += valid && g_unichar_iswide(c) ? 2 : 1;
        at += valid ? (size_t)g_unichar_to_utf8(c, NULL) : 1;
    }
    return at;
}

/* Where a column's part of a row begins: at its dashes, or before them when a number is longer. */
static size_t
begin_of(const dx_columns *table, dx_span row, unsigned column)
{
    if (!column)
        return 0;
    size_t at = byte_of(row, table->start[column]), floor = byte_of(row, table->start[column - 1]);
    while (at > floor && at <= row.len && at > 0 && row.at[at - 1] != ' ')
        at--;
    return at;
}

static dx_span
cell_of(const dx_columns *table, dx_span row, unsigned column)
{
    size_t from = begin_of(table, row, column);
    size_t to = column + 1 < table->num ? begin_of(table, row, column + 1) : row.len;

    return to > from ? dx_span_trim((dx_span){row.at + from, to - from}) : (dx_span){NULL, 0};
}

bool
dx_columns_start(dx_columns *table, dx_span names, dx_span rule)
{
    bool dash = false;

    table->num = 0;
    if (!names.len || !rule.len)
        return false;
    for (size_t i = 0; i < rule.len; i++) {
        if (rule.at[i] != '-' && rule.at[i] != ' ')
            return false;
        if (rule.at[i] == '-' && !dash && table->num == DX_MAX_COLUMNS)
            return false;
        if (rule.at[i] == '-' && !dash)
            table->start[table->num++] = (unsigned)i;
        dash = rule.at[i] == '-';
    }
    for (unsigned i = 0; i < table->num; i++) {
        dx_span name = cell_of(table, names, i);
        if (!name.len || name.len >= sizeof table->name[i])
            return false;
        memcpy(table->name[i], name.at, name.len);
        table->name[i][name.len] = '\0';
    }
    return table->num > 0;
}

void
dx_columns_row(const dx_columns *table, dx_objects *objects, dx_span row, uint32_t line)
{
    dx_object *object = &objects->object;
    bool more = table->num > 1 && object->num == table->num && !cell_of(table, row, 0).len &&
                (table->num == 2 || !cell_of(table, row, 1).len);

    if (!more)
        dx_object_done(objects);
    for (unsigned i = 0; i < table->num; i++) {
        dx_span cell = cell_of(table, row, i);
        if (!more)
            dx_object_add(objects, (dx_span){table->name[i], strlen(table->name[i])}, cell, line);
        else if (cell.len && object->property[i].value->len < DX_MAX_EVIDENCE_BYTES / 256)
            g_string_append_len(g_string_append_c(object->property[i].value, ' '), cell.at, (gssize)cell.len);
    }
    object->last_line = line;
}
