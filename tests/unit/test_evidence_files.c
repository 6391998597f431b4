/* test_evidence_files.c - files that are refused, what they seem to be, how text is decoded, and folders
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>

#include "unit/evidence_tools.h"

static void
expect_refused(const char *bytes, size_t len, const char *part)
{
    dx_evidence_store *store = dx_evidence_new();
    dx_evidence_read(store, "file", (const uint8_t *)bytes, len);
    g_assert_cmpuint(store->files->len, ==, 1);
    g_assert_false(ITEM(store->files, dx_evidence_file, 0)->read);
    g_assert_nonnull(strstr(ITEM(store->files, dx_evidence_file, 0)->reason, part));
    dx_evidence_free(store);
}

/* What seems to be a command's output, and of which nothing was read, is named with its lines. */
static void
test_looks_like(void)
{
    dx_evidence_store *store = read_text("notes\n\nTLS_OF_MY_OWN_WITH_NOTHING\nTLS_ANOTHER_WITH_NOTHING\n");

    expect_kind(store, DX_KIND_tls_cipher_suite);
    g_assert_false(ITEM(store->files, dx_evidence_file, 0)->read);
    g_assert_cmpstr(ITEM(store->files, dx_evidence_file, 0)->reason, ==,
                    "looks like output of Get-TlsCipherSuite, but no entry could be read: lines 3 to 4");
    dx_evidence_free(store);
    store = read_text("HotFixID\n--------\n\nnone\n\n");
    g_assert_cmpstr(ITEM(store->files, dx_evidence_file, 0)->reason, ==,
                    "looks like output of Get-HotFix, but no entry could be read: lines 1 to 4");
    g_assert_false(dx_evidence_has(store, DX_KIND_hotfix));
    dx_evidence_free(store);
}

static void
test_refused(void)
{
    char *huge = g_malloc0(DX_MAX_EVIDENCE_BYTES + 1);

    expect_refused("", 0, "empty");
    expect_refused("ElfFile\0\0\0", 10, "binary event log");
    expect_refused("regf    ", 8, "reg export");
    expect_refused("-----BEGIN RSA PRIVATE KEY-----\n", 32, "private key");
    expect_refused("hello\n", 6, "unknown format");
    expect_refused("Reply from 192.0.2.1: bytes=32 time=1ms TTL=64\n", 47,
                   "looks like ping, which is not evaluated");
    expect_refused("CONNECTED(00000003)\nNew, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\n", 67,
                   "openssl s_client");
    expect_refused("CONNECTED(00000003)\n    Cipher    : TLS_AES_256_GCM_SHA384\n", 57, "openssl s_client");
    expect_refused("C:\\Keys BUILTIN\\Administrators:(F)\n", 36, "looks like icacls");
    expect_refused("  2     1 ms     1 ms     1 ms  192.0.2.254\n", 45, "looks like tracert");
    expect_refused("0\x82\x01\x00\x02\x01\x03 a store of keys", 23, "a .pfx with a private key");
    expect_refused("0\x82\x01\x00\x02\x01\x00 an RSA key here", 22, "a private key");
    expect_refused(huge, DX_MAX_EVIDENCE_BYTES + 1, "16 MB");
    g_free(huge);
}

/* More entries than are kept are counted as skipped. */
static void
test_many(void)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < DX_MAX_EVIDENCE_FACTS + 10; i++)
        g_string_append(text, "  TCP    0.0.0.0:443   0.0.0.0:0  LISTENING  4\n");
    dx_evidence_store *store = read_text(text->str);
    g_assert_cmpuint(store->sockets->len, ==, DX_MAX_EVIDENCE_FACTS);
    g_assert_cmpuint(ITEM(store->files, dx_evidence_file, 0)->num_skipped, ==, 10);
    g_assert_false(dx_evidence_whole(store, DX_KIND_netstat));
    dx_evidence_free(store);
    g_string_free(text, TRUE);
}

/* Services of a process for which there is no room are not those of the last one that is kept. */
static void
test_many_processes(void)
{
    GString *text = g_string_new("Image PID  Services\n===== ==== ========\n");

    for (unsigned i = 0; i < DX_MAX_EVIDENCE_FACTS; i++)
        g_string_append(text, "a.exe 1    one\n");
    g_string_append(text, "           two\nb.exe 2    three\n           four\n");
    dx_evidence_store *store = read_text(text->str);
    g_assert_cmpuint(store->processes->len, ==, DX_MAX_EVIDENCE_FACTS);
    g_assert_cmpstr(ITEM(store->processes, dx_process, DX_MAX_EVIDENCE_FACTS - 1)->services, ==, "one two");
    dx_evidence_free(store);
    g_string_free(text, TRUE);
}

