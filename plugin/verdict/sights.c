/* sights.c - what was seen of a connection, and whether that leaves a gate open
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/sights.h"

#include <string.h>

#include "facts/path.h"
#include "verdict/chain_offer.h"
#include "verdict/contrast.h"
#include "verdict/ended.h"
#include "verdict/late_leave.h"
#include "verdict/points.h"
#include "verdict/refusal.h"
#include "verdict/rejection.h"
#include "verdict/unoffered.h"

#define DATES (DX_BIT(DX_DEFECT_EXPIRED) | DX_BIT(DX_DEFECT_NOT_YET_VALID) | DX_BIT(DX_DEFECT_ISSUER_EXPIRED))

static dx_endings
ending_of(const dx_facts *facts)
{
    bool client = facts->end.by == DX_CLIENT;

    switch (facts->end.kind) {
    case DX_END_ALERT:
        return client ? DX_CLIENT_ALERT : DX_SERVER_ALERT;
    case DX_END_ENCRYPTED_ALERT:
        return client ? DX_CLIENT_HIDDEN_ALERT : DX_SERVER_HIDDEN_ALERT;
    case DX_END_FIN:
        return client ? DX_CLIENT_FIN : DX_SERVER_FIN;
    case DX_END_RST:
        return client ? DX_CLIENT_RST : DX_SERVER_RST;
    case DX_END_FOREIGN:
        return DX_NO_TLS;
    case DX_END_UNREACHABLE:
        return DX_ICMP_ERROR;
    case DX_END_TRANSPORT:
        return DX_QUIC_ERROR;
    default:
        return DX_NO_END;
    }
}

/* UDP has no handshake of its own: until the server has sent something, it counts as not connected. */
static dx_phase
phase_of(const dx_facts *facts)
{
    bool udp = facts->transport == DX_TRANSPORT_DTLS || facts->transport == DX_TRANSPORT_QUIC;

    if (udp && !facts->server.num_packets && !facts->mid_stream)
        return DX_PHASE_NONE;
    if (dx_client_left_unanswered(facts)) /* what the server said behind that does not count */
        return facts->close.phase;
    return facts->end.kind == DX_END_NONE ? facts->phase : facts->end.phase;
}

static bool
lacks_alpn(const dx_facts *facts)
{
    bool said = facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_NO_APPLICATION_PROTOCOL;

    return facts->chosen.alpn || (facts->offer && !facts->offer->num_alpn && !said);
}

static bool
is_small_hello(const dx_facts *facts)
{
    return facts->offer && facts->hello_segments <= 1 && facts->hello_len < DX_LARGE_HELLO &&
           !facts->offer->post_quantum;
}

static bool
is_old_answer(const dx_facts *facts)
{
    return facts->server_hello_frame && facts->offer && facts->chosen.version &&
           facts->chosen.version <= DX_TLS12 && dx_offers_version(facts->offer, facts->chosen.version);
}

/* The flight of TLS 1.2 and older, or of any version with keys: whoever could see a message in it, and does
 * not, knows that it was not sent. */
static bool
is_open_flight(const dx_facts *facts)
{
    return facts->server_hello_frame && !facts->damaged && (!dx_facts_tls13(facts) || facts->decrypted);
}

/* A request may come later than in the first handshake: by HelloRequest, or after it in TLS 1.3. */
static bool
lacks_request(const dx_facts *facts)
{
    bool packets = facts->transport == DX_TRANSPORT_QUIC && !facts->decrypted; /* they hide what is in them */
    bool alone = dx_facts_tls13(facts) && facts->client_finished_frame && !packets &&
                 facts->client_certificate == DX_CLIENT_CERTIFICATE_NONE; /* RFC 8446 section 4.4.2 */
    bool said = facts->end.kind == DX_END_ALERT && facts->end.alert == DX_ALERT_CERTIFICATE_REQUIRED;

    if (facts->late_certificate != DX_CLIENT_CERTIFICATE_NONE || facts->certificate_request_frame ||
        facts->hello_request_frame || said)
        return false;
    return alone || (is_open_flight(facts) && facts->phase >= DX_PHASE_SERVER_DONE);
}

static bool
read_client_certificate(const dx_facts *facts, dx_client_certificate sent)
{
    return facts->client_certificate == sent && !(dx_facts_tls13(facts) && !facts->decrypted);
}

