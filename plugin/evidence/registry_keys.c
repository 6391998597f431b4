/* registry_keys.c - the keys and values of the registry that matter for TLS, whatever printed them
 *
 * Protocols, Ciphers, KeyExchangeAlgorithms, SendExtraRecord, FEATURE_SCH_SEND_AUX_RECORD_KB_2618444
 * (KB2643584), the order of suites and curves, and the certificates of SQL Server, Remote Desktop and the
 * NTDS service. All else is read over.
 * Source: Microsoft Learn, "Transport Layer Security (TLS) registry settings"; KB2643584; KB3042780; KB321051
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence/registry.h"

#include <string.h>

#include "knowledge/names.h"

static uint16_t
version_of(dx_span name)
{
    static const struct {
        const char *name;
        uint16_t version;
    } versions[] = {{"SSL 2.0", DX_SSL2},  {"SSL 3.0", DX_SSL3},  {"TLS 1.0", DX_TLS10},
                    {"TLS 1.1", DX_TLS11}, {"TLS 1.2", DX_TLS12}, {"TLS 1.3", DX_TLS13}};

    for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++)
        if (dx_span_equal(name, versions[i].name))
            return versions[i].version;
    return 0;
}

void
dx_reg_end(const dx_reading *reading, dx_reg_key *now)
{
    if (now->have_protocol)
        dx_reading_keep(reading, reading->store->protocols, &now->protocol);
    now->have_protocol = false;
}

/* The part of a path after its last backslash; `path` keeps what is before. */
static dx_span
last_part(dx_span *path)
{
    size_t at = path->len;

    while (at > 0 && path->at[at - 1] != '\\')
        at--;
    dx_span part = dx_span_from(*path, at);
    path->len = at ? at - 1 : 0;
    return part;
}

/* A program's certificate: 20 bytes in hex, however they are divided. */
static void
note_use(const dx_reading *reading, dx_service_id service, dx_span text, uint32_t line)
{
    dx_assignment fact = {.where = dx_reading_at(reading, line), .service = service};
    char joined[41];
    unsigned num = 0;

    for (size_t i = 0; i < text.len && num < 40; i++)
        if (g_ascii_isxdigit(text.at[i]))
            joined[num++] = text.at[i];
    if (num == 40 && dx_span_hash(fact.thumbprint, (dx_span){joined, 40}) == 40)
        dx_reading_keep(reading, reading->store->assignments, &fact);
    else if (num)
        dx_reading_skip(reading, line);
}

void
dx_reg_begin(const dx_reading *reading, dx_reg_key *now, dx_span path, uint32_t line)
{
    dx_reg_end(reading, now);
    dx_reading_empty(reading); /* keys without a value that matters */
    now->kind = DX_REG_OTHER;
    size_t schannel = dx_span_find(path, "\\SecurityProviders\\SCHANNEL");
    dx_span whole = path, part = last_part(&path);
    now->name = part;
    /* a list of the whole tree begins with its root, or has several versions in it */
    reading->store->protocols_all |=
        dx_span_ends(whole, "\\SCHANNEL") || dx_span_ends(whole, "\\SCHANNEL\\Protocols");
    if (dx_span_has(whole, "FEATURE_SCH_SEND_AUX_RECORD_KB_2618444"))
        now->kind = DX_REG_SPLIT;
    else if (dx_span_ends(whole, "\\Cryptography\\Configuration\\SSL\\00010002"))
        now->kind = DX_REG_POLICY;
    else if (dx_span_ends(whole, "\\Cryptography\\Configuration\\Local\\SSL\\00010002"))
        now->kind = DX_REG_LOCAL;
    else if (dx_span_ends(whole, "\\SuperSocketNetLib"))
        now->kind = DX_REG_SQL;
    else if (dx_span_has(whole, "\\Terminal Server\\WinStations\\"))
        now->kind = DX_REG_RDP;
    else if (dx_span_has(whole, "\\Services\\NTDS\\SystemCertificates\\My\\Certificates\\"))
        note_use(reading, DX_SERVICE_ACTIVE_DIRECTORY, part, line);
    else if (schannel == SIZE_MAX)
        return;
    else if (dx_span_equal(part, "SCHANNEL"))
        now->kind = DX_REG_SCHANNEL;
    else if (dx_span_has(whole, "\\SCHANNEL\\Ciphers\\")) {
        /* names such as "AES 128/128" hold a slash, never a backslash */
        now->kind = DX_REG_ALGORITHM;
    } else if (dx_span_has(whole, "\\SCHANNEL\\KeyExchangeAlgorithms\\")) {
        now->kind = DX_REG_ALGORITHM;
    } else if (dx_span_has(whole, "\\SCHANNEL\\Protocols\\")) {
        bool server = dx_span_equal(part, "Server");
        uint16_t version = server || dx_span_equal(part, "Client") ? version_of(last_part(&path)) : 0;
        if (!version)
            return;
        now->kind = DX_REG_PROTOCOL;
        reading->store->protocols_all |= now->version && now->version != version;
        now->version = version;
        now->protocol = (dx_protocol_setting){.where = dx_reading_at(reading, line),
                                              .version = version,
                                              .server = server,
                                              .enabled = -1,
                                              .disabled_by_default = -1};
        now->have_protocol = true;
    }
}

