/* hidden_certificate.c - what lengths of records and an alert tell of a certificate that TLS 1.3 hides
 *
 * Most servers put each message of their flight into a record of its own (observed: OpenSSL, GnuTLS, Go,
 * Erlang); JSSE and NSS put all into one.
 * Source: RFC 8446 sections 4.4.2, 4.4.3 and 5.2; lengths of X.509: RFC 5280, of SCTs: RFC 6962 section 3.2;
 *         what OpenSSL says of which defect: its x509table
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/hidden_certificate.h"

#include "facts/infer.h"
#include "facts/path.h"
#include "verdict/late_check.h"
#include "verdict/late_leave.h"
#include "verdict/rejection.h"
#include "verdict/unusual.h"

/* A Certificate is longer than this, EncryptedExtensions and most CertificateRequests are shorter. */
#define CERTIFICATE_MIN 280
/* Header, request context, length of the list, and for each entry its length and that of its extensions. */
#define AROUND_LIST  8
#define AROUND_ENTRY 5
/* Header, scheme and length of CertificateVerify. */
#define AROUND_SIGNATURE 8
/* Names, dates and extensions of a certificate that somebody makes for himself; those of public CAs hold two
 * SCTs of 120 bytes each beside the places of issuer, CRL or OCSP, and two certificates hold this twice. */
#define SMALL_REST 550
/* A whole flight of one record: less than two certificates with P-256 keys take with everything around. */
#define SMALL_FLIGHT 860
/* The same of one small certificate with an RSA key of 2048 bits, its CertificateVerify, EncryptedExtensions
 * and Finished. */
#define RSA_FLIGHT 1460
/* Nobody minds an RSA key of this length. */
#define STRONG_BITS 2048

/* By the length of its signatures, a key: how long itself is in a certificate, and its bits if it is RSA.
 * ECDSA's signatures vary by a few bytes with the leading zeros of two numbers. */
static const struct key_kind {
    uint16_t shortest, longest, key_len, rsa_bits;
} key_kinds[] = {
    {128, 128, 162, 1024}, {256, 256, 294, 2048}, {384, 384, 422, 3072},
    {512, 512, 550, 4096}, {64, 64, 44, 0}, /* Ed25519 */
    {66, 72, 91, 0},                        /* P-256 */
    {98, 104, 120, 0},                      /* P-384 */
};

static const struct key_kind *
find_key(unsigned signature_len)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(key_kinds); i++)
        if (signature_len >= key_kinds[i].shortest && signature_len <= key_kinds[i].longest)
            return &key_kinds[i];
    return NULL;
}

static unsigned
content(const dx_facts *facts, unsigned record)
{
    return record < DX_MAX_NOTE_LENS && record < facts->num_server_notes
               ? dx_infer_content13(facts->chosen.cipher, facts->server_note_len[record])
               : 0;
}

/* The server's records before the client's first: the Certificate's length, and its key. */
typedef struct flight {
    unsigned certificate_len; /* of the message; 0: the records do not tell */
    const struct key_kind *key;
    bool one_record; /* it stands with all others in this record */
    bool requested;  /* a CertificateRequest stands between EncryptedExtensions and it */
} flight;

static flight
read_flight(const dx_facts *facts)
{
    flight result = {0, NULL, false, false};
    unsigned record = 0;

    if (!dx_facts_tls13(facts) || facts->chain || facts->transport == DX_TRANSPORT_QUIC ||
        facts->server.padded || dx_path_lacks(&facts->server) || !dx_certificate_was_sent(facts))
        return result;
    while (content(facts, record) && content(facts, record) < CERTIFICATE_MIN)
        record++;
    if (!content(facts, record))
        return result;
    unsigned verify_len = content(facts, record + 1);
    result.key = verify_len > AROUND_SIGNATURE ? find_key(verify_len - AROUND_SIGNATURE) : NULL;
    result.one_record = record == 0 && !result.key;
    if (result.one_record || result.key)
        result.certificate_len = content(facts, record);
    result.requested = record > 1 && result.key;
    return result;
}

