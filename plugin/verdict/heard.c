/* heard.c - what other clients of a server let be heard of a certificate that TLS 1.3 hides
 *
 * Source: OpenSSL's x509table (ssl/statem/statem_lib.c); what programs check behind their Finished is
 *         observed (late_check.c)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/heard.h"

#include "knowledge/names.h"
#include "verdict/hidden_certificate.h"
#include "verdict/late_check.h"
#include "verdict/late_leave.h"
#include "verdict/rejection.h"
#include "verdict/unusual.h"

/* The same name, and a Certificate of the same size as far as that can be told. */
static bool
is_offered_same(const dx_facts *other, const dx_facts *facts)
{
    unsigned here = dx_hidden_len(facts), there = dx_hidden_len(other);

    return other != facts && other->stream != facts->stream && other->sni == facts->sni &&
           dx_facts_tls13(other) && (!here || !there || here == there);
}

static bool
says(const dx_facts *facts, uint8_t alert)
{
    return dx_facts_tls13(facts) && !facts->chain && dx_client_is_openssl(facts) &&
           dx_client_rejected_with(facts, alert);
}

const dx_facts *
dx_openssl_said(const dx_facts *facts, const dx_context *context, uint8_t alert)
{
    const dx_facts *found = says(facts, alert) ? facts : NULL;

    if ((!found && !dx_client_minds_hidden(facts)) || !context->server)
        return found;
    for (unsigned i = 0; i < context->server->refused->len; i++) {
        const dx_sample *row = &g_array_index(context->server->refused, dx_sample, i);
        if (row->end != DX_END_ALERT || row->alert != alert || row->by != DX_CLIENT || row->sni != facts->sni)
            continue;
        for (unsigned k = 0; k < row->num_kept; k++) {
            const dx_facts *other = row->kept[k];
            if (!says(other, alert) || !is_offered_same(other, facts))
                continue;
            if (!found || (dx_hidden_name_is_late(other) && !dx_hidden_name_is_late(found)))
                found = other;
        }
    }
    return found;
}

/* One whose handshake was complete, and which left for what it compares then. */
static const dx_facts *
find_late(const dx_facts *facts, const dx_context *context, bool staple)
{
    if (!dx_client_minds_hidden(facts) || !context->server)
        return NULL;
    for (unsigned i = 0; i < context->server->accepted->len; i++) {
        const dx_sample *row = &g_array_index(context->server->accepted, dx_sample, i);
        for (unsigned k = 0; k < row->num_kept && row->sni == facts->sni; k++) {
            const dx_facts *other = row->kept[k];
            if (dx_client_left_hidden(other, false) && dx_insists_on_staple(other) == staple &&
                is_offered_same(other, facts))
                return other;
        }
    }
    return NULL;
}

/* Who asks for a staple and left; NULL: nobody. */
static const dx_facts *
find_wanting(const dx_facts *facts, const dx_context *context)
{
    if (dx_client_left_hidden(facts, false) && dx_insists_on_staple(facts))
        return facts;
    return find_late(facts, context, true);
}

static bool
has_verified(const dx_facts *facts)
{
    bool silent = facts->end.kind == DX_END_FIN && facts->end.by == DX_CLIENT;

    return dx_facts_tls13(facts) && !facts->chosen.resumed &&
           (facts->established_frame || (silent && dx_client_minds_hidden(facts)));
}

static bool
have_verified(const GArray *rows, const dx_facts *facts)
{
    for (unsigned i = 0; i < rows->len; i++) {
        const dx_sample *row = &g_array_index(rows, dx_sample, i);
        for (unsigned k = 0; k < row->num_kept && row->sni == facts->sni; k++)
            if (has_verified(row->kept[k]) && is_offered_same(row->kept[k], facts))
                return true;
    }
    return false;
}

