/* configuration.c - versions, suites and record split as the server's own files set them
 *
 * Source: Microsoft's troubleshooter for IIS, scenarios 5 and 6; Microsoft Learn, "TLS registry settings"
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/configuration.h"

#include <string.h>

#include "verdict/certificate_use.h"
#include "verdict/contrast.h"
#include "verdict/listeners.h"
#include "verdict/place.h"
#include "capture/offer.h"
#include "knowledge/names.h"

static const uint16_t versions[] = {DX_TLS13, DX_TLS12, DX_TLS11, DX_TLS10, DX_SSL3};

typedef enum { STATE_UNKNOWN, STATE_OFF, STATE_ON } state;

bool
dx_files_schannel(const dx_facts *facts, const dx_context *context)
{
    dx_place place;

    dx_place_find(&place, facts, context);
    return place.server != DX_PLATFORM_UNIX && (!place.service || place.service->stack == DX_STACK_SCHANNEL);
}

static const dx_protocol_setting *
find_setting(const dx_context *context, uint16_t version)
{
    const GArray *settings = context->evidence->protocols;

    for (unsigned i = 0; i < settings->len; i++) {
        const dx_protocol_setting *setting = &g_array_index(settings, dx_protocol_setting, i);
        if (setting->server && setting->version == version &&
            (setting->enabled >= 0 || setting->disabled_by_default >= 0))
            return setting;
    }
    return NULL;
}

/* What the server does with a version: by the registry (`*setting`, NULL when that does not count), else by
 * the release that the administrator or the files name. */
static state
version_state(const dx_context *context, uint16_t version, const dx_protocol_setting **setting)
{
    const dx_windows *windows = dx_windows_find(
        context->preferences->server_os ? context->preferences->server_os : context->evidence->os);
    dx_support support = dx_windows_support(windows, version);

    *setting = find_setting(context, version);
    if (windows && support == DX_SUPPORT_NO) { /* keys do not add a version to a release without it */
        *setting = NULL;
        return STATE_OFF;
    }
    if (*setting && (*setting)->enabled > 0 && (*setting)->disabled_by_default > 0)
        return STATE_UNKNOWN; /* a program that asks for the version has it, one with the defaults does not */
    if (*setting && (*setting)->enabled >= 0)
        return (*setting)->enabled ? STATE_ON : STATE_OFF;
    if (*setting)
        return (*setting)->disabled_by_default ? STATE_OFF : STATE_UNKNOWN;
    if (!windows || support == DX_SUPPORT_UNSURE)
        return STATE_UNKNOWN;
    if (support == DX_SUPPORT_OFF)
        return STATE_OFF;
    return context->evidence->protocols_all ? STATE_ON : STATE_UNKNOWN;
}

static void
say_version(dx_file_finding *files, const dx_context *context, uint16_t version, state is)
{
    const dx_protocol_setting *setting;

    (void)version_state(context, version, &setting);
    if (setting)
        dx_file_say(files, setting->where, "%s is %s for servers", dx_version_name(version),
                    is == STATE_ON ? "enabled" : "disabled");
    else
        dx_file_say(files, context->preferences->server_os ? (dx_where){0, 0} : context->evidence->os_where,
                    "%s is %s by default on this Windows release", dx_version_name(version),
                    is == STATE_ON ? "enabled" : "disabled or not supported");
}

/* The packets show the server using a version that the files call off; 0 when they do not. */
static uint16_t
find_used_though_off(const dx_context *context)
{
    const dx_protocol_setting *setting;

    for (unsigned i = 0; context->server && i < context->server->accepted->len; i++) {
        uint16_t version = g_array_index(context->server->accepted, dx_sample, i).chosen.version;
        if (version && version_state(context, version, &setting) == STATE_OFF)
            return version;
    }
    return 0;
}

bool
dx_used_though_off(const dx_context *context, dx_file_finding *files)
{
    uint16_t used = find_used_though_off(context);

    if (!used)
        return false;
    say_version(files, context, used, STATE_OFF);
    dx_file_say(files, (dx_where){0, 0}, "the server completes handshakes with %s in this capture",
                dx_version_name(used));
    return true;
}

