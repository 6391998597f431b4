/* mangled.h - clients whose large ClientHellos fail where small ones of theirs work
 *
 * A device near a client that mangles or drops what does not fit one packet shows at whichever server it
 * asks; one server alone cannot show it.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_MANGLED_H
#define DX_CAPTURE_MANGLED_H

#include <glib.h>

#include "facts/facts.h"

/* At one server a large ClientHello of the client failed, and a small one worked. */
typedef struct dx_mangled {
    dx_endpoint server;
    uint32_t large_frame, small_frame; /* small_frame 0: none has worked so far */
    uint32_t large_len, small_len;     /* bytes of the two ClientHellos */
} dx_mangled;

/* A ClientHello is large when a segment of Ethernet cannot hold it: 1460 bytes of TCP payload less record and
 * message headers. */
#define DX_LARGE_HELLO 1400

/* dx_mangled_new - an empty set; g_hash_table_destroy frees it. */
GHashTable *dx_mangled_new(void);

/* dx_mangled_failed, _worked - the connection was refused; its handshake is complete. True when something was
 * learnt. */
bool dx_mangled_failed(GHashTable *set, const dx_facts *facts);
bool dx_mangled_worked(GHashTable *set, const dx_facts *facts);

/* dx_mangled_elsewhere - at how many other servers the client of `facts` had both; `*first` (may be NULL)
 * gets the first of them, owned by the set. */
unsigned dx_mangled_elsewhere(GHashTable *set, const dx_facts *facts, const dx_mangled **first);

#endif
