/* causes.c - the table of all causes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"

static const dx_cause *const table[] = {
#define DX_ROW(slug) &dx_cause_##slug,
#include "causes/causes.def"
#undef DX_ROW
};

const dx_causes *
dx_all_causes(void)
{
    static const dx_causes causes = {
        .cause = table,
        .num = G_N_ELEMENTS(table),
        .reader =
            {
                [DX_DIMENSION_VERSION] = &dx_cause_protocol_version_mismatch,
                [DX_DIMENSION_CIPHER] = &dx_cause_cipher_mismatch,
                [DX_DIMENSION_GROUP] = &dx_cause_group_mismatch,
                [DX_DIMENSION_SIGNATURE] = &dx_cause_signature_algorithm_mismatch,
                [DX_DIMENSION_NAME] = &dx_cause_sni_binding_missing,
                [DX_DIMENSION_NO_NAME] = &dx_cause_sni_not_sent,
                [DX_DIMENSION_ALPN] = &dx_cause_alpn_mismatch,
                [DX_DIMENSION_SIZE] = &dx_cause_client_hello_intolerance,
            },
    };
    return &causes;
}
