/* test_evidence_events.c - event logs, dates, addresses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/log_clock.h"
#include "unit/evidence_tools.h"

#define T      INT64_C(1328921095000000) /* 2012-02-11T00:44:55Z */
#define SECOND INT64_C(1000000)

static const dx_log_event *
event_at(const dx_evidence_store *store, unsigned i)
{
    g_assert_cmpuint(store->events->len, >, i);
    return ITEM(store->events, dx_log_event, i);
}

/* The reason code of Network Policy Server, in a list, its own log, and as Windows words it in German. */
static void
test_nps(void)
{
    static const char german[] = "Protokollname: Security\nQuelle: Microsoft-Windows-Security-Auditing\n"
                                 "Datum: 26.11.2026 21:24:09\nEreignis-ID: 6274\nBeschreibung:\n"
                                 "Der Netzwerkrichtlinienserver hat die Anforderung verworfen.\n"
                                 "\tPort: 17\n\tUrsachencode:\t\t269\n";
    static const char log[] = "<Event><Timestamp data_type=\"4\">11/26/2026 21:24:08.995</Timestamp>"
                              "<Packet-Type data_type=\"0\">3</Packet-Type>"
                              "<Reason-Code data_type=\"0\">258</Reason-Code></Event>\n";
    static const struct {
        const char *text;
        unsigned code;
        dx_logged reason;
    } cases[] = {{german, 269, DX_LOGGED_NO_ALGORITHM}, {log, 258, DX_LOGGED_CLIENT_CERTIFICATE_BAD}};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        dx_evidence_store *store = read_text(cases[i].text);
        const dx_log_row *row = event_at(store, 0)->row;
        g_assert_nonnull(row);
        g_assert_cmpuint(row->number, ==, cases[i].code);
        g_assert_cmpint(row->reason, ==, cases[i].reason);
        dx_evidence_free(store);
    }
    g_assert_null(dx_nps_row_find(0));
    g_assert_null(dx_nps_row_find(9999));
}

/* The document's event, word for word. */
static void
test_document(void)
{
    dx_evidence_store *store = read_text(
        "Event Type: Error\nEvent Source: Schannel\nEvent Category: None\nEvent ID: 36870\nDate: 2/11/2012\n"
        "Time: 12:44:55 AM\nUser: N/A\nComputer:\nDescription: A fatal error occurred when attempting to "
        "access the SSL "
        "server credential private key. The error code returned from the cryptographic module is "
        "0x80090016.\n"
        "Event Type: Error\nEvent Source: Schannel\nEvent Category: None\nEvent ID: 36870\nDate: 2/11/2012\n"
        "Time: 12:44:55 AM\nUser: N/A\nComputer:\nA fatal error occurred when attempting to access the SSL "
        "server "
        "credential private key. The error code returned from the cryptographic module is 0x8009001a.\n");
    expect_kind(store, DX_KIND_event_text);
    g_assert_cmpuint(store->events->len, ==, 2);
    g_assert_cmphex(event_at(store, 0)->code, ==, 0x80090016);
    g_assert_cmphex(event_at(store, 1)->code, ==, 0x8009001a);
    g_assert_cmpint(event_at(store, 1)->time_us, ==, T);
    g_assert_true(event_at(store, 0)->have_time && !event_at(store, 0)->utc);
    g_assert_cmpuint(event_at(store, 1)->where.line, ==, 10);
    dx_evidence_free(store);
}

