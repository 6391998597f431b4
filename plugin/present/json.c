/* json.c - the report for programs: one JSON object per line per connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>
#include <wsutil/json_dumper.h>

#include "core/text.h"
#include "knowledge/names.h"
#include "present/present.h"

/* json_dumper writes character by character. Texts and offers repeat from connection to connection, so each
 * is turned into JSON once and then copied. */
#define MAX_LITERALS 4096

typedef struct writer {
    json_dumper dumper;
    GHashTable *literals; /* text -> its JSON string */
    GHashTable *offers;   /* dx_offer * (interned by the ledger) -> its JSON object */
} writer;

static void
put_literal(writer *w, const char *literal)
{
    json_dumper_value_anyf(&w->dumper, "%s", literal);
}

static void
key(writer *w, const char *name)
{
    json_dumper_set_member_name(&w->dumper, name);
}

static void
put_number(writer *w, uint32_t number)
{
    json_dumper_value_anyf(&w->dumper, "%u", number);
}

static void
put_number_or_null(writer *w, uint32_t number)
{
    if (number)
        put_number(w, number);
    else
        put_literal(w, "null");
}

/* A short text that will hardly come again; null when NULL or empty. */
static void
put_text(writer *w, const char *text)
{
    if (!text || !*text) {
        put_literal(w, "null");
        return;
    }
    char *safe = dx_safe(text, strlen(text) * 4);
    json_dumper_value_string(&w->dumper, safe);
    g_free(safe);
}

/* A text that other connections have as well. */
static void
put_repeated(writer *w, const char *text)
{
    const char *known = text ? g_hash_table_lookup(w->literals, text) : NULL;
    if (known) {
        put_literal(w, known);
        return;
    }
    if (!text || !*text || g_hash_table_size(w->literals) >= MAX_LITERALS) {
        put_text(w, text);
        return;
    }
    json_dumper side = {.output_string = g_string_new(NULL)};
    char *safe = dx_safe(text, strlen(text) * 4);
    json_dumper_value_string(&side, safe);
    g_free(safe);
    char *literal = g_string_free(side.output_string, FALSE);
    g_hash_table_insert(w->literals, g_strdup(text), literal);
    put_literal(w, literal);
}

static void
put_code(json_dumper *dumper, uint16_t code, const char *(*name)(uint16_t code))
{
    char *text = dx_code_text(code, name);
    json_dumper_value_string(dumper, text);
    g_free(text);
}

static void
put_codes(json_dumper *dumper, const char *label, const dx_codes *codes, const char *(*name)(uint16_t code))
{
    json_dumper_set_member_name(dumper, label);
    json_dumper_begin_array(dumper);
    for (unsigned i = 0; i < codes->num; i++)
        put_code(dumper, codes->item[i], name);
    json_dumper_end_array(dumper);
}

static char *
offer_literal(const dx_offer *offer)
{
    static const dx_offer nothing;
    if (!offer)
        offer = &nothing;
    json_dumper side = {.output_string = g_string_new(NULL)};
    json_dumper_begin_object(&side);
    put_codes(&side, "versions", &offer->versions, dx_version_name);
    put_codes(&side, "ciphers", &offer->ciphers, dx_cipher_name);
    put_codes(&side, "groups", &offer->groups, dx_group_name);
    json_dumper_set_member_name(&side, "alpn");
    json_dumper_begin_array(&side);
    for (unsigned i = 0; i < offer->num_alpn; i++) {
        char *safe = dx_safe(offer->alpn[i], 0);
        if (*safe)
            json_dumper_value_string(&side, safe);
        g_free(safe);
    }
    json_dumper_end_array(&side);
    json_dumper_end_object(&side);
    return g_string_free(side.output_string, FALSE);
}

static void
put_offered(writer *w, const dx_offer *offer)
{
    const char *literal = g_hash_table_lookup(w->offers, offer);
    if (!literal) {
        char *made = offer_literal(offer);
        g_hash_table_insert(w->offers, (gpointer)offer, made);
        literal = made;
    }
    key(w, "offered");
    put_literal(w, literal);
}

static void
put_chosen(writer *w, const dx_choice *chosen)
{
    key(w, "chosen");
    if (!chosen->version) {
        put_literal(w, "{\"version\":null,\"cipher\":null,\"group\":null,\"alpn\":null}");
        return;
    }
    json_dumper_begin_object(&w->dumper);
    key(w, "version");
    put_code(&w->dumper, chosen->version, dx_version_name);
    key(w, "cipher");
    put_code(&w->dumper, chosen->cipher, dx_cipher_name);
    key(w, "group");
    if (chosen->group)
        put_code(&w->dumper, chosen->group, dx_group_name);
    else
        put_literal(w, "null");
    key(w, "alpn");
    put_text(w, chosen->alpn);
    json_dumper_end_object(&w->dumper);
}

static bool
is_evidence(const dx_verdict *verdict, uint32_t frame)
{
    for (unsigned i = 0; i < verdict->evidence->len; i++)
        if (g_array_index(verdict->evidence, dx_evidence, i).frame == frame)
            return true;
    return verdict->frame == frame;
}

static void
put_alert_of(writer *w, uint8_t description, dx_side from, uint32_t frame)
{
    json_dumper_begin_object(&w->dumper);
    key(w, "description");
    put_number(w, description);
    key(w, "name");
    put_text(w, dx_alert_name(description));
    key(w, "from");
    put_text(w, dx_side_name(from));
    key(w, "frame");
    put_number(w, frame);
    json_dumper_end_object(&w->dumper);
}

