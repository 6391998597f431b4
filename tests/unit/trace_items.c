/* trace_items.c - what a line of a trace may hold: segments, records, other protocols
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "knowledge/names.h"
#include "trace.h"

/* -- segments -- */

static void
read_segment(trace_frame *frame, trace_words *words)
{
    const char *seq = trace_option(words, "seq"), *ack = trace_option(words, "ack");
    const char *len = trace_option(words, "len");

    if (seq) {
        frame->have_seq = true;
        frame->seq = trace_number(words, seq, UINT32_MAX);
    }
    if (ack && strcmp(ack, "none") == 0)
        frame->no_ack = true;
    else if (ack) {
        frame->have_ack = true;
        frame->ack = trace_number(words, ack, UINT32_MAX);
    }
    if (len) {
        frame->have_len = true;
        frame->len = trace_number(words, len, 65535);
    }
    frame->ttl = (uint8_t)trace_number_option(words, "ttl", frame->ttl, 255);
    frame->window = trace_number_option(words, "win", frame->window, 65535);
    frame->ip_id = (uint16_t)trace_number_option(words, "id", frame->ip_id, 65535);
}

static void
read_syn(trace_frame *frame, trace_words *words)
{
    frame->flags |= DX_TCP_SYN;
    frame->no_ack = true;
    read_segment(frame, words);
}

static void
read_syn_ack(trace_frame *frame, trace_words *words)
{
    frame->flags |= DX_TCP_SYN | DX_TCP_ACK;
    read_segment(frame, words);
}

static void
read_rst(trace_frame *frame, trace_words *words)
{
    frame->flags |= DX_TCP_RST;
    read_segment(frame, words);
}

static void
read_fin(trace_frame *frame, trace_words *words)
{
    frame->fin = true;
    read_segment(frame, words);
}

static void
read_again(trace_frame *frame, trace_words *words)
{
    frame->repeated = true;
    read_segment(frame, words);
}

/* Bytes that were sent and are not in the capture. */
static void
read_missing(trace_frame *frame, trace_words *words)
{
    trace_side *side = frame->from == DX_SERVER ? &frame->connection->server : &frame->connection->client;

    side->next += trace_number(words, trace_next(words), 65535);
    frame->nothing = true;
}

/* As connection.c notes a hole that the receiver acknowledged all the same, or a short snap length. */
static void
read_damaged(trace_frame *frame, trace_words *words)
{
    (void)words;
    frame->connection->base.facts.damaged = true;
    frame->connection->base.facts.damaged_frame = frame->number;
    frame->nothing = true;
}

static void
read_icmp(trace_frame *frame, trace_words *words, uint8_t version)
{
    const char *type = trace_next(words), *code = trace_next(words);

    frame->icmp = true;
    trace_add(frame, (dx_observation){.kind = DX_OBS_UNREACHABLE,
                                      .u.icmp = {.version = version,
                                                 .type = (uint8_t)trace_number(words, type, 255),
                                                 .code = (uint8_t)trace_number(words, code, 255)}});
}

static void
read_icmp4(trace_frame *frame, trace_words *words)
{
    read_icmp(frame, words, 4);
}

static void
read_icmp6(trace_frame *frame, trace_words *words)
{
    read_icmp(frame, words, 6);
}

/* -- records -- */

static void
read_ccs(trace_frame *frame, trace_words *words)
{
    (void)words;
    trace_add_record(frame, (dx_record){.type = DX_RECORD_CCS, .len = 1}, false, 0);
}

static void
read_alert(trace_frame *frame, trace_words *words)
{
    const char *level = trace_next(words), *alert = trace_next(words);
    bool decrypted = trace_flag(words, "decrypted"), fatal = level && strcmp(level, "fatal") == 0;
    dx_record header = {.type = decrypted ? DX_RECORD_APPLICATION : DX_RECORD_ALERT,
                        .len = decrypted ? 2 + TRACE_TAG : 2,
                        .encrypted = decrypted,
                        .alert_level = fatal ? 2 : 1};

    if (!fatal && (!level || strcmp(level, "warning") != 0))
        trace_fail(words, "an alert is fatal or warning");
    unsigned description = 0;
    while (alert && description < 256 &&
           (!dx_alert_name((uint8_t)description) || strcmp(dx_alert_name((uint8_t)description), alert) != 0))
        description++;
    header.alert_description =
        (uint8_t)(description < 256 && alert ? description : trace_number(words, alert, 255));
    trace_add_record(frame, header, decrypted, DX_RECORD_ALERT);
}

static void
add_encrypted(trace_frame *frame, trace_words *words, uint8_t type)
{
    uint16_t len = (uint16_t)trace_number(words, trace_next(words), 18432);
    bool decrypted = trace_flag(words, "decrypted");

    trace_add_record(frame, (dx_record){.type = type, .len = len, .encrypted = true}, decrypted, type);
}