bool
dx_hidden_key_proved(const dx_facts *facts, const dx_context *context)
{
    if (!dx_facts_tls13(facts) || facts->chain)
        return false;
    return has_verified(facts) || (context->server && (have_verified(context->server->accepted, facts) ||
                                                       have_verified(context->server->refused, facts)));
}

void
dx_say_heard(dx_finding *finding, const dx_facts *facts, const dx_facts *other)
{
    if (other == facts || finding->quiet)
        return;
    if (other->end.kind == DX_END_ALERT)
        dx_finding_say(finding, other->end.frame,
                       "Another client, which uses OpenSSL by its ClientHello, sent alert %u (%s) for this "
                       "name (stream %u)",
                       other->end.alert, dx_alert_name(other->end.alert), other->stream);
    else
        dx_finding_say(finding, other->close.frame,
                       "Another client, which says all else by an alert, closed right behind its Finished "
                       "(stream %u)",
                       other->stream);
}

bool
dx_openssl_said_other(const dx_facts *facts, const dx_context *context)
{
    static const uint8_t others[] = {DX_ALERT_BAD_CERTIFICATE, DX_ALERT_UNSUPPORTED_CERTIFICATE,
                                     DX_ALERT_CERTIFICATE_UNKNOWN, DX_ALERT_CERTIFICATE_EXPIRED};

    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        if (dx_openssl_said(facts, context, others[i]))
            return true;
    return false;
}

static void
say_left(dx_finding *finding, const dx_facts *facts, const dx_context *context)
{
    if (facts->end.kind == DX_END_NONE)
        finding->frame = facts->close.frame;
    dx_say_rejection(finding, facts, context);
}

bool
dx_heard_bad(const dx_facts *facts, const dx_context *context, bool late_name, dx_finding *finding)
{
    const dx_facts *speaker = dx_openssl_said(facts, context, DX_ALERT_BAD_CERTIFICATE);
    bool own = dx_client_rejected_with(facts, DX_ALERT_BAD_CERTIFICATE);

    if (!speaker || dx_hidden_name_is_late(speaker) != late_name)
        return false;
    say_left(finding, facts, context);
    dx_say_hidden_size(finding, facts);
    dx_say_heard(finding, facts, speaker);
    dx_finding_why(
        finding, "By its ClientHello %s uses OpenSSL, which sends bad_certificate (42) for a certificate %s.",
        own ? "the client" : "another client that rejected it",
        late_name ? "that is not valid yet by its clock, or too weak; names it compares later"
                  : "without the name that it expects, one that is not valid yet by its clock, "
                    "and one that is too weak");
    return true;
}

/* Clients of HTTP send the name of their URL; none stands for an address (RFC 6066 section 3). One short
 * certificate is self-signed rather, as those of devices are. */
static bool
came_by_address(const dx_facts *facts)
{
    return dx_offers_http(facts->offer) && !facts->sni && !facts->tunnel && dx_client_minds_hidden(facts) &&
           !dx_hidden_may_be_small(facts);
}

bool
dx_heard_name(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_facts *other = find_late(facts, context, false);

    if (!other && !came_by_address(facts))
        return false;
    say_left(finding, facts, context);
    if (!other) {
        dx_finding_why(finding, "The client of HTTP connected to an address, without a server name (SNI), "
                                "and few certificates contain an address; it gave no reason that can be "
                                "read.");
        return true;
    }
    dx_say_heard(finding, facts, other);
    dx_finding_why(finding, "This client gave no reason that can be read; another one left where its program "
                            "compares the certificate's name with the one that it asked for.");
    return true;
}

bool
dx_heard_staple(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    const dx_facts *wanting = find_wanting(facts, context);

    if (!wanting)
        return false;
    say_left(finding, facts, context);
    dx_say_heard(finding, facts, wanting);
    dx_finding_say(finding, wanting->hello_frame,
                   "%s asks for an OCSP staple (status_request), as OpenSSL's programs do only when they "
                   "insist on one (curl --cert-status)",
                   wanting == facts ? "The client" : "That client");
    return true;
}
