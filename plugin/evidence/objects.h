/* objects.h - PowerShell's objects in every form in which it prints them
 *
 * Names of properties are English on every system, so one reader serves all languages. Forms: Format-List
 * ("Name : value"), Format-Table (columns by the dashes under their names), Export-Csv, ConvertTo-Json; and
 * wmic's "Name=Value".
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_OBJECTS_H
#define DX_EVIDENCE_OBJECTS_H

#include "evidence/readers.h"

#define DX_MAX_PROPERTIES 64

typedef struct dx_property {
    char name[64];
    GString *value; /* without blanks at its ends */
    uint32_t line;
    bool cut; /* PowerShell shortened it ("..."): the beginning is known */
} dx_property;

typedef struct dx_object {
    dx_property property[DX_MAX_PROPERTIES];
    unsigned num;
    uint32_t line, last_line;
    dx_span group; /* the line over a table that tells where its objects are, such as "PSParentPath: ..." */
} dx_object;

/* dx_objects_each - calls `use` for every object of a text, in order; the object lives only so long. */
typedef void (*dx_object_use)(const dx_object *object, void *user);
void dx_objects_each(dx_span text, dx_object_use use, void *user);

/* dx_object_get - a property, capitals or not; NULL when it has none of this name. */
const dx_property *dx_object_get(const dx_object *object, const char *name);
/* dx_object_span - its value; empty when there is none. */
dx_span dx_object_span(const dx_object *object, const char *name);

/* dx_look_property - the line names a property in one of the forms: for dx_see_<kind>. */
bool dx_look_property(const dx_look *look, const char *name);

/* For the forms' own files. dx_object_start - forgets what was; dx_object_add - a new property, NULL when
 * there are too many; dx_object_done - uses the object if it has any property. */
typedef struct dx_objects {
    dx_object object;
    dx_object_use use;
    void *user;
} dx_objects;
void dx_object_start(dx_objects *objects);
dx_property *dx_object_add(dx_objects *objects, dx_span name, dx_span value, uint32_t line);
void dx_object_done(dx_objects *objects);

/* A table while its rows come. */
#define DX_MAX_COLUMNS 24
typedef struct dx_columns {
    unsigned num;                   /* columns; 0: no table */
    unsigned start[DX_MAX_COLUMNS]; /* cells, from 0 */
    char name[DX_MAX_COLUMNS][64];
} dx_columns;
/* dx_columns_start - from the line of dashes and the line of names over it; false when they are none. */
bool dx_columns_start(dx_columns *table, dx_span names, dx_span rule);
/* dx_columns_row - takes a row; one whose first cells are empty goes on with the row before. */
void dx_columns_row(const dx_columns *table, dx_objects *objects, dx_span row, uint32_t line);

/* dx_objects_csv, dx_objects_json - a whole text; false when it is none. */
bool dx_objects_csv(dx_objects *objects, dx_span text);
bool dx_objects_json(dx_objects *objects, dx_span text);

#endif
