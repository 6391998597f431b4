/* late_leave.c - a client that finishes the handshake and leaves without having asked for anything
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/late_leave.h"

#include "facts/infer.h"
#include "facts/path.h"
#include "verdict/late_check.h"
#include "verdict/unusual.h"

/* Who looks at the certificate has all at hand then and waits for nobody: a health check that looks for a
 * greeting takes longer. */
#define LOOKED_US (G_USEC_PER_SEC * 3 / 20)
/* The client of RDP speaks next ([MS-RDPBCGR] section 1.3.1.1); before that it may ask its user. */
#define ASKED_US (G_USEC_PER_SEC * 120)

/* A complete handshake, and no data of the client behind it: all that it sent is in the capture. */
static bool
left_without_data(const dx_facts *facts)
{
    int64_t limit = facts->upgrade == DX_UPGRADE_RDP ? ASKED_US : LOOKED_US;

    return facts->established_frame && facts->end.kind == DX_END_NONE && !facts->client.app_records &&
           !dx_path_lacks(&facts->client) && facts->close.by == DX_CLIENT && !dx_facts_untimed(facts) &&
           facts->close.time_us - facts->established_us < limit;
}

/* NewSessionTickets of TLS 1.3 look like data, too. */
#define TICKETS_BYTES 4096

/* Nothing was served: the server said nothing, or no more than by itself, the settings of HTTP/2 (RFC 9113
 * section 3.4) and, over QUIC, of HTTP/3, or what cannot be told from tickets, or spoke to a client that had
 * left (observed: HAProxy 2.6, 400). */
static bool
is_quiet(const dx_facts *facts)
{
    bool http2 = g_strcmp0(facts->chosen.alpn, "h2") == 0;

    return !facts->server.app_records || facts->server.first_app_frame > facts->close.frame ||
           facts->transport == DX_TRANSPORT_QUIC ||
           (facts->shown_frame && facts->server.app_bytes <= TICKETS_BYTES) ||
           (http2 && facts->server.app_bytes <= DX_UNASKED_BYTES);
}

/* It has no use for HTTP/1.1 ("grpc-exp": gRPC core). */
static bool
needs_protocol(const dx_offer *offer)
{
    static const char *const agreed[] = {"h2", "grpc-exp", "acme-tls/1", NULL};

    for (unsigned i = 0; offer && i < offer->num_alpn; i++)
        if (!g_strv_contains(agreed, offer->alpn[i]))
            return false;
    return offer && offer->num_alpn;
}

bool
dx_client_left_without_protocol(const dx_facts *facts)
{
    unsigned unasked = dx_facts_tls13(facts) ? TICKETS_BYTES : 0;

    return facts->transport == DX_TRANSPORT_TCP && needs_protocol(facts->offer) && !facts->chosen.alpn &&
           left_without_data(facts) && facts->close.time_us - facts->established_us < DX_AT_ONCE_US &&
           facts->server.app_bytes <= unasked;
}

/* In these protocols TLS is asked for in order to log in, and the client speaks next: one that leaves before
 * minds something, whether it named a server or not (observed: MariaDB's client and Connector/J, which send
 * no name; radsecproxy). Who looks at the server only says goodbye. */
static bool
owes_login(const dx_facts *facts)
{
    bool goodbye = facts->close.kind == DX_CLOSE_ALERT || facts->close.kind == DX_CLOSE_NOTIFY;

    return facts->upgrade == DX_UPGRADE_TDS || (facts->upgrade == DX_UPGRADE_MYSQL && !goodbye) ||
           dx_speaks_radsec(facts);
}

/* HTTP to an address (observed: curl, git, wget, Node.js, Firefox): such a client sends no name and has one
 * to compare, the address. */
static bool
asks_address(const dx_facts *facts)
{
    return !facts->sni && facts->upgrade == DX_UPGRADE_NONE &&
           (dx_offers_http(facts->offer) ||
            (dx_late_check_of(facts) == DX_LATE_ALL && !dx_client_took_a_look(facts)));
}

bool
dx_client_left_unsaid(const dx_facts *facts)
{
    bool quiet = is_quiet(facts);

    return facts->chain && left_without_data(facts) && quiet &&
           (facts->sni || facts->tunnel || owes_login(facts) || asks_address(facts)) &&
           dx_late_check_of(facts) != DX_LATE_NOTHING;
}

