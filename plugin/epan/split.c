/* split.c - a display filter, taken apart where fields of ours meet those of other protocols
 *
 * The grammar is that of Wireshark 4.0 to 4.6 (wireshark-filter(4)): "and" binds stronger than "or", "not"
 * stronger than both. What stands between them is not understood, only copied.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/split.h"

#include <string.h>

#define MAX_DEPTH 64 /* of parentheses; Wireshark's own parser has a limit, too */

typedef struct reader {
    const char *at;
    bool (*is_field)(const char *word, bool *ours);
    unsigned depth;
    bool failed;
} reader;

static dx_split *read_or(reader *r);

void
dx_split_free(dx_split *split)
{
    if (split == NULL)
        return;
    if (split->parts != NULL)
        g_ptr_array_free(split->parts, TRUE);
    g_free(split->text);
    g_free(split);
}

static void
free_part(gpointer part)
{
    dx_split_free((dx_split *)part);
}

static bool
is_word_char(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '.' || c == '-';
}

static void
skip_space(reader *r)
{
    while (g_ascii_isspace(*r->at))
        r->at++;
}

/* The length of the operator `word` or `sign` at `at`; 0 when it is not there. */
static size_t
operator_at(const char *at, const char *word, const char *sign)
{
    size_t len = strlen(word);
    if (g_ascii_strncasecmp(at, word, len) == 0 && !is_word_char(at[len]))
        return len;
    return g_str_has_prefix(at, sign) ? strlen(sign) : 0;
}

static bool
ends_operand(const char *at)
{
    return *at == '\0' || *at == ')' || operator_at(at, "and", "&&") > 0 || operator_at(at, "or", "||") > 0 ||
           operator_at(at, "xor", "^^") > 0;
}

/* Goes behind a quoted text; a backslash takes the next letter with it, in raw strings, too. */
static void
skip_quoted(reader *r)
{
    char quote = *r->at++;
    while (*r->at != '\0' && *r->at != quote)
        r->at += *r->at == '\\' && r->at[1] != '\0' ? 2 : 1;
    if (*r->at == quote)
        r->at++;
}

/* Goes behind one word, sign, text or bracket, and notes whose fields are in it. */
static void
skip_token(reader *r, dx_split *atom)
{
    static const char opening[] = "([{", closing[] = ")]}";
    const char *bracket = strchr(opening, *r->at);
    if (*r->at == '"' || *r->at == '\'') {
        skip_quoted(r);
    } else if (bracket != NULL) {
        char end = closing[bracket - opening];
        r->failed = r->failed || ++r->depth > MAX_DEPTH;
        r->at++;
        while (!r->failed && *r->at != '\0' && *r->at != end)
            skip_token(r, atom);
        r->at += *r->at == end ? 1 : 0;
        r->depth--;
    } else if (is_word_char(*r->at)) {
        const char *start = r->at;
        bool ours = false;
        while (is_word_char(*r->at))
            r->at++;
        char *word = g_strndup(start, (gsize)(r->at - start));
        if (r->is_field(word, &ours)) {
            atom->ours = atom->ours || ours;
            atom->others = atom->others || !ours;
        }
        g_free(word);
    } else {
        r->failed = r->failed || *r->at == '$';
        r->at++;
    }
}

static dx_split *
read_atom(reader *r)
{
    dx_split *atom = g_new0(dx_split, 1);
    const char *start = r->at;
    while (!r->failed && !ends_operand(r->at)) {
        if (is_word_char(*r->at) || !g_ascii_isspace(*r->at))
            skip_token(r, atom);
        skip_space(r);
    }
    atom->text = g_strstrip(g_strndup(start, (gsize)(r->at - start)));
    r->failed = r->failed || *atom->text == '\0' || (atom->ours && atom->others);
    return atom;
}

