/* test_infer.c - what encrypted records are by their lengths, worked out by hand from the RFCs of infer.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "facts/infer.h"
#include "knowledge/names.h"

enum { GCM_SHA256 = 0x1301, GCM_SHA384 = 0x1302, CCM_8 = 0x1305, UNKNOWN = 0xeeee };

/* Content, one byte of type, a tag of 16 bytes or 8; JSSE's padding is 16 more. */
static void
test_tls13(void)
{
    static const struct {
        uint16_t cipher, alert, finished, empty_certificate, empty_and_finished, settings;
    } rows[] = {{GCM_SHA256, 19, 53, 25, 61, 63},
                {GCM_SHA384, 19, 69, 25, 77, 79},
                {CCM_8, 11, 45, 17, 53, 55},
                {UNKNOWN, 19, 53, 25, 61, 63}};
    enum { PADDING = 16, EMPTY = 8 };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint16_t cipher = rows[i].cipher;
        for (uint16_t len = 0; len < 200; len++) {
            bool alert = len == rows[i].alert, padded = len == rows[i].alert + PADDING;
            g_assert_cmpint(dx_infer_alert13(cipher, len), ==, alert || padded);
            g_assert_cmpint(dx_infer_alert13_of(cipher, len, false), ==, alert);
            g_assert_cmpint(dx_infer_alert13_of(cipher, len, true), ==, padded);
            bool finished = len == rows[i].finished, wide = len == rows[i].finished + PADDING;
            g_assert_cmpint(dx_infer_finished13(cipher, len), ==, finished || wide);
            g_assert_cmpint(dx_infer_padded_finished13(cipher, len), ==, wide);
            bool empty = len == rows[i].empty_certificate || len == rows[i].empty_certificate + PADDING ||
                         len == rows[i].empty_and_finished || len == rows[i].empty_and_finished + PADDING;
            g_assert_cmpint(dx_infer_empty_certificate13(cipher, len), ==, empty);
            g_assert_cmpint(dx_infer_settings13(cipher, len, false), ==, len == rows[i].settings);
            g_assert_cmpint(dx_infer_settings13(cipher, len, true), ==, len == rows[i].settings + EMPTY);
            int around = rows[i].alert - 2;
            g_assert_cmpuint(dx_infer_content13(cipher, len), ==, (unsigned)MAX(len - around, 0));
        }
    }
}

/* A CertificateVerify: 4 bytes of header, 2 of scheme, 2 of length, and the signature: Ed25519 has 64 bytes,
 * ECDSA on P-256 up to 72, on P-384 up to 104, and a few less (DER), RSA what the key has. */
static void
test_signature(void)
{
    for (uint16_t len = 0; len < 700; len++) {
        unsigned signature = len < 8 ? 0 : len - 8;
        bool is = (signature >= 64 && signature <= 72) || (signature >= 98 && signature <= 104) ||
                  signature == 256 || signature == 384 || signature == 512;
        g_test_message("%u", signature);
        g_assert_cmpint(dx_infer_signature13(GCM_SHA256, (uint16_t)(len + 17)), ==, is);
        g_assert_cmpint(dx_infer_signature13(CCM_8, (uint16_t)(len + 9)), ==, is);
    }
}

/* Packet number, CRYPTO frame and the Finished in it, the tag; an ACK frame beside it. */
static void
test_quic(void)
{
    g_assert_cmpint(dx_infer_quic_finished(GCM_SHA256, 55), ==, -1);
    g_assert_cmpint(dx_infer_quic_finished(GCM_SHA256, 56), ==, 0);
    g_assert_cmpint(dx_infer_quic_finished(GCM_SHA256, 70), ==, 0);
    g_assert_cmpint(dx_infer_quic_finished(GCM_SHA256, 71), ==, 1);
    g_assert_cmpint(dx_infer_quic_finished(GCM_SHA384, 71), ==, -1);
    g_assert_cmpint(dx_infer_quic_finished(GCM_SHA384, 72), ==, 0);
}

/* One byte, the MAC, at least one byte of padding; from TLS 1.1 on an IV of a block before it. */
static void
test_split(void)
{
    enum {
        AES_SHA = 0x002f,
        AES_SHA256 = 0x003c,
        TRIPLE_DES = 0x000a,
        ECDHE_SHA384 = 0xc028,
        RC4 = 0x0005,
        GCM = 0x009c
    };
    static const struct {
        uint16_t cipher, version;
        bool encrypt_then_mac;
        uint16_t len;
    } rows[] = {{AES_SHA, DX_TLS10, false, 32},     {AES_SHA, DX_SSL3, false, 32},
                {AES_SHA, DX_TLS11, false, 48},     {AES_SHA, DX_TLS12, false, 48},
                {AES_SHA, DX_TLS12, true, 52},      {AES_SHA, DX_TLS10, true, 36},
                {AES_SHA256, DX_TLS12, false, 64},  {TRIPLE_DES, DX_TLS10, false, 24},
                {TRIPLE_DES, DX_TLS12, false, 32},  {ECDHE_SHA384, DX_TLS12, false, 80},
                {ECDHE_SHA384, DX_TLS12, true, 80}, {RC4, DX_TLS10, false, 0},
                {GCM, DX_TLS12, false, 0},          {UNKNOWN, DX_TLS10, false, 0}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpuint(dx_infer_split_record(rows[i].cipher, rows[i].version, rows[i].encrypt_then_mac), ==,
                         rows[i].len);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/infer/tls13", test_tls13);
    g_test_add_func("/infer/quic", test_quic);
    g_test_add_func("/infer/signature", test_signature);
    g_test_add_func("/infer/split", test_split);
    return g_test_run();
}