/* By what it lists; without a list SSL 3.0 only where it is all that the client has. */
static bool
is_offered(const dx_offer *offer, uint16_t version)
{
    return dx_offers_version(offer, version) &&
           (offer->versions_listed || version != DX_SSL3 || offer->legacy_version <= DX_SSL3);
}

/* The connection's binding turns a version off, whatever the registry says. */
static const dx_binding *
off_by_binding(const dx_facts *facts, const dx_context *context, uint16_t version)
{
    const dx_binding *binding = dx_files_binding(facts, context);
    bool off = binding && (version == DX_TLS13   ? binding->no_tls13
                           : version == DX_TLS12 ? binding->no_tls12
                                                 : binding->no_legacy);

    return off ? binding : NULL;
}

uint16_t
dx_configured_common(const dx_facts *facts, const dx_context *context)
{
    const dx_protocol_setting *setting;

    for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++)
        if (is_offered(facts->offer, versions[i]) && !off_by_binding(facts, context, versions[i]) &&
            version_state(context, versions[i], &setting) == STATE_ON)
            return versions[i];
    return 0;
}

dx_files_answer
dx_configured_versions(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const dx_protocol_setting *setting;
    uint16_t common = dx_configured_common(facts, context);
    unsigned num_offered = 0, num_off = 0;

    if (!dx_files_schannel(facts, context))
        return dx_listener_versions(facts, context, files);
    if (common) {
        say_version(files, context, common, STATE_ON);
        dx_file_say(files, (dx_where){0, 0}, "and the client offers it");
        return DX_FILES_EXCLUDE;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++)
        if (is_offered(facts->offer, versions[i])) {
            num_offered++;
            num_off += off_by_binding(facts, context, versions[i]) ||
                       version_state(context, versions[i], &setting) == STATE_OFF;
        }
    if (!num_offered || num_off < num_offered)
        return DX_FILES_SILENT;
    for (unsigned i = 0; i < G_N_ELEMENTS(versions); i++) {
        const dx_binding *binding = off_by_binding(facts, context, versions[i]);
        if (binding && is_offered(facts->offer, versions[i]))
            dx_file_say(files, binding->where, "the binding turns %s off", dx_version_name(versions[i]));
        else if (dx_offers_version(facts->offer, versions[i]) &&
                 version_state(context, versions[i], &setting) == STATE_OFF &&
                 (versions[i] > DX_SSL3 || setting))
            say_version(files, context, versions[i], STATE_OFF);
    }
    return DX_FILES_CONFIRM;
}

/* The registry's name of what a suite needs is turned off; NULL when nothing is. */
static const dx_algorithm_setting *
blocked_by(const dx_context *context, const dx_cipher *cipher)
{
    static const struct {
        const char *part, *name;
    } bulk[] = {{"_AES_128_", "AES 128/128"}, {"_AES_256_", "AES 256/256"}, {"_3DES_", "Triple DES 168"},
                {"_RC4_128_", "RC4 128/128"}, {"_RC4_40_", "RC4 40/128"},   {"WITH_DES_CBC_", "DES 56/56"}};
    const char *exchange = cipher->exchange == DX_EXCHANGE_RSA     ? "PKCS"
                           : cipher->exchange == DX_EXCHANGE_DHE   ? "Diffie-Hellman"
                           : cipher->exchange == DX_EXCHANGE_ECDHE ? "ECDH"
                                                                   : "";
    const GArray *settings = context->evidence->algorithms;

    for (unsigned i = 0; i < settings->len; i++) {
        const dx_algorithm_setting *setting = &g_array_index(settings, dx_algorithm_setting, i);
        bool ours = strcmp(setting->name, exchange) == 0 ||
                    (strcmp(setting->name, "Triple DES 168/168") == 0 && strstr(cipher->name, "_3DES_"));
        for (unsigned j = 0; j < G_N_ELEMENTS(bulk); j++)
            ours |= strstr(cipher->name, bulk[j].part) && strcmp(setting->name, bulk[j].name) == 0;
        if (ours && !setting->enabled)
            return setting;
    }
    return NULL;
}

