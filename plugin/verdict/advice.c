/* advice.c - remarks on connections that are no cause of failure
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/advice.h"

#include "facts/path.h"
#include "facts/authentication.h"
#include "verdict/late_leave.h"
#include "verdict/rejection.h"
#include "facts/text.h"

/* A client that checks revocation or asks its user is silent for seconds after the server's flight; the usual
 * timeouts of such checks are 5, 10, 15 and 20 s. */
#define STALL_US (2 * G_USEC_PER_SEC)
/* Time enough to renew by hand. */
#define DAY_US        (24 * INT64_C(3600) * G_USEC_PER_SEC)
#define SOON_US       (14 * DAY_US)
#define SLOW_US       (3 * G_USEC_PER_SEC)
#define TICKETS_BYTES 4096

static const dx_advice_kind kinds[] = {
#define X(id, title) {#id, title},
#include "verdict/advice.def"
#undef X
};

enum {
#define X(id, title) ADVICE_##id,
#include "verdict/advice.def"
#undef X
};

const dx_advice_kind *
dx_advice_kinds(unsigned *num)
{
    *num = G_N_ELEMENTS(kinds);
    return kinds;
}

static void
add(GArray *advice, unsigned kind, uint32_t frame, char *text)
{
    dx_advice item = {.id = kinds[kind].id, .title = kinds[kind].title, .frame = frame, .text = text};

    g_array_append_val(advice, item);
}

static void
of_established(GArray *advice, const dx_facts *facts)
{
    const dx_close *close = &facts->close;

    if (facts->transport == DX_TRANSPORT_EAP) {
        if (close->by == DX_SERVER && close->kind == DX_CLOSE_FIN)
            add(advice, ADVICE_eap_inner_failed, close->frame,
                g_strdup("TLS succeeded, and the server then sent EAP-Failure: the password, account, policy "
                         "or method inside the tunnel, not a TLS failure. The server's log has the reason "
                         "(NPS: event 6273)."));
        return;
    }
    /* an FTP download has data of the server only; session tickets of TLS 1.3 look like data, too, and
     * HTTP/2 begins with settings of the server */
    bool http2 = g_strcmp0(facts->chosen.alpn, "h2") == 0;
    unsigned unasked = dx_facts_tls13(facts) ? TICKETS_BYTES : http2 ? DX_UNASKED_BYTES : 0;
    bool served = facts->server.app_bytes > unasked;

    if (close->by == DX_CLIENT && facts->established_frame && !facts->client.app_records && !served &&
        !facts->server.rst_frame)
        add(advice, ADVICE_closed_after_handshake, close->frame,
            g_strdup("The client closed right after the handshake without sending data. Could be a silent "
                     "certificate rejection (wget; curl when the name does not match), a health probe or a "
                     "preconnect."));
    else if (close->by == DX_SERVER && close->kind == DX_CLOSE_RST)
        add(advice, ADVICE_session_reset_after_handshake, close->frame,
            g_strdup("Not a handshake failure: the server reset the connection after a complete handshake. "
                     "Look at the application, idle timeouts and devices on the path."));
    if (facts->client_finished_us && facts->server_flight_us &&
        facts->client_finished_us - facts->server_flight_us >= STALL_US) {
        char *duration = dx_duration_text(facts->client_finished_us - facts->server_flight_us);
        add(advice, ADVICE_client_validation_stall, facts->client_finished_frame,
            g_strdup_printf(
                "The client took %s between the server's last handshake message and its own Finished. "
                "Typical reasons: CRL, OCSP or root update servers that it cannot reach, a PIN or user "
                "prompt.",
                duration));
        g_free(duration);
    }
    if (facts->hello_us && facts->server_hello_us - facts->hello_us >= SLOW_US && facts->num_hellos == 1) {
        char *duration = dx_duration_text(facts->server_hello_us - facts->hello_us);
        add(advice, ADVICE_slow_server, facts->server_hello_frame,
            g_strdup_printf("The ServerHello came %s after the ClientHello.", duration));
        g_free(duration);
    }
}

/* What a client that checks would mind; the store, the order and a lone leaf are matters of taste. */
#define MINDED                                                                                               \
    (DX_BIT(DX_DEFECT_CORRUPT) | DX_BIT(DX_DEFECT_EXPIRED) | DX_BIT(DX_DEFECT_NOT_YET_VALID) |               \
     DX_BIT(DX_DEFECT_ISSUER_EXPIRED) | DX_BIT(DX_DEFECT_SELF_SIGNED) | DX_BIT(DX_DEFECT_WRONG_USAGE) |      \
     DX_BIT(DX_DEFECT_NAME_MISMATCH) | DX_BIT(DX_DEFECT_NO_NAMES) | DX_BIT(DX_DEFECT_WEAK_KEY) |             \
     DX_BIT(DX_DEFECT_WEAK_SIGNATURE) | DX_BIT(DX_DEFECT_UNKNOWN_CRITICAL) | DX_ISSUING_DEFECTS)

