/* steps.h - the numbered steps of a check or a fix: a sentence and, behind tabs, commands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_STEPS_H
#define DX_VERDICT_STEPS_H

#include <glib.h>
#include <stdbool.h>

typedef enum { DX_SHELL_NONE, DX_SHELL_CMD, DX_SHELL_POWERSHELL, DX_SHELL_SH, DX_SHELL_ANY_SHELL } dx_shell;

/* dx_shell_words - "cmd, PowerShell or sh"; "" for none */
const char *dx_shell_words(dx_shell shell);

/* dx_world_words - what stands before a step for one of two systems. */
const char *dx_world_words(bool windows);

/* dx_steps_add - appends a step, which it takes; one that is there already is freed. A command that some
 * earlier step has is left out, and where none is left the step names that one: nobody runs it twice.
 * Commands must be introduced by " In SHELL:"; behind a sentence that ends in "in SHELL:" they stay. */
void dx_steps_add(GPtrArray *steps, char *step);

#endif
