/* pairs.h - which connection two endpoints use now, for who is told of both: an ICMP error quotes them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_PAIRS_H
#define DX_CAPTURE_PAIRS_H

#include <stdint.h>

#include "knowledge/address.h"

#define DX_NO_PAIR UINT32_MAX

typedef struct dx_pairs dx_pairs;

/* dx_pairs_new - of no connection; free with dx_pairs_free. */
dx_pairs *dx_pairs_new(void);
void dx_pairs_free(dx_pairs *pairs);

/* dx_pairs_add - connection `number` begins between these two, in either order. Numbers are dense, and each
 * is added once. */
void dx_pairs_add(dx_pairs *pairs, uint32_t number, const dx_endpoint *a, const dx_endpoint *b);

/* dx_pairs_newest - the number that was added last for these two, in either order, or for others with the
 * same hash: the caller compares. dx_pairs_older - the one before `number`. DX_NO_PAIR when there is none. */
uint32_t dx_pairs_newest(const dx_pairs *pairs, const dx_endpoint *a, const dx_endpoint *b);
uint32_t dx_pairs_older(const dx_pairs *pairs, uint32_t number);

#endif
