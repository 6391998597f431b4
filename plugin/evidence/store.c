/* store.c - keeps what was read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

#define MAX_NAMES 4096 /* bytes of the names of one certificate */
#define MAX_OWN   256  /* addresses */

static const char *const kind_names[] = {
#define X(id, platform, command) #id,
#include "evidence/kinds.def"
#undef X
};
static const char *const kind_commands[] = {
#define X(id, platform, command) command,
#include "evidence/kinds.def"
#undef X
};
static const dx_platform kind_platforms[] = {
#define X(id, platform, command) DX_PLATFORM_##platform,
#include "evidence/kinds.def"
#undef X
};
static void (*const readers[])(const dx_reading *reading) = {
#define X(id, platform, command) dx_read_##id,
#include "evidence/kinds.def"
#undef X
};

const char *
dx_kind_name(dx_kind kind)
{
    return kind_names[kind];
}

const char *
dx_kind_command(dx_kind kind)
{
    return kind_commands[kind];
}

static void
clear_file(gpointer data)
{
    g_free(((dx_evidence_file *)data)->name);
    g_free(((dx_evidence_file *)data)->reason);
}

static void
clear_binding(gpointer data)
{
    g_free(((dx_binding *)data)->host);
    g_free(((dx_binding *)data)->store);
}

static void
clear_site(gpointer data)
{
    g_free(((dx_site_binding *)data)->site);
    g_free(((dx_site_binding *)data)->host);
}

static void
clear_socket(gpointer data)
{
    g_free(((dx_socket *)data)->image);
}

static void
clear_process(gpointer data)
{
    g_free(((dx_process *)data)->image);
    g_free(((dx_process *)data)->services);
}

void
dx_stored_certificate_clear(dx_stored_certificate *fact)
{
    g_free(fact->subject);
    g_free(fact->names);
}

void
dx_stored_certificate_name(dx_stored_certificate *fact, dx_span name)
{
    char *old = fact->names, *lower = g_ascii_strdown(name.at, (gssize)name.len);

    if (old && strlen(old) + name.len > MAX_NAMES)
        fact->names = g_strdup("*");
    else if (!old || strcmp(old, "*") != 0)
        fact->names = old ? g_strconcat(old, " ", lower, NULL) : g_strdup(lower);
    if (fact->names != old)
        g_free(old);
    g_free(lower);
}

static void
clear_certificate(gpointer data)
{
    dx_stored_certificate_clear(data);
}

static void
clear_algorithm(gpointer data)
{
    g_free(((dx_algorithm_setting *)data)->name);
}

static void
clear_split(gpointer data)
{
    g_free(((dx_split_setting *)data)->image);
}

static GArray *
list_of(size_t size, GDestroyNotify clear)
{
    GArray *list = g_array_new(FALSE, FALSE, (guint)size);
    if (clear)
        g_array_set_clear_func(list, clear);
    return list;
}

dx_evidence_store *
dx_evidence_new(void)
{
    dx_evidence_store *store = g_new0(dx_evidence_store, 1);

    store->files = list_of(sizeof(dx_evidence_file), clear_file);
    store->bindings = list_of(sizeof(dx_binding), clear_binding);
    store->sites = list_of(sizeof(dx_site_binding), clear_site);
    store->listen_addresses = list_of(sizeof(dx_listen_address), NULL);
    store->sockets = list_of(sizeof(dx_socket), clear_socket);
    store->processes = list_of(sizeof(dx_process), clear_process);
    store->certificates = list_of(sizeof(dx_stored_certificate), clear_certificate);
    store->assignments = list_of(sizeof(dx_assignment), NULL);
    store->events = list_of(sizeof(dx_log_event), NULL);
    store->protocols = list_of(sizeof(dx_protocol_setting), NULL);
    store->algorithms = list_of(sizeof(dx_algorithm_setting), clear_algorithm);
    store->suites = list_of(sizeof(dx_suite_setting), NULL);
    store->curves = list_of(sizeof(dx_curve_setting), NULL);
    store->splits = list_of(sizeof(dx_split_setting), clear_split);
    store->hotfixes = list_of(sizeof(dx_hotfix), NULL);
    store->listeners = list_of(sizeof(dx_listener), NULL);
    store->own_addresses = list_of(sizeof(dx_address), NULL);
    store->index = dx_evidence_index_new();
    store->nothing = g_ptr_array_new();
    store->names = g_string_chunk_new(256);
    return store;
}

