/* http2_inadequate_cipher.c - HTTP/2 refuses the negotiated suite
 *
 * Wire:     h2 chosen together with a suite of RFC 9113 appendix A (CBC or static RSA), and one side leaves
 *           after a few records, none of them an answer
 * Source:   RFC 9113 section 9.2.2 and appendix A
 * Not this: alpn_mismatch
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "causes/causes.h"
#include "verdict/contrast.h"
#include "facts/text.h"
#include "knowledge/names.h"

/* Whether HTTP/2 allows the suite: an ephemeral key exchange, and a mode that authenticates. */
static bool
is_adequate(const dx_cipher *cipher)
{
    return (cipher->exchange == DX_EXCHANGE_ECDHE || cipher->exchange == DX_EXCHANGE_DHE) &&
           cipher->mode != DX_MODE_CBC && cipher->mode != DX_MODE_STREAM;
}

/* Whether the client offers a suite that the server could choose in place of this one. */
static bool
offers_adequate(const dx_offer *offer)
{
    for (unsigned i = 0; offer && i < offer->ciphers.num; i++) {
        const dx_cipher *cipher = dx_cipher_find(offer->ciphers.item[i]);
        if (cipher && is_adequate(cipher))
            return true;
    }
    return false;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);

    (void)context;
    if (!facts->established_frame || g_strcmp0(facts->chosen.alpn, "h2") != 0 || !cipher)
        return DX_NONE;
    /* preface, SETTINGS, GOAWAY, and from the server SETTINGS and at most one GOAWAY or acknowledgment more:
     * whoever says more was served (RFC 9113 sections 3.4, 6.5 and 6.8; curl and Go do not mind the suite) */
    if (is_adequate(cipher) || facts->close.kind == DX_CLOSE_NONE || facts->client.app_records > 3 ||
        facts->client.app_bytes > 600 || facts->server.app_records > 2 || facts->server.app_bytes > 400 ||
        (facts->client.app_records > 2 && facts->server.app_records > 1) ||
        facts->close.time_us - facts->established_us > 2 * G_USEC_PER_SEC)
        return DX_NONE;
    finding->frame = facts->close.frame;
    dx_finding_say(finding, facts->server_hello_frame, "ServerHello chooses h2 together with %s",
                   cipher->name);
    dx_finding_say(finding, facts->close.frame, "The connection is closed after %u records",
                   facts->client.app_records + facts->server.app_records);
    dx_finding_why(finding,
                   "The server chose HTTP/2 together with %s, which HTTP/2 forbids, so the client closed the "
                   "connection.",
                   cipher->name);
    if (!offers_adequate(facts->offer))
        finding->steps = "Enable an ECDHE suite with GCM or ChaCha20 on the client: it offers none that "
                         "HTTP/2 allows.\n"
                         "Or disable HTTP/2 on the server.\n";
    dx_finding_candidates(finding, &dx_cause_alpn_mismatch, NULL);
    return DX_LIKELY;
}

DX_CAUSE(
    http2_inadequate_cipher, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(TCP), .phases = DX_AFTER_HANDSHAKE, .ends = DX_NO_END, .refutes = DX_SAW(TLS13)},
    .title = "HTTP/2 forbids the negotiated cipher suite",
    .why = "The server chose HTTP/2 together with a cipher suite that HTTP/2 forbids, so the client "
           "closed the connection.",
    .checks = "@ciphers\n",
    .fix = "Put ECDHE suites with GCM before CBC suites on the server, or disable HTTP/2.\n",
    .clients = "Chromium 156: ERR_HTTP2_INADEQUATE_TRANSPORT_SECURITY; Firefox 153: page "
               "\"inadequateSecurityError\"",
    .weigh = weigh);
