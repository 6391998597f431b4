/* json.c - the report for programs: one JSON object per line per connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "facts/text.h"
#include "evidence/evidence.h"
#include "verdict/file_finding.h"
#include "knowledge/names.h"
#include "verdict/place.h"
#include "present/clients.h"
#include "present/events.h"
#include "present/json_out.h"
#include "present/json_shown.h"
#include "present/present.h"
#include "verdict/points.h"

#define FLUSH_BYTES 65536

static void
put_step(GString *out, const char *step)
{
    dx_json_comma(out);
    dx_json_step(out, step, strlen(step));
}

/* What events mean and what users see, made once. */
typedef struct {
    GHashTable *by_event; /* id, alert, whether it is readable: what the event means */
    dx_users *users;
} help_texts;

static bool
is_evidence(const dx_verdict *verdict, uint32_t frame)
{
    for (unsigned i = 0; i < verdict->lines->len; i++)
        if (g_array_index(verdict->lines, dx_packet_line, i).frame == frame)
            return true;
    return verdict->frame == frame;
}

static void
put_alert_of(GString *out, uint8_t description, dx_side from, uint32_t frame)
{
    dx_json_put(out, "{\"description\":");
    dx_json_number(out, description);
    dx_json_put(out, ",\"name\":");
    dx_json_name(out, dx_alert_name(description));
    dx_json_put(out, ",\"from\":");
    dx_json_name(out, dx_side_name(from));
    dx_json_put(out, ",\"frame\":");
    dx_json_number(out, frame);
    dx_json_put(out, "}");
}

/* The alert that ended the connection, else one that the verdict rests on. */
static void
put_alert(GString *out, const dx_facts *facts, const dx_verdict *verdict)
{
    dx_json_put(out, ",\"alert\":");
    if (facts->end.kind == DX_END_ALERT && facts->end.by != DX_NOBODY) {
        put_alert_of(out, facts->end.alert, facts->end.by, facts->end.frame);
        return;
    }
    static const dx_side sides[] = {DX_CLIENT, DX_SERVER};
    for (unsigned i = 0; verdict->cause && i < G_N_ELEMENTS(sides); i++) {
        const dx_peer *peer = dx_facts_peer(facts, sides[i]);
        if (peer->alert_level && peer->alert_frame && is_evidence(verdict, peer->alert_frame)) {
            put_alert_of(out, peer->alert, sides[i], peer->alert_frame);
            return;
        }
    }
    dx_json_put(out, "null");
}

/* The members `side`, `side`_ip and `side`_port, so that nobody has to take IPv6's brackets off. */
static void
put_peer(GString *out, const char *side, const dx_endpoint *endpoint)
{
    char *text = dx_endpoint_text(endpoint);
    const char *port = endpoint->address.family == DX_ADDRESS_LINK ? NULL : strrchr(text, ':');
    size_t len = port ? (size_t)(port - text) : strlen(text), bracket = *text == '[';

    dx_json_put(out, ",\"");
    dx_json_put(out, side);
    dx_json_put(out, "\":\"");
    dx_json_put(out, text);
    dx_json_put(out, "\",\"");
    dx_json_put(out, side);
    dx_json_put(out, "_ip\":\"");
    dx_json_bytes(out, text + bracket, len - 2 * bracket);
    dx_json_put(out, "\",\"");
    dx_json_put(out, side);
    dx_json_put(out, "_port\":");
    dx_json_number(out, endpoint->port);
    g_free(text);
}

static void
put_who(GString *out, const dx_report *report, const dx_facts *facts)
{
    dx_json_put(out, "{\"file\":");
    dx_json_text(out, report->file);
    dx_json_put(out, ",\"stream\":");
    dx_json_number(out, facts->stream);
    dx_json_put(out, ",\"transport\":");
    dx_json_name(out, dx_transport_name(facts->transport));
    put_peer(out, "client", &facts->client_endpoint);
    put_peer(out, "server", &facts->server_endpoint);
    const dx_role *role = dx_place_role(facts);
    dx_json_put(out, ",\"service\":");
    dx_json_name(out, role ? role->name : NULL);
    dx_json_put(out, ",\"sni\":");
    dx_json_text(out, facts->sni);
    dx_json_put(out, ",\"supplicant\":");
    dx_json_text(out, facts->supplicant);
}

/* Where the connection was captured, when that was at several points. */
static void
put_points(GString *out, const dx_points *points)
{
    dx_json_put(out, ",\"points\":");
    if (!dx_points_shown(points)) {
        dx_json_put(out, "null");
        return;
    }
    dx_json_put(out, "[");
    for (unsigned i = 0; i < points->num; i++) {
        dx_json_comma(out);
        dx_json_put(out, "{\"point\":");
        dx_json_number(out, i + 1);
        dx_json_put(out, ",\"interface\":");
        dx_json_text(out, points->name[i]);
        dx_json_put(out, ",\"stream\":");
        dx_json_number(out, points->at[i]->stream);
        dx_json_put(out, ",\"first\":");
        dx_json_number(out, points->at[i]->first_frame);
        dx_json_put(out, ",\"last\":");
        dx_json_number(out, points->at[i]->last_frame);
        dx_json_put(out, ",\"clock_ahead\":");
        dx_json_seconds(out, points->ahead_us[i]);
        dx_json_put(out, "}");
    }
    dx_json_put(out, "]");
}

