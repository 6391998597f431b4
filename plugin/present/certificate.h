/* certificate.h - what is shown of a server's certificate, for tree, report and JSON
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_CERTIFICATE_H
#define DX_PRESENT_CERTIFICATE_H

#include "facts/authentication.h"

typedef enum {
#define X(id, key, words) DX_CERT_##id,
#include "present/certificate.def"
#undef X
    DX_NUM_CERT_PARTS
} dx_cert_part;

/* One value; SAN, EKU and STATUS may come several times, one after the other. */
typedef struct dx_cert_row {
    dx_cert_part part;
    char *text; /* owned, safe to show */
} dx_cert_row;

/* dx_cert_rows - the rows of the server's certificate in the order of certificate.def, a new GArray of
 * dx_cert_row; empty when no certificate could be read. `from` to `to` (excluded) select parts: all but
 * STATUS are the same whenever the same certificate is presented. */
GArray *dx_cert_rows(const dx_facts *facts, dx_certs *certs, dx_cert_part from, dx_cert_part to);

const char *dx_cert_key(dx_cert_part part);
const char *dx_cert_words(dx_cert_part part);

/* dx_cert_lines - the same as "words: value" lines for the report: a new GPtrArray of char * with a free
 * function. */
GPtrArray *dx_cert_lines(const dx_facts *facts, dx_certs *certs);

#endif
