/* lines.c - the short lines that packet tree and report have in common
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "facts/text.h"
#include "knowledge/names.h"
#include "present/layout.h"
#include "present/present.h"

#define MAX_NAMES 40 /* of a list; the JSON report has them all */

char *
dx_verdict_title(const dx_verdict *verdict)
{
    static const char *const without_cause[DX_NUM_OUTCOMES] = {
        [DX_ESTABLISHED] = "TLS handshake complete",
        [DX_FAILED] = "TLS handshake failed",
        [DX_INCOMPLETE] = "Incomplete: the capture cannot tell",
        [DX_NOT_TLS] = "No TLS was attempted",
        [DX_NO_TCP] = "No TCP connection was made",
    };
    const dx_cause *cause = verdict->cause;
    if (!cause)
        return g_strdup(without_cause[verdict->outcome]);
    return g_strdup_printf("%s (%s)", cause->title, dx_confidence_name(verdict->confidence));
}

char *
dx_problem_text(const dx_cause *cause, dx_confidence confidence, const char *why, unsigned num_candidates)
{
    /* what was only seen is certain; and nothing is hedged twice */
    bool symptom = (cause && cause->symptom) || strstr(why, "probably");
    if (confidence == DX_LIKELY && !symptom)
        return g_strdup_printf("Probably: %s", why);
    if (confidence == DX_POSSIBLE && !symptom)
        return g_strdup_printf("One explanation: %s", why);
    if (confidence == DX_POSSIBLE && num_candidates > 1)
        return g_strdup_printf("%s Several causes look like this in the packets.", why);
    return g_strdup(why);
}

char *
dx_verdict_problem(const dx_verdict *verdict)
{
    return dx_problem_text(verdict->cause, verdict->confidence, verdict->why ? verdict->why : "",
                           verdict->candidates->len);
}

static int
compare_evidence(gconstpointer a, gconstpointer b)
{
    const dx_packet_line *x = *(const dx_packet_line *const *)a, *y = *(const dx_packet_line *const *)b;
    if (x->frame != y->frame)
        return x->frame < y->frame ? -1 : 1;
    return x < y ? -1 : x > y; /* within a frame as they were said */
}

GPtrArray *
dx_evidence_in_order(const dx_verdict *verdict, unsigned *num_files)
{
    GPtrArray *lines = g_ptr_array_new();
    for (unsigned i = 0; i < verdict->lines->len; i++)
        g_ptr_array_add(lines, &g_array_index(verdict->lines, dx_packet_line, i));
    g_ptr_array_sort(lines, compare_evidence);
    *num_files = 0;
    while (*num_files < lines->len && ((const dx_packet_line *)lines->pdata[*num_files])->frame == 0)
        ++*num_files;
    return lines;
}

unsigned
dx_report_width(const dx_report *report)
{
    return report->width ? MAX(report->width, 60) : DX_LAYOUT_WIDTH;
}

static void
add_codes(GPtrArray *lines, const char *label, const dx_codes *codes, const char *(*name)(uint16_t code))
{
    if (codes->num == 0)
        return;
    char *text = dx_codes_text(codes, name, MAX_NAMES);
    g_ptr_array_add(lines, g_strdup_printf("%s: %s", label, text));
    g_free(text);
}

static void
add_code(GPtrArray *lines, const char *label, uint16_t code, const char *(*name)(uint16_t code))
{
    char *text = dx_code_text(code, name);
    g_ptr_array_add(lines, g_strdup_printf("%s: %s", label, text));
    g_free(text);
}

static void
add_wire_text(GPtrArray *lines, const char *label, const char *text)
{
    char *safe = dx_safe(text, 0);
    g_ptr_array_add(lines, g_strdup_printf("%s: %s", label, safe));
    g_free(safe);
}

static void
add_alpn(GPtrArray *lines, const dx_offer *offer)
{
    if (offer->num_alpn == 0)
        return;
    GString *joined = g_string_new(NULL);
    for (unsigned i = 0; i < offer->num_alpn; i++) {
        char *safe = dx_safe(offer->alpn[i], 0);
        g_string_append_printf(joined, "%s%s", i ? ", " : "", safe);
        g_free(safe);
    }
    g_ptr_array_add(lines, g_strdup_printf("ALPN: %s", joined->str));
    g_string_free(joined, TRUE);
}

