/* starttls_expected.c - TLS at once on a port that upgrades in the protocol
 *
 * Wire:     ClientHello on a STARTTLS port (25, 587, 143, 110, 389, 21, ...), answered by the protocol's
 *           own banner
 * Source:   RFC 3207, RFC 2595, RFC 4217, RFC 4511 section 4.14
 * Not this: not_tls_response (another protocol on a port meant for TLS)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"

/* What its port begins with in place of STARTTLS.
 * Source: MS-RDPBCGR section 5.4.2.1; MS-TDS section 2.2.6.5; PostgreSQL: "Protocol Flow", SSL session
 *   encryption (17: sslnegotiation=direct); MySQL: "Connection Phase" */
static const struct {
    uint16_t port;
    const char *why, *fix;
} inside[] = {
    {3389, "Remote Desktop begins TLS inside its own protocol; the client sent a ClientHello first.",
     "Connect to port 3389 with a Remote Desktop client; a browser or another TLS client needs another "
     "port."},
    {1433,
     "SQL Server begins TLS inside its own protocol (TDS); only with Encrypt=Strict, which needs SQL Server "
     "2022 or newer, does a ClientHello come first.",
     "Let the client use Encrypt=Mandatory in place of Strict, or update SQL Server."},
    {5432, "PostgreSQL begins TLS inside its own protocol (SSLRequest); the client sent a ClientHello first.",
     "Let the client ask for TLS as PostgreSQL expects it (sslnegotiation=postgres, sslmode=require); a "
     "ClientHello first needs PostgreSQL 17 or newer."},
    {3306, "MySQL begins TLS inside its own protocol; the client sent a ClientHello first.",
     "Let the client speak MySQL's protocol with its own TLS setting (--ssl-mode=REQUIRED, --ssl)."},
};

/* The port of the same protocol that speaks TLS at once; 0: none (IANA; RFC 8314 section 3.3 for 465). */
static uint16_t
implicit_port(uint16_t port)
{
    static const uint16_t pairs[][2] = {{21, 990},  {25, 465},  {110, 995}, {143, 993},
                                        {389, 636}, {587, 465}, {2525, 465}};

    for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (pairs[i][0] == port)
            return pairs[i][1];
    return 0;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    static const uint16_t ports[] = {21,   25,   110,  119,  143,  389,  587, 1433,
                                     2525, 3306, 3389, 4190, 5222, 5269, 5432};
    bool known = facts->server_foreign == DX_FOREIGN_SMTP_OR_FTP ||
                 facts->server_foreign == DX_FOREIGN_IMAP || facts->server_foreign == DX_FOREIGN_POP3;

    (void)context;
    for (unsigned i = 0; i < G_N_ELEMENTS(ports); i++)
        known |= facts->server_endpoint.port == ports[i];
    if (!known || facts->expected)
        return DX_NONE;
    if (!facts->server_foreign_frame && facts->end.by != DX_SERVER)
        return DX_NONE;
    dx_say_hello(finding, facts);
    finding->frame = facts->server_foreign_frame ? facts->server_foreign_frame : facts->end.frame;
    if (facts->server_foreign_frame)
        dx_finding_say(finding, facts->server_foreign_frame, "The server speaks %s in plaintext",
                       dx_foreign_name(facts->server_foreign));
    else
        dx_say_end(finding, facts);
    for (unsigned i = 0; i < G_N_ELEMENTS(inside); i++) {
        if (inside[i].port != facts->server_endpoint.port)
            continue;
        dx_finding_why(finding, "%s", inside[i].why);
        dx_finding_fix(finding, "%s", inside[i].fix);
    }
    uint16_t implicit = implicit_port(facts->server_endpoint.port);
    if (implicit)
        dx_finding_fix(finding, "Use STARTTLS on port %u, or implicit TLS on port %u, if the server has it.",
                       facts->server_endpoint.port, implicit);
    dx_finding_candidates(finding, &dx_cause_not_tls_response, NULL);
    return facts->server_foreign_frame ? DX_CONFIRMED : DX_POSSIBLE;
}

DX_CAUSE(starttls_expected, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
         .clients = "curl 7.88: (35) \"wrong version number\"; Chromium 156: ERR_SSL_PROTOCOL_ERROR; Firefox "
                    "153: PR_END_OF_FILE_ERROR; wget 1.21: \"GnuTLS: An unexpected TLS packet was "
                    "received.\"; OpenSSL 3.0: \"wrong version number\"; Java 17: \"Unsupported or "
                    "unrecognized SSL message\"",
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_HELLO),
                  .ends = DX_NO_TLS | DX_SERVER_CLOSED | DX_CLIENT_CLOSED,
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(UPGRADE) | DX_SAW(SERVER_HELLO)},
         .title = "The port expects STARTTLS or the like, not implicit TLS",
         .why = "The service begins in plaintext and upgrades on command (STARTTLS); the client sent a "
                "ClientHello first.",
         .checks = "@starttls\n"
                   "@starttls_client\n",
         .fix = "Use STARTTLS on port {port}, or the port for implicit TLS, if the server has one.\n",
         .weigh = weigh);
