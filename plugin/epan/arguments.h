/* arguments.h - the name of the capture file in tshark, from the program's own arguments
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_ARGUMENTS_H
#define DX_EPAN_ARGUMENTS_H

/* dx_arguments_file - the file that -r names, without its folder; NULL when there is none, or where a process
 * cannot read its own arguments (macOS). New string. */
char *dx_arguments_file(void);

#endif
