/* revocation_check_failed.c - the client could not find out whether the certificate is revoked
 *
 * Wire:     seconds of silence after the server's flight in which the same client tries in vain to reach
 *           port 80 of some host, then the client leaves
 * Source:   CRYPT_E_REVOCATION_OFFLINE 0x80092013; .NET reports an unreachable server as revoked; OpenSSL
 *           says 45 to a CRL that has expired (x509table in its ssl/statem/statem_lib.c; observed)
 * Not this: client_validation_stall (no such attempt in the capture); names of CRL and OCSP hosts are not
 *           resolved here, so that the attempt may be for something else: likely at most
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "facts/text.h"

#define HTTP_PORT 80

static void
say_addresses(const dx_facts *facts, dx_finding *finding)
{
    const dx_certificate *leaf = dx_chain_leaf(facts->chain);
    const dx_certificate_info *info = leaf ? dx_certificate_read(leaf) : NULL;

    if (!info || (!info->crl && !info->ocsp))
        return;
    char *crl = dx_safe(info->crl, 0), *ocsp = dx_safe(info->ocsp, 0);
    dx_finding_say(finding, dx_facts_chain_frame(facts), "The certificate names CRL %s, OCSP %s",
                   crl ? crl : "none", ocsp ? ocsp : "none");
    g_free(crl);
    g_free(ocsp);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_client_left_at_certificate(facts) ||
        facts->end.time_us - facts->server_flight_us < DX_PATIENCE_US)
        return DX_NONE;
    const dx_facts *attempt = dx_ledger_unanswered(context->ledger, &facts->client_endpoint.address,
                                                   HTTP_PORT, facts->server_flight_us, facts->end.time_us);
    if (!attempt)
        return DX_NONE;
    char *host = dx_endpoint_text(&attempt->server_endpoint);
    char *silent = dx_duration_text(facts->end.time_us - facts->server_flight_us);
    dx_say_rejection(finding, facts, context);
    dx_finding_say(finding, attempt->first_frame,
                   "The client got no answer from %s in the %s before it ended the handshake", host, silent);
    say_addresses(facts, finding);
    dx_finding_candidates(finding, &dx_cause_client_validation_stall, &dx_cause_certificate_rejected, NULL);
    g_free(silent);
    g_free(host);
    return DX_LIKELY;
}

DX_CAUSE(
    revocation_check_failed, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_CERTIFICATE,
             .ends = DX_CLIENT_LEFT,
             DX_ALERTS(DX_ALERT_CERTIFICATE_REVOKED, DX_ALERT_CERTIFICATE_EXPIRED, DX_GENERIC_ALERTS),
             .needs = DX_SAW(CERTIFICATE)},
    .title = "The client cannot check revocation",
    .why = "The client could not reach the CRL or OCSP server that the certificate names.",
    .checks = "@revocation\n",
    .fix =
        "Let the client reach the CRL and OCSP addresses of the certificate, or publish them where it can.\n",
    .clients = "Windows: CRYPT_E_NO_REVOCATION_CHECK (0x80092012), CRYPT_E_REVOCATION_OFFLINE (0x80092013), "
               "WinINet 12057; .NET: RevocationStatusUnknown",
    .events = {36887, 36883}, .logged = {DX_LOGGED_CLIENT_REVOCATION}, .weigh = weigh);
