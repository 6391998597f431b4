/* name_filter.h - a server name that is reset at whichever server one client asks for it
 *
 * A filter on the path that goes by names shows at several servers; one server alone leaves the same packets
 * where it has nothing for the name. It may imitate the server's TTL.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_NAME_FILTER_H
#define DX_VERDICT_NAME_FILTER_H

#include "verdict/cause.h"

/* dx_name_is_filtered - the ClientHello for a name was reset, and so were those of the same client for the
 * same name at other addresses; nobody succeeded with it anywhere, and this client did with others. Not at
 * Windows, which resets a name that it has no binding for. Says so in `finding`, which may be NULL. Looks at
 * the first servers of a capture only. */
bool dx_name_is_filtered(const dx_facts *facts, const dx_context *context, dx_finding *finding);

#endif