static void
test_text(void)
{
    dx_evidence_store *store = read_text(
        "Event[0]:\r\n  Log Name: System\r\n  Source: Schannel\r\n  Date: 2012-02-11T00:44:55.500\r\n  Event "
        "ID: 36888\r\n"
        "  Task: N/A\r\n  Description: \r\nThe following fatal alert was generated: 40. The internal error "
        "state is 1205.\r\n"
        "\r\nEvent[1]:\r\n  Log Name: System\r\n  Source: Service Control Manager\r\n  Date: "
        "2012-02-11T00:44:55.000\r\n"
        "  Event ID: 7036\r\n  Description: \r\nSchannel: 40\r\n\r\nEvent[2]:\r\n  Log Name: System\r\n"
        "  Source: Microsoft-Windows-HttpEvent\r\n  Date: 2012-02-11T00:44:55.0000000Z\r\n  Event ID: "
        "15300\r\n"
        "  Description: \r\nSSL Certificate Settings deleted for endpoint : 192.0.2.1:443 .\r\n"
        "\r\nEvent[3]:\r\n  Log Name: System\r\n  Source: Schannel\r\n  Date: 2012-02-11T00:44:55.000\r\n"
        "  Event ID: 36887\r\n  Description: \r\nA fatal alert was received from the remote endpoint. The "
        "TLS protocol "
        "defined fatal alert code is 46.\r\n"
        "\r\nEvent[4]:\r\n  Log Name: System\r\n  Source: Schannel\r\n  Date: 2012-02-11T00:44:55.000\r\n"
        "  Event ID: 36870\r\n  Description: \r\nA fatal error occurred when attempting to access the SSL "
        "client credential "
        "private key. The error code is 0x8009030d.\r\n");
    expect_kind(store, DX_KIND_event_text);
    g_assert_cmpuint(store->events->len, ==, 4);
    g_assert_cmpuint(event_at(store, 0)->alert, ==, 40);
    g_assert_cmpint(event_at(store, 0)->time_us, ==, T + 500000);
    g_assert_cmpuint(event_at(store, 1)->id, ==, 15300);
    g_assert_cmpuint(event_at(store, 1)->endpoint.port, ==, 443);
    g_assert_true(event_at(store, 1)->utc);
    g_assert_cmpuint(event_at(store, 2)->alert, ==, 46);
    g_assert_true(event_at(store, 3)->as_client);
    g_assert_false(event_at(store, 0)->as_client);
    dx_evidence_free(store);
}

static void
test_xml(void)
{
    dx_evidence_store *store = read_text(
        "<?xml version=\"1.0\"?>\n<Events>\n<Event "
        "xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>"
        "<Provider Name=\"Schannel\" Guid=\"{1}\"/><EventID Qualifiers=\"0\">36888</EventID>"
        "<TimeCreated SystemTime=\"2012-02-11T00:44:55.000000000Z\"/></System><EventData><Data "
        "Name=\"AlertDesc\">70</Data>"
        "<Data Name=\"ErrorState\">105</Data></EventData></Event>\n"
        "<Event xmlns='x'><System><Provider Name='Microsoft-Windows-HttpEvent'/><EventID>15021</EventID>"
        "<TimeCreated SystemTime='2012-02-11T00:44:55Z'/></System><EventData><Data "
        "Name='DeviceObject'>\\Device\\Http</Data>"
        "<Data Name='Endpoint'>[2001:db8::1]:443</Data><Binary>00</Binary></EventData></Event>\n"
        "<Event xmlns='x'><System><Provider Name='Other'/><EventID>36888</EventID></System></Event>\n"
        "<Event xmlns='x'><System><Provider Name='Schannel'/><EventID>368");
    expect_kind(store, DX_KIND_event_xml);
    g_assert_cmpuint(store->events->len, ==, 2);
    g_assert_cmpuint(event_at(store, 0)->alert, ==, 70);
    g_assert_cmpint(event_at(store, 0)->time_us, ==, T);
    g_assert_true(event_at(store, 0)->utc);
    g_assert_cmpuint(event_at(store, 0)->where.line, ==, 3);
    g_assert_cmpuint(event_at(store, 1)->endpoint.address.family, ==, 6);
    g_assert_cmpuint(event_at(store, 1)->where.line, ==, 4);
    g_assert_false(dx_evidence_whole(store, DX_KIND_event_xml));
    dx_evidence_free(store);
}

