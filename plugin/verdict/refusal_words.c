/* refusal_words.c - what a refusal's rows say: candidates, and how a ClientHello differs from one that worked
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/refusal.h"

#include <string.h>

#include "facts/fingerprint.h"
#include "facts/text.h"
#include "knowledge/names.h"
#include "verdict/contrast.h"
#include "verdict/unusual.h"

#define ONE_PACKET 1460 /* bytes of TCP in an Ethernet frame; segmentation offload shows more */

void
dx_refusal_candidates(dx_finding *finding, const dx_refusal *refusal, bool suspects)
{
    for (unsigned i = 0; i < refusal->num_ranked; i++) {
        const dx_refusal_row *row = &refusal->row[refusal->rank[i]];
        const dx_cause *cause = refusal->cause[refusal->rank[i]];
        if (cause && (!suspects || row->confidence != DX_NONE || row->unusual))
            dx_finding_candidates(finding, cause, NULL);
    }
}

void
dx_refusal_say_hello(dx_finding *finding, const dx_facts *facts)
{
    dx_say_hello(finding, facts);
    if (facts->hello_frame && dx_hello_is_large(facts))
        dx_finding_say(finding, facts->hello_frame, "ClientHello of %u bytes in %u segment%s%s",
                       facts->hello_len, facts->hello_segments,
                       facts->hello_segments != 1 ? "s"
                       : facts->hello_len > ONE_PACKET
                           ? " as captured (on the path it can be several packets)"
                           : "",
                       facts->offer && facts->offer->post_quantum ? ", with a post-quantum key share" : "");
}

void
dx_refusal_say_end(dx_finding *finding, const dx_facts *facts)
{
    dx_say_end(finding, facts);
    if (facts->hello_frame && (facts->end.kind == DX_END_NONE || facts->end.by == DX_CLIENT))
        finding->frame = facts->hello_frame;
}

/* What to look at when the server said nothing: what is suspected comes before what any server can lack. */
static const char checks_shape[] =
    "Which firewall, load balancer, bot protection or intrusion prevention is before {endpoint}? It may "
    "tell clients apart by their address (access lists) or their ClientHello (JA3, JA4): read its log for "
    "{client}.\n"
    "@path\n"
    "@log\n";
static const char checks_same[] = "@log\n"
                                  "Do several server nodes stand behind {endpoint}? Try each by itself: one "
                                  "may be broken, overloaded or set "
                                  "up otherwise.\n"
                                  "Does a limit of connections, an access list or an intrusion prevention "
                                  "end some of them? Read its log for "
                                  "{client}.\n"
                                  "@path\n";
static const char checks_unread[] =
    "@log\n"
    "Does an access list, a limit of connections or a TCP wrapper turn {client} away? (allow and deny rules, "
    "fail2ban, hosts.deny)\n"
    "Does a load balancer decide before the ClientHello has come? (HAProxy: without tcp-request "
    "inspect-delay, req.ssl_sni is empty), or has it no server that is up?\n"
    "@path\n";
static const char checks_size[] =
    "Does a small ClientHello get an answer? Then it is the size. In cmd, PowerShell or sh:\t"
    "openssl s_client -connect {connect}{starttls}{servername} -tls1_2 -groups P-256\n"
    "Which firewall, load balancer or proxy is on the path, and does its vendor list this defect "
    "(tldr.fail)?\n"
    "@log\n"
    "@binding\n"
    "@name\n"
    "@protocols\n"
    "@path\n";
static const char checks_cipher[] = "@log\n"
                                    "@ciphers\n"
                                    "@binding\n"
                                    "@name\n"
                                    "@protocols\n"
                                    "@key\n"
                                    "@path\n";
static const char checks_no_name[] =
    "Does it succeed with a server name? In cmd, PowerShell or sh:\t"
    "openssl s_client -connect {connect}{starttls} -servername HOSTNAME\n"
    "Why does the client send no name? An IP address in the URL, a health probe, an old library.\n"
    "@log\n"
    "@binding\n"
    "@key\n"
    "@protocols\n"
    "@path\n";

