/* record_splitting_intolerance.c - the server cannot cope with the 1/n-1 record split of MS12-006
 *
 * Wire:     TLS 1.0 (or SSL 3.0) with a CBC suite, handshake complete; the client's first data record
 *           holds one byte (or none), and the server resets, closes or stays silent
 * Source:   Microsoft's troubleshooter for IIS, scenario 6; MS12-006, KB2643584
 * Not this: a slow backend; with TLS 1.1 or newer, RC4 or AEAD the pattern means nothing
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"
#include "verdict/contrast.h"
#include "facts/infer.h"
#include "verdict/configuration.h"

#define TWO_WRITES 4 /* each is split into two records */

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    uint16_t split = facts->established_frame && facts->chosen.version <= DX_TLS10
                         ? dx_infer_split_record(facts->chosen.cipher, facts->chosen.version,
                                                 facts->chosen.encrypt_then_mac)
                         : 0;

    if (!split || facts->server.app_records || !facts->client.app_records ||
        facts->client.first_app_len[0] != split ||
        (facts->client.app_records < 2 && !facts->server.rst_frame && !facts->server.fin_frame))
        return DX_NONE;
    /* an empty line, or what a person types later (openssl s_client): no request that wants an answer */
    bool late = facts->client.first_app_us - facts->established_us >= DX_PATIENCE_US;
    if (facts->client.first_app_len[1] == split || (late && facts->close.by != DX_SERVER))
        return DX_NONE;
    const dx_close *close = &facts->close; /* a client that goes on sending is being read (observed: Webex) */
    bool ends_with_alert = close->kind != DX_CLOSE_NONE && facts->client.last_payload_us >= close->time_us &&
                           facts->client.app_records <= TWO_WRITES;
    if (facts->client.last_payload_us - facts->client.first_app_us >= DX_PATIENCE_US && !ends_with_alert)
        return DX_NONE;
    bool closed = close->by == DX_SERVER, client_left = close->by == DX_CLIENT;
    int64_t waited = (client_left ? close->time_us : context->now_us) - facts->client.first_app_us;
    if (!closed && waited < (client_left ? DX_PATIENCE_US : context->preferences->silence_us))
        return DX_NONE;
    finding->frame = closed ? close->frame : facts->client.first_app_frame;
    dx_finding_say(finding, facts->client.first_app_frame,
                   "The client's first data record of %u bytes holds at most one byte of data (record split)",
                   split);
    if (closed)
        dx_finding_say(finding, close->frame, "Server %s without having sent data",
                       close->kind == DX_CLOSE_RST ? "resets" : "closes");
    else
        dx_finding_say(finding, facts->last_frame, "The server never answers the request");
    const dx_sample *success = dx_contrast_unsplit(facts, context);
    if (success && success->chosen.version <= DX_TLS10)
        dx_say_success(finding, success, "Its client does not split the first record.");
    else if (success)
        dx_say_success(finding, success, "With that version or suite no record is split.");
    dx_finding_candidates(finding, &dx_cause_update_regression, NULL);
    return success ? DX_CONFIRMED : closed ? DX_LIKELY : DX_POSSIBLE;
}

static dx_files_answer
weigh_files(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const GArray *hotfixes = context->evidence->hotfixes;
    dx_finding seen = {.frame = 0};
    dx_confidence confidence = weigh(facts, context, &seen);

    dx_finding_clear(&seen);
    if (confidence == DX_NONE) /* the registry tells only of a split that the packets show */
        return DX_FILES_SILENT;
    dx_files_answer answer = dx_configured_split(context, files);
    for (unsigned i = 0; i < hotfixes->len; i++) {
        const dx_hotfix *hotfix = &g_array_index(hotfixes, dx_hotfix, i);
        if (hotfix->kb != 2585542 && hotfix->kb != 2643584 && hotfix->kb != 2618444)
            continue;
        dx_file_say(files, hotfix->where, "KB%u, which brought the record split, is installed", hotfix->kb);
        if (answer == DX_FILES_SILENT)
            answer = DX_FILES_SUGGEST;
    }
    return answer;
}

DX_CAUSE(
    record_splitting_intolerance, .scenario = DX_SCENARIO_6, .outcome = DX_FAILED,
    .gate = {.over = DX_OVER(TCP),
             .phases = DX_AFTER_HANDSHAKE,
             .ends = DX_NO_END,
             .refutes = DX_SAW(ABOVE_TLS10)},
    .title = "The server cannot handle split records (MS12-006)",
    .why = "The client splits its first record against the BEAST attack, and the server fails on it.",
    .checks =
        "Does it succeed through Fiddler, or with a client that does not split? Then this is the cause.\n"
        "Which server or appliance is it? Its vendor has a fix for MS12-006 (2012).\n"
        "For a test only: is it gone without the split on a Windows client? (KB2643584, KB2638806; Internet "
        "Explorer: FEATURE_SCH_SEND_AUX_RECORD_KB_2618444; .NET: SchSendAuxRecord, MS16-065, "
        "KB3155464)" DX_IN_CMD(
            "reg add HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL /v "
            "SendExtraRecord /t REG_DWORD /d 2 /f"),
    .fix = "Update the server, or let both sides use TLS 1.1 or newer; remove SendExtraRecord again.\n",
    .clients = "Chromium 156: ERR_EMPTY_RESPONSE; Internet Explorer: \"cannot display the webpage\", a blank "
               "page or a hang",
    .weigh = weigh, .weigh_files = weigh_files);
