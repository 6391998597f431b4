/* near.c - events and lines of the server's logs that belong to a connection, or to its time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/near.h"

#include <string.h>

#include "verdict/log_clock.h"

/* Of one failure: a busy server's log has no end. */
#define MOST        500   /* lines that may be its own, other failures */
#define MOST_LOOKED 10000 /* lines that are looked at, of a span of time */
#define SKEW_US     (INT64_C(60) * G_USEC_PER_SEC)

/* When it failed, in the capture's time. */
static void
window(const dx_facts *facts, int64_t *from_us, int64_t *to_us)
{
    *from_us = facts->hello_us ? facts->hello_us : facts->first_us;
    *to_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : facts->last_us;
}

static int
compare(gconstpointer a, gconstpointer b)
{
    const dx_near *x = a, *y = b;
    return x->time_us != y->time_us ? (x->time_us < y->time_us ? -1 : 1)
                                    : (int)x->event->where.line - (int)y->event->where.line;
}

/* Lines without a time: an OpenSSL error of some connection; a client's words, if they are of this server. Of
 * its only client in the capture they are this connection's. */
static void
add_untimed(GArray *all, const dx_facts *facts, const dx_context *context)
{
    GPtrArray *found = g_ptr_array_new();

    dx_evidence_between(context->evidence, DX_CLOCK_NONE, 0, 0, found, MOST);
    for (unsigned i = 0; i < found->len; i++) {
        dx_near near = {.event = found->pdata[i], .doubtful = true};
        const dx_endpoint *server = &near.event->endpoint;
        bool named = near.event->server_name && facts->sni &&
                     g_ascii_strcasecmp(near.event->server_name, facts->sni) == 0;
        bool same = dx_address_same(&server->address, &facts->server_endpoint.address) &&
                    server->port == facts->server_endpoint.port;
        if (!near.event->row || (near.event->of_client && !(server->address.family ? same : named)))
            continue;
        near.how = near.event->of_client && same ? DX_NEAR_PORT : DX_NEAR_TIME;
        near.doubtful = !near.event->of_client || !context->server || context->server->clients->len != 1;
        g_array_append_val(all, near);
    }
    g_ptr_array_unref(found);
}

/* A line names this connection's client: by its address, or by that of the link where a switch or access
 * point speaks for it (802.1X). */
static bool
is_client(const dx_facts *facts, const dx_endpoint *client)
{
    dx_address station;

    if (client->port && client->port != facts->client_endpoint.port)
        return false;
    if (dx_address_same(&client->address, &facts->client_endpoint.address))
        return true;
    return client->address.family == DX_ADDRESS_LINK && facts->supplicant &&
           dx_link_parse(&station, facts->supplicant, strlen(facts->supplicant)) &&
           dx_address_same(&client->address, &station);
}

/* What one failure's lines are looked for with. */
typedef struct {
    const dx_facts *facts;
    const dx_context *context;
    int64_t from_us, to_us;
    GArray *all;        /* of dx_near */
    unsigned num_timed; /* of them, those that name no client */
    bool left_out;
} finder;

/* Adds a line, unless it is of another client or time. */
static void
take_line(finder *f, const dx_log_event *event)
{
    dx_near near = {.event = event};

    if (event->have_client) {
        if (!is_client(f->facts, &event->endpoint))
            return;
        near.how = event->endpoint.port ? DX_NEAR_PORT : DX_NEAR_ADDRESS;
    }
    if (event->as_client || !dx_log_clock_us(f->context->log_clock, event, &near.time_us))
        return;
    int64_t cut_us = event->minutes ? SKEW_US : 0;
    bool close = near.time_us + cut_us >= f->from_us - DX_LOG_TOLERANCE_US &&
                 near.time_us <= f->to_us + DX_LOG_TOLERANCE_US;
    if (!close && near.how != DX_NEAR_PORT)
        return;
    if (near.how == DX_NEAR_TIME && f->num_timed++ >= MOST)
        f->left_out = true;
    else
        g_array_append_val(f->all, near);
}

static void
take_span(finder *f, int64_t from_us, int64_t to_us)
{
    GPtrArray *found = g_ptr_array_new();

    dx_log_clock_between(f->context->log_clock, f->context->evidence, from_us, to_us, found, MOST_LOOKED);
    for (unsigned i = 0; i < found->len; i++)
        take_line(f, found->pdata[i]);
    f->left_out |= found->len == MOST_LOOKED;
    g_ptr_array_unref(found);
}

