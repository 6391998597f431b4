/* extensions.h - the extensions of one certificate, each parsed once and only up to a length
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_EXTENSIONS_H
#define DX_CERTS_EXTENSIONS_H

#include "certs/object.h"

/* dx_extensions_read - fills in what the extensions say; the issuer's name must have been read. What is
 * longer than anybody needs is not read, and info.left_out says so. */
void dx_extensions_read(dx_certificate *certificate);

#endif
