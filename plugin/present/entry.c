/* entry.c - one problem of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/entry.h"

#include <string.h>

#include "causes/causes.h"
#include "facts/text.h"
#include "present/certificate.h"
#include "present/clients.h"
#include "present/events.h"
#include "present/files.h"
#include "present/layout.h"
#include "verdict/place.h"
#include "verdict/points.h"

#define MAX_SHOWN         6 /* names, clients */
#define MAX_CANDIDATES    5 /* on their line */
#define MAX_EVIDENCE      8 /* lines; JSON and the packet tree have all */
#define FILTER_CHARACTERS (DX_LAYOUT_WIDTH - DX_LAYOUT_TEXT)

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

char *
dx_entry_filter(const dx_entry *entry)
{
    GArray *all = g_array_copy(entry->streams);
    if (entry->also)
        g_array_append_vals(all, entry->also->data, entry->also->len);
    g_array_sort(all, compare_numbers);
    char *exact = dx_streams_filter(entry->transport, (const uint32_t *)(void *)all->data, all->len);
    g_array_unref(all);
    if (dx_transport_field(entry->transport) && strlen(exact) <= FILTER_CHARACTERS)
        return exact;
    g_free(exact);
    char *server = dx_server_filter(&entry->server->endpoint, entry->transport);
    char *filter = g_strdup_printf("ssltrouble.%s == \"%s\" && %s", entry->cause ? "cause" : "advice",
                                   entry->id, server);
    g_free(server);
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

char *
dx_entry_status(const dx_entry *entry)
{
    static const char *const words[] = {
        [DX_NONE] = "", [DX_POSSIBLE] = "CAUSE OPEN", [DX_LIKELY] = "LIKELY", [DX_CONFIRMED] = "CONFIRMED"};
    bool over = entry->num_recovered == entry->streams->len;
    return g_strdup_printf("%s%s", words[entry->best], over ? ", later succeeded" : "");
}

static void
add_server(const dx_page *page, const dx_entry *entry, const dx_facts *facts)
{
    char *server = dx_endpoint_text(&entry->server->endpoint), *names = dx_entry_names(entry);
    GString *text = g_string_new(server);
    if (*names)
        g_string_append_printf(text, " (%s)", names);
    if (*names && entry->num_nameless)
        g_string_append_printf(text, "; no server name (SNI) in %u of %u connections", entry->num_nameless,
                               entry->streams->len);
    dx_layout_text(page, facts->tunnel ? "Proxy" : "Server", text->str);
    g_string_free(text, TRUE);
    g_free(server);
    g_free(names);
}

/* As sure as it is: a cause that fits among others is one explanation, and what was only seen is not its own
 * cause. */
static void
add_problem(const dx_page *page, const dx_verdict *verdict)
{
    char *why = dx_verdict_problem(verdict);
    dx_layout_text(page, "Problem", why);
    g_free(why);
}

static void
add_steps(const dx_page *page, const char *label, char *const *steps, unsigned num)
{
    for (unsigned i = 0; i < num; i++)
        dx_layout_step(page, i ? NULL : label, num > 1 ? i + 1 : 0, steps[i]);
}

static void
add_fix(const dx_page *page, const dx_verdict *verdict)
{
    char **steps = g_strsplit(verdict->fix ? verdict->fix : "", "\n", -1);
    unsigned num = g_strv_length(steps);
    while (num && !*steps[num - 1])
        num--;
    add_steps(page, "Fix", steps, num);
    g_strfreev(steps);
}

static void
add_checks(const dx_page *page, const char *label, const dx_verdict *verdict)
{
    add_steps(page, label, (char *const *)verdict->checks->pdata, verdict->checks->len);
}

static void
add_candidates(const dx_page *page, const dx_verdict *verdict)
{
    GString *text = g_string_new(NULL);
    unsigned num = verdict->candidates->len;
    for (unsigned i = 1; i < num && i <= MAX_CANDIDATES; i++)
        g_string_append_printf(text, "%s%s", i > 1 ? "; " : "",
                               ((const dx_cause *)verdict->candidates->pdata[i])->title);
    if (num > MAX_CANDIDATES + 1)
        g_string_append_printf(text, "; and %u more", num - MAX_CANDIDATES - 1);
    dx_layout_text(page, verdict->confidence == DX_POSSIBLE ? "Candidates" : "Other causes", text->str);
    g_string_free(text, TRUE);
}

static char *
count_text(const dx_entry *entry)
{
    const dx_tally *server = entry->server;
    unsigned num = entry->streams->len, num_others = server->num_failed - num;
    if (server->num_connections == 1)
        return g_strdup("the only connection to this server");
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%u of %u connections to this server; %u succeeded", num,
                           server->num_connections, server->num_established);
    if (num_others)
        g_string_append_printf(text, ", %u failed for another reason", num_others);
    return g_string_free(text, FALSE);
}

