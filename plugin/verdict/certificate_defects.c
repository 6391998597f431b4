/* certificate_defects.c - when a defect of the server's certificates is the reason why the client left
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/certificate_defects.h"

#include <string.h>

#include "facts/text.h"

/* Defects between which a client that gives no reason may have chosen. `hard`: every client that checks
 * anything minds it; the rest is a matter of policy, or of our trust store. `alerts`: those that name it (0
 * ends), measured with OpenSSL 3.0, GnuTLS 3.7, Go 1.19, JSSE 17 and NSS 3.87. */
static const struct {
    bool hard;
    uint8_t alerts[6];
} rows[DX_NUM_DEFECTS] = {
    [DX_DEFECT_CORRUPT] = {true, {DX_ALERT_DECRYPT_ERROR, DX_ALERT_DECODE_ERROR}},
    [DX_DEFECT_EXPIRED] = {true, {DX_ALERT_CERTIFICATE_EXPIRED}},
    [DX_DEFECT_NOT_YET_VALID] = {true, {DX_ALERT_CERTIFICATE_EXPIRED, DX_ALERT_BAD_CERTIFICATE}},
    [DX_DEFECT_ISSUER_EXPIRED] = {true, {DX_ALERT_CERTIFICATE_EXPIRED, DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_SELF_SIGNED] = {true, {DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_INCOMPLETE] = {false, {DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_UNTRUSTED] = {false, {DX_ALERT_UNKNOWN_CA}},
    [DX_DEFECT_WRONG_USAGE] = {true, {DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_NOT_CA] = {true, {DX_ALERT_UNKNOWN_CA, DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_NO_CERT_SIGN] = {true, {DX_ALERT_UNKNOWN_CA, DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_PATH_LENGTH] = {true, {DX_ALERT_UNKNOWN_CA, DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_NAME_CONSTRAINTS] = {true, {DX_ALERT_UNKNOWN_CA, DX_ALERT_UNSUPPORTED_CERTIFICATE}},
    [DX_DEFECT_NAME_MISMATCH] = {true, {0}},
    [DX_DEFECT_NO_NAMES] = {false, {0}},
    [DX_DEFECT_WEAK_KEY] = {false, {DX_ALERT_INSUFFICIENT_SECURITY}},
    [DX_DEFECT_WEAK_SIGNATURE] = {false, {DX_ALERT_INSUFFICIENT_SECURITY}},
    [DX_DEFECT_MISORDERED] = {false, {DX_ALERT_UNKNOWN_CA}},
};

bool
dx_certificates_readable(const dx_facts *facts)
{
    return facts->chain != NULL;
}

static bool
is_generic(uint8_t alert)
{
    /* 42 and 46 say "not accepted"; 40, 49 and 80 less; 0, 41 and 90 nothing at all */
    static const uint8_t generic[] = {DX_ALERT_BAD_CERTIFICATE,   DX_ALERT_CERTIFICATE_UNKNOWN,
                                      DX_ALERT_HANDSHAKE_FAILURE, DX_ALERT_ACCESS_DENIED,
                                      DX_ALERT_INTERNAL_ERROR,    DX_ALERT_CLOSE_NOTIFY,
                                      DX_ALERT_NO_CERTIFICATE,    DX_ALERT_USER_CANCELED};

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
        if (other != (unsigned)defect && (judgement->defects & DX_BIT(other)) && rows[other].hard)
            return true;
    return false;
}

/* The client left without naming a reason, and this defect is there. */
static dx_confidence
weigh_generic(dx_defect defect, const dx_facts *facts, const dx_judgement *judgement)
{
    bool hard = rows[defect].hard, rival = has_rival(judgement, defect);

    if (dx_client_left_unsaid(facts)) {
        /* observed: curl (name), wget (any defect); but probes leave like that, too. A server answers
         * close_notify with its own, and a fatal alert (NSS 3.87 in TLS 1.2) with a close. */
        bool fatal = facts->close.kind == DX_CLOSE_ALERT && !facts->server.close_notify;
        if (defect == DX_DEFECT_UNTRUSTED && fatal && judgement->has_root && !rival)
            return DX_POSSIBLE;
        if (!hard || (defect == DX_DEFECT_SELF_SIGNED && !fatal))
            return DX_NONE;
        /* taken as proof, though a monitor that looks at a certificate and minds
         * nothing leaves the same packets (observed: openssl s_client at nginx) */
        return (defect == DX_DEFECT_NAME_MISMATCH || fatal) && !rival ? DX_CONFIRMED : DX_LIKELY;
    }
    bool refused = facts->end.kind == DX_END_ALERT && (facts->end.alert == DX_ALERT_BAD_CERTIFICATE ||
                                                       facts->end.alert == DX_ALERT_CERTIFICATE_UNKNOWN);
    bool late = facts->end.time_us - facts->server_flight_us >= DX_PATIENCE_US;
    /* a look into one's own store takes no time, and alerts like 40 have many other reasons */
    if (!hard && (rival || late || (facts->end.kind == DX_END_ALERT && !refused)))
        return DX_NONE;
    if (rival || (facts->end.kind == DX_END_ALERT && !refused))
        return DX_LIKELY;
    if (facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST)
        return !late && hard ? DX_CONFIRMED : DX_LIKELY;
    if (hard || defect == DX_DEFECT_WEAK_SIGNATURE || defect == DX_DEFECT_WEAK_KEY)
        return DX_CONFIRMED;
    return DX_LIKELY;
}

dx_confidence
dx_defect_weigh(dx_defect defect, const dx_facts *facts, const dx_context *context, dx_finding *finding,
                dx_judgement *judgement)
{
    dx_judgement own;
    dx_confidence confidence;

    if (!judgement)
        judgement = &own;
    judgement->defects = 0;
    bool left = dx_client_left_at_certificate(facts) || dx_client_left_unsaid(facts);
    if (!left || !dx_presented_judge(facts, dx_ledger_certs(context->ledger), judgement) ||
        !(judgement->defects & DX_BIT(defect)))
        return DX_NONE;
    if (facts->end.kind == DX_END_ALERT && is_named(defect, facts->end.alert))
        confidence = DX_CONFIRMED;
    else if (dx_left_generic(facts))
        confidence = weigh_generic(defect, facts, judgement);
    else
        return DX_NONE;
    if (confidence == DX_NONE)
        return DX_NONE;
    /* a signature that does not verify explains a client without a reason, too */
    if (dx_left_generic(facts) && dx_key_proof(facts, context).answer >= DX_PROOF_REFUTED)
        confidence = DX_POSSIBLE;
    if (dx_client_left_unsaid(facts))
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
    dx_say_certificate(finding, facts, judgement, defect);
    return confidence;
}

char *
dx_span_text(int64_t us)
{
    const int64_t day_us = 24 * INT64_C(3600) * G_USEC_PER_SEC;

    return us < 2 * day_us ? dx_duration_text(us) : g_strdup_printf("%d days", (int)(us / day_us));
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

void
dx_say_certificate(dx_finding *finding, const dx_facts *facts, const dx_judgement *judgement,
                   dx_defect defect)
{
    unsigned at = defect < DX_NUM_DEFECTS ? judgement->at[defect] : 0;

    if (at >= facts->chain->num) {
        dx_finding_say(finding, facts->certificate_frame, "The Certificate message holds no certificate");
        return;
    }
    const dx_certificate_info *info = dx_certificate_read(facts->chain->certificate[at]);
    if (!info->parsed) {
        dx_finding_say(finding, facts->certificate_frame, "Certificate %u of %u cannot be parsed: %s", at + 1,
                       facts->chain->num_sent, info->problem);
        return;
    }
    char *subject = dx_safe(info->subject, 0), *issuer = dx_safe(info->issuer, 0);
    char *from = date_text(info->not_before), *until = date_text(info->not_after);
    dx_finding_say(
        finding, facts->certificate_frame, "Certificate %u of %u: %s, issued by %s, valid %s to %s UTC%s%s",
        at + 1, facts->chain->num_sent, subject ? subject : "?", issuer ? issuer : "?", from, until,
        defect < DX_NUM_DEFECTS ? ": " : "", defect < DX_NUM_DEFECTS ? dx_defect_words(defect) : "");
    g_free(subject);
    g_free(issuer);
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