static void
put_judgement(GString *out, const dx_verdict *verdict)
{
    const dx_cause *cause = verdict->cause;
    dx_json_put(out, ",\"outcome\":");
    dx_json_name(out, dx_outcome_name(verdict->outcome));
    dx_json_put(out, ",\"scenario\":");
    if (cause)
        dx_json_number(out, (uint32_t)cause->scenario);
    else
        dx_json_put(out, "null");
    dx_json_put(out, ",\"cause\":");
    dx_json_name(out, cause ? cause->id : NULL);
    dx_json_put(out, ",\"candidates\":[");
    for (unsigned i = 0; i < verdict->candidates->len; i++) {
        dx_json_comma(out);
        dx_json_name(out, ((const dx_cause *)verdict->candidates->pdata[i])->id);
    }
    dx_json_put(out, "],\"confidence\":");
    dx_json_name(out, cause ? dx_confidence_name(verdict->confidence) : NULL);
    dx_json_put(out, ",\"title\":");
    dx_json_name(out, cause ? cause->title : NULL);
    dx_json_put(out, ",\"why\":");
    dx_json_text(out, verdict->why);
    dx_json_put(out, ",\"compare\":");
    dx_json_text(out, verdict->contrast);
    dx_json_put(out, ",\"recovered_by\":");
    dx_json_frame(out, verdict->recovered_by);
}

static void
put_handshake(GString *out, const dx_facts *facts, const dx_verdict *verdict)
{
    dx_json_put(out, ",\"history\":");
    dx_json_take_text(out, g_strndup(facts->history, MIN(facts->num_history, sizeof facts->history)));
    dx_json_put(out, ",\"frames\":{\"first\":");
    dx_json_number(out, facts->first_frame);
    dx_json_put(out, ",\"verdict\":");
    dx_json_frame(out, verdict->cause ? verdict->frame : 0);
    dx_json_put(out, ",\"last\":");
    dx_json_number(out, facts->last_frame);
    dx_json_put(out, "},\"time\":");
    dx_json_take_text(out, dx_time_text(facts->first_us));
    dx_json_put(out, ",\"duration\":");
    dx_json_seconds(out, MAX(facts->last_us - facts->first_us, 0));
    dx_json_put(out, ",\"client_bytes\":");
    dx_json_number(out, facts->client.payload_bytes + facts->client.later_bytes);
    dx_json_put(out, ",\"server_bytes\":");
    dx_json_number(out, facts->server.payload_bytes + facts->server.later_bytes);
    dx_json_put(out, ",\"evidence\":[");
    for (unsigned i = 0; i < verdict->lines->len; i++) {
        const dx_packet_line *line = &g_array_index(verdict->lines, dx_packet_line, i);
        dx_json_comma(out);
        dx_json_put(out, "{\"frame\":");
        dx_json_frame(out, line->frame);
        dx_json_put(out, ",\"text\":");
        dx_json_text(out, line->text);
        dx_json_put(out, "}");
    }
    dx_json_put(out, "]");
}

/* The commands of a step or several, each whole. */
static void
put_commands(GString *out, const char *steps)
{
    for (const char *at = steps ? strpbrk(steps, "\t\n") : NULL; at; at = strpbrk(at, "\t\n")) {
        size_t len = strcspn(at + 1, "\t\n");
        if (*at++ != '\t' || !len)
            continue;
        dx_json_comma(out);
        dx_json_step(out, at, len);
        at += len;
    }
}

/* In whose log each event is, and what it means there: null where that machine is taken for no Windows. */
static void
put_events(GString *out, const help_texts *kept, const dx_facts *facts, const dx_verdict *verdict)
{
    dx_event_row rows[DX_MAX_EVENT_ROWS];
    unsigned num = verdict->cause ? dx_event_rows(rows, verdict, facts) : 0;
    dx_json_put(out, "],\"events\":[");
    for (unsigned i = 0; i < num; i++) {
        dx_json_comma(out);
        dx_json_number(out, rows[i].id);
    }
    dx_json_put(out, "],\"event_logs\":[");
    for (unsigned i = 0; i < num; i++) {
        dx_json_comma(out);
        dx_json_name(out, dx_side_name(rows[i].side));
    }
    dx_json_put(out, "],\"event_texts\":[");
    for (unsigned i = 0; i < num; i++) {
        bool shown = dx_event_has_log(rows[i].side, verdict, facts);
        gpointer key = GUINT_TO_POINTER(rows[i].id * 512u + (rows[i].readable ? 256u + facts->end.alert : 0));
        char *text = shown ? g_hash_table_lookup(kept->by_event, key) : NULL;
        if (shown && !text)
            g_hash_table_insert(kept->by_event, key, text = dx_event_row_text(&rows[i], facts));
        dx_json_comma(out);
        dx_json_text(out, text);
    }
    dx_json_put(out, "]");
}

