/* tds_encryption_mismatch.c - SQL Server and its client do not agree on whether to encrypt
 *
 * Wire:     PRELOGIN messages of which one says ENCRYPT_NOT_SUP and the other ENCRYPT_ON or ENCRYPT_REQ
 * Source:   [MS-TDS] section 2.2.6.5, table of the encryption negotiation; SQL Server's "Force Encryption"
 * Not this: ENCRYPT_OFF on both sides, which still encrypts the login
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/ended.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    (void)context;
    if (facts->upgrade_answer >= 0)
        return DX_NONE;
    finding->frame = facts->upgrade_answer_frame;
    dx_finding_say(finding, facts->upgrade_frame, "The client's PRELOGIN has %s",
                   dx_tds_name((dx_tds_encryption)facts->tds_client));
    dx_finding_say(finding, facts->upgrade_answer_frame, "The server's PRELOGIN has %s",
                   dx_tds_name((dx_tds_encryption)facts->tds_server));
    dx_say_end(finding, facts);
    if (facts->tds_server == DX_TDS_ENCRYPT_NOT_SUP) {
        dx_finding_why(finding,
                       "The client wants the connection encrypted, and the server offers no encryption.");
        dx_finding_fix(
            finding,
            "Give SQL Server a certificate that it can load, or let the client connect without encryption "
            "(Encrypt=no or Optional).");
    }
    return DX_CONFIRMED;
}

DX_CAUSE(
    tds_encryption_mismatch, .scenario = DX_SCENARIO_5, .outcome = DX_FAILED,
    .gate = {.phases = DX_PHASES(DX_PHASE_PREAMBLE, DX_PHASE_HELLO),
             .needs = DX_SAW(PRELOGIN),
             .refutes = DX_SAW(ANSWER)},
    .by_reason = true, .title = "SQL Server and client disagree on encryption",
    .why = "SQL Server wants the connection encrypted (Force Encryption), and the client does not encrypt.",
    .checks =
        "Does SQL Server force encryption, and with which certificate? In PowerShell:\t"
        "Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Microsoft SQL "
        "Server\\*\\MSSQLServer\\SuperSocketNetLib' | "
        "Format-List PSPath,ForceEncryption,Certificate\n"
        "Does the client's connection string or driver disable encryption? (ODBC, SqlClient: Encrypt=no; "
        "FreeTDS: encryption = off)\n"
        "@log\n",
    .fix = "Set Encrypt=yes on the client (FreeTDS: encryption = require), or disable Force Encryption in "
           "SQL Server Configuration Manager.\n",
    .clients =
        "ODBC: \"Encryption not supported on the client\" or \"SSL Provider\"; tsql: \"There was a problem "
        "connecting to the server\"; SqlClient: \"The instance of SQL Server you attempted to connect to "
        "does not support encryption\"",
    .events = {17835, 26014}, .weigh = weigh);
