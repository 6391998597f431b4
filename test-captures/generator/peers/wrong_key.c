/* wrong_key.c - lets openssl s_server serve a certificate with a key that is not its own
 *
 * For LD_PRELOAD: OpenSSL compares the two with this function before it takes them.
 * SPDX-License-Identifier: GPL-2.0-or-later */
int X509_check_private_key(const void *certificate, const void *key);

int
X509_check_private_key(const void *certificate, const void *key)
{
    (void)certificate;
    (void)key;
    return 1;
}
