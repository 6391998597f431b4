/* compare.c - a failed handshake beside one of the same server that succeeded
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/compare.h"

#include "facts/fingerprint.h"
#include "facts/text.h"
#include "knowledge/names.h"

#define MAX_NAMES 12 /* of a list */

static bool
same_codes(const dx_codes *a, const dx_codes *b)
{
    if (a->num != b->num)
        return false;
    for (unsigned i = 0; i < a->num; i++)
        if (a->item[i] != b->item[i])
            return false;
    return true;
}

/* How much is alike. */
static unsigned
likeness(const dx_facts *a, const dx_facts *b)
{
    const dx_offer *x = a->offer, *y = b->offer;
    unsigned score = 4 * (g_strcmp0(a->sni, b->sni) == 0) + (a->proxy_header == b->proxy_header) +
                     dx_address_equal(&a->client_endpoint.address, &b->client_endpoint.address);
    if (!x || !y)
        return score;
    return score + 2 * (same_codes(&x->versions, &y->versions) + same_codes(&x->ciphers, &y->ciphers) +
                        same_codes(&x->groups, &y->groups) + same_codes(&x->signatures, &y->signatures));
}

static bool
is_established(dx_verdicts *verdicts, const dx_facts *facts)
{
    const dx_verdict *verdict = dx_verdicts_of(verdicts, facts->index);
    return verdict && verdict->outcome == DX_ESTABLISHED;
}

const dx_facts *
dx_compare_success(dx_verdicts *verdicts, const dx_facts *facts)
{
    const dx_ledger *ledger = dx_capture_ledger(dx_verdicts_capture(verdicts));
    const dx_server *server = dx_ledger_find_server(ledger, &facts->server_endpoint);
    const dx_verdict *verdict = dx_verdicts_of(verdicts, facts->index);
    uint32_t told = verdict ? verdict->contrast_frame : 0; /* beside the words about one stands that one */
    const dx_facts *best = NULL;
    bool is_told = false;
    for (unsigned i = 0; server && i < server->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(server->accepted, dx_sample, i);
        for (unsigned k = 0; k < sample->num_kept; k++) {
            const dx_facts *other = sample->kept[k];
            bool meant = told && told == sample->first_frame, first = best == NULL || (meant && !is_told);
            bool better = other != facts && (meant || !is_told) &&
                          (first || likeness(facts, other) > likeness(facts, best));
            if (!better || !is_established(verdicts, other))
                continue;
            best = other;
            is_told = meant;
        }
    }
    return best;
}

static void
clear_row(gpointer data)
{
    dx_compare_row *row = data;
    g_free(row->failed);
    g_free(row->succeeded);
}

/* Takes both; NULL is "none". Nothing when neither has anything. */
static void
take(GArray *rows, const char *name, char *failed, char *succeeded, bool differs)
{
    if (!failed && !succeeded)
        return;
    dx_compare_row row = {name, failed ? failed : g_strdup("none"), succeeded ? succeeded : g_strdup("none"),
                          differs};
    g_array_append_val(rows, row);
}

static void
take_texts(GArray *rows, const char *name, char *failed, char *succeeded)
{
    bool differs = g_strcmp0(failed, succeeded) != 0;
    take(rows, name, failed, succeeded, differs);
}

/* What the server answers: the failed one may have got none, which tells nothing. */
static void
take_answers(GArray *rows, const char *name, char *failed, char *succeeded)
{
    bool differs = failed && g_strcmp0(failed, succeeded) != 0;
    take(rows, name, failed, succeeded, differs);
}

/* A list as it is when it is short or nothing is shared, else what the other lacks. */
static char *
list_text(const dx_codes *codes, const dx_codes *other, const char *(*name)(uint16_t code))
{
    if (codes->num == 0)
        return NULL;
    GArray *only = g_array_new(FALSE, FALSE, sizeof(uint16_t));
    for (unsigned i = 0; i < codes->num; i++)
        if (!dx_codes_have(other, codes->item[i]))
            g_array_append_val(only, codes->item[i]);
    unsigned num_shared = codes->num - only->len;
    dx_codes rest = {.item = (uint16_t *)(void *)only->data, .num = only->len};
    char *text = dx_codes_text(num_shared && codes->num > 4 ? &rest : codes, name, MAX_NAMES), *out;
    if (num_shared == 0 || codes->num <= 4)
        out = g_strdup(text);
    else if (only->len)
        out = g_strdup_printf("%u shared; only here: %s", num_shared, text);
    else
        out = g_strdup_printf("%u, all of them also on the other side", codes->num);
    g_free(text);
    g_array_unref(only);
    return out;
}