/* The proxy opened the tunnel: it reads the name in the ClientHello when it filters by name or opens TLS. */
static const char checks_tunnel[] =
    "What does the proxy log of {name}? One that filters by name, or opens TLS and cannot reach the server, "
    "ends the tunnel at the ClientHello (Squid: access.log and cache.log, ssl_bump terminate).\n"
    "@reproduce\n"
    "Does the same work past the proxy, from a machine that needs none?\n"
    "Does the proxy let other names through? Then it is its rule for this one.\n"
    "Then the server behind it: what does its own log say?\n";

/* The success that is compared came from another address: that may be what the server goes by. */
static bool
is_elsewhere(const dx_sample *sample, const dx_facts *facts)
{
    return !dx_address_equal(&sample->client, &facts->client_endpoint.address);
}

/* What is offered was answered on another connection. */
static bool
comes_and_goes(const dx_refusal *refusal)
{
    return refusal->same && !refusal->row[DX_DIMENSION_SIZE].differs && !refusal->num_elsewhere;
}

void
dx_refusal_say_why(dx_finding *finding, const dx_refusal *refusal, const dx_facts *facts)
{
    bool named = facts->sni && refusal->nearest && refusal->nearest->sni;
    const char *name = named ? " for the same name" : "";

    if (refusal->unread)
        dx_finding_why(finding,
                       "The server closed the connection before the ClientHello had come: nothing that the "
                       "client offers is the reason.");
    else if (refusal->by_shape && is_elsewhere(refusal->nearest, facts))
        dx_finding_why(finding,
                       "The server, or a device before it, drops this client's ClientHello, which offers all "
                       "that was chosen with another one%s: it tells clients apart by their address (an "
                       "access list) or by the shape of their ClientHello.",
                       name);
    else if (refusal->by_shape)
        dx_finding_why(finding,
                       "The server, or a device before it, drops this client's ClientHello, which offers all "
                       "that was chosen with another one%s: it tells clients apart by the shape of their "
                       "ClientHello.",
                       name);
    else if (facts->tunnel) {
        char *target = dx_safe(facts->tunnel, 0);
        dx_finding_why(
            finding,
            "The proxy opened the tunnel to %s, and the ClientHello got no answer but the end of the "
            "connection: the proxy may not allow this name, or the server behind it closed.",
            target);
        g_free(target);
    } else if (comes_and_goes(refusal)) {
        if (is_elsewhere(refusal->same, facts))
            dx_finding_why(
                finding,
                "The server answered the same offer of another client (frame %u): an access list, a "
                "server node, a limit or a filter on the path tells the two apart.",
                refusal->same->first_frame);
        else
            dx_finding_why(
                finding,
                "The server answered the same offer on another connection (frame %u): the reason "
                "comes and goes, as a server node, a limit, a restart or a filter on the path does.",
                refusal->same->first_frame);
    }
}

const char *
dx_refusal_checks(const dx_refusal *refusal, const dx_facts *facts)
{
    if (refusal->unread)
        return checks_unread;
    if (refusal->by_shape)
        return checks_shape;
    if (facts->tunnel)
        return checks_tunnel;
    if (comes_and_goes(refusal))
        return checks_same;
    if (!refusal->num_ranked || !refusal->row[refusal->rank[0]].unusual)
        return NULL;
    switch (refusal->rank[0]) {
    case DX_DIMENSION_SIZE:
        return checks_size;
    case DX_DIMENSION_CIPHER:
        return checks_cipher;
    case DX_DIMENSION_NO_NAME:
        return checks_no_name;
    default:
        return NULL;
    }
}

#define FEW 3

