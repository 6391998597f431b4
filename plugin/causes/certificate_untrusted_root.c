/* certificate_untrusted_root.c - the client does not trust the certificate's root
 *
 * Wire:     alert 48 from the client after the Certificate
 * Source:   RFC 8446 section 6.2; CERT_E_UNTRUSTEDROOT 0x800B0109; OpenSSL sends 48 for every failure of trust (observed)
 * Not this: certificate_incomplete_chain (an intermediate is missing), certificate_self_signed
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "causes/rejection.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_client_rejected_with(facts, 48))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_finding_candidates(finding, "certificate_incomplete_chain", "certificate_self_signed", "tls_interception_suspected",
                          "certificate_issuer_expired", NULL);
    return DX_LIKELY;
}

DX_CAUSE(certificate_untrusted_root,
         .scenario = DX_SCENARIO_2,
         .outcome = DX_FAILED,
         .title = "The client does not trust the certificate's root",
         .why = "The client found no way from the server's certificate to a root that it trusts (CERT_E_UNTRUSTEDROOT, "
                "0x800B0109).",
         .checks = DX_CHECK_CHAIN "Is the root in the client's Trusted Root store (machine account)? certlm.msc\n"
                                  "Does a proxy on the path sign certificates with its own CA? Look at the issuer\n",
         .fix = "Add the issuing CA to the Trusted Root store of the machine that refuses it (certutil -addstore Root ca.cer), "
                "install missing intermediates on the server, or use a certificate of a public CA.",
         .clients = "ERR_CERT_AUTHORITY_INVALID, SEC_ERROR_UNKNOWN_ISSUER, curl (60), Java \"PKIX path building failed\"",
         .events = {36887, 36882},
         .weigh = weigh);
