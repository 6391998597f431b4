/* protocol_version_mismatch.c - client and server have no protocol version in common
 *
 * Wire:     alert 70 from the server before a ServerHello (GnuTLS: 40; OpenSSL 3's policy: 80; Schannel:
 *           RST or silence)
 * Source:   RFC 5246 appendix E.1, RFC 8446 section 6.2; Microsoft's troubleshooter, scenario 5
 * Not this: a TLS 1.3-only client at an OpenSSL or nginx server without a usable certificate gets 70 too
 *           (observed)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "facts/text.h"
#include "verdict/configuration.h"

/* The release that the administrator named does not speak any of the offered versions by default. */
static bool
release_lacks_versions(const dx_facts *facts, const dx_context *context)
{
    const dx_windows *windows = dx_windows_find(context->preferences->server_os);

    if (!windows || !facts->offer || !facts->offer->versions.num || !facts->offer->versions_listed)
        return false;
    for (unsigned i = 0; i < facts->offer->versions.num; i++)
        if (dx_windows_support(windows, facts->offer->versions.item[i]) >= DX_SUPPORT_ON)
            return false;
    return true;
}

/* How sure the answer alone makes it. */
static dx_confidence
judge_answer(const dx_facts *facts, const dx_context *context)
{
    unsigned unusual = dx_offer_unusual(facts->offer);

    if (dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION)) {
        /* the server may not have come as far as the versions: see non_tls_client */
        if (facts->proxy_header)
            return unusual & (DX_ONLY_TLS13 | DX_UNUSUAL_VERSIONS | DX_NO_TLS13) ? DX_LIKELY : DX_POSSIBLE;
        if (unusual & DX_ONLY_TLS13)
            return DX_LIKELY;
        return DX_CONFIRMED;
    }
    if (release_lacks_versions(facts, context))
        return DX_LIKELY;
    if (dx_server_alert_in_hello(facts, DX_ALERT_INTERNAL_ERROR))
        return unusual & DX_UNUSUAL_VERSIONS ? DX_LIKELY : DX_NONE;
    if (dx_server_alert_in_hello(facts, DX_ALERT_HANDSHAKE_FAILURE)) {
        /* a choice that somebody narrowed down is the better explanation */
        if (unusual & DX_NARROWED)
            return DX_NONE;
        if (unusual &
            DX_ONLY_TLS13) /* nearly every TLS 1.3 server has its suites and groups: the version is left */
            return DX_LIKELY;
        /* TLS 1.2 with usual suites: a server without their kind is likelier than one without TLS 1.2 */
        return unusual & DX_UNUSUAL_VERSIONS ? DX_POSSIBLE : DX_NONE;
    }
    return DX_NONE;
}

/* How sure it makes the answer that every success used another version. */
static dx_confidence
judge_contrast(const dx_facts *facts, const dx_context *context)
{
    unsigned unusual = dx_offer_unusual(facts->offer);

    if (dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION) || dx_contrast_lacks(facts, context))
        return DX_CONFIRMED;
    if (!dx_contrast_older(facts, context))
        return unusual & DX_NARROWED ? DX_POSSIBLE : DX_CONFIRMED;
    if (unusual & DX_UNUSUAL_VERSIONS)
        return facts->end.kind != DX_END_ALERT ? DX_CONFIRMED : DX_LIKELY;
    /* TLS 1.2 is spoken by nearly every server that chose 1.3 for others, and those say 70 when they do
     * not (GnuTLS: 40) */
    if (facts->end.kind == DX_END_ALERT)
        return DX_NONE;
    if (unusual & (DX_UNUSUAL_CIPHERS | DX_UNUSUAL_AUTH | DX_NARROW_CIPHERS))
        return DX_NONE; /* cipher_mismatch names this as a candidate */
    return unusual & DX_NARROWED ? DX_POSSIBLE : DX_LIKELY;
}