/* The alert that ended the connection, else one that the verdict rests on. */
static void
put_alert(writer *w, const dx_facts *facts, const dx_verdict *verdict)
{
    key(w, "alert");
    if (facts->end.kind == DX_END_ALERT && facts->end.by != DX_NOBODY) {
        put_alert_of(w, facts->end.alert, facts->end.by, facts->end.frame);
        return;
    }
    static const dx_side sides[] = {DX_CLIENT, DX_SERVER};
    for (unsigned i = 0; verdict->cause && i < G_N_ELEMENTS(sides); i++) {
        const dx_peer *peer = dx_facts_peer(facts, sides[i]);
        if (peer->alert_level && peer->alert_frame && is_evidence(verdict, peer->alert_frame)) {
            put_alert_of(w, peer->alert, sides[i], peer->alert_frame);
            return;
        }
    }
    put_literal(w, "null");
}

static void
put_who(writer *w, const dx_facts *facts)
{
    key(w, "stream");
    put_number(w, facts->stream);
    key(w, "transport");
    put_literal(w, "\"tcp\"");
    char *client = dx_endpoint_text(&facts->client_endpoint),
         *server = dx_endpoint_text(&facts->server_endpoint);
    key(w, "client");
    put_text(w, client);
    key(w, "server");
    put_text(w, server);
    g_free(client);
    g_free(server);
    key(w, "sni");
    put_repeated(w, facts->sni);
}

static void
put_judgement(writer *w, const dx_verdict *verdict)
{
    const dx_cause *cause = verdict->cause;
    key(w, "outcome");
    put_repeated(w, dx_outcome_name(verdict->outcome));
    key(w, "scenario");
    if (cause)
        put_number(w, (uint32_t)cause->scenario);
    else
        put_literal(w, "null");
    key(w, "cause");
    put_repeated(w, cause ? cause->id : NULL);
    key(w, "candidates");
    json_dumper_begin_array(&w->dumper);
    for (unsigned i = 0; i < verdict->candidates->len; i++)
        put_repeated(w, ((const dx_cause *)verdict->candidates->pdata[i])->id);
    json_dumper_end_array(&w->dumper);
    key(w, "confidence");
    put_repeated(w, cause ? dx_confidence_name(verdict->confidence) : NULL);
    key(w, "recovered_by");
    put_number_or_null(w, verdict->recovered_by);
}

static void
put_course(writer *w, const dx_facts *facts, const dx_verdict *verdict)
{
    char *history = g_strndup(facts->history, MIN(facts->num_history, sizeof facts->history));
    char *time = dx_time_text(facts->first_us);
    key(w, "history");
    put_repeated(w, history);
    key(w, "frames");
    json_dumper_begin_object(&w->dumper);
    key(w, "first");
    put_number(w, facts->first_frame);
    key(w, "verdict");
    put_number_or_null(w, verdict->cause ? verdict->frame : 0);
    key(w, "last");
    put_number(w, facts->last_frame);
    json_dumper_end_object(&w->dumper);
    key(w, "time");
    put_text(w, time);
    key(w, "evidence");
    json_dumper_begin_array(&w->dumper);
    for (unsigned i = 0; i < verdict->evidence->len; i++) {
        const dx_evidence *evidence = &g_array_index(verdict->evidence, dx_evidence, i);
        json_dumper_begin_object(&w->dumper);
        key(w, "frame");
        put_number_or_null(w, evidence->frame);
        key(w, "text");
        put_repeated(w, evidence->text);
        json_dumper_end_object(&w->dumper);
    }
    json_dumper_end_array(&w->dumper);
    g_free(history);
    g_free(time);
}

static void
put_help(writer *w, const dx_verdict *verdict)
{
    key(w, "advice");
    json_dumper_begin_array(&w->dumper);
    for (unsigned i = 0; i < verdict->advice->len; i++)
        put_repeated(w, g_array_index(verdict->advice, dx_advice, i).id);
    json_dumper_end_array(&w->dumper);
    key(w, "checks");
    json_dumper_begin_array(&w->dumper);
    for (unsigned i = 0; i < verdict->checks->len; i++)
        put_repeated(w, verdict->checks->pdata[i]);
    json_dumper_end_array(&w->dumper);
    key(w, "fix");
    put_repeated(w, verdict->fix);
    key(w, "events");
    json_dumper_begin_array(&w->dumper);
    for (unsigned i = 0; verdict->cause && i < G_N_ELEMENTS(verdict->cause->events); i++)
        if (verdict->cause->events[i])
            put_number(w, verdict->cause->events[i]);
    json_dumper_end_array(&w->dumper);
}

void
dx_report_json(GString *out, dx_capture *capture, const dx_report *report)
{
    writer w = {
        .dumper = {.output_string = out},
        .literals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .offers = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free),
    };
    uint32_t num_streams = dx_capture_num_streams(capture);
    for (uint32_t stream = 0; stream < num_streams; stream++) {
        const dx_facts *facts = dx_capture_facts(capture, stream);
        if (!facts || !dx_capture_reportable(facts))
            continue;
        const dx_verdict *verdict = NULL;
        if (!report->selected || report->selected(stream, report->user))
            verdict = dx_capture_verdict(capture, stream);
        if (!verdict)
            continue;
        json_dumper_begin_object(&w.dumper);
        put_who(&w, facts);
        put_judgement(&w, verdict);
        put_alert(&w, facts, verdict);
        put_course(&w, facts, verdict);
        put_offered(&w, facts->offer);
        put_chosen(&w, &facts->chosen);
        put_help(&w, verdict);
        json_dumper_end_object(&w.dumper);
        json_dumper_finish(&w.dumper);
    }
    g_hash_table_destroy(w.literals);
    g_hash_table_destroy(w.offers);
}
