/* details.c - the long lists that belong to a problem: certificate, offers, what the server's files say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/details.h"

#include <string.h>

#include "causes/causes.h"
#include "facts/text.h"
#include "present/certificate.h"
#include "present/files.h"

/* "name: values" lines; the values hang below their name. */
static void
add_lines(const dx_page *page, const char *label, GPtrArray *lines, const char *if_none)
{
    if (lines->len == 0)
        dx_layout_text(page, label, if_none);
    for (unsigned i = 0; i < lines->len; i++) {
        char *line = lines->pdata[i], *colon = strchr(line, ':');
        int name_len = colon ? (int)(colon - line + 1) : 0;
        char *name = g_strndup(line, (size_t)name_len);
        dx_layout_item(page, i ? NULL : label, 2, name, g_strchug(line + name_len));
        g_free(name);
    }
    g_ptr_array_free(lines, TRUE);
}

/* What of an offer a cause is about: the beginnings of the lines that matter. The versions matter to all. */
static bool
matters(const char *line, const dx_cause *cause)
{
    static const struct {
        const dx_cause *cause;
        const char *names[2];
    } rows[] = {
        {&dx_cause_cipher_mismatch, {"Cipher suites:", NULL}},
        {&dx_cause_http2_inadequate_cipher, {"Cipher suites:", "ALPN:"}},
        {&dx_cause_insufficient_security, {"Cipher suites:", "Groups:"}},
        {&dx_cause_group_mismatch, {"Groups:", "Key shares:"}},
        {&dx_cause_hello_retry_failed, {"Groups:", "Key shares:"}},
        {&dx_cause_signature_algorithm_mismatch, {"Signature algorithms:", NULL}},
        {&dx_cause_alpn_mismatch, {"ALPN:", NULL}},
    };
    if (g_str_has_prefix(line, "Versions:") || g_str_has_prefix(line, "Fallback:"))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        for (size_t k = 0; rows[i].cause == cause && k < G_N_ELEMENTS(rows[i].names); k++)
            if (rows[i].names[k] && g_str_has_prefix(line, rows[i].names[k]))
                return true;
    return false;
}

/* How much else was offered. NULL: nothing. New string. */
static char *
rest_text(const dx_facts *facts, const dx_cause *cause)
{
    const dx_offer *offer = facts->offer;
    const struct {
        const char *line, *noun;
        unsigned num;
    } lists[] = {
        {"Cipher suites:", "cipher suite", offer->ciphers.num},
        {"Groups:", "group", offer->groups.num},
        {"Signature algorithms:", "signature algorithm", offer->signatures.num},
    };
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        char *count = dx_layout_count(lists[i].num, lists[i].noun);
        if (lists[i].num && !matters(lists[i].line, cause))
            g_string_append_printf(text, "%s%s", text->len ? ", " : "Besides: ", count);
        g_free(count);
    }
    if (text->len)
        g_string_append(text, " (all are in the packet tree and on the HTML page)");
    return g_string_free(text, text->len == 0);
}

/* `cause` NULL: all of the offer. */
static void
add_negotiation(const dx_page *page, const dx_facts *facts, const dx_cause *cause)
{
    GPtrArray *offered = dx_offer_lines(facts);
    for (unsigned i = offered->len; cause && i > 0; i--)
        if (!matters(offered->pdata[i - 1], cause))
            g_ptr_array_remove_index(offered, i - 1);
    char *rest = cause && facts->offer ? rest_text(facts, cause) : NULL;
    if (rest)
        g_ptr_array_add(offered, rest);
    add_lines(page, "Offered", offered, "nothing that could be read");
    add_lines(page, "Chosen", dx_choice_lines(facts), "none (no ServerHello)");
}

static void
add_certificate(const dx_page *page, dx_verdicts *verdicts, const dx_facts *facts)
{
    dx_certs *certs = dx_ledger_certs(dx_capture_ledger(dx_verdicts_capture(verdicts)));
    add_lines(page, "Certificate", dx_cert_lines(facts, certs),
              dx_facts_tls13(facts)
                  ? "not readable: TLS 1.3 encrypts it (capture with SSLKEYLOGFILE to see it)"
                  : "not in the capture");
}

void
dx_details_body(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry)
{
    const dx_facts *facts = dx_capture_facts(dx_verdicts_capture(verdicts), entry->example);
    add_negotiation(page, facts, NULL);
    add_certificate(page, verdicts, facts);
    dx_files_text(page, verdicts, dx_verdicts_of(verdicts, entry->example));
}

/* Whether a certificate is what the problem is about. */
static bool
is_about_certificate(const dx_cause *cause)
{
    return cause->scenario == DX_SCENARIO_1 || cause->scenario == DX_SCENARIO_2 ||
           cause == &dx_cause_sni_wrong_certificate || cause == &dx_cause_tls_interception_suspected;
}

void
dx_details_report(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry, unsigned number)
{
    const dx_facts *facts = dx_capture_facts(dx_verdicts_capture(verdicts), entry->example);
    const dx_verdict *verdict = dx_verdicts_of(verdicts, entry->example);
    bool negotiated = entry->cause->scenario == DX_SCENARIO_5 && facts->offer;
    bool certified =
        is_about_certificate(entry->cause) && (facts->certificate_frame || dx_facts_tls13(facts));

    if (!negotiated && !certified && !dx_files_say(verdict))
        return;
    char *title = g_strdup_printf("Details of problem %u", number);
    dx_layout_heading(page, title, "");
    g_free(title);
    if (negotiated)
        add_negotiation(page, facts, entry->cause);
    if (certified)
        add_certificate(page, verdicts, facts);
    dx_files_text(page, verdicts, verdict);
}
