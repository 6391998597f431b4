/* handshake.c - tests of a connection's end and offer that many causes share, and their words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/contrast.h"
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

/* RFC 1812 section 5.2.7.1, RFC 4443 section 3.1: communication prohibited. "Port unreachable" (3 and 4)
 * is what iptables' REJECT says by default (iptables-extensions(8)); a TCP without a listener resets (RFC
 * 9293 section 3.10.7.1). */
bool
dx_rejected_by_filter(const dx_facts *facts)
{
    uint8_t code = facts->icmp_code;

    if (facts->end.kind != DX_END_UNREACHABLE)
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
dx_answered_late(const dx_facts *facts)
{
    bool client_left =
        facts->end.by == DX_CLIENT && (facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST);

    return client_left && facts->end.phase == DX_PHASE_HELLO &&
           facts->server_hello_frame > facts->end.frame && !dx_server_answered(facts) &&
           facts->end.time_us - facts->hello_us >= DX_PATIENCE_US;
}

static bool
have_one_of(const dx_codes *codes, const uint16_t *wanted, unsigned num)
{
    for (unsigned i = 0; i < num; i++)
        if (dx_codes_have(codes, wanted[i]))
            return true;
    return false;
}

/* Suites that nearly every TLS 1.2 server of the last ten years has on, for RSA and for ECDSA
 * certificates. */
static const uint16_t usual_ciphers[] = {0xC02F, 0xC030, 0xC02B, 0xC02C, 0xCCA8, 0xCCA9, 0xC013, 0xC014,
                                         0xC027, 0xC028, 0xC009, 0xC00A, 0x009C, 0x009D, 0x002F, 0x0035};
static const uint16_t rsa_ciphers[] = {0xC02F, 0xC030, 0xCCA8, 0xC013, 0xC014, 0xC027, 0xC028, 0x009C,
                                       0x009D, 0x002F, 0x0035, 0x009E, 0x009F, 0x003C, 0x003D, 0x0033};
static const uint16_t usual_ciphers13[] = {0x1301, 0x1302, 0x1303};
static const uint16_t usual_groups[] = {0x001D, 0x0017, 0x0018};
static const uint16_t usual_signatures13[] = {0x0804, 0x0805, 0x0806};
static const uint16_t usual_signatures12[] = {0x0401, 0x0501, 0x0601, 0x0804, 0x0805, 0x0806};

static bool
needs_groups(const dx_offer *offer)
{
    for (unsigned i = 0; i < offer->ciphers.num; i++) {
        const dx_cipher *cipher = dx_cipher_find(offer->ciphers.item[i]);
        if (cipher && !cipher->tls13 && cipher->exchange != DX_EXCHANGE_ECDHE)
            return false; /* a suite without groups would do */
    }
    return true;
}

unsigned
dx_offer_unusual(const dx_offer *offer)
{
    bool tls13 = dx_offers_version(offer, DX_TLS13), tls12 = dx_offers_version(offer, DX_TLS12);
    unsigned bits = 0;

    if (!tls13 && !tls12)
        bits |= DX_UNUSUAL_VERSIONS;
    if (!tls13)
        bits |= DX_NO_TLS13;
    else if (!tls12)
        bits |= DX_ONLY_TLS13;
    bool usual13 = tls13 && have_one_of(&offer->ciphers, usual_ciphers13, G_N_ELEMENTS(usual_ciphers13));
    bool usual12 = have_one_of(&offer->ciphers, usual_ciphers, G_N_ELEMENTS(usual_ciphers));
    if (!usual13 && (tls13 && !tls12 ? true : !usual12))
        bits |= DX_UNUSUAL_CIPHERS;
    if (!usual13 && !have_one_of(&offer->ciphers, rsa_ciphers, G_N_ELEMENTS(rsa_ciphers)))
        bits |= DX_UNUSUAL_AUTH;
    if (offer->groups.num && needs_groups(offer) &&
        !have_one_of(&offer->groups, usual_groups, G_N_ELEMENTS(usual_groups)))
        bits |= DX_UNUSUAL_GROUPS;
    if (offer->signatures.num &&
        !have_one_of(&offer->signatures, tls13 && !tls12 ? usual_signatures13 : usual_signatures12,
                     tls13 && !tls12 ? G_N_ELEMENTS(usual_signatures13) : G_N_ELEMENTS(usual_signatures12)))
        bits |= DX_UNUSUAL_SIGNATURES;
    if (offer->ciphers.num <= 3 && !(usual13 && offer->ciphers.num == 3))
        bits |= DX_NARROW_CIPHERS;
    if (offer->groups.num == 1 && needs_groups(offer))
        bits |= DX_NARROW_GROUPS;
    return bits;
}

void
dx_say_hello(dx_finding *finding, const dx_facts *facts)
{
    if (!facts->hello_frame)
        return;
    if (!facts->offer) {
        dx_finding_say(finding, facts->hello_frame, "ClientHello, not readable in this capture");
        return;
    }
    char *sni = dx_safe(facts->sni, 0),
         *versions = dx_codes_text(&facts->offer->versions, dx_version_name, 6);
    dx_finding_say(finding, facts->hello_frame, "ClientHello%s%s, offers %s%s",
                   sni ? " for " : " without server name", sni ? sni : "",
                   !facts->offer->versions_listed ? "up to " : "", versions);
    g_free(versions);
    g_free(sni);
}

void
dx_say_end(dx_finding *finding, const dx_facts *facts)
{
    const char *who = facts->end.by == DX_SERVER ? "Server" : "Client";
    const char *name;

    switch (facts->end.kind) {
    case DX_END_ALERT:
        name = dx_alert_name(facts->end.alert);
        dx_finding_say(finding, facts->end.frame, "%s sent %salert %u (%s) %s", who,
                       facts->end.alert_level == DX_ALERT_WARNING ? "warning " : "", facts->end.alert,
                       name ? name : "unassigned", dx_phase_name(facts->end.phase));
        break;
    case DX_END_ENCRYPTED_ALERT:
        dx_finding_say(finding, facts->end.frame, "%s sent what must be an encrypted alert %s", who,
                       dx_phase_name(facts->end.phase));
        break;
    case DX_END_FIN:
        dx_finding_say(finding, facts->end.frame, "%s closed (FIN) %s", who, dx_phase_name(facts->end.phase));
        break;
    case DX_END_RST:
        dx_finding_say(finding, facts->end.frame, "%s reset (RST) %s", who, dx_phase_name(facts->end.phase));
        break;
    case DX_END_FOREIGN:
        dx_finding_say(finding, facts->end.frame, "%s answered with %s", who,
                       dx_foreign_name(facts->server_foreign));
        break;
    case DX_END_UNREACHABLE:
        dx_finding_say(finding, facts->end.frame, "ICMP%s type %u code %u came back",
                       facts->icmp_version == 6 ? "v6" : "", facts->icmp_type, facts->icmp_code);
        break;
    default:
        break;
    }
}

void
dx_say_success(dx_finding *finding, const dx_sample *sample, const char *difference)
{
    char *version = dx_code_text(sample->chosen.version, dx_version_name);
    char *cipher = dx_code_text(sample->chosen.cipher, dx_cipher_name);
    char *client = dx_address_text(&sample->client);
    char *sni = dx_safe(sample->sni, 0);

    dx_finding_contrast(
        finding,
        "The same server accepted %s%s%s in frame %u (stream %u) with %s and %s (%u such connection%s): %s",
        client, sni ? " asking for " : " without a server name", sni ? sni : "", sample->first_frame,
        sample->first_stream, version, cipher, sample->count, sample->count == 1 ? "" : "s", difference);
    g_free(version);
    g_free(cipher);
    g_free(client);
    g_free(sni);
}
