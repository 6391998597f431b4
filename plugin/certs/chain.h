/* chain.h - what certificates say, and the lists that they are sent in
 *
 * What they say is shown to people: it is hostile until made safe (dx_safe).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_CHAIN_H
#define DX_CERTS_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Certificates kept of one message. Clients stop at about ten; a list that is longer is no chain. */
#define DX_MAX_CHAIN 32
/* Names kept of a certificate for showing; matching looks at all of them. */
#define DX_MAX_SHOWN_NAMES 64
/* A certificate that is longer is kept but not parsed. badssl's 10000-sans: 300 KB. */
#define DX_MAX_DER (512 * 1024)

typedef struct dx_certificate dx_certificate; /* interned: equal certificates have equal pointers */

/* Bits of keyUsage that a TLS server's certificate may need (RFC 5280 section 4.2.1.3). */
enum {
    DX_KEY_USAGE_SIGNATURE = 1,
    DX_KEY_USAGE_ENCIPHERMENT = 2,
    DX_KEY_USAGE_AGREEMENT = 4,
    DX_KEY_USAGE_CERT_SIGN = 8
};

/* What a certificate says. Strings are owned by the certificate and NULL when absent; times are seconds
 * since the epoch, -1 when unreadable. */
typedef struct dx_certificate_info {
    bool parsed;            /* false: only `problem`, sha1 and sha256 are set */
    const char *problem;    /* why it could not be parsed */
    const char *left_out;   /* what of it was not looked at, as it is absurdly large; NULL: nothing */
    char *subject, *issuer; /* RFC 4514 */
    char *common_name;
    char **names; /* SAN: DNS names, then addresses as text; NULL-terminated, at most DX_MAX_SHOWN_NAMES */
    unsigned num_names;  /* all of them */
    bool has_alt_name;   /* at least one DNS name or address */
    bool too_many_names; /* more than anybody needs: not read, not matched */
    int64_t not_before, not_after;
    char *serial; /* hexadecimal, lower case */
    uint8_t sha1[20], sha256[32];
    char *key;                     /* "RSA 2048", "EC secp256r1", "EC unknown curve", "Ed25519" */
    char *signature;               /* "RSA-SHA256" */
    char *usages;                  /* extended key usage, ", " between; NULL when the extension is absent */
    bool for_servers, for_clients; /* the extended key usage allows it, or there is none */
    bool has_key_usage;
    unsigned key_usage; /* DX_KEY_USAGE_* */
    bool authority;     /* basicConstraints CA */
    bool self_issued; /* issuer and subject are equal; GnuTLS has no call that checks a signature by itself */
    bool weak_key;    /* RSA or DSA below 2048 bits, curves below 224 */
    bool weak_signature;           /* MD5, SHA-1 or older, and not self-issued */
    bool must_staple;              /* TLS feature status_request, RFC 7633 */
    bool names_issuers_issuer;     /* its authority key identifier shows that its issuer is no root */
    char *ca_issuers, *ocsp, *crl; /* first http URL of each kind */
    char *unknown_critical;        /* OID of the first critical extension that few clients know */
    const char *unprofiled;        /* where it breaks RFC 5280, which strict clients mind; static; NULL */
} dx_certificate_info;

/* The list of one Certificate message; interned: equal lists have equal pointers. */
typedef struct dx_chain {
    unsigned num;                        /* certificates kept, at most DX_MAX_CHAIN */
    unsigned num_sent;                   /* all of the message */
    uint32_t len;                        /* of the message that was first seen with this list, bytes */
    bool malformed;                      /* lengths inside the message contradict each other */
    const dx_certificate *certificate[]; /* in the order of the message */
} dx_chain;

typedef struct dx_der {
    const uint8_t *data;
    size_t len;
} dx_der;

/* dx_certificate_read - what a certificate says; parsed at the first call. Never NULL. */
const dx_certificate_info *dx_certificate_read(const dx_certificate *certificate);

/* dx_certs_name_text - a distinguished name from its DER, RFC 4514; NULL when it is none. New string. */
char *dx_certs_name_text(const uint8_t *der, size_t len);

#endif
