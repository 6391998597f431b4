/* client_certificate.c - what the causes about client certificates say of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/client_certificate.h"

#include "facts/presented.h"
#include "facts/text.h"

void
dx_say_request(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    char *first;
    unsigned num = dx_presented_authorities(facts, context->server->authorities, &first);

    if (!facts->certificate_request_frame) {
        g_free(first);
        return;
    }
    char *name = dx_safe(first, 0);
    if (num > 1)
        dx_finding_say(finding, facts->certificate_request_frame,
                       "CertificateRequest, for %u authorities: %s and others", num, name ? name : "?");
    else if (num)
        dx_finding_say(finding, facts->certificate_request_frame, "CertificateRequest, for the authority %s",
                       name ? name : "?");
    else
        dx_finding_say(finding, facts->certificate_request_frame, "CertificateRequest%s",
                       facts->presented && facts->presented->request ? ", for any authority" : "");
    g_free(name);
    g_free(first);
}

void
dx_say_client_certificate(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    dx_finding_say(finding, facts->client_certificate_frame, "The client sends a certificate%s",
                   dx_facts_tls13(facts) && !facts->decrypted ? " (by its length)" : "");
    if (!dx_presented_judge_client(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !judgement.leaf->parsed)
        return;
    char *subject = dx_safe(judgement.leaf->subject, 0), *issuer = dx_safe(judgement.leaf->issuer, 0);
    GString *words = g_string_new(NULL);
    /* whom the server trusts is not known here: its store is not ours */
    const unsigned unknown = DX_BIT(DX_DEFECT_UNTRUSTED) | DX_BIT(DX_DEFECT_INCOMPLETE);
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if (judgement.defects & ~unknown & DX_BIT(defect))
            g_string_append_printf(words, "; %s", dx_defect_words((dx_defect)defect));
    dx_finding_say(finding, facts->client_certificate_frame, "It is %s, issued by %s%s",
                   subject ? subject : "?", issuer ? issuer : "?", words->str);
    g_string_free(words, TRUE);
    g_free(subject);
    g_free(issuer);
}
