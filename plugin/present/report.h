/* report.h - what the text report and the HTML page have in common
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_REPORT_H
#define DX_PRESENT_REPORT_H

#include "present/fold.h"
#include "present/layout.h"

#define DX_NOTES_TITLE "Notes: not failures"

/* dx_report_head - the lines on the capture: file, time, what was analyzed and what was not. */
void dx_report_head(const dx_page *page, const dx_capture *capture, const dx_report *report,
                    const dx_fold *fold);

/* dx_report_nothing - that nothing was found, selected or failed; NULL when something failed. New string. */
char *dx_report_nothing(dx_verdicts *verdicts, const dx_report *report, const dx_fold *fold);

/* dx_report_first_step - what to do first of a problem: its first step, up to the end of the sentence. New
 * string; NULL: nothing. */
char *dx_report_first_step(const dx_verdict *verdict);

/* dx_report_notes - what is worth knowing and no failure. */
void dx_report_notes(const dx_page *page, const dx_fold *fold);

/* dx_report_closing - how many connections were not judged. New string; NULL: none. */
char *dx_report_closing(const dx_fold *fold);

#endif
