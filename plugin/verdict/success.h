/* success.h - what worked: only a connection whose own verdict is `established`
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_SUCCESS_H
#define DX_VERDICT_SUCCESS_H

#include "verdict/verdict.h"

/* dx_success_cache_new - answers that were given, for dx_context.worked; g_hash_table_destroy frees it.
 * Empty it when preferences change. */
GHashTable *dx_success_cache_new(void);

/* dx_success_rows - the rows of context->server's ledger that worked, as dx_sample: count, first frame and
 * stream are those of connections that worked. Never NULL; g_array_unref. */
GArray *dx_success_rows(const dx_causes *causes, const dx_context *context);

/* dx_success_recovery - the frame in which a later connection of the same client software, that worked, had
 * completed its handshake; 0 when there is none. `failed_us`: when `facts` (as the capture holds them) had
 * failed. */
uint32_t dx_success_recovery(const dx_causes *causes, const dx_facts *facts, const dx_context *context,
                             int64_t failed_us);

#endif
