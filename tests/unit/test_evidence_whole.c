/* test_evidence_whole.c - all that is read of every sample file and of lines at the readers' edges, whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"
#include "whole.h"

#include "knowledge/names.h"

/* A value that is there; flags by their names. */
static void
put_text(GString *out, const char *key, const char *text)
{
    if (text && *text)
        g_string_append_printf(out, " %s=%s", key, text);
}

static void
put_number(GString *out, const char *key, int64_t number)
{
    if (number)
        g_string_append_printf(out, " %s=%" G_GINT64_FORMAT, key, number);
}

/* As a date of UTC, to be read beside that of the sample. */
static void
put_time(GString *out, const char *key, int64_t time_us)
{
    GDateTime *time = time_us ? g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC) : NULL;

    if (!time)
        return;
    int64_t part = time_us % G_USEC_PER_SEC;
    g_string_append_printf(out, " %s=%04d-%02d-%02d", key, g_date_time_get_year(time),
                           g_date_time_get_month(time), g_date_time_get_day_of_month(time));
    if (time_us % (86400 * (int64_t)G_USEC_PER_SEC))
        g_string_append_printf(out, " %02d:%02d:%02d", g_date_time_get_hour(time),
                               g_date_time_get_minute(time), g_date_time_get_second(time));
    if (part)
        g_string_append_printf(out, ".%06d", (int)part);
    g_date_time_unref(time);
}

static void
put_flag(GString *out, const char *key, bool flag)
{
    if (flag)
        g_string_append_printf(out, " %s", key);
}

static void
put_endpoint(GString *out, const dx_endpoint *endpoint)
{
    char *text = dx_endpoint_text(endpoint);

    g_string_append_printf(out, " %s", text);
    g_free(text);
}

static void
begin(GString *out, const char *what, dx_where where)
{
    g_string_append_printf(out, "  %u %s", where.line, what);
}

static void
put_file(GString *out, const dx_evidence_file *file)
{
    g_string_append_printf(out, "  %s lines %u-%u facts %u", file->kind < 0 ? "-" : dx_kind_name(file->kind),
                           file->first_line, file->last_line, file->num_facts);
    put_number(out, "skipped", file->num_skipped);
    put_flag(out, "read", file->read);
    put_flag(out, "cut", file->cut);
    put_flag(out, "part", file->part);
    put_flag(out, "empty", file->empty);
    put_text(out, "log_of", file->log_service ? dx_service_get(file->log_service)->token : NULL);
    put_text(out, "reason", file->reason);
    g_string_append_c(out, '\n');
}

static void
put_binding(GString *out, const dx_binding *at)
{
    begin(out, "binding", at->where);
    put_endpoint(out, &at->endpoint);
    put_flag(out, "host", at->host != NULL);
    put_text(out, "host", at->host);
    put_text(out, "hash", at->hash);
    put_text(out, "store", at->store);
    put_flag(out, "have_hash", at->have_hash);
    put_flag(out, "have_guid", at->have_guid);
    put_flag(out, "zero_guid", at->zero_guid);
    put_flag(out, "cut", at->cut);
    put_flag(out, "no_legacy", at->no_legacy);
    put_flag(out, "no_tls12", at->no_tls12);
    put_flag(out, "no_tls13", at->no_tls13);
    g_string_append_c(out, '\n');
}

static void
put_site(GString *out, const dx_site_binding *at)
{
    begin(out, "site", at->where);
    put_endpoint(out, &at->endpoint);
    put_text(out, "site", at->site);
    put_text(out, "host", at->host);
    put_text(out, "hash", at->hash);
    put_flag(out, "https", at->https);
    put_flag(out, "sni", at->sni);
    put_flag(out, "central", at->central);
    put_flag(out, "stopped", at->stopped);
    put_flag(out, "bare", at->bare);
    g_string_append_c(out, '\n');
}

