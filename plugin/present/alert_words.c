/* alert_words.c - what a client shows of the alert that the server sent
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/alert_words.h"

#include <glib.h>
#include <string.h>

#include "knowledge/names.h"

typedef struct {
    uint8_t description;
    const char *openssl, *go, *firefox, *chromium;
} alert_text;

static const alert_text texts[] = {
#define X(description, openssl, go, firefox, chromium) {description, openssl, go, firefox, chromium},
#include "knowledge/alert_texts.def"
#undef X
};

const char dx_alert_clients[] =
    "Chromium 156: _ALERT; Firefox 153: _ALERT; curl 7.88: _ALERT; wget 1.21: _ALERT; OpenSSL 3.0: _ALERT; "
    "Java 17: _ALERT; Python 3.11: _ALERT; Go 1.19: _ALERT; Node 20: _ALERT";

bool
dx_alert_is_quoted(const char *words)
{
    static const char *const marks[] = {" alert ", " alert:", "_ALERT", "remote error: tls", "tlsv1 "};

    for (unsigned i = 0; i < G_N_ELEMENTS(marks); i++)
        if (strstr(words, marks[i]))
            return true;
    return false;
}

/* Python's and Node's names of OpenSSL's words. */
static char *
constant(const char *openssl)
{
    return g_strdelimit(g_ascii_strup(openssl, -1), " ", '_');
}

static bool
quotes(const char *words, const alert_text *text)
{
    char *upper = constant(text->openssl), *name = constant(dx_alert_name(text->description));
    bool found = strstr(words, text->openssl) || strstr(words, upper) || strstr(words, name) ||
                 strstr(words, dx_alert_name(text->description)) || strstr(words, text->go) ||
                 (text->firefox && strstr(words, text->firefox));

    g_free(upper);
    g_free(name);
    return found;
}

static char *
words_of(const char *program, const char *words, const alert_text *text)
{
    char *upper = constant(text->openssl), *out = NULL;

    if (g_str_has_prefix(program, "curl"))
        out = g_strdup_printf("(35)%s \"%s\"", strstr(words, "(56)") ? " or (56)" : "", text->openssl);
    else if (g_str_has_prefix(program, "OpenSSL"))
        out = g_strdup_printf("\"%s\"", text->openssl);
    else if (g_str_has_prefix(program, "Java"))
        out = g_strdup_printf("\"Received fatal alert: %s\"", dx_alert_name(text->description));
    else if (g_str_has_prefix(program, "Python"))
        out = g_strdup(upper);
    else if (g_str_has_prefix(program, "Go"))
        out = g_strdup_printf("\"remote error: tls: %s\"", text->go);
    else if (g_str_has_prefix(program, "Node"))
        out = g_strdup_printf("EPROTO \"%s\"%s%s", text->openssl,
                              strstr(words, "ERR_SSL_") ? " or ERR_SSL_" : "",
                              strstr(words, "ERR_SSL_") ? upper : "");
    else if (g_str_has_prefix(program, "Firefox"))
        out = g_strdup(text->firefox);
    else if (g_str_has_prefix(program, "Chromium"))
        out = g_strdup(text->chromium);
    else if (g_str_has_prefix(program, "wget"))
        out = g_strdup_printf("\"GnuTLS: received alert [%u]\"", text->description);
    g_free(upper);
    return out;
}

char *
dx_alert_words(const char *words, uint8_t alert)
{
    const alert_text *text = NULL;
    const char *colon = strstr(words, ": ");

    if (!dx_alert_is_quoted(words))
        return g_strdup(words);
    for (unsigned i = 0; i < G_N_ELEMENTS(texts) && !text; i++)
        if (texts[i].description == alert)
            text = &texts[i];
    if (!text || !colon)
        return NULL;
    if (quotes(words, text))
        return g_strdup(words);
    char *program = g_strndup(words, (size_t)(colon - words)), *own = words_of(program, words, text);
    char *out = own ? g_strdup_printf("%s: %s", program, own) : NULL;
    g_free(program);
    g_free(own);
    return out;
}
