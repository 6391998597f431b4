/* trust.c - the roots that chains are judged against
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/trust.h"

#include <string.h>

#include "certs/certificate.h"

/* Name constraints make GnuTLS compare every name with every constraint: no path of honest certificates is
 * so long. */
#define MAX_PATH_BYTES (128 * 1024)

struct dx_trust {
    gnutls_x509_trust_list_t list; /* NULL: none */
    GHashTable *issued; /* dx_certificate -> dx_trust_answer, see ask_alone */
    char *text;
};

static int
fill(gnutls_x509_trust_list_t list, const char *spec)
{
    if (strcmp(spec, "system") == 0)
        return gnutls_x509_trust_list_add_system_trust(list, 0, 0);
    if (g_file_test(spec, G_FILE_TEST_IS_DIR))
        return gnutls_x509_trust_list_add_trust_dir(list, spec, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
    return gnutls_x509_trust_list_add_trust_file(list, spec, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
}

dx_trust *
dx_trust_load(const char *spec)
{
    dx_trust *trust = g_new0(dx_trust, 1);

    trust->issued = g_hash_table_new(g_direct_hash, g_direct_equal);
    if (!spec || !*spec)
        spec = "system";
    if (strcmp(spec, "none") == 0) {
        trust->text = g_strdup("none");
        return trust;
    }
    if (gnutls_x509_trust_list_init(&trust->list, 0) < 0) {
        trust->list = NULL;
        trust->text = g_strdup("none: out of memory");
        return trust;
    }
    int num = fill(trust->list, spec);
    if (num > 0) {
        trust->text = g_strdup_printf("%s (%d root%s)", spec, num, num == 1 ? "" : "s");
        return trust;
    }
    trust->text = num < 0 ? g_strdup_printf("none: %s cannot be read (%s)", spec, gnutls_strerror(num))
                          : g_strdup_printf("none: %s holds no certificates", spec);
    gnutls_x509_trust_list_deinit(trust->list, 1);
    trust->list = NULL;
    return trust;
}

void
dx_trust_free(dx_trust *trust)
{
    if (!trust)
        return;
    if (trust->list)
        gnutls_x509_trust_list_deinit(trust->list, 1);
    g_hash_table_destroy(trust->issued);
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

/* Whether a root of the store issued it: answered once for each certificate. */
static dx_trust_answer
ask_alone(dx_trust *trust, const dx_certificate *certificate)
{
    gnutls_x509_crt_t crt = certificate->crt, issuer;
    gpointer kept;

    if (g_hash_table_lookup_extended(trust->issued, certificate, NULL, &kept))
        return (dx_trust_answer)GPOINTER_TO_INT(kept);
    dx_trust_answer answer = DX_TRUST_NO;
    if (gnutls_x509_trust_list_get_issuer(trust->list, crt, &issuer, 0) >= 0)
        answer = ask(trust, &crt, 1);
    g_hash_table_insert(trust->issued, (gpointer)certificate, GINT_TO_POINTER(answer));
    return answer;
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
    for (unsigned i = num; links_verified && i-- > 0;)
        if (ask_alone(trust, path[i]) == DX_TRUST_YES)
            return DX_TRUST_YES;
    /* a certificate of the path that stands in the store itself is found here */
    return num_bytes > MAX_PATH_BYTES ? DX_TRUST_UNKNOWN : ask(trust, crts, num);
}
