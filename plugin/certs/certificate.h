/* certificate.h - one certificate inside certs/, with GnuTLS's object
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_CERTIFICATE_H
#define DX_CERTS_CERTIFICATE_H

#include <glib.h>
#include <gnutls/x509.h>

#include "certs/certs.h"

/* Public-key work that may still be done, in microseconds as estimated by dx_certificate.key_cost. */
typedef struct dx_budget {
    int64_t left_us;
} dx_budget;

struct dx_certificate {
    size_t len;
    uint8_t *der;
    dx_budget *budget; /* of all certificates of the capture */
    bool read, possible_issuer;
    gnutls_x509_crt_t crt; /* NULL until read, and when it could not be parsed */
    dx_certificate_info info;
    GBytes *key_id, *issuer_key_id; /* as the extensions say; NULL when they do not */
    bool has_basic_constraints, has_name_constraints;
    int max_between;   /* authorities that may stand below; -1: any number */
    uint32_t key_cost; /* microseconds that one signature under its key takes to verify; 0: absurdly long */
    GArray *links;     /* the issuers that were tried, see link.c; NULL */
};

/* Old algorithms are judged by us and shown, not refused by the library. */
#define DX_ALLOW_OLD (GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1)

/* dx_certificate_new - a copy of `der`. Free with dx_certificate_free. */
dx_certificate *dx_certificate_new(const uint8_t *der, size_t len, const uint8_t sha256[32],
                                   dx_budget *budget);
void dx_certificate_free(dx_certificate *certificate);

/* dx_certificate_crt - GnuTLS's object, NULL when the DER cannot be parsed. */
gnutls_x509_crt_t dx_certificate_crt(const dx_certificate *certificate);

/* dx_certificate_link - how `certificate` and a possible issuer belong together; worked out once for each
 * pair. */
typedef enum { DX_LINK_NONE, DX_LINK_VERIFIED, DX_LINK_BROKEN, DX_LINK_NAME_ONLY, DX_LINK_LEFT_OUT } dx_link;
/* NONE: names or key identifiers say no. BROKEN: they say yes, and the signature does not verify.
 * NAME_ONLY: the library could not check the signature. LEFT_OUT: it was not asked to, for the reason in
 * `*why`. */
dx_link dx_certificate_link(const dx_certificate *certificate, const dx_certificate *issuer,
                            const char **why);

/* dx_certificate_afford - whether a signature under this certificate's key may be verified, and takes that
 * from the budget; else `*why` is set. */
bool dx_certificate_afford(const dx_certificate *certificate, const char **why);

/* dx_budget_of_handshake - adds the share of one handshake's signature. */
void dx_budget_of_handshake(dx_budget *budget);

/* dx_key_cost - see dx_certificate.key_cost; also of a certificate that is not of the capture. */
uint32_t dx_key_cost(gnutls_x509_crt_t crt);

#endif
