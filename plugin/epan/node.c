/* node.c - the "SSL Troubleshooter" node of the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/node.h"

#include "facts/text.h"
#include "epan/fields.h"
#include "knowledge/names.h"
#include "present/certificate.h"
#include "present/events.h"
#include "present/present.h"

static int ett_node, ett_evidence, ett_offered, ett_chosen, ett_candidates, ett_checks, ett_events, ett_line,
    ett_certificate, ett_step, ett_class;

void
dx_node_register(void)
{
    static int *subtrees[] = {&ett_node,   &ett_evidence, &ett_offered, &ett_chosen,     &ett_candidates,
                              &ett_checks, &ett_events,   &ett_line,    &ett_certificate,
                              &ett_step,   &ett_class};
    for (unsigned i = 0; i < G_N_ELEMENTS(subtrees); i++) {
        *subtrees[i] = -1;
    }
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}

static proto_item *
add_string(proto_tree *tree, tvbuff_t *tvb, dx_field field, const char *text)
{
    proto_item *item = NULL;
    if (text != NULL) {
        item = proto_tree_add_string(tree, dx_field_id(field), tvb, 0, 0, text);
        proto_item_set_generated(item);
    }
    return item;
}

/* Takes over `text`. */
static void
add_owned_string(proto_tree *tree, tvbuff_t *tvb, dx_field field, char *text)
{
    add_string(tree, tvb, field, text);
    g_free(text);
}

static void
add_number(proto_tree *tree, tvbuff_t *tvb, dx_field field, uint32_t number)
{
    proto_item_set_generated(proto_tree_add_uint(tree, dx_field_id(field), tvb, 0, 0, number));
}

