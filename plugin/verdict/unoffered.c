/* unoffered.c - what a server chose though the client had not offered it
 *
 * Source: RFC 8446 section 4.1.3 (illegal_parameter, protocol_version), RFC 7301 section 3.2
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/unoffered.h"

#include "verdict/ended.h"
#include "verdict/unusual.h"

/* The list of names is cut at its capacity. */
static bool
lacks_protocol(const dx_offer *offer, const char *chosen)
{
    if (!chosen || offer->num_alpn == DX_MAX_ALPN)
        return false;
    for (unsigned i = 0; i < offer->num_alpn; i++)
        if (g_strcmp0(offer->alpn[i], chosen) == 0)
            return false;
    return true;
}

unsigned
dx_unoffered_choice(const dx_facts *facts)
{
    const dx_offer *offer = facts->offer;
    const dx_choice *chosen = &facts->chosen;
    unsigned parts = 0;

    if (!facts->server_hello_frame || !offer || offer->sslv2)
        return 0;
    if (!dx_offers_version(offer, chosen->version))
        parts |= DX_UNOFFERED_VERSION;
    if (offer->ciphers.num && !dx_codes_have(&offer->ciphers, chosen->cipher))
        parts |= DX_UNOFFERED_SUITE;
    if (chosen->group && offer->groups.num && !dx_codes_have(&offer->groups, chosen->group))
        parts |= DX_UNOFFERED_GROUP;
    if (lacks_protocol(offer, chosen->alpn))
        parts |= DX_UNOFFERED_ALPN;
    return parts;
}

bool
dx_left_at_choice(const dx_facts *facts)
{
    /* 47 is what the RFC asks for; 40 (GnuTLS, Go), 10, 110, 70 (OpenSSL), 50 (wolfSSL) were observed */
    static const uint8_t alerts[] = {DX_ALERT_CLOSE_NOTIFY,         DX_ALERT_UNEXPECTED_MESSAGE,
                                     DX_ALERT_HANDSHAKE_FAILURE,    DX_ALERT_ILLEGAL_PARAMETER,
                                     DX_ALERT_DECODE_ERROR,         DX_ALERT_PROTOCOL_VERSION,
                                     DX_ALERT_UNSUPPORTED_EXTENSION};

    if (facts->end.by != DX_CLIENT || facts->end.phase < DX_PHASE_SERVER_HELLO ||
        facts->end.phase > DX_PHASE_SERVER_DONE)
        return false;
    if (facts->end.kind != DX_END_ALERT)
        return facts->end.kind == DX_END_FIN || facts->end.kind == DX_END_RST ||
               facts->end.kind == DX_END_ENCRYPTED_ALERT;
    for (unsigned i = 0; i < sizeof alerts; i++)
        if (facts->end.alert == alerts[i])
            return true;
    return false;
}

void
dx_say_unoffered(dx_finding *finding, const dx_facts *facts, unsigned parts)
{
    static const struct {
        unsigned part;
        const char *words;
    } rows[] = {{DX_UNOFFERED_VERSION, "a version"},
                {DX_UNOFFERED_SUITE, "a cipher suite"},
                {DX_UNOFFERED_GROUP, "a group"},
                {DX_UNOFFERED_ALPN, "an application protocol (ALPN)"}};

    dx_say_hello(finding, facts);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        if (parts & rows[i].part)
            dx_finding_say(finding, facts->server_hello_frame,
                           "The server chose %s that the client did not offer", rows[i].words);
    dx_say_end(finding, facts);
}