/* In which of these connections it is how sure; nothing when it is the same in all. */
static void
add_mix(const dx_page *page, const dx_entry *entry)
{
    if (entry->num_by_confidence[entry->best] == entry->streams->len)
        return;
    GString *text = g_string_new(NULL);
    for (int i = (int)entry->best; i > DX_NONE; i--)
        if (entry->num_by_confidence[i])
            g_string_append_printf(text, "%s%s in %u", text->len ? ", " : "",
                                   dx_confidence_name((dx_confidence)i), entry->num_by_confidence[i]);
    dx_layout_text(page, NULL, text->str);
    g_string_free(text, TRUE);
}

/* Its address is that of the authenticator. */
static void
add_supplicant(const dx_page *page, const dx_facts *facts)
{
    char *name = facts->supplicant ? dx_safe(facts->supplicant, 80) : NULL;
    dx_layout_text(page, "Supplicant", name);
    g_free(name);
}

static bool
is_for_sh(const char *step)
{
    return step && strstr(step, "n sh:\t");
}

static bool
has_unix_step(const dx_verdict *verdict)
{
    bool found = verdict->confidence != DX_POSSIBLE && is_for_sh(verdict->fix);

    for (unsigned i = 0; i < verdict->checks->len && !found; i++)
        found = is_for_sh(verdict->checks->pdata[i]);
    return found;
}

/* The steps above are for Unix, and a load balancer before IIS, Exchange or the like looks the same. */
static bool
may_hide_windows(const dx_verdict *verdict, const dx_facts *facts)
{
    const dx_role *role = dx_place_role(facts);
    const dx_service *other = dx_service_get(role ? role->windows : DX_SERVICE_HTTPSYS);

    return verdict->platform == DX_PLATFORM_UNIX && has_unix_step(verdict) &&
           facts->greeting == DX_SERVICE_UNKNOWN && other->stack == DX_STACK_SCHANNEL &&
           other->id != DX_SERVICE_WINDOWS_OTHER;
}

static void
add_affected(const dx_page *page, const dx_entry *entry, const dx_verdict *verdict, const dx_facts *facts)
{
    unsigned num = entry->streams->len;
    char *count = count_text(entry), *clients = dx_entry_clients(entry);
    char *first = dx_layout_time(entry->first_us), *last = dx_layout_time(entry->last_us);
    dx_layout_line(page, "Affected", "%s; %s %s", count,
                   entry->clients.values->len == 1 ? "client" : "clients", clients);
    if (num == 1)
        dx_layout_line(page, NULL, "%s (frame %u)", first, entry->first_frame);
    else
        dx_layout_line(page, NULL, "%s (frame %u) to %s (frame %u)", first, entry->first_frame, last,
                       entry->last_frame);
    if (entry->num_recovered && num == 1)
        dx_layout_line(page, NULL, "the same program at that address succeeded soon after (frame %u)",
                       verdict->recovered_by);
    else if (entry->num_recovered)
        dx_layout_line(page, NULL, "%u of %u: the same program at that address succeeded soon after",
                       entry->num_recovered, num);
    add_mix(page, entry);
    if (dx_points_shown(verdict->points)) {
        char *points = dx_points_summary(verdict->points);
        dx_layout_text(page, "Captured at", points);
        g_free(points);
    }
    if (may_hide_windows(verdict, facts))
        dx_layout_text(page, "Platform",
                       "Steps are for Linux or Unix, as the server's TTL or its own words suggest. If it is "
                       "Windows behind a proxy or load balancer, set the preference ssltrouble.server_os.");
    g_free(count);
    g_free(clients);
    g_free(first);
    g_free(last);
}

