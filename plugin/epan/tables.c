/* tables.c - the tables Causes, Servers, Connections
 *
 * Wireshark's simple statistics tables know no moment between the last packet and their drawing. In the
 * window that does no harm: a table is filled by going over all frames again, and the verdicts are final
 * by then. tshark fills it on the way; there a second listener, which is drawn first because it is
 * registered last, fills all tables anew.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "epan/tables.h"

#include <string.h>

#include "epan/index_set.h"
#include "epan/selection.h"
#include "epan/tracker.h"
#include "present/table.h"

/* A table and what stands in it. Windows of one table share it, and sort by rows that later fillings have
 * left behind (ui/qt/simple_statistics_dialog.cpp, 4.0 to 4.6): rows and texts are kept until the program
 * ends. */
typedef struct sheet {
    stat_tap_table_ui ui; /* first: Wireshark hands us a pointer to it */
    dx_table_kind kind;
    stat_tap_table_item fields[DX_TABLE_MAX_COLUMNS];
    dx_index_set *selected; /* what is in the table */
    dx_table *content;
    GHashTable *ranks; /* of all connections, where the table is filled from frame to frame; else NULL */
    GPtrArray *rows;   /* of stat_tap_table_item_type[columns] */
    GStringChunk *texts;
    /* tshark's command line: */
    unsigned num_requests;
    dx_selection *selection; /* NULL: everything */
} sheet;

static sheet sheets[DX_NUM_TABLES];
static int tap_tables;
static bool redraw_registered;

static const char *const titles[DX_NUM_TABLES] = {
    [DX_TABLE_SCENARIOS] = "SSL Troubleshooter: Causes",
    [DX_TABLE_SERVERS] = "SSL Troubleshooter: Servers",
    [DX_TABLE_CONNECTIONS] = "SSL Troubleshooter: Connections",
};
static const char *const commands[DX_NUM_TABLES] = {
    [DX_TABLE_SCENARIOS] = "ssltrouble,scenarios",
    [DX_TABLE_SERVERS] = "ssltrouble,servers",
    [DX_TABLE_CONNECTIONS] = "ssltrouble,connections",
};

/* Writes a row of the content into the table that is shown. */
static void
show_row(sheet *s, stat_tap_table *table, unsigned place, unsigned index, GHashTable *ranks)
{
    dx_table_cell cells[DX_TABLE_MAX_COLUMNS];
    dx_table_row(cells, s->content, index);
    cells[0].number = dx_table_rank(s->content, index, ranks);
    if (place >= s->rows->len)
        g_ptr_array_add(s->rows, g_new0(stat_tap_table_item_type, s->ui.nfields));
    stat_tap_table_item_type *row = (stat_tap_table_item_type *)g_ptr_array_index(s->rows, place);
    if (place >= table->num_elements) {
        table->elements = g_renew(stat_tap_table_item_type *, table->elements, place + 1);
        table->elements[place] = row;
        table->num_elements = place + 1;
    }
    for (size_t i = 0; i < s->ui.nfields; i++) {
        row[i].type = s->fields[i].type;
        if (row[i].type == TABLE_ITEM_UINT)
            row[i].value.uint_value = cells[i].number;
        else
            row[i].value.string_value = g_string_chunk_insert_const(s->texts, cells[i].text);
    }
}

static stat_tap_table *
table_of(const sheet *s)
{
    return s->ui.tables != NULL && s->ui.tables->len > 0 ? g_array_index(s->ui.tables, stat_tap_table *, 0)
                                                         : NULL;
}

/* Returns the row; -1: the connection is in none. */
static int
add_connection(dx_table *content, uint32_t index)
{
    dx_verdicts *verdicts = dx_tracker_verdicts();
    const dx_capture *capture = dx_verdicts_capture(verdicts);
    const dx_verdict *verdict =
        dx_capture_reportable(capture, index) ? dx_verdicts_of(verdicts, index) : NULL;
    return verdict != NULL ? dx_table_add(content, dx_capture_facts(capture, index), verdict) : -1;
}

