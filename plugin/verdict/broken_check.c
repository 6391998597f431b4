/* broken_check.c - a client whose check of the certificate broke off, as Java says by alert 80
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/broken_check.h"

#include "verdict/ended.h"
#include "verdict/late_check.h"

bool
dx_say_broken_check(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    if (!dx_check_ended_by_error(facts) || dx_client_library(facts) != DX_LIBRARY_JSSE)
        return false;
    dx_say_rejection(finding, facts, context);
    if (facts->dh_bits) {
        dx_say_prime(finding, facts);
        dx_finding_why(
            finding,
            "Java sends internal_error (80) when something breaks off inside it: mostly its "
            "list of trusted roots is empty or was not found, or a Diffie-Hellman prime of a size that its "
            "release cannot use (here %u bits).",
            facts->dh_bits);
    } else
        dx_finding_why(finding, "Java sends internal_error (80) when the check of a certificate breaks off "
                                "inside it: mostly its list of trusted roots is empty or was not found.");
    finding->checks =
        "@client_log\n"
        "Which file of trusted roots does the Java program use (javax.net.ssl.trustStore, its type and "
        "password), and does it list certificates? In cmd, PowerShell or sh:\tkeytool -list -keystore "
        "TRUSTSTORE_FILE\n"
        "Which sizes of Diffie-Hellman primes does its release take? (up to Java 7: 1024 bits at most; later "
        "ones: multiples of 64)\n"
        "@chain\n";
    finding->clients = "Java 17: \"Unexpected error: ... the trustAnchors parameter must be non-empty\" or "
                       "\"Prime size must be multiple of 64, and can only range from 512 to ...\"";
    return true;
}
