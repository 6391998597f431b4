/* late_check.c - what a client's software checks only when the handshake is over
 *
 * Observed, Debian 12: programs with GnuTLS (wget, git, lynx, aria2, lftp) and Node.js check everything then;
 * curl, Python's requests, libpq, MariaDB, python-tds and radsecproxy, all with OpenSSL, only the name;
 * programs with NSS everything, but they say so (an alert behind the Finished). FreeRDP, with OpenSSL, checks
 * everything then, too (tls_connect in libfreerdp/crypto/tls.c). Go, JSSE, BoringSSL, mbedTLS and s_client
 * never do.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/late_check.h"

#include <glib.h>

#include "knowledge/services.h"
#include "verdict/unusual.h"

enum {
    STATUS_REQUEST = 5,
    STATUS_REQUEST_V2 = 17,
    SCT = 18,
    ENCRYPT_THEN_MAC = 22,
    EXTENDED_MASTER_SECRET = 23,
    RECORD_SIZE_LIMIT = 28,
    PSK_KEY_EXCHANGE_MODES = 45,
    SIGNATURES_CERT = 50,
    RENEGOTIATION_INFO = 0xFF01
};

/* AES-CCM, which of all common clients only GnuTLS offers by default beside record_size_limit. */
static bool
offers_ccm(const dx_codes *ciphers)
{
    enum { TLS13_CCM = 0x1304, ECDHE_ECDSA_AES256_CCM = 0xC0AD, ECDHE_ECDSA_AES128_CCM = 0xC0AC };

    return dx_codes_have(ciphers, TLS13_CCM) || dx_codes_have(ciphers, ECDHE_ECDSA_AES256_CCM) ||
           dx_codes_have(ciphers, ECDHE_ECDSA_AES128_CCM);
}

/* Node.js and PHP put AES-128 first among the suites of TLS 1.2, which OpenSSL does not do by itself. */
static bool
has_own_order(const dx_codes *ciphers)
{
    enum { FIRST = 0xC02F, SECOND = 0xC02B };

    for (unsigned i = 0; i + 1 < ciphers->num; i++)
        if (ciphers->item[i] >> 8 != 0x13)
            return ciphers->item[i] == FIRST && ciphers->item[i + 1] == SECOND;
    return false;
}

bool
dx_speaks_radsec(const dx_facts *facts)
{
    const dx_role *role = dx_role_of_port(facts->server_endpoint.port);

    bool carries =
        facts->transport == DX_TRANSPORT_TCP || facts->transport == DX_TRANSPORT_DTLS; /* RFC 7360 */

    return carries && facts->upgrade == DX_UPGRADE_NONE && role && role->id == DX_ROLE_RADSEC;
}

static dx_late_check
of_openssl(const dx_facts *facts)
{
    bool database = facts->upgrade == DX_UPGRADE_POSTGRES || facts->upgrade == DX_UPGRADE_MYSQL ||
                    facts->upgrade == DX_UPGRADE_TDS || dx_speaks_radsec(facts);

    /* s_client -alpn does not offer post_handshake_auth, curl (for mail, files and LDAP too, without ALPN)
     * and Python's HTTP do with TLS 1.3; in QUIC nobody may (RFC 9001 section 4.4) */
    bool http = facts->offer->post_handshake_auth ||
                (facts->offer->num_alpn &&
                 (!dx_offers_version(facts->offer, DX_TLS13) || facts->transport == DX_TRANSPORT_QUIC));

    if (has_own_order(&facts->offer->ciphers) || facts->upgrade == DX_UPGRADE_RDP)
        return DX_LATE_ALL;
    return http || database ? DX_LATE_NAME : DX_LATE_NOTHING;
}

/* By the extensions alone: Schannel's may look like another one's. */
static dx_library
library_of(const dx_codes *extensions, const dx_codes *ciphers)
{
    if (dx_codes_have(extensions, RECORD_SIZE_LIMIT))
        return offers_ccm(ciphers) ? DX_LIBRARY_GNUTLS : DX_LIBRARY_NSS;
    if (dx_codes_have(extensions, ENCRYPT_THEN_MAC))
        return DX_LIBRARY_OPENSSL;
    if (dx_codes_have(extensions, SIGNATURES_CERT) || dx_codes_have(extensions, STATUS_REQUEST_V2))
        return DX_LIBRARY_JSSE;
    return dx_codes_have(extensions, SCT) ? DX_LIBRARY_GO_OR_BORINGSSL : DX_LIBRARY_UNKNOWN;
}

