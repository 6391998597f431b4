/* trust.c - the roots that chains are judged against
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/trust.h"

#include <string.h>

#ifdef _WIN32
#include <windows.h>

#include <wincrypt.h>
#endif

#include "certs/certificate.h"
#include "knowledge/regular.h"

/* Name constraints make GnuTLS compare every name with every constraint: no path of honest certificates is
 * so long. */
#define MAX_PATH_BYTES (128 * 1024)

/* Of a folder: Debian's holds 400 files, with each root three times. */
#define MAX_FILES 4096
#define MAX_ROOTS 10000

/* To write out the names of all roots costs as much as the search for the issuers of so many certificates. */
#define MANY 100

struct dx_trust {
    gnutls_x509_trust_list_t list; /* NULL: none */
    GHashTable *known;             /* dx_certificate -> dx_trust_answer, see ask_alone */
    unsigned num_asked;            /* certificates */
    GHashTable *names;             /* of the roots, as text; NULL: not known */
    char *text;
    int64_t since;
};

/* The roots in a PEM file, -1 with the reason when it cannot be read. */
static int
add_file(gnutls_x509_trust_list_t list, const char *path, const char **why)
{
    size_t len;
    char *bytes = dx_regular_read(path, &len, why);
    gnutls_datum_t pem = {(unsigned char *)bytes, (unsigned)len};

    if (!bytes)
        return -1;
    int num = gnutls_x509_trust_list_add_trust_mem(list, &pem, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
    g_free(bytes);
    if (num >= 0)
        return num;
    *why = gnutls_strerror(num);
    return -1;
}

/* What is no root in a folder does not matter: keys and links are usual there. */
static int
add_folder(gnutls_x509_trust_list_t list, const char *path, const char **why)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;
    int num = 0;

    if (!dir) {
        *why = "the folder cannot be opened";
        return -1;
    }
    for (unsigned looked = 0; looked < MAX_FILES && num < MAX_ROOTS && (name = g_dir_read_name(dir));
         looked++) {
        char *file = g_build_filename(path, name, NULL);
        int added = add_file(list, file, why);
        num += MAX(added, 0);
        g_free(file);
    }
    g_dir_close(dir);
    return num;
}

#ifdef _WIN32
static const char system_name[] = "Windows' store ROOT";

/* Windows' store of roots. GnuTLS would take the intermediate authorities of the store "CA" for roots, too.
 * The user's store has the machine's roots in it ("Local Machine and Current User Certificate Stores",
 * Microsoft Learn). */
static int
add_system(gnutls_x509_trust_list_t list)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0,
                                     CERT_SYSTEM_STORE_CURRENT_USER | CERT_STORE_READONLY_FLAG, L"ROOT");
    const CERT_CONTEXT *context = NULL;
    int num = 0;

    if (!store)
        return GNUTLS_E_FILE_ERROR;
    while (num < MAX_ROOTS && (context = CertEnumCertificatesInStore(store, context)) != NULL) {
        gnutls_datum_t der = {context->pbCertEncoded, context->cbCertEncoded};
        int added = gnutls_x509_trust_list_add_trust_mem(list, &der, NULL, GNUTLS_X509_FMT_DER, 0, 0);
        num += MAX(added, 0);
    }
    if (context)
        CertFreeCertificateContext(context);
    CertCloseStore(store, 0);
    return num;
}
#else
static const char system_name[] = "system";

static int
add_system(gnutls_x509_trust_list_t list)
{
    return gnutls_x509_trust_list_add_system_trust(list, 0, 0);
}
#endif

/* Without `spec` from the system's store. */
static int
fill(gnutls_x509_trust_list_t list, const char *spec, const char **why)
{
    if (spec)
        return g_file_test(spec, G_FILE_TEST_IS_DIR) ? add_folder(list, spec, why)
                                                     : add_file(list, spec, why);
    int num = add_system(list);
    if (num < 0)
        *why = gnutls_strerror(num);
    return num;
}

static char *
load(dx_trust *trust, const char *spec)
{
    const char *why = NULL;

    if (strcmp(spec, "none") == 0)
        return g_strdup("none, as the preference ssltrouble.trust_store says");
    if (gnutls_x509_trust_list_init(&trust->list, 0) < 0) {
        trust->list = NULL;
        return g_strdup("none: out of memory");
    }
    bool system = strcmp(spec, "system") == 0;
    int num = fill(trust->list, system ? NULL : spec, &why);
    const char *name = system ? system_name : spec;
    if (num > 0)
        return g_strdup_printf("%s (%d root%s)", name, num, num == 1 ? "" : "s");
    gnutls_x509_trust_list_deinit(trust->list, 1);
    trust->list = NULL;
    return num < 0 ? g_strdup_printf("none: %s cannot be read (%s)", name, why)
                   : g_strdup_printf("none: %s holds no certificates", name);
}

static int64_t
newest_of(gnutls_x509_trust_list_t list)
{
    gnutls_x509_trust_list_iter_t iter = NULL;
    gnutls_x509_crt_t crt;
    int64_t newest = 0;

    for (unsigned i = 0; i < MAX_ROOTS && gnutls_x509_trust_list_iter_get_ca(list, &iter, &crt) >= 0; i++) {
        time_t made = gnutls_x509_crt_get_activation_time(crt);
        newest = MAX(newest, (int64_t)made);
        gnutls_x509_crt_deinit(crt);
    }
    gnutls_x509_trust_list_iter_deinit(iter);
    return newest;
}

