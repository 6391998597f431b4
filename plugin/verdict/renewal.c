/* renewal.c - a certificate that was replaced while the capture ran
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/renewal.h"

#include "facts/text.h"
#include "verdict/contrast.h"

/* Nodes of a pool answer one after the other; who renews a certificate tests, installs, and tests again. */
#define RENEWAL_US (10 * G_USEC_PER_SEC)

static const dx_certificate_info *
leaf_of(const dx_chain *chain)
{
    const dx_certificate *leaf = chain ? dx_chain_leaf(chain) : NULL;

    return leaf ? dx_certificate_read(leaf) : NULL;
}

/* The same leaf was accepted after `since_us`. */
static bool
is_seen_after(const dx_facts *facts, const dx_context *context, int64_t since_us)
{
    for (unsigned i = 0; i < context->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        if (sample->chain && dx_chain_leaf(sample->chain) == dx_chain_leaf(facts->chain) &&
            sample->last_us > since_us)
            return true;
    }
    return false;
}

const dx_sample *
dx_renewed_later(const dx_facts *facts, const dx_context *context)
{
    const dx_certificate_info *old = leaf_of(facts->chain);

    for (unsigned i = 0; old && context->accepted && i < context->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        const dx_certificate_info *fresh = leaf_of(sample->chain);
        bool kin = fresh && (g_strcmp0(fresh->issuer, old->issuer) == 0 ||
                             g_strcmp0(fresh->subject, old->subject) == 0);
        if (kin && sample->sni == facts->sni && fresh->not_before > old->not_before &&
            sample->first_us - facts->last_us >= RENEWAL_US &&
            !is_seen_after(facts, context, sample->first_us))
            return sample;
    }
    return NULL;
}

void
dx_say_renewal(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    const dx_sample *sample = finding->quiet ? NULL : dx_renewed_later(facts, context);

    if (!sample)
        return;
    char *day = dx_time_text(leaf_of(sample->chain)->not_before * G_USEC_PER_SEC);
    char *text = g_strdup_printf("There the server sent a newer certificate, valid from %.10s.", day);
    dx_say_success(finding, sample, text);
    finding->steps =
        "Test it again: a newer certificate was installed later in this capture.\n"
        "If it still fails, install that certificate on the server node that still sends the old "
        "one (thumbprint {thumbprint}).\n";
    g_free(text);
    g_free(day);
}
