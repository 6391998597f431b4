/* steps.c - the numbered steps of a check or a fix: a sentence and, behind tabs, commands
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/steps.h"

#include <stdbool.h>
#include <string.h>

const char *
dx_shell_words(dx_shell shell)
{
    static const char *const words[] = {"", "cmd", "PowerShell", "sh", "cmd, PowerShell or sh"};

    return words[shell];
}

static bool
is_there(const GPtrArray *steps, const char *step)
{
    for (unsigned i = 0; i < steps->len; i++)
        if (strcmp(steps->pdata[i], step) == 0)
            return true;
    return false;
}

/* Whether one of the step's commands, each behind a tab, is this one. */
static bool
has_command(const char *step, const char *command)
{
    size_t len = strlen(command);

    for (const char *tab = strchr(step, '\t'); tab; tab = strchr(tab + 1, '\t'))
        if (strncmp(tab + 1, command, len) == 0 && (tab[1 + len] == '\t' || tab[1 + len] == '\0'))
            return true;
    return false;
}

/* The number of the step that has a command, from 1; 0: none. */
static unsigned
step_with(const GPtrArray *steps, const char *command)
{
    for (unsigned i = 0; i < steps->len; i++)
        if (has_command(steps->pdata[i], command))
            return i + 1;
    return 0;
}

static const char *const world_words[] = {"Linux: ", "Windows: "};

const char *
dx_world_words(bool windows)
{
    return world_words[windows];
}

/* A step without its world; NULL when it names none. */
static const char *
without_world(const char *step)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(world_words); i++)
        if (g_str_has_prefix(step, world_words[i]))
            return step + strlen(world_words[i]);
    return NULL;
}

/* What is the same in both worlds stands once, and names neither: true when the last step was that of the
 * other world, which is replaced. */
static bool
fold_worlds(GPtrArray *steps, const char *step)
{
    const char *bare = without_world(step);
    const char *before = steps->len ? without_world(steps->pdata[steps->len - 1]) : NULL;

    if (!bare || !before || strcmp(bare, before) != 0)
        return false;
    g_ptr_array_remove_index(steps, steps->len - 1);
    g_ptr_array_add(steps, g_strdup(bare));
    return true;
}

void
dx_steps_add(GPtrArray *steps, char *step)
{
    if (fold_worlds(steps, step)) {
        g_free(step);
        return;
    }
    char **part = g_strsplit(step, "\t", -1), *shell = part[0] && part[1] ? g_strrstr(part[0], " In ") : NULL;
    bool repeated = is_there(steps, step);
    GString *out = g_string_new(part[0]);
    unsigned num_new = 0, known = 0;

    for (unsigned i = 1; part[0] && part[i]; i++) {
        unsigned at = shell ? step_with(steps, part[i]) : 0;
        if (at) {
            known = at;
            continue;
        }
        g_string_append_c(out, '\t');
        g_string_append(out, part[i]);
        num_new++;
    }
    if (known && num_new == 0) {
        g_string_truncate(out, (size_t)(shell - part[0]));
        g_string_append_printf(out, " (in the output of step %u)", known);
    }
    g_strfreev(part);
    g_free(step);
    char *text = g_string_free(out, FALSE);
    if (repeated || is_there(steps, text))
        g_free(text);
    else
        g_ptr_array_add(steps, text);
}