/* A policy's order of suites replaces the machine's own. Which of both counts. */
static bool
local_suites(const dx_context *context)
{
    for (unsigned i = 0; i < context->evidence->suites->len; i++)
        if (!g_array_index(context->evidence->suites, dx_suite_setting, i).local)
            return false;
    return true;
}

/* The list of suites that counts: its first one and their number. */
static const dx_suite_setting *
first_suite(const dx_context *context, unsigned *num)
{
    const dx_suite_setting *first = NULL;
    bool local = local_suites(context);

    *num = 0;
    for (unsigned i = 0; i < context->evidence->suites->len; i++) {
        const dx_suite_setting *suite = &g_array_index(context->evidence->suites, dx_suite_setting, i);
        if (suite->local == local && !(*num)++)
            first = suite;
    }
    return first;
}

static const dx_suite_setting *
listed(const dx_context *context, uint16_t cipher)
{
    bool local = local_suites(context);

    for (unsigned i = 0; i < context->evidence->suites->len; i++) {
        const dx_suite_setting *suite = &g_array_index(context->evidence->suites, dx_suite_setting, i);
        if (suite->cipher == cipher && suite->local == local)
            return suite;
    }
    return NULL;
}

/* What the files make of the offered suites. */
typedef struct suites {
    unsigned num_known, num_blocked, num_usable;
    bool usable_any, usable_rsa, usable_ecdsa; /* whatever the certificate, with an RSA one, ... */
    const dx_suite_setting *usable;
    const dx_algorithm_setting *block;
} suites;

static void
judge_suite(suites *sum, const dx_facts *facts, const dx_context *context, const dx_cipher *cipher,
            dx_key_type key)
{
    const dx_protocol_setting *setting;
    const dx_suite_setting *row = listed(context, cipher->code);
    const dx_algorithm_setting *block = blocked_by(context, cipher);
    bool wrong_key =
        (key == DX_KEY_TYPE_RSA && cipher->auth == DX_AUTH_ECDSA) ||
        (key == DX_KEY_TYPE_ECDSA && (cipher->auth == DX_AUTH_RSA || cipher->exchange == DX_EXCHANGE_RSA));
    uint16_t needs = cipher->tls13 ? DX_TLS13 : cipher->tls12_only ? DX_TLS12 : 0;
    bool wrong_version = needs && (!dx_offers_version(facts->offer, needs) ||
                                   version_state(context, needs, &setting) == STATE_OFF);

    sum->num_known++;
    if (block) {
        sum->num_blocked++;
        sum->block = block;
    }
    if (block || !row || wrong_key || wrong_version)
        return;
    sum->num_usable++;
    sum->usable = row;
    sum->usable_any |= cipher->auth == DX_AUTH_ANY || key != DX_KEY_TYPE_UNKNOWN;
    sum->usable_rsa |= cipher->auth == DX_AUTH_RSA;
    sum->usable_ecdsa |= cipher->auth == DX_AUTH_ECDSA;
}

/* The kind of key that the server's certificate has; UNKNOWN when the files do not tell. */
static dx_key_type
key_type(const dx_facts *facts, const dx_context *context)
{
    dx_certificate_use use;
    const dx_stored_certificate *certificate =
        dx_files_certificate_use(&use, facts, context) ? use.certificate : NULL;
    return certificate ? certificate->type : DX_KEY_TYPE_UNKNOWN;
}