/* The time of the failure first: what a busy log has in the minute around it must not hide that. */
GArray *
dx_near_find(const dx_facts *facts, const dx_context *context, bool *left_out)
{
    finder f = {.facts = facts, .context = context};

    *left_out = false;
    if (!context->evidence || !context->evidence->events->len)
        return NULL;
    f.all = g_array_new(FALSE, FALSE, sizeof(dx_near));
    window(facts, &f.from_us, &f.to_us);
    take_span(&f, f.from_us - DX_LOG_TOLERANCE_US, f.to_us + DX_LOG_TOLERANCE_US);
    take_span(&f, f.from_us - SKEW_US, f.from_us - DX_LOG_TOLERANCE_US - 1);
    take_span(&f, f.to_us + DX_LOG_TOLERANCE_US + 1, f.to_us + SKEW_US);
    g_array_sort(f.all, compare);
    add_untimed(f.all, facts, context);
    *left_out = f.left_out;
    return f.all;
}

/* Says why, or what the other side said. */
static bool
is_reason(const dx_near *near)
{
    const dx_log_row *row = near->event->row;
    return row && row->reason > DX_LOGGED_OTHER && row->reason < DX_LOGGED_CLIENT_CLOSED;
}

dx_near_sum
dx_near_sum_up(const GArray *near)
{
    dx_near_sum sum = {.reason = DX_LOGGED_NOTHING};

    for (unsigned i = 0; near && i < near->len; i++) {
        const dx_near *line = &g_array_index(near, dx_near, i);
        if (!sum.named && line->event->row && line->how != DX_NEAR_TIME && !line->event->of_client)
            sum.named = line;
        if (!is_reason(line))
            continue;
        if (!sum.first || line->how > sum.first->how) {
            sum.first = line;
            sum.reason = line->event->row->reason;
            sum.num = 1;
        } else if (line->how == sum.first->how) {
            sum.num += line->event->where.file == sum.first->event->where.file;
            if (line->event->row->reason != sum.reason || line->event->alert != sum.first->event->alert)
                sum.reason = DX_LOGGED_NOTHING;
        }
    }
    return sum;
}

/* Of one more connection than the line's, when it failed: may the line be of that one? One that was captured
 * at two points is the same. */
static bool
is_rival(const dx_refused *other, const dx_near *line, const dx_facts *facts)
{
    const dx_address *client = &line->event->endpoint.address;
    dx_address station;
    bool same = dx_endpoint_equal(&other->client, &facts->client_endpoint) &&
                dx_endpoint_equal(&other->server, &facts->server_endpoint);

    if (same && (facts->client_endpoint.port || other->stream == facts->stream))
        return false;
    if (line->how == DX_NEAR_TIME)
        return true;
    if (!dx_address_equal(&other->server.address, &facts->server_endpoint.address))
        return false;
    if (client->family != DX_ADDRESS_LINK || !other->supplicant)
        return dx_address_equal(&other->client.address, client);
    return dx_link_parse(&station, other->supplicant, strlen(other->supplicant)) &&
           dx_address_equal(&station, client);
}

/* A line that names the client's port is of that connection. One with its address alone, or nothing but a
 * time, is while there is a line for every connection that failed at that time and may have written it. */
static bool
is_own(const dx_facts *facts, const dx_context *context)
{
    const dx_near *line = context->near_sum->first;
    const GArray *refusals = dx_ledger_refusals(context->ledger); /* nearly in order of time */
    int64_t from_us, to_us;
    unsigned num_rivals = 0, low = 0, high = refusals->len;

    if (line->how == DX_NEAR_PORT)
        return true;
    window(facts, &from_us, &to_us);
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (g_array_index(refusals, dx_refused, middle).time_us < from_us - DX_LOG_TOLERANCE_US)
            low = middle + 1;
        else
            high = middle;
    }
    for (unsigned i = low; i < refusals->len; i++) {
        const dx_refused *other = &g_array_index(refusals, dx_refused, i);
        if (other->time_us > to_us + DX_LOG_TOLERANCE_US)
            break;
        num_rivals += is_rival(other, line, facts);
        if (num_rivals >= (line->how == DX_NEAR_TIME ? 1 : context->near_sum->num) || i - low >= MOST)
            return false;
    }
    return true;
}