/* With static RSA the server proves its key by decrypting, which it does behind the client's Finished. */
static bool
is_key_proved(const dx_facts *facts, const dx_context *context)
{
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);
    bool decrypts = cipher && !cipher->tls13 && cipher->exchange == DX_EXCHANGE_RSA;

    if (facts->end.by == DX_SERVER)
        return cipher && !decrypts;
    return dx_key_proof(facts, context).answer == DX_PROOF_VERIFIED;
}

static bool
has_other_defects(uint32_t defects, const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    if (((defects & DATES) && !dx_authentication_dated(facts)) ||
        !dx_authentication_judge_leaf(facts, dx_ledger_certs(context->ledger), &judgement))
        return false;
    return !(judgement.defects & defects);
}

static bool
name_fits(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    /* an application that checks for itself may expect another name than it sends */
    if (dx_own_check_failed(facts) ||
        !dx_authentication_judge_leaf(facts, dx_ledger_certs(context->ledger), &judgement))
        return false;
    if (!facts->sni && !facts->tunnel)
        return dx_authentication_bears_address(facts, dx_ledger_certs(context->ledger));
    return !(judgement.defects & DX_BIT(DX_DEFECT_NAME_MISMATCH));
}

static bool
has_offered_chain(const dx_facts *facts, const dx_context *context)
{
    const char *what;

    if (dx_server_failed_to_sign(facts))
        return false;
    return (dx_certificate_was_sent(facts) || facts->key_exchange_frame) &&
           !dx_chain_unoffered(facts, dx_ledger_certs(context->ledger), &what);
}

static bool
is_trusted(const dx_facts *facts, const dx_context *context)
{
    dx_judgement judgement;

    return dx_authentication_judge(facts, dx_ledger_certs(context->ledger), &judgement) &&
           judgement.trust == DX_TRUST_YES;
}

/* What the server chose there for the same name it would have chosen here: it takes the newest version that
 * both have (RFC 8446 section 4.2.1), so both clients must have had this one's newest. */
static bool
is_common(const dx_sample *sample, const dx_facts *facts)
{
    const dx_offer *offer = facts->offer;
    uint16_t newest = dx_facts_max_version(facts);

    return sample->proxy_header == facts->proxy_header && sample->sni == facts->sni &&
           (sample->chosen.version == newest || dx_offers_version(sample->offer, newest)) &&
           dx_offers_version(offer, sample->chosen.version) &&
           dx_codes_have(&offer->ciphers, sample->chosen.cipher) &&
           (!sample->chosen.group || dx_codes_have(&offer->groups, sample->chosen.group));
}

static bool
have_common(const GArray *samples, const dx_facts *facts)
{
    for (unsigned i = 0; samples && i < samples->len; i++)
        if (is_common(&g_array_index(samples, dx_sample, i), facts))
            return true;
    return false;
}

static bool
has_common_success(const dx_facts *facts, const dx_context *context)
{
    /* 70 speaks of versions, whatever worked */
    if (!facts->offer || dx_server_alert_in_hello(facts, DX_ALERT_PROTOCOL_VERSION))
        return false;
    return have_common(context->accepted, facts) ||
           (context->refusal && have_common(context->refusal->answered, facts));
}

/* What the client's side shows. */
static bool
saw_of_client(dx_sight sight, const dx_facts *facts)
{
    switch (sight) {
    case DX_SIGHT_SYN:
        return facts->client.syn_frame;
    case DX_SIGHT_BEGINNING:
        return facts->hello_frame || facts->partial_frame || phase_of(facts) >= DX_PHASE_HELLO_PARTIAL;
    case DX_SIGHT_MIDDLE_ONLY:
        return facts->mid_stream;
    case DX_SIGHT_HELLO:
        return facts->hello_frame;
    case DX_SIGHT_OFFER:
        return facts->offer;
    case DX_SIGHT_SSLV2:
        return facts->offer && facts->offer->sslv2;
    case DX_SIGHT_NAME:
        return facts->sni;
    case DX_SIGHT_NO_NAME:
        return facts->offer && !facts->sni;
    case DX_SIGHT_SMALL_HELLO:
        return is_small_hello(facts);
    case DX_SIGHT_FALLBACK:
        return facts->offer && facts->offer->fallback_scsv;
    case DX_SIGHT_RESUMPTION:
        return facts->resumption_offered;
    case DX_SIGHT_CLIENT_CERTIFICATE:
        return read_client_certificate(facts, DX_CLIENT_CERTIFICATE_SENT);
    case DX_SIGHT_EMPTY_CERTIFICATE:
        return read_client_certificate(facts, DX_CLIENT_CERTIFICATE_EMPTY);
    case DX_SIGHT_CLIENT_FOREIGN:
        return facts->client_foreign_frame;
    case DX_SIGHT_NO_TLS_BEGUN: /* what stands before STARTTLS is as it should be */
        return facts->client_foreign_frame && facts->upgrade_answer <= 0;
    case DX_SIGHT_UPGRADE:
        return facts->upgrade != DX_UPGRADE_NONE;
    case DX_SIGHT_NO_TLS_BY_COMMAND:
        return facts->upgrade != DX_UPGRADE_NONE || facts->not_offered_frame;
    case DX_SIGHT_AGREED:
        return facts->upgrade_answer > 0;
    case DX_SIGHT_CONNECT:
        return facts->upgrade == DX_UPGRADE_HTTP_CONNECT;
    case DX_SIGHT_PRELOGIN:
        return facts->upgrade == DX_UPGRADE_TDS;
    default:
        return false;
    }
}

