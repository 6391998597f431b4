/* json_shown.c - what the two sides offered, chose and showed, for the report for programs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/json_shown.h"

#include "facts/text.h"
#include "knowledge/names.h"
#include "present/certificate.h"
#include "present/json_out.h"

/* What is made once and written often. */
struct dx_json_shown {
    GHashTable *by_address; /* of an interned offer or certificate: text */
    GHashTable *by_status;  /* defects and trust: text */
};

dx_json_shown *
dx_json_shown_new(void)
{
    dx_json_shown *kept = g_new(dx_json_shown, 1);

    kept->by_address = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    kept->by_status = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    return kept;
}

void
dx_json_shown_free(dx_json_shown *kept)
{
    g_hash_table_destroy(kept->by_address);
    g_hash_table_destroy(kept->by_status);
    g_free(kept);
}

static void
put_codes(GString *out, const char *key, const dx_codes *codes, const char *(*name)(uint16_t code))
{
    dx_json_put(out, key);
    for (unsigned i = 0; i < codes->num; i++) {
        dx_json_comma(out);
        dx_json_take_text(out, dx_code_text(codes->item[i], name));
    }
}

static char *
offer_literal(const dx_offer *offer)
{
    static const dx_offer nothing;
    if (!offer)
        offer = &nothing;
    GString *out = g_string_new(NULL);
    put_codes(out, "{\"versions\":[", &offer->versions, dx_version_names(offer->dtls));
    put_codes(out, "],\"ciphers\":[", &offer->ciphers, dx_cipher_name);
    put_codes(out, "],\"groups\":[", &offer->groups, dx_group_name);
    dx_json_put(out, "],\"alpn\":[");
    for (unsigned i = 0; i < offer->num_alpn; i++)
        dx_json_element(out, offer->alpn[i]);
    dx_json_put(out, "]}");
    return g_string_free(out, FALSE);
}

static void
put_offered(GString *out, const dx_json_shown *kept, const dx_offer *offer)
{
    const char *literal = g_hash_table_lookup(kept->by_address, offer);
    if (!literal) {
        char *made = offer_literal(offer);
        g_hash_table_insert(kept->by_address, (gpointer)offer, made);
        literal = made;
    }
    dx_json_put(out, ",\"offered\":");
    dx_json_put(out, literal);
}

static void
put_chosen(GString *out, const dx_choice *chosen)
{
    if (!chosen->version) {
        dx_json_put(out, ",\"chosen\":{\"version\":null,\"cipher\":null,\"group\":null,\"alpn\":null}");
        return;
    }
    dx_json_put(out, ",\"chosen\":{\"version\":");
    dx_json_take_text(out, dx_code_text(chosen->version, dx_version_names(chosen->dtls)));
    dx_json_put(out, ",\"cipher\":");
    dx_json_take_text(out, dx_code_text(chosen->cipher, dx_cipher_name));
    dx_json_put(out, ",\"group\":");
    dx_json_take_text(out, chosen->group ? dx_code_text(chosen->group, dx_group_name) : NULL);
    dx_json_put(out, ",\"alpn\":");
    dx_json_text(out, chosen->alpn);
    dx_json_put(out, "}");
}

static bool
is_list(dx_cert_part part)
{
    return part == DX_CERT_SAN || part == DX_CERT_EKU || part == DX_CERT_STATUS;
}

/* The parts as members, every one of them: null or [] when there is nothing. */
static void
put_parts(GString *out, const dx_facts *facts, dx_certs *certs, dx_cert_part from, dx_cert_part to)
{
    GArray *rows = dx_cert_rows(facts, certs, from, to);
    unsigned at = 0;
    for (unsigned part = from; part < (unsigned)to; part++) {
        dx_json_put(out, part ? ",\"" : "\"");
        dx_json_put(out, dx_cert_key((dx_cert_part)part));
        dx_json_put(out, is_list((dx_cert_part)part) ? "\":[" : "\":");
        bool any = false;
        for (; at < rows->len && (unsigned)g_array_index(rows, dx_cert_row, at).part == part; at++) {
            if (any)
                dx_json_put(out, ",");
            any = true;
            dx_json_text(out, g_array_index(rows, dx_cert_row, at).text);
        }
        if (is_list((dx_cert_part)part))
            dx_json_put(out, "]");
        else if (!any)
            dx_json_put(out, "null");
    }
    g_array_unref(rows);
}

/* There are few distinct judgements. */
static void
put_status(GString *out, const dx_json_shown *kept, const dx_facts *facts, dx_certs *certs)
{
    dx_judgement judgement;
    bool judged = dx_authentication_judge(facts, certs, &judgement);
    if (judged && judgement.left_out) {
        put_parts(out, facts, certs, DX_CERT_STATUS, DX_NUM_CERT_PARTS);
        return;
    }
    unsigned status = judged ? judgement.defects << 1 | (judgement.trust == DX_TRUST_YES) : 0;
    gpointer key = GUINT_TO_POINTER(status);
    const char *literal = g_hash_table_lookup(kept->by_status, key);
    if (!literal) {
        GString *made = g_string_new(NULL);
        put_parts(made, facts, certs, DX_CERT_STATUS, DX_NUM_CERT_PARTS);
        literal = made->str;
        g_hash_table_insert(kept->by_status, key, g_string_free(made, FALSE));
    }
    dx_json_put(out, literal);
}

/* All but a certificate's status is always the same. */
static void
put_certificate(GString *out, const dx_json_shown *kept, const dx_facts *facts, dx_certs *certs)
{
    const dx_certificate *leaf = dx_chain_leaf(facts->chain);
    if (!leaf) {
        dx_json_put(out, ",\"certificate\":null");
        return;
    }
    char *literal = g_hash_table_lookup(kept->by_address, leaf);
    if (!literal) {
        GString *made = g_string_new(NULL);
        put_parts(made, facts, certs, (dx_cert_part)0, DX_CERT_STATUS);
        literal = g_string_free(made, FALSE);
        g_hash_table_insert(kept->by_address, (gpointer)leaf, literal);
    }
    dx_json_put(out, ",\"certificate\":{");
    dx_json_put(out, literal);
    put_status(out, kept, facts, certs);
    dx_json_put(out, "}");
}

void
dx_json_put_shown(GString *out, const dx_json_shown *kept, const dx_facts *facts, dx_certs *certs)
{
    put_offered(out, kept, facts->offer);
    put_chosen(out, &facts->chosen);
    put_certificate(out, kept, facts, certs);
}
