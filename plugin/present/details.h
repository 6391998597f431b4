/* details.h - the long lists that belong to a problem: certificate, offers, what the server's files say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_DETAILS_H
#define DX_PRESENT_DETAILS_H

#include "present/fold.h"
#include "present/layout.h"

/* dx_details_report - appends the lists of an entry's example, under a heading; nothing when there are none.
 * Of what was offered only what its cause is about. `number` is the entry's. */
void dx_details_report(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry, unsigned number);

/* dx_details_body - all of an entry's lists, without a heading. */
void dx_details_body(const dx_page *page, dx_verdicts *verdicts, const dx_entry *entry);

#endif