static void
put_certificate(GString *out, const dx_stored_certificate *at)
{
    static const char *const keys[] = {"unknown", "named", "works", "missing", "unusable"};
    static const char *const types[] = {"", "RSA", "ECDSA"};

    begin(out, "certificate", at->where);
    put_text(out, "thumbprint", at->thumbprint);
    put_text(out, "subject", at->subject);
    g_string_append_printf(out, " key=%s,%u", keys[at->key], at->key_where.line);
    put_text(out, "type", types[at->type]);
    put_number(out, "error", at->key_error);
    put_time(out, "not_after", at->not_after_us);
    put_number(out, "not_after_line", at->not_after_where.line);
    put_flag(out, "self_signed", at->self_signed);
    put_text(out, "names", at->names);
    put_number(out, "names_line", at->names_where.line);
    g_string_append_c(out, '\n');
}

static void
put_assignment(GString *out, const dx_assignment *at)
{
    begin(out, "assignment", at->where);
    put_text(out, "service", at->service ? dx_service_get(at->service)->token : NULL);
    put_text(out, "thumbprint", at->thumbprint);
    put_flag(out, "logged", at->logged);
    put_flag(out, "refused", at->refused);
    put_number(out, "error", at->error);
    g_string_append_c(out, '\n');
}

static void
put_event(GString *out, const dx_log_event *at)
{
    static const char *const providers[] = {"Schannel", "HTTP", "other", "program"};

    begin(out, "event", at->where);
    g_string_append_printf(out, " %u %s", at->id, providers[at->provider]);
    if (at->row)
        g_string_append_printf(out, " row=%d,%u,%s", at->row->reason, at->row->number,
                               at->row->meaning ? at->row->meaning : "");
    if (at->have_time)
        put_time(out, "time", at->time_us);
    put_flag(out, "utc", at->utc);
    put_flag(out, "yearless", at->yearless);
    put_flag(out, "minutes", at->minutes);
    if (at->have_alert)
        g_string_append_printf(out, " alert=%u", at->alert);
    if (at->have_code)
        g_string_append_printf(out, " code=%08x", at->code);
    put_flag(out, "as_client", at->as_client);
    put_flag(out, "have_client", at->have_client);
    put_flag(out, "of_client", at->of_client);
    put_text(out, "name", at->server_name);
    if (at->endpoint.address.family || at->endpoint.port)
        put_endpoint(out, &at->endpoint);
    g_string_append_c(out, '\n');
}

static void
put_listener(GString *out, const dx_listener *at)
{
    begin(out, "listener", at->where);
    g_string_append_printf(out, " %s", at->program);
    put_endpoint(out, &at->endpoint);
    g_string_append_printf(out, " tls=%s versions=%x,%u",
                           !at->tls_told ? "?"
                           : at->tls     ? "yes"
                                         : "no",
                           at->versions, at->versions_where.line);
    put_flag(out, "first", at->first);
    put_flag(out, "reject", at->reject);
    put_text(out, "names", at->names);
    g_string_append_c(out, '\n');
}

static void
put_socket(GString *out, const dx_socket *at)
{
    begin(out, "socket", at->where);
    put_endpoint(out, &at->local);
    put_flag(out, "udp", at->local.datagram);
    if (at->have_pid)
        g_string_append_printf(out, " pid=%u", at->pid);
    put_text(out, "image", at->image);
    g_string_append_c(out, '\n');
}

static void
put_process(GString *out, const dx_process *at)
{
    begin(out, "process", at->where);
    g_string_append_printf(out, " %u", at->pid);
    put_text(out, "image", at->image);
    put_text(out, "services", at->services);
    g_string_append_c(out, '\n');
}

static void
put_protocol(GString *out, const dx_protocol_setting *at)
{
    begin(out, "protocol", at->where);
    g_string_append_printf(out, " %s %s enabled=%d disabled_by_default=%d\n", dx_version_name(at->version),
                           at->server ? "server" : "client", at->enabled, at->disabled_by_default);
}

