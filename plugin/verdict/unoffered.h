/* unoffered.h - what a server chose though the client had not offered it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_UNOFFERED_H
#define DX_VERDICT_UNOFFERED_H

#include "verdict/cause.h"

typedef enum {
    DX_UNOFFERED_VERSION = 1,
    DX_UNOFFERED_SUITE = 2,
    DX_UNOFFERED_GROUP = 4,
    DX_UNOFFERED_ALPN = 8
} dx_unoffered;

/* dx_unoffered_choice - which parts of the server's choice stand outside the ClientHello; 0 when none does,
 * or when one of the two could not be read. */
unsigned dx_unoffered_choice(const dx_facts *facts);

/* dx_left_at_choice - the client left in the server's flight, without a word or with an alert that stacks
 * send for a choice outside their offer. */
bool dx_left_at_choice(const dx_facts *facts);

/* dx_say_unoffered - the ClientHello, the parts and the end as evidence. */
void dx_say_unoffered(dx_finding *finding, const dx_facts *facts, unsigned parts);

#endif
