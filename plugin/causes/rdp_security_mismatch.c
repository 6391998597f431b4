/* rdp_security_mismatch.c - an RDP server and its client do not agree on TLS, NLA, or RDP's own security
 *
 * Wire:     X.224 connection request, and a confirm with a failure code, or with less than the client
 *           asks for, then the client closes without a ClientHello; or, without any TLS, T.125's end at once
 * Source:   [MS-RDPBCGR] sections 2.2.1.1.1, 2.2.1.2.1 and 2.2.1.2.2; observed: FreeRDP 2.11, xrdp 0.9
 * Not this: a client that goes on without TLS; Network Level Authentication that fails behind the handshake
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/ended.h"

#define LET_SERVER_TAKE_TLS                                                                                  \
    "Let the server take TLS: SecurityLayer 2, or the policy \"Require use of specific security layer for "  \
    "remote (RDP) connections\" set to SSL (xrdp: security_layer=negotiate).\n"

#define NLA_WORDS "Network Level Authentication"
#define FREERDP   "FreeRDP 2: ERRCONNECT_SECURITY_NEGO_CONNECT_FAILED"

/* By failure code. */
static const struct {
    const char *name, *why, *steps;
} refusals[] = {
    {NULL, "The server takes RDP's own security alone, and the client, which wants TLS, closes.",
     LET_SERVER_TAKE_TLS},
    {"SSL_REQUIRED_BY_SERVER",
     "The server requires TLS, and the client asks for RDP's own security, without TLS.",
     "Let the client take TLS (FreeRDP: without /sec:rdp), or update it.\n"},
    {"SSL_NOT_ALLOWED_BY_SERVER", "The server allows RDP's own security alone, and the client wants TLS.",
     LET_SERVER_TAKE_TLS},
    {"SSL_CERT_NOT_ON_SERVER", "The server has no certificate that it can use, so that it cannot do TLS.",
     "@install\n"},
    {"INCONSISTENT_FLAGS", "The server does not accept what the client asks for together.", NULL},
    {"HYBRID_REQUIRED_BY_SERVER", "The server requires " NLA_WORDS ", and the client offers TLS without it.",
     "Enable Network Level Authentication in the client (a .rdp file: enablecredsspsupport:i:1; FreeRDP: "
     "/sec:nla), or update it.\n"},
    {"SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
     "The server requires TLS with a certificate of the client, which the client does not offer.", NULL},
};

static const char *
asked_words(const dx_facts *facts)
{
    enum { NLA = DX_RDP_NLA | DX_RDP_NLA_EX };
    if (!(facts->rdp_asked & NLA))
        return facts->rdp_asked ? "TLS without " NLA_WORDS : "RDP's own security alone";
    return facts->rdp_asked & DX_RDP_TLS ? "TLS and " NLA_WORDS : NLA_WORDS " alone";
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    enum { NO_CERTIFICATE = 3, NLA_REQUIRED = 5 };
    static const uint16_t no_events[] = {0};
    unsigned code = facts->rdp_failure, row = code || facts->rdp_asked ? code : 1; /* xrdp: TLS, or the end */
    bool other = facts->rdp_chosen == DX_RDP_TLS && (facts->rdp_asked & DX_RDP_NLA);
    bool left =
        facts->close.kind != DX_CLOSE_NONE && facts->client.payload_bytes == facts->bytes_at_upgrade_answer;

    if (facts->upgrade != DX_UPGRADE_RDP || !(code || (left && (facts->upgrade_answer < 0 || other))))
        return DX_NONE;
    (void)context;
    finding->frame = facts->upgrade_answer_frame;
    dx_finding_say(finding, facts->upgrade_frame, "The client asks for %s", asked_words(facts));
    if (code)
        dx_finding_say(finding, facts->upgrade_answer_frame, "The server refuses with failure code %u (%s)",
                       code, code < G_N_ELEMENTS(refusals) ? refusals[code].name : "not known");
    else
        dx_finding_say(finding, facts->upgrade_answer_frame, "The server %s",
                       other              ? "takes TLS without " NLA_WORDS
                       : facts->rdp_asked ? "takes RDP's own security"
                                          : "ends the session as it begins");
    dx_say_end(finding, facts);
    if (other) {
        dx_finding_why(finding, "The client seems to insist on " NLA_WORDS ", which the server lacks.");
        finding->steps = "Let the client take TLS without " NLA_WORDS ", or enable that on the server.\n";
    } else if (row < G_N_ELEMENTS(refusals)) {
        dx_finding_why(finding, "%s", refusals[row].why);
        finding->steps = refusals[row].steps;
    }
    if (code == NO_CERTIFICATE)
        finding->checks = "@certificate\n";
    else
        finding->events = no_events;
    if (code == NLA_REQUIRED)
        finding->clients = "mstsc: \"The remote computer requires Network Level Authentication\"; " FREERDP;
    return code ? DX_CONFIRMED : other ? DX_POSSIBLE : DX_LIKELY; /* scanners leave, too */
}

DX_CAUSE(
    rdp_security_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_PREAMBLE, DX_PHASE_PREAMBLE),
             .needs = DX_SAW(UPGRADE),
             .refutes = DX_SAW(CONNECT) | DX_SAW(PRELOGIN)},
    .by_reason = true, .title = "RDP server and client disagree on security",
    .why = "The server refuses the security that the client asks for, so that no handshake begins.",
    .checks = "@rdp_security\n",
    .fix = "Set the same security on both sides, TLS with Network Level Authentication where both have it.\n",
    .clients = FREERDP, .events = {1057, 1058}, .weigh = weigh);
