/* checks.h - how the steps of checks and fixes are written
 *
 * A step is a line. "@topic" stands for rows of verdict/remedy_*.def: what is to be looked at or done, as it
 * is done on this connection's server and client; "@topic|sentence": the sentence where they have nothing.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAUSES_CHECKS_H
#define DX_CAUSES_CHECKS_H

/* A command of the step whose sentence precedes, and the shell that it is for. */
#define DX_IN_CMD(command)        " In cmd:\t" command "\n"
#define DX_IN_POWERSHELL(command) " In PowerShell:\t" command "\n"
#define DX_IN_SH(command)         " In sh:\t" command "\n"
#define DX_IN_ANY(command)        " In cmd, PowerShell or sh:\t" command "\n"

#endif
