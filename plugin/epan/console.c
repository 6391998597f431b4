/* console.c - tshark's output while a report is written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/console.h"

#include <signal.h>
#include <stdio.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

typedef void (*handler)(int);

/* tshark takes a signal as "read no further" and draws its reports then; that they should end, too, it does
 * not hear (observed: 4.0, 4.4, 4.6). Lets the signal end the program, unless it is to be ignored. */
static handler
hear(int number)
{
    handler old = signal(number, SIG_DFL);
    if (old == SIG_IGN)
        signal(number, old);
    return old;
}

#ifdef _WIN32
static const int binary_mode = _O_BINARY;

static int
set_output_mode(int mode)
{
    fflush(stdout);
    return _setmode(_fileno(stdout), mode);
}
#else
static const int binary_mode = 0;

static int
set_output_mode(int mode)
{
    return mode;
}
#endif

void
dx_console_begin(dx_console *console, bool binary)
{
    *console = (dx_console){.interrupt = hear(SIGINT), .terminate = hear(SIGTERM), .binary = binary};
    if (binary)
        console->mode = set_output_mode(binary_mode);
}

void
dx_console_end(const dx_console *console)
{
    if (console->binary)
        set_output_mode(console->mode);
    signal(SIGINT, console->interrupt);
    signal(SIGTERM, console->terminate);
}
