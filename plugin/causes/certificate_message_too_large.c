/* certificate_message_too_large.c - the list of certificates is longer than the client takes
 *
 * Wire:     a Certificate message over a known limit, and the client leaves right there; or it asked for
 *           records of at most 512 to 4096 bytes, which the server did not grant
 * Source:   Schannel: 32,768 bytes (MessageLimitClient, Microsoft Learn "TLS registry settings"); OpenSSL:
 *           102,400 (SSL_MAX_CERT_LIST_DEFAULT), JSSE: 10 certificates and 32,768 bytes, Go: 65,536;
 *           RFC 6066 section 4; esphome/esphome pull request 14572 (BR_ERR_TOO_LARGE)
 * Not this: server_flight_lost (packets of the long flight are missing)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/certificate_defects.h"

#define SMALLEST_LIMIT 32768
#define MANY           10

#define LARGEST_FRAGMENT 4096u /* that max_fragment_length can ask for; RFC 6066 section 4 */

/* A device with a small buffer asks for short records, the server does not agree (Go and Schannel do not know
 * the extension), and the record with its certificates does not fit. In TLS 1.3 its answer stands elsewhere
 * (RFC 8446 section 4.2). Observed: BearSSL 0.6 of 1,024 bytes. */
static dx_confidence
weigh_small_buffer(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool quiet = facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST ||
                 (facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_RECORD_OVERFLOW);

    if (!quiet || dx_facts_tls13(facts) || facts->chosen.max_fragment_length || !facts->offer ||
        facts->client_finished_frame ||
        !dx_codes_have(&facts->offer->extensions, DX_EXTENSION_MAX_FRAGMENT_LENGTH))
        return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_finding_say(finding, facts->hello_frame, "The client asks for short records (max_fragment_length)");
    dx_finding_say(finding, dx_facts_chain_frame(facts),
                   "The server does not agree to it; its Certificate message is %u bytes long",
                   facts->certificate_len);
    dx_finding_why(finding,
                   "The client has a small buffer, as devices do, and asked for records of %u bytes at most "
                   "(max_fragment_length); the server does not agree, and its Certificate message of %u "
                   "bytes may not fit.",
                   LARGEST_FRAGMENT, facts->certificate_len);
    finding->checks =
        "@client_log\n"
        "How large is the client's receive buffer? (BearSSL on ESP8266: setBufferSizes; mbedTLS: "
        "MBEDTLS_SSL_IN_CONTENT_LEN) 16384 bytes take every record.\n"
        "@chain\n";
    dx_finding_fix(finding, "%s",
                   "Give the client a receive buffer of 16384 bytes, send a shorter chain (ECDSA, few "
                   "names), or use a server that knows max_fragment_length (OpenSSL, GnuTLS).");
    finding->clients = "BearSSL: BR_ERR_TOO_LARGE (6); mbedTLS: -0x7200 (MBEDTLS_ERR_SSL_INVALID_RECORD)";
    dx_finding_candidates(finding, &dx_cause_certificate_untrusted_root, &dx_cause_certificate_rejected,
                          NULL);
    return facts->certificate_len > LARGEST_FRAGMENT ? DX_LIKELY : DX_POSSIBLE;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    unsigned num = facts->chain ? facts->chain->num_sent : 0;
    static const uint8_t other[] = {
        DX_ALERT_UNSUPPORTED_CERTIFICATE, DX_ALERT_CERTIFICATE_REVOKED,
        DX_ALERT_CERTIFICATE_EXPIRED,     DX_ALERT_UNKNOWN_CA,
        DX_ALERT_DECRYPT_ERROR,           DX_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE};

    if (facts->certificate_len <= SMALLEST_LIMIT && num <= MANY)
        return weigh_small_buffer(facts, context, finding);
    for (unsigned i = 0; i < sizeof other && facts->end.kind == DX_END_ALERT; i++)
        if (facts->end.alert == other[i])
            return DX_NONE;
    dx_say_rejection(finding, facts, context);
    dx_finding_say(finding, dx_facts_chain_frame(facts),
                   "The Certificate message is %u bytes long and holds %u certificates",
                   facts->certificate_len, num);
    dx_finding_why(finding,
                   "The server's Certificate message (%u bytes, %u certificates) is longer than common "
                   "clients accept (Schannel: 32768 bytes; Java: that and 10 certificates), and the client "
                   "aborted there.",
                   facts->certificate_len, num);
    dx_finding_candidates(finding, &dx_cause_certificate_rejected, NULL);
    return DX_LIKELY;
}

DX_CAUSE(certificate_message_too_large, .scenario = DX_SCENARIO_2, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_SERVER_HELLO, DX_PHASE_CLIENT_FINISHED),
                  .ends = DX_CLIENT_LEFT,
                  .needs = DX_SAW(CERTIFICATE)},
         .title = "The certificate chain is too long for the client",
         .why = "The server's Certificate message is longer than common clients accept (Schannel and Java: "
                "32768 bytes), and the client aborted there.",
         .checks =
             "@chain\n"
             "Which limit does a Windows client have? An absent value means 32768 bytes (0x8000)." DX_IN_CMD(
                 "reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Messaging "
                 "/v MessageLimitClient"),
         .fix = "Send fewer certificates, put fewer names into one, or raise the client's limit (Windows: "
                "MessageLimitClient; Java: jdk.tls.maxHandshakeMessageSize).\n",
         .events = {36887}, .weigh = weigh);
