/* entry.c - one problem of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/entry.h"

#include <string.h>

#include "facts/text.h"
#include "present/files.h"
#include "present/certificate.h"
#include "present/layout.h"

#define MAX_SHOWN         6 /* names, clients */
#define FILTER_CHARACTERS (DX_LAYOUT_WIDTH - DX_LAYOUT_TEXT)

char *
dx_entry_filter(const dx_entry *entry)
{
    char *exact = dx_streams_filter((const uint32_t *)(void *)entry->streams->data, entry->streams->len);
    if (strlen(exact) <= FILTER_CHARACTERS)
        return exact;
    g_free(exact);
    const dx_endpoint *server = &entry->server->endpoint;
    char *address = dx_address_text(&server->address);
    char *filter = g_strdup_printf("ssltrouble.%s == \"%s\" && %s.addr == %s && tcp.port == %u",
                                   entry->cause ? "cause" : "advice", entry->id,
                                   server->address.family == 6 ? "ipv6" : "ip", address, server->port);
    g_free(address);
    return filter;
}

static char *
joined(const dx_distinct *distinct, char *(*text)(const void *value))
{
    GString *out = g_string_new(NULL);
    unsigned num = distinct->values->len;
    for (unsigned i = 0; i < num && i < MAX_SHOWN; i++) {
        char *one = text(distinct->values->pdata[i]);
        g_string_append_printf(out, "%s%s", i ? ", " : "", one);
        g_free(one);
    }
    if (num > MAX_SHOWN)
        g_string_append_printf(out, " and %u more", num - MAX_SHOWN);
    return g_string_free(out, FALSE);
}

static char *
name_text(const void *value)
{
    return dx_safe(value, 0);
}

static char *
client_text(const void *value)
{
    return dx_address_text(value);
}

char *
dx_entry_names(const dx_entry *entry)
{
    return joined(&entry->names, name_text);
}

char *
dx_entry_clients(const dx_entry *entry)
{
    return joined(&entry->clients, client_text);
}

static void
add_server(const dx_page *page, const dx_entry *entry)
{
    char *server = dx_endpoint_text(&entry->server->endpoint), *names = dx_entry_names(entry);
    if (!*names)
        dx_layout_text(page, "Server", server);
    else if (entry->num_nameless)
        dx_layout_line(page, "Server", "%s, asked for as %s; without a name (SNI) in %u of %u connections",
                       server, names, entry->num_nameless, entry->streams->len);
    else
        dx_layout_line(page, "Server", "%s, asked for as %s", server, names);
    g_free(server);
    g_free(names);
}

static void
add_sureness(const dx_page *page, const dx_entry *entry, const dx_verdict *example)
{
    static const char *const meaning[] = {
        [DX_NONE] = "",
        [DX_POSSIBLE] = "possible: it fits what was seen, and so do others (below)",
        [DX_LIKELY] = "likely: the usual cause of what was seen",
        [DX_CONFIRMED] = "confirmed: the packets prove it",
    };
    const char *sure = dx_files_prove(example)
                           ? "confirmed: the server's own files prove it, and the packets fit"
                           : meaning[entry->best];
    if (entry->num_by_confidence[entry->best] == entry->streams->len) {
        dx_layout_text(page, "How sure", sure);
        return;
    }
    GString *text = g_string_new(sure);
    g_string_append_printf(text, " (in %u", entry->num_by_confidence[entry->best]);
    for (int i = (int)entry->best - 1; i > DX_NONE; i--)
        if (entry->num_by_confidence[i])
            g_string_append_printf(text, "; %s in %u", dx_confidence_name((dx_confidence)i),
                                   entry->num_by_confidence[i]);
    g_string_append(text, " of these connections)");
    dx_layout_text(page, "How sure", text->str);
    g_string_free(text, TRUE);
}

