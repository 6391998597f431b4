/* client_certificate.c - what the causes about client certificates say of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/client_certificate.h"

#include <string.h>

#include "capture/offer.h"
#include "facts/authentication.h"
#include "facts/text.h"
#include "knowledge/names.h"
#include "verdict/hidden_certificate.h"

/* So long may a user take to choose a certificate and still be the one who came back. */
#define RETURN_US     (120 * G_USEC_PER_SEC)
#define SHOWN_SCHEMES 6

void
dx_say_request(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    if (finding->quiet)
        return;
    if (!facts->certificate_request_frame) {
        if (facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE && dx_hidden_request(facts))
            dx_finding_say(finding, facts->server_hello_frame,
                           "An encrypted record stands before the Certificate: by its place a "
                           "CertificateRequest");
        return;
    }
    char *first;
    unsigned num = dx_authentication_authorities(facts, context->server->authorities, &first);
    char *name = dx_safe(first, 0);
    char *size = facts->certificate_request_len > DX_LARGE_REQUEST
                     ? g_strdup_printf(" of %u bytes", facts->certificate_request_len)
                     : g_strdup("");
    if (num > 1)
        dx_finding_say(finding, facts->certificate_request_frame,
                       "CertificateRequest%s, for %u CAs: %s and others", size, num, name ? name : "?");
    else if (num)
        dx_finding_say(finding, facts->certificate_request_frame, "CertificateRequest%s, for the CA %s", size,
                       name ? name : "?");
    else
        dx_finding_say(finding, facts->certificate_request_frame, "CertificateRequest%s%s", size,
                       facts->authentication && facts->authentication->request ? ", for any CA" : "");
    g_free(size);
    g_free(name);
    g_free(first);
}

void
dx_say_schemes(dx_finding *finding, const dx_facts *facts)
{
    if (finding->quiet)
        return;
    dx_codes schemes = dx_authentication_schemes(facts);
    if (schemes.num) {
        char *text = dx_codes_text(&schemes, dx_signature_name, SHOWN_SCHEMES);
        dx_finding_say(finding, facts->certificate_request_frame, "It accepts the signature algorithms %s",
                       text);
        g_free(text);
    }
    dx_codes_clear(&schemes);
}

/* Alerts that speak of the server's certificate (RFC 8446 section 6.2), or of a record that could not be
 * read. */
static bool
speaks_of_server(uint8_t alert)
{
    return (alert >= DX_ALERT_BAD_CERTIFICATE && alert <= DX_ALERT_CERTIFICATE_UNKNOWN) ||
           alert == DX_ALERT_UNKNOWN_CA || alert == DX_ALERT_BAD_RECORD_MAC ||
           alert == DX_ALERT_PROTOCOL_VERSION || alert == DX_ALERT_INSUFFICIENT_SECURITY ||
           alert == DX_ALERT_DECRYPT_ERROR || alert == DX_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE;
}

bool
dx_left_at_request(const dx_facts *facts)
{
    bool hidden = dx_facts_tls13(facts) && !facts->decrypted;
    bool asked = facts->certificate_request_frame || (hidden && facts->end.phase == DX_PHASE_SERVER_DONE);

    if (!asked || facts->end.by != DX_CLIENT || facts->client_finished_frame ||
        facts->end.phase < DX_PHASE_SERVER_HELLO || facts->end.phase > DX_PHASE_SERVER_DONE ||
        facts->client_certificate != DX_CLIENT_CERTIFICATE_NONE)
        return false;
    if (facts->end.kind == DX_END_ALERT)
        return facts->certificate_request_frame <= facts->end.frame && !speaks_of_server(facts->end.alert);
    return facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST;
}

bool
dx_refused_late(const dx_facts *facts, dx_client_certificate with, dx_finding *finding)
{
    uint32_t left = facts->server.fin_frame ? facts->server.fin_frame : facts->server.rst_frame;
    bool empty = with == DX_CLIENT_CERTIFICATE_EMPTY;

    if (facts->late_certificate != with || !left || left < facts->late_certificate_frame ||
        (facts->client.fin_frame && facts->client.fin_frame < left) || facts->close.by == DX_CLIENT)
        return false;
    finding->frame = left;
    dx_finding_say(finding, facts->client.first_app_frame, "The client's first request");
    dx_finding_say(
        finding, facts->late_certificate_frame,
        empty ? "Behind it the client sends an empty Certificate and a Finished, by their length: the "
                "server asked for a certificate after the handshake"
              : "Behind it the client sends a Certificate, CertificateVerify and Finished, by their "
                "length: the server asked for a certificate after the handshake");
    dx_finding_say(finding, left,
                   "The server closes with no more than an alert's bytes in place of an answer");
    dx_finding_why(finding, empty
                                ? "The server asked for a client certificate after it had read the request, "
                                  "and the client sent none, so the server closed."
                                : "The server asked for a client certificate after it had read the request, "
                                  "and closed when it had it: it rejected that certificate.");
    return true;
}

