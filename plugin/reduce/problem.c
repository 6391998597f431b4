/* problem.c - one problem of the report of all that was reduced
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reduce/problem.h"

#include <string.h>

#include "causes/causes.h"
#include "present/events.h"
#include "present/present.h"

enum { MAX_NAMES = 6, MAX_FILES = 4, MAX_DAYS = 14, MAX_EVIDENCE = 8, MAX_CANDIDATES = 5 };

char *
dx_seen_text(const dx_seen *seen, unsigned max)
{
    GString *out = g_string_new(NULL);
    unsigned num = seen->values->len;
    for (unsigned i = 0; i < num && i < max; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", (const char *)seen->values->pdata[i]);
    if (seen->more)
        g_string_append_printf(out, " and more than %u more", num - MIN(num, max));
    else if (num > max)
        g_string_append_printf(out, " and %u more", num - max);
    return g_string_free(out, FALSE);
}

char *
dx_problem_status(const dx_problem *problem)
{
    static const char *const words[] = {
        [DX_NONE] = "", [DX_POSSIBLE] = "CAUSE OPEN", [DX_LIKELY] = "LIKELY", [DX_CONFIRMED] = "CONFIRMED"};
    bool over = problem->num_recovered == problem->num;
    return g_strdup_printf("%s%s", words[problem->best], over ? ", later succeeded" : "");
}

char *
dx_problem_where(const dx_problem *problem)
{
    char *names = dx_seen_text(&problem->names, 2);
    char *where = g_strdup_printf("%s%s%s%s, %" G_GUINT64_FORMAT " %s", problem->server->endpoint,
                                  *names ? " (" : "", names, *names ? ")" : "", problem->num,
                                  problem->num == 1 ? "connection" : "connections");
    g_free(names);
    return where;
}

static void
add_server(const dx_page *page, const dx_problem *problem)
{
    char *names = dx_seen_text(&problem->names, MAX_NAMES);
    dx_layout_line(page, "Server", "%s%s%s%s%s%s", problem->server->endpoint, *names ? " (" : "", names,
                   *names ? ")" : "", problem->service ? ", " : "", problem->service ? problem->service : "");
    g_free(names);
}

/* The longest command that `at` begins with, whole; NULL: none. */
static const char *
command_at(const char *at, const GPtrArray *commands)
{
    const char *longest = NULL;
    for (unsigned i = 0; i < commands->len; i++) {
        const char *command = commands->pdata[i];
        size_t len = strlen(command);
        if (g_str_has_prefix(at, command) && (at[len] == ' ' || at[len] == '\0') &&
            (!longest || len > strlen(longest)))
            longest = command;
    }
    return longest;
}

/* Steps that stand in one line, as JSON has them: behind the last command of one begins the next. Each as
 * dx_layout_step takes it; new. */
static GPtrArray *
steps_of(const char *line, const GPtrArray *commands)
{
    GPtrArray *steps = g_ptr_array_new_with_free_func(g_free);
    GString *step = g_string_new(NULL);
    bool behind_command = false;
    while (*line) {
        const char *command = *line == ' ' ? command_at(line + 1, commands) : NULL;
        if (command) {
            g_string_append_printf(step, "\t%s", command);
            line += 1 + strlen(command);
        } else if (behind_command) {
            g_ptr_array_add(steps, g_string_free(step, FALSE));
            step = g_string_new(NULL);
            line++;
        } else {
            g_string_append_c(step, *line++);
        }
        behind_command = command != NULL;
    }
    g_ptr_array_add(steps, g_string_free(step, FALSE));
    return steps;
}

/* Steps as JSON has them, a line each; one may be several that stand in one line. */
static void
add_steps(const dx_page *page, const dx_problem *problem, const GPtrArray *lines, const char *label)
{
    for (unsigned i = 0; i < lines->len; i++) {
        GPtrArray *steps = steps_of(lines->pdata[i], problem->commands);
        for (unsigned k = 0; k < steps->len; k++)
            dx_layout_step(page, i || k ? NULL : label, lines->len > 1 && !k ? i + 1 : 0, steps->pdata[k]);
        g_ptr_array_unref(steps);
    }
}

static void
add_fix(const dx_page *page, const dx_problem *problem)
{
    if (problem->fix_steps->len) {
        add_steps(page, problem, problem->fix_steps, "Fix");
        return;
    }
    /* of a version that wrote all steps in one line */
    GPtrArray *steps = steps_of(problem->fix ? problem->fix : "", problem->commands);
    for (unsigned i = 0; i < steps->len; i++)
        dx_layout_step(page, i ? NULL : "Fix", steps->len > 1 ? i + 1 : 0, steps->pdata[i]);
    g_ptr_array_unref(steps);
}

