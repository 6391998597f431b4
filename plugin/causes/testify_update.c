/* testify_update.c - updates, and the settings of the record split that one of them brought
 *
 * Source: Microsoft's troubleshooter for IIS, scenario 6; MS12-006, KB2643584
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/files.h"

#define RECENT_US (INT64_C(7) * 24 * 3600 * G_USEC_PER_SEC) /* an update may wait for its restart */
#define MAX_SAID  3

/* SendExtraRecord: 0 for those that ask for it, 1 always, 2 never (KB2643584). */
dx_stance
dx_testify_split(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const dx_evidence_store *store = context->evidence;
    dx_stance stance = DX_SILENT;

    (void)facts;
    for (unsigned i = 0; i < store->splits->len; i++) {
        const dx_split_setting *setting = &g_array_index(store->splits, dx_split_setting, i);
        if (setting->image) {
            char *image = dx_safe(setting->image, 60);
            dx_testimony_say(testimony, setting->where, "the record split is turned %s for %s",
                             setting->value ? "on" : "off", image);
            g_free(image);
            if (setting->value && stance == DX_SILENT)
                stance = DX_CONFIRMS;
            continue;
        }
        static const char *const meaning[] = {"for programs that ask for it", "for every program",
                                              "for none"};
        dx_testimony_say(
            testimony, setting->where, "SendExtraRecord is %u: records are split %s", setting->value,
            setting->value < G_N_ELEMENTS(meaning) ? meaning[setting->value] : "in an unknown way");
        if (setting->value == 1 && stance == DX_SILENT)
            stance = DX_CONFIRMS;
        if (setting->value == 2)
            stance = DX_CONTRADICTS; /* the packets show a split: another client's registry, or no Schannel */
    }
    for (unsigned i = 0; i < store->hotfixes->len; i++) {
        const dx_hotfix *hotfix = &g_array_index(store->hotfixes, dx_hotfix, i);
        if (hotfix->kb != 2585542 && hotfix->kb != 2643584 && hotfix->kb != 2618444)
            continue;
        dx_testimony_say(testimony, hotfix->where, "KB%u, which brought the record split, is installed",
                         hotfix->kb);
        if (stance == DX_SILENT)
            stance = DX_SUGGESTS;
    }
    return stance;
}

dx_stance
dx_testify_update(const dx_facts *facts, const dx_context *context, dx_testimony *testimony)
{
    const GArray *hotfixes = context->evidence->hotfixes;
    int64_t failed_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : facts->last_us;
    unsigned num = 0;

    if (dx_worked(context))
        return DX_SILENT;
    for (unsigned i = 0; i < hotfixes->len; i++) {
        const dx_hotfix *hotfix = &g_array_index(hotfixes, dx_hotfix, i);
        if (!hotfix->day_us || hotfix->day_us > failed_us || failed_us - hotfix->day_us > RECENT_US ||
            ++num > MAX_SAID)
            continue;
        char *day = dx_time_text(hotfix->day_us);
        dx_testimony_say(testimony, hotfix->where,
                         "KB%u was installed on %.10s, in the week before the failure", hotfix->kb, day);
        g_free(day);
    }
    return num ? DX_SUGGESTS : DX_SILENT;
}
