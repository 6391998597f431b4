/* shown.h - the certificates that TLS 1.3 hides, where the same server showed them to somebody else
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_SHOWN_H
#define DX_VERDICT_SHOWN_H

#include "verdict/cause.h"

/* dx_shown_certificates - settled facts of a client that minded certificates that cannot be read (it said so,
 * or left as programs do that mind them) get those that the server showed for the same name elsewhere
 * (`shown_frame`, `shown_stream`), when their size fits what was sent here, no others of that size were
 * shown, and no client certificate was asked for. What rests on them is likely at most. */
void dx_shown_certificates(dx_facts *settled, const dx_context *context);

#endif
