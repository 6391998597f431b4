/* authentication.h - how the two sides of a connection showed who they are: certificates, signatures, staples
 *
 * What is needed to verify a signature is kept until somebody asks for a verdict or the connection turns
 * out healthy.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_AUTHENTICATION_H
#define DX_FACTS_AUTHENTICATION_H

#include <glib.h>

#include "certs/judge.h"
#include "certs/proof.h"
#include "certs/staple.h"
#include "facts/facts.h"

struct dx_authentication {
    const dx_chain *client_chain; /* interned by the ledger; NULL when none was readable */
    GByteArray *content; /* what the server signed, see dx_proof_input; NULL when there is no signature */
    GByteArray *signature, *staple, *request; /* request: body of the CertificateRequest */
    size_t first_hello_len;
    uint16_t scheme;
    uint32_t signed_frame; /* that brought the signature */
    bool checked, staple_checked;
    dx_proof_result proof;
    dx_staple staple_says;
    int64_t revoked_at; /* seconds since the epoch, of DX_STAPLE_REVOKED */
};

/* dx_authentication_make - the connection's struct, made when it is first needed. */
dx_authentication *dx_authentication_make(dx_facts *facts);
void dx_authentication_drop(dx_facts *facts);

/* dx_authentication_keep - sets one of the byte arrays to a copy; nothing when it is set already or `len` is
 * above 64 KB. */
void dx_authentication_keep(GByteArray **kept, const uint8_t *bytes, size_t len);

/* dx_authentication_proof - whether the server's signature fits its certificate; verified at the first
 * call. */
dx_proof_result dx_authentication_proof(const dx_facts *facts);

/* dx_authentication_staple - what the stapled OCSP response says; false when there was none, or none that was
 * readable. */
bool dx_authentication_staple(const dx_facts *facts, dx_staple *staple);

/* dx_server_name - the host name that the client asked for (SNI, else the host of its CONNECT); NULL
 * when none. New string. */
char *dx_server_name(const dx_facts *facts);

/* dx_authentication_judge - what is wrong with the server's certificates at the time of the capture; false
 * when none could be read. _client: the same of the client's. `certs` are those of the capture: judging fills
 * their caches. */
bool dx_authentication_judge(const dx_facts *facts, dx_certs *certs, dx_judgement *judgement);
bool dx_authentication_judge_client(const dx_facts *facts, dx_certs *certs, dx_judgement *judgement);

/* dx_authentication_judge_leaf - dx_authentication_judge; false, too, when the server's own certificate could
 * not be read. */
bool dx_authentication_judge_leaf(const dx_facts *facts, dx_certs *certs, dx_judgement *judgement);

/* dx_authentication_dated - the capture's clock was set, so that dates can be judged. */
bool dx_authentication_dated(const dx_facts *facts);

/* dx_authentication_bears_address - the server's certificate (the list must be readable) names its IP
 * address. */
bool dx_authentication_bears_address(const dx_facts *facts, dx_certs *certs);

/* The last CertificateRequest of a server whose authorities were asked for; all zero before that. */
typedef struct dx_authorities {
    GByteArray *request; /* its body; NULL: none */
    uint16_t version;
    unsigned num;
    char *first; /* NULL when there is none */
} dx_authorities;
void dx_authorities_clear(dx_authorities *authorities);

/* dx_authentication_authorities - how many names of authorities the server asked client certificates of;
 * `first` gets the first of them, a new string or NULL. `last` belongs to the server, which asks everybody
 * for the same: they are read once. */
unsigned dx_authentication_authorities(const dx_facts *facts, dx_authorities *last, char **first);

/* dx_authentication_schemes - the signature schemes that the CertificateRequest takes; none when it was not
 * read. Free with dx_codes_clear. */
dx_codes dx_authentication_schemes(const dx_facts *facts);

/* dx_authentication_key_usage - a bit of keyUsage that the chosen key exchange needs and the certificate
 * lacks; NULL when none ("digitalSignature"). RFC 8446 section 4.4.2.2, RFC 5246 section 7.4.2 */
const char *dx_authentication_key_usage(const dx_facts *facts, const dx_certificate_info *leaf);

#endif
