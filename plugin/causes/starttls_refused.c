/* starttls_refused.c - the client asked for TLS, the server said no, and the client left
 *
 * Wire:     STARTTLS, AUTH TLS, SSLRequest or LDAP's StartTLS, answered by 454, 502, BAD, NO, N or another
 *           result than success, or a list of commands without it; then no more than a goodbye
 * Source:   RFC 3207 section 4, RFC 2595, RFC 4217, RFC 4511 section 4.14; PostgreSQL's protocol;
 *           observed: swaks, curl, ldapsearch -ZZ, psql sslmode=require; curl, imaplib and poplib close
 *           behind the list of IMAP or POP3, where monitors read the greeting (those of SMTP say EHLO)
 * Not this: a client that goes on without TLS (opportunistic: no failure), proxy_connect_failed,
 *           tds_encryption_mismatch, starttls_required; RDP, where the client asks again for what the
 *           server wants
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "facts/text.h"
#include "verdict/ended.h"
#include "verdict/starttls_list.h"

/* "A3 LOGOUT", an unbind, another AUTH and QUIT; a login is longer, and a mail much longer. */
#define GOODBYE_BYTES 24

static bool
gave_up(const dx_facts *facts)
{
    uint32_t later = facts->client.payload_bytes - facts->bytes_at_upgrade_answer;

    if (facts->hello_frame) /* it began TLS all the same (observed: openssl s_client) */
        return true;
    return facts->close.kind != DX_CLOSE_NONE &&
           later <= (facts->upgrade == DX_UPGRADE_POSTGRES ? 0 : GOODBYE_BYTES);
}

/* Which programs speak that protocol. */
static const char *
clients_of(dx_upgrade upgrade)
{
    switch (upgrade) {
    case DX_UPGRADE_POSTGRES:
        return "psql 15: \"server does not support SSL, but SSL was required\"";
    case DX_UPGRADE_LDAP:
        return "ldapsearch: \"ldap_start_tls: ...\"";
    case DX_UPGRADE_SMTP:
        return "curl 7.88: (64) \"STARTTLS denied\"; swaks: \"Host did not advertise STARTTLS\"";
    case DX_UPGRADE_IMAP:
    case DX_UPGRADE_POP3:
        return "curl 7.88: (64) \"STARTTLS denied\"";
    default:
        return NULL;
    }
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    finding->clients = clients_of(facts->upgrade == DX_UPGRADE_NONE ? facts->list_of : facts->upgrade);
    if (facts->upgrade == DX_UPGRADE_NONE)
        return dx_weigh_list(facts, context, finding);
    if (facts->upgrade_answer >= 0 || facts->tls_demand || facts->upgrade == DX_UPGRADE_RDP ||
        facts->upgrade == DX_UPGRADE_TDS || !gave_up(facts))
        return DX_NONE;
    finding->frame = facts->upgrade_answer_frame;
    dx_finding_say(finding, facts->upgrade_frame, "The client asks for TLS with %s",
                   dx_upgrade_name(facts->upgrade));
    if (facts->upgrade ==
        DX_UPGRADE_POSTGRES) { /* its only meaning: "Protocol Flow", SSL session encryption */
        dx_finding_why(finding,
                       "The server answered the client's SSLRequest with N: TLS is switched off in it, "
                       "or in the pooler before it.");
        finding->steps = "Set ssl = on, ssl_cert_file and ssl_key_file in postgresql.conf and reload "
                         "PostgreSQL (PgBouncer: client_tls_sslmode, client_tls_cert_file and "
                         "client_tls_key_file).\n";
    }
    char *answer = dx_upgrade_has_words(facts->upgrade) ? dx_safe(facts->foreign_text, 80) : NULL;
    dx_finding_say(finding, facts->upgrade_answer_frame, "The server refuses%s%s%s", answer ? ": \"" : "",
                   answer ? answer : "", answer ? "\"" : "");
    g_free(answer);
    dx_say_masked(finding, facts, facts->upgrade_answer_frame);
    if (facts->hello_frame)
        dx_finding_say(finding, facts->hello_frame, "The client sends a ClientHello all the same");
    else
        dx_finding_say(finding, facts->close.frame, "The connection is closed without TLS");
    return DX_CONFIRMED;
}

DX_CAUSE(
    starttls_refused, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_PREAMBLE, DX_PHASE_HELLO),
             .needs = DX_SAW(NO_TLS_BY_COMMAND),
             .refutes = DX_SAW(CONNECT) | DX_SAW(AGREED)},
    .title = "The server refused to start TLS (STARTTLS)",
    .why = "The client asked to start TLS inside the protocol, and the server refused, so that no handshake "
           "began.",
    .checks = "Why does the server refuse? Read its answer (Evidence), and the service's log of that time.\n"
              "Does STARTTLS work now?" DX_IN_ANY(
                  "openssl s_client -connect {connect}{expected_starttls}{servername}") "@certificate\n",
    .fix = "Enable TLS in the service on port {port} with a certificate that contains {name}, or correct its "
           "certificate and key; then restart it.\n",
    .weigh = weigh);
