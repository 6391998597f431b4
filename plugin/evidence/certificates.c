/* certificates.c - reads "Get-ChildItem Cert:\LocalMachine\My" and "Get-ExchangeCertificate", in any format
 *
 *        PSParentPath: Microsoft.PowerShell.Security\Certificate::LocalMachine\My
 *
 *     Thumbprint                                Subject
 *     ----------                                -------
 *     1A1F948B21A2993677A88EB23F428C7E47E3D133  CN=www.example.com
 *
 * Whether there is a key only Format-List with HasPrivateKey, select and Export-Csv tell. Exchange adds the
 * services that use a certificate: "IMAP, POP, IIS, SMTP", in its table by letters ("IP.WS..").
 * Source: Microsoft Learn, "about_Certificate_Provider", "Get-ExchangeCertificate"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/objects.h"

#include <string.h>

/* 40 hex digits */
static bool
take_thumbprint(char out[41], dx_span value)
{
    return value.len == 40 && dx_span_hash(out, value) == 40;
}

/* SMTP, in words or as a letter of the table */
static bool
serves_mail(dx_span services)
{
    bool letters = services.len >= 4;

    for (size_t i = 0; i < services.len; i++)
        letters &= strchr("IPUWSF.", services.at[i]) != NULL;
    return letters ? memchr(services.at, 'S', services.len) != NULL : dx_span_has(services, "SMTP");
}

typedef struct certificate_list {
    const dx_reading *reading;
    dx_date_order order;
} certificate_list;

/* "{www.example.com, example.com}": PowerShell cuts long lists, and shows names of other letters twice. */
static void
take_names(dx_stored_certificate *fact, const dx_reading *reading, const dx_property *list)
{
    dx_span value = list ? (dx_span){list->value->str, list->value->len} : (dx_span){NULL, 0};

    if (value.len < 3 || value.at[0] != '{' || value.at[value.len - 1] != '}' || dx_span_has(value, "...") ||
        dx_span_has(value, "\xe2\x80\xa6") || dx_span_has(value, "("))
        return;
    fact->names_where = dx_reading_at(reading, list->line);
    for (dx_span rest = {value.at + 1, value.len - 2}; rest.len;) {
        const char *comma = memchr(rest.at, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.at) : rest.len;
        dx_stored_certificate_name(fact, dx_span_trim((dx_span){rest.at, len}));
        rest = dx_span_from(rest, len + (comma != NULL));
    }
}

/* When it expires, and whether it is its own issuer. */
static void
take_faults(dx_stored_certificate *fact, const certificate_list *list, const dx_object *object)
{
    dx_span subject = dx_object_span(object, "Subject"), issuer = dx_object_span(object, "Issuer"),
            until = dx_object_span(object, "NotAfter");
    dx_time time;

    if (dx_time_json(&time, until) || dx_time_latest(&time, list->order, until)) {
        fact->not_after_us = time.us;
        fact->not_after_where = dx_reading_at(list->reading, dx_object_get(object, "NotAfter")->line);
    }
    fact->self_signed =
        subject.len && subject.len == issuer.len && memcmp(subject.at, issuer.at, issuer.len) == 0;
}

static void
take(const dx_object *object, void *user)
{
    const certificate_list *list = user;
    const dx_reading *reading = list->reading;
    dx_stored_certificate fact = {.where = dx_reading_at(reading, object->line)};
    const dx_property *thumbprint = dx_object_get(object, "Thumbprint"),
                      *key = dx_object_get(object, "HasPrivateKey");
    dx_span subject = dx_object_span(object, "Subject"), services = dx_object_span(object, "Services");

    if ((!thumbprint && !key) || (!thumbprint && !subject.len))
        return;
    if (thumbprint && !take_thumbprint(fact.thumbprint, dx_object_span(object, "Thumbprint"))) {
        dx_reading_skip(reading, object->last_line);
        return;
    }
    fact.key_where = key ? dx_reading_at(reading, key->line) : fact.where;
    if (key && dx_span_equal(dx_object_span(object, "HasPrivateKey"), "True"))
        fact.key = DX_KEY_NAMED;
    else if (key && dx_span_equal(dx_object_span(object, "HasPrivateKey"), "False"))
        fact.key = DX_KEY_MISSING;
    take_faults(&fact, list, object);
    take_names(&fact, reading, dx_object_get(object, "DnsNameList"));
    fact.subject = subject.len ? dx_span_copy(subject) : NULL;
    dx_reading_certificate(reading, &fact);
    dx_assignment use = {.where = fact.where, .service = DX_SERVICE_EXCHANGE};
    memcpy(use.thumbprint, fact.thumbprint, sizeof use.thumbprint);
    if (thumbprint && serves_mail(services))
        dx_note(reading->store->assignments, &use);
}

dx_seeing
dx_see_certificates(const dx_look *look)
{
    bool named = dx_look_property(look, "Thumbprint") || dx_look_property(look, "HasPrivateKey");

    return named ? DX_SEEN : DX_NOT_SEEN;
}

/* A command whose pipe only prints. */
static bool
lists_all(dx_span command)
{
    static const char *const printers[] = {"Format-", "fl",         "ft",         "select",
                                           "Sort",    "Export-Csv", "ConvertTo-", "Out-"};
    size_t at = dx_span_find(command, "Cert:\\LocalMachine\\My");
    dx_span rest =
        dx_span_from(command, at == SIZE_MAX ? command.len : at + strlen("Cert:\\LocalMachine\\My"));

    if (at == SIZE_MAX || (rest.len && (rest.at[0] == '\\' || g_ascii_isalnum(rest.at[0]))))
        return false;
    while (rest.len) {
        const char *pipe = memchr(rest.at, '|', rest.len);
        if (!pipe)
            return true;
        rest = dx_span_trim(dx_span_from(rest, (size_t)(pipe - rest.at) + 1));
        bool prints = false;
        for (unsigned i = 0; i < G_N_ELEMENTS(printers); i++)
            prints |= dx_span_starts(rest, printers[i]);
        if (!prints || dx_span_has(rest, "-First"))
            return false;
    }
    return true;
}

void
dx_read_certificates(const dx_reading *reading)
{
    dx_lines lines;
    dx_span line, command;
    bool all = false;

    certificate_list list = {reading, dx_date_order_of(reading->text)};
    dx_objects_each(reading->text, take, &list);
    dx_lines_start(&lines, reading->text, false);
    while (dx_lines_next(&lines, &line))
        all |= dx_span_command(line, &command) && lists_all(command);
    dx_lines_end(&lines);
    if (!all)
        dx_reading_part(reading);
}
