/* sni_binding_missing.c - no binding for this name, though others work
 *
 * Wire:     ClientHello for name A is reset or closed, for name B at the same ip:port it succeeds
 * Source:   HTTP.sys looks up ip:port, then hostname:port, then the wildcard (Kaushal
 *           Panday's blog, 2012-09-04)
 * Not this: sni_unrecognized (the server says so)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"
#include "verdict/bindings.h"
#include "verdict/name_filter.h"

static const char checks_wordless[] =
    "Does the name fail at the server itself, too? If it works there, a filter on the path rejects it. In "
    "cmd, PowerShell or sh:\topenssl s_client -connect {connect}{starttls} -servername {sni}\n"
    "Behind a load balancer: does the name have a server node that is up?\n"
    "Which firewall, web filter or CDN is on the path? Read its log for {client} and {sni}.\n"
    "@name\n"
    "@binding\n"
    "@log\n"
    "@path\n";

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_refusal_row *row = &context->refusal->row[DX_DIMENSION_NAME];

    if (!facts->sni || row->confidence == DX_NONE || dx_name_is_filtered(facts, context, NULL))
        return DX_NONE;
    dx_refusal_say_hello(finding, facts);
    dx_refusal_say_end(finding, facts);
    dx_say_success(finding, row->differs,
                   row->alone ? "Only the server name differs."
                              : "The server name is one of the differences.");
    dx_refusal_candidates(finding, context->refusal, true);
    if (context->refusal->wordless) { /* a filter on the path leaves the same packets */
        const char *answer = facts->end.kind == DX_END_RST   ? "is answered with a reset"
                             : facts->end.kind == DX_END_FIN ? "is answered with a close"
                                                             : "gets no answer";
        dx_finding_why(finding,
                       "The ClientHello for this name %s, while others at the same address are served: the "
                       "server has no certificate for the name, or a filter on the path rejects it.",
                       answer);
        finding->checks = checks_wordless;
        finding->steps = "If the name fails at the server itself, too: add a certificate for it. Else "
                         "correct the filter on the path.\n"
                         "@bind_name\n";
    } else { /* suites or versions of this name alone */
        dx_finding_candidates(finding, &dx_cause_cipher_mismatch, &dx_cause_protocol_version_mismatch, NULL);
    }
    if (facts->end.kind == DX_END_RST)
        dx_finding_candidates(finding, &dx_cause_middlebox_reset, &dx_cause_server_reset_after_client_hello,
                              NULL);
    /* one hop more or less is no proof of another sender, but a host does not move between SYN-ACK and RST:
     * a filter of names right before the server leaves this (observed: iptables REJECT, tcp-reset) */
    return dx_reset_is_off(facts) ? MIN(row->confidence, DX_POSSIBLE) : row->confidence;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_binding *binding = dx_files_binding(facts, context),
                     *other = dx_files_name_binding(facts, context);
    dx_where list;

    if (!facts->sni || (!binding && !dx_files_list_bindings(context, &list)))
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
         .gate = {.over = DX_OVER_NAMED,
                  .phases = DX_AT_HELLO,
                  .ends = DX_HELLO_REFUSED,
                  DX_ALERTS(DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_INTERNAL_ERROR,
                            DX_ALERT_INSUFFICIENT_SECURITY),
                  .needs = DX_SAW(NAME),
                  .refutes = DX_SAW(COMMON_SUCCESS)},
         .title = "No certificate for this server name (SNI)",
         .why = "The server rejects the ClientHello for this name but completes handshakes for others on the "
                "same address.",
         .checks = "@name\n"
                   "@binding\n"
                   "@log\n",
         .fix = "@bind_name|Add a certificate for the name.\n", .events = {15021, 15300}, .weigh = weigh,
         .weigh_files = weigh_files);
