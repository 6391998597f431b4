/* split.h - a display filter, taken apart where fields of ours meet those of other protocols
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_SPLIT_H
#define DX_EPAN_SPLIT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum { DX_SPLIT_ATOM, DX_SPLIT_NOT, DX_SPLIT_AND, DX_SPLIT_OR } dx_split_kind;

/* A part of a filter: an atom is a filter by itself, about fields of ours alone or of others alone. */
typedef struct dx_split {
    dx_split_kind kind;
    bool ours, others; /* which fields it uses */
    char *text;        /* of an atom */
    unsigned index;    /* of an atom: counted apart for ours and for others */
    GPtrArray *parts;  /* of dx_split *; NULL for an atom */
} dx_split;

/* dx_split_filter - takes a filter apart. `is_field` says whether a word names a field, of ours or of others.
 * NULL when it cannot be done: a comparison of ours with others, exclusive or, a macro. Free with
 * dx_split_free. */
dx_split *dx_split_filter(const char *filter, bool (*is_field)(const char *word, bool *ours));
void dx_split_free(dx_split *split);

/* dx_split_atoms - appends the atoms (borrowed) to `ours` and to `others`, each at its index. */
void dx_split_atoms(GPtrArray *ours, GPtrArray *others, dx_split *split);

/* dx_split_matches - whether the filter does when the atoms whose bits are set do. */
bool dx_split_matches(const dx_split *split, uint32_t ours, uint32_t others);

#endif
