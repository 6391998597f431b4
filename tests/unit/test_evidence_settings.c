/* test_evidence_settings.c - what is read of every layout in tests/evidence/layouts, by its table
 *
 * And that every command that a report prints has a file there, or is one whose answer is not read.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"

#define FOLDER   DX_SOURCE_DIR "/tests/evidence/layouts/"
#define NOT_READ "named: "

typedef enum {
    COLUMN_FILE = 1,
    COLUMN_KIND,
    COLUMN_LANGUAGE,
    COLUMN_ENTRIES,
    COLUMN_WHOLE,
    COLUMN_COMMAND
} column;

/* The rows of the table, each split at its bars; a bar within a cell has a backslash before it. */
static GPtrArray *
read_rows(void)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    char *text;

    g_assert_true(g_file_get_contents(FOLDER "README.md", &text, NULL, NULL));
    char **pieces = g_strsplit(text, "\\|", -1), *whole = g_strjoinv("\x01", pieces);
    char **lines = g_strsplit(whole, "\n", -1);
    for (unsigned i = 0, seen = 0; lines[i]; i++) {
        if (lines[i][0] != '|' || seen++ < 2) /* the names and the dashes */
            continue;
        char **cells = g_strsplit(lines[i], "|", -1);
        for (unsigned j = 0; cells[j]; j++)
            g_strstrip(g_strdelimit(cells[j], "\x01", '|'));
        g_ptr_array_add(rows, cells);
    }
    g_strfreev(pieces);
    g_free(whole);
    g_strfreev(lines);
    g_free(text);
    return rows;
}

/* A layout that is known, and of which nothing is read: the file is named, and nothing follows from it. */
static void
check_named(const dx_evidence_store *store, const char *what)
{
    const dx_evidence_file *file = ITEM(store->files, dx_evidence_file, 0);
    char *reason = g_strdup_printf("looks like %s, which is not evaluated", what);

    g_assert_cmpuint(store->files->len, ==, 1);
    g_assert_false(file->read);
    g_assert_cmpint(file->kind, ==, -1);
    g_assert_cmpstr(file->reason, ==, reason);
    g_assert_cmpint(dx_evidence_platform(store), ==, DX_PLATFORM_UNKNOWN);
    g_free(reason);
}

static void
check_row(char **row)
{
    char *path = g_build_filename(FOLDER, row[COLUMN_FILE], NULL), *bytes;
    size_t len;

    g_test_message("%s", row[COLUMN_FILE]);
    g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    dx_evidence_store *store = dx_evidence_new();
    dx_evidence_read(store, row[COLUMN_FILE], (const uint8_t *)bytes, len);
    GString *kinds = g_string_new(NULL);
    if (g_str_has_prefix(row[COLUMN_KIND], NOT_READ)) {
        check_named(store, row[COLUMN_KIND] + strlen(NOT_READ));
        goto done;
    }
    for (unsigned i = 0; i < store->files->len; i++) {
        const dx_evidence_file *file = ITEM(store->files, dx_evidence_file, i);
        g_assert_true(file->read);
        g_string_append_printf(kinds, "%s%s", i ? " " : "",
                               file->kind < 0 ? "none" : dx_kind_name((dx_kind)file->kind));
    }
    g_assert_cmpstr(kinds->str, ==, row[COLUMN_KIND]);
    const dx_evidence_file *first = ITEM(store->files, dx_evidence_file, 0);
    g_assert_cmpuint(first->num_facts, ==, (unsigned)g_ascii_strtoull(row[COLUMN_ENTRIES], NULL, 10));
    g_assert_cmpuint(first->num_skipped, ==, 0);
    bool whole = dx_evidence_whole(store, (dx_kind)first->kind);
    g_assert_cmpstr(whole ? "yes" : "no", ==, row[COLUMN_WHOLE]);
done:
    g_string_free(kinds, TRUE);
    dx_evidence_free(store);
    g_free(bytes);
    g_free(path);
}

static void
test_table(void)
{
    GPtrArray *rows = read_rows();
    GDir *folder = g_dir_open(FOLDER, 0, NULL);
    const char *name;

    for (unsigned i = 0; i < rows->len; i++)
        check_row(rows->pdata[i]);
    while ((name = g_dir_read_name(folder))) {
        bool listed = strcmp(name, "README.md") == 0;
        for (unsigned i = 0; i < rows->len; i++)
            listed |= strcmp(((char **)rows->pdata[i])[COLUMN_FILE], name) == 0;
        g_test_message("%s", name);
        g_assert_true(listed);
    }
    g_dir_close(folder);
    g_assert_cmpuint(rows->len, >=, 90);
    g_ptr_array_unref(rows);
}

/* What a report prints to be looked at. */
#define R(topic, who, stops, sentence, shell, command) {#topic, #who, command},
#define C(topic, who, stops, sentence, shell, command)
#define R_TCP  R
#define R_UDP  R
#define C_TCP  C
#define C_UDP  C
#define R_DTLS R
#define C_DTLS C
#define C_EAP  C
static const struct {
    const char *topic, *who, *commands;
} printed[] = {
#include "verdict/remedy_checks.def"
#include "verdict/remedy_client.def"
#include "verdict/remedy_probes.def"
};

/* Without a row: logs and events (tests/evidence/commands.txt has those), searches in settings whose files
 * are read, settings that no cause weighs (whether TLS is required), and changes. */
static const char *const looked_at[] = {"Get-WinEvent",
                                        "{show}",
                                        "{log}",
                                        "certutil -addstore",
                                        "reg add",
                                        "curl.exe",
                                        "grep ",
                                        "New-SelfSigned",
                                        "Remove-Item",
                                        "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\NTDS",
                                        "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP",
                                        ("reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\"
                                         "SecurityProviders\\SCHANNEL\\Ciphers"),
                                        "openssl s_client -connect {connect}{servername} -dtls1_2",
                                        "postconf |",
                                        "exim -bP",
                                        "ls -l KEYSTORE",
                                        "icacls KEY_FILE",
                                        "keytool -list -keystore",
                                        "doveconf -n",
                                        "ldapsearch -LLLQ",
                                        "psql -c",
                                        "mysql -e"};

static bool
has_file(const GPtrArray *rows, const char *command)
{
    char *quoted = g_strdup_printf("`%s`", command);
    bool found = false;

    for (unsigned i = 0; i < rows->len; i++)
        found |= strcmp(((char **)rows->pdata[i])[COLUMN_COMMAND], quoted) == 0;
    g_free(quoted);
    return found;
}

static void
test_printed(void)
{
    GPtrArray *rows = read_rows();
    unsigned num = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(printed); i++) {
        char **commands = g_strsplit(printed[i].commands ? printed[i].commands : "", "\t", -1);
        for (unsigned j = 0; commands[j] && *commands[j]; j++) {
            bool looked = false;
            for (unsigned k = 0; k < G_N_ELEMENTS(looked_at); k++)
                looked |= g_str_has_prefix(commands[j], looked_at[k]);
            g_test_message("%s %s: %s", printed[i].topic, printed[i].who, commands[j]);
            g_assert_true(looked || has_file(rows, commands[j]));
            num += !looked;
        }
        g_strfreev(commands);
    }
    g_assert_cmpuint(num, >=, 20);
    g_ptr_array_unref(rows);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/settings/table", test_table);
    g_test_add_func("/evidence/settings/printed", test_printed);
    return g_test_run();
}