void
dx_refusal_say_suites(dx_finding *finding, const dx_facts *facts, const char *offered)
{
    unsigned num = facts->offer->ciphers.num;
    bool others;

    if (dx_offers_psk(facts->offer, &others) && !others && !dx_offers_version(facts->offer, DX_TLS13)) {
        dx_finding_why(finding, "The client offers only cipher suites with a pre-shared key (PSK), which the "
                                "server's settings do not allow.");
        finding->checks = "@log\n"
                          "Is the server set up for pre-shared keys (PSK), or for certificates? The client "
                          "must use the same.\n"
                          "@ciphers\n";
        finding->steps = "Set up the pre-shared key on the server, or let the client use certificates.\n"
                         "@enable_cipher\n";
    } else if (num && num <= FEW)
        dx_finding_why(finding,
                       "The client offers only %s, which the server's settings or certificate do not allow.",
                       offered);
}

void
dx_refusal_say_groups(dx_finding *finding, const dx_facts *facts, const char *offered)
{
    enum { SECP256R1 = 23, SECP384R1 = 24, X25519 = 29, X25519_MLKEM768 = 0x11EC };
    const dx_codes *groups = &facts->offer->groups;
    bool usual = dx_codes_have(groups, SECP256R1) || dx_codes_have(groups, SECP384R1) ||
                 dx_codes_have(groups, X25519) || dx_codes_have(groups, X25519_MLKEM768);

    if (groups->num && groups->num <= FEW)
        dx_finding_why(finding,
                       "The client offers only %s as groups (elliptic curves and others), which the server "
                       "does not support.",
                       offered);
    if (!usual)
        finding->steps = "Enable on the client a group that nearly every server supports: x25519, secp256r1 "
                         "or secp384r1.\n"
                         "@enable_group|Or enable a group that the client offers on the server.\n";
}

bool
dx_refusal_unread(dx_finding *finding, const dx_facts *facts, uint8_t alert)
{
    if (!(facts->hello_frame || dx_facts_one_way(facts)) || !dx_server_alert_in_hello(facts, alert))
        return false;
    dx_say_hello(finding, facts);
    dx_say_end(finding, facts);
    return true;
}

/* The elements of `a` that `b` lacks, up to six of them. */
static void
list_missing(GString *text, const char *where, const dx_codes *a, const dx_codes *b,
             const char *(*name)(uint16_t code))
{
    dx_codes more = {0, NULL, 0};

    for (unsigned i = 0; i < a->num; i++)
        if (!dx_codes_have(b, a->item[i]))
            dx_codes_add(&more, a->item[i]);
    if (more.num) {
        char *list = dx_codes_text(&more, name, 6);
        g_string_append_printf(text, "%s%s %s", *text->str ? ", " : "", where, list);
        g_free(list);
    }
    dx_codes_clear(&more);
}

/* What one list of both hellos differs in; nothing when they are equal. */
static void
list_difference(GString *text, const char *what, const dx_codes *here, const dx_codes *there,
                const char *(*name)(uint16_t code))
{
    GString *lists = g_string_new(NULL);
    bool equal = here->num == there->num;

    list_missing(lists, "only here", here, there, name);
    list_missing(lists, "only there", there, here, name);
    for (unsigned i = 0; equal && i < here->num; i++)
        equal = here->item[i] == there->item[i];
    if (*lists->str)
        g_string_append_printf(text, "%s%s (%s)", *text->str ? "; " : "", what, lists->str);
    else if (!equal)
        g_string_append_printf(text, "%sthe order of the %s", *text->str ? "; " : "", what);
    g_string_free(lists, TRUE);
}

/* The same protocols in the same order. */
static bool
same_protocols(const dx_offer *a, const dx_offer *b)
{
    bool same = a->num_alpn == b->num_alpn;

    for (unsigned i = 0; same && i < a->num_alpn; i++)
        same = g_strcmp0(a->alpn[i], b->alpn[i]) == 0;
    return same;
}

