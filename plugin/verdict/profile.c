/* profile.c - certificates that break RFC 5280 where only strict clients reject them
 *
 * Source: Python 3.13 sets VERIFY_X509_STRICT in ssl.create_default_context (docs.python.org/3.13, ssl);
 * check_extensions in OpenSSL's crypto/x509/x509_vfy.c; x509table (sources.md). Observed: alert 46, and other
 * programs accept the certificate.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/profile.h"

#include "verdict/certificate_defects.h"
#include "verdict/late_check.h"
#include "facts/text.h"

/* The place in the list of the first certificate of the path that strict checks reject; -1: none. */
static int
find_unprofiled(const dx_facts *facts, const dx_judgement *judgement)
{
    for (unsigned step = 0; step < judgement->num_path; step++)
        if (dx_certificate_read(facts->chain->certificate[judgement->path[step]])->unprofiled)
            return (int)judgement->path[step];
    return -1;
}

static void
say_unprofiled(dx_finding *finding, const dx_facts *facts, unsigned at)
{
    const char *fault = dx_certificate_read(facts->chain->certificate[at])->unprofiled;
    char *subject = dx_subject_text(facts, at);

    dx_finding_say(finding, dx_facts_chain_frame(facts), "Certificate %u, %s: %s (RFC 5280 section 4.2.1)",
                   at + 1, subject, fault);
    dx_finding_why(
        finding,
        "The certificate %s is not as RFC 5280 demands: %s. Most programs accept it, but " DX_STRICT_CLIENTS
        " reject it (VERIFY_X509_STRICT).",
        subject, fault);
    g_free(subject);
}

dx_confidence
dx_profile_weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_UNKNOWN) || !dx_client_is_openssl(facts) ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) || !judgement.leaf ||
        (judgement.defects & DX_ISSUING_DEFECTS))
        return DX_NONE;
    int at = find_unprofiled(facts, &judgement);
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    if (at >= 0)
        say_unprofiled(finding, facts, (unsigned)at);
    else
        dx_finding_why(finding,
                       "By its ClientHello the client uses OpenSSL, which sends alert 46 for what has "
                       "no alert of its own: what a strict check (" DX_STRICT_CLIENTS ") rejects, of "
                       "the root, too, which only the client has; a name that an issuer must not "
                       "certify.");
    finding->checks = "Does the client's own message say \"Missing Authority Key Identifier\", \"not marked "
                      "critical\" or the like?\n"
                      "@client_log\n"
                      "@chain\n"
                      "@certificate\n";
    finding->steps =
        "Reissue the certificates: with Authority Key Identifier, and a CA's with Subject Key Identifier, "
        "Key "
        "Usage and critical Basic Constraints.\n"
        "@install\n"
        "Until then a Python program can take VERIFY_X509_STRICT off its context's verify_flags.\n";
    finding->clients =
        "Python 3.13: \"Missing Authority Key Identifier\", \"Basic Constraints of CA cert not "
        "marked critical\" or \"CA cert does not include key usage extension\"";
    return at >= 0 ? DX_LIKELY : DX_POSSIBLE;
}
