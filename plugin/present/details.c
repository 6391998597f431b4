/* details.c - the long lists that belong to a problem: certificate, offers, what the server's files say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/details.h"

#include <string.h>

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

static void
add_negotiation(const dx_page *page, const dx_facts *facts)
{
    add_lines(page, "Offered", dx_offer_lines(facts), "nothing that could be read");
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
    add_negotiation(page, facts);
    add_certificate(page, verdicts, facts);
    dx_files_text(page, verdicts, dx_verdicts_of(verdicts, entry->example));
}

void
dx_details_report(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry, unsigned number)
{
    const dx_facts *facts = dx_capture_facts(dx_verdicts_capture(verdicts), entry->example);
    const dx_verdict *verdict = dx_verdicts_of(verdicts, entry->example);
    dx_scenario group = entry->cause->scenario;
    bool negotiated = group == DX_SCENARIO_5, certified = group == DX_SCENARIO_1 || group == DX_SCENARIO_2;

    if (!negotiated && !certified && !dx_files_say(verdict))
        return;
    char *title = g_strdup_printf("Details of problem %u", number);
    dx_layout_heading(page, title, "");
    g_free(title);
    if (negotiated)
        add_negotiation(page, facts);
    if (certified)
        add_certificate(page, verdicts, facts);
    dx_files_text(page, verdicts, verdict);
}
