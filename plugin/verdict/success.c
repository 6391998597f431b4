/* success.c - what worked: only a connection whose own verdict is `established`
 *
 * Both Finished are not enough: curl and wget refuse a certificate after that. A verdict may rest on what
 * worked meanwhile, and what worked is asked of a verdict: so that this cannot go round in a circle, and
 * does not depend on who is asked first, the verdict that is asked here is given without any successes.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/success.h"

#include "capture/offer.h"
#include "verdict/judge.h"
#include "verdict/outcome.h"

/* An answer, and as of when. */
typedef struct {
    uint32_t revision, frame;
    int64_t now_us;
    bool worked;
} answer;

GHashTable *
dx_success_cache_new(void)
{
    return g_hash_table_new_full(NULL, NULL, NULL, g_free);
}

static bool
judge(const dx_causes *causes, const dx_facts *facts, const dx_context *context)
{
    dx_context alone = *context;

    alone.server = dx_ledger_find_server(context->ledger, &facts->server_endpoint);
    alone.host = dx_ledger_find_host(context->ledger, &facts->server_endpoint.address);
    alone.accepted = NULL;
    dx_facts settled = dx_outcome_settled(facts, context->now_us);
    dx_verdict *verdict = dx_judge(causes, &settled, &alone);
    bool worked = verdict->outcome == DX_ESTABLISHED;
    dx_verdict_free(verdict);
    return worked;
}

static bool
has_worked(const dx_causes *causes, const dx_facts *facts, const dx_context *context)
{
    answer now = {dx_ledger_revision(context->ledger), facts->last_frame,
                  facts->phase == DX_PHASE_DATA ? 0 : context->now_us, false};
    answer *known = context->worked ? g_hash_table_lookup(context->worked, facts) : NULL;

    if (known && known->revision == now.revision && known->frame == now.frame && known->now_us == now.now_us)
        return known->worked;
    now.worked = judge(causes, facts, context);
    if (known) {
        *known = now;
    } else if (context->worked) {
        known = g_new(answer, 1);
        *known = now;
        g_hash_table_insert(context->worked, (gpointer)facts, known);
    }
    return now.worked;
}

GArray *
dx_success_rows(const dx_causes *causes, const dx_context *context)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(dx_sample));
    const GArray *accepted = context->server ? context->server->accepted : NULL;

    for (unsigned i = 0; accepted && i < accepted->len; i++) {
        dx_sample row = g_array_index(accepted, dx_sample, i);
        const dx_facts *first = NULL;
        unsigned num = 0;
        for (unsigned k = 0; k < row.num_kept; k++) {
            if (!has_worked(causes, row.kept[k], context))
                continue;
            if (!first)
                first = row.kept[k];
            num++;
        }
        if (!num)
            continue;
        if (first != row.kept[0]) {
            row.first_frame = first->established_frame;
            row.first_stream = first->stream;
            row.first_us = first->established_us;
            row.client = first->client_endpoint.address;
        }
        if (num < row.num_kept) /* of those that were not kept nobody knows */
            row.count = num;
        g_array_append_val(rows, row);
    }
    return rows;
}

/* A client of RDP that was refused comes again without TLS: more than X.224's confirm comes back. */
static bool
goes_on_plain(const dx_facts *failed, const dx_facts *retry)
{
    enum { MCS_CONNECT_RESPONSE = 100 };

    return failed->upgrade == DX_UPGRADE_RDP && retry->upgrade == DX_UPGRADE_NONE &&
           retry->server_foreign == DX_FOREIGN_TPKT && retry->server.payload_bytes > MCS_CONNECT_RESPONSE;
}

uint32_t
dx_success_recovery(const dx_causes *causes, const dx_facts *facts, const dx_context *context,
                    int64_t failed_us)
{
    const dx_retry_list *list = dx_ledger_retries(context->ledger, facts);

    for (unsigned i = 0; list && i < list->num; i++) {
        const dx_retry *retry = &list->retry[i];
        if (retry->time_us >= failed_us && retry->time_us - failed_us <= DX_RECOVERY_US &&
            dx_offer_same_software(facts->offer, retry->facts->offer) &&
            (goes_on_plain(facts, retry->facts) || has_worked(causes, retry->facts, context)))
            return retry->frame;
    }
    return 0;
}