/* What has a line and one value. */
static void
put_small(GString *out, const dx_evidence_store *store)
{
    for (unsigned i = 0; i < store->listen_addresses->len; i++) {
        const dx_listen_address *at = ITEM(store->listen_addresses, dx_listen_address, i);
        begin(out, "listens", at->where);
        char *text = dx_address_text(&at->address);
        put_text(out, "address", text);
        g_free(text);
        g_string_append_c(out, '\n');
    }
    for (unsigned i = 0; i < store->algorithms->len; i++) {
        const dx_algorithm_setting *at = ITEM(store->algorithms, dx_algorithm_setting, i);
        begin(out, "algorithm", at->where);
        g_string_append_printf(out, " %s %s\n", at->name, at->enabled ? "on" : "off");
    }
    for (unsigned i = 0; i < store->splits->len; i++) {
        const dx_split_setting *at = ITEM(store->splits, dx_split_setting, i);
        begin(out, "split", at->where);
        put_text(out, "image", at->image);
        g_string_append_printf(out, " %u\n", at->value);
    }
    for (unsigned i = 0; i < store->hotfixes->len; i++) {
        const dx_hotfix *at = ITEM(store->hotfixes, dx_hotfix, i);
        begin(out, "update", at->where);
        g_string_append_printf(out, " KB%u", at->kb);
        put_time(out, "day", at->day_us);
        g_string_append_c(out, '\n');
    }
}

static void
put_suites(GString *out, const dx_evidence_store *store)
{
    for (unsigned i = 0; i < store->suites->len; i++) {
        const dx_suite_setting *at = ITEM(store->suites, dx_suite_setting, i);
        begin(out, at->local ? "suite of the machine" : "suite", at->where);
        g_string_append_printf(out, " %04x\n", at->cipher);
    }
    for (unsigned i = 0; i < store->curves->len; i++) {
        const dx_curve_setting *at = ITEM(store->curves, dx_curve_setting, i);
        begin(out, at->local ? "curve of the machine" : "curve", at->where);
        g_string_append_printf(out, " %u\n", at->group);
    }
}

static void
put_machine(GString *out, const dx_evidence_store *store)
{
    static const char *const platforms[] = {"", "Windows", "Unix"};

    g_string_append(out, "  machine");
    put_text(out, "release", store->os ? dx_windows_find(store->os)->token : NULL);
    put_number(out, "release_line", store->os_where.line);
    put_text(out, "platform", platforms[dx_evidence_platform(store)]);
    put_flag(out, "protocols_all", store->protocols_all);
    put_flag(out, "own_all", store->own_all);
    put_number(out, "sockets_line", dx_evidence_lists_sockets(store).line);
    for (int kind = 0; kind < DX_NUM_KINDS; kind++)
        if (dx_evidence_whole(store, (dx_kind)kind))
            g_string_append_printf(out, " whole=%s", dx_kind_name((dx_kind)kind));
    for (unsigned i = 0; i < store->own_addresses->len; i++) {
        char *text = dx_address_text(ITEM(store->own_addresses, dx_address, i));
        put_text(out, "own", text);
        g_free(text);
    }
    g_string_append_c(out, '\n');
}

static bool
is_alike(const dx_log_event *a, const dx_log_event *b)
{
    return a->row == b->row && a->id == b->id && a->alert == b->alert && a->code == b->code &&
           a->as_client == b->as_client;
}

/* Of many events of one row the first and the last. */
static void
put_events_of(GString *out, const dx_evidence_store *store)
{
    const GArray *events = store->events;

    for (unsigned i = 0; i < events->len; i++) {
        const dx_log_event *at = ITEM(events, dx_log_event, i);
        unsigned first = i;
        put_event(out, at);
        while (i + 1 < events->len && is_alike(at, ITEM(events, dx_log_event, i + 1)))
            i++;
        if (i > first + 1)
            g_string_append_printf(out, "  and %u more such events, to\n", i - first - 1);
        if (i > first)
            put_event(out, ITEM(events, dx_log_event, i));
    }
}

