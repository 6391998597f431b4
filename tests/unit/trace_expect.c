/* trace_expect.c - compares the verdicts of a trace with what it expects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "trace_reader.h"
#include "verdict/judge.h"
#include "verdict/outcome.h"
#include "verdict/sights.h"
#include "verdict/success.h"

void
trace_complain(trace_reader *reader, unsigned line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(reader->report->problems, g_strdup_printf("%s.txt:%u: %s", reader->name, line, what));
    g_free(what);
}

static const dx_cause *
find_cause(const trace_reader *reader, const char *id)
{
    for (unsigned i = 0; id && i < reader->causes->num; i++)
        if (strcmp(reader->causes->cause[i]->id, id) == 0)
            return reader->causes->cause[i];
    return NULL;
}

static dx_context
context_of(const trace_reader *reader, const dx_facts *facts)
{
    return (dx_context){.ledger = reader->ledger,
                        .server = dx_ledger_find_server(reader->ledger, &facts->server_endpoint),
                        .host = dx_ledger_find_host(reader->ledger, &facts->server_endpoint.address),
                        .preferences = &reader->preferences,
                        .now_us = reader->now_us};
}

static dx_verdict *
diagnose(const trace_reader *reader, const trace_connection *connection)
{
    const dx_facts *facts = &connection->base.facts;
    dx_context context = context_of(reader, facts);
    GArray *accepted = dx_success_rows(reader->causes, &context);

    context.accepted = accepted;
    dx_verdict *verdict = dx_diagnose(reader->causes, facts, &context);
    g_array_unref(accepted);
    return verdict;
}

static bool
is_open(const trace_reader *reader, const trace_connection *connection, const dx_cause *cause)
{
    dx_context context = context_of(reader, &connection->base.facts);
    dx_facts settled = dx_outcome_settled(&connection->base.facts, reader->now_us);
    GArray *accepted = dx_success_rows(reader->causes, &context);

    context.accepted = accepted;
    bool open = dx_gate_open(cause, &settled, &context);
    g_array_unref(accepted);
    return open;
}

/* A cause whose gate is closed is neither the verdict nor a candidate. */
static bool
has_closed(const trace_reader *reader, const trace_connection *connection, const dx_verdict *verdict)
{
    for (unsigned i = 0; i < verdict->candidates->len; i++)
        if (!is_open(reader, connection, verdict->candidates->pdata[i]))
            return true;
    return false;
}

static char *
describe(const dx_verdict *verdict)
{
    GString *text = g_string_new(dx_outcome_name(verdict->outcome));

    if (verdict->cause)
        g_string_append_printf(text, " %s %s in frame %u", verdict->cause->id,
                               dx_confidence_name(verdict->confidence), verdict->frame);
    for (unsigned i = 0; i < verdict->candidates->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : ", candidates ",
                               ((const dx_cause *)verdict->candidates->pdata[i])->id);
    for (unsigned i = 0; i < verdict->advice->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : ", advice ",
                               g_array_index(verdict->advice, dx_advice, i).id);
    return g_string_free(text, FALSE);
}

void
trace_check_verdict(trace_reader *reader, const trace_connection *connection)
{
    dx_verdict *verdict = diagnose(reader, connection), *again = diagnose(reader, connection);
    const dx_cause *cause = verdict->cause;
    const char *wrong = NULL;

    if (verdict->outcome == DX_FAILED && !cause)
        wrong = "a failed connection has no cause";
    else if (cause && !dx_cause_weighs(cause))
        wrong = "a cause that does not weigh is the verdict";
    else if (cause && (verdict->confidence == DX_NONE || !verdict->candidates->len))
        wrong = "a cause without confidence or candidates";
    else if (cause && verdict->candidates->pdata[0] != cause)
        wrong = "the cause is not the first candidate";
    else if (cause && verdict->confidence == DX_CONFIRMED && verdict->candidates->len != 1)
        wrong = "a confirmed cause has rivals";
    else if (has_closed(reader, connection, verdict))
        wrong = "the gate of a candidate is closed";
    else if (cause && (!verdict->frame || verdict->frame > reader->frame))
        wrong = "the verdict's frame does not exist";
    else if (cause && connection->base.facts.damaged && verdict->confidence > DX_POSSIBLE)
        wrong = "a verdict on a damaged connection is more than possible";
    else if (cause != again->cause || verdict->confidence != again->confidence ||
             verdict->outcome != again->outcome)
        wrong = "the same facts gave two verdicts";
    if (wrong) {
        char *got = describe(verdict);
        trace_complain(reader, reader->line, "%s: %s", wrong, got);
        g_free(got);
    }
    dx_verdict_free(verdict);
    dx_verdict_free(again);
}

static bool
has_advice(const dx_verdict *verdict, const char *id)
{
    for (unsigned i = 0; i < verdict->advice->len; i++)
        if (strcmp(g_array_index(verdict->advice, dx_advice, i).id, id) == 0)
            return true;
    return false;
}

