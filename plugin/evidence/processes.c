/* processes.c - reads which program a process is: tasklist, Get-Process, wmic process get
 *
 *     Image Name                     PID Services
 *     ========================= ======== ============================================
 *     svchost.exe                   1312 TermService
 *     lsass.exe                      684 Netlogon, NTDS, SamSs
 *
 * The names over the columns are in the language of the system, so the line of equals signs tells where they
 * are; with /fo csv the row does ("svchost.exe","1312","TermService"). Services that do not fit go on below.
 * Source: Microsoft Learn, "tasklist", "Get-Process"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

#include <string.h>

/* False: there are too many already. */
static bool
keep(const dx_reading *reading, uint32_t line, dx_span image, uint32_t pid, dx_span services)
{
    bool none = !services.len || dx_span_equal(services, "N/A") || g_ascii_isdigit(services.at[0]) ||
                dx_span_equal(services, "Console") || dx_span_equal(services, "Services");
    dx_process fact = {.where = dx_reading_at(reading, line),
                       .pid = pid,
                       .image = dx_span_copy(image),
                       .services = none ? NULL : dx_span_copy(services)};

    if (!dx_reading_keep(reading, reading->store->processes, &fact)) {
        g_free(fact.image);
        g_free(fact.services);
        return false;
    }
    return true;
}

/* "===== ===== =====": widths of the first columns; how many there are */
static unsigned
columns_of(dx_span line, size_t from[3])
{
    unsigned num = 0;

    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] != '=' && line.at[i] != ' ')
            return 0;
        if (line.at[i] == '=' && (i == 0 || line.at[i - 1] == ' ') && num < 3)
            from[num++] = i;
    }
    return num;
}

static void
go_on(const dx_reading *reading, dx_span services)
{
    GArray *list = reading->store->processes;
    dx_process *last = &g_array_index(list, dx_process, list->len - 1);

    if (!last->services || strlen(last->services) > 4000)
        return;
    char *more = g_strdup_printf("%s %.*s", last->services, (int)services.len, services.at);
    g_free(last->services);
    last->services = more;
}

/* A row below the equals signs. */
static void
take_row(const dx_reading *reading, dx_span line, const size_t from[3], uint32_t number, bool *any)
{
    dx_span image = dx_span_trim((dx_span){line.at, MIN(from[1], line.len)});
    dx_span rest = dx_span_trim(dx_span_from(line, from[1]));
    uint32_t pid;

    if (!image.len && *any) {
        go_on(reading, rest);
        return;
    }
    size_t taken = dx_span_decimal(&pid, rest);
    if (image.len && taken) {
        *any = keep(reading, number, image, pid, dx_span_trim(dx_span_from(rest, taken)));
        return;
    }
    *any = false;
    dx_reading_skip(reading, number);
}

/* "svchost.exe","1312","TermService" */
static bool
take_csv(const dx_reading *reading, dx_span line, uint32_t number)
{
    dx_span part[3] = {{NULL, 0}};
    uint32_t pid;
    unsigned num = 0;

    for (size_t at = 0; num < 3 && at < line.len && line.at[at] == '"'; num++) {
        const char *end = memchr(line.at + at + 1, '"', line.len - at - 1);
        if (!end)
            break;
        part[num] = (dx_span){line.at + at + 1, (size_t)(end - line.at) - at - 1};
        at = (size_t)(end - line.at) + 2;
    }
    if (num < 2 || !part[0].len || !part[1].len || dx_span_decimal(&pid, part[1]) != part[1].len)
        return false;
    keep(reading, number, part[0], pid, part[2]);
    return true;
}

/* Get-Process: Id and ProcessName, which has no ".exe"; wmic: Name and ProcessId */
static void
take_object(const dx_object *object, void *user)
{
    const dx_reading *reading = user;
    bool wmic = dx_object_get(object, "ProcessId") != NULL;
    dx_span id = dx_object_span(object, wmic ? "ProcessId" : "Id");
    dx_span name =
        dx_object_span(object, wmic || !dx_object_get(object, "ProcessName") ? "Name" : "ProcessName");
    uint32_t pid;

    if (!name.len || !id.len || dx_span_decimal(&pid, id) != id.len)
        return;
    bool bare = !memchr(name.at, '.', name.len) && !dx_span_equal(name, "System");
    char *image = g_strdup_printf("%.*s%s", (int)name.len, name.at, bare ? ".exe" : "");
    keep(reading, object->line, (dx_span){image, strlen(image)}, pid, (dx_span){NULL, 0});
    g_free(image);
}

dx_seeing
dx_see_processes(const dx_look *look)
{
    size_t from[3];
    bool table = dx_span_starts(look->line, "=====") && columns_of(look->line, from) >= 3 && look->before.len;
    bool csv = dx_span_starts(look->line, "\"System") && dx_span_has(look->line, "\",\"4\",");
    bool list = dx_look_property(look, "ProcessName") || dx_look_property(look, "ProcessId");

    return table || csv || list ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_processes(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line;
    size_t from[3];
    bool table = false, any = false;

    dx_objects_each(reading->text, take_object, (void *)reading);
    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        if (dx_span_starts(line, "=====") && columns_of(line, from) >= 3)
            table = true;
        else if (table && dx_span_trim(line).len)
            take_row(reading, line, from, lines.number, &any);
        else if (!take_csv(reading, line, lines.number))
            table = false;
    }
    dx_lines_end(&lines);
}
