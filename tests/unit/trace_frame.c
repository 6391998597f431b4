/* trace_frame.c - one line of a trace: from words to the observations of one frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "knowledge/names.h"
#include "trace.h"

void
trace_fail(trace_words *words, const char *format, ...)
{
    va_list arguments;

    if (words->error)
        return;
    va_start(arguments, format);
    words->error = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

const char *
trace_next(trace_words *words)
{
    for (unsigned i = 0; i < words->num; i++) {
        if (words->used[i] || strchr(words->word[i], '='))
            continue;
        words->used[i] = true;
        return words->word[i];
    }
    return NULL;
}

bool
trace_flag(trace_words *words, const char *word)
{
    for (unsigned i = 0; i < words->num; i++) {
        if (words->used[i] || strcmp(words->word[i], word) != 0)
            continue;
        words->used[i] = true;
        return true;
    }
    return false;
}

const char *
trace_option(trace_words *words, const char *key)
{
    size_t len = strlen(key);

    for (unsigned i = 0; i < words->num; i++) {
        if (words->used[i] || strncmp(words->word[i], key, len) != 0 || words->word[i][len] != '=')
            continue;
        words->used[i] = true;
        return words->word[i] + len + 1;
    }
    return NULL;
}

uint32_t
trace_number(trace_words *words, const char *text, uint32_t max)
{
    guint64 number = 0;

    if (!text || !g_ascii_string_to_unsigned(text, 10, 0, max, &number, NULL))
        trace_fail(words, "\"%s\" is no number up to %u", text ? text : "", max);
    return (uint32_t)number;
}

uint32_t
trace_number_option(trace_words *words, const char *key, uint32_t absent, uint32_t max)
{
    const char *text = trace_option(words, key);
    return text ? trace_number(words, text, max) : absent;
}

uint16_t
trace_code(trace_words *words, const char *text, const char *(*name)(uint16_t))
{
    guint64 code = 0;

    if (strlen(text) == 4 && g_ascii_string_to_unsigned(text, 16, 0, UINT16_MAX, &code, NULL))
        return (uint16_t)code;
    for (unsigned i = 0; i <= UINT16_MAX; i++) {
        const char *known = name((uint16_t)i);
        if (known && strcmp(known, text) == 0)
            return (uint16_t)i;
    }
    trace_fail(words, "\"%s\" is no code point", text);
    return 0;
}

uint16_t
trace_version(trace_words *words, const char *text)
{
    static const struct {
        const char *text;
        uint16_t version;
    } versions[] = {{"1.3", 0x0304}, {"1.2", 0x0303},  {"1.1", 0x0302},
                    {"1.0", 0x0301}, {"ssl3", 0x0300}, {"ssl2", 0x0002}};

    for (size_t i = 0; text && i < G_N_ELEMENTS(versions); i++)
        if (strcmp(text, versions[i].text) == 0)
            return versions[i].version;
    trace_fail(words, "\"%s\" is no version", text ? text : "");
    return 0;
}

/* Splits a line at words that end in a semicolon; each part is an item, its first word the item's name. */
static char *
read_items(trace_frame *frame, char **word, int num)
{
    for (int i = 0; i < num;) {
        trace_words words = {.num = 0};
        const char *name = NULL;
        bool last = false;
        for (; i < num && !last; i++) {
            size_t len = strlen(word[i]);
            last = len > 0 && word[i][len - 1] == ';';
            if (last)
                word[i][len - 1] = '\0';
            if (!*word[i])
                continue;
            if (!name)
                name = word[i];
            else if (words.num < G_N_ELEMENTS(words.word))
                words.word[words.num++] = word[i];
        }
        if (!name)
            return g_strdup("an item is empty");
        if (!trace_item(frame, name, &words))
            trace_fail(&words, "there is no item \"%s\"", name);
        for (unsigned j = 0; j < words.num; j++)
            if (!words.used[j])
                trace_fail(&words, "%s does not take \"%s\"", name, words.word[j]);
        if (words.error)
            return words.error;
    }
    return NULL;
}