bool
dx_hidden_no_alpn(const dx_facts *facts)
{
    enum { EMPTY = 6, NAME_TAKEN = 4 }; /* header and length; server_name without content (RFC 6066) */
    flight seen = read_flight(facts);

    return seen.certificate_len && !seen.one_record && content(facts, 0) <= EMPTY + NAME_TAKEN;
}

unsigned
dx_hidden_len(const dx_facts *facts)
{
    flight seen = read_flight(facts);

    return seen.one_record ? 0 : seen.certificate_len;
}

bool
dx_hidden_request(const dx_facts *facts)
{
    return read_flight(facts).requested;
}

static bool
is_small(const flight *seen, const dx_facts *facts)
{
    enum { COMPRESS_CERTIFICATE = 27 };

    if (!seen->certificate_len)
        return false;
    if (facts->offer && dx_codes_have(&facts->offer->extensions, COMPRESS_CERTIFICATE) &&
        !(seen->key && seen->key->rsa_bits)) /* two with P-256 keys may come as short as one (RFC 8879) */
        return false;
    if (seen->one_record)
        return seen->certificate_len < SMALL_FLIGHT;
    /* signed by a key of its own kind, as what is self-signed is */
    return seen->certificate_len <=
           AROUND_LIST + AROUND_ENTRY + SMALL_REST + (unsigned)seen->key->key_len + seen->key->longest;
}

bool
dx_hidden_is_small(const dx_facts *facts)
{
    flight seen = read_flight(facts);

    return is_small(&seen, facts);
}

bool
dx_hidden_may_be_small(const dx_facts *facts)
{
    flight seen = read_flight(facts);

    return is_small(&seen, facts) || (seen.one_record && seen.certificate_len < RSA_FLIGHT);
}

unsigned
dx_hidden_rsa_bits(const dx_facts *facts)
{
    flight seen = read_flight(facts);

    return seen.key ? seen.key->rsa_bits : 0;
}

void
dx_say_hidden_size(dx_finding *finding, const dx_facts *facts)
{
    flight seen = read_flight(facts);
    bool small = is_small(&seen, facts);

    if (seen.certificate_len && !seen.one_record)
        dx_finding_say(finding, facts->server_hello_frame,
                       "Its Certificate has %u bytes by the length of the record%s", seen.certificate_len,
                       small ? ": one certificate, of no public CA" : "");
    else if (small)
        dx_finding_say(finding, facts->server_hello_frame,
                       "The server's whole flight has %u bytes: one certificate, of no public CA",
                       seen.certificate_len);
    if (seen.key && seen.key->rsa_bits && seen.key->rsa_bits < STRONG_BITS)
        dx_finding_say(finding, facts->server_hello_frame,
                       "Its key is RSA of %u bits by the length of the signature", seen.key->rsa_bits);
}

bool
dx_hidden_name_is_late(const dx_facts *facts)
{
    dx_late_check late = dx_late_check_of(facts);
    bool database = facts->upgrade == DX_UPGRADE_POSTGRES || facts->upgrade == DX_UPGRADE_MYSQL ||
                    facts->upgrade == DX_UPGRADE_TDS;

    /* Python's own clients offer http/1.1 alone, Ruby's no ALPN, and compare the name with the rest; curl for
     * mail, which compares it later, offers none either and cannot be told from Ruby */
    return late == DX_LATE_ALL ||
           (late == DX_LATE_NAME && (database || dx_offers_protocol(facts->offer, "h2")));
}

bool
dx_insists_on_staple(const dx_facts *facts)
{
    enum { STATUS_REQUEST = 5 };

    return dx_client_is_openssl(facts) && dx_codes_have(&facts->offer->extensions, STATUS_REQUEST);
}

bool
dx_say_hidden_left(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    if (!dx_client_left_hidden(facts, false) || dx_insists_on_staple(facts))
        return false;
    const char *programs = dx_late_programs(facts);
    finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    dx_finding_why(finding,
                   "The client finished the handshake and closed without a request, as is the way of %s when "
                   "the certificate does not match the name that was asked for.",
                   programs ? programs : "programs that compare names only after the handshake");
    return true;
}
