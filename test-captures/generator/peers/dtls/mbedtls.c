/* mbedtls.c - a DTLS peer on mbedTLS: mbedtls server|client ADDRESS PORT [cert=FILE] [key=FILE] [ca=FILE]
 *             [verify=required] [mtu=BYTES]
 *
 * The server sends back what it gets; the client says a word twice and leaves with a close_notify.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cookie.h>
#include <mbedtls/timing.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int num_options;
static char **options;

static const char *
option(const char *name)
{
    size_t len = strlen(name);

    for (int i = 4; i < num_options; i++)
        if (strncmp(options[i], name, len) == 0 && options[i][len] == '=')
            return options[i] + len + 1;
    return NULL;
}

static void
configure(mbedtls_ssl_config *config, mbedtls_ctr_drbg_context *random, int server)
{
    static mbedtls_x509_crt own, roots;
    static mbedtls_pk_context key;
    static mbedtls_ssl_cookie_ctx cookies;

    mbedtls_ssl_config_defaults(config, server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
                                MBEDTLS_SSL_TRANSPORT_DATAGRAM, MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, random);
    mbedtls_ssl_conf_authmode(config, server && !option("verify") ? MBEDTLS_SSL_VERIFY_NONE
                                                                  : MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_handshake_timeout(config, 1000, 4000);
    if (option("ca")) {
        mbedtls_x509_crt_parse_file(&roots, option("ca"));
        mbedtls_ssl_conf_ca_chain(config, &roots, NULL);
    }
    if (option("cert")) {
        mbedtls_x509_crt_parse_file(&own, option("cert"));
        mbedtls_pk_parse_keyfile(&key, option("key"), NULL);
        mbedtls_ssl_conf_own_cert(config, &own, &key);
    }
    if (server) {
        mbedtls_ssl_cookie_init(&cookies);
        mbedtls_ssl_cookie_setup(&cookies, mbedtls_ctr_drbg_random, random);
        mbedtls_ssl_conf_dtls_cookies(config, mbedtls_ssl_cookie_write, mbedtls_ssl_cookie_check, &cookies);
    }
}

/* One handshake; 0 when it has come about. */
static int
shake_hands(mbedtls_ssl_context *ssl)
{
    char text[200];
    int result;

    do {
        result = mbedtls_ssl_handshake(ssl);
    } while (result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE);
    if (result != 0 && result != MBEDTLS_ERR_SSL_HELLO_VERIFY_REQUIRED) {
        mbedtls_strerror(result, text, sizeof text);
        printf("%s\n", text);
        fflush(stdout);
    }
    return result;
}

static void
serve(mbedtls_ssl_context *ssl, mbedtls_net_context *listener, mbedtls_net_context *peer)
{
    unsigned char address[16], bytes[2000];
    size_t len;
    int got;

    for (;;) {
        mbedtls_net_free(peer);
        mbedtls_ssl_session_reset(ssl);
        if (mbedtls_net_accept(listener, peer, address, sizeof address, &len) != 0)
            return;
        mbedtls_ssl_set_client_transport_id(ssl, address, len);
        if (shake_hands(ssl) != 0)
            continue;
        while ((got = mbedtls_ssl_read(ssl, bytes, sizeof bytes)) > 0)
            mbedtls_ssl_write(ssl, bytes, (size_t)got);
        mbedtls_ssl_close_notify(ssl);
    }
}

int
main(int argc, char **argv)
{
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    mbedtls_net_context listener, peer;
    mbedtls_timing_delay_context timer;
    unsigned char bytes[100];

    num_options = argc;
    options = argv;
    int server = strcmp(argv[1], "server") == 0;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_init(&ssl);
    mbedtls_net_init(&listener);
    mbedtls_net_init(&peer);
    mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0);
    configure(&config, &random, server);
    mbedtls_ssl_setup(&ssl, &config);
    mbedtls_ssl_set_timer_cb(&ssl, &timer, mbedtls_timing_set_delay, mbedtls_timing_get_delay);
    mbedtls_ssl_set_bio(&ssl, &peer, mbedtls_net_send, mbedtls_net_recv, mbedtls_net_recv_timeout);
    if (option("mtu"))
        mbedtls_ssl_set_mtu(&ssl, (uint16_t)atoi(option("mtu")));
    if (server) {
        mbedtls_net_bind(&listener, argv[2], argv[3], MBEDTLS_NET_PROTO_UDP);
        serve(&ssl, &listener, &peer);
        return 1;
    }
    mbedtls_ssl_set_hostname(&ssl, "www.example.com");
    mbedtls_net_connect(&peer, argv[2], argv[3], MBEDTLS_NET_PROTO_UDP);
    if (shake_hands(&ssl) != 0)
        return 1;
    for (int i = 0; i < 2; i++) {
        mbedtls_ssl_write(&ssl, (const unsigned char *)"hello", 5);
        printf("%d bytes\n", mbedtls_ssl_read(&ssl, bytes, sizeof bytes));
    }
    mbedtls_ssl_close_notify(&ssl);
    return 0;
}
