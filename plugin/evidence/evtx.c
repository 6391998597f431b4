/* evtx.c - reads binary event logs (.evtx) through libevtx, if the plugin was built with it
 *
 * libevtx makes of each record the XML that event_xml.c takes. A "line" is the record's number, as Event
 * Viewer's details have it (EventRecordID).
 * Source: libevtx.h; libyal/libevtx, "Windows XML Event Log (EVTX) format"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/event_xml.h"

#include <string.h>

dx_sight
dx_see_evtx(const dx_look *look)
{
    (void)look;
    return DX_NOT_SEEN; /* no text: dx_recognise_binary sees it */
}

#ifdef DX_HAVE_LIBEVTX

#include <libbfio.h>
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
    dx_record record;

    uint8_t *xml = NULL;
    if (libevtx_file_get_record_by_index(file, index, &of, NULL) == 1) {
        libevtx_record_get_identifier(of, &number, NULL);
        xml = xml_of(of, &size);
    }
    uint32_t line = number > 0 && number < UINT32_MAX ? (uint32_t)number : (uint32_t)index + 1;
    dx_record_begin(reading, &record, line);
    if (xml && dx_event_xml_parse(&record, (dx_span){(const char *)xml, size - 1}))
        dx_record_end(reading, &record, line);
    else
        dx_reading_skip(reading, line);
    g_free(xml);
    if (of)
        libevtx_record_free(&of, NULL);
}

static void
take_file(const dx_reading *reading, libbfio_handle_t *bytes)
{
    libevtx_file_t *file = NULL;
    int num = 0;

    if (libevtx_file_initialize(&file, NULL) != 1)
        return;
    if (libevtx_file_open_file_io_handle(file, bytes, LIBEVTX_OPEN_READ, NULL) == 1) {
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

/* The file, filled up with zeros to whole chunks and one more: libbfio reads a chunk of memory without a look
 * at where the memory ends (observed with 20170123). New. */
static uint8_t *
whole_chunks(dx_span file, size_t *len)
{
    size_t num = file.len > HEADER_LEN ? (file.len - HEADER_LEN + CHUNK_LEN - 1) / CHUNK_LEN : 0;

    *len = HEADER_LEN + num * CHUNK_LEN;
    uint8_t *bytes = g_malloc0(*len + CHUNK_LEN);
    memcpy(bytes, file.at, file.len);
    return bytes;
}

void
dx_read_evtx(const dx_reading *reading)
{
    libbfio_handle_t *handle = NULL;
    size_t len;

    if (reading->text.len < HEADER_LEN + CHUNK_LEN / 64) /* not even a chunk's own header */
        return;
    uint8_t *bytes = whole_chunks(reading->text, &len);
    if (libbfio_memory_range_initialize(&handle, NULL) == 1 &&
        libbfio_memory_range_set(handle, bytes, len, NULL) == 1)
        take_file(reading, handle);
    if (handle)
        libbfio_handle_free(&handle, NULL);
    g_free(bytes);
}

#else

void
dx_read_evtx(const dx_reading *reading)
{
    (void)reading; /* dx_recognise_binary has refused it */
}

#endif
