/* wolfssl.c - a DTLS 1.2 peer on wolfSSL: wolfssl server|client ADDRESS PORT [cert=FILE] [key=FILE] [ca=FILE]
 *
 * The server sends back what it gets; the client checks name and certificate, says a word twice and leaves.
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
serve(WOLFSSL_CTX *context, int fd)
{
    struct sockaddr_in peer;
    char bytes[2000];
    int got;

    for (;;) {
        WOLFSSL *ssl = wolfSSL_new(context);
        socklen_t len = sizeof peer;
        recvfrom(fd, bytes, sizeof bytes, MSG_PEEK, (struct sockaddr *)&peer, &len);
        wolfSSL_dtls_set_peer(ssl, &peer, len);
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
    WOLFSSL_CTX *context =
        wolfSSL_CTX_new(server ? wolfDTLSv1_2_server_method() : wolfDTLSv1_2_client_method());
    if (cert) {
        wolfSSL_CTX_use_certificate_chain_file(context, cert);
        wolfSSL_CTX_use_PrivateKey_file(context, option(argc, argv, "key"), WOLFSSL_FILETYPE_PEM);
    }
    if (ca)
        wolfSSL_CTX_load_verify_locations(context, ca, NULL);
    wolfSSL_CTX_set_verify(context, server ? WOLFSSL_VERIFY_NONE : WOLFSSL_VERIFY_PEER, NULL);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (server) {
        bind(fd, (struct sockaddr *)&address, sizeof address);
        serve(context, fd);
        return 1;
    }
    connect(fd, (struct sockaddr *)&address, sizeof address);
    WOLFSSL *ssl = wolfSSL_new(context);
    wolfSSL_dtls_set_peer(ssl, &address, sizeof address);
    wolfSSL_check_domain_name(ssl, "www.example.com");
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