static void
add_count(const dx_page *page, const dx_entry *entry)
{
    const dx_tally *server = entry->server;
    unsigned num = entry->streams->len, num_others = server->num_failed - num;
    GString *text = g_string_new(NULL);
    if (server->num_connections == 1) {
        g_string_append(text, "the only connection to this server");
    } else {
        g_string_append_printf(text, "%u of %u connections to this server", num, server->num_connections);
        if (num_others)
            g_string_append_printf(text, ", %u failed otherwise", num_others);
        if (server->num_established)
            g_string_append_printf(text, ", %u worked", server->num_established);
        else
            g_string_append(text, ", none worked");
    }
    char *clients = dx_entry_clients(entry);
    dx_layout_line(page, "How often", "%s; client%s %s", text->str, entry->clients.values->len == 1 ? "" : "s",
                   clients);
    g_free(clients);
    g_string_free(text, TRUE);
}

static void
add_extent(const dx_page *page, const dx_entry *entry, const dx_verdict *example)
{
    unsigned num = entry->streams->len;
    char *first = dx_layout_time(entry->first_us), *last = dx_layout_time(entry->last_us);
    dx_layout_line(page, "When", "%s%s (frame %u)", num > 1 ? "first " : "", first, entry->first_frame);
    if (num > 1)
        dx_layout_line(page, NULL, "last  %s (frame %u)", last, entry->last_frame);
    g_free(first);
    g_free(last);
    if (entry->num_recovered == num)
        dx_layout_line(page, "Recovered", "%s: shortly after, the same client got through (frame %u)",
                       num == 1 ? "yes" : "all", example->recovered_by);
    else if (entry->num_recovered)
        dx_layout_line(page, "Recovered", "%u of %u: shortly after, the same client got through",
                       entry->num_recovered, num);
}

static void
add_evidence(const dx_page *page, const dx_entry *entry, const dx_facts *facts, const dx_verdict *verdict)
{
    char *client = dx_endpoint_text(&facts->client_endpoint);
    dx_layout_line(page, "Seen", "%sclient %s, tcp.stream %u",
                   entry->streams->len > 1 ? "in one example: " : "", client, facts->stream);
    g_free(client);
    for (unsigned i = 0; i < verdict->evidence->len; i++) {
        const dx_evidence *evidence = &g_array_index(verdict->evidence, dx_evidence, i);
        char *prefix = evidence->frame ? g_strdup_printf("%*sframe %-5u", DX_LAYOUT_TEXT, "", evidence->frame)
                                       : g_strdup_printf("%*s-", DX_LAYOUT_TEXT, "");
        dx_layout_wrap(page, prefix, DX_LAYOUT_TEXT + 12, evidence->text);
        g_free(prefix);
    }
}

/* "name: values" lines; the values hang below their name. */
static void
add_lines(const dx_page *page, const char *label, GPtrArray *lines, const char *if_none)
{
    if (lines->len == 0)
        dx_layout_text(page, label, if_none);
    for (unsigned i = 0; i < lines->len; i++) {
        char *line = lines->pdata[i], *colon = strchr(line, ':');
        int name_len = colon ? (int)(colon - line + 1) : 0;
        char *prefix = g_strdup_printf("  %-*s%.*s", DX_LAYOUT_TEXT - 2, i ? "" : label, name_len, line);
        dx_layout_wrap(page, prefix, DX_LAYOUT_TEXT + 2, g_strchug(line + name_len));
        g_free(prefix);
    }
    g_ptr_array_free(lines, TRUE);
}

/* The document's preliminary check: is the site there without TLS, does another port of the host answer? */
static void
add_preliminary(const dx_page *page, const dx_facts *facts, const dx_host *host)
{
    uint16_t port = facts->server_endpoint.port;
    const char *label = "Preliminary";
    if (host && host->http_frame) {
        char *server = dx_safe(host->http_server, 80);
        dx_layout_line(page, label,
                       "plain http works: port 80 of this host answered with status %u in frame %u%s%s",
                       host->http_status, host->http_frame, server ? ", Server: " : "", server ? server : "");
        g_free(server);
        label = NULL;
    } else if (port % 1000 == 443) { /* a web port: 443, 8443, ... */
        dx_layout_text(page, label, "plain http on port 80 of this host: not in this capture");
        label = NULL;
    }
    if (host && host->tls_frame && host->tls_port != port)
        dx_layout_line(page, label, "TLS works on port %u of this host (frame %u)", host->tls_port,
                       host->tls_frame);
    else if (host && host->syn_ack_frame && host->syn_ack_port != port && !host->http_frame)
        dx_layout_line(page, label, "port %u of this host accepts connections (frame %u): the host is up",
                       host->syn_ack_port, host->syn_ack_frame);
}