/* "open=CAUSE", "closed=CAUSE": where a gate stands. */
static void
compare_gates(trace_reader *reader, trace_words *words, const trace_connection *connection, bool open)
{
    GPtrArray **seen = open ? &reader->report->opened : &reader->report->closed;
    const char *value;

    while ((value = trace_option(words, open ? "open" : "closed")) != NULL) {
        const dx_cause *cause = find_cause(reader, value);
        if (!cause)
            trace_fail(words, "there is no cause \"%s\"", value);
        else if (is_open(reader, connection, cause) != open)
            trace_fail(words, "the gate of %s is %s", value, open ? "closed" : "open");
        if (!*seen)
            *seen = g_ptr_array_new();
        g_ptr_array_add(*seen, (gpointer)cause);
    }
}

/* The words behind outcome, cause and confidence. */
static void
compare_rest(trace_reader *reader, trace_words *words, const dx_verdict *verdict)
{
    const char *value;

    while ((value = trace_option(words, "candidate")) != NULL) {
        const dx_cause *cause = find_cause(reader, value);
        if (!cause)
            trace_fail(words, "there is no cause \"%s\"", value);
        else if (!g_ptr_array_find(verdict->candidates, cause, NULL))
            trace_fail(words, "%s is no candidate", value);
    }
    while ((value = trace_option(words, "advice")) != NULL)
        if (!has_advice(verdict, value))
            trace_fail(words, "the advice %s is missing", value);
    bool recovered = trace_flag(words, "recovered");
    if (verdict->cause && recovered != (verdict->recovered_by != 0))
        trace_fail(words, recovered ? "it did not recover" : "it recovered");
}

static void
compare_verdict(trace_reader *reader, const expectation *expected, trace_words *words,
                const dx_verdict *verdict)
{
    const char *outcome = trace_next(words), *cause = NULL, *confidence = NULL;

    if (!outcome || strcmp(outcome, dx_outcome_name(verdict->outcome)) != 0)
        trace_fail(words, "another outcome");
    bool recovered = trace_flag(words, "recovered");
    cause = trace_next(words);
    confidence = trace_next(words);
    if (recovered) /* put back: compare_rest asks for it */
        for (unsigned i = 0; i < words->num; i++)
            words->used[i] &= strcmp(words->word[i], "recovered") != 0;
    if (cause && (!find_cause(reader, cause) || !confidence))
        trace_fail(words, "\"%s\" is no cause, or has no confidence", cause);
    else if (verdict->cause != find_cause(reader, cause))
        trace_fail(words, "another cause");
    else if (cause && strcmp(confidence, dx_confidence_name(verdict->confidence)) != 0)
        trace_fail(words, "another confidence");
    else if (cause && expected->connection->marked && expected->connection->marked != verdict->frame)
        trace_fail(words, "the verdict's frame is not the marked one, %u", expected->connection->marked);
    compare_rest(reader, words, verdict);
    compare_gates(reader, words, expected->connection, true);
    compare_gates(reader, words, expected->connection, false);
    for (unsigned i = 0; i < words->num; i++)
        if (!words->used[i])
            trace_fail(words, "expect does not take \"%s\"", words->word[i]);
    if (reader->kind == CASE_HIT && cause && strcmp(cause, reader->name) == 0)
        reader->shown = true;
    if (reader->kind == CASE_OK && (verdict->outcome == DX_FAILED))
        trace_fail(words, "it counts as failed");
}

void
trace_compare(trace_reader *reader, const expectation *expected)
{
    trace_words words = {.num = 0};
    char **word = g_strsplit_set(expected->text, " \t", -1);
    dx_verdict *verdict = diagnose(reader, expected->connection);

    for (unsigned i = 0; word[i]; i++)
        if (*word[i] && words.num < G_N_ELEMENTS(words.word))
            words.word[words.num++] = word[i];
    compare_verdict(reader, expected, &words, verdict);
    trace_say(reader, expected, verdict);
    if (words.error) {
        char *got = describe(verdict);
        trace_complain(reader, expected->line, "%s; expected %s, got %s", words.error, expected->text, got);
        g_free(got);
    }
    g_free(words.error);
    g_strfreev(word);
    dx_verdict_free(verdict);
}

void
trace_check_case(trace_reader *reader)
{
    for (unsigned i = 0; i < reader->connections->len; i++) {
        const trace_connection *connection = reader->connections->pdata[i];
        unsigned num = 0;
        for (unsigned j = 0; j < reader->expectations->len; j++)
            num += g_array_index(reader->expectations, expectation, j).connection == connection;
        if (!num)
            trace_complain(reader, connection->line, "nothing is expected of this connection");
        dx_verdict *verdict = diagnose(reader, connection);
        if (reader->kind == CASE_MISS && verdict->cause && strcmp(verdict->cause->id, reader->name) == 0)
            trace_complain(reader, connection->line, "a near miss was taken for %s", reader->name);
        dx_verdict_free(verdict);
    }
    if (!reader->connections->len)
        trace_complain(reader, reader->case_line, "the case has no connection");
    else if (reader->kind == CASE_HIT && !reader->shown)
        trace_complain(reader, reader->case_line, "a hit of which %s is not expected", reader->name);
}
