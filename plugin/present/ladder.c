/* ladder.c - what went over the wire in a handshake, step by step, from the facts of a connection
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/ladder.h"

#include "facts/text.h"
#include "knowledge/names.h"
#include "verdict/outcome.h"

/* Bits of dx_step.what, and places of equal frames: the order of the protocol. */
enum {
    SYN,
    SYN_ACK,
    PLAINTEXT,
    UPGRADE,
    UPGRADE_ANSWER,
    CLIENT_HELLO,
    RETRY,
    SECOND_HELLO,
    SERVER_HELLO,
    ENCRYPTED_FLIGHT,
    CERTIFICATE,
    KEY_EXCHANGE,
    CERTIFICATE_REQUEST,
    CLIENT_CERTIFICATE,
    CLIENT_FINISHED,
    TICKET, /* in one frame with Finished only before TLS 1.3, where it comes first (RFC 5077, section 3.3) */
    COMPLETE,
    CLIENT_DATA,
    SERVER_DATA,
    ALERT_SENT,
    GAP,
    AGAIN,
    ICMP,
    CLOSED,
    WAIT,
    SILENCE
};

#define WAIT_US G_USEC_PER_SEC /* between two steps: said in a step of its own */

static void
clear_step(gpointer data)
{
    g_free(((dx_step *)data)->text);
}

static void add(GArray *steps, const dx_facts *facts, uint32_t frame, dx_side from, dx_step_kind kind,
                unsigned what, const char *format, ...) G_GNUC_PRINTF(7, 8);

/* Nothing for frame 0: it was not seen. */
static void
add(GArray *steps, const dx_facts *facts, uint32_t frame, dx_side from, dx_step_kind kind, unsigned what,
    const char *format, ...)
{
    if (!frame)
        return;
    va_list arguments;
    va_start(arguments, format);
    dx_step step = {.frame = frame,
                    .time_us = dx_facts_frame_us(facts, frame),
                    .kind = kind,
                    .from = from,
                    .what = 1u << what,
                    .text = g_strdup_vprintf(format, arguments)};
    va_end(arguments);
    g_array_append_val(steps, step);
}

static void
add_connection(GArray *steps, const dx_facts *facts)
{
    const dx_peer *client = &facts->client, *server = &facts->server;
    char *again = client->num_syn > 1 ? g_strdup_printf("SYN, sent %u times", client->num_syn) : NULL;
    add(steps, facts, client->syn_frame, DX_CLIENT, DX_STEP_MESSAGE, SYN, "%s", again ? again : "SYN");
    add(steps, facts, server->syn_frame, DX_SERVER, DX_STEP_MESSAGE, SYN_ACK, "SYN-ACK");
    g_free(again);
    const char *text = facts->foreign_text ? facts->foreign_text : "";
    add(steps, facts, facts->client_foreign_frame, DX_CLIENT, DX_STEP_MESSAGE, PLAINTEXT, "not TLS: %s%s%s",
        dx_foreign_name(facts->client_foreign), !facts->server_foreign_frame && *text ? ": " : "",
        facts->server_foreign_frame ? "" : text);
    add(steps, facts, facts->server_foreign_frame, DX_SERVER, DX_STEP_MESSAGE, PLAINTEXT, "not TLS: %s%s%s",
        dx_foreign_name(facts->server_foreign), *text ? ": " : "", text);
    if (facts->tls_demand) {
        add(steps, facts, facts->upgrade_answer_frame, DX_SERVER, DX_STEP_MESSAGE, UPGRADE_ANSWER,
            "wants TLS");
    } else if (facts->upgrade != DX_UPGRADE_NONE) {
        add(steps, facts, facts->upgrade_frame, DX_CLIENT, DX_STEP_MESSAGE, UPGRADE, "%s",
            dx_upgrade_name(facts->upgrade));
        add(steps, facts, facts->upgrade_answer_frame, DX_SERVER, DX_STEP_MESSAGE, UPGRADE_ANSWER, "%s to %s",
            facts->upgrade_answer < 0 ? "No" : "Yes", dx_upgrade_name(facts->upgrade));
    }
}

