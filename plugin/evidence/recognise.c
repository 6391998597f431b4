/* recognise.c - what a file holds, by its content
 *
 * Names of files say nothing: administrators call them what they like. Words are looked for only where no
 * structure tells; a text with several outputs in it has several kinds.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

#define MAX_LOOK 200000 /* lines */

const char *
dx_recognise_binary(const uint8_t *bytes, size_t len)
{
    static const struct {
        const char *magic;
        size_t len;
        const char *reason;
    } known[] = {
        {"ElfFile", 8, "a binary event log: export it as XML (wevtutil qe FILE /lf:true /f:xml)"},
        {"regf", 4, "a binary registry hive: use reg export"},
        {"PK\x03\x04", 4, "a ZIP archive: unpack it"},
        {"MZ", 2, "a program"},
        {"%PDF", 4, "a PDF document"},
        {"\x89PNG", 4, "a picture: text is needed"},
        {"\xff\xd8\xff", 3, "a picture: text is needed"},
        {"\x0a\x0d\x0d\x0a", 4, "a capture file"},
        {"\x30\x82", 2,
         "binary ASN.1 (a certificate, or a .pfx with a private key: take that out of the folder)"},
    };
    static const char key[] = "PRIVATE KEY-----";

    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (len >= known[i].len && memcmp(bytes, known[i].magic, known[i].len) == 0)
            return known[i].reason;
    if (dx_span_find((dx_span){(const char *)bytes, MIN(len, 4096)}, key) != SIZE_MAX)
        return "holds a private key, which is not needed: take it out of the folder";
    return NULL;
}

/* What was seen so far of a text. */
typedef struct sight {
    unsigned kinds;
    bool endpoint; /* an ip:port stood in a caption : value line */
    bool httpcfg;
    unsigned num_addresses, num_others; /* lines of nothing but an address, other lines */
    bool rule;                          /* a line of dashes */
} sight;

static bool
is_rule(dx_span line, char c)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] != c)
            return false;
    return line.len >= 8;
}

static void
look_value(sight *seen, dx_span line)
{
    dx_span caption, value;
    dx_endpoint endpoint;
    dx_address address;
    char hash[41];
    bool zero, split = dx_span_value(line, &caption, &value);

    if (!split)
        caption = value = dx_span_trim(line);
    if (dx_span_equal(caption, "IP")) {
        seen->httpcfg = true;
        if (split && dx_address_parse(&address, value.at, value.len) == value.len && value.len)
            seen->kinds |= 1u << DX_KIND_httpcfg_iplisten;
    }
    seen->endpoint |= dx_endpoint_parse(&endpoint, value.at, value.len) > 0;
    seen->endpoint |= split && (dx_span_has(caption, "hostname:port") || dx_span_has(caption, "IP:port"));
    if (seen->endpoint && (dx_span_guid(value, &zero) || dx_span_hash(hash, value) == 40))
        seen->kinds |= 1u << (seen->httpcfg ? DX_KIND_httpcfg_ssl : DX_KIND_netsh_sslcert);
    if (split && dx_span_starts(value, "TLS_") && value.len < 80)
        seen->kinds |= 1u << DX_KIND_tls_cipher_suite;
    if (split && (dx_span_equal(value, "Schannel") || dx_span_has(value, "HttpEvent") ||
                  dx_span_starts(caption, "Event ID")))
        seen->kinds |= 1u << DX_KIND_event_text;
}

static void
look_line(sight *seen, dx_span line)
{
    dx_span trimmed = dx_span_trim(line), rest = trimmed, word;
    dx_address address;
    dx_endpoint endpoint;

    if (!trimmed.len)
        return;
    if (is_rule(trimmed, '-')) {
        seen->rule = true;
    } else if (dx_address_parse(&address, trimmed.at, trimmed.len) == trimmed.len) {
        seen->num_addresses++;
    } else {
        seen->num_others++;
    }
    if (dx_span_starts(trimmed, "================ ") && dx_span_ends(trimmed, " ================"))
        seen->kinds |= 1u << DX_KIND_certutil;
    if (dx_span_has(trimmed, "Cert Hash(sha1)"))
        seen->kinds |= 1u << DX_KIND_certutil;
    if (dx_span_starts(trimmed, "IP addresses present in the IP listen list"))
        seen->kinds |= 1u << DX_KIND_netsh_iplisten;
    if (dx_span_starts(trimmed, "SSL Certificate bindings")) /* a list may be empty */
        seen->kinds |= 1u << DX_KIND_netsh_sslcert;
    if (dx_span_has(trimmed, "HttpQueryServiceConfiguration completed with 1168"))
        seen->kinds |= 1u << DX_KIND_httpcfg_iplisten;
    if (dx_span_starts(trimmed, "Event["))
        seen->kinds |= 1u << DX_KIND_event_text;
    if (dx_span_starts(trimmed, "HKEY_LOCAL_MACHINE\\") || dx_span_starts(trimmed, "[HKEY_") ||
        dx_span_starts(trimmed, "HKEY_CURRENT_USER\\"))
        seen->kinds |= 1u << DX_KIND_registry;
    if (dx_span_starts(trimmed, "TLS_") && trimmed.len < 80 && dx_span_find(trimmed, "_WITH_") != SIZE_MAX)
        seen->kinds |= 1u << DX_KIND_tls_cipher_suite;
    dx_span_word(&rest, &word);
    if (dx_span_equal(word, "TCP") && dx_span_word(&rest, &word) &&
        dx_endpoint_parse(&endpoint, word.at, word.len) == word.len)
        seen->kinds |= 1u << DX_KIND_netstat;
    if (dx_span_has(trimmed, "HotFixID") || dx_span_starts(trimmed, "KB"))
        seen->kinds |= 1u << DX_KIND_hotfix;
    if (dx_span_has(trimmed, "Microsoft Windows ["))
        seen->kinds |= 1u << DX_KIND_ver;
    look_value(seen, trimmed);
}

unsigned
dx_recognise(dx_span text)
{
    sight seen = {0};
    dx_lines lines;
    dx_span line, start = dx_span_trim((dx_span){text.at, MIN(text.len, 4096)});

    if (dx_span_starts(start, "<") && (dx_span_has((dx_span){text.at, MIN(text.len, 65536)}, "<Event ") ||
                                       dx_span_has((dx_span){text.at, MIN(text.len, 65536)}, "<Event>")))
        return 1u << DX_KIND_event_xml;
    dx_lines_start(&lines, text, false);
    while (dx_lines_next(&lines, &line) && lines.number < MAX_LOOK)
        look_line(&seen, line);
    dx_lines_end(&lines);
    if (dx_span_starts(start, "Windows Registry Editor") || dx_span_starts(start, "REGEDIT4"))
        return 1u << DX_KIND_registry;
    if (!seen.kinds && seen.rule && seen.num_addresses &&
        seen.num_others <= 2) /* whatever the heading's language */
        seen.kinds = 1u << DX_KIND_netsh_iplisten;
    if (seen.kinds & 1u << DX_KIND_event_text) /* descriptions may quote anything */
        return 1u << DX_KIND_event_text;
    return seen.kinds;
}
