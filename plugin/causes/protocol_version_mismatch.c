/* protocol_version_mismatch.c - client and server have no protocol version in common
 *
 * Wire:     alert 70 before a ServerHello (GnuTLS: 40; OpenSSL 3's policy: 80; Schannel: RST or silence)
 * Source:   RFC 5246 appendix E.1, RFC 8446 section 6.2; Microsoft's troubleshooter, scenario 5
 * Not this: a TLS 1.3-only client at an OpenSSL or nginx server without a usable certificate gets 70 too
 *           (observed)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"
#include "facts/text.h"
#include "verdict/configuration.h"
#include "verdict/release.h"

static void
say_versions(const dx_facts *facts, dx_finding *finding)
{
    char *versions = dx_codes_text(&facts->offer->versions, dx_version_names(facts->offer->dtls), 6);
    bool only = facts->offer->versions.num == 1 && facts->offer->versions_listed;
    const char *extent = only ? "only " : facts->offer->versions_listed ? "" : "up to ";
    dx_finding_why(finding, "The client offers %s%s; the server %s.", extent, versions,
                   only ? "does not accept it" : "accepts none of these versions");
    g_free(versions);
    dx_refusal_fix_version(finding, facts);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal *refusal = context->refusal;
    const dx_refusal_row *row = &refusal->row[DX_DIMENSION_VERSION];

    if (!facts->offer) {
        dx_finding_candidates(finding, &dx_cause_sni_unrecognized, &dx_cause_private_key_missing, NULL);
        return dx_refusal_unread(finding, facts, DX_ALERT_PROTOCOL_VERSION) ? DX_LIKELY : DX_NONE;
    }
    dx_confidence confidence = row->confidence;
    if (row->meant && !row->shared && !facts->offer->sslv2 && dx_release_without_versions(facts, context))
        confidence = MAX(confidence, DX_LIKELY);
    if (confidence == DX_NONE)
        return DX_NONE;
    if (row->alone)
        dx_say_success(finding, row->differs, "The failing client does not offer that version.");
    dx_refusal_say_hello(finding, facts);
    dx_refusal_say_end(finding, facts);
    say_versions(facts, finding);
    if (facts->proxy_header)
        dx_finding_candidates(finding, &dx_cause_non_tls_client, NULL);
    dx_refusal_candidates(finding, refusal, true);
    if (dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION))
        dx_finding_candidates(finding, facts->sni ? &dx_cause_sni_unrecognized : &dx_cause_sni_not_sent,
                              &dx_cause_private_key_missing, NULL);
    dx_refusal_candidates(finding, refusal, false);
    if (facts->end.kind == DX_END_RST)
        dx_finding_candidates(finding, &dx_cause_server_reset_after_client_hello, NULL);
    return confidence;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_log_event *event = dx_files_event(facts, context, 36888, DX_ALERT_PROTOCOL_VERSION);
    bool fits = dx_dropped(facts, context) || dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION) ||
                dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE);

    if (!facts->offer || !fits)
        return DX_FILES_SILENT;
    if (dx_files_schannel(facts, context) && dx_used_though_off(context, files))
        return DX_FILES_CONTRADICTED;
    if (!event || !dx_files_schannel(facts, context))
        return dx_configured_versions(facts, context, files);
    dx_say_event(files, context, event);
    bool common = dx_configured_common(facts, context) != 0;
    return common || dx_files_noisy(facts, context, event) ? DX_FILES_SUGGEST : DX_FILES_CONFIRM;
}

DX_CAUSE(
    protocol_version_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.phases = DX_AT_HELLO,
             .ends = DX_HELLO_REFUSED,
             DX_ALERTS(DX_ALERT_PROTOCOL_VERSION, DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INSUFFICIENT_SECURITY,
                       DX_ALERT_ILLEGAL_PARAMETER, DX_ALERT_UNEXPECTED_MESSAGE, DX_ALERT_INTERNAL_ERROR),
             .needs = DX_SAW(BEGINNING),
             .refutes = DX_SAW(COMMON_SUCCESS)},
    .title = "No protocol version in common",
    .why = "The server accepts none of the protocol versions that the client offers.",
    .checks = "@log\n"
              "@protocols\n"
              "@client_versions\n"
              "@reproduce_version\n",
    .fix = "Enable TLS 1.2 or newer on the side that lacks it; an older version elsewhere is a stopgap.\n"
           "@dotnet\n@enable_version\n",
    .clients =
        "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153: SSL_ERROR_PROTOCOL_VERSION_ALERT; "
        "curl 7.88: (35) \"tlsv1 alert protocol version\"; Java 17: \"Received fatal alert: "
        "protocol_version\"; Go 1.19: \"remote error: tls: protocol version not supported\"; Node 20: EPROTO "
        "\"tlsv1 alert protocol version\"; .NET: \"Could not create SSL/TLS secure channel\"; Windows: "
        "SEC_E_UNSUPPORTED_FUNCTION (0x80090302), WinHTTP 12175 (0x80072f8f), WinINet 12157",
    .events = {36888, 36874, 36871}, .logged = {DX_LOGGED_NO_VERSION, DX_LOGGED_NO_ALGORITHM}, .weigh = weigh,
    .weigh_files = weigh_files);