const dx_log_event *
dx_near_tell_alert(dx_facts *facts, const dx_context *context)
{
    const dx_near *first = context->near_sum ? context->near_sum->first : NULL;
    dx_logged told = facts->end.by == DX_CLIENT ? DX_LOGGED_ALERT : DX_LOGGED_SERVER_ALERT;

    if (facts->end.kind != DX_END_ENCRYPTED_ALERT || facts->end.by == DX_NOBODY || !first ||
        context->near_sum->reason != told || first->doubtful || !is_own(facts, context))
        return NULL;
    facts->end.kind = DX_END_ALERT;
    facts->end.alert_level = 2;
    facts->end.alert = first->event->alert;
    return first->event;
}

/* What more than one cause may be behind. */
static bool
is_ambiguous(dx_logged reason)
{
    return reason == DX_LOGGED_CLIENT_NO_ISSUER || reason == DX_LOGGED_CLIENT_DATES ||
           reason == DX_LOGGED_NO_ALGORITHM;
}

/* A ClientHello is in the capture, and no PROXY header before it: what the server took for no TLS came on
 * another connection, or was made on the path. */
static bool
is_refuted(dx_logged reason, const dx_facts *facts)
{
    return reason == DX_LOGGED_NO_TLS && facts->hello_frame && !facts->proxy_header;
}

/* An alert in clear that means one thing, and which reasons it leaves.
 * Source: RFC 8446 section 6.2, RFC 6066 section 3, RFC 7301 section 3.2, RFC 7507 section 3; OpenSSL 3.0 was
 * seen to send 70 to a client of TLS 1.3 alone when it has no certificate or key */
static bool
is_against(const dx_facts *facts, dx_logged reason)
{
    static const struct {
        uint8_t alert, reason[6];
    } rows[] = {
        {DX_ALERT_PROTOCOL_VERSION,
         {DX_LOGGED_NO_VERSION, DX_LOGGED_NO_ALGORITHM, DX_LOGGED_NO_TLS, DX_LOGGED_NO_CERTIFICATE,
          DX_LOGGED_NO_KEY, DX_LOGGED_KEY_UNUSABLE}},
        {DX_ALERT_INAPPROPRIATE_FALLBACK, {DX_LOGGED_FALLBACK}},
        {DX_ALERT_UNRECOGNIZED_NAME, {DX_LOGGED_NAME_REJECTED, DX_LOGGED_NO_NAME, DX_LOGGED_NO_CERTIFICATE}},
        {DX_ALERT_NO_APPLICATION_PROTOCOL, {DX_LOGGED_NO_PROTOCOL}},
        {DX_ALERT_UNKNOWN_PSK_IDENTITY, {DX_LOGGED_UNKNOWN_PSK}},
        {DX_ALERT_CERTIFICATE_REQUIRED, {DX_LOGGED_CLIENT_CERTIFICATE_MISSING}},
    };

    if (facts->end.kind != DX_END_ALERT || facts->end.by != DX_SERVER)
        return false;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].alert == facts->end.alert)
            return !memchr(rows[i].reason, (int)reason, sizeof rows[i].reason);
    return false;
}

dx_files_answer
dx_near_weigh(const dx_cause *cause, const dx_facts *facts, const dx_context *context,
              const dx_log_event **event, dx_nearness *how)
{
    const dx_near *first = context->near_sum ? context->near_sum->first : NULL;
    bool listed = false;

    if (!cause->logged[0] || !first)
        return DX_FILES_SILENT;
    dx_logged reason = context->near_sum->reason;
    *how = first->how;
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->logged) && cause->logged[i]; i++)
        listed |= cause->logged[i] == first->event->row->reason;
    if (!listed)
        return DX_FILES_SILENT;
    *event = first->event;
    bool sure = reason != DX_LOGGED_NOTHING && !is_ambiguous(reason) && !is_refuted(reason, facts) &&
                !first->doubtful && is_own(facts, context);
    if (is_against(facts, first->event->row->reason))
        return sure ? DX_FILES_CONTRADICTED : DX_FILES_SILENT;
    return sure ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}