/* The server asked for a certificate, and whether one came stands in the direction that the capture lacks.
 * For none OpenSSL says 40 (observed), and 41 is about nothing else (RFC 6101 section 5.4.2). */
static bool
is_turned_away_unseen(const dx_facts *facts, bool with)
{
    uint8_t alert = facts->end.alert;
    bool none = alert == DX_ALERT_HANDSHAKE_FAILURE || alert == DX_ALERT_NO_CERTIFICATE;
    bool some = alert >= DX_ALERT_BAD_CERTIFICATE && alert <= DX_ALERT_ACCESS_DENIED;

    return dx_facts_one_way(facts) && facts->certificate_request_frame && facts->end.by == DX_SERVER &&
           facts->end.kind == DX_END_ALERT && facts->end.phase == DX_PHASE_CLIENT_FINISHED &&
           (with ? some : none);
}

bool
dx_turned_away_unread(const dx_facts *facts, bool with, const dx_cause *rival, dx_finding *finding)
{
    enum { NO_CERTIFICATE = 300 }; /* acknowledgment, empty Certificate and Finished; a signature has more */
    bool large = facts->client_note_len > NO_CERTIFICATE;
    bool unread = facts->transport == DX_TRANSPORT_QUIC && facts->end.kind == DX_END_ENCRYPTED_ALERT &&
                  facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE;

    if (is_turned_away_unseen(facts, with)) {
        dx_finding_say(finding, facts->certificate_request_frame, "CertificateRequest");
        dx_say_end(finding, facts);
        dx_finding_candidates(finding, rival, NULL);
        return true;
    }
    if (!unread || facts->end.by != DX_SERVER || facts->end.phase != DX_PHASE_CLIENT_FINISHED ||
        large != with)
        return false;
    finding->frame = facts->end.frame;
    dx_finding_say(finding, facts->client_finished_frame,
                   "The client's Finished came with%s a certificate, by "
                   "the length of the packet",
                   with ? "" : "out");
    dx_finding_say(finding, facts->end.frame,
                   "The server does not confirm the handshake (HANDSHAKE_DONE): behind the Finished it sends "
                   "nothing but Handshake packets");
    dx_finding_why(finding,
                   with ? "The server ended the connection when it had the client's Finished and "
                          "certificate, in packets that cannot be read: it seems to have rejected the "
                          "certificate."
                        : "The server ended the connection when it had the client's Finished, in packets "
                          "that cannot be read: it seems to require a client certificate, and none came.");
    dx_finding_candidates(finding, rival, NULL);
    return true;
}

static bool
is_return(const dx_facts *later, const dx_facts *facts)
{
    return later->client_certificate != DX_CLIENT_CERTIFICATE_NONE && later->sni == facts->sni &&
           later->first_us >= facts->first_us && later->client_certificate_frame > facts->end.frame &&
           later->hello_us - facts->end.time_us < RETURN_US &&
           dx_address_equal(&later->client_endpoint.address, &facts->client_endpoint.address) &&
           dx_offer_same_software(facts->offer, later->offer);
}

static const dx_facts *
find_return(const GArray *samples, const dx_facts *facts)
{
    for (unsigned i = 0; i < samples->len; i++) {
        const dx_sample *sample = &g_array_index(samples, dx_sample, i);
        for (unsigned k = 0; k < sample->num_kept; k++)
            if (is_return(sample->kept[k], facts))
                return sample->kept[k];
    }
    return NULL;
}

const dx_facts *
dx_client_answered_later(const dx_facts *facts, const dx_context *context)
{
    if (!context->server)
        return NULL;
    const dx_facts *later = find_return(context->server->accepted, facts);
    return later ? later : find_return(context->server->refused, facts);
}

#define ISSUE "Issue a client certificate with Client Authentication in its Extended Key Usage"