dx_late_check
dx_late_check_of(const dx_facts *facts)
{
    if (!facts->offer || !facts->offer->extensions.num)
        return DX_LATE_ANYTHING;
    switch (library_of(&facts->offer->extensions, &facts->offer->ciphers)) {
    case DX_LIBRARY_GNUTLS:
        return DX_LATE_ALL;
    case DX_LIBRARY_OPENSSL:
        return of_openssl(facts);
    case DX_LIBRARY_JSSE: /* Apache's HttpClient compares the name itself */
        return DX_LATE_NAME;
    case DX_LIBRARY_GO_OR_BORINGSSL:
        return DX_LATE_NOTHING;
    default:
        return DX_LATE_ANYTHING;
    }
}

const char *
dx_late_programs(const dx_facts *facts)
{
    dx_library library = dx_client_library(facts);
    bool openssl = library == DX_LIBRARY_OPENSSL;

    switch (facts->upgrade) {
    case DX_UPGRADE_MYSQL:
        return openssl ? "MariaDB's client" : library == DX_LIBRARY_JSSE ? "Connector/J" : NULL;
    case DX_UPGRADE_POSTGRES:
        return openssl ? "libpq" : NULL;
    case DX_UPGRADE_TDS:
        return openssl ? "python-tds" : NULL;
    default:
        break;
    }
    if (library == DX_LIBRARY_JSSE)
        return facts->upgrade == DX_UPGRADE_NONE || facts->tunnel ? "Apache's HttpClient for Java" : NULL;
    if (!openssl)
        return NULL;
    if (dx_speaks_radsec(facts))
        return "radsecproxy";
    if (!facts->offer->num_alpn)
        return "curl for mail, files and LDAP";
    return dx_offers_protocol(facts->offer, "h2") ? "curl" : "curl and Python's requests";
}

dx_library
dx_client_library(const dx_facts *facts)
{
    if (!facts->offer || facts->offer->dtls)
        return DX_LIBRARY_UNKNOWN;
    if (dx_client_is_schannel(facts))
        return DX_LIBRARY_SCHANNEL;
    return library_of(&facts->offer->extensions, &facts->offer->ciphers);
}

/* Observed: OpenSSL 1.1 and 3 (and mbedTLS, whose alert 42 speaks of the name alone: library/ssl_tls.c) ask
 * for safe renegotiation by the suite's value; GnuTLS and Botan by an extension, and Java does not know
 * encrypt_then_mac. */
bool
dx_client_is_openssl(const dx_facts *facts)
{
    const dx_offer *offer = facts->offer;

    return offer && dx_codes_have(&offer->extensions, ENCRYPT_THEN_MAC) && offer->renegotiation_info &&
           !dx_codes_have(&offer->extensions, RENEGOTIATION_INFO) &&
           !dx_codes_have(&offer->extensions, RECORD_SIZE_LIMIT);
}

bool
dx_client_has_own_stack(const dx_facts *facts)
{
    static const uint16_t others[] = {STATUS_REQUEST_V2, SCT, ENCRYPT_THEN_MAC, RECORD_SIZE_LIMIT,
                                      SIGNATURES_CERT};
    const dx_codes *extensions = facts->offer ? &facts->offer->extensions : NULL;

    for (unsigned i = 0; extensions && i < G_N_ELEMENTS(others); i++)
        if (dx_codes_have(extensions, others[i]))
            return true;
    return false;
}

/* Observed in public captures of Windows 7 to 11: extended_master_secret and renegotiation_info stand at
 * the end in this order, psk_key_exchange_modes alone behind them. */
bool
dx_client_is_schannel(const dx_facts *facts)
{
    if (!facts->offer || dx_client_has_own_stack(facts))
        return false;
    const dx_codes *extensions = &facts->offer->extensions;
    unsigned end = extensions->num;
    if (end && extensions->item[end - 1] == PSK_KEY_EXCHANGE_MODES)
        end--;
    return end > 2 && extensions->item[end - 1] == RENEGOTIATION_INFO &&
           extensions->item[end - 2] == EXTENDED_MASTER_SECRET && dx_codes_have(extensions, STATUS_REQUEST);
}
