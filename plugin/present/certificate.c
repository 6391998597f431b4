/* certificate.c - what is shown of a server's certificate, for tree, report and JSON
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/certificate.h"

#include <string.h>

#include "facts/text.h"
#include "knowledge/hex.h"
#include "knowledge/windows.h"

static const char *const keys[] = {
#define X(id, key, words) key,
#include "present/certificate.def"
#undef X
};

static const char *const part_words[] = {
#define X(id, key, words) words,
#include "present/certificate.def"
#undef X
};

const char *
dx_cert_key(dx_cert_part part)
{
    return keys[part];
}

const char *
dx_cert_words(dx_cert_part part)
{
    return part_words[part];
}

static void
clear_row(gpointer data)
{
    g_free(((dx_cert_row *)data)->text);
}

/* Takes `text`; nothing when it is NULL or empty. */
static void
take(GArray *rows, dx_cert_part part, char *text)
{
    dx_cert_row row = {part, text};

    if (text && *text)
        g_array_append_val(rows, row);
    else
        g_free(text);
}

static char *
date(int64_t seconds)
{
    GDateTime *time = seconds != -1 ? g_date_time_new_from_unix_utc(seconds) : NULL;
    char *text = time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

    if (time)
        g_date_time_unref(time);
    return text;
}

static void
add_usages(GArray *rows, const char *usages)
{
    char **list = g_strsplit(usages ? usages : "", ", ", -1);

    for (unsigned i = 0; list[i]; i++)
        take(rows, DX_CERT_EKU, dx_safe(list[i], 0));
    g_strfreev(list);
}

static void
add_status(GArray *rows, const dx_facts *facts, dx_certs *certs)
{
    dx_judgement judgement;
    bool any = false;

    if (!dx_authentication_judge(facts, certs, &judgement))
        return;
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++) {
        bool follows = defect == DX_DEFECT_UNTRUSTED && (judgement.defects & DX_BIT(DX_DEFECT_INCOMPLETE));
        if (!(judgement.defects & DX_BIT(defect)) || follows) /* without its issuer no chain has a root */
            continue;
        const char *name = dx_defect_windows((dx_defect)defect);
        const dx_windows_error *error = name ? dx_windows_error_by_name(name) : NULL;
        const char *words = dx_judgement_words(&judgement, (dx_defect)defect);
        any = true;
        take(rows, DX_CERT_STATUS,
             error ? g_strdup_printf("%s (%s, 0x%08x)", words, error->name, error->code) : g_strdup(words));
    }
    if (judgement.left_out)
        take(rows, DX_CERT_STATUS, g_strdup_printf("not everything was judged: %s", judgement.left_out));
    else if (!any)
        take(rows, DX_CERT_STATUS,
             g_strdup(judgement.trust == DX_TRUST_YES ? "no defect found"
                                                      : "no defect found, trust not checked"));
}

static void
add_part(GArray *rows, dx_cert_part part, const dx_certificate_info *info)
{
    switch (part) {
    case DX_CERT_SUBJECT:
        take(rows, part, dx_safe(info->subject, 0));
        break;
    case DX_CERT_ISSUER:
        take(rows, part, dx_safe(info->issuer, 0));
        break;
    case DX_CERT_SAN:
        for (unsigned i = 0; info->names && info->names[i]; i++)
            take(rows, part, dx_safe(info->names[i], 0));
        break;
    case DX_CERT_NOT_BEFORE:
        take(rows, part, info->parsed ? date(info->not_before) : NULL);
        break;
    case DX_CERT_NOT_AFTER:
        take(rows, part, info->parsed ? date(info->not_after) : NULL);
        break;
    case DX_CERT_SERIAL:
        take(rows, part, g_strdup(info->serial));
        break;
    case DX_CERT_THUMBPRINT:
        take(rows, part, dx_hex(info->sha1, sizeof info->sha1, ' ')); /* as certutil shows and takes it */
        break;
    case DX_CERT_SHA256:
        take(rows, part, dx_hex(info->sha256, sizeof info->sha256, '\0'));
        break;
    case DX_CERT_KEY:
        take(rows, part, g_strdup(info->key));
        break;
    case DX_CERT_SIGNATURE:
        take(rows, part, g_strdup(info->signature));
        break;
    case DX_CERT_EKU:
        add_usages(rows, info->usages);
        break;
    default:
        break;
    }
}

GArray *
dx_cert_rows(const dx_facts *facts, dx_certs *certs, dx_cert_part from, dx_cert_part to)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(dx_cert_row));
    const dx_certificate *leaf = dx_chain_leaf(facts->chain);

    g_array_set_clear_func(rows, clear_row);
    if (!leaf)
        return rows;
    for (unsigned part = from; part < (unsigned)to; part++) {
        if (part == DX_CERT_STATUS)
            add_status(rows, facts, certs);
        else
            add_part(rows, (dx_cert_part)part, dx_certificate_read(leaf));
    }
    return rows;
}

/* Times as the rest of the report writes them, a thumbprint as netsh shows and takes it. */
static char *
text_for_people(const dx_cert_row *row)
{
    if ((row->part == DX_CERT_NOT_BEFORE || row->part == DX_CERT_NOT_AFTER) && strlen(row->text) == 20)
        return g_strdup_printf("%.10s %.8s UTC", row->text, row->text + 11);
    if (row->part != DX_CERT_THUMBPRINT)
        return g_strdup(row->text);
    char **pairs = g_strsplit(row->text, " ", -1), *joined = g_strjoinv("", pairs);
    g_strfreev(pairs);
    return joined;
}

GPtrArray *
dx_cert_lines(const dx_facts *facts, dx_certs *certs)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    GArray *rows = dx_cert_rows(facts, certs, (dx_cert_part)0, DX_NUM_CERT_PARTS);

    for (unsigned i = 0; i < rows->len;) {
        const dx_cert_row *row = &g_array_index(rows, dx_cert_row, i);
        const char *between = row->part == DX_CERT_STATUS ? "; " : ", "; /* a status may hold commas */
        GString *line = g_string_new(NULL);
        char *text = text_for_people(row);
        g_string_printf(line, "%s: %s", dx_cert_words(row->part), text);
        g_free(text);
        unsigned next = i + 1;
        for (; next < rows->len && g_array_index(rows, dx_cert_row, next).part == row->part; next++)
            if (next - i < 8)
                g_string_append_printf(line, "%s%s", between, g_array_index(rows, dx_cert_row, next).text);
        if (next - i > 8)
            g_string_append_printf(line, " and %u more", next - i - 8);
        g_ptr_array_add(lines, g_string_free(line, FALSE));
        i = next;
    }
    g_array_unref(rows);
    return lines;
}
