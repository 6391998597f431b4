/* evtx.c - reads binary event logs (.evtx) through libevtx, if the plugin was built with it
 *
 * libevtx makes of each record the XML that event_xml.c takes. A "line" is the record's number, as Event
 * Viewer's details have it (EventRecordID).
 * Source: libevtx.h; libyal/libevtx, "Windows XML Event Log (EVTX) format"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/event_xml.h"

#include <string.h>

dx_seeing
dx_see_evtx(const dx_look *look)
{
    (void)look;
    return DX_NOT_SEEN; /* no text: dx_recognise_binary sees it */
}

#ifdef DX_HAVE_LIBEVTX

#include <glib/gstdio.h>
#ifdef _WIN32
#include <windows.h> /* libevtx knows Windows by WINAPI, and declares what takes a wide path then */
#endif
#include <libevtx/features.h>
/* What takes a handle of libbfio is not used; Debian 12 has its header in a package
 * that libevtx-dev does not ask for. */
#undef LIBEVTX_HAVE_BFIO
#include <libevtx.h>

#define MAX_RECORDS 200000
#define MAX_XML     (1 << 20)
#define HEADER_LEN  4096
#define CHUNK_LEN   65536

/* One record's XML, in memory of its own; NULL when libevtx cannot read it. */
static uint8_t *
xml_of(libevtx_record_t *record, size_t *size)
{
    if (libevtx_record_get_utf8_xml_string_size(record, size, NULL) != 1 || *size < 2 || *size > MAX_XML)
        return NULL;
    uint8_t *xml = g_malloc0(*size);
    if (libevtx_record_get_utf8_xml_string(record, xml, *size, NULL) == 1)
        return xml;
    g_free(xml);
    return NULL;
}

static void
take_record(const dx_reading *reading, libevtx_file_t *file, int index)
{
    libevtx_record_t *of = NULL;
    uint64_t number = 0;
    size_t size = 0;
    dx_event_record record;

    uint8_t *xml = NULL;
    if (libevtx_file_get_record_by_index(file, index, &of, NULL) == 1) {
        libevtx_record_get_identifier(of, &number, NULL);
        xml = xml_of(of, &size);
    }
    uint32_t line = number > 0 && number < UINT32_MAX ? (uint32_t)number : (uint32_t)index + 1;
    dx_event_record_begin(reading, &record, line);
    if (xml && dx_event_xml_parse(&record, (dx_span){(const char *)xml, size - 1}))
        dx_event_record_end(reading, &record, line);
    else
        dx_reading_skip(reading, line);
    g_free(xml);
    if (of)
        libevtx_record_free(&of, NULL);
}

/* Opens a file; on Windows by a wide path: the code page lacks the letters of many a user's folder. */
static bool
open_path(libevtx_file_t *file, const char *path)
{
#ifdef _WIN32
    gunichar2 *wide = g_utf8_to_utf16(path, -1, NULL, NULL, NULL);
    bool opened = wide && libevtx_file_open_wide(file, (const wchar_t *)wide, LIBEVTX_OPEN_READ, NULL) == 1;
    g_free(wide);
    return opened;
#else
    return libevtx_file_open(file, path, LIBEVTX_OPEN_READ, NULL) == 1;
#endif
}

static void
take_file(const dx_reading *reading, const char *path)
{
    libevtx_file_t *file = NULL;
    int num = 0;

    if (libevtx_file_initialize(&file, NULL) != 1)
        return;
    if (open_path(file, path)) {
        if (libevtx_file_get_number_of_records(file, &num, NULL) != 1)
            num = 0;
        if (num == 0)
            dx_reading_empty(reading);
        if (libevtx_file_is_corrupted(file, NULL) == 1 || num > MAX_RECORDS)
            dx_reading_cut(reading);
        for (int i = MAX(num - MAX_RECORDS, 0); i < num; i++) /* the newest */
            take_record(reading, file, i);
        libevtx_file_close(file, NULL);
    }
    libevtx_file_free(&file, NULL);
}

/* libevtx takes bytes only through libbfio, which it does not share in Debian 13 and newer: a file of its own
 * serves. It is filled up with zeros to whole chunks, for a log is cut within one where somebody copied it
 * while it was written. */
static char *
write_copy(dx_span log)
{
    size_t len = HEADER_LEN + (log.len - HEADER_LEN + CHUNK_LEN - 1) / CHUNK_LEN * CHUNK_LEN;
    char *path = NULL, *bytes = g_malloc0(len);
    int file = g_file_open_tmp("ssltrouble-XXXXXX", &path, NULL);

    memcpy(bytes, log.at, log.len);
    if (file >= 0) {
        g_close(file, NULL);
        if (!g_file_set_contents_full(path, bytes, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600, NULL)) {
            g_remove(path);
            g_clear_pointer(&path, g_free);
        }
    }
    g_free(bytes);
    return path;
}

void
dx_read_evtx(const dx_reading *reading)
{
    if (reading->text.len < HEADER_LEN + CHUNK_LEN / 64) /* not even a chunk's own header */
        return;
    char *path = write_copy(reading->text);
    if (!path)
        return;
    take_file(reading, path);
    g_remove(path);
    g_free(path);
}

#else

void
dx_read_evtx(const dx_reading *reading)
{
    (void)reading; /* dx_recognise_binary has refused it */
}

#endif