/* GnuTLS's tools, OpenLDAP, lftp, git and mail clients check the certificate only after the handshake, and
 * then leave without a byte, say goodbye, or go back to plain text (observed). */
static bool
may_have_refused(const dx_facts *facts)
{
    const dx_close *close = &facts->close;

    return facts->established_frame && close->by == DX_CLIENT &&
           close->time_us - facts->established_us < DX_PATIENCE_US && facts->client.app_records <= 1 &&
           facts->client.app_bytes <= DX_UNASKED_BYTES &&
           facts->server.app_bytes <= DX_UNASKED_BYTES && /* a half-close is answered with more */
           (!facts->client.app_records || !facts->server.app_records ||
            facts->server.first_app_frame > close->frame);
}

/* What of the certificates somebody may mind, "expired; self-signed"; empty when nothing. */
static GString *
minded_words(const dx_facts *facts, const dx_context *context, const dx_judgement *judgement, bool refused)
{
    bool incomplete = (judgement->defects & DX_BIT(DX_DEFECT_INCOMPLETE)) &&
                      (refused || judgement->missing || judgement->leaf->names_issuers_issuer);
    bool untrusted = refused && !incomplete && (judgement->defects & DX_BIT(DX_DEFECT_UNTRUSTED)) &&
                     !dx_chain_is_accepted(facts, context);
    unsigned shown = (judgement->defects & MINDED) | (incomplete ? DX_BIT(DX_DEFECT_INCOMPLETE) : 0) |
                     (untrusted ? DX_BIT(DX_DEFECT_UNTRUSTED) : 0);
    GString *words = g_string_new(NULL);

    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if (shown & DX_BIT(defect))
            g_string_append_printf(words, "%s%s", words->len ? "; " : "",
                                   dx_judgement_words(judgement, (dx_defect)defect));
    return words;
}

/* Data of the client shows that it minds nothing; one that sent none only looked, or nothing is known of it.
 * In 802.1X the handshake is all that there is, and datagrams have no records of data that can be told
 * apart. */
static bool
used(const dx_facts *facts)
{
    return facts->transport != DX_TRANSPORT_TCP || facts->client.app_records > 0;
}

/* Of certificates that a client accepted: clients may not check, or their users click through. */
static void
of_certificate(GArray *advice, const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;
    bool refused = may_have_refused(facts);

    if (!dx_authentication_judge_leaf(facts, dx_ledger_certs(context->ledger), &judgement))
        return;
    GString *words = minded_words(facts, context, &judgement, refused);
    char *subject = dx_safe(judgement.leaf->subject, 0);
    if (words->len && refused)
        add(advice, ADVICE_certificate_may_be_refused, facts->close.frame,
            g_strdup_printf("The client may have rejected the certificate %s (%s): it closed right after the "
                            "handshake without asking for anything, as probes and preconnects do, too.",
                            subject ? subject : "", words->str));
    else if (words->len && used(facts))
        add(advice, ADVICE_certificate_defect_tolerated, facts->certificate_frame,
            g_strdup_printf("Stricter clients would reject the certificate %s: %s.", subject ? subject : "",
                            words->str));
    int64_t left_us = judgement.leaf->not_after * G_USEC_PER_SEC - facts->server_hello_us;
    if (left_us >= 0 && left_us < SOON_US && !(judgement.defects & DX_BIT(DX_DEFECT_NOT_YET_VALID)))
        add(advice, ADVICE_certificate_expires_soon, facts->certificate_frame,
            g_strdup_printf("The certificate %s expires %d days after this connection.",
                            subject ? subject : "", (int)(left_us / DAY_US)));
    g_free(subject);
    g_string_free(words, TRUE);
}

/* [MS-RDPBCGR] section 2.2.1.2.2. */
static const char *
rdp_refusal(unsigned code)
{
    static const char *const words[] = {
        "it has RDP's own security alone",
        "it requires TLS (SSL_REQUIRED_BY_SERVER)",
        "it is set to RDP's own security (SSL_NOT_ALLOWED_BY_SERVER)",
        "it has no certificate that it can use (SSL_CERT_NOT_ON_SERVER)",
        "the client's flags contradict each other (INCONSISTENT_FLAGS)",
        "it requires Network Level Authentication (HYBRID_REQUIRED_BY_SERVER)",
        "it requires TLS with a client certificate (SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER)"};

    return code < G_N_ELEMENTS(words) ? words[code] : "its code is not known";
}

static char *
upgrade_refusal(const dx_facts *facts)
{
    if (facts->upgrade == DX_UPGRADE_RDP)
        return g_strdup_printf("The RDP server refused the security that the client offers: %s. No TLS "
                               "handshake began.",
                               rdp_refusal(facts->rdp_failure));
    return g_strdup_printf("The client asked for TLS with %s and the server refused, so no handshake began.",
                           dx_upgrade_name(facts->upgrade));
}