void
dx_evidence_free(dx_evidence_store *store)
{
    if (!store)
        return;
    GArray *lists[] = {store->files,     store->bindings,     store->listen_addresses,
                       store->sockets,   store->certificates, store->events,
                       store->protocols, store->algorithms,   store->suites,
                       store->splits,    store->hotfixes,     store->own_addresses,
                       store->processes, store->assignments,  store->sites,
                       store->curves,    store->listeners};
    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
        g_array_unref(lists[i]);
    dx_evidence_index_free(store->index);
    g_ptr_array_unref(store->nothing);
    g_string_chunk_free(store->names);
    g_free(store->folder);
    g_free(store->trouble);
    g_free(store);
}

static dx_evidence_file *
file_at(const dx_evidence_store *store, uint32_t file)
{
    return &g_array_index(store->files, dx_evidence_file, file);
}

static uint32_t
add_file(dx_evidence_store *store, const char *name, int kind, bool read, const char *reason)
{
    dx_evidence_file file = {.name = g_strdup(name), .kind = kind, .read = read, .reason = g_strdup(reason)};
    g_array_append_val(store->files, file);
    return store->files->len - 1;
}

void
dx_evidence_refuse(dx_evidence_store *store, const char *name, const char *reason)
{
    if (store->files->len < DX_MAX_EVIDENCE_FILES)
        add_file(store, name, -1, false, reason);
}

/* What came of a file, once its reader is done. */
static void
conclude(dx_evidence_file *file)
{
    if (file->kind == DX_KIND_evtx && !file->num_facts && !file->empty) {
        file->read = false;
        file->reason = g_strdup("a binary event log that is damaged: export it again, or as XML");
    } else if (!file->num_facts && (file->num_skipped || !file->empty) && !file->reason) {
        file->read = false;
        file->reason = g_strdup_printf("looks like output of %s, but no entry could be read: lines %u to %u",
                                       kind_commands[file->kind], file->first_line, file->last_line);
    } else if (file->num_skipped && !file->reason) {
        file->reason = g_strdup_printf("%u of its entries could not be read: lines %u to %u",
                                       file->num_skipped, file->first_line, file->last_line);
    } else if (file->cut && !file->reason) {
        file->reason = g_strdup("the file ends within an entry");
    } else if (file->part && !file->reason) {
        file->reason = g_strdup("may be a part of the list: what it lacks proves nothing");
    }
}

static uint32_t
count_lines(dx_span text)
{
    uint32_t num = 0;
    dx_lines lines;
    dx_span line;

    dx_lines_start(&lines, text, false);
    while (dx_lines_next(&lines, &line))
        if (dx_span_trim(line).len)
            num = lines.number;
    return num;
}

/* Reads one kind of output in a text. */
static void
read_kind(dx_evidence_store *store, const char *name, dx_kind kind, uint32_t line, dx_span text)
{
    dx_reading reading = {store, add_file(store, name, (int)kind, true, NULL), kind, text, line};

    readers[kind](&reading);
    dx_evidence_file *file = file_at(store, reading.file);
    if (!file->last_line) {
        file->first_line = line;
        file->last_line = MAX(count_lines(text), line);
    }
    conclude(file);
}

/* A text of which nothing is read: what it seems to be, if that is known. */
static void
refuse_text(dx_evidence_store *store, const char *name, dx_span text)
{
    const char *what = dx_seems_other(text);
    char *reason = what ? g_strdup_printf("looks like %s, which is not evaluated", what) : NULL;

    dx_evidence_refuse(store, name, reason ? reason : "unknown format");
    g_free(reason);
}

void
dx_evidence_read(dx_evidence_store *store, const char *name, const uint8_t *bytes, size_t len)
{
    bool log = len >= sizeof DX_EVTX_MAGIC && memcmp(bytes, DX_EVTX_MAGIC, sizeof DX_EVTX_MAGIC) == 0;
    const char *reason = log && len > DX_MAX_EVTX_BYTES        ? "larger than 64 MB"
                         : !log && len > DX_MAX_EVIDENCE_BYTES ? "larger than 16 MB"
                         : len == 0                            ? "the file is empty"
                                                               : dx_recognise_binary(bytes, len);
    dx_sightings seen;

    if (reason) {
        dx_evidence_refuse(store, name, reason);
        return;
    }
    if (log || dx_recognise_der(bytes, len)) {
        if (store->files->len < DX_MAX_EVIDENCE_FILES)
            read_kind(store, name, log ? DX_KIND_evtx : DX_KIND_certificate_file, 1,
                      (dx_span){(const char *)bytes, len});
        return;
    }
    GString *text = dx_text_decode(bytes, len);
    dx_span span = {text->str, text->len};
    dx_recognise(&seen, span);
    if (!seen.num)
        refuse_text(store, name, span);
    for (unsigned kind = 0; kind < DX_NUM_KINDS && store->files->len < DX_MAX_EVIDENCE_FILES; kind++)
        if (seen.line[kind])
            read_kind(store, name, (dx_kind)kind, seen.line[kind], span);
    g_string_free(text, TRUE);
}

