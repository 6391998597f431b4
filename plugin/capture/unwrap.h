/* unwrap.h - takes off what stands around TLS on TCP: packets of SQL Server's TDS, and of OpenVPN
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_UNWRAP_H
#define DX_CAPTURE_UNWRAP_H

#include "capture/reader.h"

/* dx_unwrap_take - takes the next bytes of a direction and gives the reader what is inside; a dx_stream_sink
 * whose user is the dx_direction. */
void dx_unwrap_take(void *user, const uint8_t *bytes, size_t len, size_t missing);

#endif
