/* whole.h - text whose length was counted, kept whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_KNOWLEDGE_WHOLE_H
#define DX_KNOWLEDGE_WHOLE_H

#include <stddef.h>

/* dx_whole - a copy of `len` bytes as a string. A zero byte would end it, and www.example.com\0.example.net
 * would be shown, compared and put into commands as www.example.com: it becomes the four characters \x00,
 * which no host name holds. Other bytes stay as they are: dx_safe shows them. New string. */
char *dx_whole(const void *bytes, size_t len);

#endif