static void
read_alert_record(trace_frame *frame, trace_words *words)
{
    add_encrypted(frame, words, DX_RECORD_ALERT);
}

static void
read_heartbeat(trace_frame *frame, trace_words *words)
{
    uint16_t len = (uint16_t)trace_number(words, trace_next(words), 18432);

    trace_add_record(frame, (dx_record){.type = DX_RECORD_HEARTBEAT, .len = len}, false, DX_RECORD_HEARTBEAT);
}

static void
read_handshake_record(trace_frame *frame, trace_words *words)
{
    add_encrypted(frame, words, DX_RECORD_HANDSHAKE);
}

static void
read_data(trace_frame *frame, trace_words *words)
{
    add_encrypted(frame, words, DX_RECORD_APPLICATION);
}

static void
read_chosen_alpn(trace_frame *frame, trace_words *words)
{
    const char *name = trace_next(words);
    char *text = g_strdup(name ? name : "");

    g_ptr_array_add(frame->owned, text);
    trace_add(frame, (dx_observation){.kind = DX_OBS_ALPN, .u.text = text});
}

/* -- QUIC -- */

static void
read_versions(trace_frame *frame, trace_words *words)
{
    (void)words;
    trace_add(frame, (dx_observation){.kind = DX_OBS_VERSIONS});
    frame->nothing_new = true;
}

static void
read_acknowledged(trace_frame *frame, trace_words *words)
{
    (void)words;
    trace_add(frame, (dx_observation){.kind = DX_OBS_SEEN});
    frame->nothing_new = true;
}

static void
read_quic_error(trace_frame *frame, trace_words *words)
{
    uint32_t error = trace_number(words, trace_next(words), 0xff);
    const char *reason = trace_option(words, "reason");

    trace_add(frame, (dx_observation){.kind = DX_OBS_REFUSED, .u.refused = {error, reason ? reason : ""}});
    frame->nothing_new = true;
}

static void
read_hidden(trace_frame *frame, trace_words *words)
{
    uint16_t len = (uint16_t)trace_number(words, trace_next(words), 65535);
    dx_record record = {.type = DX_RECORD_HANDSHAKE, .len = len, .encrypted = true, .whole = true};

    trace_add(frame, (dx_observation){.kind = DX_OBS_HIDDEN, .u.record.header = record});
    frame->payload_len += len;
}

/* -- other protocols -- */

static void
read_foreign(trace_frame *frame, trace_words *words)
{
    static const char *const kinds[] = {
#define X(id, name) #id,
        DX_FOREIGN_LIST(X)
#undef X
    };
    const char *kind = trace_next(words), *text = trace_option(words, "text");
    dx_observation observation = {.kind = DX_OBS_FOREIGN};
    unsigned i = 0;

    while (i < DX_NUM_FOREIGN && (!kind || g_ascii_strcasecmp(kinds[i], kind) != 0))
        i++;
    if (i == DX_NUM_FOREIGN)
        trace_fail(words, "\"%s\" is no foreign protocol", kind ? kind : "");
    observation.u.foreign.kind = (dx_foreign)MIN(i, DX_NUM_FOREIGN - 1);
    observation.u.foreign.http_status = (uint16_t)trace_number_option(words, "status", 0, 999);
    observation.u.foreign.says_use_tls = trace_flag(words, "says_use_tls");
    char *line = g_strdup(text);
    g_ptr_array_add(frame->owned, line);
    observation.u.foreign.text = line;
    trace_add(frame, observation);
    frame->payload_len += 40;
}

static const char *const upgrades[] = {"none",     "smtp",  "imap", "pop3", "ftp",   "ldap", "xmpp",
                                       "postgres", "mysql", "rdp",  "nntp", "sieve", "tds",  "http_connect"};

/* What a PRELOGIN of TDS says. */
static dx_tds_encryption
read_encryption(trace_words *words)
{
    static const char *const names[] = {"off", "on", "not_sup", "req"};
    const char *name = trace_option(words, "encryption");

    for (unsigned i = 0; name && i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0)
            return (dx_tds_encryption)i;
    return DX_TDS_ENCRYPT_UNKNOWN;
}

static dx_upgrade
find_upgrade(trace_words *words, const char *kind)
{
    unsigned i = 1;

    while (i < G_N_ELEMENTS(upgrades) && (!kind || strcmp(upgrades[i], kind) != 0))
        i++;
    if (i == G_N_ELEMENTS(upgrades))
        trace_fail(words, "\"%s\" is no upgrade", kind ? kind : "");
    return (dx_upgrade)i;
}

