/* fuzz_certs.c - libFuzzer: Certificate messages, DER, staples and signatures that nobody vouches for
 *
 * The first input byte chooses: 0 the body of a Certificate message (TLS 1.2), 1 of TLS 1.3, 2 one
 * certificate, 3 a stapled OCSP response for a real certificate, 4 a signature by a real certificate's key,
 * 5 a CertificateRequest. Seeds: lines of tests/unit/fixtures/certs.txt, decoded.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "certs/judge.h"
#include "certs/proof.h"
#include "certs/staple.h"
#include "unit/fixtures/fixtures.h"
#include "wire/authentication.h"
#include "wire/hello.h"

#include <stdlib.h>

typedef struct list {
    dx_der der[DX_MAX_CHAIN];
    unsigned num;
} list;

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
take(void *user, const uint8_t *der, size_t len)
{
    list *taken = user;

    if (taken->num < DX_MAX_CHAIN)
        taken->der[taken->num++] = (dx_der){der, len};
}

static void
judge(dx_certs *certs, const dx_chain *chain)
{
    dx_question question = {.name = "www.example.com", .time = 1738368000};
    dx_judgement judgement;

    if (!chain)
        return;
    require(chain->num <= DX_MAX_CHAIN && chain->num <= chain->num_sent);
    dx_certs_judge(certs, chain, &question, &judgement);
    require(judgement.num_path <= chain->num);
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        require(judgement.at[defect] < chain->num || !chain->num);
    question.of_client = true;
    dx_certs_judge(certs, chain, &question, &judgement);
}

static void
read_message(const uint8_t *body, size_t len, bool tls13)
{
    dx_certs *certs = dx_certs_new();
    list taken = {.num = 0};
    bool well_formed;
    const uint8_t *response;
    size_t response_len;

    dx_certs_trust(certs, "none");
    unsigned num = dx_certificates(body, len, tls13, take, &taken, &well_formed);
    const dx_chain *chain = dx_certs_add(certs, body, len, taken.der, taken.num, num, !well_formed);
    require(dx_certs_seen(certs, body, len) == chain);
    judge(certs, chain);
    if (tls13 && dx_read_staple(body, len, &response, &response_len))
        dx_staple_read(response, response_len, chain, 1738368000, NULL);
    dx_certs_free(certs);
}

static void
read_certificate(const uint8_t *der, size_t len)
{
    dx_certs *certs = dx_certs_new();
    dx_der both[2] = {{der, len}, fixture("issuing")};

    dx_certs_trust(certs, "none");
    judge(certs, dx_certs_add(certs, der, len, both, 2, 2, false));
    dx_certs_free(certs);
}

static void
read_by_certificate(const uint8_t *bytes, size_t len, bool staple)
{
    static dx_certs *certs;
    static const dx_chain *chain;
    dx_proof_result result;

    if (!certs) {
        certs = dx_certs_new();
        chain = fixture_chain(certs, "leaf", "issuing", NULL);
    }
    if (staple) {
        dx_staple_read(bytes, len, chain, 1738368000, NULL);
        return;
    }
    if (len < 6)
        return;
    size_t cut = MIN(len - 5, bytes[5]);
    dx_proof_input input = {.version = (uint16_t)(0x0300 + bytes[0] % 5),
                            .scheme = (uint16_t)(bytes[1] << 8 | bytes[2]),
                            .rsa = bytes[3] & 1,
                            .sha384 = bytes[3] & 2,
                            .first_hello_len = bytes[4],
                            .signature = {bytes + 5, cut},
                            .content = {bytes + 5 + cut, len - 5 - cut}};
    dx_proof_check(chain, &input, &result);
    require(result.answer != DX_PROOF_VERIFIED); /* nobody has the key any more */
}

static void
use_name(void *user, const uint8_t *der, size_t len)
{
    g_free(dx_certs_name_text(der, len));
    ++*(unsigned *)user;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned num = 0;

    if (size < 2)
        return 0;
    if (data[0] % 6 < 2)
        read_message(data + 1, size - 1, data[0] % 6 == 1);
    else if (data[0] % 6 == 2)
        read_certificate(data + 1, size - 1);
    else if (data[0] % 6 < 5)
        read_by_certificate(data + 1, size - 1, data[0] % 6 == 3);
    else
        require(dx_read_authorities(data + 2, size - 2, (uint16_t)(0x0301 + data[1] % 4), use_name, &num) ==
                num);
    return 0;
}
