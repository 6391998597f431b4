/* bindings.c - reads "netsh http show sslcert" and "httpcfg query ssl"
 *
 * Both list entries in one order: endpoint, hash, GUID, store. Captions are in the language of the system,
 * so the values tell: an endpoint begins an entry, a GUID in braces names the application, the line after
 * it the store.
 *
 *     IP:port                      : 0.0.0.0:443
 *     Certificate Hash             : c09b416d6b018d615db22064079d15638e96823d
 *     Application ID               : {4dc3e181-e14b-4a21-b022-59fc669b0914}
 *     Certificate Store Name       : MY
 *
 * Also read: Microsoft's troubleshooter as web pages show it, where captions stick to the end of the value
 * before them.
 * Source: Microsoft Learn, "netsh http"; Microsoft's troubleshooter for IIS, scenario 4
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

#define MAX_HOST 253

/* A list while its lines come. */
typedef struct entry {
    dx_binding binding;
    bool open, want_store;
    bool asked, all;          /* a command line asks for one entry, for all */
    bool heading, below;      /* a line of dashes was read; it was the line before */
    bool answer;              /* behind it came a sentence instead of entries */
    unsigned num, num_before; /* entries; those before the last heading */
    unsigned most;            /* entries below one heading */
} entry;

static void
close_entry(const dx_reading *reading, entry *now, uint32_t line)
{
    if (!now->open)
        return;
    dx_binding *binding = &now->binding;
    bool central = binding->host && !*binding->host;
    if (!binding->have_hash && !binding->have_guid && !central && !binding->cut) {
        dx_reading_skip(reading, line);
        g_free(binding->host);
        g_free(binding->store);
    } else if (!dx_reading_keep(reading, reading->store->bindings, binding)) {
        g_free(binding->host);
        g_free(binding->store);
    }
    memset(binding, 0, sizeof *binding);
    now->open = now->want_store = false;
}

static void
open_entry(const dx_reading *reading, entry *now, uint32_t line)
{
    close_entry(reading, now, line - 1);
    now->open = true;
    now->num++;
    now->most = MAX(now->most, now->num - now->num_before);
    now->binding.where = dx_reading_at(reading, line);
}

/* "name:443" of the hostnameport layout. */
static bool
take_host(dx_binding *binding, dx_span value)
{
    size_t colon = 0;
    uint32_t port;

    while (colon < value.len && value.at[colon] != ':')
        colon++;
    dx_span digits = dx_span_from(value, colon + 1);
    if (!colon || colon > MAX_HOST || !digits.len || dx_span_decimal(&port, digits) != digits.len ||
        port > 65535)
        return false;
    for (size_t i = 0; i < colon; i++)
        if (!g_ascii_isalnum(value.at[i]) && !strchr("-._*", value.at[i]))
            return false;
    binding->host = dx_span_copy((dx_span){value.at, colon});
    binding->endpoint.port = (uint16_t)port;
    return true;
}

/* Captions that stick to a value: "0.0.0.0:443Hash". */
static dx_span
unglue(dx_span value)
{
    static const char *const captions[] = {
        "Non-working scenario:", "Working scenario:", "CertStoreName", "CertCheckMode", "Hash", "Guid"};

    for (unsigned i = 0; i < G_N_ELEMENTS(captions); i++)
        if (dx_span_ends(value, captions[i]))
            value.len -= strlen(captions[i]);
    return dx_span_trim(value);
}

/* The lines within an entry. */
static void
take_value(entry *now, dx_span caption, dx_span value)
{
    dx_binding *binding = &now->binding;
    char hash[41];
    bool zero;

    if (dx_span_starts(caption, "Disable ") && dx_span_equal(value, "Set")) { /* Windows Server 2022 on */
        binding->no_legacy |= dx_span_has(caption, "Legacy TLS");
        binding->no_tls12 |= dx_span_ends(caption, "TLS1.2");
        binding->no_tls13 |= dx_span_ends(caption, "TLS1.3");
    }
    if (now->want_store) {
        bool null = dx_span_equal(value, "(null)") || !value.len;
        binding->store = null ? NULL : dx_span_copy(value);
        now->want_store = false;
    } else if (!binding->have_guid && dx_span_guid(value, &zero) && !dx_span_guid(caption, &zero)) {
        binding->have_guid = true;
        (void)dx_span_guid(value, &binding->zero_guid);
        now->want_store = true;
    } else if (!binding->have_guid && !binding->have_hash && dx_span_hash(hash, value)) {
        binding->have_hash = true;
        memcpy(binding->hash, hash, sizeof hash);
    }
}

