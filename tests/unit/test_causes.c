/* test_causes.c - the house rules for causes: their words, what they refer to, and what shows them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "causes/causes.h"
#include "knowledge/windows.h"
#include "verdict/judge.h"
#include "verdict/remedy.h"

#define TITLE_CHARACTERS 60

static void complain(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
complain(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_test_message("%s", text);
    g_test_fail();
    g_free(text);
}

/* Calls `test` with every cause. */
static void
each(void (*test)(const dx_cause *cause))
{
    const dx_causes *causes = dx_all_causes();

    for (unsigned i = 0; i < causes->num; i++)
        test(causes->cause[i]);
}

static void
check_title(const dx_cause *cause)
{
    if (!cause->title || !*cause->title)
        complain("%s has no title", cause->id);
    else if (g_utf8_strlen(cause->title, -1) > TITLE_CHARACTERS)
        complain("%s: the title has more than %d characters", cause->id, TITLE_CHARACTERS);
    else if (g_str_has_suffix(cause->title, ".") || !g_ascii_isupper(*cause->title))
        complain("%s: a title begins with a capital and ends without a full stop", cause->id);
}

/* One sentence: one full stop that is followed by a space or the end, at the end. */
static void
check_why(const dx_cause *cause)
{
    const char *stop = cause->why ? strstr(cause->why, ". ") : NULL;

    if (!cause->why || !*cause->why)
        complain("%s has no why", cause->id);
    else if (!g_str_has_suffix(cause->why, ".") || g_str_has_suffix(cause->why, ".."))
        complain("%s: why ends in a full stop", cause->id);
    else if (stop)
        complain("%s: why is one sentence", cause->id);
}

/* The first words of fixes: whoever adds one has looked whether it is a verb. */
static void
check_fix(const dx_cause *cause)
{
    static const char *const verbs[] = {
        "Associate", "Bind",      "Publish", "Share",   "Wait",    "Add",    "Allow",   "Ask",     "Change",
        "Close",     "Configure", "Correct", "Delete",  "Disable", "Enable", "Export",  "Fix",     "Give",
        "Have",      "Import",    "Install", "Issue",   "Keep",    "Let",    "Look",    "Move",    "Open",
        "Point",     "Put",       "Raise",   "Reissue", "Remove",  "Renew",  "Replace", "Request", "Restart",
        "Restore",   "Send",      "Set",     "Stop",    "Start",   "Turn",   "Update",  "Use",     NULL};

    if (!cause->fix || !*cause->fix) {
        complain("%s has no fix", cause->id);
        return;
    }
    const char *bar = *cause->fix == '@' ? strchr(cause->fix, '|') : NULL; /* "@topic|sentence" */
    const char *sentence = bar ? bar + 1 : cause->fix;
    char *verb = g_strndup(sentence, strcspn(sentence, " ,.;:"));
    if (!g_strv_contains(verbs, verb))
        complain("%s: the fix begins with \"%s\", which is no known verb", cause->id, verb);
    g_free(verb);
}

/* Placeholders have lower case letters only; "{4dc3e181-...}" is a GUID, "@{LogName=...}" is PowerShell. */
static void
check_placeholders(const dx_cause *cause, const char *text)
{
    static const char *const known[] = {"server",   "port",       "sni",        "client",
                                        "endpoint", "connect",    "servername", "expected_starttls",
                                        "starttls", "thumbprint", "served",     "protocol",
                                        "sockets",  "name",       NULL};

    for (const char *at = text; at && (at = strchr(at, '{')) != NULL; at++) {
        size_t len = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
        if (!len || at[1 + len] != '}')
            continue;
        char *name = g_strndup(at + 1, len);
        if (!g_strv_contains(known, name))
            complain("%s: {%s} is not filled in", cause->id, name);
        g_free(name);
    }
}

/* A step is a topic of the remedies, or sentences and, behind the name of a shell, commands. */
static void
check_steps(const dx_cause *cause, const char *steps)
{
    char **lines = g_strsplit(steps ? steps : "", "\n", -1);

    for (unsigned i = 0; lines[i] && *lines[i]; i++) {
        char *tab = strchr(lines[i], '\t'),
             *shell = tab ? g_strndup(lines[i], (gsize)(tab - lines[i])) : NULL;
        if (*lines[i] == '@' && !dx_remedy_has(lines[i] + 1))
            complain("%s: there is no remedy %s", cause->id, lines[i]);
        else if (shell && !g_str_has_suffix(shell, " In cmd:") &&
                 !g_str_has_suffix(shell, " In PowerShell:") && !g_str_has_suffix(shell, " In sh:") &&
                 !g_str_has_suffix(shell, " In cmd, PowerShell or sh:"))
            complain("%s: the command of \"%s\" has no shell", cause->id, shell);
        else if (*lines[i] != '@' && !shell && !strchr(".?)}", lines[i][strlen(lines[i]) - 1]))
            complain("%s: \"%s\" is no sentence", cause->id, lines[i]);
        g_free(shell);
    }
    g_strfreev(lines);
}

