/* node.c - the "SSL Troubleshooter" node of the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/node.h"

#include "facts/text.h"
#include "epan/items.h"
#include "epan/negotiation.h"
#include "knowledge/names.h"
#include "present/certificate.h"
#include "present/events.h"
#include "present/present.h"
#include "verdict/points.h"

static int ett_node, ett_verdict, ett_evidence, ett_candidates, ett_checks, ett_events, ett_certificate,
    ett_step, ett_class;

/* Whoever comes to a verdict's frame reads what is wrong, what to do and where to look without a click. Once:
 * what a user folds stays folded. Wireshark has a place for it when all protocols are registered. */
static void
unfold(void)
{
    static bool unfolded;
    if (!unfolded) {
        tree_expanded_set(ett_verdict, true);
        tree_expanded_set(ett_checks, true);
        tree_expanded_set(ett_evidence, true);
    }
    unfolded = true;
}

void
dx_node_register(void)
{
    static int *subtrees[] = {&ett_node,   &ett_verdict, &ett_evidence,    &ett_candidates, &ett_checks,
                              &ett_events, &ett_step,    &ett_certificate, &ett_class};
    for (unsigned i = 0; i < G_N_ELEMENTS(subtrees); i++)
        *subtrees[i] = -1;
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
    dx_negotiation_register();
    register_init_routine(unfold);
}

/* `title` may be NULL where nobody reads it. */
static proto_tree *
add_node(proto_tree *tree, tvbuff_t *tvb, int proto, int ett, proto_item **item, const char *title)
{
    *item = title != NULL
                ? proto_tree_add_protocol_format(tree, proto, tvb, 0, 0, "SSL Troubleshooter: %s", title)
                : proto_tree_add_item(tree, proto, tvb, 0, 0, ENC_NA);
    proto_item_set_generated(*item);
    return proto_item_add_subtree(*item, ett);
}

static void
add_alert(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    if (facts->end.kind == DX_END_ALERT) {
        dx_item_number(node, tvb, DX_FIELD_ALERT, facts->end.alert);
        dx_item_string(node, tvb, DX_FIELD_ALERT_FROM, dx_side_name(facts->end.by));
    }
}

static void
add_evidence(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    unsigned num_files;
    if (!dx_item_wanted(node, DX_FIELD_EVIDENCE) && !dx_item_wanted(node, DX_FIELD_EVIDENCE_FILE))
        return;
    GPtrArray *lines = dx_evidence_in_order(verdict, &num_files);
    proto_tree *tree = lines->len > 0 ? dx_item_subtree(node, tvb, ett_evidence, "Evidence") : NULL;
    for (guint i = num_files; i < lines->len; i++) {
        const dx_packet_line *line = (const dx_packet_line *)g_ptr_array_index(lines, i);
        proto_item_set_generated(proto_tree_add_uint_format(tree, dx_field_id(DX_FIELD_EVIDENCE), tvb, 0, 0,
                                                            line->frame, "Frame %u: %s", line->frame,
                                                            line->text));
    }
    for (guint i = 0; i < num_files; i++) {
        dx_item_string(tree, tvb, DX_FIELD_EVIDENCE_FILE,
                       ((const dx_packet_line *)g_ptr_array_index(lines, i))->text);
    }
    g_ptr_array_free(lines, TRUE);
}

/* The cause itself is the title: it is listed for filters only. */
static void
add_candidates(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    proto_tree *tree = node;
    for (guint i = 0; i < verdict->candidates->len && dx_item_wanted(node, DX_FIELD_CANDIDATE); i++) {
        const dx_cause *cause = (const dx_cause *)g_ptr_array_index(verdict->candidates, i);
        if (i == 0) {
            dx_item_hidden(node, tvb, DX_FIELD_CANDIDATE, cause->id);
            continue;
        }
        if (i == 1)
            tree = dx_item_subtree(node, tvb, ett_candidates, "Other candidates, likeliest first");
        proto_item *item = proto_tree_add_string_format(tree, dx_field_id(DX_FIELD_CANDIDATE), tvb, 0, 0,
                                                        cause->id, "%s (%s)", cause->title, cause->id);
        proto_item_set_generated(item);
    }
}