static void
take_line(const dx_reading *reading, entry *now, uint32_t number, dx_span line)
{
    dx_span caption = {NULL, 0}, value;
    dx_endpoint endpoint;
    uint32_t port;
    bool split = dx_span_value(line, &caption, &value);

    if (!split)
        value = line;
    value = unglue(value);
    bool by_name = split && dx_span_has(caption, "hostname:port");
    size_t taken = dx_endpoint_parse(&endpoint, value.at, value.len);
    if (taken && taken == value.len) {
        open_entry(reading, now, number);
        now->binding.endpoint = endpoint;
        return;
    }
    if (split && dx_span_equal(caption, "Central Certificate Store") &&
        dx_span_decimal(&port, value) == value.len && value.len && port <= 65535) {
        open_entry(reading, now, number);
        now->binding.host = g_strdup("");
        now->binding.endpoint.port = (uint16_t)port;
        return;
    }
    dx_binding named = {.host = NULL};
    /* in any language: a caption that holds a colon itself, as only an endpoint's does */
    if (split && (by_name || memchr(caption.at, ':', caption.len)) && take_host(&named, value)) {
        open_entry(reading, now, number);
        now->binding.host = named.host;
        now->binding.endpoint = named.endpoint;
        return;
    }
    if (now->open)
        take_value(now, caption, value);
}

/* The lines around the entries: what was typed, the heading, an answer in place of entries. */
static void
take_frame(entry *now, dx_span line)
{
    dx_span command;

    if (dx_span_command(line, &command)) {
        if (!dx_span_has(command, "show sslcert") && !dx_span_has(command, "query ssl"))
            return;
        if (memchr(command.at, '=', command.len) || memchr(command.at, '|', command.len) ||
            dx_span_has(command, " -i"))
            now->asked = true;
        else
            now->all = true;
    } else if (dx_span_rule(line)) {
        now->heading = now->below = true;
        now->num_before = now->num;
    } else if (line.len) {
        now->answer |= now->below && !now->open;
        now->below = false;
    }
}

/* One entry may be all that there is, or all that was asked for: netsh prints the same heading. Nor does it
 * say "none" of a list that is empty, but of an entry that is not there it does. */
static bool
is_part(const entry *now, bool headings)
{
    if (now->asked || now->all)
        return now->asked;
    return headings ? !now->heading || now->answer || now->most == 1 : now->num < 2;
}

static void
read_bindings(const dx_reading *reading, bool headings)
{
    dx_lines lines;
    dx_span line;
    entry now = {.open = false};

    dx_lines_start(&lines, reading->text, true);
    while (dx_lines_next(&lines, &line)) {
        line = dx_span_trim(line);
        if (line.len || now.want_store)
            take_line(reading, &now, lines.number, line);
        take_frame(&now, line);
    }
    if (now.open && (!now.binding.have_guid || now.want_store) && !(now.binding.host && !*now.binding.host)) {
        dx_reading_cut(reading);
        now.binding.cut = true;
    }
    close_entry(reading, &now, lines.number);
    dx_reading_empty(reading); /* the list may be */
    if (is_part(&now, headings))
        dx_reading_part(reading);
    dx_lines_end(&lines);
}

dx_seeing
dx_see_netsh_sslcert(const dx_look *look)
{
    char hash[41];
    bool zero, listed = look->endpoint && !look->httpcfg &&
                        (dx_span_guid(look->value, &zero) || dx_span_hash(hash, look->value) == 40);

    /* a list may be empty: its heading has SSL in it in every language ("SSL-Zertifikatbindungen:") */
    bool heading =
        dx_span_heading(look->before) && dx_span_rule(look->line) && dx_span_has(look->before, "SSL");
    return listed || heading ? DX_SEEN : DX_NOT_SEEN;
}

void
dx_read_netsh_sslcert(const dx_reading *reading)
{
    read_bindings(reading, true);
}

dx_seeing
dx_see_httpcfg_ssl(const dx_look *look)
{
    char hash[41];
    bool zero;

    return look->endpoint && look->httpcfg &&
                   (dx_span_guid(look->value, &zero) || dx_span_hash(hash, look->value) == 40)
               ? DX_SEEN
               : DX_NOT_SEEN;
}

void
dx_read_httpcfg_ssl(const dx_reading *reading)
{
    read_bindings(reading, false);
}
