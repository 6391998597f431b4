/* test_evidence_layouts.c - the layouts in which administrators hand event logs over, one file each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"

#define UTC   INT64_C(1795360609000000) /* 2026-11-22T15:16:49Z */
#define LOCAL (UTC + INT64_C(3600000000))
#define ID    36870
#define CODE  0x80090016

/* What is read of a file: all of them tell of one event, some of a second one. */
static const struct {
    const char *file;
    dx_kind kind;
    unsigned num;
    uint16_t id;
    uint32_t code; /* 0: the layout cuts it off */
    int64_t time_us;
    bool utc;
} rows[] = {
    {"winevent-table.txt", DX_KIND_event_table, 2, ID, 0, LOCAL, false},
    {"winevent-table-wrap.txt", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"winevent-table-de.txt", DX_KIND_event_table, 1, ID, 0, LOCAL, false},
    {"winevent-table-fr.txt", DX_KIND_event_table, 1, ID, 0, LOCAL, false},
    {"winevent-table-es.txt", DX_KIND_event_table, 1, ID, 0, LOCAL, false},
    {"winevent-table-ja.txt", DX_KIND_event_table, 1, ID, 0, LOCAL, false},
    {"winevent-select.txt", DX_KIND_event_table, 1, ID, 0, LOCAL, false},
    {"winevent-fl.txt", DX_KIND_event_list, 1, ID, CODE, LOCAL, false},
    {"winevent-fl-ja.txt", DX_KIND_event_list, 1, ID, CODE, LOCAL, false},
    {"winevent-fl-all.txt", DX_KIND_event_list, 1, ID, CODE, LOCAL, false},
    {"winevent.csv", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"winevent-de.csv", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"winevent-5.json", DX_KIND_event_json, 1, ID, CODE, UTC + 250000, true},
    {"winevent-7.json", DX_KIND_event_json, 1, 36888, 0, UTC + 250123, true},
    {"eventlog-table.txt", DX_KIND_event_table, 1, ID, 0, LOCAL, false},
    {"eventlog-fl.txt", DX_KIND_event_list, 1, ID, CODE, LOCAL, false},
    {"eventlog-fl-all.txt", DX_KIND_event_list, 1, ID, CODE, LOCAL, false},
    {"eventlog.csv", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer.xml", DX_KIND_event_xml, 1, ID, CODE, UTC + 250000, true},
    {"viewer-userdata.xml", DX_KIND_event_xml, 1, 36888, 0, UTC + 250000, true},
    {"viewer-en.csv", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-de.csv", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-fr.csv", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-es.csv", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-ja.csv", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-en.txt", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-de.txt", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-fr.txt", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-es.txt", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"viewer-ja.txt", DX_KIND_event_table, 1, ID, CODE, LOCAL, false},
    {"copy-en.txt", DX_KIND_event_text, 1, ID, CODE, LOCAL, false},
    {"copy-de.txt", DX_KIND_event_text, 1, ID, CODE, LOCAL, false},
    {"copy-fr.txt", DX_KIND_event_text, 1, ID, CODE, LOCAL, false},
    {"copy-es.txt", DX_KIND_event_text, 1, ID, CODE, LOCAL, false},
    {"copy-ja.txt", DX_KIND_event_text, 1, ID, CODE, LOCAL, false},
    {"wevtutil-fr.txt", DX_KIND_event_text, 1, ID, CODE, LOCAL + 250000, false},
    {"wevtutil-es.txt", DX_KIND_event_text, 1, ID, CODE, LOCAL + 250000, false},
    {"wevtutil-ja.txt", DX_KIND_event_text, 1, ID, CODE, LOCAL + 250000, false},
    {"wmi-ja.txt", DX_KIND_event_text, 1, 36888, 0, LOCAL, false},
    {"winevent-table-capi2.txt", DX_KIND_event_table, 2, 30, 0, LOCAL, false},
    {"wevtutil-nps-fr.txt", DX_KIND_event_text, 1, 6273, 0, UTC, true},
    {"wevtutil-nps-es.txt", DX_KIND_event_text, 1, 6273, 0, UTC, true},
    {"wevtutil-nps-ja.txt", DX_KIND_event_text, 1, 6273, 0, UTC, true},
    {"winevent-fl-nps.txt", DX_KIND_event_list, 1, 6273, 0, LOCAL, false},
    {"winevent-fl-services.txt", DX_KIND_event_list, 3, 26014, 0, LOCAL, false},
};

static dx_evidence_store *
read_layout(const char *name)
{
    char *path = g_build_filename(DX_SOURCE_DIR, "tests", "evidence", "event_layouts", name, NULL), *bytes;
    dx_evidence_store *store = dx_evidence_new();
    size_t len;

    g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    dx_evidence_read(store, name, (const uint8_t *)bytes, len);
    g_free(bytes);
    g_free(path);
    return store;
}

static void
test_layout(gconstpointer data)
{
    unsigned i = GPOINTER_TO_UINT(data);
    dx_evidence_store *store = read_layout(rows[i].file);

    expect_kind(store, (int)rows[i].kind);
    g_assert_cmpstr(ITEM(store->files, dx_evidence_file, 0)->reason, ==, NULL);
    g_assert_cmpuint(store->events->len, ==, rows[i].num);
    const dx_log_event *event = ITEM(store->events, dx_log_event, 0);
    g_assert_cmpuint(event->id, ==, rows[i].id);
    g_assert_cmpint(event->provider, ==, event->id >= 36864 ? DX_PROVIDER_SCHANNEL : DX_PROVIDER_OTHER);
    g_assert_cmphex(event->have_code ? event->code : 0, ==, rows[i].code);
    g_assert_true(event->have_time && event->utc == rows[i].utc);
    g_assert_true(event->have_alert == (event->id == 36888));
    if (event->have_alert)
        g_assert_cmpuint(event->alert, ==, 40);
    if (strstr(rows[i].file, "-nps-")) {
        g_assert_cmpuint(event->row->number, ==, 265);
        g_assert_cmpuint(event->endpoint.address.family, ==, DX_ADDRESS_LINK);
        g_assert_cmpuint(event->endpoint.address.bytes[5], ==, 0x10);
        g_assert_true(event->have_client);
    }
    int64_t time_us = event->yearless ? dx_time_set_year(event->time_us, UTC) : event->time_us;
    g_assert_cmpint(time_us, ==, event->minutes ? rows[i].time_us - 49 * G_USEC_PER_SEC : rows[i].time_us);
    dx_evidence_free(store);
}

/* No file of the folder is without a row. */
static void
test_all(void)
{
    char *path = g_build_filename(DX_SOURCE_DIR, "tests", "evidence", "event_layouts", NULL);
    GDir *dir = g_dir_open(path, 0, NULL);
    unsigned num = 0;

    while (g_dir_read_name(dir))
        num++;
    g_assert_cmpuint(num, ==, G_N_ELEMENTS(rows));
    g_dir_close(dir);
    g_free(path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *path = g_strdup_printf("/evidence/layout/%s", rows[i].file);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_layout);
        g_free(path);
    }
    g_test_add_func("/evidence/layout/all", test_all);
    return g_test_run();
}
