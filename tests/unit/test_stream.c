/* test_stream.c - one TCP direction comes out in order, whatever the segments do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/stream.h"

#include <glib.h>
#include <string.h>

/* What the sink got: bytes as they are, every missing byte as '?'. */
typedef struct seen {
    GString *text;
    unsigned num_calls;
} seen;

static void
take(void *user, const uint8_t *bytes, size_t len, size_t missing)
{
    seen *all = (seen *)user;
    g_assert_true(len > 0 || missing > 0);
    g_assert_true(len == 0 || bytes != NULL);
    if (len > 0)
        g_string_append_len(all->text, (const char *)bytes, (gssize)len);
    for (size_t i = 0; i < missing && i < 1000; i++)
        g_string_append_c(all->text, '?');
    all->num_calls++;
}

static dx_stream stream;
static seen got;

static void
start(void)
{
    memset(&stream, 0, sizeof stream);
    got.text = g_string_new(NULL);
    got.num_calls = 0;
}

static void
end(const char *expected)
{
    g_assert_cmpstr(got.text->str, ==, expected);
    dx_stream_clear(&stream);
    g_assert_null(stream.pending);
    g_assert_false(stream.started);
    g_string_free(got.text, TRUE);
}

static unsigned
segment(uint32_t seq, const char *text)
{
    return dx_stream_segment(&stream, seq, (const uint8_t *)text, strlen(text), strlen(text), take, &got);
}

static unsigned
cut_segment(uint32_t seq, const char *text, size_t reported)
{
    return dx_stream_segment(&stream, seq, (const uint8_t *)text, strlen(text), reported, take, &got);
}

static unsigned
ack(uint32_t number)
{
    return dx_stream_acked(&stream, number, take, &got);
}

