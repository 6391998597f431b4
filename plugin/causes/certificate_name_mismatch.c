/* certificate_name_mismatch.c - the certificate does not bear the name that the client asked for
 *
 * Wire:     no name of the leaf fits the SNI (or the host of the CONNECT), and the client leaves, or
 *           finishes the handshake and closes without data (observed: curl); or the client asks for no
 *           name and says 42 or 46, and the leaf does not bear the server's address
 * Source:   RFC 6066 section 3 (no literal addresses in server_name; observed: Python, Go, Node.js, curl);
 *           RFC 6125, RFC 9110 section 4.3.4; CERT_E_CN_NO_MATCH 0x800B010F, SEC_E_WRONG_PRINCIPAL
 *           0x80090322
 * Not this: sni_wrong_certificate (the server has the right one), certificate_no_san
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/certificate_defects.h"
#include "facts/text.h"

#define MAX_SAID 8

/* The names that the certificate has, and the one that it lacks. */
static void
say_names(const dx_facts *facts, const dx_certificate_info *leaf, dx_finding *finding)
{
    GString *names = g_string_new(NULL);

    for (unsigned i = 0; leaf->names && leaf->names[i] && i < MAX_SAID; i++) {
        char *name = dx_safe(leaf->names[i], 80);
        g_string_append_printf(names, "%s%s", i ? ", " : "", name);
        g_free(name);
    }
    if (!names->len && leaf->common_name) {
        char *name = dx_safe(leaf->common_name, 80);
        g_string_append_printf(names, "%s (common name only)", name);
        g_free(name);
    }
    char *wanted = dx_server_name(facts);
    bool named = wanted != NULL;
    if (!named)
        wanted = dx_address_text(&facts->server_endpoint.address);
    char *safe = dx_safe(wanted, 0);
    const char *list = names->len ? names->str : "no name",
               *more = leaf->num_names > MAX_SAID ? " and more" : "";
    dx_finding_say(finding, facts->certificate_frame, "%s %s; the certificate has %s%s",
                   named ? "Server name" : "No server name, address", safe ? safe : "?", list, more);
    if (named)
        dx_finding_why(finding, "The certificate is not valid for %s; it names %s%s.", safe ? safe : "?",
                       list, more);
    g_free(wanted);
    g_free(safe);
    g_string_free(names, TRUE);
}

/* A client that asks for no name was as a rule given an address. */
static dx_confidence
weigh_address(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    bool said = dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE) ||
                dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_UNKNOWN);

    if (facts->sni || facts->tunnel || !said || dx_key_proof(facts, context).answer >= DX_PROOF_REFUTED ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) || !judgement.leaf ||
        !judgement.leaf->parsed || dx_authentication_bears_address(facts, dx_ledger_certs(context->ledger)))
        return DX_NONE;
    char *address = dx_address_text(&facts->server_endpoint.address);
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    say_names(facts, judgement.leaf, finding);
    dx_finding_why(finding,
                   "The client asks for no name, as clients do that are given an address, and the "
                   "certificate does not match the address %s.",
                   address);
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_rejected,
                          NULL);
    g_free(address);
    const unsigned soft = DX_BIT(DX_DEFECT_UNTRUSTED) | DX_BIT(DX_DEFECT_INCOMPLETE) |
                          DX_BIT(DX_DEFECT_MISORDERED) | DX_BIT(DX_DEFECT_NO_NAMES);
    /* 42 is not what OpenSSL says of a root that it does not trust; JSSE says 46 of everything */
    bool trusted = judgement.trust == DX_TRUST_YES;
    return !(judgement.defects & ~soft) && (trusted || facts->end.alert == DX_ALERT_BAD_CERTIFICATE)
               ? DX_LIKELY
               : DX_POSSIBLE;
}

/* The name that an application compares need not be the one that it sends (stunnel's checkHost). */
static dx_confidence
weigh_own_check(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;

    if (!dx_own_check_failed(facts) || dx_key_proof(facts, context).answer >= DX_PROOF_REFUTED ||
        dx_certificate_is_bad(facts, context))
        return DX_NONE;
    bool read = dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) &&
                judgement.leaf && judgement.leaf->parsed;
    if (facts->chain && !read)
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    if (read) /* TLS 1.3 hides it */
        say_names(facts, judgement.leaf, finding);
    dx_finding_why(finding,
                   "The program's own check refused the certificate, mostly for a name that the program was "
                   "told to expect: OpenSSL says internal_error (80) then.");
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_handshake_protocol_error, NULL);
    return DX_POSSIBLE;
}

/* TLS 1.3 hides the certificate, but this program names every other fault by an alert, before its Finished. */
static dx_confidence
weigh_hidden(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_client_left_hidden(facts, false))
        return DX_NONE;
    finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    dx_finding_why(finding,
                   "The client finished the handshake and left without a request, as curl and Python do "
                   "when the certificate does not match the name that they asked for.");
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, &dx_cause_client_aborted, NULL);
    return DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    dx_judgement judgement;
    dx_confidence confidence = dx_defect_weigh(DX_DEFECT_NAME_MISMATCH, facts, context, finding, &judgement);

    if (confidence != DX_NONE)
        say_names(facts, judgement.leaf, finding);
    else
        confidence = weigh_own_check(facts, context, finding);
    if (confidence == DX_NONE)
        confidence = weigh_hidden(facts, context, finding);
    if (confidence == DX_NONE)
        return weigh_address(facts, context, finding);
    if (confidence < DX_CONFIRMED)
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
           "0x800B010F).",
    .checks = "@name\n"
              "@certificate\n"
              "@resolve\n",
    .fix = "Use a name that the certificate contains, or install a certificate for {sni}.\n"
           "@bind_name\n",
    .clients =
        "Chromium 156: ERR_CERT_COMMON_NAME_INVALID; Firefox 153: SSL_ERROR_BAD_CERT_DOMAIN; curl 7.88: (60) "
        "\"no alternative certificate subject name matches target host name\"; Java 17: \"No subject "
        "alternative DNS name matching ... found\"; Python 3.11: \"doesn't match\" or \"Hostname mismatch\"; "
        "Go 1.19: \"x509: certificate is valid for ..., not ...\"; Node 20: ERR_TLS_CERT_ALTNAME_INVALID; "
        "Windows: SEC_E_WRONG_PRINCIPAL (0x80090322), WinINet 12038, WinHTTP 12175 (0x80072F8F)",
    .events = {36887, 36884}, .weigh = weigh);
