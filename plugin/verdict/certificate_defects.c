/* certificate_defects.c - when a defect of the server's certificates is the reason why the client left
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/certificate_defects.h"

#include <string.h>

#include "verdict/chain_offer.h"
#include "verdict/late_check.h"
#include "verdict/late_leave.h"
#include "verdict/topics.h"
#include "verdict/unusual.h"
#include "verdict/renewal.h"
#include "facts/text.h"

#define WEAK_ALERTS DX_ALERT_INSUFFICIENT_SECURITY, DX_ALERT_UNSUPPORTED_CERTIFICATE, DX_ALERT_DECRYPT_ERROR

/* A store is of another time than a capture when this lies between them. */
#define YEAR_US (365 * 24 * INT64_C(3600) * G_USEC_PER_SEC)

/* Who minds a defect: every client that checks anything, one whose policy is strict, or (no fault of any one
 * certificate) one that lacks a root or a certificate of the chain. */
typedef enum { MINDED_BY_ALL, MINDED_BY_POLICY, MINDED_BY_STORE } minded_by;

/* Defects between which a client that gives no reason may have chosen. `alerts`: those that name it (0
 * ends), measured with OpenSSL 3.0, GnuTLS 3.7, Go 1.19, JSSE 17 and NSS 3.87 (what their sources say, and
 * those of others: knowledge/sources.md, alerts of certificate defects). mbedTLS 2.28 says 48 of a bad
 * signature and 43 of a weak key (x509_crt_verify_restartable: MBEDTLS_X509_BADCERT_BAD_KEY, _BAD_MD), Botan
 * 2.19 71 (observed), and rustls 0.21 51 of a key that webpki does not verify with. */