static void
read_upgrade(trace_frame *frame, trace_words *words)
{
    const char *kind = trace_next(words), *target = trace_option(words, "target");
    dx_observation observation = {.kind = DX_OBS_UPGRADE};

    observation.u.upgrade.kind = find_upgrade(words, kind);
    char *owned = g_strdup(target);
    g_ptr_array_add(frame->owned, owned);
    observation.u.upgrade.target = owned;
    observation.u.upgrade.encryption = read_encryption(words);
    observation.u.upgrade.rdp_protocols = (uint8_t)trace_number_option(words, "protocols", 0, 255);
    trace_add(frame, observation);
    frame->payload_len += 30;
}

static void
read_upgrade_answer(trace_frame *frame, trace_words *words)
{
    dx_upgrade asked = frame->connection->base.facts.upgrade; /* RDP answers what was not asked */
    dx_observation observation = {.kind = DX_OBS_UPGRADE, .u.upgrade.kind = asked ? asked : DX_UPGRADE_RDP};

    observation.u.upgrade.answer = trace_flag(words, "agreed") ? 1 : trace_flag(words, "refused") ? -1 : 0;
    if (!observation.u.upgrade.answer)
        trace_fail(words, "an upgrade is agreed or refused");
    const char *demand = trace_option(words, "demand");
    if (demand) {
        observation.u.upgrade.kind = find_upgrade(words, demand);
        observation.u.upgrade.demand = trace_flag(words, "else") ? DX_DEMAND_ELSE : DX_DEMAND_TLS;
        char *text = g_strdup(trace_option(words, "text"));
        g_ptr_array_add(frame->owned, text);
        observation.u.upgrade.text = text;
    }
    observation.u.upgrade.http_status = (uint16_t)trace_number_option(words, "status", 0, 999);
    observation.u.upgrade.encryption = read_encryption(words);
    observation.u.upgrade.rdp_protocols = (uint8_t)trace_number_option(words, "protocols", 0, 255);
    observation.u.upgrade.rdp_failure = (uint8_t)trace_number_option(words, "failure", 0, 255);
    trace_add(frame, observation);
    frame->payload_len += 30;
}

/* What a server says that it can: "none", "masked" or "wanted" of STARTTLS; the client "goes_on" without. */
static void
read_list(trace_frame *frame, trace_words *words)
{
    dx_observation observation = {.kind = DX_OBS_UPGRADE};
    const char *kind = trace_option(words, "of");

    observation.u.upgrade.listed = trace_flag(words, "none")     ? -1
                                   : trace_flag(words, "wanted") ? -2
                                   : trace_flag(words, "masked") ? -3
                                                                 : 1;
    if (kind)
        observation.u.upgrade.kind = find_upgrade(words, kind);
    else if (!trace_flag(words, "goes_on"))
        trace_fail(words, "a list is of a protocol");
    trace_add(frame, observation);
    frame->payload_len += 60;
}

static void
read_proxy_header(trace_frame *frame, trace_words *words)
{
    (void)words;
    trace_add(frame, (dx_observation){.kind = DX_OBS_UPGRADE, .u.upgrade.proxy_header = true});
    frame->payload_len += 48;
}

bool
trace_item(trace_frame *frame, const char *name, trace_words *words)
{
    static const struct {
        const char *name;
        void (*read)(trace_frame *frame, trace_words *words);
    } items[] = {
        {"SYN", read_syn},
        {"SYN+ACK", read_syn_ack},
        {"ACK", read_segment},
        {"segment", read_segment},
        {"RST", read_rst},
        {"FIN", read_fin},
        {"again", read_again},
        {"missing", read_missing},
        {"damaged", read_damaged},
        {"icmp", read_icmp4},
        {"icmp6", read_icmp6},
        {"hello", trace_read_client_hello},
        {"partial", trace_read_partial},
        {"server_hello", trace_read_server_hello},
        {"retry", trace_read_retry},
        {"key_exchange", trace_read_key_exchange},
        {"ccs", read_ccs},
        {"alert", read_alert},
        {"alert_record", read_alert_record},
        {"heartbeat", read_heartbeat},
        {"handshake_record", read_handshake_record},
        {"data", read_data},
        {"alpn", read_chosen_alpn},
        {"quic_versions", read_versions},
        {"quic_acknowledged", read_acknowledged},
        {"quic_error", read_quic_error},
        {"hidden", read_hidden},
        {"foreign", read_foreign},
        {"upgrade", read_upgrade},
        {"upgrade_answer", read_upgrade_answer},
        {"list", read_list},
        {"proxy_header", read_proxy_header},
    };

    if (trace_read_message(frame, name, words))
        return true;
    if (strcmp(name, "hello") != 0 && strcmp(name, "server_hello") != 0 && strcmp(name, "retry") != 0 &&
        strcmp(name, "key_exchange") != 0)
        trace_close_record(frame);
    for (size_t i = 0; i < G_N_ELEMENTS(items); i++) {
        if (strcmp(items[i].name, name) != 0)
            continue;
        items[i].read(frame, words);
        return true;
    }
    return false;
}
