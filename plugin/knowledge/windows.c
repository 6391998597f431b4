/* windows.c - looks Windows events, error codes and releases up in the tables of the .def files
 *
 * The tables of events and errors are sorted by number (tests/unit/test_knowledge.c checks it).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/windows.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "knowledge/names.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define X(id, provider, side, meaning) {id, DX_LOG_##side, DX_PROVIDER_NAME_##provider, meaning},
static const dx_event events[] = {
#include "knowledge/events.def"
};
#undef X

#define X(code, name, meaning) {code, #name, meaning},
static const dx_windows_error errors[] = {
#include "knowledge/windows_errors.def"
};
#undef X

/* By designated index: a release that the .def file lacks stays without a token and is not found. */
#define X(os, token, name, ssl2, ssl3, tls10, tls11, tls12, tls13, ecdhe_rsa_gcm)                            \
    [DX_OS_##os] = {DX_OS_##os,                                                                              \
                    token,                                                                                   \
                    name,                                                                                    \
                    DX_SUPPORT_##ssl2,                                                                       \
                    DX_SUPPORT_##ssl3,                                                                       \
                    DX_SUPPORT_##tls10,                                                                      \
                    DX_SUPPORT_##tls11,                                                                      \
                    DX_SUPPORT_##tls12,                                                                      \
                    DX_SUPPORT_##tls13,                                                                      \
                    ecdhe_rsa_gcm},
static const dx_windows releases[DX_NUM_OS] = {
#include "knowledge/windows_releases.def"
};
#undef X

static int
compare_event(const void *key, const void *row)
{
    return (int)*(const uint16_t *)key - (int)((const dx_event *)row)->id;
}

static int
compare_error(const void *key, const void *row)
{
    uint32_t code = *(const uint32_t *)key;
    uint32_t other = ((const dx_windows_error *)row)->code;
    return (code > other) - (code < other);
}

const dx_event *
dx_event_find(uint16_t id)
{
    return bsearch(&id, events, COUNT(events), sizeof events[0], compare_event);
}

const dx_windows_error *
dx_windows_error_find(uint32_t code)
{
    return bsearch(&code, errors, COUNT(errors), sizeof errors[0], compare_error);
}

const dx_windows_error *
dx_windows_error_by_name(const char *name)
{
    for (size_t i = 0; name && i < COUNT(errors); i++) {
        if (strcmp(errors[i].name, name) == 0)
            return &errors[i];
    }
    return NULL;
}

const dx_windows *
dx_windows_find(dx_os os)
{
    if ((int)os <= DX_OS_UNKNOWN || (int)os >= DX_NUM_OS || !releases[os].token)
        return NULL;
    return &releases[os];
}

dx_support
dx_windows_support(const dx_windows *windows, uint16_t version)
{
    if (!windows)
        return DX_SUPPORT_UNSURE;
    switch (version) {
    case DX_SSL2:
        return windows->ssl2;
    case DX_SSL3:
        return windows->ssl3;
    case DX_TLS10:
        return windows->tls10;
    case DX_TLS11:
        return windows->tls11;
    case DX_TLS12:
        return windows->tls12;
    case DX_TLS13:
        return windows->tls13;
    default:
        return DX_SUPPORT_NO;
    }
}
