/* sni_unrecognized.c - the server says that it does not know the name
 *
 * Wire:     alert 112 from the server before its ServerHello, or as a warning: the client leaves, at once or
 *           when it has read the flight behind it (observed: JSSE 17, alert 40)
 * Source:   RFC 6066 section 3
 * Not this: sni_not_sent (no name in the ClientHello); HTTP.sys sends no such alert: sni_binding_missing
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/listeners.h"
#include "verdict/refusal.h"
#include "verdict/sights.h"
#include "facts/text.h"

/* Most clients do not mind the warning; JSSE does, from Java 7 on, and its alert is no certificate's. */
static bool
minds_warning(const dx_facts *facts)
{
    const dx_peer *server = &facts->server;

    return dx_ended(facts, DX_END_ALERT, DX_CLIENT) && facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE &&
           server->alert == DX_ALERT_UNRECOGNIZED_NAME && server->alert_level == DX_ALERT_WARNING &&
           server->alert_frame && server->alert_frame <= facts->server_hello_frame;
}

static dx_confidence
judge_warning(const dx_facts *facts, dx_finding *finding)
{
    char *name = dx_safe(facts->sni, 0);

    dx_say_hello(finding, facts);
    dx_finding_say(finding, facts->server.alert_frame, "Server sent the warning 112 (unrecognized_name)");
    dx_say_end(finding, facts);
    dx_finding_why(finding,
                   "The server warned that it does not know the name %s, and went on; this client, as Java "
                   "does, takes the warning for an error.",
                   name);
    g_free(name);
    return DX_LIKELY;
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (facts->sni && minds_warning(facts))
        return judge_warning(facts, finding);
    if (facts->end.by == DX_CLIENT || facts->end.alert != DX_ALERT_UNRECOGNIZED_NAME)
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    if (facts->sni && !dx_is_host_name(facts->sni))
        dx_finding_say(finding, facts->hello_frame,
                       "The name is not a proper host name (RFC 6066 allows letters, digits and '-')");
    if (facts->sni) {
        char *name = dx_safe(facts->sni, 0);
        dx_finding_why(finding, "The server rejected the server name in the ClientHello, %s.", name);
        g_free(name);
    }
    const dx_sample *success = context->refusal->row[DX_DIMENSION_NAME].differs;
    if (success)
        dx_say_success(finding, success, "The name makes the difference.");
    return DX_CONFIRMED;
}

/* Servers whose configuration rejects names do so with this alert, another one is about something else: but
 * OpenSSL without a certificate may say to a client of TLS 1.3 alone that it does not speak that. */
static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    bool only_13 = facts->end.alert == DX_ALERT_PROTOCOL_VERSION && dx_facts_min_version(facts) == DX_TLS13;
    if (dx_ended(facts, DX_END_ALERT, DX_SERVER) && facts->end.alert != DX_ALERT_UNRECOGNIZED_NAME &&
        !only_13)
        return DX_FILES_SILENT;
    dx_files_answer answer = dx_listener_name_rejected(facts, context, files);
    bool went_on = facts->server_hello_frame && !minds_warning(facts);
    bool open = dx_gate_open(&dx_cause_sni_unrecognized, facts, context); /* else it contradicts by itself */
    return open && went_on && answer == DX_FILES_CONFIRM ? DX_FILES_CONTRADICTED : answer;
}

DX_CAUSE(sni_unrecognized, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER_NAMED,
                  .phases = DX_PHASES(DX_PHASE_TCP, DX_PHASE_SERVER_DONE),
                  .ends = DX_SERVER_ALERT | DX_CLIENT_ALERT,
                  DX_ALERTS(DX_ALERT_UNRECOGNIZED_NAME, DX_ALERT_PROTOCOL_VERSION, DX_ALERT_HANDSHAKE_FAILURE,
                            DX_ALERT_INTERNAL_ERROR),
                  .refutes = DX_SAW(NO_NAME)},
         .title = "The server does not know the server name (SNI)",
         .why = "The server rejected the server name in the ClientHello.",
         .checks = "Is {sni} spelled as in the server's configuration?\n"
                   "@name\n"
                   "@resolve\n",
         .fix = "@bind_name|Add the name to the server's configuration.\n"
                "Or correct the name that the client uses.\n",
         .clients =
             "Chromium 156: ERR_SSL_UNRECOGNIZED_NAME_ALERT; Firefox 153: "
             "SSL_ERROR_UNRECOGNIZED_NAME_ALERT; curl 7.88: (35) \"tlsv1 unrecognized name\"; Java 17: "
             "\"Received fatal alert: unrecognized_name\" or \"handshake alert: unrecognized_name\"; Python "
             "3.11: TLSV1_UNRECOGNIZED_NAME; Go 1.19: "
             "\"remote error: tls: unrecognized name\"; Node 20: EPROTO \"tlsv1 unrecognized name\"",
         .logged = {DX_LOGGED_NAME_REJECTED}, .weigh = weigh, .weigh_files = weigh_files);
