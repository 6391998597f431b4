/* link.c - whether one certificate was issued by another
 *
 * Public-key work is bounded: a certificate is tried with a few issuers of one name, within the budget of the
 * capture (cost.h).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/link.h"

#include "certs/certificate.h"
#include "certs/cost.h"

typedef struct attempt {
    const dx_certificate *issuer;
    dx_link link;
} attempt;

static dx_link
verify(const dx_certificate *certificate, const dx_certificate *issuer)
{
    gnutls_x509_crt_t above = issuer->crt;
    unsigned status = 0;

    if (gnutls_x509_crt_verify(certificate->crt, &above, 1,
                               DX_ALLOW_OLD | GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
                                   GNUTLS_VERIFY_ALLOW_ANY_X509_V1_CA_CRT,
                               &status) < 0)
        return DX_LINK_NAME_ONLY;
    if (status & GNUTLS_CERT_SIGNATURE_FAILURE)
        return DX_LINK_BROKEN;
    return status ? DX_LINK_NAME_ONLY : DX_LINK_VERIFIED;
}

static const char *
left_out_of(const dx_certificate *certificate, const dx_certificate *issuer)
{
    return certificate->info.left_out ? certificate->info.left_out : issuer->info.left_out;
}

dx_link
dx_certificate_link(const dx_certificate *certificate, const dx_certificate *issuer, const char **why)
{
    dx_certificate *below = (dx_certificate *)certificate; /* what was tried is no news to anybody */

    if (certificate == issuer || !dx_certificate_crt(certificate) || !dx_certificate_crt(issuer))
        return DX_LINK_NONE;
    for (unsigned i = 0; below->links && i < below->links->len; i++)
        if (g_array_index(below->links, attempt, i).issuer == issuer)
            return g_array_index(below->links, attempt, i).link;
    if (g_strcmp0(certificate->info.issuer, issuer->info.subject) != 0)
        return DX_LINK_NONE;
    const char *left_out = left_out_of(certificate, issuer);
    if (!left_out && !gnutls_x509_crt_check_issuer(certificate->crt, issuer->crt))
        return DX_LINK_NONE;
    if (!left_out && below->links && below->links->len == DX_MAX_ISSUERS)
        left_out = DX_TOO_MANY_ISSUERS;
    if (left_out || !dx_certificate_afford(issuer, &left_out)) {
        *why = left_out;
        return DX_LINK_LEFT_OUT;
    }
    if (!below->links)
        below->links = g_array_sized_new(FALSE, FALSE, sizeof(attempt), 1);
    attempt tried = {issuer, verify(certificate, issuer)};
    if (tried.link == DX_LINK_BROKEN)
        issuer->budget->missed_us += issuer->key_cost;
    g_array_append_val(below->links, tried);
    return tried.link;
}