static void
add_mark(proto_tree *tree, tvbuff_t *tvb, dx_field field)
{
    proto_item *item = proto_tree_add_item(tree, dx_field_id(field), tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
}

/* A field for filters and columns whose text the lines of a subtree show already. */
static void
add_hidden(proto_tree *tree, tvbuff_t *tvb, dx_field field, const char *text)
{
    proto_item *item = add_string(tree, tvb, field, text);
    if (item != NULL) {
        proto_item_set_hidden(item);
    }
}

static proto_tree *
add_subtree(proto_tree *tree, tvbuff_t *tvb, int ett, const char *text)
{
    proto_item *item = NULL;
    proto_tree *subtree = proto_tree_add_subtree(tree, tvb, 0, 0, ett, &item, text);
    proto_item_set_generated(item);
    return subtree;
}

static void
add_line(proto_tree *tree, tvbuff_t *tvb, const char *text)
{
    add_subtree(tree, tvb, ett_line,
                text); /* plain text items are not for plugins: a subtree without children */
}

static proto_tree *
add_node(proto_tree *tree, tvbuff_t *tvb, int proto, proto_item **item, const char *title)
{
    *item = proto_tree_add_protocol_format(tree, proto, tvb, 0, 0, "SSL Troubleshooter: %s", title);
    proto_item_set_generated(*item);
    return proto_item_add_subtree(*item, ett_node);
}

static void
add_peers(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    add_owned_string(node, tvb, DX_FIELD_CLIENT, dx_endpoint_text(&facts->client_endpoint));
    add_owned_string(node, tvb, DX_FIELD_SERVER, dx_endpoint_text(&facts->server_endpoint));
    if (facts->sni != NULL) {
        add_owned_string(node, tvb, DX_FIELD_SNI, dx_safe(facts->sni, 0));
    }
}

static void
add_lines(proto_tree *tree, tvbuff_t *tvb, GPtrArray *lines)
{
    for (guint i = 0; i < lines->len; i++) {
        add_line(tree, tvb, (const char *)g_ptr_array_index(lines, i));
    }
}

static void
add_code(proto_tree *tree, tvbuff_t *tvb, dx_field field, uint16_t code, const char *(*name)(uint16_t))
{
    char *text = dx_code_text(code, name);
    add_hidden(tree, tvb, field, text);
    g_free(text);
}

static void
add_offered(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    GPtrArray *lines = dx_offer_lines(facts);
    if (lines->len > 0) {
        proto_tree *tree = add_subtree(node, tvb, ett_offered, "Client's offer");
        add_lines(tree, tvb, lines);
        for (unsigned i = 0; facts->offer != NULL && i < facts->offer->versions.num; i++) {
            add_code(tree, tvb, DX_FIELD_OFFERED_VERSION, facts->offer->versions.item[i],
                     dx_version_names(facts->offer->dtls));
        }
    }
    g_ptr_array_free(lines, TRUE);
}

static void
add_chosen(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    GPtrArray *lines = dx_choice_lines(facts);
    if (lines->len > 0) {
        proto_tree *tree = add_subtree(node, tvb, ett_chosen, "Server's choice");
        add_lines(tree, tvb, lines);
        if (facts->chosen.version != 0) {
            add_code(tree, tvb, DX_FIELD_CHOSEN_VERSION, facts->chosen.version,
                     dx_version_names(facts->chosen.dtls));
            add_code(tree, tvb, DX_FIELD_CHOSEN_CIPHER, facts->chosen.cipher, dx_cipher_name);
        }
    }
    g_ptr_array_free(lines, TRUE);
}

static void
add_alert(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    if (facts->end.kind == DX_END_ALERT) {
        add_number(node, tvb, DX_FIELD_ALERT, facts->end.alert);
        add_string(node, tvb, DX_FIELD_ALERT_FROM, dx_side_name(facts->end.by));
    }
}

static void
add_evidence(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    unsigned num_files;
    GPtrArray *lines = dx_evidence_in_order(verdict, &num_files);
    proto_tree *tree = lines->len > 0 ? add_subtree(node, tvb, ett_evidence, "Evidence") : NULL;
    for (guint i = num_files; i < lines->len; i++) {
        const dx_packet_line *line = (const dx_packet_line *)g_ptr_array_index(lines, i);
        proto_item_set_generated(proto_tree_add_uint_format(tree, dx_field_id(DX_FIELD_EVIDENCE), tvb, 0, 0,
                                                            line->frame, "Frame %u: %s", line->frame,
                                                            line->text));
    }
    for (guint i = 0; i < num_files; i++) {
        add_line(tree, tvb, ((const dx_packet_line *)g_ptr_array_index(lines, i))->text);
    }
    g_ptr_array_free(lines, TRUE);
}

/* The cause itself is the title: it is listed for filters only. */
static void
add_candidates(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    proto_tree *tree = node;
    for (guint i = 0; i < verdict->candidates->len; i++) {
        const dx_cause *cause = (const dx_cause *)g_ptr_array_index(verdict->candidates, i);
        if (i == 0) {
            add_hidden(node, tvb, DX_FIELD_CANDIDATE, cause->id);
            continue;
        }
        if (i == 1) {
            tree = add_subtree(node, tvb, ett_candidates, "Other candidates, likeliest first");
        }
        proto_item *item = proto_tree_add_string_format(tree, dx_field_id(DX_FIELD_CANDIDATE), tvb, 0, 0,
                                                        cause->id, "%s (%s)", cause->title, cause->id);
        proto_item_set_generated(item);
    }
}

/* A step: its sentence, and below it each command whole, to be copied. The field's value is all in one line. */
static void
add_step(proto_tree *tree, tvbuff_t *tvb, dx_field field, const char *lead, const char *step,
         const char *value)
{
    char **parts = g_strsplit(step, "\t", -1);
    proto_item *item = proto_tree_add_string_format(tree, dx_field_id(field), tvb, 0, 0, value, "%s%s", lead,
                                                    parts[0] != NULL ? parts[0] : "");
    proto_item_set_generated(item);
    proto_tree *commands =
        parts[0] != NULL && parts[1] != NULL ? proto_item_add_subtree(item, ett_step) : NULL;
    for (unsigned i = 1; commands != NULL && parts[i] != NULL; i++) {
        add_line(commands, tvb, parts[i]);
    }
    g_strfreev(parts);
}

static void
add_checks(proto_tree *node, tvbuff_t *tvb, const char *title, const dx_verdict *verdict)
{
    proto_tree *tree = verdict->checks->len > 0 ? add_subtree(node, tvb, ett_checks, title) : NULL;
    for (guint i = 0; i < verdict->checks->len; i++) {
        const char *step = (const char *)g_ptr_array_index(verdict->checks, i);
        char *lead = g_strdup_printf("%u. ", i + 1), *value = dx_step_line(step);
        add_step(tree, tvb, DX_FIELD_CHECK, lead, step, value);
        g_free(lead);
        g_free(value);
    }
}

/* One field, whose further steps and commands stand below it. */
static void
add_fix(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    if (verdict->fix == NULL) {
        return;
    }
    char *value = dx_step_line(verdict->fix);
    char *step = g_strdelimit(g_strdup(verdict->fix), "\n", '\t');
    add_step(node, tvb, DX_FIELD_FIX, "Fix: ", g_strchomp(step), value);
    g_free(step);
    g_free(value);
}

/* What to do: while the cause is open, what to find out, and the fix is for filters only. */
static void
add_help(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    if (verdict->confidence > DX_POSSIBLE) {
        add_fix(node, tvb, verdict);
        add_checks(node, tvb, "Next checks, in order", verdict);
        return;
    }
    add_checks(node, tvb, "Find out, in order", verdict);
    char *fix = dx_step_line(verdict->fix);
    add_hidden(node, tvb, DX_FIELD_FIX, fix);
    g_free(fix);
}

static void
add_events(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict, const dx_facts *facts)
{
    dx_event_row rows[DX_MAX_EVENT_ROWS];
    unsigned num = dx_event_rows(rows, verdict->cause, facts);
    proto_tree *tree = num > 0 ? add_subtree(node, tvb, ett_events, "Windows events at this time") : NULL;
    for (unsigned i = 0; i < num; i++) {
        proto_item_set_generated(proto_tree_add_uint_format(
            tree, dx_field_id(DX_FIELD_EVENT), tvb, 0, 0, rows[i].id, "On the %s: %s %u: %s",
            dx_side_name(rows[i].side), rows[i].provider, rows[i].id, rows[i].text));
    }
}

static void
add_advice(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    for (guint i = 0; i < verdict->advice->len; i++) {
        const dx_advice *advice = &g_array_index(verdict->advice, dx_advice, i);
        proto_item_set_generated(proto_tree_add_string_format_value(node, dx_field_id(DX_FIELD_ADVICE), tvb,
                                                                    0, 0, advice->id, "%s: %s", advice->title,
                                                                    advice->text));
    }
}

/* What every frame of a connection with a cause says. */
static void
add_summary(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    add_string(node, tvb, DX_FIELD_OUTCOME, dx_outcome_name(verdict->outcome));
    add_string(node, tvb, DX_FIELD_CAUSE, verdict->cause->id);
    add_number(node, tvb, DX_FIELD_SCENARIO, verdict->cause->scenario);
    add_number(node, tvb, DX_FIELD_CONFIDENCE, verdict->confidence);
}

proto_item *
dx_node_add_verdict(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_facts *facts,
                    const dx_verdict *verdict)
{
    proto_item *item = NULL;
    if (tree == NULL) {
        return NULL;
    }
    char *title = dx_verdict_title(verdict);
    proto_tree *node = add_node(tree, tvb, proto, &item, title);
    add_hidden(node, tvb, DX_FIELD_VERDICT, title);
    g_free(title);
    if (verdict->outcome == DX_FAILED) {
        add_mark(node, tvb, DX_FIELD_FAILED);
    }
    char *problem = dx_verdict_problem(verdict);
    proto_item_set_generated(proto_tree_add_string_format(node, dx_field_id(DX_FIELD_WHY), tvb, 0, 0,
                                                          verdict->why != NULL ? verdict->why : "",
                                                          "Problem: %s", problem));
    g_free(problem);
    add_help(node, tvb, verdict);
    add_evidence(node, tvb, verdict);
    if (verdict->contrast != NULL) {
        char *compare = g_strdup_printf("Compare: %s", verdict->contrast);
        add_line(node, tvb, compare);
        g_free(compare);
    }
    add_candidates(node, tvb, verdict);
    if (verdict->recovered_by != 0) {
        add_number(node, tvb, DX_FIELD_RECOVERED_BY, verdict->recovered_by);
    }
    add_peers(node, tvb, facts);
    add_offered(node, tvb, facts);
    add_chosen(node, tvb, facts);
    add_events(node, tvb, verdict, facts);
    add_advice(node, tvb, verdict);
    proto_tree *classes = add_subtree(node, tvb, ett_class, "Classification");
    add_summary(classes, tvb, verdict);
    add_alert(classes, tvb, facts);
    add_string(classes, tvb, DX_FIELD_HISTORY, facts->history);
    add_number(classes, tvb, DX_FIELD_VERDICT_FRAME, verdict->frame);
    return item;
}

proto_item *
dx_node_add_healthy(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_facts *facts,
                    const dx_verdict *verdict)
{
    proto_item *item = NULL;
    if (tree == NULL) {
        return NULL;
    }
    proto_tree *node = add_node(tree, tvb, proto, &item, "TLS connection established");
    add_mark(node, tvb, DX_FIELD_ESTABLISHED);
    add_string(node, tvb, DX_FIELD_OUTCOME, dx_outcome_name(verdict->outcome));
    add_chosen(node, tvb, facts);
    add_advice(node, tvb, verdict);
    return item;
}

proto_item *
dx_node_add_pointer(proto_tree *tree, tvbuff_t *tvb, int proto, const dx_verdict *verdict)
{
    proto_item *item = NULL;
    if (tree == NULL) {
        return NULL;
    }
    char *title = g_strdup_printf("part of a failed connection, see frame %u: %s", verdict->frame,
                                  verdict->cause->title);
    proto_tree *node = add_node(tree, tvb, proto, &item, title);
    g_free(title);
    add_summary(node, tvb, verdict);
    add_number(node, tvb, DX_FIELD_VERDICT_FRAME, verdict->frame);
    return item;
}

_Static_assert(DX_FIELD_CERT_STATUS - DX_FIELD_CERT_SUBJECT == DX_CERT_STATUS - DX_CERT_SUBJECT,
               "fields.def and certificate.def must list the same parts");

void
dx_node_add_certificate(proto_tree *tree, tvbuff_t *tvb, int proto, proto_item *item, const dx_facts *facts,
                        dx_certs *certs)
{
    if (tree == NULL) {
        return;
    }
    proto_tree *node = item != NULL ? proto_item_get_subtree(item)
                                    : add_node(tree, tvb, proto, &item, "the server's certificate");
    proto_tree *subtree = add_subtree(node, tvb, ett_certificate, "Certificate of the server");
    GArray *rows = dx_cert_rows(facts, certs, (dx_cert_part)0, DX_NUM_CERT_PARTS);
    for (guint i = 0; i < rows->len; i++) {
        const dx_cert_row *row = &g_array_index(rows, dx_cert_row, i);
        add_string(subtree, tvb, (dx_field)(DX_FIELD_CERT_SUBJECT + row->part), row->text);
    }
    g_array_unref(rows);
}