/* The next word of a list, such as "TLS_A,TLS_B" in any quoting; a zero between two is written as "\0". */
static bool
take_word(dx_span *rest, dx_span *word)
{
    size_t from = 0, to;

    while (from < rest->len && !g_ascii_isalnum(rest->at[from]))
        from += rest->at[from] == '\\' && from + 1 < rest->len && rest->at[from + 1] == '0' ? 2 : 1;
    for (to = from; to < rest->len && (g_ascii_isalnum(rest->at[to]) || rest->at[to] == '_'); to++)
        ;
    *word = (dx_span){rest->at + MIN(from, rest->len), to > from ? to - from : 0};
    *rest = dx_span_from(*rest, to);
    return word->len > 0;
}

static void
take_suites(const dx_reading *reading, dx_span text, bool local, uint32_t line)
{
    dx_span word;

    while (take_word(&text, &word)) {
        dx_suite_setting fact = {.where = dx_reading_at(reading, line), .local = local};
        if (word.len > 4 && dx_cipher_by_name(&fact.cipher, word.at, word.len))
            dx_reading_keep(reading, reading->store->suites, &fact);
    }
}

static void
take_curves(const dx_reading *reading, dx_span text, bool local, uint32_t line)
{
    dx_span word;

    while (take_word(&text, &word)) {
        dx_curve_setting fact = {.where = dx_reading_at(reading, line), .local = local};
        if (dx_curve_by_name(&fact.group, word))
            dx_reading_keep(reading, reading->store->curves, &fact);
    }
}

/* Values that are texts. */
static void
take_text(const dx_reading *reading, const dx_reg_key *now, const dx_reg_value *item, uint32_t line)
{
    bool order = now->kind == DX_REG_POLICY || now->kind == DX_REG_LOCAL;

    if (order && dx_span_equal(item->name, "Functions"))
        take_suites(reading, item->text, now->kind == DX_REG_LOCAL, line);
    else if (order && dx_span_equal(item->name, "EccCurves"))
        take_curves(reading, item->text, now->kind == DX_REG_LOCAL, line);
    else if (now->kind == DX_REG_SQL && dx_span_equal(item->name, "Certificate"))
        note_use(reading, DX_SERVICE_SQL_SERVER, item->text, line);
    else if (now->kind == DX_REG_RDP && dx_span_equal(item->name, "SSLCertificateSHA1Hash"))
        note_use(reading, DX_SERVICE_RDP, item->text, line);
}

void
dx_reg_value_of(const dx_reading *reading, dx_reg_key *now, const dx_reg_value *item, uint32_t line)
{
    if (now->kind == DX_REG_PROTOCOL && item->is_number) {
        if (dx_span_equal(item->name, "Enabled"))
            now->protocol.enabled = item->number != 0;
        else if (dx_span_equal(item->name, "DisabledByDefault"))
            now->protocol.disabled_by_default = item->number != 0;
        else
            return;
        if (dx_span_equal(item->name, "Enabled") || now->protocol.enabled < 0)
            now->protocol.where = dx_reading_at(reading, line);
    } else if (now->kind == DX_REG_ALGORITHM && item->is_number && dx_span_equal(item->name, "Enabled")) {
        dx_algorithm_setting fact = {dx_reading_at(reading, line), dx_span_copy(now->name),
                                     item->number != 0};
        if (!dx_reading_keep(reading, reading->store->algorithms, &fact))
            g_free(fact.name);
    } else if ((now->kind == DX_REG_SCHANNEL && item->is_number &&
                dx_span_equal(item->name, "SendExtraRecord")) ||
               (now->kind == DX_REG_SPLIT && item->is_number)) {
        dx_split_setting fact = {dx_reading_at(reading, line),
                                 now->kind == DX_REG_SPLIT ? dx_span_copy(item->name) : NULL, item->number};
        if (!dx_reading_keep(reading, reading->store->splits, &fact))
            g_free(fact.image);
    } else {
        take_text(reading, now, item, line);
    }
}

bool
dx_reg_find(dx_span *path, dx_span line)
{
    size_t at = dx_span_find(line, "HKEY_"), shorter = dx_span_find(line, "HKLM\\");

    at = MIN(at, shorter);
    if (at == SIZE_MAX)
        return false;
    *path = dx_span_trim(dx_span_from(line, at));
    return true;
}
