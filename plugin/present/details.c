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
        char *prefix = g_strdup_printf("  %-*s%.*s", DX_LAYOUT_TEXT - 2, i ? "" : label, name_len, line);
        dx_layout_wrap(page, prefix, DX_LAYOUT_TEXT + 2, g_strchug(line + name_len));
        g_free(prefix);
    }
    g_ptr_array_free(lines, TRUE);
}

void
dx_details_report(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry, unsigned number)
{
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    const dx_facts *facts = dx_capture_facts(capture, entry->example);
    const dx_verdict *verdict = dx_verdicts_of(verdicts, entry->example);
    dx_scenario group = entry->cause->scenario;
    bool negotiated = group == DX_SCENARIO_5, certified = group == DX_SCENARIO_1 || group == DX_SCENARIO_2;

    if (!negotiated && !certified && !dx_files_say(verdict))
        return;
    char *title = g_strdup_printf("Details of problem %u", number);
    dx_layout_heading(page, title, "");
    g_free(title);
    if (negotiated) {
        add_lines(page, "Offered", dx_offer_lines(facts), "nothing that could be read");
        add_lines(page, "Chosen", dx_choice_lines(facts), "none (no ServerHello)");
    }
    if (certified)
        add_lines(page, "Certificate", dx_cert_lines(facts, dx_ledger_certs(dx_capture_ledger(capture))),
                  dx_facts_tls13(facts)
                      ? "not readable: TLS 1.3 encrypts it (capture with SSLKEYLOGFILE to see it)"
                      : "not in the capture");
    dx_files_text(page, verdicts, verdict);
}