GPtrArray *
dx_offer_lines(const dx_facts *facts)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    const dx_offer *offer = facts->offer;
    if (!offer)
        return lines;
    if (facts->sni)
        add_wire_text(lines, "Server name (SNI)", facts->sni);
    else
        g_ptr_array_add(lines, g_strdup("Server name (SNI): not sent"));
    char *versions = dx_versions_text(&offer->versions, offer->dtls);
    if (offer->versions.num)
        g_ptr_array_add(lines, g_strdup_printf("Versions: %s", versions));
    g_free(versions);
    add_codes(lines, "Cipher suites", &offer->ciphers, dx_cipher_name);
    add_codes(lines, "Groups", &offer->groups, dx_group_name);
    add_codes(lines, "Key shares", &offer->key_shares, dx_group_name);
    add_codes(lines, "Signature algorithms", &offer->signatures, dx_signature_name);
    add_alpn(lines, offer);
    if (offer->fallback_scsv)
        g_ptr_array_add(lines, g_strdup("Fallback: the client says that it has offered more before (SCSV)"));
    return lines;
}

GPtrArray *
dx_choice_lines(const dx_facts *facts)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    const dx_choice *chosen = &facts->chosen;
    if (facts->retry_frame && facts->retry_group)
        add_code(lines, "Group asked for (HelloRetryRequest)", facts->retry_group, dx_group_name);
    if (!chosen->version)
        return lines;
    add_code(lines, "Version", chosen->version, dx_version_names(chosen->dtls));
    add_code(lines, "Cipher suite", chosen->cipher, dx_cipher_name);
    if (chosen->group)
        add_code(lines, "Group", chosen->group, dx_group_name);
    if (facts->dh_bits)
        g_ptr_array_add(lines, g_strdup_printf("Diffie-Hellman prime: %u bits", facts->dh_bits));
    if (chosen->alpn)
        add_wire_text(lines, "ALPN", chosen->alpn);
    if (chosen->resumed)
        g_ptr_array_add(lines, g_strdup("Session: resumed"));
    return lines;
}

char *
dx_streams_filter(dx_transport transport, const uint32_t *streams, unsigned num)
{
    const char *field = dx_transport_field(transport);

    if (!field)
        return g_strdup(dx_transport_name(transport));
    if (num == 0)
        return g_strdup("frame.number == 0"); /* matches nothing; an empty set is a syntax error */
    if (num == 1)
        return g_strdup_printf("%s == %u", field, streams[0]);
    GString *out = g_string_new(field);
    g_string_append(out, " in {");
    for (unsigned i = 0; i < num;) {
        unsigned run = 1;
        while (i + run < num && streams[i + run] == streams[i] + run)
            run++;
        g_string_append_printf(out, i ? ", %u" : "%u", streams[i]);
        if (run > 2)
            g_string_append_printf(out, "..%u", streams[i] + run - 1);
        else
            run = 1;
        i += run;
    }
    g_string_append_c(out, '}');
    return g_string_free(out, FALSE);
}

char *
dx_server_filter(const dx_endpoint *server, dx_transport transport)
{
    char *address = dx_address_text(&server->address), *filter;

    if (server->address.family == DX_ADDRESS_LINK) /* no port; of Ethernet, or of WLAN */
        filter = g_strdup_printf("(eth.addr == %s || wlan.addr == %s)", address, address);
    else
        filter =
            g_strdup_printf("%s.addr == %s && %s.port == %u", server->address.family == 6 ? "ipv6" : "ip",
                            address, transport == DX_TRANSPORT_TCP ? "tcp" : "udp", server->port);
    g_free(address);
    return filter;
}

/* An authentication has no number in Wireshark: by its frames and its client, and on a wire by the group
 * address that the authenticator may ask (IEEE 802.1X-2020, the nearest non-TPMR bridge's). */
static char *
authentication_filter(const dx_facts *facts)
{
    char *client = dx_server_filter(&facts->client_endpoint, DX_TRANSPORT_EAP);
    bool link = facts->client_endpoint.address.family == DX_ADDRESS_LINK;
    char *filter = g_strdup_printf("eap && frame.number >= %u && frame.number <= %u && %s%s%s",
                                   facts->first_frame, facts->last_frame, link ? "(" : "", client,
                                   link ? " || eth.dst == 01-80-c2-00-00-03)" : "");

    g_free(client);
    return filter;
}

char *
dx_connection_filter(const dx_facts *facts)
{
    return dx_transport_field(facts->transport) ? dx_streams_filter(facts->transport, &facts->stream, 1)
                                                : authentication_filter(facts);
}
