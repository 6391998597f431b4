/* exports.c - the failed connections in File > Export Objects, and tshark --export-objects ssltrouble,FOLDER
 *
 * The one list of Wireshark's that goes to a packet when a row is chosen, and that can be searched and saved:
 * its simple statistics tables can do nothing with a row (ui/qt/simple_statistics_dialog.cpp, 4.0 to 4.6).
 * The window fills it by going over all frames again when it opens: all verdicts are known then. What is
 * dissected for the first time does not enter it: packets of a running capture, and all, where they are
 * dissected anew, which empties the list. tshark saves it at the end; there a second listener, which is drawn
 * first because it is registered last, fills it.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/exports.h"

#include <epan/export_object.h>

#include "epan/tracker.h"
#include "facts/text.h"
#include "present/present.h"

#define MAX_NAME 80 /* characters of a server name */

static int tap_exports;
static bool fill_registered;
static export_object_list_t *waiting; /* tshark's list, to be filled at the end; NULL: none */

/* "www.example.com (192.0.2.10:443)". New string. */
static char *
server_text(const dx_facts *facts)
{
    char *server = dx_endpoint_text(&facts->server_endpoint);
    if (facts->sni == NULL || *facts->sni == '\0')
        return server;
    char *name = dx_safe(facts->sni, MAX_NAME);
    char *text = g_strdup_printf("%s (%s)", name, server);
    g_free(name);
    g_free(server);
    return text;
}

/* "frame-10-client-192.0.2.7-certificate_expired.txt"; Windows has no colons in names. New string. */
static char *
file_name(const dx_facts *facts, const dx_verdict *verdict)
{
    char *client = dx_address_text(&facts->client_endpoint.address);
    char *name = g_strdup_printf("frame-%u-client-%s-%s.txt", verdict->frame, g_strdelimit(client, ":%", '_'),
                                 verdict->cause->id);
    g_free(client);
    return name;
}

/* The list frees what an entry holds. */
static void
add_entry(export_object_list_t *list, uint32_t index, const dx_facts *facts, const dx_verdict *verdict)
{
    export_object_entry_t *entry = g_new0(export_object_entry_t, 1);
    GString *text = g_string_new(NULL);
    dx_report_one(text, dx_tracker_verdicts(), index);
    entry->pkt_num = verdict->frame;
    entry->hostname = server_text(facts);
    entry->content_type = dx_verdict_title(verdict);
    entry->filename = file_name(facts, verdict);
    entry->payload_len = text->len;
    entry->payload_data = (guint8 *)g_string_free(text, FALSE);
    list->add_entry(list->gui_data, entry);
}

/* Adds the connection when it is one that failed and, where `frame` is not 0, failed there. */
static void
add_connection(export_object_list_t *list, uint32_t index, uint32_t frame)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    const dx_verdict *verdict =
        dx_capture_reportable(capture, index) ? dx_verdicts_of(verdicts, index) : NULL;
    if (verdict != NULL && verdict->cause != NULL && (frame == 0 || verdict->frame == frame))
        add_entry(list, index, dx_capture_facts(capture, index), verdict);
}

static tap_packet_status
take_packet(void *user, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
    export_object_list_t *list = (export_object_list_t *)user;
    (void)edt, (void)flags;
    if (!dx_in_gui())
        waiting = list;
    else if (dx_tracker_verdicts() != NULL)
        add_connection(list, GPOINTER_TO_UINT(data) - 1, pinfo->num);
    return TAP_PACKET_DONT_REDRAW;
}

static void
fill(void *user)
{
    (void)user;
    if (waiting == NULL || dx_tracker_verdicts() == NULL)
        return;
    const dx_capture *capture = dx_verdicts_capture(dx_tracker_verdicts());
    for (uint32_t index = DX_NO_INDEX; (index = dx_capture_next(capture, index)) != DX_NO_INDEX;)
        add_connection(waiting, index, 0);
    waiting = NULL;
}

void
dx_exports_register(int proto)
{
    tap_exports = register_export_object(proto, take_packet, NULL);
}

bool
dx_exports_asked(void)
{
    return have_tap_listener(tap_exports);
}

void
dx_exports_frame(packet_info *pinfo, uint32_t index)
{
    if (!dx_exports_asked())
        return;
    if (!fill_registered && !dx_in_gui()) {
        GString *error = register_tap_listener("ssltrouble_eo", &fill_registered, NULL, TL_REQUIRES_NOTHING,
                                               NULL, NULL, fill, NULL);
        fill_registered = true;
        if (error != NULL)
            g_string_free(error, TRUE);
    }
    if (!dx_in_gui() || PINFO_FD_VISITED(pinfo))
        tap_queue_packet(tap_exports, pinfo, GUINT_TO_POINTER(index + 1));
}
