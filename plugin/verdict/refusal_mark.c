/* refusal_mark.c - what an answer can be about, and what is unusual in the ClientHello that got it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "knowledge/names.h"
#include "knowledge/services.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"

#define BIT(dimension) (1u << (dimension))
#define ROW(dimension) BIT(DX_DIMENSION_##dimension)
#define NAMES          (ROW(NAME) | ROW(NO_NAME))
#define NEGOTIATED     (ROW(CIPHER) | ROW(GROUP) | ROW(SIGNATURE))

/* What servers say of a ClientHello, and which rows they mean by it. */
static const struct {
    uint8_t alert;
    unsigned rows;
} meanings[] = {
    /* RFC 8446 section 6.2; observed: a device that mangles large ClientHellos leaves servers no version */
    {DX_ALERT_PROTOCOL_VERSION, ROW(VERSION) | ROW(SIZE)},
    /* RFC 8446 section 4.1.1; observed: GnuTLS says so to versions, OpenSSL where it has no certificate,
     * HAProxy (strict-sni) to names */
    {DX_ALERT_HANDSHAKE_FAILURE, ROW(VERSION) | NEGOTIATED | NAMES | ROW(SIZE)},
    /* RFC 5246 section 7.2.2; Erlang/OTP for every negotiation that fails: lib/ssl/src/ssl_handshake.erl and
     * tls_handshake_1_3.erl, no_suitable_ciphers, _groups, _signature_algorithm */
    {DX_ALERT_INSUFFICIENT_SECURITY, NEGOTIATED},
    /* RFC 8446 section 4.2.8; a parser that breaks on what it does not know */
    {DX_ALERT_ILLEGAL_PARAMETER, ROW(VERSION) | ROW(GROUP) | ROW(SIZE)},
    {DX_ALERT_UNEXPECTED_MESSAGE, ROW(VERSION) | ROW(GROUP) | ROW(SIZE)}, /* groups: JSSE 17, observed */
    {DX_ALERT_DECODE_ERROR, ROW(SIZE)},
    {DX_ALERT_RECORD_OVERFLOW, ROW(SIZE)},
    /* observed: OpenSSL 3 to versions that its policy forbids, Go where a callback finds no certificate */
    {DX_ALERT_INTERNAL_ERROR, ROW(VERSION) | NAMES},
    /* RFC 6066 section 3, RFC 8446 section 9.2, RFC 7301 section 3.2 */
    {DX_ALERT_UNRECOGNIZED_NAME, NAMES},
    {DX_ALERT_MISSING_EXTENSION, ROW(NO_NAME) | NEGOTIATED}, /* suites: wolfSSL 5.7 over DTLS 1.3, observed */
    {DX_ALERT_NO_APPLICATION_PROTOCOL, ROW(ALPN)},
};

/* [MS-TLSP] appendix A: Windows cannot ensure that its alerts are sent, so a reset can be about anything. */
static unsigned
meant_rows(const dx_refusal *refusal, const dx_facts *facts)
{
    /* no binding, no filter */
    if (refusal->wordless)
        return dx_refusal_by_library(facts) ? ROW(VERSION) | NEGOTIATED : ~ROW(ALPN);
    if (facts->end.kind == DX_END_FOREIGN)
        return ROW(SIZE);
    for (unsigned i = 0; i < G_N_ELEMENTS(meanings); i++)
        if (meanings[i].alert == facts->end.alert)
            return meanings[i].rows;
    return 0;
}

/* RFC 8446 is of August 2018; browsers had it half a year later.
 * Times that are not absolute begin in 1970. */
static bool
tls13_is_usual(const dx_facts *facts)
{
    const int64_t year_2019 = INT64_C(1546300800) * G_USEC_PER_SEC;

    return facts->first_us > year_2019;
}

/* One address serves many names on the web; mail, directories and databases mostly have one certificate. */
static bool
serves_names(const dx_facts *facts)
{
    const dx_role *role = dx_role_of_port(facts->server_endpoint.port);

    return facts->upgrade == DX_UPGRADE_NONE && (!role || role->id == DX_ROLE_WEB);
}

static bool
names_are_usual(const dx_facts *facts)
{
    return serves_names(facts) && tls13_is_usual(facts);
}

/* TLS 1.2 without a suite of both forward secrecy and authenticated encryption: servers that are kept up to
 * date mostly have nothing else (RFC 9325 section 4.2). */