static void
add_hellos(GArray *steps, const dx_facts *facts)
{
    const dx_choice *chosen = &facts->chosen;
    char *highest =
        dx_code_text(dx_facts_max_version(facts), dx_version_names(facts->offer && facts->offer->dtls));
    char *version = dx_code_text(chosen->version, dx_version_names(chosen->dtls));
    char *cipher = dx_code_text(chosen->cipher, dx_cipher_name);
    char *group = dx_code_text(facts->retry_group, dx_group_name);
    add(steps, facts, facts->hello_frame, DX_CLIENT, DX_STEP_MESSAGE, CLIENT_HELLO,
        "ClientHello (%s%s, up to %s, %u bytes)", facts->sni ? "name " : "no name",
        facts->sni ? facts->sni : "", highest, facts->hello_len);
    if (!facts->hello_frame)
        add(steps, facts, facts->partial_frame, DX_CLIENT, DX_STEP_MESSAGE, CLIENT_HELLO,
            "ClientHello, %u of %u bytes", facts->partial_have, facts->partial_expected);
    add(steps, facts, facts->retry_frame, DX_SERVER, DX_STEP_MESSAGE, RETRY, "HelloRetryRequest%s%s%s",
        facts->retry_group ? " (" : "", facts->retry_group ? group : "", facts->retry_group ? ")" : "");
    add(steps, facts, facts->second_hello_frame, DX_CLIENT, DX_STEP_MESSAGE, SECOND_HELLO,
        "second ClientHello");
    add(steps, facts, facts->server_hello_frame, DX_SERVER, DX_STEP_MESSAGE, SERVER_HELLO,
        "ServerHello (%s, %s%s)", version, cipher, chosen->resumed ? ", resumed" : "");
    g_free(highest);
    g_free(version);
    g_free(cipher);
    g_free(group);
}

static void
add_flights(GArray *steps, const dx_facts *facts)
{
    bool hidden = dx_facts_tls13(facts) && !facts->certificate_frame && facts->first_note.from == DX_SERVER;
    char *num = facts->chain ? g_strdup_printf(" (%u)", facts->chain->num_sent) : g_strdup("");
    if (hidden)
        add(steps, facts, facts->first_note.frame, DX_SERVER, DX_STEP_MESSAGE, ENCRYPTED_FLIGHT,
            "encrypted messages, %u bytes", facts->server_encrypted_bytes);
    add(steps, facts, facts->certificate_frame, DX_SERVER, DX_STEP_MESSAGE, CERTIFICATE, "Certificate%s",
        num);
    add(steps, facts, facts->key_exchange_frame, DX_SERVER, DX_STEP_MESSAGE, KEY_EXCHANGE,
        "ServerKeyExchange");
    add(steps, facts, facts->certificate_request_frame, DX_SERVER, DX_STEP_MESSAGE, CERTIFICATE_REQUEST,
        "CertificateRequest");
    add(steps, facts, facts->client_certificate_frame, DX_CLIENT, DX_STEP_MESSAGE, CLIENT_CERTIFICATE,
        facts->client_certificate == DX_CLIENT_CERTIFICATE_EMPTY ? "Certificate (empty)" : "Certificate");
    add(steps, facts, facts->client_finished_frame, DX_CLIENT, DX_STEP_MESSAGE, CLIENT_FINISHED, "Finished");
    if (facts->established_frame != facts->client_finished_frame)
        add(steps, facts, facts->established_frame, DX_SERVER, DX_STEP_MESSAGE, COMPLETE, "Finished");
    add(steps, facts, facts->ticket_frame, DX_SERVER, DX_STEP_MESSAGE, TICKET, "NewSessionTicket");
    add(steps, facts, facts->client.first_app_frame, DX_CLIENT, DX_STEP_MESSAGE, CLIENT_DATA,
        "application data");
    add(steps, facts, facts->server.first_app_frame, DX_SERVER, DX_STEP_MESSAGE, SERVER_DATA,
        "application data");
    g_free(num);
}

/* `stray`: this side's reset is taken for that of a device. */
static void
add_side(GArray *steps, const dx_facts *facts, dx_side side, bool stray)
{
    const dx_peer *peer = dx_facts_peer(facts, side);
    const char *name = dx_alert_name(peer->alert);
    if (peer->alert_level)
        add(steps, facts, peer->alert_frame, side, DX_STEP_ALERT, ALERT_SENT, "Alert %u%s%s", peer->alert,
            name ? " " : "", name ? name : "");
    if (facts->end.kind == DX_END_ENCRYPTED_ALERT && facts->end.by == side)
        add(steps, facts, facts->end.frame, side, DX_STEP_ALERT, ALERT_SENT, "encrypted alert");
    if (peer->retransmission_frame)
        add(steps, facts, peer->retransmission_frame, side, DX_STEP_MESSAGE, AGAIN, "sent again (%u times)",
            peer->num_retransmissions);
    add(steps, facts, peer->gap_frame, DX_NOBODY, DX_STEP_NOTE, GAP,
        "bytes of the %s are missing in the capture before this frame", dx_side_name(side));
    add(steps, facts, peer->fin_frame, side, DX_STEP_CLOSE, CLOSED, "FIN");
    if (stray)
        add(steps, facts, peer->rst_frame, side, DX_STEP_DEVICE, CLOSED,
            "RST in the name of the %s (TTL %u; its other packets: %u)", dx_side_name(side), peer->rst_ttl,
            peer->ttl_max);
    else
        add(steps, facts, peer->rst_frame, side, DX_STEP_CLOSE, CLOSED, "RST");
}

