/* iplisten_mismatch.c - the IP listen list leaves the address out
 *
 * Wire:     none of its own: netsh http show iplisten on the server tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 4
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/bindings.h"

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const GArray *list = context->evidence->listen_addresses;
    dx_where first = dx_evidence_first(context->evidence, DX_KIND_netsh_iplisten);
    const dx_socket *socket;

    if (!first.line)
        first = dx_evidence_first(context->evidence, DX_KIND_httpcfg_iplisten);
    const dx_log_event *unbound = dx_files_endpoint_event(facts, context, 15005, true);
    if (!first.line && unbound && !facts->server.syn_frame) {
        dx_say_event(files, context, unbound);
        return DX_FILES_SUGGEST;
    }
    if (!first.line)
        return DX_FILES_SILENT;
    if (!list->len) {
        dx_file_say(files, first, "the IP listen list is empty: HTTP.sys listens on every address");
        return DX_FILES_EXCLUDE;
    }
    for (unsigned i = 0; i < list->len; i++) {
        const dx_listen_address *row = &g_array_index(list, dx_listen_address, i);
        if (dx_address_is_any(&row->address) ||
            dx_address_equal(&row->address, &facts->server_endpoint.address)) {
            dx_file_say(files, row->where, "the IP listen list holds this address");
            return DX_FILES_EXCLUDE;
        }
    }
    const dx_listen_address *row = &g_array_index(list, dx_listen_address, 0);
    char *address = dx_address_text(&row->address),
         *server = dx_address_text(&facts->server_endpoint.address);
    dx_file_say(files, row->where, "the IP listen list holds %s%s, not %s", address,
                list->len > 1 ? " and others" : "", server);
    g_free(address);
    g_free(server);
    dx_owner owner = dx_files_owner(facts, context, &socket);
    if (owner == DX_OWNER_OTHER || dx_files_http_sys(facts, context) == DX_HTTP_SYS_NO)
        return DX_FILES_SILENT;
    if (owner == DX_OWNER_HTTP_SYS || facts->server.syn_frame) {
        dx_file_say(files, first, "yet the address accepts connections on port %u",
                    facts->server_endpoint.port);
        return DX_FILES_CONTRADICTED;
    }
    bool refused =
        facts->end.kind == DX_END_RST && facts->end.by == DX_SERVER && facts->phase == DX_PHASE_NONE;
    return refused ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}

DX_CAUSE(
    iplisten_mismatch, .scenario = DX_SCENARIO_4, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(TCP),
             .phases = DX_PHASES(DX_PHASE_NONE, DX_PHASE_HELLO),
             .refutes = DX_SAW(ANSWER) | DX_SAW(COMMON_SUCCESS)},
    .title = "The IP listen list leaves this address out",
    .why = "HTTP.sys listens only on the addresses of its IP listen list, and this one is not among them.",
    .checks = "@listen_list\n"
              "@listen\n",
    .fix = "@listen_all|Remove the addresses from the IP listen list, so that HTTP.sys listens on all.\n",
    .events = {15005, 15014, 15019}, .weigh_files = weigh_files);
