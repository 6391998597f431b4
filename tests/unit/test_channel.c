/* test_channel.c - TLS that no TCP carries: whole messages and records, from the channel to the reports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture/channel.h"
#include "causes/causes.h"
#include "tape.h"

static const dx_endpoint client = {{4, {192, 0, 2, 1}}, true, 50000},
                         server = {{4, {198, 51, 100, 2}}, true, 443};

typedef struct {
    dx_verdicts *verdicts;
    dx_channel *channel;
    dx_moment at;
} session;

static const dx_moment *
next(session *s)
{
    s->at.frame++;
    s->at.time_us += 1000;
    dx_capture_clock(dx_verdicts_capture(s->verdicts), s->at.frame, s->at.time_us);
    return &s->at;
}

static session
new_session(void)
{
    session s = {.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL),
                 .at = {0, G_GINT64_CONSTANT(1328921095000000)}};

    s.channel =
        dx_capture_channel(dx_verdicts_capture(s.verdicts), DX_TRANSPORT_QUIC, 7, &client, &server, next(&s));
    dx_channel_opened(s.channel, &s.at);
    return s;
}

/* The message of a record that tape.h builds; takes it. */
static void
send_message(session *s, dx_side from, GByteArray *record)
{
    dx_message sent = {.type = record->data[5], .len = record->len - 9, .body = record->data + 9};

    dx_channel_message(s->channel, from, &sent, false, next(s));
    g_byte_array_free(record, TRUE);
}

static void
send_alert(session *s, dx_side from, uint8_t alert)
{
    dx_record record = {
        .type = DX_RECORD_ALERT, .len = 2, .whole = true, .alert_level = 2, .alert_description = alert};

    dx_channel_record(s->channel, from, &record, next(s));
}

static const dx_verdict *
verdict_of(const session *s)
{
    const dx_capture *capture = dx_verdicts_capture(s->verdicts);

    g_assert_cmpuint(dx_capture_next(capture, DX_NO_INDEX), ==, DX_FIRST_CHANNEL);
    g_assert_cmpuint(dx_capture_next(capture, DX_FIRST_CHANNEL), ==, DX_NO_INDEX);
    return dx_verdicts_of(s->verdicts, DX_FIRST_CHANNEL);
}

static void
test_refused(void)
{
    session s = new_session();

    send_message(&s, DX_CLIENT, client_hello("www.example.com"));
    send_alert(&s, DX_SERVER, 70);
    dx_channel_closed(s.channel, DX_SERVER, next(&s));
    g_assert_cmpstr(verdict_of(&s)->cause->id, ==, "protocol_version_mismatch");
    GString *json = g_string_new(NULL), *text = g_string_new(NULL);
    dx_report_json(json, s.verdicts, &plain_report);
    check_has(json->str, "\"stream\":7,\"transport\":\"quic\",");
    check_has(json->str, "\"cause\":\"protocol_version_mismatch\"");
    dx_report_text(text, s.verdicts, &plain_report);
    check_has(text->str, "quic.connection.number == 7");
    check_lacks(text->str, "tcp.stream");
    g_string_free(json, TRUE);
    g_string_free(text, TRUE);
    dx_verdicts_free(s.verdicts);
}

/* Nobody acknowledges anything here, so nothing is "lost on the path". */
static void
test_silent(void)
{
    session s = new_session();

    send_message(&s, DX_CLIENT, client_hello("www.example.com"));
    s.at.time_us += 20 * G_USEC_PER_SEC;
    next(&s);
    const dx_verdict *verdict = verdict_of(&s);
    g_assert_true(!verdict->cause || strcmp(verdict->cause->id, "client_hello_lost") != 0);
    dx_verdicts_free(s.verdicts);
}

static void
test_bytes(void)
{
    session s = new_session();
    GByteArray *hello = client_hello("www.example.com");
    static const uint8_t alert[7] = {0x15, 3, 3, 0, 2, 2, 70};

    dx_channel_bytes(s.channel, DX_CLIENT, hello->data, hello->len, 0, next(&s));
    dx_channel_bytes(s.channel, DX_SERVER, alert, sizeof alert, 0, next(&s));
    g_assert_cmpstr(verdict_of(&s)->cause->id, ==, "protocol_version_mismatch");
    g_byte_array_free(hello, TRUE);
    dx_verdicts_free(s.verdicts);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/channel/refused", test_refused);
    g_test_add_func("/channel/silent", test_silent);
    g_test_add_func("/channel/bytes", test_bytes);
    return g_test_run();
}