/* A step: its sentence, and below it each command whole, to be copied, and the steps that follow from it. The
 * field's value is all in one line. */
static void
add_step(proto_tree *tree, tvbuff_t *tvb, dx_field field, const char *lead, const char *step)
{
    char *value = dx_step_line(step), **lines = g_strsplit(step, "\n", -1);
    char **parts = g_strsplit(lines[0] != NULL ? lines[0] : "", "\t", -1);
    bool more = g_strv_length(parts) > 1 || (g_strv_length(lines) > 1 && *lines[1] != '\0');
    proto_item *item = proto_tree_add_string_format(tree, dx_field_id(field), tvb, 0, 0, value, "%s%s", lead,
                                                    parts[0] != NULL ? parts[0] : "");
    proto_item_set_generated(item);
    proto_tree *below = more ? proto_item_add_subtree(item, ett_step) : NULL;
    for (unsigned i = 1; more && i < g_strv_length(parts); i++)
        dx_item_string(below, tvb, DX_FIELD_COMMAND, parts[i]);
    for (unsigned i = 1; more && i < g_strv_length(lines); i++)
        if (*lines[i] != '\0')
            add_step(below, tvb, DX_FIELD_STEP, "", lines[i]);
    g_strfreev(parts);
    g_strfreev(lines);
    g_free(value);
}

static void
add_checks(proto_tree *node, tvbuff_t *tvb, const char *title, const dx_verdict *verdict)
{
    proto_tree *tree = verdict->checks->len > 0 ? dx_item_subtree(node, tvb, ett_checks, title) : NULL;
    for (guint i = 0; i < verdict->checks->len; i++) {
        const char *step = (const char *)g_ptr_array_index(verdict->checks, i);
        char *lead = g_strdup_printf("%u. ", i + 1);
        add_step(tree, tvb, DX_FIELD_CHECK, lead, step);
        g_free(lead);
    }
}

/* What to do: while the cause is open, what to find out, and the fix is for filters only. */
static void
add_help(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    if (!dx_item_wanted(node, DX_FIELD_CHECK) && !dx_item_wanted(node, DX_FIELD_FIX) &&
        !dx_item_wanted(node, DX_FIELD_STEP) && !dx_item_wanted(node, DX_FIELD_COMMAND))
        return;
    if (verdict->confidence > DX_POSSIBLE) {
        if (verdict->fix != NULL)
            add_step(node, tvb, DX_FIELD_FIX, "Fix: ", verdict->fix);
        add_checks(node, tvb, "Next checks, in order", verdict);
        return;
    }
    add_checks(node, tvb, "Find out, in order", verdict);
    char *fix = dx_step_line(verdict->fix);
    dx_item_hidden(node, tvb, DX_FIELD_FIX, fix);
    g_free(fix);
}

/* For filters alone. */
static void
hide_event(proto_tree *node, tvbuff_t *tvb, uint16_t id)
{
    proto_item *item = proto_tree_add_uint(node, dx_field_id(DX_FIELD_EVENT), tvb, 0, 0, id);

    proto_item_set_generated(item);
    proto_item_set_hidden(item);
}

static void
add_events(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict, const dx_facts *facts)
{
    dx_event_row rows[DX_MAX_EVENT_ROWS];
    if (!dx_item_wanted(node, DX_FIELD_EVENT))
        return;
    unsigned num = dx_event_rows(rows, verdict, facts);
    proto_tree *tree = NULL;
    for (unsigned i = 0; i < num; i++) {
        if (!dx_event_has_log(rows[i].side, verdict, facts)) {
            hide_event(node, tvb, rows[i].id);
            continue;
        }
        if (tree == NULL)
            tree = dx_item_subtree(node, tvb, ett_events, "Windows events at this time");
        char *text = dx_event_row_text(&rows[i], facts);
        proto_item_set_generated(proto_tree_add_uint_format(
            tree, dx_field_id(DX_FIELD_EVENT), tvb, 0, 0, rows[i].id, "On the %s: %s %u: %s",
            dx_side_name(rows[i].side), dx_event_source(rows[i].id), rows[i].id, text));
        g_free(text);
    }
}

