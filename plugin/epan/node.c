/* node.c - the "SSL Troubleshooter" node of the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/node.h"

#include "facts/text.h"
#include "epan/fields.h"
#include "knowledge/names.h"
#include "knowledge/windows.h"
#include "present/certificate.h"
#include "present/present.h"

static int ett_node, ett_evidence, ett_offered, ett_chosen, ett_candidates, ett_checks, ett_events, ett_line,
    ett_certificate;

void
dx_node_register(void)
{
    static int *subtrees[] = {&ett_node,   &ett_evidence, &ett_offered, &ett_chosen,     &ett_candidates,
                              &ett_checks, &ett_events,   &ett_line,    &ett_certificate};
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
        proto_tree *tree = add_subtree(node, tvb, ett_offered, "Offered by the client");
        add_lines(tree, tvb, lines);
        for (unsigned i = 0; facts->offer != NULL && i < facts->offer->versions.num; i++) {
            add_code(tree, tvb, DX_FIELD_OFFERED_VERSION, facts->offer->versions.item[i], dx_version_name);
        }
    }
    g_ptr_array_free(lines, TRUE);
}

static void
add_chosen(proto_tree *node, tvbuff_t *tvb, const dx_facts *facts)
{
    GPtrArray *lines = dx_choice_lines(facts);
    if (lines->len > 0) {
        proto_tree *tree = add_subtree(node, tvb, ett_chosen, "Chosen by the server");
        add_lines(tree, tvb, lines);
        if (facts->chosen.version != 0) {
            add_code(tree, tvb, DX_FIELD_CHOSEN_VERSION, facts->chosen.version, dx_version_name);
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
    if (verdict->evidence->len == 0) {
        return;
    }
    proto_tree *tree = add_subtree(node, tvb, ett_evidence, "Evidence");
    for (guint i = 0; i < verdict->evidence->len; i++) {
        const dx_evidence *evidence = &g_array_index(verdict->evidence, dx_evidence, i);
        if (evidence->frame == 0) {
            add_line(tree, tvb, evidence->text);
        } else {
            proto_item_set_generated(proto_tree_add_uint_format(tree, dx_field_id(DX_FIELD_EVIDENCE), tvb, 0,
                                                                0, evidence->frame, "Frame %u: %s",
                                                                evidence->frame, evidence->text));
        }
    }
}

static void
add_candidates(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    if (verdict->candidates->len == 0) {
        return;
    }
    proto_tree *tree = add_subtree(node, tvb, ett_candidates,
                                   verdict->candidates->len == 1 ? "Cause" : "Candidates, likeliest first");
    for (guint i = 0; i < verdict->candidates->len; i++) {
        const dx_cause *cause = (const dx_cause *)g_ptr_array_index(verdict->candidates, i);
        proto_item *item = proto_tree_add_string_format(tree, dx_field_id(DX_FIELD_CANDIDATE), tvb, 0, 0,
                                                        cause->id, "%s (%s)", cause->title, cause->id);
        proto_item_set_generated(item);
    }
}

static void
add_checks(proto_tree *node, tvbuff_t *tvb, const dx_verdict *verdict)
{
    if (verdict->checks->len == 0) {
        return;
    }
    proto_tree *tree = add_subtree(node, tvb, ett_checks, "Next checks, in order");
    for (guint i = 0; i < verdict->checks->len; i++) {
        char *check = dx_step_line((const char *)g_ptr_array_index(verdict->checks, i));
        proto_item_set_generated(proto_tree_add_string_format(tree, dx_field_id(DX_FIELD_CHECK), tvb, 0, 0,
                                                              check, "%u. %s", i + 1, check));
        g_free(check);
    }
}

static void
add_events(proto_tree *node, tvbuff_t *tvb, const dx_cause *cause)
{
    if (cause->events[0] == 0) {
        return;
    }
    proto_tree *tree = add_subtree(node, tvb, ett_events, "Windows events to look for at this time");
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->events) && cause->events[i] != 0; i++) {
        const dx_event *event = dx_event_find(cause->events[i]);
        int field = dx_field_id(DX_FIELD_EVENT);
        proto_item *item = event == NULL
                               ? proto_tree_add_uint(tree, field, tvb, 0, 0, cause->events[i])
                               : proto_tree_add_uint_format(tree, field, tvb, 0, 0, event->id, "%s %u: %s",
                                                            event->provider, event->id, event->meaning);
        proto_item_set_generated(item);
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
    add_string(node, tvb, DX_FIELD_WHY, verdict->why);
    add_evidence(node, tvb, verdict);
    if (verdict->contrast != NULL) {
        add_line(node, tvb, verdict->contrast);
    }
    add_summary(node, tvb, verdict);
    add_peers(node, tvb, facts);
    add_offered(node, tvb, facts);
    add_chosen(node, tvb, facts);
    add_alert(node, tvb, facts);
    add_candidates(node, tvb, verdict);
    add_checks(node, tvb, verdict);
    add_owned_string(node, tvb, DX_FIELD_FIX, dx_step_line(verdict->fix));
    add_events(node, tvb, verdict->cause);
    add_advice(node, tvb, verdict);
    add_string(node, tvb, DX_FIELD_HISTORY, facts->history);
    if (verdict->recovered_by != 0) {
        add_number(node, tvb, DX_FIELD_RECOVERED_BY, verdict->recovered_by);
    }
    add_number(node, tvb, DX_FIELD_VERDICT_FRAME, verdict->frame);
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
    char *title = g_strdup_printf("belongs to a failed connection: %s (frame %u)", verdict->cause->title,
                                  verdict->frame);
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
                        const dx_ledger *ledger)
{
    if (tree == NULL) {
        return;
    }
    proto_tree *node = item != NULL ? proto_item_get_subtree(item)
                                    : add_node(tree, tvb, proto, &item, "the server's certificate");
    proto_tree *subtree = add_subtree(node, tvb, ett_certificate, "Certificate of the server");
    GArray *rows = dx_cert_rows(facts, ledger, (dx_cert_part)0, DX_NUM_CERT_PARTS);
    for (guint i = 0; i < rows->len; i++) {
        const dx_cert_row *row = &g_array_index(rows, dx_cert_row, i);
        add_string(subtree, tvb, (dx_field)(DX_FIELD_CERT_SUBJECT + row->part), row->text);
    }
    g_array_unref(rows);
}
