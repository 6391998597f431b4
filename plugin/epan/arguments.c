/* arguments.c - the name of the capture file in tshark, from the program's own arguments
 *
 * tshark tells no plugin which file it reads (4.0 to 4.6). Linux and the BSDs' Linux emulation have the
 * arguments in /proc, each ended by a NUL; for Windows GLib has them.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/arguments.h"

#include <glib.h>
#include <string.h>

/* The program's arguments; NULL where they cannot be had. */
static char **
own_arguments(void)
{
#ifdef G_OS_WIN32
    return g_win32_get_command_line();
#else
    char *text = NULL;
    gsize len = 0;
    if (!g_file_get_contents("/proc/self/cmdline", &text, &len, NULL))
        return NULL;
    GPtrArray *words = g_ptr_array_new();
    for (const char *at = text; at < text + len; at += strlen(at) + 1) /* GLib ends it with one more NUL */
        g_ptr_array_add(words, g_strdup(at));
    g_ptr_array_add(words, NULL);
    g_free(text);
    return (char **)g_ptr_array_free(words, FALSE);
#endif
}

/* What stands behind "-r" in this word, alone ("-r") or behind flags ("-2qr"): "" when it is the next word,
 * NULL when this is no -r. */
static const char *
behind_r(const char *word)
{
    if (g_str_has_prefix(word, "--read-file")) {
        const char *rest = word + strlen("--read-file");
        return *rest == '=' ? rest + 1 : *rest == '\0' ? rest : NULL;
    }
    if (word[0] != '-' || word[1] == '-')
        return NULL;
    const char *letter = word + 1 + strspn(word + 1, "2gIlnpPqQVx"); /* tshark's flags without a value */
    return *letter == 'r' ? letter + 1 : NULL;
}

char *
dx_arguments_file(void)
{
    char **words = own_arguments();
    char *name = NULL;
    for (unsigned i = 1; words != NULL && words[0] != NULL && words[i] != NULL; i++) {
        const char *file = behind_r(words[i]);
        if (file != NULL && *file == '\0')
            file = words[i + 1];
        if (file != NULL && strcmp(file, "-") != 0) {
            g_free(name);
            name = g_path_get_basename(file);
        }
    }
    g_strfreev(words);
    return name;
}