int64_t
dx_trust_since(const dx_trust *trust)
{
    return trust->since;
}

dx_trust *
dx_trust_load(const char *spec)
{
    dx_trust *trust = g_new0(dx_trust, 1);

    trust->known = g_hash_table_new(g_direct_hash, g_direct_equal);
    trust->text = load(trust, spec && *spec ? spec : "system");
    trust->since = trust->list ? newest_of(trust->list) : 0;
    return trust;
}

void
dx_trust_free(dx_trust *trust)
{
    if (!trust)
        return;
    if (trust->list)
        gnutls_x509_trust_list_deinit(trust->list, 1);
    g_hash_table_destroy(trust->known);
    if (trust->names)
        g_hash_table_destroy(trust->names);
    g_free(trust->text);
    g_free(trust);
}

const char *
dx_trust_text(const dx_trust *trust)
{
    return trust->text;
}

static dx_trust_answer
ask(const dx_trust *trust, gnutls_x509_crt_t *crts, unsigned num)
{
    unsigned status = 0;

    if (gnutls_x509_trust_list_verify_crt2(trust->list, crts, num, NULL, 0,
                                           DX_ALLOW_OLD | GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &status,
                                           NULL) < 0)
        return DX_TRUST_UNKNOWN;
    return status & GNUTLS_CERT_SIGNER_NOT_FOUND ? DX_TRUST_NO : status ? DX_TRUST_UNKNOWN : DX_TRUST_YES;
}

static bool
is_in_store(const dx_trust *trust, gnutls_x509_crt_t crt)
{
    gnutls_datum_t name = {0};
    gnutls_x509_crt_t found;
    bool same = false;

    if (gnutls_x509_crt_get_raw_dn(crt, &name) < 0)
        return false;
    if (gnutls_x509_trust_list_get_issuer_by_dn(trust->list, &name, &found, 0) >= 0) {
        same = gnutls_x509_crt_equals(crt, found) != 0;
        gnutls_x509_crt_deinit(found);
    }
    gnutls_free(name.data);
    return same;
}

static void
note_names(dx_trust *trust)
{
    gnutls_x509_trust_list_iter_t iter = NULL;
    gnutls_x509_crt_t crt;
    unsigned num = 0;

    trust->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (; num < MAX_ROOTS && gnutls_x509_trust_list_iter_get_ca(trust->list, &iter, &crt) >= 0; num++) {
        gnutls_datum_t der = {0};
        char *name =
            gnutls_x509_crt_get_raw_dn(crt, &der) >= 0 ? dx_certs_name_text(der.data, der.size) : NULL;
        if (name)
            g_hash_table_add(trust->names, name);
        gnutls_free(der.data);
        gnutls_x509_crt_deinit(crt);
    }
    gnutls_x509_trust_list_iter_deinit(iter);
    if (num == MAX_ROOTS) /* there may be more */
        g_clear_pointer(&trust->names, g_hash_table_destroy);
}

/* Whether a root may have this name. The library writes out, at each search, the names that it compares. */
static bool
may_be_root(const dx_trust *trust, const char *name)
{
    return !trust->names || !name || g_hash_table_contains(trust->names, name);
}

/* Whether a root of the store issued it, or it is one: answered once for each certificate. */
static dx_trust_answer
ask_alone(dx_trust *trust, const dx_certificate *certificate)
{
    gnutls_x509_crt_t crt = certificate->crt, issuer;
    gpointer kept;

    if (g_hash_table_lookup_extended(trust->known, certificate, NULL, &kept))
        return (dx_trust_answer)GPOINTER_TO_INT(kept);
    const dx_certificate_info *info = dx_certificate_read(certificate);
    if (++trust->num_asked == MANY)
        note_names(trust);
    bool issued = may_be_root(trust, info->issuer) &&
                  gnutls_x509_trust_list_get_issuer(trust->list, crt, &issuer, 0) >= 0;
    bool own = !issued && may_be_root(trust, info->subject) && is_in_store(trust, crt);
    dx_trust_answer answer = issued || own ? ask(trust, &crt, 1) : DX_TRUST_NO;
    g_hash_table_insert(trust->known, (gpointer)certificate, GINT_TO_POINTER(answer));
    return answer;
}

/* The path's signatures need no second look: it is trusted if one of its certificates is. */
static dx_trust_answer
ask_each(dx_trust *trust, const dx_certificate *const *path, unsigned num)
{
    dx_trust_answer all = DX_TRUST_NO;

    for (unsigned i = num; i-- > 0;) {
        dx_trust_answer answer = ask_alone(trust, path[i]);
        if (answer == DX_TRUST_YES)
            return answer;
        if (answer == DX_TRUST_UNKNOWN)
            all = answer;
    }
    return all;
}

dx_trust_answer
dx_trust_check(dx_trust *trust, const dx_certificate *const *path, unsigned num, bool links_verified)
{
    gnutls_x509_crt_t crts[DX_MAX_CHAIN];
    size_t num_bytes = 0;

    if (!trust->list || num == 0 || num > DX_MAX_CHAIN)
        return DX_TRUST_UNKNOWN;
    for (unsigned i = 0; i < num; i++) {
        crts[i] = dx_certificate_crt(path[i]);
        num_bytes += path[i]->len;
        if (!crts[i])
            return DX_TRUST_UNKNOWN;
    }
    if (links_verified)
        return ask_each(trust, path, num);
    return num_bytes > MAX_PATH_BYTES ? DX_TRUST_UNKNOWN : ask(trust, crts, num);
}
