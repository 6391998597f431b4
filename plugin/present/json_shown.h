/* json_shown.h - what the two sides offered, chose and showed, for the report for programs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_JSON_SHOWN_H
#define DX_PRESENT_JSON_SHOWN_H

#include <glib.h>

#include "certs/certs.h"
#include "facts/facts.h"

/* dx_json_shown - the texts of offers and certificates: few differ among the connections of a report, and
 * each is made once. They are known by their addresses: it must not outlive the capture. */
typedef struct dx_json_shown dx_json_shown;

dx_json_shown *dx_json_shown_new(void); /* free with dx_json_shown_free */
void dx_json_shown_free(dx_json_shown *kept);

/* dx_json_put_shown - the members `offered`, `chosen` and `certificate` of a connection, a comma before
 * each. */
void dx_json_put_shown(GString *out, const dx_json_shown *kept, const dx_facts *facts, dx_certs *certs);

#endif
