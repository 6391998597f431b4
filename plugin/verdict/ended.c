/* ended.c - how a connection ended: tests that many causes share, and their words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/ended.h"
#include "facts/path.h"
#include "facts/text.h"
#include "knowledge/names.h"

bool
dx_ended(const dx_facts *facts, dx_end_kind kind, dx_side by)
{
    return facts->end.kind == kind && facts->end.by == by;
}

static bool
in_hello(const dx_facts *facts)
{
    return facts->end.phase == DX_PHASE_HELLO || facts->end.phase == DX_PHASE_HELLO_PARTIAL;
}

/* RFC 6066 section 3: "without a trailing dot". Observed: Go answers such a name, which browsers send as the
 * address bar has it, with unexpected_message (golang/go issue 63117); most servers take it. */
void
dx_say_dotted_name(dx_finding *finding, const dx_facts *facts)
{
    if (!facts->sni || !g_str_has_suffix(facts->sni, ".") || !dx_ended(facts, DX_END_ALERT, DX_SERVER) ||
        facts->server_hello_frame)
        return;
    dx_finding_say(finding, facts->hello_frame, "The server name ends with a dot");
    dx_finding_why(finding, "The server name in the ClientHello ends with a dot, which RFC 6066 forbids; "
                            "servers in Go refuse it.");
    dx_finding_fix(finding, "Use the name without the dot at its end.");
}

bool
dx_server_alert_in_hello(const dx_facts *facts, uint8_t alert)
{
    return dx_ended(facts, DX_END_ALERT, DX_SERVER) && in_hello(facts) && facts->end.alert == alert &&
           !facts->retry_frame;
}

bool
dx_server_answered(const dx_facts *facts)
{
    return facts->answer_frame && (!facts->end.frame || facts->answer_frame <= facts->end.frame);
}

bool
dx_reset_from_elsewhere(const dx_facts *facts, const dx_host *host)
{
    const dx_peer *peer = dx_facts_peer(facts, facts->end.by);
    uint8_t least = peer->num_ttl ? peer->ttl_min : host && facts->end.by == DX_SERVER ? host->ttl_min : 0;
    uint8_t most = peer->num_ttl ? peer->ttl_max : host && facts->end.by == DX_SERVER ? host->ttl_max : 0;

    /* one hop more or less is a change of route */
    return facts->end.kind == DX_END_RST && least && peer->rst_ttl &&
           (peer->rst_ttl + 1 < least || peer->rst_ttl > most + 1);
}

bool
dx_reset_is_off(const dx_facts *facts)
{
    const dx_peer *peer = dx_facts_peer(facts, facts->end.by);

    return facts->end.kind == DX_END_RST && peer->num_ttl && peer->rst_ttl &&
           (peer->rst_ttl < peer->ttl_min || peer->rst_ttl > peer->ttl_max);
}

/* Systems begin with these values (observed: Linux 64, Windows 128, network gear 255). */
bool
dx_reset_is_beside(const dx_facts *facts)
{
    const dx_peer *server = &facts->server;
    bool begun = server->rst_ttl == 64 || server->rst_ttl == 128 || server->rst_ttl == 255;

    return facts->end.by == DX_SERVER && facts->end.phase == DX_PHASE_HELLO && server->num_ttl && begun &&
           server->ttl_min == server->ttl_max && server->rst_ttl == server->ttl_max + 1;
}

bool
dx_server_read_hello(const dx_facts *facts)
{
    static const uint8_t alerts[] = {DX_ALERT_HANDSHAKE_FAILURE,    DX_ALERT_INSUFFICIENT_SECURITY,
                                     DX_ALERT_INTERNAL_ERROR,       DX_ALERT_INAPPROPRIATE_FALLBACK,
                                     DX_ALERT_MISSING_EXTENSION,    DX_ALERT_UNRECOGNIZED_NAME,
                                     DX_ALERT_UNKNOWN_PSK_IDENTITY, DX_ALERT_NO_APPLICATION_PROTOCOL};

    for (unsigned i = 0; i < sizeof alerts; i++)
        if (dx_server_alert_in_hello(facts, alerts[i]))
            return true;
    return false;
}