/* What the ServerHello shows. */
static bool
saw_of_choice(dx_sight sight, const dx_facts *facts)
{
    const dx_choice *chosen = &facts->chosen;

    switch (sight) {
    case DX_SIGHT_NO_ALPN:
        return lacks_alpn(facts);
    case DX_SIGHT_RETRY:
        return facts->retry_frame;
    case DX_SIGHT_COMMON_GROUP:
        return facts->retry_frame && facts->offer && facts->retry_group &&
               dx_codes_have(&facts->offer->groups, facts->retry_group);
    case DX_SIGHT_NO_FOREIGN_GROUP:
        return facts->server_hello_frame && !(dx_unoffered_choice(facts) & DX_UNOFFERED_GROUP);
    case DX_SIGHT_SERVER_HELLO:
        return facts->server_hello_frame;
    case DX_SIGHT_TLS13:
        return dx_facts_tls13(facts);
    case DX_SIGHT_ABOVE_TLS10:
        return chosen->version > DX_TLS10;
    case DX_SIGHT_DOWNGRADE:
        return facts->downgrade;
    case DX_SIGHT_NO_RENEGOTIATION_INFO:
        return is_old_answer(facts) && facts->offer->renegotiation_info && !chosen->renegotiation_info;
    case DX_SIGHT_NO_EXTENDED_MASTER_SECRET:
        return is_old_answer(facts) && facts->offer->extended_master_secret &&
               !chosen->extended_master_secret && chosen->renegotiation_info;
    case DX_SIGHT_FULL_HANDSHAKE:
        return facts->server_hello_frame && !chosen->resumed && !facts->early_data;
    default:
        return false;
    }
}

/* Over UDP and in EAP a client may leave by falling silent: the server's flight is the last word. */
static bool
is_silent_at_certificate(const dx_facts *facts)
{
    return facts->transport != DX_TRANSPORT_TCP && facts->phase >= DX_PHASE_SERVER_HELLO &&
           facts->phase <= DX_PHASE_SERVER_DONE && dx_certificate_was_sent(facts) &&
           !facts->client_finished_frame &&
           facts->client.last_payload_frame < facts->server.last_payload_frame;
}

static bool
is_leaving(const dx_facts *facts)
{
    return facts->end.kind != DX_END_NONE || is_silent_at_certificate(facts) ||
           dx_client_left_unsaid(facts) || dx_client_left_hidden(facts, true) ||
           dx_client_left_hidden(facts, false);
}

/* What the server's side shows. */
static bool
has_certificate(const dx_facts *facts)
{
    return dx_certificate_was_sent(facts) || dx_client_checks_again(facts) || dx_certificate_unseen(facts) ||
           (facts->damaged && facts->server_hello_frame);
}

static bool
has_key_beside(const dx_facts *facts)
{
    const dx_cipher *cipher = dx_cipher_find(facts->chosen.cipher);

    return cipher && cipher->auth == DX_AUTH_PSK;
}

