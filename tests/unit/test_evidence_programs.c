/* test_evidence_programs.c - settings and certificates of programs that are not Windows'
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/evidence_tools.h"

#include "knowledge/names.h"

#define SPEAKS(version) ((unsigned)DX_LISTENER_SPEAKS(version))
#define NEW             (SPEAKS(DX_TLS12) | SPEAKS(DX_TLS13))

static const dx_listener *
listener_of(const dx_evidence_store *store, uint16_t port)
{
    for (unsigned i = 0; i < store->listeners->len; i++)
        if (ITEM(store->listeners, dx_listener, i)->endpoint.port == port)
            return ITEM(store->listeners, dx_listener, i);
    return NULL;
}

static void
test_tomcat(void)
{
    dx_evidence_store *store = read_text(
        "<Server><Service>\n<Connector port=\"8080\" protocol=\"HTTP/1.1\"/>\n"
        "<!-- <Connector port=\"9443\" SSLEnabled=\"true\"/> -->\n"
        "<Connector port=\"8009\" protocol=\"AJP/1.3\"/>\n"
        "<Connector port=\"8443\" address=\"192.0.2.1\" SSLEnabled=\"true\">\n"
        "<SSLHostConfig protocols=\"TLSv1.2,TLSv1.3\"/><SSLHostConfig protocols=\"TLSv1.2\"/></Connector>\n"
        "<Connector port=\"8444\" SSLEnabled=\"true\"><SSLHostConfig protocols=\"all\"/></Connector>\n"
        "</Service></Server>\n");

    expect_kind(store, DX_KIND_tomcat);
    g_assert_cmpuint(store->listeners->len, ==, 3);
    const dx_listener *plain = listener_of(store, 8080), *tls = listener_of(store, 8443);
    g_assert_true(plain->tls_told && !plain->tls && plain->endpoint.address.family == 6);
    g_assert_true(tls->tls && tls->endpoint.address.family == 4 && tls->where.line == 5);
    g_assert_cmpuint(tls->versions, ==, NEW);
    g_assert_cmpuint(listener_of(store, 8444)->versions, ==, 0);
    dx_evidence_free(store);
}

static void
test_tomcat_cut(void)
{
    dx_evidence_store *store =
        read_text("<Server>\n<Connector port=\"8080\"/>\n<Connector port=\"8443\" SSLEn");

    g_assert_cmpuint(store->listeners->len, ==, 1);
    g_assert_true(ITEM(store->files, dx_evidence_file, 0)->cut);
    g_assert_false(dx_evidence_whole(store, DX_KIND_tomcat));
    dx_evidence_free(store);
}

/* What is demanded has versions of its own. */
static void
test_postfix(void)
{
    dx_evidence_store *store =
        read_text("smtpd_tls_security_level = may\nsmtpd_tls_protocols = >=TLSv1\n"
                  "smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1\n");

    expect_kind(store, DX_KIND_postfix);
    g_assert_cmpuint(listener_of(store, 25)->versions, ==, NEW | SPEAKS(DX_TLS10) | SPEAKS(DX_TLS11));
    g_assert_cmpuint(listener_of(store, 465)->versions, ==, NEW);
    g_assert_cmpuint(listener_of(store, 587)->versions, ==, NEW);
    g_assert_false(listener_of(store, 587)->tls_told);
    dx_evidence_free(store);
    store =
        read_text("smtpd_tls_security_level = encrypt\nsmtpd_tls_mandatory_protocols = TLSv1.2 TLSv1.3\n");
    g_assert_cmpuint(listener_of(store, 25)->versions, ==, NEW);
    dx_evidence_free(store);
    store = read_text("smtpd_tls_protocols = >=TLSv1.9\n"); /* not known: nothing follows */
    g_assert_cmpuint(store->listeners->len, ==, 0);
    dx_evidence_free(store);
}

static void
test_dovecot(void)
{
    dx_evidence_store *store = read_text("ssl = required\nssl_min_protocol = TLSv1.3\n");

    expect_kind(store, DX_KIND_dovecot);
    g_assert_cmpuint(listener_of(store, 993)->versions, ==, SPEAKS(DX_TLS13));
    g_assert_cmpuint(listener_of(store, 143)->versions, ==, SPEAKS(DX_TLS13));
    dx_evidence_free(store);
    store = read_text("ssl = required\nssl_cert = </etc/ssl/mail.pem\n");
    g_assert_cmpuint(store->listeners->len, ==, 0);
    g_assert_true(ITEM(store->files, dx_evidence_file, 0)->read);
    dx_evidence_free(store);
}

static void
test_keytool(void)
{
    dx_evidence_store *store =
        read_text("Aliasname: www\nEintragstyp: PrivateKeyEntry\nEigentümer: CN=www.example.com\n"
                  "\t SHA1: 1A:1F:94:8B:21:A2:99:36:77:A8:8E:B2:3F:42:8C:7E:47:E3:D1:33\n2048-bit RSA key\n"
                  "Eigentümer: CN=Example CA\n"
                  "\t SHA1: 2A:1F:94:8B:21:A2:99:36:77:A8:8E:B2:3F:42:8C:7E:47:E3:D1:33\n"
                  "Aliasname: ca\nEintragstyp: trustedCertEntry\nEigentümer: CN=Root\n");

    expect_kind(store, DX_KIND_keytool);
    g_assert_cmpuint(store->certificates->len, ==, 2);
    const dx_stored_certificate *own = ITEM(store->certificates, dx_stored_certificate, 0);
    g_assert_cmpstr(own->thumbprint, ==, "1a1f948b21a2993677a88eb23f428c7e47e3d133");
    g_assert_cmpstr(own->subject, ==, "CN=www.example.com");
    g_assert_true(own->key == DX_KEY_NAMED && own->type == DX_KEY_TYPE_RSA);
    g_assert_true(ITEM(store->certificates, dx_stored_certificate, 1)->key == DX_KEY_UNKNOWN);
    dx_evidence_free(store);
}

static void
test_x509(void)
{
    dx_evidence_store *store =
        read_text("SHA1 Fingerprint=1A:1F:94:8B:21:A2:99:36:77:A8:8E:B2:3F:42:8C:7E:47:"
                  "E3:D1:33\nCertificate:\n    Data:\n        Subject: CN = www\n"
                  "            Public Key Algorithm: id-ecPublicKey\n");

    expect_kind(store, DX_KIND_x509_text);
    g_assert_cmpuint(store->certificates->len, ==, 2);
    g_assert_cmpstr(ITEM(store->certificates, dx_stored_certificate, 1)->subject, ==, "CN = www");
    g_assert_true(ITEM(store->certificates, dx_stored_certificate, 1)->type == DX_KEY_TYPE_ECDSA);
    g_assert_true(ITEM(store->certificates, dx_stored_certificate, 1)->key == DX_KEY_UNKNOWN);
    dx_evidence_free(store);
    store = read_text("SHA1 Fingerprint=1A:1F:94:8B:21:A2:u99:36:77:A8:8E:B2:3F:42:8C:7E:47:E3:D::33\n");
    g_assert_cmpuint(store->certificates->len, ==, 0); /* cut or damaged: no thumbprint */
    dx_evidence_free(store);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/programs/tomcat", test_tomcat);
    g_test_add_func("/evidence/programs/tomcat_cut", test_tomcat_cut);
    g_test_add_func("/evidence/programs/postfix", test_postfix);
    g_test_add_func("/evidence/programs/dovecot", test_dovecot);
    g_test_add_func("/evidence/programs/keytool", test_keytool);
    g_test_add_func("/evidence/programs/x509", test_x509);
    return g_test_run();
}
