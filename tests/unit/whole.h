/* whole.h - compares a whole text with a file of tests/unit/whole: what stands where, and nothing else
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_TEST_WHOLE_H
#define DX_TEST_WHOLE_H

#include <glib.h>
#include <string.h>

/* Empties an element whose content is the same on every page and is no text: style, script. */
static inline void
whole_empty(GString *page, const char *element)
{
    char *begin = g_strdup_printf("<%s>", element), *end = g_strdup_printf("</%s>", element);
    const char *from = strstr(page->str, begin), *to = from ? strstr(from, end) : NULL;
    if (to) {
        size_t at = (size_t)(from - page->str) + strlen(begin);
        g_string_erase(page, (gssize)at, to - page->str - (gssize)at);
    }
    g_free(begin);
    g_free(end);
}

/* check_whole - `text` is that of the file `name`; of a page all but how it looks and what it runs. With
 * DX_ACCEPT in the environment the file is written instead. */
static inline void
check_whole(const char *name, const char *text)
{
    char *path = g_strconcat(DX_SOURCE_DIR "/tests/unit/whole/", name, NULL), *wanted = NULL;
    GString *found = g_string_new(text);
    char *policy = strstr(found->str, "<meta http-equiv=\"Content-Security-Policy\"");
    if (policy) /* it has the hashes of both */
        g_string_erase(found, policy - found->str, strchr(policy, '\n') - policy);
    whole_empty(found, "style");
    whole_empty(found, "script");
    if (g_getenv("DX_ACCEPT"))
        g_assert_true(g_file_set_contents(path, found->str, -1, NULL));
    g_assert_true(g_file_get_contents(path, &wanted, NULL, NULL));
    if (strcmp(wanted, found->str) != 0) {
        size_t same = 0;
        while (wanted[same] && wanted[same] == found->str[same])
            same++;
        size_t begin = same;
        while (begin && wanted[begin - 1] != '\n')
            begin--;
        g_test_message("whole/%s: wanted \"%.*s\", found \"%.*s\"", name, (int)strcspn(wanted + begin, "\n"),
                       wanted + begin, (int)strcspn(found->str + begin, "\n"), found->str + begin);
        g_test_message("If that is meant: DX_ACCEPT=1 and this program again, and read git diff");
        g_test_fail();
    }
    g_free(wanted);
    g_free(path);
    g_string_free(found, TRUE);
}

#endif