/* NULL: a cause of another version of the plugin. */
static const dx_cause *
cause_of(const char *id)
{
    const dx_causes *causes = dx_all_causes();
    for (unsigned i = 0; i < causes->num; i++)
        if (g_str_equal(causes->cause[i]->id, id))
            return causes->cause[i];
    return NULL;
}

static const char *
title_of(const char *id)
{
    const dx_cause *cause = cause_of(id);
    return cause ? cause->title : id;
}

static void
add_why(const dx_page *page, const dx_problem *problem)
{
    char *why = dx_problem_text(cause_of(problem->cause), problem->best,
                                problem->why ? problem->why : problem->title, problem->candidates->len);
    dx_layout_text(page, "Problem", why);
    g_free(why);
}

static void
add_candidates(const dx_page *page, const dx_problem *problem)
{
    GString *text = g_string_new(NULL);
    unsigned num = 0;
    for (unsigned i = 0; i < problem->candidates->len; i++)
        if (!g_str_equal(problem->candidates->pdata[i], problem->cause) && num++ < MAX_CANDIDATES)
            g_string_append_printf(text, "%s%s", text->len ? "; " : "",
                                   title_of(problem->candidates->pdata[i]));
    if (num > MAX_CANDIDATES)
        g_string_append_printf(text, "; and %u more", num - MAX_CANDIDATES);
    dx_layout_text(page, problem->best == DX_POSSIBLE ? "Candidates" : "Other causes", text->str);
    g_string_free(text, TRUE);
}

static void
add_when(const dx_page *page, const char *label, int64_t time_us, const char *file)
{
    char *time = dx_layout_time(time_us);
    dx_layout_line(page, label, "%s%s%s", time, file ? ", in " : "", file ? file : "");
    g_free(time);
}

/* Since when, and whether the server succeeded before, meanwhile and since. */
static void
add_since(const dx_page *page, const dx_problem *problem)
{
    const dx_reduced_server *server = problem->server;
    add_when(page, "Since", problem->first_us, problem->first_file);
    if (problem->num > 1)
        add_when(page, "Last", problem->last_us, problem->last_file);
    if (!server->num_established) {
        dx_layout_text(page, "Success", "never seen at this server");
        return;
    }
    char *first = dx_layout_time(server->first_success_us), *last = dx_layout_time(server->last_success_us);
    bool before =
        server->first_success_us<problem->first_us, after = server->last_success_us> problem->last_us;
    if (before && !after)
        dx_layout_line(page, "Success", "first %s, before it began; last %s", first, last);
    else if (after && !before)
        dx_layout_line(page, "Success", "only after it began: first %s, last %s", first, last);
    else
        dx_layout_line(page, "Success", "first %s, last %s%s", first, last,
                       after ? ": it succeeded after the last failure" : "");
    g_free(first);
    g_free(last);
}

/* The last days on which it failed. */
static void
add_days(const dx_page *page, const dx_problem *problem)
{
    const GArray *days = problem->days, *all = problem->server->days;
    unsigned from = days->len > MAX_DAYS ? days->len - MAX_DAYS : 0, at = 0;
    if (days->len < 2)
        return;
    for (unsigned i = from; i < days->len; i++) {
        const dx_count *day = &g_array_index(days, dx_count, i);
        while (at < all->len && g_array_index(all, dx_count, at).when < day->when)
            at++;
        bool same = at < all->len && g_array_index(all, dx_count, at).when == day->when;
        uint64_t established = same ? g_array_index(all, dx_count, at).num_established : 0;
        char *time = dx_layout_time(day->when * 86400 * G_USEC_PER_SEC);
        char *text =
            g_strdup_printf("%" G_GUINT64_FORMAT " failed, %" G_GUINT64_FORMAT " succeeded at this server",
                            day->num_failed, established);
        time[10] = '\0';
        dx_layout_item(page, i == from ? "Days" : NULL, 12, time, text);
        g_free(time);
        g_free(text);
    }
    if (from)
        dx_layout_line(page, NULL, "and %u days before", from);
}