#define PUT_ALL(list, type, put)                                                                             \
    for (unsigned i = 0; i < (list)->len; i++)                                                               \
    put(out, ITEM(list, type, i))

static void
put_store(GString *out, const dx_evidence_store *store)
{
    PUT_ALL(store->files, dx_evidence_file, put_file);
    PUT_ALL(store->bindings, dx_binding, put_binding);
    PUT_ALL(store->sites, dx_site_binding, put_site);
    PUT_ALL(store->sockets, dx_socket, put_socket);
    PUT_ALL(store->processes, dx_process, put_process);
    PUT_ALL(store->certificates, dx_stored_certificate, put_certificate);
    PUT_ALL(store->assignments, dx_assignment, put_assignment);
    put_events_of(out, store);
    PUT_ALL(store->listeners, dx_listener, put_listener);
    PUT_ALL(store->protocols, dx_protocol_setting, put_protocol);
    put_small(out, store);
    put_suites(out, store);
    put_machine(out, store);
}

static int
compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The sorted names in a folder; new. */
static GPtrArray *
list_folder(const char *path)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(path, 0, NULL);

    for (const char *name; dir && (name = g_dir_read_name(dir)) != NULL;)
        g_ptr_array_add(names, g_strdup(name));
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    return names;
}

static void
put_sample(GString *out, const char *folder, const char *name)
{
    char *path = g_build_filename(DX_SOURCE_DIR, "tests", "evidence", folder, name, NULL), *bytes;
    dx_evidence_store *store = dx_evidence_new();
    size_t len;

    g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    dx_evidence_read(store, name, (const uint8_t *)bytes, len);
    g_string_append_printf(out, "%s/%s\n", folder, name);
    put_store(out, store);
    dx_evidence_free(store);
    g_free(bytes);
    g_free(path);
}

static void
test_samples(void)
{
    GPtrArray *folders = list_folder(DX_SOURCE_DIR "/tests/evidence");
    GString *out = g_string_new(NULL);

    for (unsigned i = 0; i < folders->len; i++) {
        const char *folder = folders->pdata[i];
        char *path = g_build_filename(DX_SOURCE_DIR, "tests", "evidence", folder, NULL);
        GPtrArray *names = list_folder(path);
        for (unsigned j = 0; j < names->len; j++)
            if (!g_str_has_suffix(names->pdata[j], ".evtx") && /* read by a library that need not be there */
                strcmp(names->pdata[j], "README.md") != 0)
                put_sample(out, folder, names->pdata[j]);
        g_ptr_array_free(names, TRUE);
        g_free(path);
    }
    g_ptr_array_free(folders, TRUE);
    check_whole("evidence.txt", out->str);
    g_string_free(out, TRUE);
}

/* A text of a few lines, with what is before and behind it in all of a group. */
static void
put_text_of(GString *out, const char *before, const char *text, size_t len)
{
    GString *whole = g_string_new(before);
    dx_evidence_store *store = dx_evidence_new();
    char *shown = g_strescape(text, NULL);

    g_string_append_len(whole, text, (gssize)len);
    dx_evidence_read(store, "text", (const uint8_t *)whole->str, whole->len);
    g_string_append_printf(out, "%s\n", shown);
    put_store(out, store);
    g_free(shown);
    dx_evidence_free(store);
    g_string_free(whole, TRUE);
}

/* Numbers at their limits, words that a reader takes, sorts of files that are refused: a line of `texts`
 * each. */
static void
put_texts(GString *out, const char *title, const char *before, const char *const *texts)
{
    g_string_append_printf(out, "\n%s\n", title);
    for (unsigned i = 0; texts[i]; i++)
        put_text_of(out, before, texts[i], strlen(texts[i]));
}

#define TEXTS(title, before, ...) put_texts(out, title, before, (const char *const[]){__VA_ARGS__, NULL})