static bool
saw_of_server(dx_sight sight, const dx_facts *facts)
{
    switch (sight) {
    case DX_SIGHT_NO_LISTENER:
        return dx_refused_by_host(facts);
    case DX_SIGHT_FILTER:
        return dx_rejected_by_filter(facts);
    case DX_SIGHT_SERVER_PACKET:
        return facts->server.syn_frame || facts->server.have_acked || facts->server.payload_bytes ||
               (facts->transport != DX_TRANSPORT_TCP && facts->server.num_packets);
    case DX_SIGHT_LEAVING:
        return is_leaving(facts);
    case DX_SIGHT_TLS:
        return facts->tls;
    case DX_SIGHT_ANSWER:
        return dx_server_answered(facts);
    case DX_SIGHT_ARRIVAL:
        return facts->hello_frame && dx_path_hello_acked(facts);
    case DX_SIGHT_CERTIFICATE:
        return has_certificate(facts);
    case DX_SIGHT_CERTIFICATE_ALONE:
        return has_certificate(facts) && !has_key_beside(facts);
    case DX_SIGHT_KEY_EXCHANGE:
        return facts->key_exchange_frame;
    case DX_SIGHT_SHORT_PRIME:
        return facts->dh_bits && facts->dh_bits < 2048;
    case DX_SIGHT_NO_REQUEST:
        return lacks_request(facts);
    case DX_SIGHT_OBJECTION:
        return facts->end.by != DX_SERVER || facts->end.kind == DX_END_ALERT ||
               facts->end.kind == DX_END_ENCRYPTED_ALERT || dx_early_sender(facts) != DX_NOBODY;
    case DX_SIGHT_HELLO_REQUEST:
        return facts->hello_request_frame;
    case DX_SIGHT_SERVER_FOREIGN:
        return facts->server_foreign_frame;
    default:
        return saw_of_client(sight, facts) || saw_of_choice(sight, facts);
    }
}

bool
dx_gate_saw(dx_sight sight, const dx_facts *facts, const dx_context *context)
{
    switch (sight) {
    case DX_SIGHT_KEY_PROVED:
        return is_key_proved(facts, context);
    case DX_SIGHT_OFFERED_CHAIN:
        return has_offered_chain(facts, context);
    case DX_SIGHT_FITTING_NAME:
        return name_fits(facts, context);
    case DX_SIGHT_TRUSTED_CHAIN:
        return is_trusted(facts, context);
    case DX_SIGHT_OTHER_PROTOCOL:
        return facts->server_foreign_frame || dx_server_is_plain(facts, context) ||
               dx_server_may_wait_for_line(facts, context);
    case DX_SIGHT_SAME_AT_POINTS:
        return context->points && context->points->same;
    case DX_SIGHT_COMMON_SUCCESS:
        return has_common_success(facts, context);
    default:
        return saw_of_server(sight, facts);
    }
}

/* Many gates ask for the same few sights. */
static bool
saw_once(unsigned sight, const dx_facts *facts, const dx_context *context)
{
    dx_looked *seen = context->seen;
    uint64_t bit = UINT64_C(1) << sight;

    if (!seen)
        return dx_gate_saw((dx_sight)sight, facts, context);
    if (!(seen->asked & bit) && dx_gate_saw((dx_sight)sight, facts, context))
        seen->seen |= bit;
    seen->asked |= bit;
    return seen->seen & bit;
}

static bool
takes_alert(const dx_gate *gate, const dx_facts *facts)
{
    if (!gate->num_alerts || facts->end.kind != DX_END_ALERT)
        return true;
    for (unsigned i = 0; i < gate->num_alerts; i++)
        if (gate->alerts[i] == facts->end.alert)
            return true;
    return false;
}

dx_gate_end
dx_gate_end_of(const dx_facts *facts)
{
    return (dx_gate_end){.phase = (uint16_t)(1u << phase_of(facts)),
                         .ending = (uint16_t)ending_of(facts),
                         .over = (uint8_t)(1u << facts->transport),
                         .leaving = is_leaving(facts)};
}

bool
dx_gate_open(const dx_cause *cause, const dx_facts *facts, const dx_context *context)
{
    return dx_gate_takes_end(&cause->gate, dx_gate_end_of(facts)) &&
           dx_gate_open_at_end(cause, facts, context);
}

bool
dx_gate_open_at_end(const dx_cause *cause, const dx_facts *facts, const dx_context *context)
{
    const dx_gate *gate = &cause->gate;

    if (dx_gate_is_refuted(gate, context->seen) || !takes_alert(gate, facts))
        return false;
    uint64_t known = context->seen ? context->seen->asked : 0;
    unsigned sight = 0;
    for (uint64_t asked = (gate->needs | gate->refutes) & ~known; asked; asked >>= 1, sight++) {
        for (; !(asked & 0xFF); asked >>= 8) /* few bits are set, and this runs for every connection */
            sight += 8;
        if ((asked & 1) && saw_once(sight, facts, context) != (gate->needs >> sight & 1))
            return false;
    }
    return !gate->defects || !has_other_defects(gate->defects, facts, context);
}