static void
add_device(GArray *steps, const dx_facts *facts)
{
    add(steps, facts, facts->too_big_frame, DX_SERVER, DX_STEP_DEVICE, ICMP, "ICMP: packet too big");
    if (facts->icmp_frame != facts->too_big_frame)
        add(steps, facts, facts->icmp_frame, DX_SERVER, DX_STEP_DEVICE, ICMP, "ICMP%s type %u code %u",
            facts->icmp_version == 6 ? "v6" : "", facts->icmp_type, facts->icmp_code);
}

/* By frame; within a frame by the order of the protocol. */
static int
compare_steps(gconstpointer a, gconstpointer b)
{
    const dx_step *x = a, *y = b;
    if (x->frame != y->frame)
        return x->frame < y->frame ? -1 : 1;
    return (x->what > y->what) - (x->what < y->what);
}

/* Messages of one side in one frame become one step. */
static void
join(GArray *steps)
{
    for (unsigned i = 1; i < steps->len;) {
        dx_step *before = &g_array_index(steps, dx_step, i - 1), *step = &g_array_index(steps, dx_step, i);
        if (before->frame != step->frame || before->from != step->from || before->kind != step->kind) {
            i++;
            continue;
        }
        char *both = g_strdup_printf("%s, %s", before->text, step->text);
        g_free(before->text);
        before->text = both;
        before->what |= step->what;
        g_array_remove_index(steps, i);
    }
}

/* Long times between two steps, where both are known. */
static void
add_waits(GArray *steps)
{
    int64_t last_us = 0;
    for (unsigned i = 0; i < steps->len; i++) {
        int64_t time_us = g_array_index(steps, dx_step, i).time_us;
        if (last_us && time_us - last_us >= WAIT_US) {
            char *time = dx_duration_text(time_us - last_us);
            dx_step wait = {.kind = DX_STEP_NOTE,
                            .what = 1u << WAIT,
                            .text = g_strdup_printf("%s without a message of the handshake", time)};
            g_array_insert_val(steps, i++, wait);
            g_free(time);
        }
        last_us = time_us ? time_us : last_us;
    }
}

/* The last that came of it when nobody ended it. */
static void
add_silence(GArray *steps, const dx_facts *facts, int64_t now_us)
{
    int64_t silent_us = now_us - facts->last_us;
    if (facts->end.kind != DX_END_NONE || facts->close.kind != DX_CLOSE_NONE || silent_us < G_USEC_PER_SEC)
        return;
    char *time = dx_duration_text(silent_us);
    dx_step step = {.kind = DX_STEP_NOTE,
                    .what = 1u << SILENCE,
                    .text = g_strdup_printf("nothing more in the %s to the end of the capture", time)};
    g_array_append_val(steps, step);
    g_free(time);
}

/* The end, else the verdict's frame, else the silence. */
static void
mark_abnormal(GArray *steps, const dx_facts *facts, const dx_verdict *verdict)
{
    dx_step *found = NULL;
    for (unsigned i = 0; i < steps->len; i++) {
        dx_step *step = &g_array_index(steps, dx_step, i);
        bool ends = step->frame && step->frame == facts->end.frame;
        bool decides = verdict->frame && step->frame == verdict->frame;
        bool silence = step->what == 1u << SILENCE;
        if (ends && (step->kind != DX_STEP_MESSAGE || facts->end.kind == DX_END_FOREIGN)) {
            found = step;
            break;
        }
        if (silence || (decides && !found))
            found = step;
    }
    if (found)
        found->abnormal = true;
}

GArray *
dx_ladder_new(const dx_facts *facts, const dx_verdict *verdict, int64_t now_us)
{
    dx_facts settled = dx_outcome_settled(facts, now_us);
    GArray *steps = g_array_new(FALSE, TRUE, sizeof(dx_step));
    bool device = verdict && verdict->cause && g_str_equal(verdict->cause->id, "middlebox_reset");
    g_array_set_clear_func(steps, clear_step);
    add_connection(steps, &settled);
    add_hellos(steps, &settled);
    add_flights(steps, &settled);
    add_side(steps, &settled, DX_CLIENT, device && settled.end.by == DX_CLIENT);
    add_side(steps, &settled, DX_SERVER, device && settled.end.by == DX_SERVER);
    add_device(steps, &settled);
    g_array_sort(steps, compare_steps);
    join(steps);
    if (verdict) {
        add_waits(steps);
        add_silence(steps, &settled, now_us);
        mark_abnormal(steps, &settled, verdict);
    }
    return steps;
}

uint32_t
dx_ladder_kinds(const GArray *steps)
{
    uint32_t kinds = 0;
    for (unsigned i = 0; i < steps->len; i++)
        kinds |= g_array_index(steps, dx_step, i).what;
    return kinds;
}