/* "Type" says of which side of a handshake Schannel speaks; older events do not name their values. */
static void
test_side(void)
{
    static const struct {
        const char *data;
        bool as_client;
    } rows[] = {{"<Data Name='Type'>client</Data>", true},
                {"<Data>client</Data>", true},
                {"<Data Name='Type'>server</Data>", false},
                {"<Data Name='TargetName'>client</Data>", false}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = g_strdup_printf("<Event xmlns='x'><System><Provider Name='Schannel'/>"
                                     "<EventID>36870</EventID>"
                                     "<TimeCreated SystemTime='2012-02-11T00:44:55Z'/></System>"
                                     "<EventData>%s</EventData></Event>\n",
                                     rows[i].data);
        dx_evidence_store *store = read_text(text);
        g_assert_cmpuint(store->events->len, ==, 1);
        g_assert_true(event_at(store, 0)->as_client == rows[i].as_client);
        dx_evidence_free(store);
        g_free(text);
    }
}

static void
expect_time_in(const char *text, dx_date_order order, int64_t wanted, bool wanted_utc)
{
    dx_time time;
    dx_span span = {text, strlen(text)};
    size_t taken = dx_time_parse(&time, order, span);

    g_assert_cmpuint(taken, ==, wanted ? span.len : 0);
    if (!wanted)
        return;
    g_assert_cmpint(time.us, ==, wanted);
    g_assert_true(time.utc == wanted_utc);
    g_assert_false(time.yearless);
}

static void
expect_time(const char *text, int64_t wanted, bool wanted_utc)
{
    expect_time_in(text, DX_DATES_OPEN, wanted, wanted_utc);
}

static void
test_times(void)
{
    expect_time("2012-02-11T00:44:55.000000000Z", T, true);
    expect_time("2012-02-11T01:44:55.5+01:00", T + SECOND / 2, true);
    expect_time("2012-02-11 00:44:55", T, false);
    expect_time("2012-02-11 00:44:55,250", T + SECOND / 4, false);
    expect_time("2012-02-10 19:44:55 -0500", T, true);
    expect_time("2012-02-11 00:44:55.000 UTC", T, true);
    expect_time("2012/02/11 0:44:55", T, false);
    expect_time("2012.02.11 00:44:55", T, false);
    expect_time("2012/02/11 午前 12:44:55", T, false);
    expect_time("2012/2/11 下午 12:44:55", T + 12 * 3600 * SECOND, false);
    expect_time("2/11/2012 12:44:55 AM", T, false);
    expect_time("2/11/2012 12:44:55\xe2\x80\xaf"
                "AM",
                T, false);
    expect_time("11.02.2012 00:44:55", T, false);
    expect_time("02/11/2012 00:44:55", T + 265 * 86400 * SECOND, false); /* day first: padded */
    expect_time_in("11/02/2012 0:44:55", DX_DATES_DAY_FIRST, T, false);
    expect_time_in("11/02/2012 12:44:55 a. m.", DX_DATES_DAY_FIRST, T, false);
    expect_time("13/2/2012", T + (2 * 86400 - 2695) * SECOND, false);
    expect_time("2/11/2012 12:44:55 PM", T + 12 * 3600 * SECOND, false);
    expect_time("11/Feb/2012:01:44:55 +0100", T, true);
    expect_time("11/Feb/2012:00:44:55.250", T + SECOND / 4, false);
    expect_time("Sat Feb 11 00:44:55.500000 2012", T + SECOND / 2, false);
    expect_time("Feb 11, 2012 12:44:55 AM", T, false);
    expect_time("99/99/2012", 0, false);
    expect_time("2012-13-01", 0, false);
    expect_time("2011-02-29", 0, false);
    expect_time("1/1/0000", 0, false);
}