static void
put_settings(GString *out)
{
    TEXTS("HAProxy", "frontend a\n bind :443 ssl crt /x ", "no-sslv3 ssl-min-ver SSLv3\n",
          "no-tlsv10 ssl-min-ver SSLv3\n", "no-tlsv11 ssl-min-ver SSLv3\n", "no-tlsv12 ssl-min-ver SSLv3\n",
          "no-tlsv13 ssl-min-ver SSLv3\n", "force-sslv3\n", "force-tlsv10\n", "force-tlsv11\n",
          "force-tlsv12\n", "force-tlsv13\n", "ssl-min-ver TLSv1.1 ssl-max-ver TLSv1.2\n", "ssl-min-ver\n");
    TEXTS("curves", "curve25519\n", "NistP256\n", "NistP384\n", "NistP521\n", "secP256r1\n", "secP384r1\n",
          "secP521r1\n", "brainpoolP256r1\n", "brainpoolP384r1\n", "brainpoolP512r1\n", "nistP192\n",
          "nistP224\n", "secP256k1\n", "MLKEM768_X25519\n", "X25519MLKEM768\n", "ECDH_P256\n", "ECDH_P384\n",
          "ECDH_P521\n", "curve448\n", "\"NistP256\",\n");
    TEXTS("the registry",
          "Windows Registry Editor Version 5.00\n\n"
          "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\",
          "Protocols\\TLS 1.0\\Server]\n\"Enabled\"=dword:00000000\n",
          "Protocols\\TLS 1.1\\Client]\n\"DisabledByDefault\"=dword:00000001\n",
          "Protocols\\SSL 3.0\\Server]\n\"Enabled\"=dword:ffffffff\n\"DisabledByDefault\"=dword:0\n",
          "Protocols\\SSL 2.0\\Server]\n\"Enabled\"=dword:1\n",
          "Protocols\\TLS 1.2\\Server]\n\"Other\"=dword:0\n",
          "Protocols\\TLS 9.9\\Server]\n\"Enabled\"=dword:0\n",
          "Ciphers\\RC4 128/128]\n\"Enabled\"=dword:0\n",
          "Ciphers\\AES 256/256]\n\"Enabled\"=dword:ffffffff\n",
          "KeyExchangeAlgorithms\\ECDH]\n\"Enabled\"=dword:00000000\n");
    TEXTS("its records of one byte",
          "Windows Registry Editor Version 5.00\n\n"
          "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL]\n",
          "\"SendExtraRecord\"=dword:0\n", "\"SendExtraRecord\"=dword:2\n", "\"SendExtraRecord\"=dword:3\n");
    TEXTS("bindings in PowerShell",
          "IP Address          Port   Host Name        Store            Sites\n"
          "----------          ----   ---------        -----            -----\n",
          "0.0.0.0             443                     My               Default\n",
          "0.0.0.0             65535                   My               Default\n",
          "0.0.0.0             65536                   My               Default\n",
          "0.0.0.0             x                       My               Default\n",
          "x                   443                     My               Default\n",
          "                    443    www.example.com  My               Default\n",
          "                    443                     My               Default\n");
}

static void
put_sockets(GString *out)
{
    TEXTS(
        "netstat -ano",
        "Active Connections\n\n  Proto  Local Address          Foreign Address        State           PID\n",
        "  TCP    0.0.0.0:443            0.0.0.0:0              LISTENING       4\n",
        "  TCP    [::]:443               [::]:0                 LISTENING       4294967295\n",
        "  TCP    192.0.2.1:65535        0.0.0.0:0              ABH\xc3\x96REN         1234\n",
        "  TCP    192.0.2.1:65536        0.0.0.0:0              LISTENING       1234\n",
        "  TCP    192.0.2.1:443          198.51.100.7:50000     ESTABLISHED     1234\n",
        "  UDP    0.0.0.0:443            *:*                                    4\n",
        "  TCP    192.0.2.1              0.0.0.0:0              LISTENING       1\n");
    TEXTS("ss -ltnp", "State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n",
          "LISTEN 0 511 0.0.0.0:443 0.0.0.0:* users:((\"nginx\",pid=7,fd=6),(\"nginx\",pid=6,fd=6))\n",
          "LISTEN 0 511 [::]:443 [::]:*\n", "LISTEN 0 511 *:443 *:* users:((\"java\",pid=8,fd=1))\n",
          "LISTEN 0 511 127.0.0.1%lo:443 0.0.0.0:*\n", "ESTAB 0 0 192.0.2.1:443 192.0.2.2:50000\n");
    TEXTS("netsh http show iplisten",
          "\nIP addresses present in the IP listen list:\n"
          "-------------------------------------------\n\n",
          "    192.0.2.1\n", "    ::1\n", "    192.0.2.256\n", "    192.0.2.1\n    192.0.2.2\n");
}

