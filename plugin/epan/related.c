/* related.c - Wireshark's conversation filters for what belongs to the selected packet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/related.h"

#include "epan/compat.h"
#include <epan/conversation_filter.h>

#include "epan/tracker.h"
#include "present/present.h"

/* NULL when the packet belongs to nothing that is known. */
static const dx_facts *
facts_of_frame(uint32_t frame, uint32_t *index)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    return verdicts != NULL && dx_tracker_connection(frame, index)
               ? dx_capture_facts(dx_verdicts_capture(verdicts), *index)
               : NULL;
}

static const dx_facts *
facts_of(const packet_info *pinfo, uint32_t *index)
{
    return facts_of_frame(pinfo->num, index);
}

static const dx_cause *
cause_of(const packet_info *pinfo)
{
    uint32_t index;
    bool known = facts_of(pinfo, &index) != NULL;
    const dx_verdict *verdict = known ? dx_verdicts_of(dx_tracker_verdicts(), index) : NULL;
    return verdict != NULL ? verdict->cause : NULL;
}

char *
dx_related_connection(uint32_t frame)
{
    uint32_t index;
    const dx_facts *facts = facts_of_frame(frame, &index);
    return facts != NULL ? dx_connection_filter(facts) : NULL;
}

static dx_button_bool
has_connection(packet_info *pinfo DX_CONVERSATION_USER)
{
    uint32_t index;
    return facts_of(pinfo, &index) != NULL;
}

static char *
connection_filter(packet_info *pinfo DX_CONVERSATION_USER)
{
    return dx_related_connection(pinfo->num);
}

static dx_button_bool
has_cause(packet_info *pinfo DX_CONVERSATION_USER)
{
    return cause_of(pinfo) != NULL;
}

static char *
cause_filter(packet_info *pinfo DX_CONVERSATION_USER)
{
    const dx_cause *cause = cause_of(pinfo);
    return cause != NULL ? g_strdup_printf("ssltrouble.cause == \"%s\"", cause->id) : NULL;
}

static char *
server_filter(packet_info *pinfo DX_CONVERSATION_USER)
{
    uint32_t index;
    const dx_facts *facts = facts_of(pinfo, &index);
    return facts != NULL ? dx_server_filter(&facts->server_endpoint, facts->transport) : NULL;
}

void
dx_related_register(void)
{
    dx_conversation_filter("ssltrouble.connection", "SSL Troubleshooter: this connection", has_connection,
                           connection_filter);
    dx_conversation_filter("ssltrouble.cause", "SSL Troubleshooter: same cause", has_cause, cause_filter);
    dx_conversation_filter("ssltrouble.server", "SSL Troubleshooter: same server", has_connection,
                           server_filter);
}