static void
add_affected(const dx_page *page, const dx_problem *problem)
{
    char *clients = dx_seen_text(&problem->clients, MAX_NAMES),
         *files = dx_seen_text(&problem->files, MAX_FILES);
    char *count = problem->server->num_connections == 1
                      ? g_strdup("the only connection to this server")
                      : g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                                        " connections to this server; %" G_GUINT64_FORMAT " succeeded",
                                        problem->num, problem->server->num_connections,
                                        problem->server->num_established);
    dx_layout_line(page, "Affected", "%s%s%s", count,
                   !*clients                          ? ""
                   : problem->clients.values->len > 1 ? "; clients "
                                                      : "; client ",
                   clients);
    g_free(count);
    if (problem->num_recovered)
        dx_layout_line(page, NULL,
                       "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                       ": the same program at that address succeeded soon after",
                       problem->num_recovered, problem->num);
    dx_layout_text(page, "Files", files);
    g_free(clients);
    g_free(files);
}

static dx_transport
transport_of(const dx_problem *problem)
{
    for (int i = 0; i <= DX_TRANSPORT_OPENVPN; i++)
        if (g_strcmp0(dx_transport_name((dx_transport)i), problem->transport) == 0)
            return (dx_transport)i;
    return DX_TRANSPORT_TCP;
}

/* A path that a shell takes as it stands: names of files are somebody else's words. */
static bool
is_plain_path(const char *file)
{
    return file && *file && *file != '-' &&
           !file[strspn(file, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-")];
}

/* JSON has no packets: the ladder, what differed and the certificates are on the page of the capture. */
static void
add_example(const dx_page *page, const dx_problem *problem)
{
    const char *field = dx_transport_field(transport_of(problem));

    dx_layout_line(page, "Example", "%s%s%s %u, one of %" G_GUINT64_FORMAT,
                   problem->file ? problem->file : "", problem->file ? ", " : "",
                   field ? field : problem->transport, problem->stream, problem->num);
    if (!field || !is_plain_path(problem->file))
        return;
    char *step = g_strdup_printf("The handshake as a picture, and what differed. In sh or cmd:\t"
                                 "tshark -q -r %s -z ssltrouble,html,%s==%u > ticket.html",
                                 problem->file, field, problem->stream);
    dx_layout_step(page, "Picture", 0, step);
    g_free(step);
}

static void
add_evidence(const dx_page *page, const dx_problem *problem)
{
    unsigned num = 0;

    add_example(page, problem);
    for (unsigned i = 0; i < problem->evidence->len; i++) {
        char *line = g_strdup(problem->evidence->pdata[i]), *tab = strchr(line, '\t');
        if (tab)
            *tab = '\0';
        if (!tab) /* these come last */
            dx_layout_text(page, "Server files", line);
        else if (num++ < MAX_EVIDENCE)
            dx_layout_item(page, num > 1 ? NULL : "Evidence", 12, line, tab + 1);
        g_free(line);
    }
    if (num > MAX_EVIDENCE)
        dx_layout_line(page, NULL, "and %u more", num - MAX_EVIDENCE);
}

/* A small table: machine, event, what it means. */
static void
add_events(const dx_page *page, const dx_problem *problem)
{
    const char *colon = strrchr(problem->server->endpoint, ':');
    uint16_t port = colon ? (uint16_t)g_ascii_strtoull(colon + 1, NULL, 10) : 0;
    char *heading = dx_event_heading(port, problem->time_us);

    if (problem->events->len)
        dx_layout_text(page, "Windows log", heading);
    for (unsigned i = 0; i < problem->events->len; i++) {
        char **event = g_strsplit(problem->events->pdata[i], "\t", 2);
        dx_layout_item(page, NULL, 25, event[0], event[1] ? event[1] : "");
        g_strfreev(event);
    }
    g_free(heading);
}

void
dx_problem_body(const dx_page *page, const dx_problem *problem)
{
    const dx_cause *cause = cause_of(problem->cause);
    bool open = problem->best == DX_POSSIBLE;

    add_server(page, problem);
    add_why(page, problem);
    if (!open)
        add_fix(page, problem);
    add_steps(page, problem, problem->checks, open ? "Find out" : "Check");
    if (open)
        add_events(page, problem);
    add_candidates(page, problem);
    add_since(page, problem);
    add_days(page, problem);
    add_affected(page, problem);
    add_evidence(page, problem);
    dx_layout_text(page, "Supplicant", problem->supplicant);
    dx_layout_text(page, "Compare", problem->compare);
    GString *users = g_string_new(NULL);
    for (unsigned i = 0; i < problem->users->len; i++)
        g_string_append_printf(users, "%s%s", i ? "; " : "", (const char *)problem->users->pdata[i]);
    dx_layout_text(page, "Users see", users->str);
    g_string_free(users, TRUE);
    if (!open)
        add_events(page, problem);
    if (cause)
        dx_layout_line(page, "Group", "%d: %s", (int)cause->scenario, dx_scenario_name(cause->scenario));
}
