/* issuer.c - issuers that must not have issued what is below them
 *
 * What the programs show: observed, Debian 12, with a chain for each fault.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/issuer.h"

#include "verdict/certificate_defects.h"

#define NO_CA                                                                                                \
    "Chromium 156: ERR_CERT_INVALID; curl 7.88: (60) \"invalid CA certificate\"; wget 1.21: \"The "          \
    "certificate signer of ... was not a CA.\"; OpenSSL 3.0: \"verify error:num=79:invalid CA "              \
    "certificate\"; Python 3.11: \"invalid CA certificate\"; Go 1.19: \"x509: certificate signed by "        \
    "unknown authority (possibly because of ...\""
#define INSTALL(words) words "\n@install\n"

dx_confidence
dx_issuer_weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    static const struct {
        dx_defect defect;
        const char *why, *steps, *clients;
    } rows[] = {
        {DX_DEFECT_NOT_CA, "it has no CA flag (TRUST_E_BASIC_CONSTRAINTS, 0x80096019)",
         INSTALL("Let a CA issue the certificate: this issuer is not one, as its Basic Constraints say."),
         NO_CA "; Node 20: INVALID_PURPOSE"},
        {DX_DEFECT_NO_CERT_SIGN,
         "its key usage lacks the right to sign certificates (CERT_E_WRONG_USAGE, 0x800b0110)",
         INSTALL("Let a CA whose own key usage has keyCertSign issue the certificate."),
         NO_CA
         "; Java 17: \"CA key usage check failed: keyCertSign bit is not set\"; Node 20: \"key usage does "
         "not include certificate signing\""},
        {DX_DEFECT_PATH_LENGTH,
         "its path length allows fewer CAs below it (TRUST_E_BASIC_CONSTRAINTS, 0x80096019)",
         INSTALL("Let a CA nearer to the root issue the certificate, or reissue the CA's own with a greater "
                 "path length."),
         "curl 7.88: (60) \"path length constraint exceeded\"; Python 3.11: \"path length constraint "
         "exceeded\"; Node 20: PATH_LENGTH_EXCEEDED"},
        {DX_DEFECT_NAME_CONSTRAINTS, "its name constraints forbid the name (CERT_E_INVALID_NAME, 0x800b0114)",
         INSTALL("Let a CA issue the certificate that may do so for {name}, or use a name that this CA may "
                 "issue for."),
         "Chromium 156: ERR_CERT_INVALID; curl 7.88: (60) \"permitted subtree violation\"; wget 1.21: \"The "
         "certificate of ... is not trusted.\"; OpenSSL 3.0: \"verify error:num=47:permitted subtree "
         "violation\"; Java 17: \"name constraints check failed\"; Python 3.11: \"permitted subtree "
         "violation\"; Go 1.19: \"x509: a root or intermediate certificate is not authorized to sign for "
         "this name\"; Node 20: \"permitted subtree violation\""}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        dx_confidence confidence = dx_defect_weigh(rows[i].defect, facts, context, finding, NULL);
        if (confidence == DX_NONE)
            continue;
        dx_finding_why(finding, "A certificate above the server's must not have issued it: %s.", rows[i].why);
        finding->steps = rows[i].steps;
        finding->clients = rows[i].clients;
        finding->checks = "Which certificate of the chain has the fault? See Evidence.\n"
                          "@chain\n"
                          "@certificate\n";
        return confidence;
    }
    return DX_NONE;
}