bool
dx_client_left_before_login(const dx_facts *facts)
{
    return (facts->upgrade == DX_UPGRADE_TDS || dx_speaks_radsec(facts)) && dx_client_left_unsaid(facts);
}

static bool
answers_each_command(const dx_facts *facts)
{
    return facts->upgrade == DX_UPGRADE_FTP || facts->upgrade == DX_UPGRADE_SMTP ||
           facts->upgrade == DX_UPGRADE_IMAP || facts->upgrade == DX_UPGRADE_POP3;
}

bool
dx_client_left_unanswered(const dx_facts *facts)
{
    enum { GOODBYE = 13 }; /* "A001 LOGOUT"; "QUIT" is shorter */
    const dx_peer *client = &facts->client;
    uint16_t cipher = facts->chosen.cipher;

    return dx_facts_tls13(facts) && answers_each_command(facts) && facts->end.kind == DX_END_NONE &&
           client->app_records == 2 && !dx_path_lacks(client) && facts->close.by == DX_CLIENT &&
           facts->close.frame == client->first_app_frame &&
           facts->client_finished_frame == client->first_app_frame &&
           dx_infer_alert13(cipher, client->first_app_len[1]) &&
           dx_infer_content13(cipher, client->first_app_len[0]) > GOODBYE;
}

/* "SECURE128:+SIGN-RSA-SHA1", src/LibgnutlsTLSSession.cc of aria2, which has no use for a handshake alone. */
static bool
is_aria2(const dx_offer *offer)
{
    enum { RSA_SHA1 = 0x0201, ECDSA_SHA1 = 0x0203 };

    return dx_codes_have(&offer->signatures, RSA_SHA1) && !dx_codes_have(&offer->signatures, ECDSA_SHA1);
}

/* gnutls-cli's suites are GnuTLS's own choice, or those of TLS 1.3 alone; other programs take less. */
bool
dx_client_took_a_look(const dx_facts *facts)
{
    enum { ECDHE_ECDSA_AES256_CCM = 0xC0AD, ECDHE_ECDSA_AES256_GCM = 0xC02C, RECORD_SIZE_LIMIT = 28 };

    return facts->close.kind == DX_CLOSE_ALERT && facts->offer && !facts->offer->num_alpn &&
           dx_codes_have(&facts->offer->extensions, RECORD_SIZE_LIMIT) && /* GnuTLS */
           !is_aria2(facts->offer) &&
           (dx_codes_have(&facts->offer->ciphers, ECDHE_ECDSA_AES256_CCM) ||
            !dx_codes_have(&facts->offer->ciphers, ECDHE_ECDSA_AES256_GCM));
}

bool
dx_client_left_hidden(const dx_facts *facts, bool all)
{
    bool seen = facts->chain && !facts->shown_frame;
    bool wanted = facts->sni || (!all && (dx_offers_http(facts->offer) || /* to an address */
                                          owes_login(facts)));
    bool left = left_without_data(facts) || (all && dx_client_left_unanswered(facts));

    if (seen || !dx_facts_tls13(facts) || facts->chosen.resumed || !left || !wanted ||
        facts->server.app_bytes > TICKETS_BYTES || !dx_certificate_was_sent(facts))
        return false;
    dx_late_check late = dx_late_check_of(facts);
    return all ? late == DX_LATE_ALL && !dx_client_took_a_look(facts)
               : late == DX_LATE_NAME && (facts->offer->num_alpn || facts->offer->post_handshake_auth ||
                                          facts->upgrade != DX_UPGRADE_NONE || dx_speaks_radsec(facts));
}

bool
dx_client_left_tls(const dx_facts *facts)
{
    return facts->end.kind == DX_END_ENCRYPTED_ALERT && facts->end.by == DX_SERVER && dx_facts_tls13(facts) &&
           facts->transport == DX_TRANSPORT_TCP && facts->upgrade != DX_UPGRADE_NONE &&
           facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE && facts->client_finished_frame &&
           facts->client.last_payload_frame > facts->client_finished_frame && !facts->client.app_records &&
           !dx_path_lacks(&facts->client);
}