static void
put_times(GString *out)
{
    TEXTS("dates and times", "TimeGenerated : ", "11/22/2026 3:04:05 AM\nEventID : 36870\n",
          "11/22/2026 3:04:05 PM\nEventID : 36870\n", "22/11/2026 3:04:05 a.m.\nEventID : 36870\n",
          "22/11/2026 3:04:05 p.m.\nEventID : 36870\n", "22/11/2026 3:04:05 a. m.\nEventID : 36870\n",
          "22/11/2026 3:04:05 p. m.\nEventID : 36870\n", "22/11/2026 3:04:05 a.\xc2\xa0m.\nEventID : 36870\n",
          "22/11/2026 3:04:05 p.\xc2\xa0m.\nEventID : 36870\n", "2026/11/22 午前 3:04:05\nEventID : 36870\n",
          "2026/11/22 午後 3:04:05\nEventID : 36870\n", "2026/11/22 上午 3:04:05\nEventID : 36870\n",
          "2026/11/22 下午 3:04:05\nEventID : 36870\n", "2026-11-22 오전 3:04:05\nEventID : 36870\n",
          "2026-11-22 오후 3:04:05\nEventID : 36870\n", "11/22/2026 12:04:05 AM\nEventID : 36870\n",
          "11/22/2026 12:04:05 PM\nEventID : 36870\n", "11/22/2026 13:04:05 PM\nEventID : 36870\n",
          "22.11.2026 23:59:59\nEventID : 36870\n", "22.11.2026 24:00:00\nEventID : 36870\n",
          "22.11.2026 3:60\nEventID : 36870\n", "22.11.2026 3:59\nEventID : 36870\n",
          "29.2.2024 3:04\nEventID : 36870\n", "29.2.2026 3:04\nEventID : 36870\n",
          "31.4.2026 3:04\nEventID : 36870\n", "0.4.2026 3:04\nEventID : 36870\n",
          "2/3/2026 3:04\nEventID : 36870\n", "13/3/2026 3:04\nEventID : 36870\n",
          "3/13/2026 3:04\nEventID : 36870\n");
    TEXTS("months", "[error] 7#7: *1 SSL_do_handshake() failed (SSL: error:0A000416:) ",
          "12/Jan/2026:03:04:05 +0100\n", "12/Feb/2026:03:04:05 -0130\n", "12/Mar/2026:03:04:05\n",
          "12-Apr-2026 03:04:05\n", "12 May 2026 03:04:05\n", "12/Jun/2026:03:04:05\n",
          "12/Jul/2026:03:04:05\n", "12/Aug/2026:03:04:05\n", "12/Sep/2026:03:04:05\n",
          "12/Oct/2026:03:04:05\n", "12/Nov/2026:03:04:05\n", "12/Dec/2026:03:04:05\n",
          "12 Mrz 2026 03:04:05\n", "12 Mär 2026 03:04:05\n", "12 Mai 2026 03:04:05\n",
          "12 Okt 2026 03:04:05\n", "12 Dez 2026 03:04:05\n", "12 févr. 2026 03:04:05\n",
          "12 avr. 2026 03:04:05\n", "12 juin 2026 03:04:05\n", "12 juil. 2026 03:04:05\n",
          "12 août 2026 03:04:05\n", "12 déc. 2026 03:04:05\n", "12 ene 2026 03:04:05\n",
          "12 abr 2026 03:04:05\n", "12 ago 2026 03:04:05\n", "12 dic 2026 03:04:05\n");
}

