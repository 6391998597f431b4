/* finding.c - what a cause has to say for itself, and the names of what it says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/cause.h"

#include <string.h>

static const char *const confidence_names[] = {"none", "possible", "likely", "confirmed"};
static const char *const outcome_names[] = {"established", "failed", "incomplete", "not_tls", "no_tcp"};
static const char *const scenario_names[] = {
    "Before TLS: network, TCP, proxy",
    "The certificate's private key",
    "Certificate and key access",
    "Port and bindings",
    "Server bindings and names (HTTP.sys, SNI)",
    "Protocol versions and ciphers",
    "Updates (record splitting)",
    "Client certificates",
    "Network path and other",
};
static const char *const phase_names[] = {
    "before a TCP connection",
    "before any data",
    "before TLS began",
    "during the ClientHello",
    "after the ClientHello",
    "after the HelloRetryRequest",
    "after the ServerHello",
    "after the server's ServerHelloDone or Finished",
    "after the client's Finished",
    "after the handshake",
    "after application data",
};

const char *
dx_confidence_name(dx_confidence confidence)
{
    return confidence_names[confidence];
}

const char *
dx_outcome_name(dx_outcome outcome)
{
    return outcome_names[outcome];
}

const char *
dx_scenario_name(dx_scenario scenario)
{
    return scenario_names[scenario];
}

const char *
dx_phase_name(dx_phase phase)
{
    return phase_names[phase];
}

const char *
dx_side_name(dx_side side)
{
    return side == DX_CLIENT ? "client" : side == DX_SERVER ? "server" : NULL;
}

static void
clear_evidence(gpointer data)
{
    g_free(((dx_packet_line *)data)->text);
}

GArray *
dx_packet_lines_new(void)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(dx_packet_line));

    g_array_set_clear_func(lines, clear_evidence);
    return lines;
}

/* As g_strdup_vprintf, which takes and gives back memory twice for each of a report's lines. */
static char *
formatted(const char *format, va_list arguments)
{
    char line[256];
    va_list again;

    va_copy(again, arguments);
    int len = g_vsnprintf(line, sizeof line, format, arguments);
    bool fits = len >= 0 && (size_t)len < sizeof line;
    char *text = fits ? g_strndup(line, (size_t)len) : g_strdup_vprintf(format, again);
    va_end(again);
    return text;
}

void
dx_finding_say(dx_finding *finding, uint32_t frame, const char *format, ...)
{
    va_list arguments;
    dx_packet_line line = {.frame = frame};

    if (finding->quiet)
        return;
    va_start(arguments, format);
    line.text = formatted(format, arguments);
    va_end(arguments);
    if (!finding->lines)
        finding->lines = dx_packet_lines_new();
    g_array_append_val(finding->lines, line);
}

void
dx_finding_set(dx_finding *finding, char **text, const char *format, ...)
{
    va_list arguments;

    if (finding->quiet)
        return;
    va_start(arguments, format);
    g_free(*text);
    *text = formatted(format, arguments);
    va_end(arguments);
}

void
dx_finding_candidates(dx_finding *finding, ...)
{
    va_list arguments;
    const dx_cause *cause;

    if (finding->quiet)
        return;
    va_start(arguments, finding);
    while ((cause = va_arg(arguments, const dx_cause *)) != NULL) {
        bool known = false;
        for (unsigned i = 0; i < finding->num_candidates; i++)
            known |= finding->candidates[i] == cause;
        if (!known && finding->num_candidates < DX_MAX_FINDING_CANDIDATES)
            finding->candidates[finding->num_candidates++] = cause;
    }
    va_end(arguments);
}

void
dx_finding_clear(dx_finding *finding)
{
    if (finding->lines)
        g_array_unref(finding->lines);
    g_free(finding->contrast);
    g_free(finding->why);
    g_free(finding->fix);
    memset(finding, 0, sizeof *finding);
}
