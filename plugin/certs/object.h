/* object.h - one certificate inside certs/, with GnuTLS's object
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_OBJECT_H
#define DX_CERTS_OBJECT_H

#include <glib.h>

#include "certs/chain.h"
#include "knowledge/gnutls.h"

/* More than anybody holds at a time: a chain, and the authorities of one name. */
#define DX_MAX_OPEN 1024

/* What the certificates of a capture may use together: public-key work, in microseconds as estimated by
 * dx_certificate.key_cost, and GnuTLS's objects, which take ten times as much memory as the DER. */
typedef struct dx_budget {
    int64_t left_us;
    int64_t missed_us;                 /* what was spent on signatures that do not fit */
    dx_certificate *open[DX_MAX_OPEN]; /* those with an object; a ring */
    unsigned num_opened;
} dx_budget;

struct dx_certificate {
    size_t len;
    uint8_t *der;
    dx_budget *budget; /* of all certificates of the capture */
    bool read, possible_issuer;
    gnutls_x509_crt_t crt; /* see dx_certificate_crt; NULL also when 1,024 others were asked for since */
    dx_certificate_info info;
    GBytes *key_id, *issuer_key_id; /* as the extensions say; NULL when they do not */
    bool has_basic_constraints, has_name_constraints, critical_basic_constraints;
    int max_between;   /* authorities that may stand below; -1: any number */
    bool priced;       /* key_cost is known: few keys are ever used */
    uint32_t key_cost; /* microseconds that one signature under its key takes to verify; 0: absurdly long */
    GArray *links;     /* the issuers that were tried, see link.c; NULL */
};

#endif