static void
check_checks(const dx_cause *cause)
{
    check_placeholders(cause, cause->checks);
    check_placeholders(cause, cause->fix);
    check_steps(cause, cause->checks);
    check_steps(cause, cause->fix);
    if (!cause->checks || !*cause->checks) {
        complain("%s has no checks", cause->id);
        return;
    }
    char **lines = g_strsplit(cause->checks, "\n", -1);
    for (unsigned i = 0; lines[i]; i++)
        if ((!*g_strstrip(lines[i]) && lines[i + 1]) || g_str_has_suffix(lines[i], "\t"))
            complain("%s: line %u of the checks is empty", cause->id, i + 1);
    g_strfreev(lines);
}

static void
check_events(const dx_cause *cause)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(cause->events) && cause->events[i]; i++)
        if (!dx_event_find(cause->events[i]))
            complain("%s: event %u is not in the table", cause->id, cause->events[i]);
}

/* What a cause may be: a verdict needs an outcome that has one, a fallback is no candidate. */
static void
check_kind(const dx_cause *cause)
{
    if (cause->outcome != DX_FAILED && cause->outcome != DX_NO_TCP)
        complain("%s: a cause's outcome is failed or no_tcp", cause->id);
    if (cause->scenario >= DX_NUM_SCENARIOS)
        complain("%s has no scenario", cause->id);
    if (cause->fallback && !dx_cause_weighs(cause))
        complain("%s: what does not weigh is no fallback", cause->id);
    if (strspn(cause->id, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(cause->id))
        complain("%s: an id has lower case letters, digits and underscores", cause->id);
}

static bool
is_there(const char *folder, const char *id, const char *suffix)
{
    char *path = g_strdup_printf(DX_SOURCE_DIR "/%s", folder);
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;
    bool found = false;
    size_t len = strlen(id);

    while (dir && !found && (name = g_dir_read_name(dir)) != NULL)
        found = g_str_has_prefix(name, id) && name[len] == '.' && g_str_has_suffix(name, suffix);
    if (dir)
        g_dir_close(dir);
    g_free(path);
    return found;
}

static void
check_shown(const dx_cause *cause)
{
    if (!dx_cause_weighs(cause))
        return;
    if (!is_there("test-captures", cause->id, ".pcapng"))
        complain("%s has no test capture", cause->id);
    else if (!is_there("tests/captures", cause->id, ".json"))
        complain("%s has no expectation in tests/captures", cause->id);
}

static void
test_titles(void)
{
    each(check_title);
}

static void
test_whys(void)
{
    each(check_why);
}

static void
test_fixes(void)
{
    each(check_fix);
}

static void
test_checks(void)
{
    each(check_checks);
}

static void
test_events(void)
{
    each(check_events);
}

static void
test_kinds(void)
{
    each(check_kind);
}

static void
test_shown(void)
{
    each(check_shown);
}

static void
test_unique(void)
{
    const dx_causes *causes = dx_all_causes();

    for (unsigned i = 0; i < causes->num; i++)
        for (unsigned j = i + 1; j < causes->num; j++) {
            if (strcmp(causes->cause[i]->id, causes->cause[j]->id) == 0)
                complain("%s is there twice", causes->cause[i]->id);
            if (strcmp(causes->cause[i]->title, causes->cause[j]->title) == 0)
                complain("%s and %s have one title", causes->cause[i]->id, causes->cause[j]->id);
        }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/causes/titles", test_titles);
    g_test_add_func("/causes/whys", test_whys);
    g_test_add_func("/causes/fixes", test_fixes);
    g_test_add_func("/causes/checks", test_checks);
    g_test_add_func("/causes/events", test_events);
    g_test_add_func("/causes/kinds", test_kinds);
    g_test_add_func("/causes/unique", test_unique);
    g_test_add_func("/causes/shown", test_shown);
    return g_test_run();
}
