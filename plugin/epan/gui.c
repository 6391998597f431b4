/* gui.c - Wireshark's menu Statistics > SSL Troubleshooter
 *
 * A menu of its own below "Statistics" is the only way to the same entries in the same order on 4.0, 4.4 and 4.6: the
 * menu groups of statistics place, split and sort their titles differently in each.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/gui.h"

#include <epan/plugin_if.h>

typedef struct entry {
    const char *label, *tooltip;
    const char *command; /* what `wireshark -z` would take */
} entry;

static const entry entries[] = {
    {"Scenarios", "How often which cause made TLS fail", "ssltrouble,scenarios"},
    {"Servers", "What became of the connections to each TLS server", "ssltrouble,servers"},
    {"Connections", "The failed connections one by one", "ssltrouble,connections"},
    {"Report", "Why TLS handshakes failed and what to do, in full", "ssltrouble,report"},
};

static void
open_entry(ext_menubar_gui_type gui_type, gpointer gui, gpointer user)
{
    const entry *chosen = (const entry *)user;
    (void)gui_type, (void)gui;
    if (dx_in_gui() && process_stat_cmd_arg(chosen->command)) {
        start_requested_stats();
    }
}

void
dx_gui_register(int proto)
{
    ext_menu_t *menu = ext_menubar_register_menu(proto, "SSL Troubleshooter", TRUE);
    ext_menubar_set_parentmenu(menu, "Statistics");
    for (unsigned i = 0; i < G_N_ELEMENTS(entries); i++) {
        ext_menubar_add_entry(menu, entries[i].label, entries[i].tooltip, open_entry, (gpointer)&entries[i]);
    }
}
