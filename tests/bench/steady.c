/* steady.c - loaded before a counted tshark: the same "random" numbers in every run
 *
 * Wireshark's hash tables begin with one, so that what they cost differs by a hundredth from run to run.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>

uint32_t g_random_int(void); /* GLib's */

uint32_t
g_random_int(void)
{
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return state | 1;
}