static void
rank_all(sheet *s)
{
    const dx_capture *capture = dx_verdicts_capture(dx_tracker_verdicts());
    dx_table *all = dx_table_new(s->kind);
    for (uint32_t index = DX_NO_INDEX; (index = dx_capture_next(capture, index)) != DX_NO_INDEX;)
        add_connection(all, index);
    s->ranks = dx_table_ranks(all);
    dx_table_free(all);
}

static void
forget_ranks(sheet *s)
{
    if (s->ranks != NULL)
        g_hash_table_destroy(s->ranks);
    s->ranks = NULL;
}

static void
clear_content(sheet *s)
{
    stat_tap_table *table = table_of(s);
    dx_table_free(s->content);
    s->content = dx_table_new(s->kind);
    forget_ranks(s);
    if (table != NULL)
        table->num_elements = 0;
}

static sheet *
sheet_of_table(const stat_tap_table *table)
{
    for (unsigned i = 0; i < DX_NUM_TABLES; i++)
        if (table_of(&sheets[i]) == table)
            return &sheets[i];
    return NULL;
}

static void
reset_table(stat_tap_table *table)
{
    sheet *s = sheet_of_table(table);
    if (s != NULL) {
        dx_index_set_clear(s->selected);
        clear_content(s);
    }
}

static void
init_table(stat_tap_table_ui *ui)
{
    sheet *s = (sheet *)(void *)ui;
    if (table_of(s) == NULL)
        stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
    reset_table(table_of(s));
}

/* Wireshark frees the rows when the last window closes, or at a wrong filter while other windows still show
 * them: it gets empty ones to free. */
static void
keep_row(stat_tap_table *table, guint row, guint column, stat_tap_table_item_type *item)
{
    (void)item;
    if (column + 1 == table->num_fields)
        table->elements[row] = NULL;
}

/* Shows all rows of the content, the worst first. */
static void
show_ranked(sheet *s, stat_tap_table *table, unsigned num)
{
    GHashTable *ranks = dx_table_ranks(s->content);
    unsigned *order = g_new0(unsigned, num);
    for (unsigned i = 0; i < num; i++)
        order[dx_table_rank(s->content, i, ranks) - 1] = i;
    for (unsigned i = 0; i < num; i++)
        show_row(s, table, i, order[i], ranks);
    g_free(order);
    g_hash_table_destroy(ranks);
}

static void
refill(sheet *s, const dx_capture *capture)
{
    unsigned num = 0;
    for (uint32_t index = DX_NO_INDEX; (index = dx_capture_next(capture, index)) != DX_NO_INDEX;) {
        bool wanted = dx_index_set_has(s->selected, index) &&
                      (s->selection == NULL || dx_selection_contains(s->selection, index));
        int row = wanted ? add_connection(s->content, index) : -1;
        num = MAX(num, (unsigned)(row + 1));
    }
    if (table_of(s) != NULL)
        show_ranked(s, table_of(s), num);
}

static void
redraw(void *user)
{
    (void)user;
    for (unsigned i = 0; i < DX_NUM_TABLES && !dx_in_gui(); i++) {
        sheet *s = &sheets[i];
        clear_content(s);
        if (s->selection != NULL && dx_selection_too_early(s->selection))
            dx_selection_say_too_early();
        else if (dx_tracker_verdicts() != NULL)
            refill(s, dx_verdicts_capture(dx_tracker_verdicts()));
    }
}

/* The window goes over all frames again, when all verdicts are known. */
static void
add_to_window(sheet *s, uint32_t index)
{
    if (dx_tracker_verdicts() == NULL || table_of(s) == NULL)
        return;
    if (s->ranks == NULL)
        rank_all(s);
    int row = add_connection(s->content, index);
    if (row >= 0)
        show_row(s, table_of(s), (unsigned)row, (unsigned)row, s->ranks);
}

