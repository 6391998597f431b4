/* tree.c - what a frame's packet tree, expert infos and Info column say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/tree.h"

#include "facts/text.h"
#include "epan/experts.h"
#include "epan/fields.h"
#include "epan/hint.h"
#include "epan/node.h"
#include "epan/preferences.h"
#include "epan/tracker.h"
#include "present/present.h"

static int proto_shown;
static int tap_expert;

void
dx_tree_register(int proto)
{
    proto_shown = proto;
    dx_fields_register(proto);
    dx_experts_register(proto);
    dx_node_register();
}

void
dx_tree_handoff(void)
{
    tap_expert = register_tap("expert"); /* gives the id, whether or not Wireshark has come to register it */
}

static void
add_experts(packet_info *pinfo, proto_item *item, const dx_verdict *verdict)
{
    const char *saved = pinfo->current_proto;
    pinfo->current_proto = "SSLTrouble"; /* the helper protocol that we run under does not set it */
    if (verdict->cause != NULL) {
        expert_field *expert = dx_expert_of_cause(verdict->cause, verdict->confidence);
        char *title = dx_verdict_title(verdict);
        if (expert != NULL) {
            expert_add_info_format(pinfo, item, expert, "%s", title);
        }
        g_free(title);
    }
    for (guint i = 0; i < verdict->advice->len; i++) {
        const dx_advice *advice = &g_array_index(verdict->advice, dx_advice, i);
        expert_field *expert = dx_expert_of_advice(advice->id);
        if (expert != NULL) {
            expert_add_info_format(pinfo, item, expert, "%s", advice->title);
        }
    }
    pinfo->current_proto = saved;
}

static void
add_to_info_column(packet_info *pinfo, const dx_verdict *verdict)
{
    if (dx_preferences_info_column() && col_get_writable(pinfo->cinfo, COL_INFO)) {
        col_append_fstr(pinfo->cinfo, COL_INFO, " [SSL: %s]", verdict->cause->title);
    }
}

/* Some clients refuse a certificate only after the handshake, by closing. */
static bool
leaves_without_data(const dx_facts *facts, uint32_t frame)
{
    return facts->chain != NULL && facts->established_frame != 0 && facts->client.app_records == 0 &&
           facts->close.by == DX_CLIENT && facts->close.frame == frame;
}

/* Whether anything that could be claimed on the first pass has happened; spares healthy connections the
 * diagnosis. */
static bool
has_news(const dx_facts *facts, uint32_t frame)
{
    return facts->end.kind != DX_END_NONE || facts->pending.kind != DX_END_NONE ||
           facts->established_frame == frame || leaves_without_data(facts, frame);
}

static void
add_certificate(tvbuff_t *tvb, const packet_info *pinfo, proto_tree *tree, proto_item *item,
                const dx_facts *facts)
{
    if (facts->chain != NULL && facts->certificate_frame == pinfo->num) {
        const dx_ledger *ledger = dx_capture_ledger(dx_verdicts_capture(dx_tracker_verdicts()));
        dx_node_add_certificate(tree, tvb, proto_shown, item, facts, dx_ledger_certs(ledger));
    }
}

bool
dx_tree_asked(const packet_info *pinfo, const proto_tree *tree)
{
    return tree != NULL || have_tap_listener(tap_expert) ||
           (pinfo->cinfo != NULL && dx_preferences_info_column());
}

void
dx_tree_annotate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    uint32_t stream;
    dx_verdicts *verdicts = dx_tracker_verdicts();
    if (verdicts == NULL || !dx_tree_asked(pinfo, tree) || !dx_tracker_stream(pinfo->num, &stream)) {
        return;
    }
    const dx_facts *facts = dx_capture_facts(dx_verdicts_capture(verdicts), stream);
    if (facts == NULL) {
        return;
    }
    bool first_pass = !PINFO_FD_VISITED(pinfo);
    if (first_pass) {
        dx_hint_use_two_passes(tree, proto_shown);
        if (!has_news(facts, pinfo->num)) {
            add_certificate(tvb, pinfo, tree, NULL, facts);
            return;
        }
    }
    const dx_verdict *verdict = dx_verdicts_of(verdicts, stream);
    if (verdict == NULL) {
        return;
    }
    proto_item *item = NULL;
    bool is_verdict_frame = verdict->cause != NULL && verdict->frame == pinfo->num;
    if (is_verdict_frame) {
        add_to_info_column(pinfo, verdict);
        item = dx_node_add_verdict(tree, tvb, proto_shown, facts, verdict);
        add_experts(pinfo, item, verdict);
    } else if (verdict->outcome == DX_ESTABLISHED && facts->established_frame == pinfo->num) {
        item = dx_node_add_healthy(tree, tvb, proto_shown, facts, verdict);
        add_experts(pinfo, item, verdict);
    } else if (verdict->cause != NULL && (verdict->outcome == DX_FAILED || verdict->outcome == DX_NO_TCP)) {
        item = dx_node_add_pointer(tree, tvb, proto_shown, verdict);
    }
    add_certificate(tvb, pinfo, tree, item, facts);
}
