/* interception.c - what tells that a certificate was made by a device on the path
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/interception.h"

#include <string.h>

#include "facts/authentication.h"

/* Parts of the names that products give the CA with which they sign, or that administrators do; lower case.
 * Source: the products' manuals (the CA certificate to be installed on clients); squid: the example of its
 * SslBump documentation. */
static const char *const marks[] = {
    "proxy",      "inspection",     "interception", "firewall",    "web filter", "webfilter",
    "ssl filter", "content filter", "web gateway",  "mitm",        "zscaler",    "fortinet",
    "fortigate",  "palo alto",      "blue coat",    "bluecoat",    "netskope",   "forcepoint",
    "websense",   "sophos",         "sonicwall",    "watchguard",  "barracuda",  "cisco umbrella",
    "squid",      "fiddler",        "charles ",     "portswigger", "untangle",   "kaspersky anti-virus",
    "eset ssl",   "avast! web",     "avg web/mail", "bitdefender", "smoothwall", "lightspeed",
    "securly",    "contentkeeper",  "do_not_trust", "opnsense",    "pfsense-ca", "iboss",
};

static bool
has_mark(const char *name)
{
    char *lower = name ? g_ascii_strdown(name, -1) : NULL;
    bool found = false;

    for (unsigned i = 0; lower && i < G_N_ELEMENTS(marks) && !found; i++)
        found = strstr(lower, marks[i]) != NULL;
    g_free(lower);
    return found;
}

const char *
dx_interceptor(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;
    const unsigned own = DX_BIT(DX_DEFECT_SELF_SIGNED);

    if (!dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) ||
        judgement.trust == DX_TRUST_YES || (judgement.defects & own))
        return NULL;
    for (unsigned i = 0; i < judgement.num_path; i++) {
        const dx_certificate_info *info = dx_certificate_read(facts->chain->certificate[judgement.path[i]]);
        if (has_mark(info->issuer))
            return info->issuer;
    }
    return NULL;
}

bool
dx_tunnel_is_opened(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    return facts->tunnel && dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) &&
           judgement.trust == DX_TRUST_NO && !(judgement.defects & DX_BIT(DX_DEFECT_SELF_SIGNED));
}
