/* key_mismatch.c - the server's signature does not fit its certificate
 *
 * Wire:     alert 51 from the client right after the server's flight
 * Source:   RFC 8446 sections 4.4.3 and 6.2
 * Not this: certificate_corrupt (OpenSSL sends 51 for a bad signature on the certificate, too; observed)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "causes/rejection.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_client_rejected_with(facts, 51))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_finding_candidates(finding, "certificate_corrupt", NULL);
    return DX_LIKELY;
}

DX_CAUSE(key_mismatch,
         .scenario = DX_SCENARIO_1,
         .outcome = DX_FAILED,
         .title = "The server's key does not match its certificate",
         .why = "The client could not verify the server's signature with the certificate's key.",
         .checks = "Which device terminates TLS on {endpoint}? On IIS key and certificate come from one store entry\n"
                   "Compare the public keys: openssl x509 -in cert.pem -noout -pubkey; openssl pkey -in key.pem -pubout\n"
                   DX_CHECK_KEY,
         .fix = "Install the certificate with the key it was issued for: certutil -repairstore my \"{thumbprint}\", or import "
                "the .pfx again and bind it.",
         .clients = "ERR_SSL_PROTOCOL_ERROR, SEC_ERROR_BAD_SIGNATURE, curl (35) bad signature",
         .events = {36887},
         .weigh = weigh);
