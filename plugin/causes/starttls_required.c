/* starttls_required.c - the server wants TLS, the client did not ask for it, and left
 *
 * Wire:     no STARTTLS, AUTH TLS, StartTLS or SSLRequest; the server refuses a login, a mail or a query in
 *           so many words ("530 Must issue a STARTTLS command first", LDAP result 13), and the client says
 *           goodbye at most
 * Source:   wire/demand.c; observed: curl, lftp, swaks, Python's smtplib and imaplib, ldapsearch, psql
 * Not this: starttls_refused (the client asked, the server said no); rdp_security_mismatch,
 *           tds_encryption_mismatch; a client that asks for TLS afterwards, or goes on without
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "facts/text.h"

/* "QUIT", an unbind, a password behind a refused name; a mail is much longer. */
#define GOODBYE_BYTES 64

/* How a client asks for TLS there, what it shows, and what the server said where it has no words. */
typedef struct {
    dx_upgrade kind;
    const char *said, *steps, *clients;
} demand_words;

#define CLIENT_TLS(how) "Let the client ask for TLS: " how ".\n"
#define MAIL_TLS(port)  CLIENT_TLS("STARTTLS on this port, or implicit TLS on port " port)

static const demand_words *
words_of(dx_upgrade kind)
{
    static const demand_words rows[] = {
        {DX_UPGRADE_SMTP, NULL, MAIL_TLS("465"),
         "curl 7.88: (55) \"MAIL failed: 530\"; Python 3.11: \"SMTPSenderRefused: (530, ...)\""},
        {DX_UPGRADE_IMAP, NULL, MAIL_TLS("993"),
         "curl 7.88: (67) \"Access denied\"; Python 3.11: \"[PRIVACYREQUIRED] ...\""},
        {DX_UPGRADE_POP3, NULL, MAIL_TLS("995"), NULL},
        {DX_UPGRADE_FTP, NULL, CLIENT_TLS("explicit FTP over TLS (AUTH TLS) on this port"),
         "curl 7.88: (67) \"Access denied: 530\"; lftp: \"Login failed: 530 ...\""},
        {DX_UPGRADE_LDAP, "LDAP result 13, confidentialityRequired",
         CLIENT_TLS("StartTLS on this port (ldapsearch -ZZ), or ldaps:// on port 636"),
         "ldapsearch: \"Confidentiality required (13)\" or \"Strong(er) authentication required (8)\""},
        {DX_UPGRADE_POSTGRES, "no pg_hba.conf entry ..., no encryption",
         CLIENT_TLS("sslmode=require or better; or add a host line for it to pg_hba.conf on the server"),
         "psql 15: \"no pg_hba.conf entry for host ..., no encryption\""},
        {DX_UPGRADE_MYSQL, "Connections using insecure transport are prohibited",
         CLIENT_TLS("--ssl-mode=REQUIRED (MariaDB: --ssl)"), NULL},
        {DX_UPGRADE_NONE, NULL, CLIENT_TLS("STARTTLS on this port, or the port for implicit TLS"), NULL},
    };
    const demand_words *row = rows;

    while (row->kind != kind && row->kind != DX_UPGRADE_NONE)
        row++;
    return row;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    uint32_t later = facts->client.payload_bytes - facts->bytes_at_upgrade_answer;

    (void)context;
    if (!facts->tls_demand || facts->hello_frame || facts->close.kind == DX_CLOSE_NONE ||
        later > GOODBYE_BYTES)
        return DX_NONE;
    const demand_words *words = words_of(facts->upgrade);
    bool ldap = facts->upgrade == DX_UPGRADE_LDAP, sure = facts->tls_demand == DX_DEMAND_TLS;
    const char *stronger = "LDAP result 8, strongerAuthRequired";
    char *own = words->said ? NULL : dx_safe(facts->foreign_text, 80);
    const char *said = own ? own : ldap && !sure ? stronger : words->said;
    finding->frame = facts->upgrade_answer_frame;
    dx_finding_say(finding, facts->upgrade_frame, "The client begins without TLS");
    dx_finding_say(finding, facts->upgrade_answer_frame, "The server refuses: \"%s\"", said ? said : "");
    dx_finding_say(finding, facts->close.frame, "The connection is closed without TLS");
    finding->steps = words->steps;
    finding->clients = words->clients;
    if (ldap && !sure)
        dx_finding_why(finding, "The server takes a bind only with TLS or when it is signed, and the client "
                                "did neither.");
    else if (!sure)
        dx_finding_why(finding, "The server has no entry in pg_hba.conf for this client without TLS.");
    g_free(own);
    return sure ? DX_CONFIRMED : DX_LIKELY;
}

DX_CAUSE(starttls_required, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
         .gate = {.phases = DX_PHASES(DX_PHASE_PREAMBLE, DX_PHASE_PREAMBLE),
                  .needs = DX_SAW(UPGRADE),
                  .refutes = DX_SAW(CONNECT) | DX_SAW(AGREED)},
         .title = "The server requires TLS, the client did not start it",
         .why = "The server accepts no login, mail or query without TLS, and the client did not start TLS.",
         .checks = "Which setting of the client chooses TLS? (SSL, STARTTLS, explicit or implicit TLS)\n"
                   "Does STARTTLS work?" DX_IN_ANY(
                       "openssl s_client -connect {connect}{expected_starttls}{servername}") "@required\n",
         .fix = "Let the client ask for TLS, as the server's settings require.\n", .weigh = weigh);