/* The halves of a day in English, Spanish, Japanese, Chinese and Korean (CLDR, dayPeriods). */
static void
test_halves(void)
{
    static const char *const words[][2] = {
        {"AM", "PM"},     {"a.m.", "p.m."}, {"a. m.", "p. m."}, {"a.\xc2\xa0m.", "p.\xc2\xa0m."},
        {"午前", "午後"}, {"上午", "下午"}, {"오전", "오후"}};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++)
        for (unsigned half = 0; half < 2; half++) {
            int64_t noon = T + (half ? 12 * 3600 * SECOND : 0);
            char *before = g_strdup_printf("2012/02/11 %s 12:44:55", words[i][half]);
            char *behind = g_strdup_printf("2/11/2012 12:44:55 %s", words[i][half]);
            char *morning = g_strdup_printf("2/11/2012 1:44:55 %s", words[i][half]);
            expect_time(before, noon, false);
            expect_time(behind, noon, false);
            expect_time(morning, noon + 3600 * SECOND, false);
            g_free(before);
            g_free(behind);
            g_free(morning);
        }
}

/* Without a year: the one that is nearest to the capture. */
static void
test_year(void)
{
    dx_time time;

    g_assert_cmpuint(dx_time_parse(&time, DX_DATES_OPEN, (dx_span){"Feb 11 00:44:55 web01", 21}), ==, 15);
    g_assert_true(time.yearless && !time.utc && !time.minutes);
    g_assert_cmpint(dx_time_set_year(time.us, T + 60 * SECOND), ==, T);
    g_assert_cmpuint(dx_time_parse(&time, DX_DATES_OPEN, (dx_span){"Dec 31 23:59:59", 15}), ==, 15);
    g_assert_cmpint(dx_time_set_year(time.us, INT64_C(1325376060000000)), ==, INT64_C(1325375999000000));
    g_assert_cmpuint(dx_time_parse(&time, DX_DATES_OPEN, (dx_span){"Feb 11 00:44", 12}), ==, 12);
    g_assert_true(time.yearless && time.minutes);
}

static void
expect_latest(const char *text, dx_date_order order, int64_t wanted)
{
    dx_time time;
    dx_span span = {text, strlen(text)};

    g_assert_cmpuint(dx_time_latest(&time, order, span), ==, span.len);
    g_assert_cmpint(time.us, ==, wanted);
}

