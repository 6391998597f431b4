/* plugin.c - what Wireshark's plugin loader looks for, and the registrations
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#define WS_BUILD_DLL /* a plugin exports; before anything that includes this */
#include <ws_symbol_export.h>

#include "epan/compat.h"

#include "epan/actions.h"
#include "epan/exports.h"
#include "epan/flow_graph.h"
#include "epan/gui.h"
#include "epan/judging.h"
#include "epan/late.h"
#include "epan/related.h"
#include "epan/selection.h"
#include "epan/tables.h"
#include "epan/taps.h"
#include "epan/tracker.h"
#include "epan/tree.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = DX_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);

static int proto_ssltrouble = -1;
static int proto_helper = -1;

/* Asked once, at the beginning of a single pass. */
static bool
is_asked(const packet_info *pinfo, const proto_tree *tree)
{
    dx_late_single_pass();
    return dx_taps_asked() || dx_tables_asked() || dx_flow_graph_asked() || dx_exports_asked() ||
           dx_tree_asked(pinfo, tree);
}

static int
dissect_frame_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    (void)data;
    if (dx_late_frame(pinfo)) {
        return 0;
    }
    if (!PINFO_FD_VISITED(pinfo)) {
        dx_tracker_frame(pinfo, tvb, tree);
    }
    uint32_t index;
    dx_gui_frame(pinfo);
    if (!dx_tracker_connection(pinfo->num, &index)) { /* most of a capture without TLS */
        return (int)tvb_captured_length(tvb);
    }
    dx_selection_frame(pinfo, index);
    dx_taps_frame(pinfo, index);
    dx_tables_frame(pinfo, index);
    dx_flow_graph_frame(pinfo, index);
    dx_exports_frame(pinfo, index);
    dx_tree_annotate(tvb, pinfo, tree, index);
    return (int)tvb_captured_length(tvb);
}

static void
register_protocol(void)
{
    proto_ssltrouble = proto_register_protocol("SSL Troubleshooter", "SSL Troubleshooter", "ssltrouble");
    /* Our dissectors run under a protocol in name only, enabled and disabled with the real one: it spares
     * every frame the entry in its list of layers. */
    proto_helper =
        proto_register_protocol_in_name_only("SSL Troubleshooter helper", "SSL Troubleshooter helper",
                                             "ssltrouble_helper", proto_ssltrouble, FT_PROTOCOL);
    dx_tree_register(proto_ssltrouble);
    dx_late_register();
    dx_selection_register();
    dx_taps_register();
    dx_tables_register();
    dx_flow_graph_register(proto_ssltrouble);
    dx_exports_register(proto_ssltrouble);
    dx_gui_register(proto_ssltrouble);
    dx_actions_register();
    dx_related_register();
    dx_judging_register();
    dx_tracker_register(proto_ssltrouble, is_asked, dx_taps_closing);
    register_postdissector(create_dissector_handle(dissect_frame_end, proto_helper));
}

static void
hand_off(void)
{
    dx_tracker_handoff(proto_helper);
    dx_tree_handoff();
    dx_late_handoff();
}

void
plugin_register(void)
{
    static proto_plugin plugin = {.register_protoinfo = register_protocol, .register_handoff = hand_off};
    proto_register_plugin(&plugin);
}

#if DX_HAVE_PLUGIN_DESCRIBE
WS_DLL_PUBLIC uint32_t plugin_describe(void);

uint32_t
plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}
#endif
