/* checks.h - how the steps of checks and fixes are written
 *
 * A step is a line. "@topic" stands for rows of verdict/remedy.def: what is to be looked at or done, as it is
 * done on this connection's server and client.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAUSES_CHECKS_H
#define DX_CAUSES_CHECKS_H

/* A command of the step whose sentence precedes, and the shell that it is for. */
#define DX_IN_CMD(command)        " In cmd:\t" command "\n"
#define DX_IN_POWERSHELL(command) " In PowerShell:\t" command "\n"
#define DX_IN_SH(command)         " In sh:\t" command "\n"
#define DX_IN_ANY(command)        " In cmd, PowerShell or sh:\t" command "\n"

#define DX_CHECK_HTTP        "@http\n"
#define DX_CHECK_PORT        "@listen\n@reach\n"
#define DX_CHECK_BINDINGS    "@binding\n"
#define DX_CHECK_SNI_BINDING "@name\n"
#define DX_CHECK_IPLISTEN    "@listen_list\n"
#define DX_CHECK_KEY         "@key\n"
#define DX_CHECK_KEY_ACCESS  "@key_access\n"
#define DX_CHECK_LOG         "@log\n"
#define DX_CHECK_PROTOCOLS   "@protocols\n"
#define DX_CHECK_CIPHERS     "@ciphers\n"
#define DX_CHECK_REPRODUCE   "@reproduce\n"
#define DX_CHECK_PATH        "@path\n"
#define DX_CHECK_CHAIN       "@chain\n@chain_client\n"
#define DX_CHECK_CLIENT_LOG  "@client_log\n"

#endif
