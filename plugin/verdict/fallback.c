/* fallback.c - who asked over UDP goes over to TCP
 *
 * Source: RFC 9308 section 2; observed: curl 8.14 begins TCP 50 ms after its first Initial
 *         packets and does not repeat those once TCP has worked
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/fallback.h"

#define SOON_US  (2 * G_USEC_PER_SEC)
#define PATIENCE 3 /* times what the server took for its ServerHello there: two round trips, here it is one */

const dx_facts *
dx_fallback(const dx_facts *facts, const dx_context *context)
{
    const dx_retry_list *list = facts->transport == DX_TRANSPORT_QUIC ? context->retries : NULL;

    for (unsigned i = 0; list && i < list->num; i++) {
        const dx_facts *other = list->retry[i].facts;
        int64_t apart = other->first_us - facts->first_us;

        if (other->transport == DX_TRANSPORT_TCP && other->established_frame && apart >= 0 &&
            apart <= SOON_US &&
            context->now_us - facts->first_us >= PATIENCE * (other->server_hello_us - other->first_us))
            return other;
    }
    return NULL;
}
