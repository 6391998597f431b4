/* console.h - tshark's output while a report is written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_CONSOLE_H
#define DX_EPAN_CONSOLE_H

#include <stdbool.h>

/* What was before. */
typedef struct dx_console {
    void (*interrupt)(int);
    void (*terminate)(int);
    bool binary;
    int mode;
} dx_console;

/* dx_console_begin - from here to dx_console_end a signal ends the program, and when `binary` a line feed is
 * one on Windows, too. Fills `console`. */
void dx_console_begin(dx_console *console, bool binary);
void dx_console_end(const dx_console *console);

#endif