static tap_packet_status
take_packet(void *user, packet_info *pinfo, epan_dissect_t *edt, const void *data, tap_flags_t flags)
{
    sheet *s = (sheet *)(void *)((stat_data_t *)user)->stat_tap_data;
    guint index = GPOINTER_TO_UINT(data) - 1;
    (void)pinfo, (void)edt, (void)flags;
    if (!dx_index_set_add(s->selected, index))
        return TAP_PACKET_DONT_REDRAW;
    if (dx_in_gui())
        add_to_window(s, index);
    return TAP_PACKET_REDRAW;
}

/* Only tshark asks. Its filter is ours to apply, when the verdicts are final. */
static void
check_request(const char *argument, const char **filter, char **error)
{
    for (unsigned i = 0; i < DX_NUM_TABLES; i++) {
        size_t len = strlen(commands[i]);
        if (strncmp(argument, commands[i], len) != 0)
            continue;
        if (argument[len] != '\0' && argument[len] != ',')
            *error = g_strdup_printf("ssltrouble: -z %s: no such table", argument);
        else if (sheets[i].num_requests++ > 0)
            *error = g_strdup_printf("ssltrouble: -z %s can be given once only", commands[i]);
        else if (*filter != NULL && **filter != '\0')
            sheets[i].selection = dx_selection_new(*filter, error);
        *filter = NULL;
    }
}

static void
shut_down(void)
{
    for (unsigned i = 0; i < DX_NUM_TABLES; i++) {
        sheet *s = &sheets[i];
        dx_index_set_free(s->selected);
        dx_table_free(s->content);
        forget_ranks(s);
        g_ptr_array_free(s->rows, TRUE);
        g_string_chunk_free(s->texts);
    }
}

static void
register_sheet(sheet *s, dx_table_kind kind)
{
    unsigned num;
    const dx_table_column *columns = dx_table_columns(&num, kind);
    for (unsigned i = 0; i < num; i++) {
        s->fields[i] =
            (stat_tap_table_item){columns[i].is_number ? TABLE_ITEM_UINT : TABLE_ITEM_STRING,
                                  i > 1 && columns[i].is_number ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT,
                                  columns[i].name, /* the first's title would lose a letter on the right,
                                                      the second's numbers would touch the text beside them */
                                  columns[i].is_number ? "%u" : "%s"};
    }
    s->kind = kind;
    s->selected = dx_index_set_new();
    s->content = dx_table_new(kind);
    s->rows = g_ptr_array_new_with_free_func(g_free);
    s->texts = g_string_chunk_new(1024);
    s->ui = (stat_tap_table_ui){
        .group = REGISTER_STAT_GROUP_CONVERSATION_LIST, /* in no menu of its own: gui.c opens it */
        .title = titles[kind],
        .tap_name = "ssltrouble_table",
        .cli_string = commands[kind],
        .stat_tap_init_cb = init_table,
        .packet_func = take_packet,
        .stat_tap_reset_table_cb = reset_table,
        .stat_tap_free_table_item_cb = keep_row,
        .stat_filter_check_cb = check_request,
        .nfields = num,
        .fields = s->fields,
    };
    register_stat_tap_table_ui(&s->ui);
}

void
dx_tables_register(void)
{
    tap_tables = register_tap("ssltrouble_table");
    for (int i = 0; i < DX_NUM_TABLES; i++)
        register_sheet(&sheets[i], (dx_table_kind)i);
    register_shutdown_routine(shut_down);
}

bool
dx_tables_asked(void)
{
    return have_tap_listener(tap_tables);
}

void
dx_tables_frame(packet_info *pinfo, uint32_t index)
{
    if (!dx_tables_asked())
        return;
    if (!redraw_registered && !dx_in_gui()) {
        GString *error = register_tap_listener("ssltrouble_table", &redraw_registered, NULL,
                                               TL_REQUIRES_NOTHING, NULL, NULL, redraw, NULL);
        redraw_registered = true;
        if (error != NULL)
            g_string_free(error, TRUE);
    }
    tap_queue_packet(tap_tables, pinfo, GUINT_TO_POINTER(index + 1));
}