static void
add_help(const dx_page *page, const dx_verdict *verdict)
{
    unsigned number = 0;
    for (unsigned i = 1; i < verdict->candidates->len; i++) {
        const dx_cause *cause = verdict->candidates->pdata[i];
        char *line = g_strdup_printf("%s (scenario %d)", cause->title, (int)cause->scenario);
        dx_layout_item(page, "Could be", ++number, line);
        g_free(line);
    }
    number = 0;
    for (unsigned i = 0; i < verdict->checks->len; i++) {
        char *check = dx_step_line(verdict->checks->pdata[i]);
        dx_layout_item(page, "Check", ++number, check);
        g_free(check);
    }
    char *fix = dx_step_line(verdict->fix);
    dx_layout_text(page, "Fix", fix);
    g_free(fix);
}

static void
add_events(const dx_page *page, const dx_entry *entry, const dx_cause *cause)
{
    if (!cause->events[0])
        return;
    char *first = dx_layout_time(entry->first_us), *last = dx_layout_time(entry->last_us);
    if (entry->streams->len == 1)
        dx_layout_line(page, "Event log", "on a Windows server, System log, around %s:", first);
    else
        dx_layout_line(page, "Event log", "on a Windows server, System log, %s to %s:", first, last);
    g_free(first);
    g_free(last);
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->events) && cause->events[i]; i++) {
        const dx_event *event = dx_event_find(cause->events[i]);
        char *prefix = g_strdup_printf("%*s%u", DX_LAYOUT_TEXT, "", cause->events[i]);
        char *text = event ? g_strdup_printf("(%s) %s", event->provider, event->meaning) : g_strdup("");
        dx_layout_wrap(page, prefix, DX_LAYOUT_TEXT + 6, text);
        g_free(prefix);
        g_free(text);
    }
}

void
dx_entry_report(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry, unsigned number)
{
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    const dx_facts *facts = dx_capture_facts(capture, entry->example);
    const dx_verdict *verdict = dx_verdicts_of(verdicts, entry->example);
    const dx_host *host = dx_ledger_find_host(dx_capture_ledger(capture), &facts->server_endpoint.address);
    char *prefix = g_strdup_printf("%u.", number), *title = dx_verdict_title(verdict);
    g_string_append_c(page->out, '\n');
    dx_layout_rule(page, '-');
    dx_layout_wrap(page, prefix, 3, title);
    dx_layout_rule(page, '-');
    g_free(prefix);
    g_free(title);

    add_server(page, entry);
    dx_layout_text(page, "Why", verdict->why);
    add_sureness(page, entry, verdict);
    add_count(page, entry);
    add_extent(page, entry, verdict);
    dx_layout_line(page, "Scenario", "%d: %s", (int)entry->cause->scenario,
                   dx_scenario_name(entry->cause->scenario));
    g_string_append_c(page->out, '\n');
    add_evidence(page, entry, facts, verdict);
    dx_layout_text(page, "Compare", verdict->contrast);
    add_preliminary(page, facts, host);
    g_string_append_c(page->out, '\n');
    dx_files_testimonies(page, verdicts, verdict);
    add_help(page, verdict);
    g_string_append_c(page->out, '\n');
    if (entry->cause->scenario == DX_SCENARIO_5) {
        add_lines(page, "Offered", dx_offer_lines(facts), "nothing that could be read");
        add_lines(page, "Chosen", dx_choice_lines(facts), "nothing: the server sent no ServerHello");
    }
    if (entry->cause->scenario == DX_SCENARIO_1 || entry->cause->scenario == DX_SCENARIO_2)
        add_lines(page, "Certificate", dx_cert_lines(facts, dx_capture_ledger(capture)),
                  dx_facts_tls13(facts)
                      ? "not readable: TLS 1.3 encrypts it (capture with SSLKEYLOGFILE to see it)"
                      : "not in the capture");
    dx_layout_text(page, "Clients show", entry->cause->clients);
    add_events(page, entry, entry->cause);
    char *filter = dx_entry_filter(entry);
    dx_layout_whole(page, "Filter", filter);
    g_free(filter);
}
