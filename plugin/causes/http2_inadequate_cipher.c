/* http2_inadequate_cipher.c - HTTP/2 refuses the negotiated suite
 *
 * Wire:     h2 chosen together with a suite of RFC 9113 appendix A (CBC or static RSA), the client leaves after a few
 *           records
 * Source:   RFC 9113 section 9.2.2 and appendix A
 * Not this: alpn_mismatch
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "causes/causes.h"
#include "causes/checks.h"
#include "core/contrast.h"
#include "core/text.h"
#include "knowledge/names.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);
    uint32_t left = facts->client.fin_frame ? facts->client.fin_frame : facts->client.rst_frame;
    int64_t left_us = facts->client.fin_frame ? facts->client.fin_us : facts->client.rst_us;

    (void)context;
    if (!facts->established_frame || facts->end.kind != DX_END_NONE || !facts->chosen.alpn ||
        strcmp(facts->chosen.alpn, "h2") != 0 || !cipher || cipher->tls13 || !left)
        return DX_NONE;
    bool adequate = (cipher->exchange == DX_EXCHANGE_ECDHE || cipher->exchange == DX_EXCHANGE_DHE) &&
                    cipher->mode != DX_MODE_CBC && cipher->mode != DX_MODE_STREAM;
    /* preface, SETTINGS, GOAWAY: a client that stays longer has accepted the suite */
    if (adequate || facts->client.app_records > 4 || facts->client.app_bytes > 600 ||
        left_us - facts->established_us > 2 * G_USEC_PER_SEC)
        return DX_NONE;
    finding->frame = left;
    dx_finding_say(finding, facts->server_hello_frame, "ServerHello chooses h2 together with %s", cipher->name);
    dx_finding_say(finding, left, "The client leaves after %u records", facts->client.app_records);
    dx_finding_candidates(finding, "alpn_mismatch", NULL);
    return DX_LIKELY;
}

DX_CAUSE(http2_inadequate_cipher,
         .scenario = DX_SCENARIO_5,
         .outcome = DX_FAILED,
         .title = "HTTP/2 refuses the negotiated cipher suite",
         .why = "The server chose HTTP/2 together with a suite that HTTP/2 forbids, so the client left.",
         .checks = DX_CHECK_CIPHERS,
         .fix = "Put ECDHE suites with GCM before CBC suites on the server, or turn HTTP/2 off.",
         .clients = "ERR_HTTP2_INADEQUATE_TRANSPORT_SECURITY",
         .weigh = weigh);
