/* compare.h - a failed handshake beside one of the same server that succeeded
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_COMPARE_H
#define DX_PRESENT_COMPARE_H

#include "verdict/verdicts.h"

/* What of both sides stands in one row of the table. */
typedef struct dx_compare_row {
    const char *name;
    char *failed, *succeeded; /* owned; names are as on the wire */
    bool differs;
} dx_compare_row;

/* dx_compare_success - of the connections to the same server whose own verdict is that they were established
 * the one that its verdict's contrast is about, or else the one that is most like `facts`;
 * NULL when there is none. Looks at the bounded rows of the ledger. */
const dx_facts *dx_compare_success(dx_verdicts *verdicts, const dx_facts *facts);

/* dx_compare_rows - what the two offered and got, as dx_compare_row: what one of them has. g_array_unref. */
GArray *dx_compare_rows(const dx_facts *failed, const dx_facts *succeeded);

#endif
