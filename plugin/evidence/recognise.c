/* recognise.c - what a file holds, by its content
 *
 * Names of files say nothing: administrators call them what they like. Every reader says itself which lines
 * are its own (dx_see_<kind>); words are looked for only where no structure tells. A text with several
 * outputs in it has several kinds.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/readers.h"

#include <string.h>

#define MAX_LOOK 200000 /* lines */

static dx_seeing (*const see[])(const dx_look *look) = {
#define X(id, platform, command) dx_see_##id,
#include "evidence/kinds.def"
#undef X
};

/* X.690: a sequence, with a length of one to four bytes or none */
size_t
dx_recognise_der(const uint8_t *bytes, size_t len)
{
    if (len < 16 || bytes[0] != 0x30)
        return 0;
    size_t more = bytes[1] < 0x80 ? 0 : bytes[1] & 0x7f;
    uint8_t inner = more <= 4 ? bytes[2 + more] : 0;
    return inner == 0x30 || inner == 0x02 || inner == 0x06 ? 2 + more : 0;
}

const char *
dx_recognise_binary(const uint8_t *bytes, size_t len)
{
    static const struct {
        const char *magic;
        size_t len;
        const char *reason;
    } known[] = {
#ifndef DX_HAVE_LIBEVTX
        {DX_EVTX_MAGIC, 8,
         "a binary event log, and this plugin was built without libevtx: export it as XML "
         "(wevtutil qe FILE /lf:true /f:xml)"},
#endif
        {"regf", 4, "a binary registry hive: use reg export"},
        {"PK\x03\x04", 4, "a ZIP archive: unpack it"},
        {"MZ", 2, "a program"},
        {"%PDF", 4, "a PDF document"},
        {"\x89PNG", 4, "a picture: text is needed"},
        {"\xff\xd8\xff", 3, "a picture: text is needed"},
        {"\x0a\x0d\x0d\x0a", 4, "a capture file"},
    };
    static const char key[] = "PRIVATE KEY-----";
    size_t inner = dx_recognise_der(bytes, len);

    if (inner && inner + 3 <= len && memcmp(bytes + inner, "\x02\x01\x03", 3) == 0) /* PFX.version */
        return "a .pfx with a private key, which is not needed: take it out of the folder";
    if (inner && inner + 3 <= len && bytes[inner] == 2 &&
        bytes[inner + 1] == 1) /* RSAPrivateKey and the like */
        return "a private key, which is not needed: take it out of the folder";

    for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
        if (len >= known[i].len && memcmp(bytes, known[i].magic, known[i].len) == 0)
            return known[i].reason;
    if (dx_span_find((dx_span){(const char *)bytes, len}, key) != SIZE_MAX)
        return "holds a private key, which is not needed: take it out of the folder";
    return NULL;
}

/* What a line is, and what the lines before it were. */
static void
look_at(dx_look *look, dx_span line)
{
    dx_endpoint endpoint;
    dx_address address;

    look->before = look->line;
    look->line = line;
    look->split = dx_span_value(line, &look->caption, &look->value);
    if (!look->split)
        look->caption = look->value = line;
    look->httpcfg |= dx_span_equal(look->caption, "IP");
    look->endpoint |= dx_endpoint_parse(&endpoint, look->value.at, look->value.len) > 0 ||
                      (look->split && (dx_span_has(look->caption, "hostname:port") ||
                                       dx_span_has(look->caption, "IP:port")));
    if (dx_span_rule(line))
        look->rule = true;
    else if (dx_address_parse(&address, line.at, line.len) == line.len)
        look->num_addresses++;
    else
        look->num_others++;
}

/* Asks every reader that has not seen one of its lines yet; true when the file is one reader's alone. */
static bool
ask(dx_sightings *seen, const dx_look *look)
{
    for (unsigned kind = 0; kind < DX_NUM_KINDS; kind++) {
        dx_seeing sight = seen->line[kind] ? DX_NOT_SEEN : see[kind](look);
        if (sight == DX_SEEN_ALONE)
            memset(seen, 0, sizeof *seen);
        if (sight != DX_NOT_SEEN) {
            seen->line[kind] = look->number;
            seen->num++;
        }
        if (sight == DX_SEEN_ALONE)
            return true;
    }
    return false;
}

void
dx_recognise(dx_sightings *seen, dx_span text)
{
    dx_look look = {.text = text, .transcript = dx_client_transcript(text), .scan = dx_cipher_scan(text)};
    dx_lines lines;
    dx_span line;
    bool alone = false;

    memset(seen, 0, sizeof *seen);
    dx_lines_start(&lines, text, false);
    while (!alone && dx_lines_next(&lines, &line) && lines.number < MAX_LOOK) {
        line = dx_span_trim(line);
        if (!line.len)
            continue;
        look.number = lines.number;
        look_at(&look, line);
        alone = ask(seen, &look);
    }
    dx_lines_end(&lines);
    if (!seen->num && look.rule && look.num_addresses && look.num_others <= 2) /* in any language */
        seen->line[DX_KIND_netsh_iplisten] = seen->num = 1;
}