static void
put_events(GString *out)
{
    TEXTS("providers",
          "TimeCreated : 22.11.2026 3:04:05\nId : 36870\nMessage : x\nProviderName : ", "Schannel\n",
          "Microsoft-Windows-Schannel-Events\n", "Schannel-Events\n", "Schannel2\n");
    TEXTS("providers of other events", "TimeCreated : 22.11.2026 3:04:05\nMessage : x\nProviderName : ",
          "Microsoft-Windows-HttpEvent\nId : 15021\n", "HttpEvent\nId : 15021\n", "HTTP\nId : 15021\n",
          "Microsoft-Windows-HttpService\nId : 61\n", "HttpService\nId : 61\n",
          "Microsoft-Windows-CAPI2\nId : 30\n", "CAPI2\nId : 30\n",
          "Microsoft-Windows-Security-Auditing\nId : 6273\n", "Security-Auditing\nId : 6273\n",
          "Microsoft Windows security auditing.\nId : 6273\n",
          "Microsoft Windows security auditing\nId : 6273\n", "Security\nId : 6273\n",
          "Microsoft-Windows-ActiveDirectory_DomainService\nId : 1220\n",
          "ActiveDirectory_DomainService\nId : 1220\n", "NTDS LDAP\nId : 1220\n", "NTDS General\nId : 1220\n",
          "MSSQLSERVER\nId : 26014\n", "MSSQL$SQLEXPRESS\nId : 26014\n", "TermService\nId : 1057\n",
          "TerminalServices-RemoteConnectionManager\nId : 1057\n", "MSExchangeTransport\nId : 12014\n");
    TEXTS("lines of logs that are the server's own connections",
          "2026/11/22 03:04:05 [error] 7#7: *1 SSL_do_handshake() failed (SSL: error:0A000416:) ",
          "while SSL handshaking, client: 192.0.2.7\n", "while SSL handshaking to upstream\n",
          "SSL_connect\n", "upstream: \"https://192.0.2.1\"\n", "SSL Proxy\n", "server a/b is DOWN\n",
          "tls_process_server_certificate\n");
}

static void
put_refused(GString *out)
{
    TEXTS("what is refused, or named", "", "regf\x01", "PK\x03\x04", "MZ\x90", "%PDF-1.7\n", "\x89PNG\r\n",
          "\xff\xd8\xff\xe0", "\x0a\x0d\x0d\x0a", "-----BEGIN PRIVATE KEY-----\n", "ABC:\\Users:(F)\n",
          "  3    12 ms    11 ms\n", "  65    12 ms    11 ms\n", "accept-proxy\n",
          "RemoteIPProxyProtocol On\n", "Leap Indicator: 0\n", "ReferenceId: 0x1\n", "Referenz-ID: 0x1\n",
          "-----BEGIN CERTIFICATE REQUEST-----\n", "-----BEGIN NEW CERTIFICATE REQUEST-----\n",
          "x - - [1] \"GET / HTTP/2.0\" 200\n", "-- No entries --\n", "<html>\n", "<?xml version=\"1.0\"?>\n",
          "Nov 22 03:04:05 web01 systemd[1]: Started x.\n", "Testing protocols via sockets\n",
          "SSLCertificateFile /x\n", "TlsCertificateName :\n", "RequireTLS : True\n",
          "Packets: Sent = 4, Received = 4\n", "3 packets transmitted, 3 received\n", " alpn=\"h2\"\n");
}

static void
test_texts(void)
{
    GString *out = g_string_new("What is read of a line in its surroundings\n");

    put_settings(out);
    put_sockets(out);
    put_times(out);
    put_events(out);
    put_refused(out);
    check_whole("evidence_lines.txt", out->str);
    g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/whole/samples", test_samples);
    g_test_add_func("/evidence/whole/texts", test_texts);
    return g_test_run();
}
