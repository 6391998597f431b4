/* fuzz_evidence.c - libFuzzer: bytes of a file -> all readers of the server's files
 *
 * Build: clang -fsanitize=fuzzer,address,undefined -Iplugin tests/fuzz/fuzz_evidence.c
 * plugin/evidence/(all).c
 *        plugin/knowledge/(all).c with glib-2.0
 * The first input byte chooses: 0 the way of a file (recognition, then its readers), 1 and up one reader on
 * the decoded text whatever it holds, so that a reader never relies on recognition.
 * With FUZZ_READER=N in the environment every input goes to reader N (counted from 1).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "evidence/readers.h"

static void (*const readers[])(const dx_reading *reading) = {
#define X(id, platform, command) dx_read_##id,
#include "evidence/kinds.def"
#undef X
};

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
check_where(const dx_evidence_store *store, dx_where where)
{
    require(where.line > 0 && where.file < store->files->len);
}

/* Every fact has a place, a bounded text, a value in range. */
static void
check(const dx_evidence_store *store)
{
    for (unsigned i = 0; i < store->bindings->len; i++) {
        const dx_binding *binding = &g_array_index(store->bindings, dx_binding, i);
        check_where(store, binding->where);
        require(strlen(binding->hash) == 0 || strlen(binding->hash) == 40);
        require(!binding->host || strlen(binding->host) <= 255);
        require(binding->host || binding->endpoint.address.family == 4 ||
                binding->endpoint.address.family == 6);
    }
    for (unsigned i = 0; i < store->certificates->len; i++) {
        const dx_stored_certificate *certificate =
            &g_array_index(store->certificates, dx_stored_certificate, i);
        check_where(store, certificate->where);
        check_where(store, certificate->key_where);
        require(strlen(certificate->thumbprint) == 40 || certificate->subject);
    }
    for (unsigned i = 0; i < store->sockets->len; i++)
        check_where(store, g_array_index(store->sockets, dx_socket, i).where);
    for (unsigned i = 0; i < store->events->len; i++) {
        const dx_log_event *event = &g_array_index(store->events, dx_log_event, i);
        check_where(store, event->where);
        require((event->row || event->id) && (!event->have_time || event->time_us > 0));
        require(!event->have_alert || event->row || event->id == 36887 || event->id == 36888);
    }
    for (unsigned i = 0; i < store->sites->len; i++)
        check_where(store, g_array_index(store->sites, dx_site_binding, i).where);
    for (unsigned i = 0; i < store->processes->len; i++) {
        const dx_process *process = &g_array_index(store->processes, dx_process, i);
        check_where(store, process->where);
        require(process->image && (!process->services || strlen(process->services) < 10000));
    }
    for (unsigned i = 0; i < store->assignments->len; i++) {
        const dx_assignment *row = &g_array_index(store->assignments, dx_assignment, i);
        check_where(store, row->where);
        require(dx_service_get(row->service) && (!*row->thumbprint || strlen(row->thumbprint) == 40));
    }
    for (unsigned i = 0; i < store->curves->len; i++)
        check_where(store, g_array_index(store->curves, dx_curve_setting, i).where);
    for (unsigned i = 0; i < store->protocols->len; i++)
        check_where(store, g_array_index(store->protocols, dx_protocol_setting, i).where);
    for (unsigned i = 0; i < store->hotfixes->len; i++)
        check_where(store, g_array_index(store->hotfixes, dx_hotfix, i).where);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    dx_evidence_store *store = dx_evidence_new();
    const char *only = getenv("FUZZ_READER");
    unsigned choice = (only ? (unsigned)strtoul(only, NULL, 10) : data[0]) % (DX_NUM_KINDS + 1);
    uint8_t *exact = malloc(size); /* so that a read beyond the end is found */
    memcpy(exact, data + 1, size - 1);
    if (choice == 0) {
        dx_evidence_read(store, "file", exact, size - 1);
    } else {
        GString *text = dx_text_decode(exact, size - 1);
        char *copy = malloc(text->len + 1);
        memcpy(copy, text->str, text->len);
        char *tight = memcpy(malloc(text->len ? text->len : 1), copy, text->len);
        dx_evidence_refuse(store, "file", NULL);
        dx_reading reading = {store, 0, (dx_kind)(choice - 1), {tight, text->len}, 1};
        readers[choice - 1](&reading);
        free(tight);
        free(copy);
        g_string_free(text, TRUE);
    }
    check(store);
    free(exact);
    dx_evidence_free(store);
    return 0;
}
