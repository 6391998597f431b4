/* wolfssl.c - a DTLS peer on wolfSSL: wolfssl server|client ADDRESS PORT [cert=FILE] [key=FILE] [ca=FILE]
 *             [version=13] [psk=KEY] [cid=ID] [mutual=1]
 *
 * The server sends back what it gets; the client checks name and certificate (not with a key), says a word
 * twice and leaves. DTLS 1.3 and connection IDs: with a wolfSSL that has them, which Debian's has not.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <wolfssl/options.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <wolfssl/ssl.h>

static const char *
option(int argc, char **argv, const char *name)
{
    size_t len = strlen(name);

    for (int i = 4; i < argc; i++)
        if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=')
            return argv[i] + len + 1;
    return NULL;
}

static const char *shared_key; /* NULL: certificates */

static unsigned
put_key(unsigned char *key, unsigned max)
{
    size_t len = strlen(shared_key);

    if (len > max)
        return 0;
    memcpy(key, shared_key, len);
    return (unsigned)len;
}

static unsigned
client_key(WOLFSSL *ssl, const char *hint, char *identity, unsigned max_identity, unsigned char *key,
           unsigned max)
{
    (void)ssl;
    (void)hint;
    snprintf(identity, max_identity, "device");
    return put_key(key, max);
}

static unsigned
server_key(WOLFSSL *ssl, const char *identity, unsigned char *key, unsigned max)
{
    (void)ssl;
    (void)identity;
    return put_key(key, max);
}

static WOLFSSL_METHOD *
method(int server, const char *version)
{
#ifdef WOLFSSL_DTLS13
    if (version && strcmp(version, "13") == 0)
        return server ? wolfDTLSv1_3_server_method() : wolfDTLSv1_3_client_method();
#endif
    (void)version;
    return server ? wolfDTLSv1_2_server_method() : wolfDTLSv1_2_client_method();
}

static void
use_cid(WOLFSSL *ssl, const char *id)
{
#ifdef WOLFSSL_DTLS_CID
    if (id) {
        wolfSSL_dtls_cid_use(ssl);
        wolfSSL_dtls_cid_set(ssl, (unsigned char *)id, (unsigned)strlen(id));
    }
#endif
    (void)ssl;
    (void)id;
}

static int
fails(WOLFSSL *ssl, int result)
{
    char text[80];
    int error = wolfSSL_get_error(ssl, result);

    if (result == WOLFSSL_SUCCESS)
        return 0;
    printf("%d %s\n", error, wolfSSL_ERR_error_string((unsigned long)error, text));
    fflush(stdout);
    return 1;
}

static void
serve(WOLFSSL_CTX *context, int fd, const char *cid)
{
    struct sockaddr_in peer;
    char bytes[2000];
    int got;

    for (;;) {
        WOLFSSL *ssl = wolfSSL_new(context);
        socklen_t len = sizeof peer;
        recvfrom(fd, bytes, sizeof bytes, MSG_PEEK, (struct sockaddr *)&peer, &len);
        wolfSSL_dtls_set_peer(ssl, &peer, len);
        use_cid(ssl, cid);
        wolfSSL_set_fd(ssl, fd);
        if (!fails(ssl, wolfSSL_accept(ssl))) {
            while ((got = wolfSSL_read(ssl, bytes, sizeof bytes)) > 0)
                wolfSSL_write(ssl, bytes, got);
            wolfSSL_shutdown(ssl);
        }
        wolfSSL_free(ssl);
    }
}

int
main(int argc, char **argv)
{
    int server = strcmp(argv[1], "server") == 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[3]))};
    const char *ca = option(argc, argv, "ca"), *cert = option(argc, argv, "cert");
    char bytes[100];

    inet_pton(AF_INET, argv[2], &address.sin_addr);
    wolfSSL_Init();
    WOLFSSL_CTX *context = wolfSSL_CTX_new(method(server, option(argc, argv, "version")));
    shared_key = option(argc, argv, "psk");
#ifndef NO_PSK
    if (shared_key && server)
        wolfSSL_CTX_set_psk_server_callback(context, server_key);
    else if (shared_key)
        wolfSSL_CTX_set_psk_client_callback(context, client_key);
#endif
    if (cert) {
        wolfSSL_CTX_use_certificate_chain_file(context, cert);
        wolfSSL_CTX_use_PrivateKey_file(context, option(argc, argv, "key"), WOLFSSL_FILETYPE_PEM);
    }
    if (ca)
        wolfSSL_CTX_load_verify_locations(context, ca, NULL);
    int verify = shared_key || (server && !option(argc, argv, "mutual"))
                     ? WOLFSSL_VERIFY_NONE
                     : WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    wolfSSL_CTX_set_verify(context, verify, NULL);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (server) {
        bind(fd, (struct sockaddr *)&address, sizeof address);
        serve(context, fd, option(argc, argv, "cid"));
        return 1;
    }
    connect(fd, (struct sockaddr *)&address, sizeof address);
    WOLFSSL *ssl = wolfSSL_new(context);
    wolfSSL_dtls_set_peer(ssl, &address, sizeof address);
    if (!shared_key)
        wolfSSL_check_domain_name(ssl, "www.example.com");
    use_cid(ssl, option(argc, argv, "cid"));
    wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, "www.example.com", 15);
    wolfSSL_set_fd(ssl, fd);
    if (fails(ssl, wolfSSL_connect(ssl)))
        return 1;
    for (int i = 0; i < 2; i++) {
        wolfSSL_write(ssl, "hello", 5);
        printf("%d bytes\n", wolfSSL_read(ssl, bytes, sizeof bytes));
    }
    wolfSSL_shutdown(ssl);
    return 0;
}
