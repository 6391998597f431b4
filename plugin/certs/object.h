/* object.h - one certificate inside certs/, with GnuTLS's object
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_OBJECT_H
#define DX_CERTS_OBJECT_H

#include <glib.h>

#include "certs/chain.h"
#include "knowledge/gnutls.h"

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

#endif
