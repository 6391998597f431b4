/* compat.h - what differs between the versions of Wireshark; the only place with such conditions
 *
 * What the headers declare is asked by compat.cmake; what they do not show stands here with its version.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_COMPAT_H
#define DX_EPAN_COMPAT_H

#ifdef HAVE_CONFIG_H /* 4.0's development package has no config.h */
#include "config.h"
#endif

#include <stdbool.h>
#include <stdlib.h>
#include <ws_version.h>

#include <epan/packet.h>
#include <epan/expert.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/funnel.h>
#include <epan/dfilter/dfilter.h>
#include <epan/epan_dissect.h>
#include <wiretap/wtap.h>
#if DX_RECORD_HAS_BYTES
#include <wsutil/buffer.h>
#endif
#if DX_HAVE_PLUGIN_DESCRIBE
#include <wsutil/plugins.h>
#endif

#define DX_WS(major, minor)                                                                                  \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                                    \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* The variable of a boolean preference: bool since 4.4. */
#if DX_PREFERENCE_IS_BOOL
typedef bool dx_pref_bool;
#else
typedef gboolean dx_pref_bool;
#endif

/* What a frame's data source is called: in 4.6 by another function. For wmem_free(NULL, ...). */
#if DX_SOURCE_HAS_DESCRIPTION
#define dx_source_name get_data_source_description
#else
#define dx_source_name get_data_source_name
#endif

/* What a button's function returns: bool since 4.4. */
#if DX_BUTTON_IS_BOOL
typedef bool dx_button_bool;
#else
typedef gboolean dx_button_bool;
#endif

/* The decrypted records of a frame are kept under key 0 in 4.0, under the number of the TLS layer, counted
 * from 1, in 4.2, 4.4 and 4.6 (packet-tls.c). */
#if DX_WS(4, 2)
enum { DX_TLS_LAST_KEY = 8 };
#else
enum { DX_TLS_LAST_KEY = 0 };
#endif

/* A conversation filter's functions: what follows `packet_info *pinfo` in their parameters, and how they are
 * registered. */
#if DX_CONVERSATION_HAS_USER
#define DX_CONVERSATION_USER , void *user G_GNUC_UNUSED
#define dx_conversation_filter(name, title, has, build)                                                      \
    register_conversation_filter(name, title, has, build, NULL)
#else
#define DX_CONVERSATION_USER
#define dx_conversation_filter(name, title, has, build) register_conversation_filter(name, title, has, build)
#endif

/* dx_filter_new - a compiled display filter; NULL when it is none, with `problem` (new string) when that
 * is an error. Free with dfilter_free. */
static inline dfilter_t *
dx_filter_new(const char *text, char **problem)
{
    dfilter_t *filter = NULL;
#if DX_HAVE_FILTER_ERROR
    df_error_t *error = NULL;
    if (!dfilter_compile(text, &filter, &error)) {
        *problem = g_strdup(error->msg);
        df_error_free(&error);
    }
#else
    dfilter_compile(text, &filter, problem);
#endif
    return filter;
}

/* dx_interface_name - of the interface on which the frame was captured; NULL when it has none. */
static inline const char *
dx_interface_name(const packet_info *pinfo)
{
    const wtap_rec *rec = pinfo->rec;
    if ((rec->presence_flags & WTAP_HAS_INTERFACE_ID) == 0)
        return NULL;
#if DX_INTERFACE_HAS_SECTION
    unsigned section = (rec->presence_flags & WTAP_HAS_SECTION_NUMBER) != 0 ? rec->section_number : 0;
    return epan_get_interface_name(pinfo->epan, rec->rec_header.packet_header.interface_id, section);
#else
    return epan_get_interface_name(pinfo->epan, rec->rec_header.packet_header.interface_id);
#endif
}

/* dx_file_run - dissects the bytes of a dissection's buffer as a record of a file format. Since 4.6 the
 * record brings the bytes, and a buffer for them is made. */
