/* client_local_failure.c - the client fails before its first ClientHello
 *
 * Wire:     the client's first record is an alert; or the server agreed to TLS (STARTTLS, SSLRequest), and
 *           the client closes instead of a ClientHello
 * Source:   observed: test-captures/client_local_failure.pcapng, JSSE 17 with TLS 1.0 alone, libpq 15 without
 *           its root certificate file; Schannel events 36871, 36873
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/ended.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (facts->end.kind == DX_END_ALERT) {
        dx_say_end(finding, facts);
        return DX_CONFIRMED;
    }
    /* a tunnel is often opened for later, and in RDP and TDS the answer itself can make a client leave */
    if (facts->upgrade_answer <= 0 || facts->upgrade == DX_UPGRADE_HTTP_CONNECT ||
        facts->upgrade == DX_UPGRADE_RDP || facts->upgrade == DX_UPGRADE_TDS ||
        facts->client.payload_bytes != facts->bytes_at_upgrade_answer || dx_path_lacks(&facts->client))
        return DX_NONE;
    dx_finding_say(finding, facts->upgrade_answer_frame, "The server agrees to TLS");
    dx_say_end(finding, facts);
    dx_finding_why(finding, "The client asked for TLS, the server agreed, and the client closed without a "
                            "ClientHello: its own settings left no version or cipher suite, or it could not "
                            "read its certificate, key or CA file. A monitor that looks only for the answer "
                            "leaves the same packets.");
    finding->checks =
        "@client_log\n@client_versions\n"
        "Which certificate, key and CA files do the client's settings name, and may its account "
        "read them?\n";
    return DX_POSSIBLE;
}

DX_CAUSE(
    client_local_failure, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .clients = "OpenSSL 3.0: \"no protocols available\" or \"no ciphers available\"; Java 17: \"No "
               "appropriate protocol (protocol is disabled or cipher suites are inappropriate)\"",
    .gate = {.phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_PREAMBLE),
             .ends = DX_CLIENT_ALERT | DX_CLIENT_FIN,
             .refutes = DX_SAW(BEGINNING) | DX_SAW(MIDDLE_ONLY)},
    .title = "The client could not build a ClientHello",
    .why = "The client sent an alert in place of a ClientHello: its own settings leave no version or cipher "
           "suite.",
    .checks =
        "@client_versions\n"
        "Which versions and cipher suites do the client's settings leave? Empty lists and contradictory "
        "policies end like this.\n"
        "What does a Windows client log? Schannel 36871 (state 10013) or 36873 in its System event log.\n",
    .fix = "Enable a protocol version and cipher suites on the client that belong together.\n"
           "@dotnet\n",
    .events = {36871, 36873}, .weigh = weigh);
