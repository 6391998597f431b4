/* tree.c - what a frame's packet tree, expert infos and Info column say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/tree.h"

#include "facts/text.h"
#include "epan/cites.h"
#include "epan/experts.h"
#include "epan/fields.h"
#include "epan/hint.h"
#include "epan/late.h"
#include "epan/node.h"
#include "epan/preferences.h"
#include "epan/tracker.h"
#include "present/present.h"

static int proto_shown;
static int tap_expert;
static GHashTable *places_kept; /* index -> dx_tree_places, of a capture that ends with places_frame */
static uint32_t places_frame;
static unsigned places_changes;

static void
forget_places(void)
{
    if (places_kept != NULL)
        g_hash_table_destroy(places_kept);
    places_kept = NULL;
}

void
dx_tree_register(int proto)
{
    proto_shown = proto;
    dx_fields_register(proto);
    dx_experts_register(proto);
    dx_node_register();
    dx_cites_register();
    register_cleanup_routine(forget_places);
}

void
dx_tree_handoff(void)
{
    tap_expert = register_tap("expert"); /* gives the id, whether or not Wireshark has come to register it */
}

/* The infos of the frame that is being dissected, now or, where they are not final yet, at the end. */
static void
raise_here(packet_info *pinfo, proto_tree *tree, proto_item *item, uint32_t index, const dx_verdict *verdict)
{
    if (!dx_late_waits(pinfo, tree)) {
        dx_experts_raise(pinfo, item, verdict);
        if (!PINFO_FD_VISITED(pinfo))
            dx_late_raised(index);
    }
}