static void
add_advice(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    for (guint i = 0; i < verdict->advice->len && dx_item_wanted(node, DX_FIELD_ADVICE); i++) {
        const dx_advice *advice = &g_array_index(verdict->advice, dx_advice, i);
        proto_item_set_generated(proto_tree_add_string_format_value(node, dx_field_id(DX_FIELD_ADVICE), tvb,
                                                                    0, 0, advice->id, "%s: %s", advice->title,
                                                                    advice->text));
    }
}

static void
add_problem(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    if (!dx_item_wanted(node, DX_FIELD_WHY))
        return;
    char *problem = dx_verdict_problem(verdict);
    proto_item_set_generated(proto_tree_add_string_format(node, dx_field_id(DX_FIELD_WHY), tvb, 0, 0,
                                                          verdict->why != NULL ? verdict->why : "",
                                                          "Problem: %s", problem));
    g_free(problem);
}

/* What every frame of a connection with a cause says. */
static void
add_summary(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    dx_item_string(node, tvb, DX_FIELD_OUTCOME, dx_outcome_name(verdict->outcome));
    dx_item_string(node, tvb, DX_FIELD_CAUSE, verdict->cause->id);
    dx_item_number(node, tvb, DX_FIELD_SCENARIO, verdict->cause->scenario);
    dx_item_number(node, tvb, DX_FIELD_CONFIDENCE, verdict->confidence);
}

proto_item *
dx_node_add_verdict(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_facts *facts,
                    const dx_verdict *verdict)
{
    proto_item *item = NULL;
    if (tree == NULL)
        return NULL;
    char *title = dx_verdict_title(verdict);
    proto_tree *node = add_node(tree, tvb, proto, ett_verdict, &item, title);
    dx_item_hidden(node, tvb, DX_FIELD_VERDICT, title);
    g_free(title);
    add_problem(node, tvb, verdict);
    add_help(node, tvb, verdict);
    add_evidence(node, tvb, verdict);
    dx_item_string(node, tvb, DX_FIELD_COMPARE, verdict->contrast);
    if (dx_points_shown(verdict->points) && dx_item_wanted(node, DX_FIELD_CAPTURED_AT)) {
        char *points = dx_points_summary(verdict->points);
        dx_item_string(node, tvb, DX_FIELD_CAPTURED_AT, points);
        g_free(points);
    }
    add_candidates(node, tvb, verdict);
    if (verdict->recovered_by != 0)
        dx_item_number(node, tvb, DX_FIELD_RECOVERED_BY, verdict->recovered_by);
    dx_negotiation_add_peers(node, tvb, facts);
    dx_negotiation_add(node, tvb, facts);
    add_events(node, tvb, verdict, facts);
    add_advice(node, tvb, verdict);
    proto_tree *classes = dx_item_subtree(node, tvb, ett_class, "Classification");
    if (verdict->outcome == DX_FAILED)
        dx_item_mark(classes, tvb, DX_FIELD_FAILED);
    add_summary(classes, tvb, verdict);
    add_alert(classes, tvb, facts);
    dx_item_string(classes, tvb, DX_FIELD_HISTORY, facts->history);
    dx_item_number(classes, tvb, DX_FIELD_VERDICT_FRAME, verdict->frame);
    return item;
}

void
dx_node_unfold_verdict(proto_item *item)
{
    proto_tree *node = item != NULL ? proto_item_add_subtree(item, ett_verdict) : NULL;
    (void)node;
}

