/* gui.c - Wireshark's menu Statistics > SSL Troubleshooter, and its display filter after loading
 *
 * A menu of its own below "Statistics" is the only way to the same entries in the same order on 4.0, 4.4 and
 * 4.6: the menu groups of statistics place, split and sort their titles differently in each.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/gui.h"

#include <epan/plugin_if.h>
#include <string.h>
#include <wsutil/report_message.h>

#include "epan/related.h"
#include "epan/window.h"

typedef struct entry {
    const char *label, *tooltip;
    const char *command; /* what `wireshark -z` would take */
    bool tells_disabled; /* its window says so when the protocol is disabled */
    bool of_selected;    /* of the selected packet's connection alone */
} entry;

static int own_proto;

static const entry entries[] = {
    {"Causes", "How often which cause made TLS fail", "ssltrouble,scenarios", false, false},
    {"Servers", "What became of the connections to each TLS server", "ssltrouble,servers", false, false},
    {"Connections", "The failed connections one by one", "ssltrouble,connections", false, false},
    {"Report", "Why TLS handshakes failed and what to do, in full", "ssltrouble,report", true, false},
    {"Report on this connection", "The same of the connection of the selected packet", "ssltrouble,report",
     false, true},
};

/* What `wireshark -z` would take for an entry; NULL, after the user was told, when there is nothing. New
 * string. */
static char *
command_of(const entry *chosen)
{
    if (!chosen->of_selected)
        return g_strdup(chosen->command);
    char *filter = dx_related_connection(dx_window_selected_frame());
    char *command = filter != NULL ? g_strdup_printf("%s,%s", chosen->command, filter) : NULL;
    if (command == NULL)
        report_failure("SSL Troubleshooter: the selected packet belongs to no connection with TLS.");
    g_free(filter);
    return command;
}

static void
open_entry(ext_menubar_gui_type gui_type, gpointer gui, gpointer user)
{
    const entry *chosen = (const entry *)user;
    (void)gui_type, (void)gui;
    bool enabled = proto_is_protocol_enabled(find_protocol_by_id(own_proto));
    if (!enabled && !chosen->tells_disabled) {
        report_failure(
            "SSL Troubleshooter is disabled: Analyze > Enabled Protocols, \"ssltrouble\", enables it.");
        return;
    }
    char *command = dx_in_gui() ? command_of(chosen) : NULL;
    if (command != NULL && process_stat_cmd_arg(command))
        start_requested_stats();
    g_free(command);
}

/* A display filter that is active while a capture is read, or dissected anew, is applied to each frame
 * before the frames behind it are known: it misses the frames before a verdict. Wireshark draws its taps some
 * seconds after the end; then such a filter is applied once more. */
static int tap_load;
static bool listening, unfiltered; /* frames were dissected for the first time since it was applied */

static tap_packet_status
take_packet(void *user, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
    (void)user, (void)pinfo, (void)edt, (void)data, (void)flags;
    return TAP_PACKET_REDRAW;
}

static void
filter_again(void *user)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    (void)user;
    if (!unfiltered || !dx_in_gui() || dx_window_is_reading())
        return;
    unfiltered = false;
    char *filter = g_strdup(ops->get_filter(ops->ops_id));
    if (filter != NULL && strstr(filter, "ssltrouble") != NULL) {
        ops->set_filter(ops->ops_id, filter);
        ops->apply_filter(ops->ops_id);
    }
    g_free(filter);
}

void
dx_gui_frame(packet_info *pinfo)
{
    if (PINFO_FD_VISITED(pinfo))
        return;
    unfiltered = true;
    if (!listening && dx_in_gui()) {
        GString *error = register_tap_listener("ssltrouble_load", &listening, NULL, TL_REQUIRES_NOTHING, NULL,
                                               take_packet, filter_again, NULL);
        if (error != NULL)
            g_string_free(error, TRUE);
        listening = true;
    }
    if (listening)
        tap_queue_packet(tap_load, pinfo, &tap_load);
}

void
dx_gui_register(int proto)
{
    own_proto = proto;
    tap_load = register_tap("ssltrouble_load");
    ext_menu_t *menu = ext_menubar_register_menu(proto, "SSL Troubleshooter", TRUE);
    ext_menubar_set_parentmenu(menu, "Statistics");
    for (unsigned i = 0; i < G_N_ELEMENTS(entries); i++)
        ext_menubar_add_entry(menu, entries[i].label, entries[i].tooltip, open_entry, (gpointer)&entries[i]);
}
