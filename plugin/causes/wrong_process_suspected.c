/* wrong_process_suspected.c - another program may own the port
 *
 * Wire:     none of its own: netstat on the server tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 3
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/bindings.h"
#include "verdict/place.h"

/* HTTP.sys is at work on the machine: a listener of the kernel. */
static const dx_socket *
http_sys_elsewhere(const dx_context *context)
{
    static const uint16_t ports[] = {80, 443};

    for (unsigned p = 0; p < G_N_ELEMENTS(ports); p++) {
        const GPtrArray *sockets = dx_evidence_sockets(context->evidence, ports[p]);
        for (unsigned i = 0; i < sockets->len; i++) {
            const dx_socket *row = sockets->pdata[i];
            if (row->have_pid && row->pid == 4 && !row->local.datagram)
                return row;
        }
    }
    return NULL;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_socket *socket, *elsewhere;
    dx_owner owner = dx_files_owner(facts, context, &socket);
    uint16_t port = facts->server_endpoint.port;

    if (owner == DX_OWNER_NONE && facts->server.syn_frame) {
        dx_file_say(files, dx_evidence_lists_sockets(context->evidence),
                    "no process listens on port %u, yet the server accepted the connection", port);
        return DX_FILES_CONTRADICTED;
    }
    if (owner == DX_OWNER_HTTP_SYS) {
        dx_file_say(files, socket->where, "HTTP.sys (PID 4) listens on port %u", port);
        return DX_FILES_EXCLUDE;
    }
    char *image = socket ? dx_safe(dx_evidence_image(context->evidence, socket), 60) : NULL;
    if (owner == DX_OWNER_EXPECTED)
        dx_file_say(files, socket->where, "%s, whose port it is, listens on port %u", image, port);
    if (owner != DX_OWNER_OTHER || !facts->server.syn_frame) {
        g_free(image);
        return owner == DX_OWNER_EXPECTED ? DX_FILES_EXCLUDE : DX_FILES_SILENT;
    }
    if (socket->have_pid)
        dx_file_say(files, socket->where, "PID %u%s%s%s listens on port %u, not HTTP.sys (PID 4)",
                    socket->pid, image ? " (" : "", image ? image : "", image ? ")" : "", port);
    else
        dx_file_say(files, socket->where, "%s listens on port %u, not HTTP.sys", image, port);
    g_free(image);
    const dx_binding *binding = dx_files_binding(facts, context);
    if (!binding)
        binding = dx_files_name_binding(facts, context);
    if (binding)
        dx_say_binding(files, binding);
    else if (dx_place_has_bindings(facts, context) && (elsewhere = http_sys_elsewhere(context)) != NULL)
        dx_file_say(files, elsewhere->where, "HTTP.sys listens on port %u", elsewhere->local.port);
    else
        return DX_FILES_SILENT; /* a server that is not IIS */
    return binding && facts->phase < DX_PHASE_ESTABLISHED ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}

DX_CAUSE(wrong_process_suspected, .scenario = DX_SCENARIO_3, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP), .needs = DX_SAW(SERVER_PACKET)},
         .title = "Another program is using the port",
         .why = "Another program than the expected server listens on this port, and answers in its place.",
         .checks = "@listen\n", .fix = "Stop or move the other program, or change the site's port.\n",
         .weigh_files = weigh_files);