static void
put_help(GString *out, const help_texts *kept, const dx_facts *facts, const dx_verdict *verdict)
{
    dx_json_put(out, ",\"advice\":[");
    for (unsigned i = 0; i < verdict->advice->len; i++)
        dx_json_element(out, g_array_index(verdict->advice, dx_advice, i).id);
    dx_json_put(out, "],\"checks\":[");
    for (unsigned i = 0; i < verdict->checks->len; i++)
        put_step(out, verdict->checks->pdata[i]);
    dx_json_put(out, "],\"fix\":");
    dx_json_step(out, verdict->fix, verdict->fix ? strlen(verdict->fix) : 0);
    dx_json_put(out, ",\"fix_steps\":[");
    for (const char *step = verdict->fix; step && *step; step += strcspn(step, "\n"), step += *step == '\n') {
        dx_json_comma(out);
        dx_json_step(out, step, strcspn(step, "\n"));
    }
    dx_json_put(out, "],\"commands\":[");
    put_commands(out, verdict->fix);
    for (unsigned i = 0; i < verdict->checks->len; i++)
        put_commands(out, verdict->checks->pdata[i]);
    put_events(out, kept, facts, verdict);
    dx_json_put(out, ",\"users_see\":");
    dx_json_text(out, verdict->cause ? dx_users_see(kept->users, verdict, facts) : NULL);
}

/* What the server's own files had to do with it: the files, and the causes that they rule out. */
static void
put_files(GString *out, const dx_verdicts *verdicts, const dx_verdict *verdict, const char *unjudged)
{
    const dx_evidence_store *store = verdict->cause ? dx_verdicts_evidence(verdicts) : NULL;
    dx_json_put(out, ",\"evidence_files\":[");
    for (unsigned i = 0; store && i < store->files->len; i++) {
        const dx_evidence_file *file = &g_array_index(store->files, dx_evidence_file, i);
        dx_json_comma(out);
        dx_json_put(out, "{\"file\":");
        dx_json_text(out, file->name);
        dx_json_put(out, ",\"kind\":");
        dx_json_text(out, file->kind >= 0 ? dx_kind_name((dx_kind)file->kind) : NULL);
        dx_json_put(out, file->read ? ",\"read\":true,\"reason\":" : ",\"read\":false,\"reason\":");
        dx_json_text(out, file->reason);
        dx_json_put(out, "}");
    }
    dx_json_put(out, "],\"logged\":[");
    for (unsigned i = 0; verdict->logged && i < verdict->logged->len; i++) {
        char *text = dx_file_line_text(store, &g_array_index(verdict->logged, dx_file_line, i));
        dx_json_element(out, text);
        g_free(text);
    }
    dx_json_put(out, "],\"excluded\":[");
    for (unsigned i = 0; verdict->excluded && i < verdict->excluded->len; i++)
        dx_json_element(out, ((const dx_cause *)verdict->excluded->pdata[i])->id);
    dx_json_put(out, "],\"not_judged\":");
    dx_json_put(out, unjudged);
    dx_json_put(out, "}\n");
}

/* The flows of the whole capture that are seen and not judged; null: none. New string. */
static char *
unjudged_text(const dx_report *report)
{
    static const char *const keys[] = {
#define X(id, key, name) key,
        DX_UNJUDGED_LIST(X)
#undef X
    };
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < DX_NUM_UNJUDGED; i++)
        if (report->num_unjudged[i])
            g_string_append_printf(text, "%s\"%s\":%u", text->len ? "," : "{", keys[i],
                                   report->num_unjudged[i]);
    g_string_append(text, text->len ? "}" : "null");
    return g_string_free(text, FALSE);
}

void
dx_report_json(GString *out, dx_verdicts *verdicts, const dx_report *report)
{
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    help_texts help = {.by_event = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free),
                       .users = dx_users_new()};
    dx_json_shown *shown = dx_json_shown_new();
    char *unjudged = unjudged_text(report);
    for (uint32_t index = DX_NO_INDEX; (index = dx_capture_next(capture, index)) != DX_NO_INDEX;) {
        if (!dx_capture_reportable(capture, index))
            continue;
        if (report->selected && !report->selected(index, report->user))
            continue;
        const dx_facts *facts = dx_capture_facts(capture, index);
        const dx_verdict *verdict = dx_verdicts_of(verdicts, index);
        if (!verdict)
            continue;
        put_who(out, report, facts);
        put_judgement(out, verdict);
        put_points(out, verdict->points);
        put_alert(out, dx_points_facts_of(verdict->points, facts), verdict);
        put_handshake(out, facts, verdict);
        dx_json_put_shown(out, shown, facts, dx_ledger_certs(dx_capture_ledger(capture)));
        put_help(out, &help, facts, verdict);
        put_files(out, verdicts, verdict, unjudged);
        if (report->flush && out->len >= FLUSH_BYTES)
            report->flush(out);
    }
    g_free(unjudged);
    dx_json_shown_free(shown);
    g_hash_table_destroy(help.by_event);
    dx_users_free(help.users);
}