static void
test_files(void)
{
    dx_evidence_store *store = dx_evidence_new();
    for (unsigned i = 0; i < DX_MAX_EVIDENCE_FILES + 10; i++)
        dx_evidence_read(store, "x", (const uint8_t *)"hello", 5);
    g_assert_cmpuint(store->files->len, ==, DX_MAX_EVIDENCE_FILES);
    dx_evidence_free(store);
    store = dx_evidence_read_folder(DX_SOURCE_DIR "/tests/evidence/no such folder");
    expect_kind(store, -1);
    dx_evidence_free(store);
    store = dx_evidence_read_folder(DX_SOURCE_DIR "/tests/evidence/not_read");
    g_assert_cmpuint(store->files->len, >=, 6);
    dx_evidence_free(store);
}

static void
test_decode(void)
{
    static const uint8_t little[] = {0xff, 0xfe, 'T',  0,   0xe4, 0,    0x3d, 0xd8, 0x00,
                                     0xde, 0x00, 0xd8, 'x', 0,    '\r', 0,    '\n', 0};
    static const uint8_t big[] = {0xfe, 0xff, 0, 'T', 0, 'x'};
    static const uint8_t bare[] = {'E', 0, 'v', 0, 'e', 0, 'n', 0, 't', 0, '\n', 0};
    GString *text = dx_text_decode(little, sizeof little);
    g_assert_cmpstr(text->str, ==, "T\xc3\xa4\xf0\x9f\x98\x80?x\n"); /* a lone surrogate is '?' */
    g_string_free(text, TRUE);
    text = dx_text_decode(big, sizeof big);
    g_assert_cmpstr(text->str, ==, "Tx");
    g_string_free(text, TRUE);
    text = dx_text_decode(bare, sizeof bare);
    g_assert_cmpstr(text->str, ==, "Event\n");
    g_string_free(text, TRUE);
    text = dx_text_decode((const uint8_t *)"\xef\xbb\xbf"
                                           "a\r\r\nb\rc\0d",
                          12);
    g_assert_cmpstr(text->str, ==, "a\nb\nc d");
    g_string_free(text, TRUE);
}

/* What a file without a reader seems to be is said. */
#define REFUSED(text, words) expect_refused(text, sizeof text - 1, words)

static void
test_unread(void)
{
    REFUSED("#Software: Microsoft Internet Information Services 10.0\n", "access log of IIS");
    REFUSED("192.0.2.10 - - [22/Nov/2026:16:16:49 +0100] \"GET / HTTP/1.1\" 200 5\n", "access log");
    REFUSED("\x30\x82\x09\x00\x02\x01\x03\x30\x82\x08\xf0\x06\x09\x2a\x86\x48", "a .pfx"); /* RFC 7292 */
    REFUSED("\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01\x00\xb1\x02\x03\x04",
            "a private key"); /* RFC 8017 */
    REFUSED("\x30\x77\x02\x01\x01\x04\x20\x01\x02\x03\x04\x05\x06\x07\x08\x09",
            "a private key"); /* RFC 5915 */
    REFUSED("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n", "holds a private key");
    REFUSED("regf\1\0\0\0", "registry hive");
    REFUSED("PK\3\4\x14\0", "ZIP archive");
    REFUSED("MZ\x90\0\3", "a program");
    REFUSED("%PDF-1.7\n", "PDF");
    REFUSED("\x89PNG\r\n\x1a\n", "a picture");
    REFUSED("\xff\xd8\xff\xe0\0\x10JFIF", "a picture");
    REFUSED("\x0a\x0d\x0d\x0a\0\0\0\x1c", "a capture file");
    REFUSED("ssl_certificate site.pem;\n", "nginx's configuration");
    REFUSED("Ref time (UTC)  : Thu Nov 26 09:00:00 2026\n", "chronyc tracking");
    REFUSED("        Signature Algorithm: sha256WithRSAEncryption\n", "openssl x509 -text");
    REFUSED("2026/11/22 16:16:40 [notice] 20#20: start worker process 21\n", "without a line about TLS");
}

/* A folder's stamp tells whether there is anything new in it. */
static void
test_stamp(void)
{
    char *folder = g_dir_make_tmp("ssltrouble-XXXXXX", NULL),
         *path = g_build_filename(folder, "ver.txt", NULL);
    uint64_t empty = dx_evidence_stamp(folder);

    g_assert_true(g_file_set_contents(path, "x", 1, NULL));
    uint64_t one = dx_evidence_stamp(folder);
    g_assert_true(one != empty && one == dx_evidence_stamp(folder));
    g_assert_true(g_file_set_contents(path, "xx", 2, NULL));
    g_assert_true(dx_evidence_stamp(folder) != one);
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_true(dx_evidence_stamp(folder) == empty);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_assert_true(dx_evidence_stamp(folder) != empty);
    g_free(path);
    g_free(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/files/refused", test_refused);
    g_test_add_func("/evidence/files/looks_like", test_looks_like);
    g_test_add_func("/evidence/files/many", test_many);
    g_test_add_func("/evidence/files/files", test_files);
    g_test_add_func("/evidence/files/many_processes", test_many_processes);
    g_test_add_func("/evidence/files/decode", test_decode);
    g_test_add_func("/evidence/files/unread", test_unread);
    g_test_add_func("/evidence/files/stamp", test_stamp);
    return g_test_run();
}
