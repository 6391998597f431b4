/* test_evidence_listeners.c - what is read of the settings of nginx, Apache and HAProxy
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"

/* Each listener as "line port TLS first versions names". */
static void
expect(const char *text, const char *wanted)
{
    dx_evidence_store *store = read_text(text);
    GString *got = g_string_new(NULL);

    for (unsigned i = 0; i < store->listeners->len; i++) {
        const dx_listener *row = ITEM(store->listeners, dx_listener, i);
        char *at = dx_endpoint_text(&row->endpoint);
        g_string_append_printf(got, "%u %s%s%s%s%s %x %s\n", row->where.line, at,
                               row->endpoint.datagram ? " UDP" : "", row->tls ? " TLS" : "",
                               row->first ? " first" : "", row->reject ? " reject" : "", row->versions,
                               row->names ? row->names : "?");
        g_free(at);
    }
    g_assert_cmpstr(got->str, ==, wanted);
    g_string_free(got, TRUE);
    dx_evidence_free(store);
}

static void
test_nginx(void)
{
    expect("server { listen 443 ssl; server_name www.example.com *.example.org; }",
           "1 0.0.0.0:443 TLS 0 www.example.com *.example.org\n");
    expect("http {\n ssl_protocols TLSv1.2 TLSv1.3;\n server {\n  listen [::]:443 ssl default_server;\n"
           "  listen 192.0.2.1:8443 ssl; # listen 1;\n  ssl_protocols TLSv1.3;\n }\n"
           " server { listen 80; location / { return 200 \"} listen 81; {\"; } }\n}\n",
           "4 [::]:443 TLS first 10 \n5 192.0.2.1:8443 TLS 10 \n8 0.0.0.0:80 18 \n");
    /* the old form, QUIC, a socket file, a name */
    expect("server {\n listen 443;\n ssl on;\n listen 443 quic;\n listen unix:/run/x.sock;\n listen "
           "localhost:1;\n}",
           "2 0.0.0.0:443 TLS 0 \n4 0.0.0.0:443 UDP TLS 0 \n");
    expect("server { listen 443 ssl; ssl_reject_handshake on; }", "1 0.0.0.0:443 TLS reject 0 \n");
    expect("stream {\n server { listen 443; }\n}\nmail {\n server { listen 993 ssl; }\n}", "");
    expect("upstream a {\n server 192.0.2.1:443;\n}\nserver_name x;", "");
}

/* Files that are included stand behind the one that includes them. */
static void
test_nginx_dump(void)
{
    static const char head[] =
        "# configuration file /etc/nginx/nginx.conf:\nhttp {\n ssl_protocols TLSv1.2;\n"
        " include /etc/nginx/conf.d/*;\n}\n# configuration file /etc/nginx/conf.d/a:\n";
    static const char server[] = "server { listen 443 ssl; include b; }\n";
    char *whole = g_strconcat(head, server, NULL);
    char *loose = g_strconcat(whole, "# configuration file /etc/nginx/b:\nssl_protocols TLSv1.3;\n", NULL);
    char *names =
        g_strconcat(whole, "# configuration file /etc/nginx/b:\nserver_name www.example.com;\n", NULL);

    expect(whole, "7 0.0.0.0:443 TLS 8 \n");
    expect(loose, "7 0.0.0.0:443 TLS 0 \n"); /* of which server is not known */
    dx_evidence_store *store = read_text(whole);
    g_assert_true(dx_evidence_whole(store, DX_KIND_nginx));
    dx_evidence_free(store);
    const char *parts[] = {names, server};
    for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
        store = read_text(parts[i]);
        expect_kind(store, DX_KIND_nginx);
        g_assert_false(dx_evidence_whole(store, DX_KIND_nginx));
        dx_evidence_free(store);
    }
    g_free(whole);
    g_free(loose);
    g_free(names);
}

static void
test_apache(void)
{
    expect("AH00558: apache2: Could not reliably determine the server's fully qualified domain name\n"
           "VirtualHost configuration:\n"
           "*:443                  is a NameVirtualHost\n"
           "         default server www.example.com (/etc/apache2/www.conf:2)\n"
           "         port 443 namevhost www.example.com (/etc/apache2/www.conf:2)\n"
           "                 alias example.com\n"
           "                 wild alias *.example.org\n"
           "         port 443 namevhost shop.example.net (/etc/apache2/shop.conf:1)\n"
           "192.0.2.1:80           old.example.com (/etc/apache2/old.conf:1)\n"
           "ServerRoot: \"/etc/apache2\"\n"
           "         port 1 namevhost none.example.com (x:1)\n",
           "5 0.0.0.0:443 first 0 www.example.com example.com *.example.org\n"
           "8 0.0.0.0:443 0 shop.example.net\n"
           "9 192.0.2.1:80 first 0 old.example.com\n");
}

static void
test_haproxy(void)
{
    expect("global\n ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets\nfrontend a\n bind :80\n"
           " bind *:443,[::]:443 ssl crt /x ssl-min-ver TLSv1.3\n bind /run/x.sock ssl crt /x\n"
           " bind :8443 ssl crt /x no-tlsv12\n bind :8444 ssl crt /x force-tlsv10\n bind\n",
           "4 0.0.0.0:80 18 ?\n5 0.0.0.0:443 TLS 10 ?\n5 [::]:443 TLS 10 ?\n7 0.0.0.0:8443 TLS 18 ?\n"
           "8 0.0.0.0:8444 TLS 2 ?\n");
    expect("frontend a\n bind :443 ssl crt /x ssl-max-ver TLSv1.2\n", "2 0.0.0.0:443 TLS 0 ?\n");
}

/* Deep, long, cut. */
static void
test_hostile(void)
{
    GString *text = g_string_new("listen 1;\nhttp { server { listen 443 ssl; ");
    for (unsigned i = 0; i < 100; i++)
        g_string_append(text, "if (a) { b c; ");
    for (unsigned i = 0; i < 100; i++)
        g_string_append(text, "} ");
    g_string_append(text, "server_name x; }\nserver { listen 1; ");
    expect(text->str, "2 0.0.0.0:443 TLS 0 x\n");
    dx_evidence_store *store = read_text(text->str);
    g_assert_true(ITEM(store->files, dx_evidence_file, 0)->cut);
    dx_evidence_free(store);
    g_string_free(text, TRUE);
    expect("server { listen \"443", "");
    expect("listen 443;\n} } { ; \"\" '", "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/listeners/nginx", test_nginx);
    g_test_add_func("/evidence/listeners/nginx_dump", test_nginx_dump);
    g_test_add_func("/evidence/listeners/apache", test_apache);
    g_test_add_func("/evidence/listeners/haproxy", test_haproxy);
    g_test_add_func("/evidence/listeners/hostile", test_hostile);
    return g_test_run();
}
