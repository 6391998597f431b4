/* quic_versions.h - the versions of QUIC whose Initial packets can be read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_QUIC_VERSIONS_H
#define DX_WIRE_QUIC_VERSIONS_H

#include <stdbool.h>
#include <stdint.h>

/* dx_quic_is_v2 - RFC 9369, whose packet types and labels are other ones, and its draft. */
bool dx_quic_is_v2(uint32_t version);

/* dx_quic_is_strange - a version that cannot be read and that peers ask for all the same: a draft, one
 * reserved to force Version Negotiation (RFC 9000 section 15), or one of Google's. */
bool dx_quic_is_strange(uint32_t version);

/* dx_quic_version_name - "v1", "v2", "draft 29 to 32", ...; NULL when it is not known. */
const char *dx_quic_version_name(uint32_t version);

/* dx_quic_salt - the 20 bytes from which Initial keys are derived; NULL when the version is not known. */
const uint8_t *dx_quic_salt(uint32_t version);

#endif
