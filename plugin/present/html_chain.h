/* html_chain.h - a server's certificates as a picture, their validity on an axis of time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_HTML_CHAIN_H
#define DX_PRESENT_HTML_CHAIN_H

#include <glib.h>

#include "facts/authentication.h"

/* dx_html_chain - appends a <figure> with the certificates that the server of a connection sent; nothing when
 * none could be read. */
void dx_html_chain(GString *out, const dx_facts *facts, dx_certs *certs);

#endif