static void
test_in_order(void)
{
    start();
    dx_stream_syn(&stream, 99);
    g_assert_cmpuint(stream.next_seq, ==, 100);
    g_assert_cmpuint(segment(100, "abc"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(segment(103, ""), ==, 0);
    g_assert_cmpuint(segment(103, "def"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(stream.next_seq, ==, 106);
    g_assert_cmpuint(got.num_calls, ==, 2);
    end("abcdef");
}

/* Zero-copy: the sink sees the caller's own bytes. */
static const uint8_t *last_bytes;

static void
remember(void *user, const uint8_t *bytes, size_t len, size_t missing)
{
    (void)user;
    (void)len;
    (void)missing;
    last_bytes = bytes;
}

static void
test_in_place(void)
{
    static const uint8_t data[8] = "abcdefg";
    start();
    dx_stream_segment(&stream, 100, data, 4, 4, remember, NULL);
    g_assert_true(last_bytes == data);
    dx_stream_segment(&stream, 102, data, 8, 8, remember, NULL);
    g_assert_true(last_bytes == data + 2);
    end("");
}

static void
test_start_without_syn(void)
{
    start();
    g_assert_cmpuint(segment(7000, "abc"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(segment(7003, "d"), ==, DX_SEGMENT_NEW);
    end("abcd");
}

static void
test_second_syn(void)
{
    start();
    dx_stream_syn(&stream, 99);
    dx_stream_syn(&stream, 99); /* retransmitted */
    g_assert_cmpuint(stream.next_seq, ==, 100);
    dx_stream_syn(&stream, 499); /* the port is used again */
    g_assert_cmpuint(segment(500, "abc"), ==, DX_SEGMENT_NEW);
    dx_stream_syn(&stream, 899); /* too late: data was taken */
    g_assert_cmpuint(segment(503, "d"), ==, DX_SEGMENT_NEW);
    end("abcd");

    start();
    dx_stream_syn(&stream, 99);
    segment(105, "held");
    dx_stream_syn(&stream, 499); /* held data counts too */
    segment(100, "01234");
    end("01234held");

    start();
    dx_stream_syn(&stream, 99);
    ack(100);
    dx_stream_syn(&stream, 499); /* the first is acknowledged: it counts */
    segment(100, "abc");
    end("abc");

    start();
    dx_stream_syn(&stream, 99);
    dx_stream_syn(&stream, 499);
    ack(100); /* the other side took the first */
    segment(100, "abc");
    end("abc");

    start();
    dx_stream_syn(&stream, 499);
    ack(100); /* the other side took one that the capture, or Wireshark's stream, lacks */
    segment(100, "abc");
    end("abc");

    start();
    dx_stream_syn(&stream, 99);
    ack(104); /* of what is not captured */
    segment(104, "ef");
    end("????ef");
}

static void
test_retransmitted(void)
{
    start();
    segment(100, "abcd");
    g_assert_cmpuint(segment(100, "abcd"), ==, DX_SEGMENT_RETRANSMITTED);
    g_assert_cmpuint(segment(101, "bc"), ==, DX_SEGMENT_RETRANSMITTED);
    g_assert_cmpuint(segment(102, "cdef"), ==, DX_SEGMENT_NEW | DX_SEGMENT_RETRANSMITTED);
    g_assert_cmpuint(segment(98, "xyabcdefgh"), ==, DX_SEGMENT_NEW | DX_SEGMENT_RETRANSMITTED);
    end("abcdefgh");
}

static void
test_keep_alive(void)
{
    start();
    dx_stream_syn(&stream, 99);
    g_assert_cmpuint(segment(99, "z"), ==, 0); /* before any data */
    segment(100, "abcd");
    g_assert_cmpuint(segment(103, "z"), ==, 0);
    g_assert_cmpuint(segment(102, "z"), ==, DX_SEGMENT_RETRANSMITTED); /* near miss: an older byte */
    g_assert_cmpuint(segment(104, "e"), ==, DX_SEGMENT_NEW);           /* near miss: a zero window probe */
    end("abcde");
}

static void
test_out_of_order(void)
{
    start();
    dx_stream_syn(&stream, 99);
    g_assert_cmpuint(segment(106, "gh"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER);
    g_assert_cmpuint(segment(103, "de"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER);
    g_assert_cmpuint(stream.num_pending, ==, 2);
    g_assert_cmpuint(segment(106, "gh"), ==, DX_SEGMENT_RETRANSMITTED);
    g_assert_cmpuint(stream.num_pending, ==, 2);
    g_assert_cmpstr(got.text->str, ==, "");
    g_assert_cmpuint(segment(100, "abc"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(segment(105, "f"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(stream.num_pending, ==, 0);
    g_assert_cmpuint(stream.pending_bytes, ==, 0);
    end("abcdefgh");
}

static void
test_overlaps(void)
{
    start();
    dx_stream_syn(&stream, 99);
    segment(104, "ef");
    segment(108, "ij");
    /* Covers both and all holes between and after. */
    g_assert_cmpuint(segment(102, "cdEFghIJkl"), ==,
                     DX_SEGMENT_NEW | DX_SEGMENT_RETRANSMITTED | DX_SEGMENT_OUT_OF_ORDER);
    g_assert_cmpuint(stream.num_pending, ==, 5);
    g_assert_cmpuint(stream.pending_bytes, ==, 10);
    /* The missing bytes and some that are held. */
    g_assert_cmpuint(segment(100, "abcd"), ==, DX_SEGMENT_NEW | DX_SEGMENT_RETRANSMITTED);
    end("abcdefghijkl"); /* what came first is kept */
}

static void
test_wraparound(void)
{
    start();
    dx_stream_syn(&stream, 0xFFFFFFFC);
    g_assert_cmpuint(segment(1, "ef"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER);
    g_assert_cmpuint(segment(0xFFFFFFFD, "abcd"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(segment(0xFFFFFFFF, "cdef"), ==, DX_SEGMENT_RETRANSMITTED);
    g_assert_cmpuint(segment(3, "gh"), ==, DX_SEGMENT_NEW);
    end("abcdefgh");

    start();
    dx_stream_syn(&stream, 0xFFFFFFFF);
    g_assert_cmpuint(segment(0, "ab"), ==, DX_SEGMENT_NEW);
    end("ab");
}

static void
test_snap_length(void)
{
    start();
    g_assert_cmpuint(cut_segment(100, "ab", 5), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(segment(105, "cd"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(cut_segment(107, "", 2), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(cut_segment(112, "x", 3), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER);
    segment(109, "mno");
    g_assert_cmpuint(got.num_calls, ==, 5);
    end("ab???cd??mnox??");

    start();
    cut_segment(100, "abc", 6);
    cut_segment(102, "cde", 8); /* all that is captured of it is old: 4 new bytes are missing */
    end("abc???????");

    start();
    dx_stream_segment(&stream, 100, (const uint8_t *)"abcdef", 6, 3, take, &got); /* more than reported */
    end("abc");
}

static void
test_acked_hole(void)
{
    start();
    dx_stream_syn(&stream, 99);
    g_assert_cmpuint(ack(104), ==, 0); /* alone it gives nothing up */
    g_assert_cmpuint(stream.next_seq, ==, 100);
    segment(100, "abcd");
    segment(106, "gh");
    g_assert_cmpuint(ack(105), ==, 0); /* half of the hole */
    g_assert_cmpuint(ack(106), ==, DX_SEGMENT_GAP);
    g_assert_cmpuint(segment(108, "ij"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(segment(104, "ef"), ==, DX_SEGMENT_RETRANSMITTED); /* too late */
    end("abcd??ghij");
}

static void
test_ack_is_remembered(void)
{
    start();
    dx_stream_syn(&stream, 99);
    segment(100, "ab");
    g_assert_cmpuint(ack(110), ==, 0);
    g_assert_cmpuint(ack(102), ==, 0); /* an older one takes nothing back */
    g_assert_cmpuint(segment(104, "e"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER | DX_SEGMENT_GAP);
    g_assert_cmpuint(segment(108, "i"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER | DX_SEGMENT_GAP);
    g_assert_cmpuint(segment(112, "m"), ==,
                     DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER); /* 110, 111 are not acked */
    g_assert_cmpuint(stream.num_pending, ==, 1);
    end("ab??e???i");
}

/* One acknowledgment closes several holes. */
static void
test_acked_holes(void)
{
    start();
    dx_stream_syn(&stream, 99);
    segment(102, "c");
    segment(104, "e");
    segment(106, "g");
    g_assert_cmpuint(ack(105), ==, DX_SEGMENT_GAP);
    g_assert_cmpuint(stream.num_pending, ==, 1);
    end("??c?e");
}

/* A capture of one direction sees no acknowledgments for long; the old number must not turn into a new one
 * when the sequence numbers have gone half around. */
static void
test_ack_grows_old(void)
{
    start();
    dx_stream_syn(&stream, 99);
    ack(100);
    uint32_t seq = 100;
    for (unsigned i = 0; i < 80; i++) {
        cut_segment(seq, "", 1u << 25);
        seq += 1u << 25;
    }
    g_string_truncate(got.text, 0);
    g_assert_cmpuint(segment(seq + 2, "c"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER);
    g_assert_cmpuint(segment(seq, "ab"), ==, DX_SEGMENT_NEW);
    end("abc");
}

static void
test_far_away(void)
{
    start();
    dx_stream_syn(&stream, 99);
    segment(100, "ab");
    g_assert_cmpuint(segment(102 + (1u << 30) + 1, "zz"), ==, 0);
    g_assert_cmpuint(segment(102 - (1u << 30) - 1, "zz"), ==, 0);
    g_assert_cmpuint(segment(102 + (1u << 31), "zz"), ==, 0);
    g_assert_cmpuint(stream.num_pending, ==, 0);
    g_assert_cmpuint(ack(102 + (1u << 31)), ==, 0);
    g_assert_cmpuint(ack(0xF0000000), ==, 0); /* behind, but near enough */
    g_assert_cmpuint(segment(104, "e"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER);
    g_assert_cmpuint(segment(102, "cd"), ==, DX_SEGMENT_NEW);
    g_assert_cmpuint(cut_segment(105, "z", (size_t)(1u << 30) + 1), ==, 0);
    end("abcde");

    start();
    ack(5); /* of an earlier connection, before anything is known of this one */
    dx_stream_syn(&stream, 0x90000000);
    g_assert_cmpuint(segment(0x90000003, "c"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER);
    end("");
}

static void
test_bounds(void)
{
    start();
    dx_stream_syn(&stream, 99);
    for (unsigned i = 0; i < DX_STREAM_MAX_PENDING_SEGMENTS; i++)
        g_assert_cmpuint(segment(102 + 2 * i, "x"), ==, DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER);
    g_assert_cmpuint(stream.num_pending, ==, DX_STREAM_MAX_PENDING_SEGMENTS);
    g_assert_cmpstr(got.text->str, ==, "");
    g_assert_cmpuint(segment(102 + 2 * DX_STREAM_MAX_PENDING_SEGMENTS, "x"), ==,
                     DX_SEGMENT_NEW | DX_SEGMENT_OUT_OF_ORDER | DX_SEGMENT_GAP);
    g_assert_cmpuint(stream.num_pending, ==, DX_STREAM_MAX_PENDING_SEGMENTS);
    end("??x");

    static const uint8_t big[60000];
    start();
    dx_stream_syn(&stream, 99);
    unsigned kind = 0;
    for (unsigned i = 0; i < 5; i++) {
        g_assert_false(kind & DX_SEGMENT_GAP);
        kind = dx_stream_segment(&stream, 200 + i * 60000, big, sizeof big, sizeof big, take, &got);
    }
    g_assert_true(kind & DX_SEGMENT_GAP);
    g_assert_cmpuint(stream.pending_bytes, ==, 0);
    g_assert_cmpuint(stream.next_seq, ==, 200 + 5 * 60000);
    g_assert_cmpuint(got.text->len, ==, 100 + 5 * 60000);
    g_string_truncate(got.text, 0);
    end("");
}

/* Every order of overlapping pieces gives the same bytes. */
static void
test_shuffled(void)
{
    static const char text[] =
        "The quick brown fox jumps over the lazy dog, and the lazy dog does not mind it.";
    GRand *dice = g_rand_new_with_seed(4711);
    for (unsigned round = 0; round < 2000; round++) {
        start();
        uint32_t first = g_rand_int(dice);
        dx_stream_syn(&stream, first - 1);
        unsigned num_tries = 0;
        while (stream.next_seq != first + (uint32_t)sizeof text - 1) {
            uint32_t from = (uint32_t)g_rand_int_range(dice, 0, sizeof text - 1);
            uint32_t len = (uint32_t)g_rand_int_range(dice, 1, (gint32)(sizeof text - from));
            uint32_t before = stream.next_seq;
            unsigned kind =
                dx_stream_segment(&stream, first + from, (const uint8_t *)text + from, len, len, take, &got);
            g_assert_true(stream.next_seq == before || (kind & DX_SEGMENT_NEW));
            g_assert_cmpuint(num_tries++, <, 10000);
        }
        g_assert_cmpuint(stream.num_pending, ==, 0);
        end(text);
    }
    g_rand_free(dice);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream/in-order", test_in_order);
    g_test_add_func("/stream/in-place", test_in_place);
    g_test_add_func("/stream/start-without-syn", test_start_without_syn);
    g_test_add_func("/stream/second-syn", test_second_syn);
    g_test_add_func("/stream/retransmitted", test_retransmitted);
    g_test_add_func("/stream/keep-alive", test_keep_alive);
    g_test_add_func("/stream/out-of-order", test_out_of_order);
    g_test_add_func("/stream/overlaps", test_overlaps);
    g_test_add_func("/stream/wraparound", test_wraparound);
    g_test_add_func("/stream/snap-length", test_snap_length);
    g_test_add_func("/stream/acked-hole", test_acked_hole);
    g_test_add_func("/stream/ack-is-remembered", test_ack_is_remembered);
    g_test_add_func("/stream/acked-holes", test_acked_holes);
    g_test_add_func("/stream/ack-grows-old", test_ack_grows_old);
    g_test_add_func("/stream/far-away", test_far_away);
    g_test_add_func("/stream/bounds", test_bounds);
    g_test_add_func("/stream/shuffled", test_shuffled);
    return g_test_run();
}
