/* fields.c - the fields of protocol ssltrouble
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/compat.h"
#include "epan/fields.h"

#include "verdict/cause.h"
#include "knowledge/names.h"

static int ids[DX_NUM_FIELDS];

/* Filled from the tables of core and knowledge before registration; the last row ends each. */
static value_string scenario_names[DX_NUM_SCENARIOS + 1];
static value_string confidence_names[DX_CONFIRMED + 1];
static value_string alert_names[256 + 1];

static void
fill_names(void)
{
    for (unsigned i = 0; i < DX_NUM_SCENARIOS; i++)
        scenario_names[i] = (value_string){i, dx_scenario_name((dx_scenario)i)};
    for (unsigned i = DX_POSSIBLE; i <= DX_CONFIRMED; i++)
        confidence_names[i - DX_POSSIBLE] = (value_string){i, dx_confidence_name((dx_confidence)i)};
    unsigned num = 0;
    for (unsigned i = 0; i < 256; i++) {
        const char *name = dx_alert_name((uint8_t)i);
        if (name != NULL)
            alert_names[num++] = (value_string){i, name};
    }
}

void
dx_fields_register(int proto)
{
    static hf_register_info fields[] = {
#define DX_FIELD_ROW(id, abbreviation, name, type, display, values, blurb)                                   \
    {&ids[DX_FIELD_##id], {name, "ssltrouble." abbreviation, type, display, values, 0, blurb, HFILL}},
#include "epan/fields.def"
#undef DX_FIELD_ROW
    };
    for (unsigned i = 0; i < DX_NUM_FIELDS; i++)
        ids[i] = -1;
    fill_names();
    proto_register_field_array(proto, fields, G_N_ELEMENTS(fields));
}

int
dx_field_id(dx_field field)
{
    return ids[field];
}

/* proto_field_is_referenced() says yes to everything when the tree is to be shown, so look at the mark
 * itself. */
static bool
is_marked(int id)
{
    return proto_registrar_get_nth((guint)id)->ref_type != HF_REF_TYPE_NONE;
}

bool
dx_fields_asked_for(int proto)
{
    for (unsigned i = 0; i < DX_NUM_FIELDS; i++)
        if (is_marked(ids[i]))
            return true;
    return is_marked(proto);
}
