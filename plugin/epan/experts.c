/* experts.c - expert infos: two per cause, one per advice
 *
 * Severity belongs to the registered entry, so that a cause needs one for "error" and one for "warning".
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/experts.h"

#include <string.h>

#include "causes/causes.h"
#include "epan/tracker.h"
#include "present/present.h"
#include "verdict/advice.h"

static expert_field *cause_fields; /* two per cause: error, warning */
static expert_field *advice_fields;

static void
fill(ei_register_info *row, expert_field *field, int severity, const char *name, const char *summary)
{
    *field = (expert_field)EI_INIT;
    row->ids = field;
    row->eiinfo = (expert_field_info){
        .name = name, .group = PI_PROTOCOL, .severity = severity, .summary = summary, EXPFILL};
}

void
dx_experts_register(int proto)
{
    wmem_allocator_t *forever = wmem_epan_scope();
    const dx_causes *causes = dx_all_causes();
    unsigned num_advice = 0;
    const dx_advice_kind *advice = dx_advice_kinds(&num_advice);

    cause_fields = wmem_alloc_array(forever, expert_field, causes->num * 2 + 1);
    advice_fields = wmem_alloc_array(forever, expert_field, num_advice + 1);
    ei_register_info *rows = wmem_alloc0_array(forever, ei_register_info, causes->num * 2 + num_advice + 1);
    unsigned num = 0;
    for (unsigned i = 0; i < causes->num; i++) {
        const dx_cause *cause = causes->cause[i];
        fill(&rows[num++], &cause_fields[2 * i], PI_ERROR,
             wmem_strdup_printf(forever, "ssltrouble.expert.%s", cause->id), cause->title);
        fill(&rows[num++], &cause_fields[2 * i + 1], PI_WARN,
             wmem_strdup_printf(forever, "ssltrouble.expert.%s.possible", cause->id),
             wmem_strdup_printf(forever, "%s (possible)", cause->title));
    }
    for (unsigned i = 0; i < num_advice; i++) {
        fill(&rows[num++], &advice_fields[i], PI_NOTE,
             wmem_strdup_printf(forever, "ssltrouble.expert.advice.%s", advice[i].id), advice[i].title);
    }
    expert_register_field_array(expert_register_protocol(proto), rows, (int)num);
}

static expert_field *
of_cause(const dx_cause *cause, dx_confidence confidence)
{
    const dx_causes *causes = dx_all_causes();
    for (unsigned i = 0; i < causes->num; i++)
        if (causes->cause[i] == cause)
            return &cause_fields[2 * i + (confidence >= DX_LIKELY ? 0 : 1)];
    return NULL;
}

static expert_field *
of_advice(const char *id)
{
    unsigned num = 0;
    const dx_advice_kind *advice = dx_advice_kinds(&num);
    for (unsigned i = 0; i < num; i++)
        if (strcmp(advice[i].id, id) == 0)
            return &advice_fields[i];
    return NULL;
}

unsigned
dx_experts_raise(packet_info *pinfo, proto_item *item, const dx_verdict *verdict)
{
    unsigned num = 0;
    const char *saved = pinfo->current_proto;
    pinfo->current_proto = "SSL Troubleshooter"; /* the helper protocol that we run under does not set it */
    if (verdict->cause != NULL) {
        expert_field *expert = of_cause(verdict->cause, verdict->confidence);
        char *title = dx_verdict_title(verdict);
        if (expert != NULL) {
            expert_add_info_format(pinfo, item, expert, "%s", title);
            num++;
        }
        g_free(title);
    }
    for (guint i = 0; i < verdict->advice->len; i++) {
        const dx_advice *advice = &g_array_index(verdict->advice, dx_advice, i);
        expert_field *expert = of_advice(advice->id);
        if (expert != NULL) {
            expert_add_info_format(pinfo, item, expert, "%s", advice->title);
            num++;
        }
    }
    pinfo->current_proto = saved;
    return num;
}

/* Where the infos of a connection stand; 0: it has none. */
static uint32_t
infos_frame(const dx_facts *facts, const dx_verdict *verdict)
{
    if (verdict->cause != NULL)
        return verdict->frame;
    return verdict->outcome == DX_ESTABLISHED ? facts->established_frame : 0;
}

unsigned
dx_experts_raise_for(packet_info *pinfo, uint32_t index)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    const dx_facts *facts = dx_capture_facts(dx_verdicts_capture(verdicts), index);
    const dx_verdict *verdict = facts != NULL ? dx_verdicts_of(verdicts, index) : NULL;
    uint32_t frame = verdict != NULL ? infos_frame(facts, verdict) : 0;
    if (frame == 0)
        return 0;
    pinfo->num = frame;
    return dx_experts_raise(pinfo, NULL, verdict);
}
