/* judge.h - what is wrong with a list of certificates at the time of the capture
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CERTS_JUDGE_H
#define DX_CERTS_JUDGE_H

#include "certs/certs.h"
#include "certs/trust.h"

typedef enum {
#define X(id, windows, words) DX_DEFECT_##id,
#include "certs/defects.def"
#undef X
    DX_NUM_DEFECTS
} dx_defect;

#define DX_BIT(defect) (1u << (defect))

/* An issuer of the path that must not have issued what is below it. */
#define DX_ISSUING_DEFECTS                                                                                   \
    (DX_BIT(DX_DEFECT_NOT_CA) | DX_BIT(DX_DEFECT_NO_CERT_SIGN) | DX_BIT(DX_DEFECT_PATH_LENGTH) |             \
     DX_BIT(DX_DEFECT_NAME_CONSTRAINTS))

/* dx_defect_windows - Windows' name ("CERT_E_EXPIRED"), NULL when it has none; dx_defect_words - "expired".
 * */
const char *dx_defect_windows(dx_defect defect);
const char *dx_defect_words(dx_defect defect);

/* What was asked of the certificate. */
typedef struct dx_question {
    const char *name;       /* host name; NULL when none was asked for */
    const uint8_t *address; /* of the server, looked at when there is no name */
    size_t address_len;     /* 4 or 16; 0: do not compare names */
    int64_t time;           /* seconds since the epoch; 0: unknown, dates are not judged */
    bool of_client;         /* it is a client's certificate */
} dx_question;

typedef struct dx_judgement {
    const dx_certificate_info *leaf; /* NULL for an empty list */
    unsigned defects;                /* DX_BIT(...) */
    unsigned at[DX_NUM_DEFECTS];     /* which certificate of the list has it, 0 the leaf */
    unsigned path[DX_MAX_CHAIN];     /* from the leaf upward: places in the list */
    unsigned num_path;
    bool has_root;       /* the path ends in a self-issued certificate of the list */
    bool leaf_not_first; /* another certificate of the list is the one for servers */
    bool links_verified; /* every signature within the path verifies */
    dx_trust_answer trust;
    const dx_certificate
        *missing;         /* the intermediate that the list lacks, seen elsewhere in the capture; NULL */
    unsigned num_known;   /* issuers among which `missing` was looked for */
    const char *left_out; /* why not everything was judged; NULL when it was */
} dx_judgement;

/* dx_judgement_words - as dx_defect_words, for one that the judgement has. Of a lone certificate nothing
 * tells whether an intermediate is missing or its issuer is a root, which need not be sent (RFC 8446 section
 * 4.4.2): then both defects of the chain have the same words. */
const char *dx_judgement_words(const dx_judgement *judgement, dx_defect defect);

/* dx_certs_judge - judges a list. What does not depend on the question is worked out once per list, the
 * comparison of names once per certificate and name. */
void dx_certs_judge(dx_certs *certs, const dx_chain *chain, const dx_question *question,
                    dx_judgement *judgement);

/* dx_certs_trust - which trust store to judge against (dx_trust_load); "system" unless set. It is read when
 * first needed. Drops what was judged against another. */
void dx_certs_trust(dx_certs *certs, const char *spec);

/* dx_certs_trust_text - how the store is called in the report; reads the store. Owned by `certs`. */
const char *dx_certs_trust_text(dx_certs *certs);

/* dx_certs_trust_since - dx_trust_since of the store; reads the store. */
int64_t dx_certs_trust_since(dx_certs *certs);

#endif