/* What no server minds but a filter does: the order of the extensions, and those that come and go. Where
 * successes had several, it is not that. */
static void
shape_difference(GString *text, const dx_sample *sample, const dx_facts *facts)
{
    const dx_shape *here = facts->shape, *there = sample->shape;

    if (*text->str || !here || !there || here == there || sample->shapes_differ)
        return;
    list_difference(text, "extensions", &here->extensions, &there->extensions, dx_extension_name);
    if (!*text->str)
        g_string_append(text, "signals among the cipher suites, or point formats");
}

/* By what a filter may know the two. New string, "" where that is not defined. */
static char *
fingerprints(const dx_sample *sample, const dx_facts *facts)
{
    bool quic = facts->transport == DX_TRANSPORT_QUIC;
    char *ja3 = dx_ja3(facts->offer, facts->shape), *other_ja3 = dx_ja3(sample->offer, sample->shape);
    char *ja4 = dx_ja4(facts->offer, facts->shape, quic), *other = dx_ja4(sample->offer, sample->shape, quic);
    GString *text = g_string_new(NULL);

    if (ja3 && other_ja3 && ja4 && other) {
        g_string_append_printf(text, " JA3 is %s here and %s there", ja3, other_ja3);
        if (strcmp(ja4, other) == 0)
            g_string_append_printf(text, "; JA4 is %s in both.", ja4);
        else
            g_string_append_printf(text, "; JA4 is %s here and %s there.", ja4, other);
    }
    g_free(ja3);
    g_free(other_ja3);
    g_free(ja4);
    g_free(other);
    return g_string_free(text, FALSE);
}

/* All in which the two hellos differ; "" when nothing that is kept of a ClientHello does. New string. */
static char *
differences(const dx_sample *sample, const dx_facts *facts)
{
    const dx_offer *here = facts->offer, *there = sample->offer;
    GString *text = g_string_new(NULL);

    if (sample->proxy_header != facts->proxy_header)
        g_string_append_printf(text, "a PROXY protocol header (only %s)",
                               facts->proxy_header ? "here" : "there");
    if ((sample->sni || facts->sni) && !dx_same_name(sample->sni, facts->sni))
        g_string_append_printf(text, "%sthe server name", *text->str ? "; " : "");
    list_difference(text, "versions", &here->versions, &there->versions, dx_version_names(here->dtls));
    list_difference(text, "cipher suites", &here->ciphers, &there->ciphers, dx_cipher_name);
    list_difference(text, "groups", &here->groups, &there->groups, dx_group_name);
    list_difference(text, "signature algorithms", &here->signatures, &there->signatures, dx_signature_name);
    list_difference(text, "extensions", &here->extensions, &there->extensions, dx_extension_name);
    if (!same_protocols(here, there))
        g_string_append_printf(text, "%sapplication protocols (ALPN)", *text->str ? "; " : "");
    if (facts->hello_len > sample->max_hello_len + DX_SIZE_MARGIN ||
        facts->hello_len + DX_SIZE_MARGIN < sample->min_hello_len)
        g_string_append_printf(text, "%ssize (%u bytes, there %u)", *text->str ? "; " : "", facts->hello_len,
                               sample->max_hello_len);
    shape_difference(text, sample, facts);
    return g_string_free(text, FALSE);
}

/* Where much differs nobody reads each element: its names are left. */
static char *
shortened(char *list, bool *much)
{
    enum { MAX_DETAILED = 3 };
    char **parts = g_strsplit(list, "; ", -1);

    *much = g_strv_length(parts) > MAX_DETAILED;
    if (*much) {
        for (char **part = parts; *part; part++)
            (*part)[strcspn(*part, "(")] = '\0';
        for (char **part = parts; *part; part++)
            g_strchomp(*part);
        g_free(list);
        list = g_strjoinv(", ", parts);
    }
    g_strfreev(parts);
    return list;
}

