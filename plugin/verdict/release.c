/* release.c - what the release of Windows that the administrator named cannot do for a ClientHello
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/release.h"

#include "knowledge/names.h"

bool
dx_release_without_versions(const dx_facts *facts, const dx_context *context)
{
    const dx_windows *windows = dx_windows_find(context->preferences->server_os);

    if (!windows || !facts->offer || !facts->offer->versions.num || !facts->offer->versions_listed)
        return false;
    for (unsigned i = 0; i < facts->offer->versions.num; i++)
        if (dx_windows_support(windows, facts->offer->versions.item[i]) >= DX_SUPPORT_ON)
            return false;
    return true;
}

/* Nothing but ECDHE_RSA suites with GCM or ChaCha20, TLS 1.3 aside. */
static bool
only_ecdhe_rsa_aead(const dx_offer *offer)
{
    for (unsigned i = 0; i < offer->ciphers.num; i++) {
        const dx_cipher *cipher = dx_cipher_find(offer->ciphers.item[i]);
        if (cipher && !cipher->tls13 &&
            !(cipher->exchange == DX_EXCHANGE_ECDHE && cipher->auth == DX_AUTH_RSA &&
              cipher->mode != DX_MODE_CBC))
            return false;
    }
    return offer->ciphers.num > 0;
}

const dx_windows *
dx_release_without_suites(const dx_facts *facts, const dx_context *context)
{
    const dx_windows *windows = dx_windows_find(context->preferences->server_os);

    return windows && !windows->ecdhe_rsa_gcm && only_ecdhe_rsa_aead(facts->offer) ? windows : NULL;
}
