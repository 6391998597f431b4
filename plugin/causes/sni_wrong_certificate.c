/* sni_wrong_certificate.c - the server has a certificate for the name and presents another
 *
 * Wire:     the leaf does not fit the name, the client leaves, and another connection to the same ip:port
 *           got a leaf that does fit it
 * Source:   HTTP.sys: an ip:port binding wins over a host name binding (Microsoft Learn)
 * Not this: certificate_name_mismatch (no fitting certificate seen), tls_interception_suspected
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"

static bool
fits(const dx_chain *chain, const char *name, const dx_context *context)
{
    dx_judgement judgement;
    dx_question question = {.name = name};

    dx_certs_judge(dx_ledger_certs(context->ledger), chain, &question, &judgement);
    return judgement.leaf && judgement.leaf->parsed && !(judgement.defects & DX_BIT(DX_DEFECT_NAME_MISMATCH));
}

static const dx_sample *
fitting_sample(const dx_facts *facts, const dx_context *context)
{
    const GArray *lists[] = {context->server ? context->server->accepted : NULL,
                             context->server ? context->server->refused : NULL};

    for (unsigned l = 0; l < G_N_ELEMENTS(lists); l++)
        for (unsigned i = 0; lists[l] && i < lists[l]->len; i++) {
            const dx_sample *sample = &g_array_index(lists[l], dx_sample, i);
            if (sample->chain && sample->chain != facts->chain && fits(sample->chain, facts->sni, context))
                return sample;
        }
    return NULL;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_sample *sample = facts->chain && facts->sni ? fitting_sample(facts, context) : NULL;
    dx_confidence confidence =
        sample ? dx_defect_weigh(DX_DEFECT_NAME_MISMATCH, facts, context, finding, NULL) : DX_NONE;

    if (confidence == DX_NONE)
        return DX_NONE;
    dx_finding_say(finding, sample->first_frame,
                   "Stream %u got a certificate for this name from the same server", sample->first_stream);
    return confidence;
}

DX_CAUSE(sni_wrong_certificate, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER_NAMED,
                  .phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE) | DX_SAW(NAME),
                  .refutes = DX_SAW(FITTING_NAME)},
         .title = "The server sends another site's certificate",
         .why = "The server has a certificate for the name that the client asked for, but sends another one.",
         .checks = "@name\n"
                   "@binding\n",
         .fix = "@bind_name|Configure the right certificate for the name.\n@free_name\n",
         .clients = "Chromium 156: ERR_CERT_COMMON_NAME_INVALID; Firefox 153: SSL_ERROR_BAD_CERT_DOMAIN; "
                    "curl 7.88: (60) \"no alternative certificate subject name matches target host name\"; "
                    "wget 1.21: \"The certificate's owner does not match hostname ...\"; Java 17: \"No "
                    "subject alternative DNS name matching ... found\"; Go 1.19: \"x509: certificate is "
                    "valid for ..., not ...\"; Node 20: ERR_TLS_CERT_ALTNAME_INVALID",
         .events = {36887, 36884}, .weigh = weigh);