dx_files_answer
dx_configured_suites(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    suites sum = {0};
    dx_key_type key = key_type(facts, context);

    for (unsigned i = 0; i < facts->offer->ciphers.num; i++) {
        const dx_cipher *cipher = dx_cipher_find(facts->offer->ciphers.item[i]);
        if (cipher && cipher->auth != DX_AUTH_OTHER && cipher->exchange != DX_EXCHANGE_OTHER)
            judge_suite(&sum, facts, context, cipher, key);
    }
    if (sum.num_known && sum.num_blocked == sum.num_known) {
        char *name = dx_safe(sum.block->name, 40);
        dx_file_say(files, sum.block->where,
                    "%s is disabled; every suite that the client offers needs an "
                    "algorithm that is",
                    name);
        g_free(name);
        return DX_FILES_CONFIRM;
    }
    unsigned num;
    const dx_suite_setting *first = first_suite(context, &num);
    if (!first || !sum.num_known)
        return DX_FILES_SILENT;
    if (sum.num_usable) {
        dx_file_say(files, sum.usable->where, "%s is on, and the client offers it",
                    dx_cipher_name(sum.usable->cipher));
        return sum.usable_any || (sum.usable_rsa && sum.usable_ecdsa) ? DX_FILES_EXCLUDE : DX_FILES_SILENT;
    }
    dx_file_say(files, first->where,
                "none of the %u suites that are on can be used with the %u that the client offers%s", num,
                sum.num_known,
                key == DX_KEY_TYPE_RSA     ? " and an RSA certificate"
                : key == DX_KEY_TYPE_ECDSA ? " and an ECDSA certificate"
                                           : "");
    bool whole = !dx_evidence_has(context->evidence, DX_KIND_tls_cipher_suite) ||
                 dx_evidence_whole(context->evidence, DX_KIND_tls_cipher_suite);
    return whole ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}

/* Every suite that the client offers needs a group. */
static bool
needs_group(const dx_offer *offer)
{
    for (unsigned i = 0; i < offer->ciphers.num; i++) {
        const dx_cipher *cipher = dx_cipher_find(offer->ciphers.item[i]);
        if (cipher && !cipher->tls13 && cipher->exchange != DX_EXCHANGE_ECDHE &&
            cipher->exchange != DX_EXCHANGE_OTHER)
            return false;
    }
    return true;
}

dx_files_answer
dx_configured_groups(const dx_facts *facts, const dx_context *context, dx_file_finding *files)
{
    const GArray *curves = context->evidence->curves;
    bool local = true;

    for (unsigned i = 0; i < curves->len; i++)
        local &= g_array_index(curves, dx_curve_setting, i).local;
    const dx_curve_setting *first = NULL;
    for (unsigned i = 0; i < curves->len; i++) {
        const dx_curve_setting *curve = &g_array_index(curves, dx_curve_setting, i);
        if (curve->local != local)
            continue;
        first = first ? first : curve;
        for (unsigned j = 0; j < facts->offer->groups.num; j++)
            if (facts->offer->groups.item[j] == curve->group) {
                dx_file_say(files, curve->where, "%s is on, and the client offers it",
                            dx_group_name(curve->group));
                return DX_FILES_EXCLUDE;
            }
    }
    if (!first || !facts->offer->groups.num)
        return DX_FILES_SILENT;
    dx_file_say(files, first->where,
                "none of the curves that are on is among the groups that the client offers");
    return needs_group(facts->offer) ? DX_FILES_CONFIRM : DX_FILES_SUGGEST;
}

/* SendExtraRecord: 0 for those that ask for it, 1 always, 2 never (KB2643584). */
dx_files_answer
dx_configured_split(const dx_context *context, dx_file_finding *files)
{
    const dx_evidence_store *store = context->evidence;
    dx_files_answer answer = DX_FILES_SILENT;

    for (unsigned i = 0; i < store->splits->len; i++) {
        const dx_split_setting *setting = &g_array_index(store->splits, dx_split_setting, i);
        if (setting->image) {
            char *image = dx_safe(setting->image, 60);
            dx_file_say(files, setting->where, "the record split is %s for %s",
                        setting->value ? "enabled" : "disabled", image);
            g_free(image);
            if (setting->value && answer == DX_FILES_SILENT)
                answer = DX_FILES_CONFIRM;
            continue;
        }
        static const char *const meaning[] = {"for programs that ask for it", "for every program",
                                              "for none"};
        dx_file_say(files, setting->where, "SendExtraRecord is %u: records are split %s", setting->value,
                    setting->value < G_N_ELEMENTS(meaning) ? meaning[setting->value] : "in an unknown way");
        if (setting->value == 1 && answer == DX_FILES_SILENT)
            answer = DX_FILES_CONFIRM;
        if (setting->value == 2)
            answer = DX_FILES_CONTRADICTED; /* there is a split: another client's registry, or no Schannel */
    }
    return answer;
}
