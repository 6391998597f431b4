/* main.c - ssltrouble-reduce: any number of lines of -z ssltrouble,json becomes one report
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "reduce/input.h"
#include "reduce/report.h"

enum { MAX_WHOLE_TEXT = 50, MAX_WHOLE_HTML = 200 };

static void
read_all(dx_reduction *reduction, FILE *file)
{
    dx_input input;
    dx_line record = {.file = NULL};
    dx_line_reader *reader = dx_line_reader_new();
    size_t len;
    bool too_long;
    dx_input_begin(&input, file);
    for (char *line; (line = dx_input_line(&input, &len, &too_long));)
        dx_reduction_line(reduction, too_long ? DX_LINE_CUT : dx_line_read(reader, &record, line, len),
                          &record);
    dx_input_end(&input);
    dx_line_reader_free(reader);
}

/* Reads the files, or standard input when there are none; false when one cannot be read. */
static bool
read_files(dx_reduction *reduction, char *const *names)
{
    bool good = true;
    if (!names || !*names)
        read_all(reduction, stdin);
    for (unsigned i = 0; names && names[i]; i++) {
        bool standard = g_str_equal(names[i], "-");
        FILE *file = standard ? stdin : g_fopen(names[i], "rb");
        if (!file) {
            g_printerr("ssltrouble-reduce: cannot read %s\n", names[i]);
            good = false;
            continue;
        }
        read_all(reduction, file);
        if (ferror(file)) {
            g_printerr("ssltrouble-reduce: cannot read all of %s\n", names[i]);
            good = false;
        }
        if (!standard)
            fclose(file);
    }
    return good;
}

int
main(int argc, char **argv)
{
    gboolean html = FALSE;
    int problems = -1;
    char **names = NULL;
    const GOptionEntry options[] = {
        {"html", 0, 0, G_OPTION_ARG_NONE, &html, "Write one HTML page instead of text", NULL},
        {"problems", 0, 0, G_OPTION_ARG_INT, &problems, "Problems told whole, worst first; 0 for all", "N"},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &names, NULL, "[FILE...]"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    GOptionContext *context = g_option_context_new(NULL);
    GError *error = NULL;
    setlocale(LC_CTYPE, "");
    g_option_context_set_summary(context,
                                 "Reads lines of tshark -z ssltrouble,json, from files or standard input, "
                                 "and writes one report of all problems.");
    g_option_context_set_description(context,
                                     "Exit status: 0; 1 when a file could not be read or the report could "
                                     "not be written; 2 for wrong options.\n"
                                     "A line may begin with a file's name and a tab (parallel --tag).");
    g_option_context_add_main_entries(context, options, NULL);
    bool understood = g_option_context_parse(context, &argc, &argv, &error);
    g_option_context_free(context);
    if (!understood || problems < -1) {
        g_printerr("ssltrouble-reduce: %s\nTry \"ssltrouble-reduce --help\".\n",
                   understood ? "--problems takes a number from 0 on" : error->message);
        g_clear_error(&error);
        g_strfreev(names);
        return 2;
    }
    dx_reduction *reduction = dx_reduction_new();
    bool good = read_files(reduction, names);
    unsigned max_whole = problems > 0 ? (unsigned)problems : problems == 0 ? G_MAXUINT : 0;
    GString *out = g_string_new(NULL);
    if (html)
        dx_reduce_html(out, reduction, max_whole ? max_whole : MAX_WHOLE_HTML);
    else
        dx_reduce_text(out, reduction, max_whole ? max_whole : MAX_WHOLE_TEXT);
    if (fwrite(out->str, 1, out->len, stdout) != out->len || fflush(stdout) != 0) {
        g_printerr("ssltrouble-reduce: cannot write all of the report\n");
        good = false;
    }
    g_string_free(out, TRUE);
    dx_reduction_free(reduction);
    g_strfreev(names);
    return good ? 0 : 1;
}