static void
apply_segment(trace_frame *frame, trace_side *side, const trace_side *other)
{
    uint32_t len = frame->have_len ? frame->len : frame->payload_len;
    uint32_t seq = frame->flags & DX_TCP_SYN ? side->isn : side->next;

    if (frame->repeated) {
        seq = side->last_seq;
        len = frame->have_len ? frame->len : side->last_len;
    }
    if (frame->have_seq)
        seq = side->isn + frame->seq;
    dx_observation segment = {.kind = DX_OBS_SEGMENT,
                              .u.segment = {.flags = frame->flags,
                                            .seq = seq,
                                            .ack = frame->have_ack ? other->isn + frame->ack : other->next,
                                            .len = len,
                                            .window = frame->window,
                                            .ttl = frame->ttl ? frame->ttl : side->ttl,
                                            .ip_id = frame->ip_id,
                                            .kind = !len              ? 0
                                                    : frame->repeated ? DX_SEGMENT_RETRANSMITTED
                                                                      : DX_SEGMENT_NEW}};
    bool no_ack = frame->no_ack || frame->flags == DX_TCP_SYN;
    if (no_ack)
        segment.u.segment.ack = 0;
    else
        segment.u.segment.flags |= DX_TCP_ACK;
    if (frame->fin)
        segment.u.segment.flags |= DX_TCP_FIN;
    g_array_prepend_val(frame->observations, segment);
    if (frame->fin) {
        segment.kind = DX_OBS_FIN;
        g_array_append_val(frame->observations, segment);
    }
    if (len) {
        side->last_seq = seq;
        side->last_len = len;
    }
    uint32_t end = seq + len + (frame->fin ? 1 : 0);
    if (!(frame->flags & DX_TCP_RST) && (int32_t)(end - side->next) > 0)
        side->next = end;
}

/* Over UDP there are no segments. */
static void
apply_datagram(trace_frame *frame, trace_side *side)
{
    dx_observation datagram = {.kind = frame->repeated ? DX_OBS_REPEATED : DX_OBS_PAYLOAD,
                               .u.payload = frame->payload_len};

    if (frame->repeated)
        datagram.u.payload = side->last_len;
    else
        side->last_len = frame->payload_len;
    if (frame->flags & DX_TCP_SYN)
        datagram.kind = DX_OBS_OPENED;
    g_array_prepend_val(frame->observations, datagram);
}

static void
free_hello(gpointer data)
{
    dx_client_hello_clear(data);
    g_free(data);
}

char *
trace_frame_apply(trace_frame *frame, const char *text)
{
    trace_connection *connection = frame->connection;
    bool from_server = frame->from == DX_SERVER;
    trace_side *side = from_server ? &connection->server : &connection->client;
    const trace_side *other = from_server ? &connection->client : &connection->server;
    char **word = NULL, *error = NULL;
    GError *problem = NULL;
    int num = 0;

    frame->observations = g_array_new(FALSE, FALSE, sizeof(dx_observation));
    frame->hellos = g_ptr_array_new_with_free_func(free_hello);
    frame->owned = g_ptr_array_new_with_free_func(g_free);
    if (!g_shell_parse_argv(text, &num, &word, &problem)) {
        error = g_strdup(problem->message);
        g_error_free(problem);
    } else {
        error = read_items(frame, word, num);
        trace_close_record(frame);
    }
    bool tcp = connection->base.facts.transport == DX_TRANSPORT_TCP;
    if (!error && !frame->icmp && !frame->nothing && tcp)
        apply_segment(frame, side, other);
    else if (!error && !frame->icmp && !frame->nothing && !frame->nothing_new)
        apply_datagram(frame, side);
    for (unsigned i = 0; !error && i < frame->observations->len; i++) {
        dx_observation *observation = &g_array_index(frame->observations, dx_observation, i);
        observation->from = frame->from;
        observation->frame = frame->number;
        observation->time_us = frame->time_us;
        dx_connection_observe(&connection->base, frame->ledger, observation);
    }
    g_array_unref(frame->observations);
    g_ptr_array_unref(frame->hellos);
    g_ptr_array_unref(frame->owned);
    g_strfreev(word);
    return error;
}