static void
add_list(GArray *rows, const char *name, const dx_codes *failed, const dx_codes *succeeded,
         const char *(*code_name)(uint16_t code))
{
    take(rows, name, list_text(failed, succeeded, code_name), list_text(succeeded, failed, code_name),
         !same_codes(failed, succeeded));
}

static char *
alpn_text(const dx_offer *offer)
{
    GString *out = g_string_new(NULL);
    for (unsigned i = 0; i < offer->num_alpn; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", offer->alpn[i]);
    return g_string_free(out, offer->num_alpn == 0);
}

static char *
code_or_null(uint16_t code, const char *(*name)(uint16_t code))
{
    return code ? dx_code_text(code, name) : NULL;
}

static char *
leaf_text(const dx_facts *facts)
{
    const dx_certificate *leaf = dx_chain_leaf(facts->chain);
    const dx_certificate_info *info = leaf ? dx_certificate_read(leaf) : NULL;
    return info ? g_strdup_printf("%s, serial number %s", info->subject ? info->subject : "(no subject)",
                                  info->serial ? info->serial : "none")
                : NULL;
}

/* TLS 1.3 encrypts it: then nothing tells whether it is another one. */
static void
add_leaves(GArray *rows, const dx_facts *failed, const dx_facts *succeeded)
{
    char *x = leaf_text(failed), *y = leaf_text(succeeded);
    bool hidden = !y && dx_facts_tls13(succeeded) && !succeeded->chosen.resumed;
    if (x && hidden)
        take(rows, "Server certificate", x, g_strdup("encrypted (TLS 1.3)"), false);
    else
        take_answers(rows, "Server certificate", x, y);
}

static char *
client_certificate_text(const dx_facts *facts)
{
    static const char *const words[] = {NULL, "asked for, none sent", "sent"};
    const char *text = words[facts->client_certificate];
    return text ? g_strdup(text) : g_strdup(facts->certificate_request_frame ? "asked for" : "not asked for");
}

GArray *
dx_compare_rows(const dx_facts *failed, const dx_facts *succeeded)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(dx_compare_row));
    const dx_offer *x = failed->offer, *y = succeeded->offer;
    const dx_choice *f = &failed->chosen, *s = &succeeded->chosen;
    g_array_set_clear_func(rows, clear_row);
    take_texts(rows, "Client", dx_address_text(&failed->client_endpoint.address),
               dx_address_text(&succeeded->client_endpoint.address));
    take_texts(rows, "Server name (SNI)", g_strdup(failed->sni), g_strdup(succeeded->sni));
    if (x && y) {
        add_list(rows, "Versions offered", &x->versions, &y->versions, dx_version_names(x->dtls));
        add_list(rows, "Cipher suites offered", &x->ciphers, &y->ciphers, dx_cipher_name);
        add_list(rows, "Groups offered", &x->groups, &y->groups, dx_group_name);
        add_list(rows, "Key shares", &x->key_shares, &y->key_shares, dx_group_name);
        add_list(rows, "Signature algorithms", &x->signatures, &y->signatures, dx_signature_name);
        take_texts(rows, "ALPN", alpn_text(x), alpn_text(y));
        add_list(rows, "Extensions", &x->extensions, &y->extensions, dx_extension_name);
    }
    take_texts(rows, "JA3", dx_ja3(x, failed->shape), dx_ja3(y, succeeded->shape));
    take_texts(rows, "JA4", dx_ja4(x, failed->shape, failed->transport == DX_TRANSPORT_QUIC),
               dx_ja4(y, succeeded->shape, succeeded->transport == DX_TRANSPORT_QUIC));
    take_texts(rows, "ClientHello", g_strdup_printf("%u bytes", failed->hello_len),
               g_strdup_printf("%u bytes", succeeded->hello_len));
    take_answers(rows, "Version chosen", code_or_null(f->version, dx_version_names(f->dtls)),
                 code_or_null(s->version, dx_version_names(s->dtls)));
    take_answers(rows, "Cipher suite chosen", f->version ? dx_code_text(f->cipher, dx_cipher_name) : NULL,
                 s->version ? dx_code_text(s->cipher, dx_cipher_name) : NULL);
    take_answers(rows, "Group chosen", code_or_null(f->group, dx_group_name),
                 code_or_null(s->group, dx_group_name));
    add_leaves(rows, failed, succeeded);
    take_texts(rows, "Client certificate", client_certificate_text(failed),
               client_certificate_text(succeeded));
    return rows;
}