/* What the packets show, in the order of the frames; what the server's files say has lines of its own. */
static void
add_evidence(const dx_page *page, const dx_verdict *verdict)
{
    unsigned num_files;
    GPtrArray *lines = dx_evidence_in_order(verdict, &num_files);
    for (unsigned i = num_files; i < lines->len && i < num_files + MAX_EVIDENCE; i++) {
        const dx_packet_line *line = lines->pdata[i];
        char *frame = g_strdup_printf("frame %-5u", line->frame);
        dx_layout_item(page, i > num_files ? NULL : "Evidence", 12, frame, line->text);
        g_free(frame);
    }
    if (lines->len > num_files + MAX_EVIDENCE)
        dx_layout_line(page, NULL, "and %u more", lines->len - num_files - MAX_EVIDENCE);
    for (unsigned i = 0; i < num_files; i++)
        dx_layout_text(page, i ? NULL : "Server files", ((const dx_packet_line *)lines->pdata[i])->text);
    g_ptr_array_free(lines, TRUE);
}

/* What else this host answers in the capture. */
static void
add_same_host(const dx_page *page, const dx_facts *facts, const dx_host *host)
{
    uint16_t port = facts->server_endpoint.port;
    const char *label = "Same host";
    if (host && host->http_frame) {
        char *server = dx_safe(host->http_server, 80);
        dx_layout_line(page, label, "HTTP on port 80 answered %u (frame %u%s%s)", host->http_status,
                       host->http_frame, server ? ", " : "", server ? server : "");
        g_free(server);
        label = NULL;
    }
    if (host && host->tls_frame && host->tls_port != port)
        dx_layout_line(page, label, "TLS on port %u succeeded (frame %u)", host->tls_port, host->tls_frame);
    else if (host && host->syn_ack_frame && host->syn_ack_port != port && !host->http_frame)
        dx_layout_line(page, label, "port %u accepted a TCP connection (frame %u)", host->syn_ack_port,
                       host->syn_ack_frame);
}

/* A small table: machine, event, what it means. */
static void
add_events(const dx_page *page, const dx_verdict *verdict, const dx_facts *facts, int64_t time_us)
{
    dx_event_row rows[DX_MAX_EVENT_ROWS];
    unsigned num = dx_event_rows(rows, verdict, facts), num_shown = 0;
    char *heading = dx_event_heading(facts->server_endpoint.port, time_us);
    for (unsigned i = 0; i < num; i++) {
        if (!dx_event_has_log(rows[i].side, verdict, facts))
            continue;
        if (num_shown++ == 0)
            dx_layout_text(page, "Windows log", heading);
        char *event =
            g_strdup_printf("%s  %s %u", dx_side_name(rows[i].side), dx_event_source(rows[i].id), rows[i].id);
        char *text = dx_event_row_text(&rows[i], facts);
        dx_layout_item(page, NULL, 25, event, text);
        g_free(text);
        g_free(event);
    }
    g_free(heading);
}

void
dx_entry_body(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry)
{
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    const dx_facts *facts = dx_capture_facts(capture, entry->example);
    const dx_verdict *verdict = dx_verdicts_of(verdicts, entry->example);
    const dx_host *host = dx_ledger_find_host(dx_capture_ledger(capture), &facts->server_endpoint.address);
    char *filter = dx_entry_filter(entry);
    bool open = entry->best == DX_POSSIBLE;

    add_server(page, entry, facts);
    add_problem(page, verdict);
    if (!open)
        add_fix(page, verdict);
    add_checks(page, open ? "Find out" : "Check", verdict);
    if (open)
        add_events(page, verdict, facts, entry->first_us);
    add_candidates(page, verdict);
    add_affected(page, entry, verdict, facts);
    add_supplicant(page, facts);
    if (entry->streams->len > 1)
        dx_layout_line(page, "Example", "%s %u, one of %u",
                       dx_transport_field(facts->transport) ? dx_transport_field(facts->transport)
                                                            : dx_transport_name(facts->transport),
                       facts->stream, entry->streams->len);
    add_evidence(page, verdict);
    dx_layout_text(page, "Compare", verdict->contrast);
    add_same_host(page, facts, host);
    char *clients = dx_clients_shown(verdict, facts, entry->libraries);
    dx_layout_text(page, "Users see", clients);
    g_free(clients);
    if (!open)
        add_events(page, verdict, facts, entry->first_us);
    dx_layout_whole(page, "Filter", filter);
    dx_layout_line(page, "Group", "%d: %s", (int)entry->cause->scenario,
                   dx_scenario_name(entry->cause->scenario));
    g_free(filter);
}

void
dx_entry_report(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry, unsigned number)
{
    char *title = g_strdup_printf("%u. %s", number, entry->cause->title), *status = dx_entry_status(entry);
    dx_layout_heading(page, title, status);
    dx_entry_body(page, verdicts, entry);
    g_free(title);
    g_free(status);
}
