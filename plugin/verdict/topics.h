/* topics.h - which topics of the remedies do not arise on a connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_TOPICS_H
#define DX_VERDICT_TOPICS_H

#include "verdict/place.h"

/* dx_topic_is_idle - there is nothing to look at or do about a topic ("CHAIN") here: what it needs is not
 * known, or what it asks for is no help with this service. */
bool dx_topic_is_idle(const char *topic, const dx_place *place, const dx_facts *facts,
                      const dx_context *context);

#endif