static const char at_random[] = " If this client changes that every time, as browsers do, it is not about "
                                "what the client offers (a server node, a limit, a restart).";

void
dx_refusal_compare(dx_finding *finding, const dx_refusal *refusal, const dx_facts *facts)
{
    const dx_sample *sample = refusal->same ? refusal->same : refusal->nearest;

    if (!sample || !refusal->refused || finding->contrast)
        return;
    bool much;
    char *list = shortened(differences(sample, facts), &much);
    bool by_print = *list && (refusal->by_shape || refusal->same);
    /* no client changes so much of its size each time */
    bool at_random_too = refusal->same && !refusal->by_shape && !refusal->row[DX_DIMENSION_SIZE].differs;
    char *prints = by_print ? fingerprints(sample, facts) : g_strdup("");
    char *text =
        *list ? g_strdup_printf("The two ClientHellos differ %sin: %s.%s%s", much ? "" : "only ", list,
                                prints, at_random_too ? at_random : "")
        : refusal->num_elsewhere
            ? g_strdup("Its ClientHello is equal: what damages large ones does so only at times.")
            : g_strdup_printf("Its ClientHello is equal: it is not about what the client offers (%sa "
                              "server node, a limit, a restart).",
                              is_elsewhere(sample, facts) ? "an access list, " : "");
    dx_say_success(finding, sample, text);
    g_free(text);
    g_free(prints);
    g_free(list);
}

void
dx_refusal_say_better(dx_finding *finding, const dx_sample *success, const char *what, const char *name,
                      const char *difference)
{
    dx_say_success(finding, success, difference);
    if (name)
        dx_finding_fix(finding,
                       "Enable on the client a %s that the server supports, such as %s (chosen in frame %u).",
                       what, name, success->first_frame);
}

void
dx_refusal_fix_version(dx_finding *finding, const dx_facts *facts)
{
    const dx_codes *versions = &facts->offer->versions;

    if (facts->offer->dtls) {
        bool newest = dx_facts_max_version(facts) >= 0x0303;
        dx_finding_fix(finding, "%s",
                       newest ? "Enable DTLS 1.2 on the server: the client offers it."
                              : "Enable DTLS 1.2 on the client; DTLS 1.0 on the server is a stopgap.");
        return;
    }
    if (versions->num == 1 && versions->item[0] == 0x0304)
        dx_finding_fix(finding, "Enable TLS 1.3 on the server, or TLS 1.2 on the client.");
    else if (dx_facts_max_version(facts) == 0x0303)
        dx_finding_fix(finding, "Enable TLS 1.2 on the server, or TLS 1.3 on the client.");
    else if (dx_facts_max_version(facts) < 0x0303)
        dx_finding_fix(finding,
                       "Enable TLS 1.2 or newer on the client; an older version on the server is a stopgap.");
    else
        dx_finding_fix(finding, "Enable TLS 1.2 or newer on the server: the client offers it.");
}

/* Postfix hangs up so before TLS (observed: 3.7, smtps with smtpd_upstream_proxy_protocol), also when it
 * cannot read a table. */
bool
dx_refusal_by_header(dx_finding *finding, const dx_facts *facts)
{
    if (facts->proxy_header && facts->http_status >= 400)
        return true;
    if (facts->server_foreign != DX_FOREIGN_SMTP_OR_FTP || !facts->foreign_text ||
        !strstr(facts->foreign_text, "Server local error"))
        return false;
    dx_finding_why(finding,
                   "The mail server hangs up before TLS begins, as Postfix does when it is set to wait for a "
                   "PROXY header and gets none, or when it cannot read a table; its log tells which.");
    finding->checks = "@log\n@proxy_header\n";
    finding->steps = "Let the load balancer send the PROXY protocol to this port, or take the setting "
                     "smtpd_upstream_proxy_protocol from the service in master.cf; or mend what the log "
                     "names.\n";
    return true;
}