/* A date that leaves nothing open tells of the others; of one that stays open the later reading counts. */
static void
test_date_order(void)
{
    static const struct {
        const char *text;
        dx_date_order order;
    } rows[] = {{"2/11/2012 and 2/12/2012", DX_DATES_OPEN},
                {"2/11/2012 and 2/13/2012", DX_DATES_MONTH_FIRST},
                {"11/02/2012 and 13/02/2012", DX_DATES_DAY_FIRST},
                {"/13/2/1 //", DX_DATES_OPEN}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(dx_date_order_of((dx_span){rows[i].text, strlen(rows[i].text)}), ==, rows[i].order);
    const int64_t february = T - 2695 * SECOND, november = february + 265 * 86400 * SECOND;
    expect_latest("2/11/2012", DX_DATES_OPEN, november);
    expect_latest("11/2/2012", DX_DATES_OPEN, november);
    expect_latest("2/11/2012", DX_DATES_MONTH_FIRST, february);
    expect_latest("11/2/2012", DX_DATES_DAY_FIRST, february);
    expect_latest("11.02.2012", DX_DATES_OPEN, february);
}

/* A ledger with failures at given times. */
static dx_ledger *
ledger_of(const int64_t *times, unsigned num)
{
    dx_ledger *ledger = dx_ledger_new();

    for (unsigned i = 0; i < num; i++)
        dx_ledger_refusal(ledger, &(dx_refused){.time_us = times[i]});
    return ledger;
}

static void
test_clock(void)
{
    dx_evidence_store *store = dx_evidence_new();
    int64_t times[] = {T, T + 600 * SECOND, T + 4000 * SECOND};
    int64_t local = 90 * 60 * SECOND; /* UTC+01:30 */
    dx_ledger *ledger = ledger_of(times, G_N_ELEMENTS(times));
    dx_log_clock clock = {0};
    int64_t utc_us;

    dx_log_clock_estimate(&clock, store, ledger);
    g_assert_false(clock.known);
    for (unsigned i = 0; i < 2; i++) {
        dx_log_event event = {.id = 36888, .have_time = true, .time_us = times[i] + local + SECOND};
        g_array_append_val(store->events, event);
    }
    dx_log_event noise = {.id = 36888, .have_time = true, .time_us = T + 3 * 3600 * SECOND};
    g_array_append_val(store->events, noise);
    dx_log_clock_clear(&clock);
    dx_log_clock_estimate(&clock, store, ledger);
    g_assert_true(clock.known);
    g_assert_cmpint(clock.offset_us, ==, local);
    g_assert_cmpuint(clock.num_matches, ==, 2);
    g_assert_true(dx_log_clock_us(&clock, event_at(store, 0), &utc_us));
    g_assert_cmpint(utc_us, ==, T + SECOND);
    char *text = dx_log_clock_text(&clock);
    g_assert_cmpstr(text, ==, "UTC+01:30");
    g_free(text);
    /* as many matches elsewhere: not known */
    for (unsigned i = 0; i < 2; i++) {
        dx_log_event event = {.id = 36888, .have_time = true, .time_us = times[i] - 2 * local};
        g_array_append_val(store->events, event);
    }
    dx_log_clock_clear(&clock);
    dx_log_clock_estimate(&clock, store, ledger);
    g_assert_false(clock.known);
    g_assert_false(dx_log_clock_us(&clock, event_at(store, 0), &utc_us));
    /* a further failure decides, and only what is new is looked at */
    dx_ledger_refusal(ledger, &(dx_refused){.time_us = T + 3 * 3600 * SECOND - local});
    dx_log_clock_estimate(&clock, store, ledger);
    g_assert_true(clock.known);
    g_assert_cmpuint(clock.num_matches, ==, 3);
    dx_log_clock_clear(&clock);
    dx_ledger_free(ledger);
    dx_evidence_free(store);
}

/* Months by name, as the lists of four languages have them. */
static void
test_months(void)
{
    static const char *const names[][12] = {
        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
        {"Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"},
        {"janv.", "f\xc3\xa9vr.", "mars", "avr.", "mai", "juin", "juil.", "ao\xc3\xbbt", "sept.", "oct.",
         "nov.",
         "d\xc3\xa9"
         "c."},
        {"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"}};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        for (unsigned month = 1; month <= 12; month++) {
            dx_time time;
            char *text = g_strdup_printf("11 %s 2026", names[i][month - 1]);
            GDateTime *wanted = g_date_time_new_utc(2026, (gint)month, 11, 0, 0, 0);
            g_assert_cmpuint(dx_time_parse(&time, DX_DATES_OPEN, (dx_span){text, strlen(text)}), ==,
                             strlen(text));
            g_assert_cmpint(time.us, ==, g_date_time_to_unix(wanted) * SECOND);
            g_date_time_unref(wanted);
            g_free(text);
        }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/events/document", test_document);
    g_test_add_func("/evidence/events/nps", test_nps);
    g_test_add_func("/evidence/events/text", test_text);
    g_test_add_func("/evidence/events/xml", test_xml);
    g_test_add_func("/evidence/times", test_times);
    g_test_add_func("/evidence/halves", test_halves);
    g_test_add_func("/evidence/side", test_side);
    g_test_add_func("/evidence/times/year", test_year);
    g_test_add_func("/evidence/times/order", test_date_order);
    g_test_add_func("/evidence/clock", test_clock);
    g_test_add_func("/evidence/months", test_months);
    return g_test_run();
}