bool
dx_refused_hello(const dx_facts *facts)
{
    /* a server that closes at once may do so while the ClientHello is still under way */
    bool at_hello =
        facts->end.phase == DX_PHASE_HELLO || (facts->end.phase == DX_PHASE_TCP && facts->hello_frame);

    return facts->end.by == DX_SERVER && at_hello && !facts->retry_frame &&
           !dx_reset_from_elsewhere(facts, NULL) &&
           (facts->end.kind == DX_END_RST || facts->end.kind == DX_END_FIN ||
            facts->end.kind == DX_END_ALERT);
}

/* RFC 1122 section 4.1.3.1, RFC 4443 section 3.1 */
bool
dx_refused_by_host(const dx_facts *facts)
{
    bool four = facts->icmp_version == 4 && facts->icmp_type == 3 && facts->icmp_code == 3;
    bool six = facts->icmp_version == 6 && facts->icmp_type == 1 && facts->icmp_code == 4;

    return facts->end.kind == DX_END_UNREACHABLE && facts->transport != DX_TRANSPORT_TCP && (four || six);
}

/* What is sent again is no progress; who repeats himself so long has waited in vain, even if the capture ends
 * with him. */
dx_side
dx_quiet_side(const dx_facts *facts, const dx_context *context)
{
    const dx_peer *client = &facts->client, *server = &facts->server;
    bool server_owes = server->last_payload_frame < client->last_payload_frame;
    const dx_peer *waits = server_owes ? client : server;
    int64_t since_us = waits->last_payload_frame ? waits->last_payload_us : facts->last_us;
    bool in_vain =
        waits->num_retransmissions > 1 && waits->last_us - since_us >= context->preferences->syn_silence_us;

    if (facts->transport == DX_TRANSPORT_TCP || facts->end.kind != DX_END_NONE || facts->established_frame ||
        (!in_vain && context->now_us - since_us < context->preferences->silence_us))
        return DX_NOBODY;
    return server_owes ? DX_SERVER : DX_CLIENT;
}

/* RFC 1812 section 5.2.7.1, RFC 4443 section 3.1: communication prohibited. "Port unreachable" (3 and 4)
 * is what iptables' REJECT says by default (iptables-extensions(8)); a TCP without a listener resets (RFC
 * 9293 section 3.10.7.1). */
bool
dx_rejected_by_filter(const dx_facts *facts)
{
    uint8_t code = facts->icmp_code;

    if (facts->end.kind != DX_END_UNREACHABLE || dx_refused_by_host(facts))
        return false;
    if (facts->icmp_version == 6)
        return facts->icmp_type == 1 && (code == 1 || code == 4 || code == 5 || code == 6);
    return facts->icmp_type == 3 && (code == 3 || code == 9 || code == 10 || code == 13);
}

int64_t
dx_waited_us(const dx_facts *facts, const dx_context *context)
{
    int64_t until = facts->end.kind != DX_END_NONE ? facts->end.time_us : context->now_us;
    return until - facts->hello_us;
}

bool
dx_silent_hello(const dx_facts *facts, const dx_context *context)
{
    bool client_left =
        facts->end.by == DX_CLIENT && (facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST);

    if (facts->phase != DX_PHASE_HELLO || dx_server_answered(facts) || facts->retry_frame)
        return false;
    if (facts->end.kind == DX_END_NONE)
        return dx_waited_us(facts, context) >= context->preferences->silence_us;
    return client_left && dx_waited_us(facts, context) >= DX_PATIENCE_US;
}

bool
dx_server_is_plain(const dx_facts *facts, const dx_context *context)
{
    const dx_server *server = context->server;
    bool spoke_tls = facts->server_hello_frame || (server && server->num_answers);

    return !facts->expected && !spoke_tls &&
           ((server && server->plain_frame) || dx_role_without_tls(facts->server_endpoint.port));
}

bool
dx_server_may_wait_for_line(const dx_facts *facts, const dx_context *context)
{
    const dx_role *role = dx_role_of_port(facts->server_endpoint.port);
    bool waits = !role || role == dx_role_get(DX_ROLE_REDIS) || role == dx_role_get(DX_ROLE_SYSLOG);

    return waits && facts->transport == DX_TRANSPORT_TCP &&
           !(context->server && context->server->num_answers) && dx_silent_hello(facts, context);
}

bool
dx_answered_late(const dx_facts *facts)
{
    bool client_left =
        facts->end.by == DX_CLIENT && (facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST);

    return client_left && facts->end.phase == DX_PHASE_HELLO &&
           facts->server_hello_frame > facts->end.frame && !dx_server_answered(facts) &&
           facts->end.time_us - facts->hello_us >= DX_PATIENCE_US;
}

