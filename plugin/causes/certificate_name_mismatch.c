/* certificate_name_mismatch.c - the certificate does not bear the name that the client asked for
 *
 * Wire:     no name of the leaf fits the SNI (or the host of the CONNECT), and the client leaves, or closes
 *           without data behind the handshake (observed: curl); or it asks for no name, says 42 or 46, and
 *           the leaf does not bear the server's address; or the server's files
 * Source:   RFC 6066 section 3 (no addresses in server_name), RFC 6125, RFC 9110 section 4.3.4
 * Not this: sni_wrong_certificate (the server has the right one), certificate_no_san
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/certificate_names.h"
#include "verdict/default_certificate.h"
#include "verdict/heard.h"
#include "verdict/hidden_certificate.h"
#include "verdict/stored_faults.h"

/* The name that an application compares need not be the one that it sends (stunnel's checkHost). */
static dx_confidence
weigh_own_check(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_own_check_failed(facts) || dx_key_proof(facts, context).answer >= DX_PROOF_REFUTED ||
        dx_certificate_is_bad(facts, context))
        return DX_NONE;
    bool read = dx_authentication_judge_leaf(facts, dx_ledger_certs(context->ledger), &judgement);
    if (facts->chain && !read)
        return DX_NONE;
    finding->checks = "@name_profile\n@client_log\nWhich name or pin does the client's configuration demand "
                      "(stunnel: checkHost)?\n@chain\n@certificate\n";
    dx_say_rejection(finding, facts, context);
    if (read) /* TLS 1.3 hides it */
        dx_say_names(finding, facts, judgement.leaf);
    dx_finding_why(finding,
                   "The client program's own check rejected the certificate, mostly because the program "
                   "expects another name; OpenSSL then sends internal_error (80).");
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_handshake_protocol_error, NULL);
    return DX_POSSIBLE;
}

/* TLS 1.3 hides the certificate, but this program names every other fault by an alert, before its Finished;
 * or it says 42: of what that is for, the name is what a server's administrator gets wrong most easily. */
static dx_confidence
weigh_hidden(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (dx_heard_bad(facts, context, false, finding)) {
        dx_finding_candidates(finding, &dx_cause_certificate_not_yet_valid, &dx_cause_certificate_weak,
                              &dx_cause_client_clock_wrong, &dx_cause_certificate_rejected, NULL);
        return DX_POSSIBLE;
    }
    bool heard = dx_heard_name(facts, context, finding);
    if (!heard && !dx_say_hidden_left(finding, facts, context))
        return DX_NONE;
    dx_finding_candidates(finding, &dx_cause_certificate_rejected,
                          heard ? &dx_cause_certificate_untrusted_root : &dx_cause_client_aborted, NULL);
    return DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_NAME_MISMATCH, facts, context, finding, &judgement);

    if (confidence != DX_NONE)
        dx_say_names(finding, facts, judgement.leaf);
    else if ((confidence = weigh_own_check(facts, context, finding)) == DX_NONE)
        confidence = weigh_hidden(facts, context, finding);
    if (confidence == DX_NONE) {
        dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_rejected,
                              NULL);
        return dx_weigh_address(facts, context, finding);
    }
    if (!dx_say_default_certificate(facts, finding) && confidence != DX_CONFIRMED)
        dx_finding_candidates(finding, &dx_cause_sni_wrong_certificate, NULL);
    return confidence;
}

DX_CAUSE(
    certificate_name_mismatch, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT | DX_NO_END,
             DX_ALERTS(DX_GENERIC_ALERTS),
             .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE),
             .refutes = DX_SAW(FITTING_NAME)},
    .title = "Certificate name mismatch",
    .why = "The server's certificate does not match the name that the client asked for (CERT_E_CN_NO_MATCH, "
           "0x800b010f).",
    .checks = "@name_profile\n@name\n@certificate\n@resolve\n@database_client\n",
    .fix = "Use a name that the certificate contains, or install a certificate that contains "
           "{name}.\n@bind_name\n",
    .clients = "Chromium 156: ERR_CERT_COMMON_NAME_INVALID; Firefox 153: SSL_ERROR_BAD_CERT_DOMAIN; curl "
               "7.88: (60) \"no alternative certificate subject name matches target host name\"; wget 1.21: "
               "\"owner does not match hostname ...\"; OpenSSL 3.0: \"verify error:num=62:hostname "
               "mismatch\"; Java 17: \"No subject alternative DNS name matching ... found\"; Python 3.11: "
               "\"doesn't match\" or \"Hostname mismatch\"; Go 1.19: \"x509: certificate is valid for ..., "
               "not ...\"; Node 20: ERR_TLS_CERT_ALTNAME_INVALID; Windows: SEC_E_WRONG_PRINCIPAL "
               "(0x80090322), WinINet 12038, WinHTTP 12175 (0x80072f8f)",
    .events = {36887, 36884}, .logged = {DX_LOGGED_CLIENT_NAME}, .weigh = weigh,
    .weigh_files = dx_stored_other_name);