proto_item *
dx_node_add_healthy(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_facts *facts,
                    const dx_verdict *verdict)
{
    proto_item *item = NULL;
    if (tree == NULL)
        return NULL;
    proto_tree *node = add_node(tree, tvb, proto, ett_node, &item, "TLS connection established");
    dx_item_mark(node, tvb, DX_FIELD_ESTABLISHED);
    dx_item_string(node, tvb, DX_FIELD_OUTCOME, dx_outcome_name(verdict->outcome));
    dx_negotiation_add_peers(node, tvb, facts);
    dx_negotiation_add(node, tvb, facts);
    add_advice(node, tvb, verdict);
    return item;
}

void
dx_node_add_name(proto_tree *tree, tvbuff_t *tvb, const dx_facts *facts)
{
    if (tree != NULL && facts->sni != NULL && dx_item_wanted(tree, DX_FIELD_SNI)) {
        char *name = dx_safe(facts->sni, 0);
        dx_item_hidden(tree, tvb, DX_FIELD_SNI, name);
        g_free(name);
    }
}

void
dx_node_add_point(proto_tree *tree, tvbuff_t *tvb, unsigned point)
{
    if (tree != NULL && point != 0) {
        proto_item *item = proto_tree_add_uint(tree, dx_field_id(DX_FIELD_POINT), tvb, 0, 0, point);
        proto_item_set_generated(item);
        proto_item_set_hidden(item);
    }
}

proto_item *
dx_node_add_pointer(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_facts *facts,
                    const dx_verdict *verdict)
{
    proto_item *item = NULL;
    if (tree == NULL)
        return NULL;
    char *title = dx_label_wanted(tree, proto)
                      ? g_strdup_printf("part of a failed connection, see frame %u: %s", verdict->frame,
                                        verdict->cause->title)
                      : NULL;
    proto_tree *node = add_node(tree, tvb, proto, ett_node, &item, title);
    g_free(title);
    add_summary(node, tvb, verdict);
    dx_negotiation_add_peers(node, tvb, facts);
    dx_item_number(node, tvb, DX_FIELD_VERDICT_FRAME, verdict->frame);
    return item;
}

void
dx_node_add_shown(proto_tree *tree, tvbuff_t *tvb, int proto, proto_item *item, bool hidden,
                  const GPtrArray *texts)
{
    if (tree == NULL)
        return;
    proto_tree *node = item != NULL
                           ? proto_item_get_subtree(item)
                           : add_node(tree, tvb, proto, ett_node, &item, "evidence of a failed connection");
    for (guint i = 0; i < texts->len; i++) {
        const char *text = (const char *)g_ptr_array_index(texts, i);
        if (hidden)
            dx_item_hidden(node, tvb, DX_FIELD_SHOWS, text);
        else
            dx_item_string(node, tvb, DX_FIELD_SHOWS, text);
    }
}

_Static_assert(DX_FIELD_CERT_STATUS - DX_FIELD_CERT_SUBJECT == DX_CERT_STATUS - DX_CERT_SUBJECT,
               "fields.def and certificate.def must list the same parts");

void
dx_node_add_certificate(proto_tree *tree, tvbuff_t *tvb, int proto, proto_item *item, const dx_facts *facts,
                        dx_certs *certs)
{
    if (tree == NULL)
        return;
    proto_tree *node = item != NULL ? proto_item_get_subtree(item)
                                    : add_node(tree, tvb, proto, ett_node, &item, "the server's certificate");
    proto_tree *subtree = dx_item_subtree(node, tvb, ett_certificate, "Certificate of the server");
    for (unsigned part = 0; part < DX_NUM_CERT_PARTS; part++) {
        dx_field field = (dx_field)(DX_FIELD_CERT_SUBJECT + part);
        if (dx_item_wanted(subtree, field)) {
            GArray *rows = dx_cert_rows(facts, certs, (dx_cert_part)part, (dx_cert_part)(part + 1));
            for (guint i = 0; i < rows->len; i++)
                dx_item_string(subtree, tvb, field, g_array_index(rows, dx_cert_row, i).text);
            g_array_unref(rows);
        }
    }
}
