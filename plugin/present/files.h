/* files.h - what the server's own files say, in the reports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_FILES_H
#define DX_PRESENT_FILES_H

#include "present/layout.h"
#include "verdict/verdicts.h"

/* dx_files_say - whether the files say anything besides what stands among the verdict's evidence. */
bool dx_files_say(const dx_verdict *verdict);

/* dx_files_text - appends that: which causes the files confirm, suggest and exclude for a connection,
 * with file and line. */
void dx_files_text(const dx_page *page, const dx_verdicts *verdicts, const dx_verdict *verdict);

/* dx_files_header - appends the names of the files that were read; nothing without a folder. */
void dx_files_header(const dx_page *page, const dx_verdicts *verdicts);

/* dx_files_list - appends the list of files, read or not and why, under DX_FILES_TITLE; nothing without a
 * folder. */
#define DX_FILES_TITLE "The server's own files"
void dx_files_list(const dx_page *page, dx_verdicts *verdicts);

#endif
