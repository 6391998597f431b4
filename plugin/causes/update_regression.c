/* update_regression.c - an update may have changed the behaviour
 *
 * Wire:     none of its own: all failures begin at one time; the update history tells
 * Source:   Microsoft's troubleshooter for IIS, scenario 6
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "verdict/files.h"

#define RECENT_US (INT64_C(7) * 24 * 3600 * G_USEC_PER_SEC) /* an update may wait for its restart */
#define MAX_SAID  3

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const GArray *hotfixes = context->evidence->hotfixes;
    int64_t failed_us = facts->end.kind != DX_END_NONE ? facts->end.time_us : facts->last_us;
    unsigned num = 0;

    if (dx_worked(context))
        return DX_FILES_SILENT;
    for (unsigned i = 0; i < hotfixes->len; i++) {
        const dx_hotfix *hotfix = &g_array_index(hotfixes, dx_hotfix, i);
        if (!hotfix->day_us || hotfix->day_us > failed_us || failed_us - hotfix->day_us > RECENT_US ||
            ++num > MAX_SAID)
            continue;
        char *day = dx_time_text(hotfix->day_us);
        dx_file_say(files, hotfix->where, "KB%u was installed on %.10s, in the week before the failure",
                    hotfix->kb, day);
        g_free(day);
    }
    return num ? DX_FILES_SUGGEST : DX_FILES_SILENT;
}

DX_CAUSE(
    update_regression, .scenario = DX_SCENARIO_6, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(TCP), .needs = DX_SAW(TLS)}, .title = "An update changed the behavior",
    .why = "Failures that begin at one moment with unchanged configurations often follow an update.",
    .checks = "@updates\n"
              "@known_updates\n",
    .fix =
        "Look the update up among the vendor's known issues; roll it back on one server node and compare.\n",
    .weigh_files = weigh_files);
