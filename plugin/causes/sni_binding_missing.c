/* sni_binding_missing.c - no binding for this name, though others work
 *
 * Wire:     ClientHello for name A is reset or closed, for name B at the same ip:port it succeeds
 * Source:   HTTP.sys looks up ip:port, then hostname:port, then the wildcard (Kaushal
 *           Panday's blog, 2012-09-04)
 * Not this: sni_unrecognized (the server says so)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/bindings.h"

/* One hop more or less is no proof of another sender (anycast, several paths), but a host does not move
 * between its SYN-ACK and its RST: a filter of names right before the server leaves this (observed:
 * iptables REJECT, tcp-reset). */
static bool
reset_is_off(const dx_facts *facts)
{
    const dx_peer *server = &facts->server;

    return facts->end.kind == DX_END_RST && server->num_ttl && server->rst_ttl &&
           (server->rst_ttl < server->ttl_min || server->rst_ttl > server->ttl_max);
}

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool same_offer;
    bool about_versions = facts->end.kind == DX_END_ALERT && facts->end.alert != DX_ALERT_HANDSHAKE_FAILURE &&
                          facts->end.alert != DX_ALERT_INTERNAL_ERROR;

    if (!dx_refused_hello(facts) || about_versions)
        return DX_NONE;
    const dx_sample *success = dx_contrast_sni(facts, context, &same_offer);
    if (!success || dx_contrast_version(facts, context) || dx_contrast_cipher(facts, context))
        return DX_NONE;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    dx_say_success(finding, success,
                   same_offer ? "only the server name differs."
                              : "the server name is one of the differences.");
    if (reset_is_off(facts)) {
        dx_finding_say(finding, facts->end.frame, "The RST has TTL %u, the server's other packets %u",
                       facts->server.rst_ttl, facts->server.ttl_max);
        dx_finding_candidates(finding, &dx_cause_middlebox_reset, &dx_cause_server_reset_after_client_hello,
                              NULL);
        return same_offer ? DX_LIKELY : DX_POSSIBLE;
    }
    dx_finding_candidates(finding, &dx_cause_server_reset_after_client_hello, NULL);
    return same_offer ? DX_CONFIRMED : facts->end.kind == DX_END_ALERT ? DX_POSSIBLE : DX_LIKELY;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_binding *binding = dx_files_binding(facts, context),
                     *other = dx_files_name_binding(facts, context);
    dx_where list;

    if (!facts->sni || !dx_files_list_bindings(context, &list))
        return DX_FILES_SILENT;
    if (binding) {
        dx_say_binding(files, binding);
        return DX_FILES_EXCLUDE;
    }
    if (!other || !dx_dropped(facts, context))
        return DX_FILES_SILENT;
    char *name = dx_safe(facts->sni, 0);
    dx_say_binding(files, other);
    dx_file_say(files, list, "no binding is for the name %s, and none for the bare address, with port %u",
                name, facts->server_endpoint.port);
    g_free(name);
    return dx_files_whole_bindings(context) ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}

DX_CAUSE(sni_binding_missing, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.phases = DX_AT_HELLO,
                  .ends = DX_HELLO_REFUSED,
                  DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INTERNAL_ERROR,
                            DX_ALERT_INSUFFICIENT_SECURITY),
                  .needs = DX_SAW(NAME),
                  .refutes = DX_SAW(COMMON_SUCCESS)},
         .title = "No certificate binding for this server name",
         .why = "The server drops the ClientHello for this name but completes handshakes for others on the "
                "same address.",
         .checks = "@name\n"
                   "@binding\n"
                   "@log\n",
         .fix = "Add a certificate for the name.\n"
                "@bind_name\n",
         .clients = "Chromium 156: ERR_CONNECTION_RESET or ERR_CONNECTION_CLOSED; Firefox 153: "
                    "PR_END_OF_FILE_ERROR; curl 7.88: (35) SSL_ERROR_SYSCALL; Java 17: \"Remote host "
                    "terminated the handshake\"; Python 3.11: \"EOF\"; Go 1.19: \"EOF\"; Node 20: ECONNRESET "
                    "\"disconnected before secure TLS connection was established\"",
         .events = {15021, 15300}, .weigh = weigh, .weigh_files = weigh_files);
