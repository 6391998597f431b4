/* sslcert_binding_missing.c - HTTP.sys has no usable certificate for the address and port
 *
 * Wire:     every ClientHello to ip:port is reset, those of modern clients too, while http on the same
 *           host is answered by IIS or HTTP.sys
 * Source:   Microsoft's troubleshooter for IIS, scenario 4
 * Not this: a lockdown of versions or suites (a modern client would get through)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/contrast.h"
#include "verdict/bindings.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    if (!dx_refused_hello(facts) || facts->end.kind == DX_END_ALERT || !facts->offer ||
        !dx_host_is_http_sys(context->host) || !context->server || context->server->num_accepted ||
        context->server->num_answers || (dx_offer_unusual(facts->offer) & ~DX_NO_TLS13))
        return DX_NONE; /* a client that is not modern itself proves nothing about the binding */
    char *server = dx_safe(context->host->http_server, 60);
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    dx_finding_contrast(
        finding,
        "Port 80 of the same host answers HTTP as \"%s\" (frame %u), and none of %u ClientHellos to port %u "
        "was ever answered.",
        server, context->host->http_frame, context->server->num_hellos, facts->server_endpoint.port);
    g_free(server);
    dx_finding_candidates(finding, &dx_cause_private_key_missing, &dx_cause_private_key_inaccessible,
                          &dx_cause_server_reset_after_client_hello, NULL);
    return DX_LIKELY;
}

static dx_files_answer
no_binding(const dx_facts *facts, const dx_context *context, dx_file_finding *files, dx_where list)
{
    if (dx_files_name_binding(facts, context)) /* then it is about names */
        return DX_FILES_SILENT;
    char *endpoint = dx_endpoint_text(&facts->server_endpoint);
    bool v6 = facts->server_endpoint.address.family == 6;
    dx_file_say(files, list, "no binding for %s or %s:%u among the %u in the list", endpoint,
                v6 ? "[::]" : "0.0.0.0", facts->server_endpoint.port, context->evidence->bindings->len);
    g_free(endpoint);
    const dx_site_binding *site = dx_files_site(facts, context);
    if (site)
        dx_say_site(files, site, "which then lacks its certificate");
    if (dx_worked(context))
        return DX_FILES_CONTRADICTED;
    bool proven = dx_files_whole_bindings(context) && dx_files_http_sys(facts, context) == DX_HTTP_SYS_SURE;
    return !dx_dropped(facts, context) ? DX_FILES_SILENT : proven ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_log_event *negotiated = dx_files_negotiated(facts, context);
    const dx_log_event *unusable = dx_files_endpoint_event(facts, context, 15021, false);
    const dx_binding *binding = dx_files_binding(facts, context);
    bool dropped = dx_dropped(facts, context) && !dx_worked(context);
    dx_where list;

    if (dx_files_http_sys(facts, context) == DX_HTTP_SYS_NO) /* other programs have no bindings */
        return DX_FILES_SILENT;
    if (negotiated) {
        dx_say_event(files, context, negotiated);
        return DX_FILES_EXCLUDE;
    }
    if (!dx_files_list_bindings(context, &list) && !binding)
        return dx_say_unbound(files, facts, context) && dropped ? DX_FILES_CONFIRM : DX_FILES_SILENT;
    if (!binding)
        return no_binding(facts, context, files, list);
    dx_say_binding(files, binding);
    if (binding->cut)
        return DX_FILES_SILENT;
    if (dx_binding_usable(context, binding, files)) /* and if HTTP.sys cannot use it, it is the key */
        return unusable ? DX_FILES_SILENT : DX_FILES_EXCLUDE;
    if (dx_worked(context))
        return DX_FILES_CONTRADICTED;
    /* a hash with a GUID of zeros, on IIS 6: a hint only */
    bool hint = binding->have_hash && dx_binding_bad_guid(context, binding);
    return !dx_dropped(facts, context) ? DX_FILES_SILENT : hint ? DX_FILES_SUGGEST : DX_FILES_CONFIRM;
}

DX_CAUSE(sslcert_binding_missing, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_AT_HELLO,
                  .ends = DX_SERVER_CLOSED | DX_CLIENT_CLOSED | DX_NO_END,
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(COMMON_SUCCESS)},
         .title = "HTTP.sys has no usable certificate for this address",
         .why = "HTTP.sys drops every ClientHello on this address and port.",
         .checks = "@binding\n"
                   "@key\n"
                   "@log\n"
                   "@listen_list\n",
         .fix = "@bind|Bind a certificate with its private key to the address and port.\n@restart_http\n",
         .events = {15021, 15300, 15301, 36870, 36869}, .weigh = weigh, .weigh_files = weigh_files);
