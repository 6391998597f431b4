/* staple.c - what a stapled OCSP response says of a certificate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/staple.h"

#include "certs/certificate.h"
#include "certs/cost.h"
#include "knowledge/gnutls.h"

static const char *const words[DX_NUM_STAPLES] = {
    [DX_STAPLE_GOOD] = "says that the certificate is good",
    [DX_STAPLE_REVOKED] = "says that the certificate is revoked",
    [DX_STAPLE_UNKNOWN] = "says that the responder does not know the certificate",
    [DX_STAPLE_NOT_FOR_IT] = "is about another certificate",
    [DX_STAPLE_UNSIGNED] = "is not signed by the certificate's issuer",
    [DX_STAPLE_STALE] = "is out of date",
    [DX_STAPLE_FAILURE] = "holds an error of the responder in place of an answer",
    [DX_STAPLE_MALFORMED] = "cannot be parsed",
};

const char *
dx_staple_words(dx_staple staple)
{
    return words[staple];
}

/* The responder may sign with a certificate of its own, which the response holds. */
static bool
keys_are_sane(gnutls_ocsp_resp_t response)
{
    gnutls_x509_crt_t *certificates = NULL;
    size_t num = 0;
    bool sane = true;

    if (gnutls_ocsp_resp_get_certs(response, &certificates, &num) < 0)
        return true; /* there are none */
    for (size_t i = 0; i < num; i++) {
        sane &= dx_key_cost(certificates[i]) > 0;
        gnutls_x509_crt_deinit(certificates[i]);
    }
    gnutls_free(certificates);
    return sane;
}

/* Signature under the issuer that the list holds; true when there is none to ask. */
static bool
signature_fits(gnutls_ocsp_resp_t response, const dx_chain *chain)
{
    const char *why;

    if (!keys_are_sane(response))
        return true;
    for (unsigned i = 1; i < chain->num; i++) {
        unsigned bits = 0;
        gnutls_x509_crt_t issuer = dx_certificate_crt(chain->certificate[i]);
        if (!issuer || !gnutls_x509_crt_check_issuer(dx_certificate_crt(chain->certificate[0]), issuer))
            continue;
        if (!dx_certificate_afford(chain->certificate[i], &why))
            return true;
        /* GnuTLS looks at the signer's dates by today's clock: those bits are none of ours */
        if (gnutls_ocsp_resp_verify_direct(response, issuer, &bits, DX_ALLOW_OLD) < 0)
            return true;
        return !(bits & (GNUTLS_OCSP_VERIFY_SIGNATURE_FAILURE | GNUTLS_OCSP_VERIFY_SIGNER_NOT_FOUND |
                         GNUTLS_OCSP_VERIFY_SIGNER_KEYUSAGE_ERROR | GNUTLS_OCSP_VERIFY_UNTRUSTED_SIGNER));
    }
    return true;
}

static dx_staple
read_response(gnutls_ocsp_resp_t response, const dx_chain *chain, int64_t time, int64_t *revoked_at)
{
    gnutls_x509_crt_t leaf = dx_certificate_crt(chain->certificate[0]);
    unsigned status = 0;
    time_t this_update = -1, next_update = -1, revoked = -1;

    if (gnutls_ocsp_resp_get_status(response) != GNUTLS_OCSP_RESP_SUCCESSFUL)
        return DX_STAPLE_FAILURE;
    unsigned at = 0;
    while (at < 16 && gnutls_ocsp_resp_check_crt(response, at, leaf) < 0)
        at++;
    if (at == 16)
        return DX_STAPLE_NOT_FOR_IT;
    if (gnutls_ocsp_resp_get_single(response, at, NULL, NULL, NULL, NULL, &status, &this_update, &next_update,
                                    &revoked, NULL) < 0)
        return DX_STAPLE_MALFORMED;
    if (!signature_fits(response, chain))
        return DX_STAPLE_UNSIGNED;
    if (status == GNUTLS_OCSP_CERT_REVOKED) {
        if (revoked_at)
            *revoked_at = (int64_t)revoked;
        return DX_STAPLE_REVOKED;
    }
    if (status != GNUTLS_OCSP_CERT_GOOD)
        return DX_STAPLE_UNKNOWN;
    if (time && ((next_update != -1 && time > (int64_t)next_update) ||
                 (this_update != -1 && time < (int64_t)this_update)))
        return DX_STAPLE_STALE;
    return DX_STAPLE_GOOD;
}

dx_staple
dx_staple_read(const uint8_t *der, size_t len, const dx_chain *chain, int64_t time, int64_t *revoked_at)
{
    gnutls_ocsp_resp_t response;
    gnutls_datum_t datum = {(unsigned char *)der, (unsigned)len};
    dx_staple staple = DX_STAPLE_MALFORMED;

    if (!chain || !chain->num || !dx_certificate_crt(chain->certificate[0]) ||
        gnutls_ocsp_resp_init(&response) < 0)
        return DX_STAPLE_MALFORMED;
    if (gnutls_ocsp_resp_import(response, &datum) >= 0)
        staple = read_response(response, chain, time, revoked_at);
    gnutls_ocsp_resp_deinit(response);
    return staple;
}