dx_platform
dx_evidence_platform(const dx_evidence_store *store)
{
    dx_platform platform = DX_PLATFORM_UNKNOWN;

    for (uint32_t i = 0; i < store->files->len; i++) {
        const dx_evidence_file *file = file_at(store, i);
        dx_platform of = file->kind < 0 ? DX_PLATFORM_UNKNOWN : kind_platforms[file->kind];
        if (of == DX_PLATFORM_UNKNOWN || !file->read)
            continue;
        if (platform != DX_PLATFORM_UNKNOWN && of != platform)
            return DX_PLATFORM_UNKNOWN;
        platform = of;
    }
    return platform;
}

bool
dx_evidence_has(const dx_evidence_store *store, dx_kind kind)
{
    return dx_evidence_first(store, kind).line > 0;
}

dx_service_id
dx_evidence_logged_by(const dx_evidence_store *store, dx_where where)
{
    return where.file < store->files->len ? file_at(store, where.file)->log_service : DX_SERVICE_UNKNOWN;
}

bool
dx_evidence_whole(const dx_evidence_store *store, dx_kind kind)
{
    bool any = false;

    for (uint32_t i = 0; i < store->files->len; i++) {
        const dx_evidence_file *file = file_at(store, i);
        if (file->kind != (int)kind || file->part)
            continue;
        if (!file->read || file->cut || file->num_skipped)
            return false;
        any = true;
    }
    return any;
}

dx_where
dx_evidence_lists_sockets(const dx_evidence_store *store)
{
    static const dx_kind kinds[] = {DX_KIND_netstat, DX_KIND_net_tcp_connection, DX_KIND_ss};
    dx_where none = {0, 0};

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (dx_evidence_whole(store, kinds[i]))
            return dx_evidence_list(store, kinds[i]);
    return none;
}

dx_where
dx_evidence_first(const dx_evidence_store *store, dx_kind kind)
{
    for (uint32_t i = 0; i < store->files->len; i++)
        if (file_at(store, i)->kind == (int)kind && file_at(store, i)->read)
            return (dx_where){i, 1};
    return (dx_where){0, 0};
}

dx_where
dx_evidence_list(const dx_evidence_store *store, dx_kind kind)
{
    for (uint32_t i = 0; i < store->files->len; i++)
        if (file_at(store, i)->kind == (int)kind && file_at(store, i)->read && !file_at(store, i)->part)
            return (dx_where){i, 1};
    return (dx_where){0, 0};
}

bool
dx_note(GArray *list, const void *fact)
{
    if (list->len >= DX_MAX_EVIDENCE_FACTS)
        return false;
    g_array_append_vals(list, fact, 1);
    return true;
}

void
dx_reading_own(const dx_reading *reading, const dx_address *address)
{
    GArray *own = reading->store->own_addresses;

    if (dx_address_is_any(address) || dx_address_is_local(address) || own->len >= MAX_OWN)
        return;
    for (unsigned i = 0; i < own->len; i++)
        if (dx_address_same(&g_array_index(own, dx_address, i), address))
            return;
    g_array_append_val(own, *address);
}

bool
dx_reading_keep(const dx_reading *reading, GArray *list, const void *fact)
{
    dx_evidence_file *file = file_at(reading->store, reading->file);

    if (list->len >= (list == reading->store->events ? DX_MAX_LOG_EVENTS : DX_MAX_EVIDENCE_FACTS)) {
        dx_reading_skip(reading, reading->line);
        return false;
    }
    g_array_append_vals(list, fact, 1);
    file->num_facts++;
    return true;
}

bool
dx_reading_certificate(const dx_reading *reading, dx_stored_certificate *fact)
{
    bool kept = dx_reading_keep(reading, reading->store->certificates, fact);

    if (!kept)
        dx_stored_certificate_clear(fact);
    return kept;
}

void
dx_reading_skip(const dx_reading *reading, uint32_t line)
{
    dx_evidence_file *file = file_at(reading->store, reading->file);

    if (!file->num_skipped++)
        file->first_line = line;
    file->last_line = MAX(line, file->first_line);
}

void
dx_reading_cut(const dx_reading *reading)
{
    file_at(reading->store, reading->file)->cut = true;
}

void
dx_reading_part(const dx_reading *reading)
{
    file_at(reading->store, reading->file)->part = true;
}

void
dx_reading_empty(const dx_reading *reading)
{
    file_at(reading->store, reading->file)->empty = true;
}

dx_where
dx_reading_at(const dx_reading *reading, uint32_t line)
{
    return (dx_where){reading->file, line};
}