char *
dx_client_certificate_fault(const dx_facts *facts, const dx_context *context, const char **fix)
{
    dx_judgement judgement;

    if (!dx_authentication_judge_client(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !judgement.leaf->parsed)
        return NULL;
    const dx_certificate_info *leaf = judgement.leaf;
    if (judgement.defects & DX_BIT(DX_DEFECT_EXPIRED)) {
        *fix = "Renew the client's certificate.";
        return g_strdup("has expired");
    }
    if (judgement.defects & DX_BIT(DX_DEFECT_NOT_YET_VALID)) {
        *fix = "Set the clocks right, or issue a client certificate that is valid now.";
        return g_strdup("is not yet valid");
    }
    if (!leaf->for_clients) {
        *fix = ISSUE ".";
        return g_strdup_printf("lacks Client Authentication in its Extended Key Usage (it has %s)",
                               leaf->usages ? leaf->usages : "none");
    }
    /* its CertificateVerify is a signature: RFC 5280 section 4.2.1.3, RFC 8446 section 4.4.2.4 */
    if (leaf->has_key_usage && !(leaf->key_usage & DX_KEY_USAGE_SIGNATURE)) {
        *fix = "Issue a client certificate with Digital Signature (digitalSignature) in its Key Usage.";
        return g_strdup("lacks digitalSignature in its Key Usage");
    }
    if (judgement.defects & (DX_BIT(DX_DEFECT_WEAK_KEY) | DX_BIT(DX_DEFECT_WEAK_SIGNATURE))) {
        *fix = "Issue a client certificate with RSA 2048 or secp256r1 and SHA-256.";
        return g_strdup_printf("is weak (%s, %s)", leaf->key ? leaf->key : "?",
                               leaf->signature ? leaf->signature : "?");
    }
    /* OpenSSL holds the key to its own list of groups and says 47 (observed) */
    if (leaf->key && g_str_has_prefix(leaf->key, "EC ") && facts->end.kind == DX_END_ALERT &&
        facts->end.alert == DX_ALERT_ILLEGAL_PARAMETER) {
        *fix = "Issue a client certificate with a key that the server accepts (RSA, or the curve secp256r1), "
               "or add its curve to the server's (OpenSSL: Groups).";
        return g_strdup_printf("has a key on %s, probably not one of the server's curves",
                               leaf->key + strlen("EC "));
    }
    return NULL;
}

/* The CA that a request names alone, as a server with a CA of its own does (many are the store's); whether a
 * certificate that the client sent is issued by it; the last of these. NULL: there is no such CA. New
 * string. */
static char *
lone_authority(const dx_facts *facts, const dx_context *context, bool *issued,
               const dx_certificate_info **last)
{
    dx_judgement judgement;
    char *wanted = NULL;

    if (!context->server ||
        !dx_authentication_judge_client(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !judgement.leaf->parsed || !judgement.leaf->issuer ||
        dx_authentication_authorities(facts, context->server->authorities, &wanted) != 1) {
        g_free(wanted);
        return NULL;
    }
    const dx_chain *chain = facts->authentication->client_chain;
    *issued = false;
    for (unsigned i = 0; i < chain->num; i++) {
        *last = dx_certificate_read(chain->certificate[i]);
        *issued |= g_strcmp0((*last)->issuer, wanted) == 0;
    }
    return wanted;
}

char *
dx_client_issuer_fault(const dx_facts *facts, const dx_context *context, const char **fix)
{
    const dx_certificate_info *last = NULL;
    bool issued = false;
    char *wanted = lone_authority(facts, context, &issued, &last), *text = NULL;

    if (!wanted || issued || !last->issuer) { /* it may be of that CA where it cannot be read */
        g_free(wanted);
        return NULL;
    }
    char *asked = dx_safe(wanted, 0), *issuer = dx_safe(last->issuer, 0);
    if (g_strcmp0(last->issuer, last->subject) == 0) {
        *fix = "Issue the client's certificate from the CA that the server names, or let the server trust "
               "the CA that issued it.";
        text = g_strdup_printf("was issued by %s; the server asks for one of %s", issuer, asked);
    } else { /* it may be an intermediate */
        *fix = "Let the client send its issuer's certificate, too, if that is an intermediate of the CA that "
               "the server names; else issue the client's certificate from that CA.";
        text = g_strdup_printf("was issued by %s; the server asks for one of %s, and the client sends none "
                               "between them",
                               issuer, asked);
    }
    g_free(asked);
    g_free(issuer);
    g_free(wanted);
    return text;
}

static char *
expired_elsewhere(const dx_facts *facts, const dx_context *context, const char **fix)
{
    dx_judgement judgement;
    const unsigned dates =
        DX_BIT(DX_DEFECT_EXPIRED) | DX_BIT(DX_DEFECT_NOT_YET_VALID) | DX_BIT(DX_DEFECT_ISSUER_EXPIRED);

    if (!dx_authentication_dated(facts) ||
        !dx_authentication_judge_client(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !judgement.leaf->parsed || (judgement.defects & dates))
        return NULL;
    char *until = dx_time_text(judgement.leaf->not_after * G_USEC_PER_SEC);
    char *text = g_strdup_printf("is valid until %.10s: what has expired is the server's CRL or a CA "
                                 "certificate that it has, or its clock is wrong",
                                 until);
    *fix = "Renew the CRL or CA certificate that the server checks clients against, or set its clock right.";
    g_free(until);
    return text;
}

char *
dx_client_fault_elsewhere(const dx_facts *facts, const dx_context *context, const char **fix)
{
    const dx_certificate_info *last = NULL;
    bool issued = false;

    if (facts->end.kind != DX_END_ALERT)
        return NULL;
    if (facts->end.alert == DX_ALERT_CERTIFICATE_EXPIRED)
        return expired_elsewhere(facts, context, fix);
    if (facts->end.alert != DX_ALERT_UNKNOWN_CA)
        return NULL;
    char *wanted = lone_authority(facts, context, &issued, &last), *text = NULL;
    char *asked = dx_safe(wanted, 0);
    if (issued) {
        text = g_strdup_printf("is of the CA that the server names (%s): the server lacks that CA's CRL, or "
                               "has another certificate of that name",
                               asked);
        *fix = "Give the server that CA's CRL if it checks revocation, else the CA certificate whose key "
               "signed the client's certificate.";
    }
    g_free(asked);
    g_free(wanted);
    return text;
}

void
dx_say_client_certificate(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    if (finding->quiet)
        return;
    dx_finding_say(finding, facts->client_certificate_frame, "The client sends a certificate%s",
                   dx_facts_tls13(facts) && !facts->decrypted ? " (by its length)" : "");
    if (!dx_authentication_judge_client(facts, dx_ledger_certs(context->ledger), &judgement) ||
        !judgement.leaf->parsed)
        return;
    char *subject = dx_safe(judgement.leaf->subject, 0), *issuer = dx_safe(judgement.leaf->issuer, 0);
    GString *words = g_string_new(NULL);
    /* whom the server trusts is not known here: its store is not ours */
    const unsigned unknown = DX_BIT(DX_DEFECT_UNTRUSTED) | DX_BIT(DX_DEFECT_INCOMPLETE);
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if (judgement.defects & ~unknown & DX_BIT(defect))
            g_string_append_printf(words, "; %s", dx_defect_words((dx_defect)defect));
    dx_finding_say(finding, facts->client_certificate_frame, "It is %s, issued by %s%s",
                   subject ? subject : "?", issuer ? issuer : "?", words->str);
    if (judgement.leaf->key && judgement.leaf->usages)
        dx_finding_say(finding, facts->client_certificate_frame, "Its key is %s, its Extended Key Usage %s",
                       judgement.leaf->key, judgement.leaf->usages);
    else if (judgement.leaf->key)
        dx_finding_say(finding, facts->client_certificate_frame, "Its key is %s", judgement.leaf->key);
    g_string_free(words, TRUE);
    g_free(subject);
    g_free(issuer);
}

/* OpenVPN keeps the alert to itself (2.6, observed), and the client repeats in vain what each server answers.
 * In TLS 1.3 the client is done before the server has judged its certificate. */
static bool
is_ignored(const dx_facts *facts, const dx_context *context)
{
    const dx_peer *client = &facts->client;
    bool sent = facts->client_certificate == DX_CLIENT_CERTIFICATE_SENT && facts->client_finished_frame &&
                !facts->established_frame;

    if (dx_facts_tls13(facts))
        sent = facts->established_frame && client->app_records && !facts->server.app_records;
    return facts->transport == DX_TRANSPORT_OPENVPN && facts->end.kind == DX_END_NONE && sent &&
           !facts->damaged && client->num_retransmissions > 1 &&
           client->last_us - facts->server.last_payload_us >= context->preferences->syn_silence_us;
}

dx_confidence
dx_weigh_ignored_certificate(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const char *fix = NULL;

    if (!is_ignored(facts, context))
        return DX_NONE;
    char *fault = dx_client_certificate_fault(facts, context, &fix);
    dx_confidence confidence = fault ? DX_LIKELY : DX_POSSIBLE; /* the path may have lost its last flight */
    if (!fault)
        fault = dx_client_issuer_fault(facts, context, &fix);
    finding->frame = dx_facts_tls13(facts) ? facts->client.first_app_frame : facts->client_finished_frame;
    dx_say_client_certificate(finding, facts, context);
    dx_finding_say(finding, finding->frame, "What the client sends then is not answered");
    if (fault) {
        dx_finding_why(finding, "The server fell silent when it had the client's certificate, which %s.",
                       fault);
        dx_finding_fix(finding, "%s", fix);
    } else
        dx_finding_why(finding, "The server fell silent when it had the client's certificate: it rejected "
                                "it without a word.");
    g_free(fault);
    return confidence;
}
