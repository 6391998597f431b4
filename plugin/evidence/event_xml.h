/* event_xml.h - one event in XML
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_EVENT_XML_H
#define DX_EVIDENCE_EVENT_XML_H

#include "evidence/events.h"

/* dx_event_xml_parse - takes the parts of one <Event> element into an open record; false when the XML is
 * broken, or names no provider or no id. */
bool dx_event_xml_parse(dx_event_record *record, dx_span xml);

#endif