static inline void
dx_file_run(epan_dissect_t *edt, wtap_rec *record, frame_data *frame)
{
#if DX_RECORD_HAS_BYTES
    guint len = tvb_captured_length(edt->tvb);
    ws_buffer_init(&record->data, len);
    ws_buffer_append(&record->data, tvb_get_ptr(edt->tvb, 0, (int)len), len);
    frame->cap_len = frame->pkt_len = len;
    tvb_free(edt->tvb);
    edt->tvb = NULL;
    epan_dissect_file_run_with_taps(edt, record, frame, NULL);
#else
    epan_dissect_file_run_with_taps(edt, record, edt->tvb, frame, NULL);
#endif
}

/* dx_file_end - frees what dx_file_run left in the record, when the dissection is gone. */
static inline void
dx_file_end(wtap_rec *record)
{
#if DX_RECORD_HAS_BYTES
    if (record->data.data != NULL)
        ws_buffer_free(&record->data);
#else
    (void)record;
#endif
}

/* dx_in_gui - whether this is Wireshark rather than tshark or sharkd. tshark has funnel operations too,
 * but none that belong to windows (observed: 4.0, 4.4, 4.6). */
static inline bool
dx_in_gui(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();
    return ops != NULL && ops->set_close_cb != NULL;
}

/* The function behind a `-z` word: `DX_STAT_INIT name(const char *argument, void *user)`. It ends with
 * DX_STAT_INIT_DONE, or, after it has said what is wrong, with DX_STAT_INIT_FAILED, which makes tshark's
 * exit code non-zero: from 4.6 on by returning false, before by leaving the program, as tshark's own do there
 * (ui/cli/tap-iostat.c): they return nothing. */
#if DX_STAT_INIT_IS_BOOL
#define DX_STAT_INIT        static bool
#define DX_STAT_INIT_DONE   return true
#define DX_STAT_INIT_FAILED return false
#else
#define DX_STAT_INIT      static void
#define DX_STAT_INIT_DONE return
#define DX_STAT_INIT_FAILED                                                                                  \
    do {                                                                                                     \
        if (!dx_in_gui())                                                                                    \
            exit(1);                                                                                         \
        return;                                                                                              \
    } while (0)
#endif

/* Flow graphs: epan/sequence_analysis.h is in no Debian package of 4.0, 4.4 or 4.6. What is declared here
 * is the same in all of them but for the size of a truth value, which is gboolean up to 4.2.6 and bool in
 * 4.4.0; flow_graph.c checks it before it is used. */
#if DX_WS(4, 4)
typedef bool dx_graph_bool;
#else
typedef gboolean dx_graph_bool;
#endif

/* An arrow of a graph; the beginning of struct _seq_analysis_item, and room for what later versions add. */
typedef struct dx_arrow {
    uint32_t frame_number;
    address src_addr;
    uint16_t port_src;
    address dst_addr;
    uint16_t port_dst;
    char *frame_label, *time_str, *comment;
    uint16_t conv_num;
    unsigned fg_color, bg_color;
    dx_graph_bool has_color_filter, display;
    unsigned src_node, dst_node;
    uint16_t line_style;
    void *more[8];
} dx_arrow;

/* The beginning of struct _seq_analysis_info. */
typedef struct dx_graph {
    const char *name;
    dx_graph_bool any_addr;
    int nconv;
    GQueue *items;
} dx_graph;

struct _seq_analysis_info;
struct _seq_analysis_item;
WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, const int proto,
                                         const char *tap_listener, unsigned tap_flags, tap_packet_cb packet);
WS_DLL_PUBLIC struct _seq_analysis_info *sequence_analysis_info_new(void);
WS_DLL_PUBLIC void sequence_analysis_info_free(struct _seq_analysis_info *info);
WS_DLL_PUBLIC int sequence_analysis_get_nodes(struct _seq_analysis_info *info);
WS_DLL_PUBLIC struct _seq_analysis_item *
sequence_analysis_create_sai_with_addresses(packet_info *pinfo, struct _seq_analysis_info *info);

#endif