/* A client that is set to plaintext or STARTTLS waits for the server's greeting, and the server for a
 * ClientHello, until one of them gives up (observed: Node.js at port 465). Probes do not wait. */
static char *
no_client_hello(const dx_facts *facts)
{
    enum { WAITED_US = 2 * G_USEC_PER_SEC };
    uint16_t port = facts->server_endpoint.port;
    int64_t since_us = facts->client.last_syn_us;
    bool greets = port == 465 || port == 563 || port == 990 || port == 993 || port == 995;

    if (greets && since_us && facts->close.time_us - since_us >= WAITED_US)
        return g_strdup_printf(
            "Client and server waited for each other for %.1f s: port %u speaks TLS from its "
            "first byte, and this client waited for a greeting in plaintext. Set the client "
            "to TLS (SSL/TLS, implicit TLS), not to STARTTLS or none; or it was a monitor "
            "that sends nothing.",
            (double)(facts->close.time_us - since_us) / G_USEC_PER_SEC, port);
    return g_strdup("The connection was opened and closed without data from the client: a health probe, a "
                    "browser's preconnect or a port scan, not a TLS failure.");
}

void
dx_advice_collect(GArray *advice, const dx_facts *facts, const dx_context *context, dx_outcome outcome)
{
    if (outcome == DX_ESTABLISHED) {
        of_established(advice, facts);
        of_certificate(advice, facts, context);
    }
    if (outcome == DX_NOT_TLS && !facts->client.payload_bytes &&
        (!facts->server.payload_bytes || facts->tls) && facts->close.kind != DX_CLOSE_NONE)
        add(advice, ADVICE_no_client_hello, facts->last_frame, no_client_hello(facts));
    if (outcome == DX_NOT_TLS && facts->tls_demand)
        add(advice, ADVICE_starttls_required, facts->upgrade_answer_frame,
            g_strdup("The server refused a command for want of TLS, and the client went on without it."));
    else if (outcome == DX_NOT_TLS && facts->upgrade != DX_UPGRADE_NONE && facts->upgrade_answer < 0)
        add(advice, ADVICE_starttls_refused, facts->upgrade_answer_frame, upgrade_refusal(facts));
    if (outcome == DX_NOT_TLS && facts->not_offered_frame && facts->login_wants_tls)
        add(advice, ADVICE_starttls_wanted, facts->not_offered_frame,
            g_strdup("The server takes no login without TLS, as its list says, and the client closed without "
                     "asking "
                     "for TLS: one whose TLS is disabled does so, and so does a monitor. Set the client to "
                     "STARTTLS."));
    else if (outcome == DX_NOT_TLS && facts->not_offered_frame)
        add(advice, ADVICE_starttls_not_offered, facts->not_offered_frame,
            g_strdup_printf(
                "%s, and the client closed: one that insists on TLS does so, and so does a monitor. Is a "
                "certificate set for this service?",
                facts->list_of == DX_UPGRADE_MYSQL
                    ? "The server's greeting says that TLS is switched off in it (no CLIENT_SSL)"
                    : "The client asked what the server can do, STARTTLS is not in the list"));
    if (outcome == DX_FAILED && dx_facts_one_way(facts))
        add(advice, ADVICE_capture_incomplete, facts->last_frame,
            g_strdup(
                "The capture has one direction of this connection, so its cause stays open: capture where "
                "both pass (asymmetric routes, or a mirror port that copies one direction)."));
    else if (outcome != DX_ESTABLISHED && dx_path_bytes_missing(facts))
        add(advice, ADVICE_capture_incomplete, facts->damaged ? facts->damaged_frame : facts->last_frame,
            g_strdup("The capture is missing bytes of this connection (lost packets or a short snap length), "
                     "so its cause stays open."));
    else if (outcome != DX_ESTABLISHED && dx_facts_shuffled(facts))
        add(advice, ADVICE_capture_incomplete, facts->last_frame,
            g_strdup(
                facts->transport == DX_TRANSPORT_TCP
                    ? "Packets of one direction were captured later than the answers to them, so the cause "
                      "stays open: clocks of two capture points differ, or a mirror port delays one "
                      "direction. Capture both directions on one interface."
                    : "Packets of one direction are missing in the capture, or were captured later than the "
                      "answers to them, so the cause stays open. Capture both directions on one interface."));
    else if (outcome == DX_INCOMPLETE && dx_is_surplus(facts, context))
        add(advice, ADVICE_surplus_connection, facts->end.frame,
            g_strdup("The client had opened several connections to this server at once, succeeded on "
                     "another one and closed this one unused, as browsers do: not a TLS failure."));
    else if (outcome == DX_INCOMPLETE)
        add(advice, ADVICE_capture_incomplete, facts->last_frame,
            g_strdup(
                "The capture does not show how this handshake ended: it starts or ends during it, or has one "
                "direction only."));
}
