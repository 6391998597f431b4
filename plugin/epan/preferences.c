/* preferences.c - Edit > Preferences > Protocols > SSL Troubleshooter
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/compat.h"
#include "epan/preferences.h"

#include <limits.h>
#include <string.h>

#include "evidence/evidence.h"
#include "knowledge/services.h"
#include "knowledge/windows.h"

#define MAX_SECONDS 86400

static range_t *tls_ports;
static guint silence_seconds = 10;
static guint syn_silence_seconds = 3;
static dx_pref_bool info_column = true;
static guint report_problems = 50;
static gint server_os = DX_OS_UNKNOWN;

static const char *trust_store = "";
static const char *evidence_dir = "";

static dx_preferences now;
static uint64_t evidence_stamp;     /* of that folder then */
static dx_evidence_store *evidence; /* of the folder that evidence_dir named when it was read */
static void (*changed_hook)(void);

/* A wait of nothing would call every connection silent. */
static int64_t
seconds_to_us(guint seconds)
{
    return (int64_t)CLAMP(seconds, 1, MAX_SECONDS) * G_USEC_PER_SEC;
}

static void
forget_evidence(void)
{
    dx_evidence_free(evidence);
    evidence = NULL;
    now.evidence = NULL;
}

const dx_preferences *
dx_preferences_read(void)
{
    forget_evidence();
    if (evidence_dir != NULL && *evidence_dir != '\0') {
        evidence_stamp = dx_evidence_stamp(evidence_dir);
        evidence = dx_evidence_read_folder(evidence_dir);
    }
    now.silence_us = seconds_to_us(silence_seconds);
    now.syn_silence_us = seconds_to_us(syn_silence_seconds);
    now.trust_store = trust_store;
    now.server_os = server_os > 0 && server_os < DX_NUM_OS ? (dx_os)server_os : DX_OS_UNKNOWN;
    now.evidence = evidence;
    return &now;
}

static void
apply(void)
{
    dx_preferences_read();
    changed_hook();
}

void
dx_preferences_look_for_files(void)
{
    if (evidence != NULL && dx_evidence_stamp(evidence->folder) != evidence_stamp)
        apply();
}

/* The choices of ssltrouble.server_os, from the table of Windows releases. */
static const enum_val_t *
os_choices(void)
{
    static enum_val_t choices[DX_NUM_OS + 1];
    choices[0] = (enum_val_t){"unknown", "Unknown or not Windows", DX_OS_UNKNOWN};
    unsigned num = 1;
    for (int os = DX_OS_UNKNOWN + 1; os < DX_NUM_OS; os++) {
        const dx_windows *windows = dx_windows_find((dx_os)os);
        if (windows != NULL)
            choices[num++] = (enum_val_t){windows->token, windows->name, os};
    }
    return choices;
}

void
dx_preferences_register(int proto, void (*changed)(void))
{
    changed_hook = changed;
    range_convert_str(wmem_epan_scope(), &tls_ports, dx_tls_ports, 65535);
    module_t *module = prefs_register_protocol(proto, apply);
    prefs_register_range_preference(
        module, "tls_ports", "TLS ports",
        "TCP ports on which servers are expected to speak TLS, besides every address and port "
        "on which TLS was seen in this capture",
        &tls_ports, 65535);
    prefs_register_uint_preference(module, "silence", "Wait for an answer (seconds)",
                                   "A ClientHello without an answer for this long counts as unanswered", 10,
                                   &silence_seconds);
    prefs_register_uint_preference(module, "syn_silence", "Wait for a connection (seconds)",
                                   "A SYN without an answer for this long counts as unanswered", 10,
                                   &syn_silence_seconds);
    prefs_register_bool_preference(module, "info_column", "Show verdicts in the Info column",
                                   "Append a short verdict to the Info column of the frame that it is about",
                                   &info_column);
    prefs_register_uint_preference(
        module, "report_problems", "Problems told whole in the report",
        "The text report tells so many problems whole, worst first, and the others "
        "in a line each; 0 for all",
        10, &report_problems);
    prefs_register_enum_preference(
        module, "server_os", "Windows release of the servers",
        "Checks and candidates are fitted to what this release supports by default", &server_os, os_choices(),
        FALSE);
    prefs_register_string_preference(module, "trust_store", "Trusted roots",
                                     "What the servers' certificates are judged against: empty for the roots "
                                     "of this system, a PEM file or a "
                                     "directory of PEM files, or \"none\"",
                                     &trust_store);
    prefs_register_directory_preference(
        module, "evidence_dir", "Folder of the server's own files",
        "Output of netsh, netstat, certutil, reg, wevtutil and others from the server, as "
        "collect-evidence.cmd gathers it; it can confirm or exclude causes",
        &evidence_dir);
    register_shutdown_routine(forget_evidence);
}

bool
dx_preferences_is_tls_port(uint16_t port, void *user)
{
    (void)user;
    return tls_ports != NULL && value_is_in_range(tls_ports, port);
}

bool
dx_preferences_info_column(void)
{
    return info_column;
}

unsigned
dx_preferences_report_problems(void)
{
    return report_problems > 0 ? report_problems : UINT_MAX;
}
