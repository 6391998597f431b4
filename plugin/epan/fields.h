/* fields.h - the fields of protocol ssltrouble
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_FIELDS_H
#define DX_EPAN_FIELDS_H

#include <stdbool.h>

typedef enum {
#define DX_FIELD_ROW(id, abbreviation, name, type, display, values, blurb) DX_FIELD_##id,
#include "epan/fields.def"
#undef DX_FIELD_ROW
    DX_NUM_FIELDS
} dx_field;

/* dx_fields_register - registers all rows of fields.def for protocol `proto`. */
void dx_fields_register(int proto);

/* dx_field_id - Wireshark's id of a field. */
int dx_field_id(dx_field field);

/* dx_fields_asked_for - whether a filter, a column or the list of output fields of this run names the
 * protocol or one of its fields. Only meaningful while a frame is being dissected. */
bool dx_fields_asked_for(int proto);

#endif
