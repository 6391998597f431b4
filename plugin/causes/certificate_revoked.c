/* certificate_revoked.c - the certificate is revoked
 *
 * Wire:     a stapled OCSP response that says so, and the client leaves; or alert 44 from the client after
 *           the Certificate
 * Source:   RFC 6960, RFC 8446 section 6.2; .NET sends 44 also when the revocation server cannot be reached
 * Not this: revocation_check_failed
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "verdict/late_leave.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_staple staple;
    bool stated = dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_REVOKED) ||
                  dx_client_said_elsewhere(facts, context, DX_ALERT_CERTIFICATE_REVOKED);

    if (!stated && !dx_left_generic(facts))
        return DX_NONE;
    if (dx_authentication_staple(facts, &staple) && staple == DX_STAPLE_REVOKED) {
        if (dx_client_left_unsaid(facts))
            finding->frame = facts->close.frame;
        dx_say_rejection(finding, facts, context);
        dx_finding_say(finding, facts->certificate_frame, "The stapled OCSP response %s",
                       dx_staple_words(staple));
        return DX_CONFIRMED;
    }
    if (!stated)
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_finding_candidates(finding, &dx_cause_revocation_check_failed, NULL);
    return DX_LIKELY;
}

DX_CAUSE(certificate_revoked, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_CERTIFICATE,
                  .ends = DX_CLIENT_LEFT | DX_NO_END,
                  DX_ALERTS(DX_ALERT_CERTIFICATE_REVOKED, DX_GENERIC_ALERTS),
                  .needs = DX_SAW(LEAVING) | DX_SAW(CERTIFICATE)},
         .title = "The certificate is revoked",
         .why = "The server's certificate is revoked, and the client rejected it.",
         .checks = "@revocation\n"
                   ".NET reports an unreachable revocation server in the same way.\n",
         .fix = "Reissue the certificate.\n"
                "@install\n",
         .clients = "Chromium 156: ERR_CERT_REVOKED; Firefox 153: SEC_ERROR_REVOKED_CERTIFICATE; curl 7.88: "
                    "(60) \"certificate revoked\" or (91) \"SSL certificate revocation reason: ...\"; wget "
                    "1.21: \"The certificate of ... has been revoked.\"; Windows: CRYPT_E_REVOKED "
                    "(0x80092010), WinINet 12170, WinHTTP 12175 (0x80072f8f)",
         .events = {36887, 36883}, .logged = {DX_LOGGED_CLIENT_REVOKED}, .weigh = weigh);
