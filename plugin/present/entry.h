/* entry.h - one problem of the text report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_ENTRY_H
#define DX_PRESENT_ENTRY_H

#include "present/fold.h"
#include "present/layout.h"

/* dx_entry_report - appends all there is to say of the failures of an entry; `number` is its place in the
 * list. */
void dx_entry_report(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry, unsigned number);

/* dx_entry_body - the same without title, as HTML when the page is HTML. dx_entry_status - what goes with the
 * title: how sure it is, and whether it has passed. New string. */
void dx_entry_body(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry);
char *dx_entry_status(const dx_entry *entry);

/* dx_entry_filter - a display filter for the connections of an entry, short enough to paste. New string. */
char *dx_entry_filter(const dx_entry *entry);

/* dx_entry_names, dx_entry_clients - the names asked for, "a.example, b.example and 3 more" ("" when there
 * are none), and the clients in the same way. New strings. */
char *dx_entry_names(const dx_entry *entry);
char *dx_entry_clients(const dx_entry *entry);

#endif
