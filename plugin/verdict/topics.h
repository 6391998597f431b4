/* topics.h - which topics of the remedies do not arise on a connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_TOPICS_H
#define DX_VERDICT_TOPICS_H

#include "verdict/place.h"

/* dx_topic_host - what the topics see of the server's name. */
typedef enum { DX_HOST_NONE, DX_HOST_NAME, DX_HOST_ADDRESS } dx_host_kind;
dx_host_kind dx_topic_host(const dx_facts *facts);

/* dx_topic_is_idle - there is nothing to look at or do about a topic ("CHAIN") here: what it needs is not
 * known, or what it asks for is no help with this service. */
bool dx_topic_is_idle(const char *topic, const dx_place *place, const dx_facts *facts,
                      const dx_context *context);

#endif