static const struct {
    minded_by by;
    uint8_t alerts[6];
} rows[DX_NUM_DEFECTS] = {
    [DX_DEFECT_CORRUPT] = {MINDED_BY_ALL,
                           {DX_ALERT_DECRYPT_ERROR, DX_ALERT_DECODE_ERROR, DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_EXPIRED] = {MINDED_BY_ALL, {DX_ALERT_CERTIFICATE_EXPIRED}},
    [DX_DEFECT_NOT_YET_VALID] = {MINDED_BY_ALL, {DX_ALERT_CERTIFICATE_EXPIRED, DX_ALERT_BAD_CERTIFICATE}},
    [DX_DEFECT_ISSUER_EXPIRED] = {MINDED_BY_ALL, {DX_ALERT_CERTIFICATE_EXPIRED, DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_SELF_SIGNED] = {MINDED_BY_ALL, {DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_INCOMPLETE] = {MINDED_BY_STORE, {DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_UNTRUSTED] = {MINDED_BY_STORE, {DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_WRONG_USAGE] = {MINDED_BY_ALL, {DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_UNKNOWN_CRITICAL] = {MINDED_BY_ALL, {DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_NOT_CA] = {MINDED_BY_ALL, {DX_ALERT_UNKNOWN_CA, DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_NO_CERT_SIGN] = {MINDED_BY_ALL, {DX_ALERT_UNKNOWN_CA, DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_PATH_LENGTH] = {MINDED_BY_ALL, {DX_ALERT_UNKNOWN_CA, DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_NAME_CONSTRAINTS] = {MINDED_BY_ALL, {DX_ALERT_UNKNOWN_CA, DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_NAME_MISMATCH] = {MINDED_BY_ALL, {0}},
    [DX_DEFECT_NO_NAMES] = {MINDED_BY_POLICY, {0}},
    [DX_DEFECT_WEAK_KEY] = {MINDED_BY_POLICY, {WEAK_ALERTS}},
    [DX_DEFECT_WEAK_SIGNATURE] = {MINDED_BY_POLICY, {WEAK_ALERTS}},
    [DX_DEFECT_MISORDERED] = {MINDED_BY_STORE, {DX_ALERT_UNKNOWN_CA}},
};

static bool
is_hard(dx_defect defect)
{
    return rows[defect].by == MINDED_BY_ALL;
}

bool
dx_certificates_readable(const dx_facts *facts)
{
    return facts->chain != NULL;
}

static bool
is_generic(uint8_t alert)
{
    static const uint8_t generic[] = {DX_GENERIC_ALERTS};

    for (unsigned i = 0; i < sizeof generic; i++)
        if (alert == generic[i])
            return true;
    return false;
}

bool
dx_left_generic(const dx_facts *facts)
{
    if (dx_client_left_unsaid(facts))
        return true;
    return dx_client_left_at_certificate(facts) &&
           (facts->end.kind != DX_END_ALERT || is_generic(facts->end.alert));
}

static bool
is_named(dx_defect defect, uint8_t alert)
{
    for (unsigned i = 0; i < sizeof rows[defect].alerts && rows[defect].alerts[i]; i++)
        if (rows[defect].alerts[i] == alert)
            return true;
    return false;
}

/* Another defect that would explain a client without a reason at least as well. */
static bool
has_rival(const dx_judgement *judgement, dx_defect defect)
{
    for (unsigned other = 0; other < DX_NUM_DEFECTS; other++)
        if (other != (unsigned)defect && (judgement->defects & DX_BIT(other)) && is_hard((dx_defect)other))
            return true;
    return false;
}

/* Another client (or the same) that was offered the same chain gave this as its reason. */
static bool
is_said_elsewhere(dx_defect defect, const dx_facts *facts, const dx_context *context)
{
    for (unsigned i = 0; i < sizeof rows[defect].alerts && rows[defect].alerts[i]; i++)
        if (dx_client_said_elsewhere(facts, context, rows[defect].alerts[i]))
            return true;
    return false;
}

/* ... or that the certificate is not accepted. */
static bool
is_minded(dx_defect defect, const dx_facts *facts, const dx_context *context)
{
    return is_said_elsewhere(defect, facts, context) ||
           dx_client_said_elsewhere(facts, context, DX_ALERT_BAD_CERTIFICATE) ||
           dx_client_said_elsewhere(facts, context, DX_ALERT_CERTIFICATE_UNKNOWN);
}

static bool
checks_late(dx_defect defect, dx_late_check late)
{
    bool name = defect == DX_DEFECT_NAME_MISMATCH || defect == DX_DEFECT_NO_NAMES;

    return late == DX_LATE_NAME ? name : late != DX_LATE_NOTHING;
}

/* A program that checks everything when the handshake is complete has left there, and this defect is what
 * there is to mind; what is a matter of its store or policy is less sure. That the same program got through
 * elsewhere says only that it was told to look away (curl -k, wget --no-check-certificate). */
static dx_confidence
weigh_late(dx_defect defect, const dx_facts *facts, const dx_context *context, const dx_judgement *judgement)
{
    bool rival = has_rival(judgement, defect);

    if (is_hard(defect))
        return DX_LIKELY;
    if (rival || defect == DX_DEFECT_MISORDERED || dx_client_took_a_look(facts))
        return DX_NONE;
    return defect == DX_DEFECT_INCOMPLETE && !dx_chain_is_accepted(facts, context) ? DX_LIKELY : DX_POSSIBLE;
}

/* Firefox in TLS 1.2: whatever it minds it says by an alert behind its Finished, which nobody can read, and
 * to which a server does not answer with close_notify. A connection that it does not need stays open, or
 * stands beside one that it uses. */
static bool
is_browser_alert(const dx_facts *facts)
{
    bool fatal = facts->close.kind == DX_CLOSE_ALERT && !facts->server.close_notify;

    return fatal && dx_offers_protocol(facts->offer, "h2") && dx_client_library(facts) == DX_LIBRARY_NSS;
}

/* What a browser minds and others do not, or what depends on the certificates that it has: that another
 * client accepts the same list says nothing of the first two. */
static bool
is_minded_by_browser(dx_defect defect, bool accepted)
{
    if (defect == DX_DEFECT_INCOMPLETE || defect == DX_DEFECT_NO_NAMES)
        return true;
    return defect != DX_DEFECT_MISORDERED && !accepted;
}

/* The handshake was completed, and the client closed at once (observed: curl for a name; wget, Node.js, NSS
 * in TLS 1.2 for any defect); but probes leave like that, too. A server answers close_notify with its own,
 * and a fatal alert (NSS 3.87) with a close. */
static dx_confidence
weigh_unsaid(dx_defect defect, const dx_facts *facts, const dx_context *context,
             const dx_judgement *judgement)
{
    bool rival = has_rival(judgement, defect), accepted = dx_chain_is_accepted(facts, context);
    bool fatal = facts->close.kind == DX_CLOSE_ALERT && !facts->server.close_notify;
    dx_late_check late = dx_late_check_of(facts);

    if (!checks_late(defect, late))
        return DX_NONE;
    if (late == DX_LATE_ALL)
        return weigh_late(defect, facts, context, judgement);
    if (late != DX_LATE_NAME &&
        dx_program_accepts(facts, context)) /* a spare connection (observed: Chromium, Firefox) */
        return DX_NONE;

    if (!is_hard(defect) && !rival && is_browser_alert(facts) && is_minded_by_browser(defect, accepted))
        return DX_POSSIBLE;
    if (defect == DX_DEFECT_UNTRUSTED && fatal)
        return judgement->has_root && !rival && !accepted ? DX_POSSIBLE : DX_NONE;
    bool minded = is_minded(defect, facts, context);
    /* a look at the server with s_client, which does not mind these, is the same: others must mind them */
    if (!is_hard(defect) || (defect == DX_DEFECT_SELF_SIGNED && !fatal))
        return !rival && !accepted && minded ? DX_POSSIBLE : DX_NONE;
    /* a monitor that looks at a certificate and minds nothing leaves the same packets (observed: openssl
     * s_client, Python's ssl without verification), beside clients that mind it, too, but no fatal alert */
    return fatal && !rival && minded ? DX_CONFIRMED : DX_LIKELY;
}

/* 40 and 80 have many other reasons; 42 and 46 speak of the certificate. */
static bool
has_said_refused(const dx_facts *facts)
{
    return facts->end.kind == DX_END_ALERT &&
           (facts->end.alert == DX_ALERT_BAD_CERTIFICATE || facts->end.alert == DX_ALERT_CERTIFICATE_UNKNOWN);
}

/* A defect that not every client minds, and a client that names no reason. */
static dx_confidence
weigh_soft(dx_defect defect, const dx_facts *facts, const dx_context *context, bool late)
{
    bool refused = has_said_refused(facts);
    const char *what;

    if (defect == DX_DEFECT_WEAK_SIGNATURE && facts->end.kind == DX_END_ALERT && !refused)
        return dx_chain_unoffered(facts, dx_ledger_certs(context->ledger), &what) ? DX_LIKELY : DX_NONE;
    /* a look into one's own store takes no time */
    if (late || (facts->end.kind == DX_END_ALERT && !refused))
        return DX_NONE;
    /* "not in my store" is said of the analyst's, not of the client's: it needs the client's word */
    bool accepted = defect == DX_DEFECT_UNTRUSTED && dx_chain_is_accepted(facts, context);
    if (defect == DX_DEFECT_UNTRUSTED && !refused && facts->end.kind != DX_END_ENCRYPTED_ALERT)
        return accepted ? DX_NONE : DX_POSSIBLE;
    /* a client that names no host has an address, as a rule: that it is not in the certificate is a reason */
    bool nameless = !facts->sni && !facts->tunnel && facts->transport == DX_TRANSPORT_TCP &&
                    !dx_authentication_bears_address(facts, dx_ledger_certs(context->ledger));
    if (defect == DX_DEFECT_UNTRUSTED)
        return accepted || nameless ? DX_POSSIBLE : DX_LIKELY;
    bool strength = defect == DX_DEFECT_WEAK_SIGNATURE || defect == DX_DEFECT_WEAK_KEY;
    return strength && facts->end.kind != DX_END_FIN && facts->end.kind != DX_END_RST ? DX_CONFIRMED
                                                                                      : DX_LIKELY;
}

/* The client left without naming a reason, and this defect is there. */
static dx_confidence
weigh_generic(dx_defect defect, const dx_facts *facts, const dx_context *context,
              const dx_judgement *judgement)
{
    int64_t read_us = facts->server_flight_us ? facts->server_flight_us : facts->server.last_payload_us;
    bool hard = is_hard(defect), rival = has_rival(judgement, defect);
    bool late = facts->end.time_us - read_us >= DX_PATIENCE_US;

    if (dx_client_left_unsaid(facts))
        return weigh_unsaid(defect, facts, context, judgement);
    if (!hard)
        return rival ? DX_NONE : weigh_soft(defect, facts, context, late);
    if (rival || (facts->end.kind == DX_END_ALERT && !has_said_refused(facts)))
        return DX_LIKELY;
    /* who sends an address as the name need not compare it (observed: stunnel, whose 42 is about its pin) */
    if (defect == DX_DEFECT_NAME_MISMATCH && facts->sni && dx_topic_host(facts) == DX_HOST_ADDRESS)
        return DX_LIKELY;
    /* scanners (observed: sslscan) leave the same packets when they have read what they came for, so that
     * only a client that said so makes it sure */
    if (facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST)
        return !late && is_minded(defect, facts, context) ? DX_CONFIRMED : DX_LIKELY;
    return DX_CONFIRMED;
}

/* The client's alert is one that names the defect. 43 and 51 name others, too. */
static dx_confidence
weigh_named(dx_defect defect, const dx_facts *facts, const dx_context *context, const dx_judgement *judgement)
{
    bool weak = defect == DX_DEFECT_WEAK_KEY || defect == DX_DEFECT_WEAK_SIGNATURE;

    if (weak && facts->end.alert != DX_ALERT_INSUFFICIENT_SECURITY &&
        (has_rival(judgement, defect) || dx_key_proof(facts, context).answer != DX_PROOF_VERIFIED))
        return has_rival(judgement, defect) ? DX_NONE : DX_LIKELY;
    return DX_CONFIRMED;
}

static dx_confidence
weigh_defect(dx_defect defect, const dx_facts *facts, const dx_context *context,
             const dx_judgement *judgement)
{
    if (facts->end.kind == DX_END_ALERT && is_named(defect, facts->end.alert))
        return weigh_named(defect, facts, context, judgement);
    bool of_root = rows[defect].by == MINDED_BY_STORE || defect == DX_DEFECT_SELF_SIGNED;
    if (!dx_left_generic(facts) || (of_root && dx_client_knows_root(facts)))
        return DX_NONE;
    dx_confidence confidence = weigh_generic(defect, facts, context, judgement);
    if (confidence == DX_POSSIBLE && is_said_elsewhere(defect, facts, context))
        confidence = DX_LIKELY;
    /* a signature that does not verify explains a client without a reason, too */
    if (confidence != DX_NONE && dx_key_proof(facts, context).answer >= DX_PROOF_REFUTED)
        confidence = DX_POSSIBLE;
    return confidence;
}

dx_confidence
dx_defect_weigh(dx_defect defect, const dx_facts *facts, const dx_context *context, dx_finding *finding,
                dx_judgement *judgement)
{
    dx_judgement own;

    if (!judgement)
        judgement = &own;
    judgement->defects = 0;
    bool left = dx_client_left_at_certificate(facts) || dx_client_left_unsaid(facts);
    if (!left || !dx_authentication_judge(facts, dx_ledger_certs(context->ledger), judgement) ||
        !(judgement->defects & DX_BIT(defect)))
        return DX_NONE;
    dx_confidence confidence = weigh_defect(defect, facts, context, judgement);
    if (confidence == DX_NONE)
        return DX_NONE;
    if (dx_client_left_unsaid(facts))
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, judgement, defect);
    dx_say_renewal(finding, facts, context);
    return confidence;
}

bool
dx_certificate_is_weak(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    return dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) &&
           (judgement.defects & (DX_BIT(DX_DEFECT_WEAK_KEY) | DX_BIT(DX_DEFECT_WEAK_SIGNATURE)));
}

bool
dx_certificate_is_bad(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    if (!dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement))
        return false;
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if ((judgement.defects & DX_BIT(defect)) && is_hard((dx_defect)defect))
            return true;
    return judgement.missing != NULL;
}

bool
dx_left_unoffered_chain(const dx_facts *facts, const dx_context *context)
{
    const char *what;
    const dx_certificate_info *info = dx_client_left_at_certificate(facts)
                                          ? dx_chain_unoffered(facts, dx_ledger_certs(context->ledger), &what)
                                          : NULL;

    return info && !info->weak_signature;
}

bool
dx_say_chain_unoffered(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    const char *what;
    const dx_certificate_info *info = dx_chain_unoffered(facts, dx_ledger_certs(context->ledger), &what);

    if (!info)
        return false;
    char *subject = dx_safe(info->subject, 0);
    dx_finding_say(finding, dx_facts_chain_frame(facts),
                   "The certificate %s needs %s, which is not among the client's signature_algorithms%s: a "
                   "Schannel client then leaves with alert 40 or without a word",
                   subject ? subject : "?", what,
                   facts->offer->signatures_cert.num && what == info->signature ? "_cert" : "");
    g_free(subject);
    return true;
}

void
dx_say_last_issuer(dx_finding *finding, const dx_facts *facts)
{
    const dx_chain *chain = facts->chain;
    char *issuer = dx_safe(dx_certificate_read(chain->certificate[chain->num - 1])->issuer, 80);

    if (issuer)
        dx_finding_why(
            finding,
            "The client could not build a chain to a root that it trusts (CERT_E_UNTRUSTEDROOT); the "
            "last certificate that the server sends is issued by %s.",
            issuer);
    g_free(issuer);
}

char *
dx_subject_text(const dx_facts *facts, unsigned at)
{
    char *subject = dx_safe(dx_certificate_read(facts->chain->certificate[at])->subject, 80);

    return subject ? subject : g_strdup("?");
}

char *
dx_span_text(int64_t us)
{
    const int64_t day_us = 24 * INT64_C(3600) * G_USEC_PER_SEC;

    return us < 2 * day_us ? dx_duration_text(us) : g_strdup_printf("%d days", (int)(us / day_us));
}

bool
dx_store_is_newer(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    int64_t since = dx_certs_trust_since(dx_ledger_certs(context->ledger));
    int64_t later_us = since * G_USEC_PER_SEC - facts->server_hello_us;

    if (!dx_authentication_dated(facts) || later_us < YEAR_US)
        return false;
    char *span = dx_span_text(later_us);
    dx_finding_say(
        finding, 0,
        "The capture is older, by %s, than the newest of this computer's trusted roots: a root that was "
        "trusted then may be missing",
        span);
    g_free(span);
    return true;
}

/* "2026-11-22 16:39:05" */
static char *
date_text(int64_t seconds)
{
    char *text = dx_time_text(seconds * G_USEC_PER_SEC);

    if (strlen(text) < 19) {
        g_free(text);
        return g_strdup("?");
    }
    text[10] = ' ';
    text[19] = 0;
    return text;
}

/* ": expired; also weak key": what is wrong with the server's own certificate besides would be met next. New
 * string. */
static char *
faults_text(const dx_judgement *judgement, dx_defect defect)
{
    GString *text = g_string_new("");
    unsigned num = 0;

    if (defect == DX_NUM_DEFECTS)
        return g_string_free(text, FALSE);
    g_string_append_printf(text, ": %s", dx_judgement_words(judgement, defect));
    for (unsigned other = 0; other < DX_NUM_DEFECTS && judgement->at[defect] == 0; other++)
        if (other != (unsigned)defect && (judgement->defects & DX_BIT(other)) && judgement->at[other] == 0 &&
            rows[other].by != MINDED_BY_STORE)
            g_string_append_printf(text, "%s%s", num++ ? ", " : "; also ",
                                   dx_judgement_words(judgement, (dx_defect)other));
    return g_string_free(text, FALSE);
}

void
dx_say_certificate(dx_finding *finding, const dx_facts *facts, const dx_judgement *judgement,
                   dx_defect defect)
{
    unsigned at = defect < DX_NUM_DEFECTS ? judgement->at[defect] : 0;

    if (finding->quiet)
        return;
    if (at >= facts->chain->num) {
        dx_finding_say(finding, dx_facts_chain_frame(facts), "The Certificate message holds no certificate");
        return;
    }
    const dx_certificate_info *info = dx_certificate_read(facts->chain->certificate[at]);
    if (!info->parsed) {
        dx_finding_say(finding, dx_facts_chain_frame(facts), "Certificate %u of %u cannot be parsed: %s",
                       at + 1, facts->chain->num_sent, info->problem);
        return;
    }
    char *subject = dx_safe(info->subject, 0), *issuer = dx_safe(info->issuer, 0);
    char *from = date_text(info->not_before), *until = date_text(info->not_after);
    char *faults = faults_text(judgement, defect);
    char *where = facts->shown_frame
                      ? g_strdup_printf("Encrypted here; what the server showed for the same name in stream "
                                        "%u has a size that fits: ",
                                        facts->shown_stream)
                      : g_strdup("");
    dx_finding_say(finding, dx_facts_chain_frame(facts),
                   "%sCertificate %u of %u: %s, issued by %s, valid %s to %s UTC%s", where, at + 1,
                   facts->chain->num_sent, subject ? subject : "?", issuer ? issuer : "?", from, until,
                   faults);
    g_free(faults);
    g_free(subject);
    g_free(issuer);
    g_free(where);
    g_free(from);
    g_free(until);
}

const dx_sample *
dx_other_leaf(const dx_facts *facts, const dx_context *context, bool same_client)
{
    const dx_certificate *leaf = dx_chain_leaf(facts->chain);

    for (unsigned i = 0; leaf && context->accepted && i < context->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        const dx_certificate *other = dx_chain_leaf(sample->chain);
        if (other && other != leaf && sample->sni == facts->sni &&
            (!same_client || dx_address_equal(&sample->client, &facts->client_endpoint.address)))
            return sample;
    }
    return NULL;
}