dx_side
dx_early_sender(const dx_facts *facts)
{
    bool whole = facts->hello_frame && !facts->mid_stream && !dx_path_bytes_missing(facts) &&
                 dx_path_whole(&facts->client) && dx_path_whole(&facts->server);

    return whole ? facts->early_data_of : DX_NOBODY;
}

bool
dx_alert_for_early_data(const dx_facts *facts, dx_side by)
{
    return facts->end.by != by &&
           (facts->end.kind == DX_END_ENCRYPTED_ALERT ||
            (facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_UNEXPECTED_MESSAGE));
}

bool
dx_ended_by_early_data(const dx_facts *facts, dx_side by)
{
    bool closed =
        facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST || dx_alert_for_early_data(facts, by);

    return closed && !dx_reset_from_elsewhere(facts, NULL) &&
           dx_facts_peer(facts, by)->first_app_frame <= facts->end.frame;
}

bool
dx_finished_unread(const dx_facts *facts)
{
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);
    bool unread = facts->end.alert == DX_ALERT_BAD_RECORD_MAC || facts->end.alert == DX_ALERT_DECRYPT_ERROR ||
                  facts->end.alert == DX_ALERT_HANDSHAKE_FAILURE;

    return cipher && cipher->exchange == DX_EXCHANGE_DHE && !cipher->tls13 && unread &&
           !facts->client_certificate_frame && dx_ended(facts, DX_END_ALERT, DX_SERVER) &&
           facts->end.phase == DX_PHASE_CLIENT_FINISHED;
}

void
dx_say_hello(dx_finding *finding, const dx_facts *facts)
{
    if (!facts->hello_frame || finding->quiet)
        return;
    if (!facts->offer) {
        dx_finding_say(finding, facts->hello_frame, "ClientHello, not readable in this capture");
        return;
    }
    char *sni = dx_safe(facts->sni, 0),
         *versions = dx_versions_text(&facts->offer->versions, facts->offer->dtls);
    dx_finding_say(finding, facts->hello_frame, "ClientHello, %s%s, %s%s", sni ? "SNI " : "no SNI",
                   sni ? sni : "", !facts->offer->versions_listed ? "up to " : "", versions);
    g_free(versions);
    g_free(sni);
}

void
dx_say_prime(dx_finding *finding, const dx_facts *facts)
{
    if (facts->dh_bits)
        dx_finding_say(finding, facts->key_exchange_frame,
                       "ServerKeyExchange with a Diffie-Hellman prime of %u bits", facts->dh_bits);
}

const char *
dx_phase_words(const dx_facts *facts, dx_phase phase)
{
    if (phase != DX_PHASE_SERVER_DONE)
        return dx_phase_name(phase);
    if (dx_facts_tls13(facts) && !facts->chosen.resumed && !dx_certificate_was_sent(facts))
        return dx_phase_name(DX_PHASE_SERVER_HELLO); /* too little for a Finished behind a certificate */
    return dx_facts_tls13(facts) || facts->chosen.resumed ? "after the server's Finished"
                                                          : "after the server's ServerHelloDone";
}

/* IANA's registries of ICMP and ICMPv6 parameters; NULL for the rare ones. */
static const char *
icmp_name(const dx_facts *facts)
{
    static const struct {
        uint8_t version, type, code;
        const char *name;
    } names[] = {{4, 3, 0, "network unreachable"},
                 {4, 3, 1, "host unreachable"},
                 {4, 3, 3, "port unreachable"},
                 {4, 3, 9, "network prohibited by a filter"},
                 {4, 3, 10, "host prohibited by a filter"},
                 {4, 3, 13, "prohibited by a filter"},
                 {6, 1, 0, "no route"},
                 {6, 1, 1, "prohibited by a filter"},
                 {6, 1, 3, "address unreachable"},
                 {6, 1, 4, "port unreachable"},
                 {6, 1, 5, "source address rejected"},
                 {6, 1, 6, "route rejected"}};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (names[i].version == facts->icmp_version && names[i].type == facts->icmp_type &&
            names[i].code == facts->icmp_code)
            return names[i].name;
    return NULL;
}

/* A segment that nearly every path takes (RFC 8200: 1280 bytes with IPv6's headers). */
#define SMALL_BYTES 1200