static void
add_to_info_column(packet_info *pinfo, const dx_verdict *verdict)
{
    if (dx_preferences_info_column() && col_get_writable(pinfo->cinfo, COL_INFO)) {
        col_append_fstr(pinfo->cinfo, COL_INFO, " [SSL Troubleshooter: %s, %s]", verdict->cause->title,
                        verdict->confidence == DX_POSSIBLE ? "cause open"
                                                           : dx_confidence_name(verdict->confidence));
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

static bool
is_hello(const dx_facts *facts, uint32_t frame)
{
    return frame == facts->hello_frame || frame == facts->second_hello_frame;
}

/* Whether all frames of the connection say what became of it. */
static bool
is_pointed_out(const dx_verdict *verdict)
{
    return verdict->cause != NULL && (verdict->outcome == DX_FAILED || verdict->outcome == DX_NO_TCP);
}

/* What the frame shows is known once all frames are. */
static void
add_shown(tvbuff_t *tvb, const packet_info *pinfo, proto_tree *tree, proto_item *item, bool is_verdict_frame)
{
    bool wanted = tree != NULL && PINFO_FD_VISITED(pinfo) &&
                  proto_field_is_referenced(tree, dx_field_id(DX_FIELD_SHOWS));
    const GPtrArray *texts = wanted ? dx_cites_of(pinfo->num) : NULL;
    if (texts != NULL)
        dx_node_add_shown(tree, tvb, proto_shown, item, is_verdict_frame, texts);
}

bool
dx_tree_asked(const packet_info *pinfo, const proto_tree *tree)
{
    return tree != NULL || have_tap_listener(tap_expert) ||
           (pinfo->cinfo != NULL && dx_preferences_info_column());
}

/* What the frame says of its connection once its verdict is known. */
static void
write_verdict(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t index, const dx_facts *facts,
              const dx_verdict *verdict)
{
    proto_item *item = NULL;
    bool is_verdict_frame = verdict->cause != NULL && verdict->frame == pinfo->num;
    if (is_verdict_frame) {
        add_to_info_column(pinfo, verdict);
        item = dx_node_add_verdict(tree, tvb, proto_shown, facts, verdict);
        raise_here(pinfo, tree, item, index, verdict);
        dx_node_unfold_verdict(item);
    } else if (verdict->outcome == DX_ESTABLISHED && facts->established_frame == pinfo->num) {
        item = dx_node_add_healthy(tree, tvb, proto_shown, facts, verdict);
        raise_here(pinfo, tree, item, index, verdict);
    } else if (is_pointed_out(verdict)) {
        item = dx_node_add_pointer(tree, tvb, proto_shown, facts, verdict);
    } else if (is_hello(facts, pinfo->num)) {
        dx_node_add_name(tree, tvb, facts);
    }
    add_shown(tvb, pinfo, tree, item, is_verdict_frame);
    add_certificate(tvb, pinfo, tree, item, facts);
}

static bool
has_own(const dx_tree_places *places, uint32_t frame)
{
    return frame == places->verdict_frame || frame == places->established_frame ||
           frame == places->certificate_frame || frame == places->hello_frame ||
           frame == places->second_hello_frame;
}

/* Whether the frame shows nothing of its connection, as most frames of healthy ones: asked again and again
 * while the window draws, of a capture that has been read. */
static bool
shows_nothing(const dx_verdicts *verdicts, uint32_t index, uint32_t frame)
{
    uint32_t last_frame = dx_capture_last_frame(dx_verdicts_capture(verdicts));
    unsigned changes = dx_verdicts_changes(verdicts);
    if (places_kept == NULL || places_frame != last_frame || places_changes != changes) {
        forget_places();
        places_kept = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        places_frame = last_frame;
        places_changes = changes;
    }
    dx_tree_places *places = (dx_tree_places *)g_hash_table_lookup(places_kept, GUINT_TO_POINTER(index));
    if (places == NULL) {
        places = g_new(dx_tree_places, 1);
        *places = dx_tree_places_of(index);
        g_hash_table_insert(places_kept, GUINT_TO_POINTER(index), places);
    }
    return !places->common && !has_own(places, frame);
}

/* The first pass claims only what has happened. */
static bool
has_to_tell(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t index, const dx_facts *facts)
{
    if (PINFO_FD_VISITED(pinfo)) {
        if (shows_nothing(dx_tracker_verdicts(), index, pinfo->num)) {
            add_shown(tvb, pinfo, tree, NULL, false);
            return false;
        }
        return true;
    }
    dx_hint_use_two_passes(tree, proto_shown);
    if (!has_news(facts, pinfo->num)) {
        if (is_hello(facts, pinfo->num))
            dx_node_add_name(tree, tvb, facts);
        add_certificate(tvb, pinfo, tree, NULL, facts);
        return false;
    }
    return true;
}

void
dx_tree_annotate(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t index)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    if (verdicts == NULL || !dx_tree_asked(pinfo, tree))
        return;
    const dx_facts *facts = dx_capture_facts(dx_verdicts_capture(verdicts), index);
    if (facts == NULL)
        return;
    if (tree != NULL)
        dx_node_add_point(tree, tvb, dx_tracker_point(pinfo, index));
    const dx_verdict *verdict =
        has_to_tell(tvb, pinfo, tree, index, facts) ? dx_verdicts_of(verdicts, index) : NULL;
    if (verdict != NULL)
        write_verdict(tvb, pinfo, tree, index, facts, verdict);
}

dx_tree_places
dx_tree_places_of(uint32_t index)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    const dx_facts *facts = dx_capture_facts(dx_verdicts_capture(verdicts), index);
    const dx_verdict *verdict = facts != NULL ? dx_verdicts_of(verdicts, index) : NULL;
    dx_tree_places places = {0};
    if (verdict != NULL) {
        places.verdict_frame = verdict->cause != NULL ? verdict->frame : 0;
        places.established_frame = facts->established_frame;
        places.certificate_frame = facts->certificate_frame;
        places.hello_frame = facts->sni != NULL ? facts->hello_frame : 0;
        places.second_hello_frame = facts->sni != NULL ? facts->second_hello_frame : 0;
        places.common = is_pointed_out(verdict);
    }
    return places;
}

dx_tree_share
dx_tree_share_of(const dx_tree_places *places, uint32_t frame)
{
    if (has_own(places, frame) || dx_cites_of(frame) != NULL)
        return DX_TREE_OWN;
    return places->common ? DX_TREE_COMMON : DX_TREE_NOTHING;
}

void
dx_tree_fill(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t index)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    const dx_facts *facts = dx_capture_facts(dx_verdicts_capture(verdicts), index);
    const dx_verdict *verdict = facts != NULL ? dx_verdicts_of(verdicts, index) : NULL;
    if (verdict != NULL)
        write_verdict(tvb, pinfo, tree, index, facts, verdict);
}