static bool
modern_suites_are_missing(const dx_facts *facts)
{
    const dx_codes *ciphers = &facts->offer->ciphers;

    for (unsigned i = 0; i < ciphers->num; i++) {
        const dx_cipher *cipher = dx_cipher_find(ciphers->item[i]);
        bool secret =
            cipher && (cipher->exchange == DX_EXCHANGE_ECDHE || cipher->exchange == DX_EXCHANGE_DHE);
        if (cipher && (cipher->tls13 || (secret && cipher->tls12_only && !cipher->mac_bytes)))
            return false;
    }
    return ciphers->num && tls13_is_usual(facts);
}

/* What few servers have, or what is odd about a ClientHello that is usual otherwise. */
static void
mark_unusual(dx_refusal *refusal, const dx_facts *facts, unsigned unusual)
{
    static const unsigned unusual_bits[DX_NUM_DIMENSIONS] = {
        [DX_DIMENSION_VERSION] = DX_UNUSUAL_VERSIONS,
        [DX_DIMENSION_CIPHER] = DX_UNUSUAL_CIPHERS,
        [DX_DIMENSION_GROUP] = DX_UNUSUAL_GROUPS,
        [DX_DIMENSION_SIGNATURE] = DX_UNUSUAL_SIGNATURES | DX_NARROW_SIGNATURES,
    };

    for (unsigned i = 1; i < DX_NUM_DIMENSIONS; i++)
        refusal->row[i].unusual = unusual & unusual_bits[i];
    refusal->row[DX_DIMENSION_SIZE].unusual = dx_hello_is_large(facts);
    /* with all else as usual, that it names no server is what is odd, or that it has no TLS 1.3: GnuTLS says
     * 40 to a version, or its program closes (observed: lighttpd 1.4.69, slapd 2.5) */
    bool ordinary = !(unusual & ~(unsigned)DX_NO_TLS13), plain = !refusal->wordless && ordinary;
    bool closed = facts->end.kind == DX_END_FIN && facts->end.by == DX_SERVER && ordinary;
    refusal->row[DX_DIMENSION_NO_NAME].unusual =
        (plain && serves_names(facts)) ||
        (refusal->wordless && names_are_usual(facts) && ordinary && !refusal->row[DX_DIMENSION_SIZE].unusual);
    refusal->row[DX_DIMENSION_CIPHER].unusual |=
        !(unusual & (DX_UNUSUAL_VERSIONS | DX_UNUSUAL_GROUPS)) &&
        (modern_suites_are_missing(facts) || (refusal->wordless && dx_offers_one_suite(facts->offer)));
    refusal->row[DX_DIMENSION_VERSION].unusual |=
        ((plain || closed) && (unusual & DX_NO_TLS13) && (facts->sni || !serves_names(facts)) &&
         tls13_is_usual(facts)) ||
        (!refusal->wordless && (unusual & DX_ONLY_TLS13) && !(unusual & DX_NARROWED));
}

/* What the answer can be about; not what cannot be the reason, whatever the answer. */
static void
mark_meant(dx_refusal *refusal, const dx_facts *facts, unsigned unusual)
{
    unsigned meant = meant_rows(refusal, facts);

    for (unsigned i = 1; i < DX_NUM_DIMENSIONS; i++)
        refusal->row[i].meant = meant & BIT(i);
    /* SSL 3.0 has neither groups nor schemes, TLS 1.1 no schemes */
    if (dx_facts_max_version(facts) < DX_TLS12 || !facts->offer->signatures.num)
        refusal->row[DX_DIMENSION_SIGNATURE].meant = false;
    if (dx_facts_max_version(facts) <= DX_SSL3)
        refusal->row[DX_DIMENSION_GROUP].meant = false;
    /* 10 is about groups that somebody narrowed down, if about any */
    if (dx_server_alert_in_hello(facts, DX_ALERT_UNEXPECTED_MESSAGE) &&
        !(unusual & (DX_UNUSUAL_GROUPS | DX_NARROW_GROUPS)))
        refusal->row[DX_DIMENSION_GROUP].meant = false;
    /* 80 is what a policy says of old versions only */
    if (dx_server_alert_in_hello(facts, DX_ALERT_INTERNAL_ERROR) && !(unusual & DX_UNUSUAL_VERSIONS))
        refusal->row[DX_DIMENSION_VERSION].meant = false;
    refusal->row[facts->sni ? DX_DIMENSION_NO_NAME : DX_DIMENSION_NAME].meant = false;
}

void
dx_refusal_mark(dx_refusal *refusal, const dx_facts *facts, unsigned unusual)
{
    mark_unusual(refusal, facts, unusual);
    mark_meant(refusal, facts, unusual);
}
