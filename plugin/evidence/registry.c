/* registry.c - reads "reg export" and "reg query /s" of the SCHANNEL keys
 *
 *     [HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS
 *     1.0\Server]
 *     "Enabled"=dword:00000000
 *
 * reg query writes the key without brackets and "    Enabled    REG_DWORD    0x0". Kept: Protocols, Ciphers,
 * KeyExchangeAlgorithms, SendExtraRecord, FEATURE_SCH_SEND_AUX_RECORD_KB_2618444 (KB2643584) and the group
 * policy's list of suites. All else is read over.
 * Source: Microsoft Learn, "Transport Layer Security (TLS) registry settings"; KB2643584
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

#include "knowledge/names.h"

typedef enum { KEY_OTHER, KEY_SCHANNEL, KEY_PROTOCOL, KEY_ALGORITHM, KEY_SPLIT, KEY_SUITES } key_kind;

typedef struct registry {
    key_kind kind;
    dx_span name; /* last part of an algorithm's key */
    dx_protocol_setting protocol;
    bool have_protocol;
} registry;

/* One value: its name, and either a number or text. */
typedef struct value {
    dx_span name, text;
    bool is_number;
    uint32_t number;
} value;

static uint16_t
version_of(dx_span name)
{
    static const struct {
        const char *name;
        uint16_t version;
    } versions[] = {{"SSL 2.0", DX_SSL2},  {"SSL 3.0", DX_SSL3},  {"TLS 1.0", DX_TLS10},
                    {"TLS 1.1", DX_TLS11}, {"TLS 1.2", DX_TLS12}, {"TLS 1.3", DX_TLS13}};

    for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++)
        if (dx_span_equal(name, versions[i].name))
            return versions[i].version;
    return 0;
}

static void
flush(const dx_reading *reading, registry *now)
{
    if (now->have_protocol)
        dx_reading_keep(reading, reading->store->protocols, &now->protocol);
    now->have_protocol = false;
}

/* The part of a path after its last backslash; `path` keeps what is before. */
static dx_span
last_part(dx_span *path)
{
    size_t at = path->len;

    while (at > 0 && path->at[at - 1] != '\\')
        at--;
    dx_span part = dx_span_from(*path, at);
    path->len = at ? at - 1 : 0;
    return part;
}

static void
take_key(const dx_reading *reading, registry *now, dx_span path, uint32_t line)
{
    flush(reading, now);
    dx_reading_empty(reading); /* keys without a value that matters */
    now->kind = KEY_OTHER;
    size_t schannel = dx_span_find(path, "\\SecurityProviders\\SCHANNEL");
    dx_span whole = path, part = last_part(&path);
    now->name = part;
    if (dx_span_has(whole, "FEATURE_SCH_SEND_AUX_RECORD_KB_2618444"))
        now->kind = KEY_SPLIT;
    else if (dx_span_ends(whole, "\\Cryptography\\Configuration\\SSL\\00010002"))
        now->kind = KEY_SUITES;
    else if (schannel == SIZE_MAX)
        return;
    else if (dx_span_equal(part, "SCHANNEL"))
        now->kind = KEY_SCHANNEL;
    else if (dx_span_has(whole, "\\SCHANNEL\\Ciphers\\")) {
        /* names such as "AES 128/128" hold a slash, never a backslash */
        now->kind = KEY_ALGORITHM;
    } else if (dx_span_has(whole, "\\SCHANNEL\\KeyExchangeAlgorithms\\")) {
        now->kind = KEY_ALGORITHM;
    } else if (dx_span_has(whole, "\\SCHANNEL\\Protocols\\")) {
        bool server = dx_span_equal(part, "Server");
        uint16_t version = server || dx_span_equal(part, "Client") ? version_of(last_part(&path)) : 0;
        if (!version)
            return;
        now->kind = KEY_PROTOCOL;
        now->protocol = (dx_protocol_setting){.where = dx_reading_at(reading, line),
                                              .version = version,
                                              .server = server,
                                              .enabled = -1,
                                              .disabled_by_default = -1};
        now->have_protocol = true;
    }
}

/* "Enabled"=dword:00000000, "Functions"="..." */
static bool
split_export(value *out, dx_span line)
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
    return true;
}

/* "    Enabled    REG_DWORD    0x0" */
static bool
split_query(value *out, dx_span line)
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

/* "TLS_A,TLS_B" in any quoting; names that are not known are counted as skipped. */
static void
take_suites(const dx_reading *reading, dx_span text, uint32_t line)
{
    while (text.len) {
        size_t len = 0;
        while (len < text.len && (g_ascii_isalnum(text.at[len]) || text.at[len] == '_'))
            len++;
        dx_suite_setting fact = {.where = dx_reading_at(reading, line)};
        if (len > 4 && dx_cipher_by_name(&fact.cipher, text.at, len))
            dx_reading_keep(reading, reading->store->suites, &fact);
        text = dx_span_from(text, len + 1);
    }
}

static void
take_value(const dx_reading *reading, registry *now, const value *item, uint32_t line)
{
    if (now->kind == KEY_PROTOCOL && item->is_number) {
        if (dx_span_equal(item->name, "Enabled"))
            now->protocol.enabled = item->number != 0;
        else if (dx_span_equal(item->name, "DisabledByDefault"))
            now->protocol.disabled_by_default = item->number != 0;
        else
            return;
        if (dx_span_equal(item->name, "Enabled") || now->protocol.enabled < 0)
            now->protocol.where = dx_reading_at(reading, line);
    } else if (now->kind == KEY_ALGORITHM && item->is_number && dx_span_equal(item->name, "Enabled")) {
        dx_algorithm_setting fact = {dx_reading_at(reading, line), dx_span_copy(now->name),
                                     item->number != 0};
        if (!dx_reading_keep(reading, reading->store->algorithms, &fact))
            g_free(fact.name);
    } else if ((now->kind == KEY_SCHANNEL && item->is_number &&
                dx_span_equal(item->name, "SendExtraRecord")) ||
               (now->kind == KEY_SPLIT && item->is_number)) {
        dx_split_setting fact = {dx_reading_at(reading, line),
                                 now->kind == KEY_SPLIT ? dx_span_copy(item->name) : NULL, item->number};
        if (!dx_reading_keep(reading, reading->store->splits, &fact))
            g_free(fact.image);
    } else if (now->kind == KEY_SUITES && dx_span_equal(item->name, "Functions")) {
        take_suites(reading, item->text, line);
    }
}

dx_sight
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
    registry now = {.kind = KEY_OTHER};

    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line)) {
        value item = {.is_number = false};
        line = dx_span_trim(line);
        if (line.len > 2 && line.at[0] == '[' && dx_span_starts(dx_span_from(line, 1), "HKEY_")) {
            if (line.at[line.len - 1] == ']')
                take_key(reading, &now, (dx_span){line.at + 1, line.len - 2}, lines.number);
            else
                dx_reading_cut(reading);
        } else if (dx_span_starts(line, "HKEY_")) {
            take_key(reading, &now, line, lines.number);
        } else if (split_export(&item, line) || split_query(&item, line)) {
            take_value(reading, &now, &item, lines.number);
        }
    }
    flush(reading, &now);
    dx_lines_end(&lines);
}