bool
dx_say_hello_never_came(dx_finding *finding, const dx_facts *facts)
{
    uint32_t len = facts->client.next_seq - facts->client.isn - 1;

    if (!facts->expected || !dx_path_never_came(facts))
        return false;
    if (len <= SMALL_BYTES) { /* then it is not the size */
        finding->checks = "Which firewall, proxy or web filter is on the path? Read its log for {client}.\n"
                          "@path_loss\n"
                          "@mtu*\n";
        finding->steps = "Let TLS pass in the filter on the path, or fix the path.\n";
    }
    finding->frame = facts->last_frame;
    dx_finding_say(finding, facts->last_frame,
                   "The client's sequence numbers tell of %u bytes of which none came here; the server's TCP "
                   "acknowledged none",
                   len);
    dx_finding_why(finding, "The client sent its ClientHello, and the path lost it: the server got no byte "
                            "of it.");
    return true;
}

/* How a side closed without a fatal alert; UDP has no FIN. */
static const char *
close_words(const dx_facts *facts)
{
    bool goodbye = facts->close.kind == DX_CLOSE_NOTIFY && facts->close.frame == facts->end.frame;

    switch (facts->transport) {
    case DX_TRANSPORT_EAP:
        return "sent EAP-Failure";
    case DX_TRANSPORT_DTLS:
    case DX_TRANSPORT_QUIC:
    case DX_TRANSPORT_OPENVPN:
        return goodbye ? "closed (close_notify)" : "closed";
    default:
        return goodbye ? "closed (close_notify, FIN)" : "closed (FIN)";
    }
}

void
dx_say_end(dx_finding *finding, const dx_facts *facts)
{
    const char *phase =
        dx_facts_one_way(facts) ? "in the handshake" : dx_phase_words(facts, facts->end.phase);
    const char *who = facts->end.by == DX_SERVER ? "Server" : "Client";
    const char *name;

    if (finding->quiet)
        return;
    if (dx_facts_one_way(facts))
        dx_finding_say(finding, facts->first_frame, "This capture has only the packets of the %s",
                       facts->server.num_packets ? "server" : "client");
    char *reason = dx_safe(facts->transport_reason, 100);
    switch (facts->end.kind) {
    case DX_END_ALERT:
        name = dx_alert_name(facts->end.alert);
        dx_finding_say(finding, facts->end.frame, "%s sent %salert %u (%s) %s%s%s%s", who,
                       facts->end.alert_level == DX_ALERT_WARNING ? "warning " : "", facts->end.alert,
                       name ? name : "unassigned", phase, reason ? ": \"" : "", reason ? reason : "",
                       reason ? "\"" : "");
        break;
    case DX_END_ENCRYPTED_ALERT:
        dx_finding_say(finding, facts->end.frame, "%s sent %s %s", who,
                       facts->transport == DX_TRANSPORT_QUIC
                           ? "what is probably its close (encrypted, told by length and place)"
                       : dx_facts_tls13(facts)
                           ? "a record that looks like an encrypted alert (by its size and place)"
                           : "an encrypted alert",
                       phase);
        break;
    case DX_END_FIN:
        dx_finding_say(finding, facts->end.frame, "%s %s %s", who, close_words(facts), phase);
        break;
    case DX_END_RST:
        dx_finding_say(finding, facts->end.frame, "%s %s %s", who, "reset (RST)", phase);
        break;
    case DX_END_FOREIGN:
        dx_finding_say(finding, facts->end.frame, "%s answered with %s", who,
                       dx_foreign_name(facts->server_foreign));
        break;
    case DX_END_TRANSPORT:
        name = dx_quic_error_name(facts->transport_error);
        dx_finding_say(finding, facts->end.frame, "%s closed with QUIC error 0x%x (%s) %s%s%s%s", who,
                       facts->transport_error, name ? name : "unassigned", phase, reason ? ": \"" : "",
                       reason ? reason : "", reason ? "\"" : "");
        break;
    case DX_END_UNREACHABLE:
        name = icmp_name(facts);
        dx_finding_say(finding, facts->end.frame, "ICMP%s type %u code %u came back%s%s%s",
                       facts->icmp_version == 6 ? "v6" : "", facts->icmp_type, facts->icmp_code,
                       name ? " (" : "", name ? name : "", name ? ")" : "");
        break;
    default:
        break;
    }
    g_free(reason);
}
