/* quic_versions.c - the versions of QUIC whose Initial packets can be read
 *
 * Source: RFC 9001 section 5.2, RFC 9369 section 3.3.1; draft-ietf-quic-tls-22 to -34 section 5.2 (the salt
 *         changed with 23, 29 and 33); Google's T050 and T051: nDPI 4 and Wireshark 4.0; Facebook's: mvfst,
 *         quic/QuicConstants.h and getQuicVersionSalt (its aliases of v1 have v1's, all others draft 23's)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/quic_versions.h"

#include <stddef.h>

#define V1       0x00000001
#define V2       0x6b3343cf /* RFC 9369 section 3.1 */
#define V2_DRAFT 0x709a50c4 /* draft-ietf-quic-v2-01 to -04 */

typedef struct {
    uint32_t first, last;
    const char *name;
    uint8_t salt[20];
} row;

#define SALT_V1                                                                                              \
    {                                                                                                        \
        0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad,      \
            0xcc, 0xbb, 0x7f, 0x0a                                                                           \
    }
#define SALT_22                                                                                              \
    {                                                                                                        \
        0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd,      \
            0x7a, 0x02, 0x64, 0x4a                                                                           \
    }
#define SALT_23                                                                                              \
    {                                                                                                        \
        0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65,      \
            0xbe, 0xf9, 0xf5, 0x02                                                                           \
    }
#define SALT_29                                                                                              \
    {                                                                                                        \
        0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0,      \
            0x43, 0x90, 0xa8, 0x99                                                                           \
    }

static const row rows[] = {
    {V1, V1, "v1", SALT_V1},
    {V2, V2, "v2", {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                    0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9}},
    {V2_DRAFT, V2_DRAFT, "draft of v2", {0xa7, 0x07, 0xc2, 0x03, 0xa5, 0x9b, 0x47, 0x18, 0x4a, 0x1d,
                                         0x62, 0xca, 0x57, 0x04, 0x06, 0xea, 0x7a, 0xe3, 0xe5, 0xd3}},
    {0xff000016, 0xff000016, "draft 22", SALT_22},
    {0xff000017, 0xff00001c, "draft 23 to 28", SALT_23},
    {0xff00001d, 0xff000020, "draft 29 to 32", SALT_29},
    {0xff000021, 0xff000022, "draft 33 and 34", SALT_V1},
    {0xfaceb001, 0xfaceb001, "Facebook's draft 22", SALT_22},
    {0xfaceb002, 0xfaceb002, "Facebook's draft 27", SALT_23},
    {0xfaceb003, 0xfaceb004, "Facebook's v1", SALT_V1},
    {0xfaceb00d, 0xfaceb015, "Facebook's draft 27", SALT_23},
    {0x54303530, 0x54303530, "Google's T050", {0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80,
                                               0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10}},
    {0x54303531, 0x54303531, "Google's T051", {0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50,
                                               0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d}},
};

bool
dx_quic_is_v2(uint32_t version)
{
    return version == V2 || version == V2_DRAFT;
}

static const row *
find(uint32_t version)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (version >= rows[i].first && version <= rows[i].last)
            return &rows[i];
    return NULL;
}

const uint8_t *
dx_quic_salt(uint32_t version)
{
    const row *found = find(version);
    return found ? found->salt : NULL;
}

bool
dx_quic_is_strange(uint32_t version)
{
    bool reserved = (version & 0x0f0f0f0f) == 0x0a0a0a0a, draft = version >> 8 == 0xff0000,
         google = version >> 16 == 0x5430;

    return (reserved || draft || google) && !find(version);
}

const char *
dx_quic_version_name(uint32_t version)
{
    const row *found = find(version);
    return found ? found->name : NULL;
}
