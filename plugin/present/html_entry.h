/* html_entry.h - one problem of the HTML page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_HTML_ENTRY_H
#define DX_PRESENT_HTML_ENTRY_H

#include "present/fold.h"

/* dx_html_entry - appends a problem as a <details id="p1">, with its handshake beside one of the same server
 * that succeeded, what differed, the certificates and the long lists. */
void dx_html_entry(GString *out, dx_verdicts *verdicts, const dx_entry *entry, unsigned number, bool open);

/* dx_html_entry_row - appends it as a row of the table of those for which there is no room. */
void dx_html_entry_row(GString *out, const dx_entry *entry, unsigned number);

#endif
