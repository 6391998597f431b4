/* retired.c - chains that end below a root of the past
 *
 * An old client follows the chain that it is sent up to the old root and finds it expired; a newer one
 * stops at the newer root, which it has itself.
 * Source: letsencrypt.org, "DST Root CA X3 Expiration (September 2021)"; Sectigo, "AddTrust External Root
 * Expiring May 30, 2020".
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/retired.h"

#include <string.h>

#include "facts/authentication.h"

/* Roots that signed others, and the day on which they expired (notAfter of the root, seconds since the
 * epoch). */
static const struct {
    const char *name;
    int64_t until;
} retired[] = {
    {"CN=DST Root CA X3", 1633010475},                       /* 2021-09-30 */
    {"CN=AddTrust External CA Root", 1590835718},            /* 2020-05-30 */
    {"CN=Baltimore CyberTrust Root", 1747094340},            /* 2025-05-12 */
    {"CN=GTE CyberTrust Global Root", 1534204740},           /* 2018-08-13 */
    {"OU=Equifax Secure Certificate Authority", 1534956111}, /* 2018-08-22 */
    {"OU=GlobalSign Root CA - R2", 1639555200},              /* 2021-12-15 */
};

static bool
is_root_like(const dx_certificate_info *info)
{
    char *lower = g_ascii_strdown(info->subject ? info->subject : "", -1);
    bool root = info->authority && (strstr(lower, "root") || strstr(lower, "primary certification"));

    g_free(lower);
    return root;
}

bool
dx_root_has_expired(const char *issuer, int64_t now)
{
    for (unsigned i = 0; issuer && i < G_N_ELEMENTS(retired); i++)
        if (strstr(issuer, retired[i].name) && now > retired[i].until)
            return true;
    return false;
}

const char *
dx_retired_root(const dx_facts *facts, const dx_context *context, bool *known)
{
    dx_judgement judgement;

    *known = false;
    if (!dx_authentication_dated(facts) ||
        !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) ||
        judgement.num_path < 2 || judgement.has_root)
        return NULL;
    unsigned last = judgement.path[judgement.num_path - 1];
    const dx_certificate_info *info = dx_certificate_read(facts->chain->certificate[last]);
    *known = dx_root_has_expired(info->issuer, facts->server_hello_us / G_USEC_PER_SEC);
    return *known || is_root_like(info) ? info->issuer : NULL;
}

bool
dx_expired_cross(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    if (!dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !(judgement.defects & DX_BIT(DX_DEFECT_ISSUER_EXPIRED)))
        return false;
    const dx_certificate_info *info =
        dx_certificate_read(facts->chain->certificate[judgement.at[DX_DEFECT_ISSUER_EXPIRED]]);
    return info->self_issued || is_root_like(info) ||
           dx_root_has_expired(info->issuer, facts->server_hello_us / G_USEC_PER_SEC);
}