/* The part with one more operand; takes over both. */
static dx_split *
join(dx_split *left, dx_split_kind kind, dx_split *right)
{
    dx_split *whole = left;
    if (left == NULL || left->kind != kind || kind == DX_SPLIT_NOT) {
        whole = g_new0(dx_split, 1);
        whole->kind = kind;
        whole->parts = g_ptr_array_new_with_free_func(free_part);
        if (left != NULL) {
            g_ptr_array_add(whole->parts, left);
            whole->ours = left->ours;
            whole->others = left->others;
        }
    }
    g_ptr_array_add(whole->parts, right);
    whole->ours = whole->ours || right->ours;
    whole->others = whole->others || right->others;
    return whole;
}

/* What is in parentheses is a filter when an operator follows, else an operand of arithmetic. */
static bool
is_group(const reader *r)
{
    reader ahead = *r;
    dx_split ignored = {0};
    skip_token(&ahead, &ignored);
    skip_space(&ahead);
    return ends_operand(ahead.at);
}

static dx_split *
read_not(reader *r)
{
    skip_space(r);
    size_t len = operator_at(r->at, "not", "!");
    dx_split *part;
    r->failed = r->failed || r->depth >= MAX_DEPTH;
    if (r->failed || (*r->at != '(' && len == 0))
        return read_atom(r);
    r->depth++;
    if (len > 0) {
        r->at += len;
        part = join(NULL, DX_SPLIT_NOT, read_not(r));
    } else if (is_group(r)) {
        r->at++;
        part = read_or(r);
        r->failed = r->failed || *r->at != ')';
        r->at += *r->at == ')' ? 1 : 0;
    } else {
        part = read_atom(r);
    }
    r->depth--;
    skip_space(r);
    return part;
}

static dx_split *
read_and(reader *r)
{
    dx_split *part = read_not(r);
    size_t len;
    while (!r->failed && (len = operator_at(r->at, "and", "&&")) > 0) {
        r->at += len;
        part = join(part, DX_SPLIT_AND, read_not(r));
    }
    return part;
}

static dx_split *
read_or(reader *r)
{
    dx_split *part = read_and(r);
    size_t len;
    while (!r->failed && (len = operator_at(r->at, "or", "||")) > 0) {
        r->at += len;
        part = join(part, DX_SPLIT_OR, read_and(r));
    }
    return part;
}

dx_split *
dx_split_filter(const char *filter, bool (*is_field)(const char *word, bool *ours))
{
    reader r = {.at = filter, .is_field = is_field};
    dx_split *split = read_or(&r);
    if (r.failed || *r.at != '\0') {
        dx_split_free(split);
        return NULL;
    }
    if (!split->ours || !split->others) { /* nothing meets: the whole of it is one atom */
        dx_split *atom = g_new0(dx_split, 1);
        *atom = (dx_split){.ours = split->ours, .others = split->others, .text = g_strdup(filter)};
        dx_split_free(split);
        return atom;
    }
    return split;
}

void
dx_split_atoms(GPtrArray *ours, GPtrArray *others, dx_split *split)
{
    GPtrArray *list = split->ours ? ours : others;
    if (split->kind == DX_SPLIT_ATOM) {
        split->index = list->len;
        g_ptr_array_add(list, split);
        return;
    }
    for (guint i = 0; i < split->parts->len; i++)
        dx_split_atoms(ours, others, (dx_split *)g_ptr_array_index(split->parts, i));
}

bool
dx_split_matches(const dx_split *split, uint32_t ours, uint32_t others)
{
    if (split->kind == DX_SPLIT_ATOM)
        return ((split->ours ? ours : others) >> split->index & 1) != 0;
    bool all = split->kind == DX_SPLIT_AND;
    for (guint i = 0; i < split->parts->len; i++) {
        bool one = dx_split_matches((const dx_split *)g_ptr_array_index(split->parts, i), ours, others);
        if (split->kind == DX_SPLIT_NOT)
            return !one;
        if (one != all)
            return one;
    }
    return all;
}
