/* preferences.h - Edit > Preferences > Protocols > SSL Troubleshooter
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_PREFERENCES_H
#define DX_EPAN_PREFERENCES_H

#include "verdict/cause.h"

/* dx_preferences_register - registers the preferences of protocol `proto`; `changed` is called after each
 * change. */
void dx_preferences_register(int proto, void (*changed)(void));

/* dx_preferences_read - takes over all values, and reads the folder of the server's files again: when a
 * capture is opened, and by itself before `changed`. What was read before is gone: verdicts that rest on it
 * are to be dropped. The address stays the same for the life of the process. */
const dx_preferences *dx_preferences_read(void);

/* dx_preferences_look_for_files - reads the folder of the server's files again when they have changed
 * since. */
void dx_preferences_look_for_files(void);

/* dx_preferences_is_tls_port - the port is in ssltrouble.tls_ports. `user` is not used. */
bool dx_preferences_is_tls_port(uint16_t port, void *user);

/* dx_preferences_info_column - whether verdicts are appended to the Info column. */
bool dx_preferences_info_column(void);

/* dx_preferences_report_problems - how many problems the text report tells whole. */
unsigned dx_preferences_report_problems(void);

#endif