/* The ClientHello could not be read (a short snap length), and the alert can. */
static dx_confidence
weigh_unread(const dx_facts *facts, dx_finding *finding)
{
    if (!facts->hello_frame || !dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION))
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    dx_finding_candidates(finding, &dx_cause_sni_unrecognized, &dx_cause_private_key_missing, NULL);
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool silent = dx_silent_hello(facts, context), same_offer, name_differs = false;
    bool other_alert =
        facts->end.kind == DX_END_ALERT && facts->end.alert != DX_ALERT_PROTOCOL_VERSION &&
        facts->end.alert != DX_ALERT_HANDSHAKE_FAILURE && facts->end.alert != DX_ALERT_INTERNAL_ERROR &&
        facts->end.alert != DX_ALERT_UNEXPECTED_MESSAGE && facts->end.alert != DX_ALERT_ILLEGAL_PARAMETER;

    if (!facts->offer)
        return weigh_unread(facts, finding);
    if (facts->offer->sslv2 || (!dx_refused_hello(facts) && !silent) || other_alert)
        return DX_NONE;
    const dx_sample *success = dx_contrast_version(facts, context);
    dx_confidence confidence = judge_answer(facts, context);
    if (success) {
        /* when this name (or none) never worked there, but others did, there are two differences */
        name_differs = (dx_contrast_no_sni(facts, context, &same_offer) ||
                        dx_contrast_sni(facts, context, &same_offer)) &&
                       !dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION);
        dx_confidence by_contrast = judge_contrast(facts, context);
        confidence = MAX(confidence, name_differs ? MIN(by_contrast, DX_LIKELY) : by_contrast);
        dx_say_success(finding, success, "its version is not among those that this client offers.");
    } else if (dx_contrast_any(facts, context) && confidence != DX_NONE) {
        /* the server has accepted a version that this client offers too: the answer must mean something
         * else */
        confidence = facts->end.alert == DX_ALERT_PROTOCOL_VERSION && facts->end.kind == DX_END_ALERT
                         ? DX_POSSIBLE
                         : DX_NONE;
    }
    if (confidence == DX_NONE)
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    if (silent)
        finding->frame = facts->hello_frame;
    if (name_differs)
        dx_finding_candidates(finding, facts->sni ? &dx_cause_sni_binding_missing : &dx_cause_sni_not_sent,
                              NULL);
    if (facts->proxy_header)
        dx_finding_candidates(finding, &dx_cause_non_tls_client, NULL);
    if (facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_PROTOCOL_VERSION)
        dx_finding_candidates(finding, facts->sni ? &dx_cause_sni_unrecognized : &dx_cause_sni_not_sent,
                              &dx_cause_private_key_missing, NULL);
    else if (facts->end.kind == DX_END_ALERT)
        dx_finding_candidates(finding, &dx_cause_cipher_mismatch, &dx_cause_group_mismatch,
                              &dx_cause_signature_algorithm_mismatch, NULL);
    else
        dx_finding_candidates(finding, &dx_cause_cipher_mismatch, &dx_cause_server_reset_after_client_hello,
                              NULL);
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
    if (dx_used_though_off(context, files))
        return DX_FILES_CONTRADICTED;
    if (!event)
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
    .fix = "Enable a version that both sides support, preferably TLS 1.2 or newer on the older side.\n"
           "@dotnet\n"
           "@enable_version\n",
    .clients =
        "Chromium 156: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Firefox 153: SSL_ERROR_PROTOCOL_VERSION_ALERT; "
        "curl 7.88: (35) \"tlsv1 alert protocol version\"; Java 17: \"Received fatal alert: "
        "protocol_version\"; Go 1.19: \"remote error: tls: protocol version not supported\"; Node 20: EPROTO "
        "\"tlsv1 alert protocol version\"; .NET: \"Could not create SSL/TLS secure channel\"; Windows: "
        "SEC_E_UNSUPPORTED_FUNCTION (0x80090302), WinHTTP 12175 (0x80072F8F), WinINet 12157",
    .events = {36888, 36874, 36871}, .weigh = weigh, .weigh_files = weigh_files);
