/* certificate_names.c - the names of the server's certificate beside the one that was asked for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/certificate_names.h"

#include "facts/text.h"
#include "verdict/certificate_defects.h"
#include "verdict/late_check.h"
#include "verdict/late_leave.h"

#define MAX_SAID 8

void
dx_say_names(dx_finding *finding, const dx_facts *facts, const dx_certificate_info *leaf)
{
    if (finding->quiet)
        return;
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
    if (!named && facts->transport == DX_TRANSPORT_EAP) {
        dx_finding_say(finding, facts->certificate_frame,
                       "The name that the supplicant demands is not in the packets; the certificate has %s%s",
                       list, more);
        g_free(safe);
        g_free(wanted);
        g_string_free(names, TRUE);
        return;
    }
    dx_finding_say(finding, facts->certificate_frame, "%s %s; the certificate has %s%s",
                   named ? "Server name" : "No server name (SNI), address", safe ? safe : "?", list, more);
    if (named)
        dx_finding_why(finding, "The certificate is not valid for %s; it names %s%s.", safe ? safe : "?",
                       list, more);
    else
        dx_finding_why(finding,
                       "The client connected to the address %s without a server name (SNI), and the "
                       "certificate does not contain that address.",
                       wanted);
    g_free(wanted);
    g_free(safe);
    g_string_free(names, TRUE);
}

/* What clients show of a certificate that does not contain the address. */
static const char by_address[] =
    "Chromium 156: ERR_CERT_COMMON_NAME_INVALID; Firefox 153: SSL_ERROR_BAD_CERT_DOMAIN; curl 7.88: (60) "
    "\"no alternative certificate subject name matches target host name\"; wget 1.21: \"owner does not "
    "match hostname ...\"; Java 17: \"No subject alternative names matching IP address ... found\"; Python "
    "3.11: \"IP address mismatch\"; Go 1.19: \"... doesn't contain any IP SANs\"; Node 20: "
    "ERR_TLS_CERT_ALTNAME_INVALID; Windows: SEC_E_WRONG_PRINCIPAL (0x80090322), WinINet 12038, WinHTTP "
    "12175 (0x80072f8f)";

dx_confidence
dx_weigh_address(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const unsigned soft = DX_BIT(DX_DEFECT_UNTRUSTED) | DX_BIT(DX_DEFECT_INCOMPLETE) |
                          DX_BIT(DX_DEFECT_MISORDERED) | DX_BIT(DX_DEFECT_NO_NAMES);
    dx_certs *certs = dx_ledger_certs(context->ledger);
    dx_judgement judgement;
    bool said = dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE) ||
                dx_client_rejected_with(facts, DX_ALERT_CERTIFICATE_UNKNOWN);
    bool left = facts->upgrade == DX_UPGRADE_NONE && dx_client_left_unsaid(facts) &&
                !dx_client_left_before_login(facts);
    bool spare = left && dx_late_check_of(facts) == DX_LATE_ANYTHING && dx_program_accepts(facts, context);

    if (facts->sni || facts->tunnel || !(said || left) || spare ||
        dx_key_proof(facts, context).answer >= DX_PROOF_REFUTED ||
        !dx_authentication_judge_leaf(facts, certs, &judgement) ||
        dx_authentication_bears_address(facts, certs))
        return DX_NONE;
    finding->clients = by_address;
    if (left)
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, &judgement, DX_NUM_DEFECTS);
    dx_say_names(finding, facts, judgement.leaf);
    if (left)
        return DX_POSSIBLE;
    /* 42 is not what OpenSSL says of a root that it does not trust; JSSE says 46 of everything */
    bool trusted = judgement.trust == DX_TRUST_YES;
    /* a browser compares what it was given, whoever issued the certificate (observed: Chromium) */
    bool browser = facts->offer && facts->offer->num_alpn;
    return !(judgement.defects & ~soft) &&
                   (trusted || browser || facts->end.alert == DX_ALERT_BAD_CERTIFICATE)
               ? DX_LIKELY
               : DX_POSSIBLE;
}

bool
dx_names_intermediate(const char *name)
{
    static const char *const known[] = {"inter", "intermediate", "issuing", "sub", "subordinate", NULL};
    char *lower = g_ascii_strdown(name ? name : "", -1);
    char **words = g_strsplit_set(lower, " !\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~", -1);
    bool found = false;

    for (char **word = words; *word; word++)
        found |= g_strv_contains(known, *word) || g_str_has_suffix(*word, "subca");
    g_strfreev(words);
    g_free(lower);
    return found;
}
