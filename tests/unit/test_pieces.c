/* test_pieces.c - what comes before TLS says the same byte by byte as whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "tape.h"

#define LINE(side, text)                                                                                     \
    {                                                                                                        \
        side, text, sizeof(text) - 1                                                                         \
    }
#define C(text) LINE(true, text)
#define S(text) LINE(false, text)
#define HELLO                                                                                                \
    "\x16\x03\x01\0\x2f\x01\0\0\x2b\x03\x01"                                                                 \
    "0123456789abcdef0123456789abcdef"                                                                       \
    "\0\0\x04\0\x2f\0\x35\x01\0"
#define ALERT "\x15\x03\x01\0\x02\x02\x28"

typedef struct {
    bool from_client;
    const char *bytes;
    unsigned len;
} word;

typedef struct {
    const char *name;
    uint16_t port;
    word words[9];
} talk;

static const talk talks[] = {
    {"smtp",
     587,
     {S("220 mail.example.com ESMTP\r\n"), C("EHLO client.example.com\r\n"),
      S("250-mail.example.com\r\n250-SIZE 10240000\r\n250 STARTTLS\r\n"), C("STARTTLS\r\n"),
      S("220 2.0.0 Ready to start TLS\r\n"), C(HELLO), S(ALERT)}},
    {"smtp, not offered",
     587,
     {S("220 mail.example.com ESMTP\r\n"), C("EHLO client.example.com\r\n"),
      S("250-mail.example.com\r\n250-SIZE 10240000\r\n250 HELP\r\n"), C("QUIT\r\n"), S("221 bye\r\n")}},
    {"smtp, refused",
     25,
     {S("220 mail.example.com ESMTP\r\n"), C("STARTTLS\r\n"), S("454 4.7.0 TLS not available\r\n"),
      C("QUIT\r\n")}},
    {"imap",
     143,
     {S("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"), C("a1 STARTTLS\r\n"), S("a1 OK begin\r\n"),
      C(HELLO), S(ALERT)}},
    {"pop3", 110, {S("+OK ready\r\n"), C("STLS\r\n"), S("+OK begin\r\n"), C(HELLO), S(ALERT)}},
    {"ftp", 21, {S("220 ready\r\n"), C("AUTH TLS\r\n"), S("234 go\r\n"), C(HELLO), S(ALERT)}},
    {"postgres", 5432, {C("\0\0\0\x08\x04\xd2\x16\x2f"), S("S"), C(HELLO), S(ALERT)}},
    {"postgres, refused", 5432, {C("\0\0\0\x08\x04\xd2\x16\x2f"), S("N")}},
    {"ldap",
     389,
     {C("\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
        "1.3.6.1.4.1.1466.20037"),
      S("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0"), C(HELLO), S(ALERT)}},
    {"xmpp",
     5222,
     {C("<stream:stream to='example.com' version='1.0'>"), S("<stream:stream><stream:features><starttls/>"),
      C("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), S("<proceed/>"), C(HELLO), S(ALERT)}},
    {"rdp",
     3389,
     {C("\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0"),
      S("\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\x01\0\0\0"), C(HELLO), S(ALERT)}},
    {"tds",
     1433,
     {C("\x12\x01\0\x14\0\0\x01\0\x01\0\x06\0\x01\xff\x01\0\0\0\0\0"),
      S("\x04\x01\0\x14\0\0\x01\0\x01\0\x06\0\x01\xff\x01\0\0\0\0\0"), C("\x12\x01\0\x3c\0\0\x01\0" HELLO),
      S("\x12\x01\0\x0f\0\0\x01\0" ALERT)}},
    {"tds, not supported",
     1433,
     {C("\x12\x01\0\x14\0\0\x01\0\x01\0\x06\0\x01\xff\x03\0\0\0\0\0"),
      S("\x04\x01\0\x14\0\0\x01\0\x01\0\x06\0\x01\xff\x02\0\0\0\0\0")}},
    {"connect",
     3128,
     {C("CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n"),
      S("HTTP/1.1 200 Connection established\r\n\r\n"), C(HELLO), S(ALERT)}},
    {"connect, refused",
     3128,
     {C("CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n"),
      S("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")}},
    {"tls", 443, {C(HELLO), S(ALERT)}},
    {"plain answer", 8443, {C(HELLO), S("HTTP/1.1 400 Bad Request\r\n\r\n")}},
    {"plain answer without an end", 8443, {C(HELLO), S("-ERR")}},
    {"speaks first",
     6667,
     {S(":irc.example.net NOTICE * :Looking up your hostname\r\n"), C(HELLO), S("ERROR :bye\r\n")}},
    {"nothing known",
     443,
     {C("\0\x02\xff\x13\0"), C("\xff\x13\0\0\xff\x13\0\0\xff\x13\0\0\xff\x13\0\0\xff\x13\0\0\xff\x13\0\0"
                               "\xff\x13\0\0\xff\x13\0\0\xff\x13\0\0\xff\x13\0\0")}},
    {"http to tls", 443, {C("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), S(ALERT)}},
};

/* Words that were held count as of an earlier frame; the last one of the connection is that of the packet. */
static void
check_last(const tape *t, uint32_t *last)
{
    const dx_facts *facts = dx_capture_facts(t->capture, t->stream);

    g_assert_cmpuint(facts->last_frame, >, *last);
    *last = facts->last_frame;
}

/* What becomes of it with words cut into pieces of `size` bytes; 0: not cut. Free with g_free. */
static char *
verdict_of(const talk *what, unsigned size)
{
    tape t = tape_new();
    dx_verdicts_free(t.verdicts);
    t.verdicts = dx_verdicts_new(dx_all_causes(), &preferences, is_tls_port, NULL);
    t.capture = dx_verdicts_capture(t.verdicts);
    tape_connect(&t, 1, 1, what->port);
    tape_syn(&t);
    uint32_t last = 0;
    for (const word *say = what->words; say->len; say++)
        for (unsigned at = 0; at < say->len; at += size ? size : say->len) {
            tape_bytes(&t, say->from_client, say->bytes + at, MIN(size ? size : say->len, say->len - at));
            check_last(&t, &last);
        }
    for (unsigned i = 0; i < 2; i++) {
        tape_packet(&t, i == 1, DX_TCP_FIN | DX_TCP_ACK, NULL);
        check_last(&t, &last);
    }
    const dx_facts *facts = dx_capture_facts(t.capture, t.stream);
    const dx_verdict *verdict = facts ? dx_verdicts_of(t.verdicts, t.stream) : NULL;
    char *says = verdict ? g_strdup_printf("%s %s %d upgrade %d %d", dx_outcome_name(verdict->outcome),
                                           verdict->cause ? verdict->cause->id : "-", verdict->confidence,
                                           facts->upgrade, facts->upgrade_answer)
                         : g_strdup("nothing");
    dx_verdicts_free(t.verdicts);
    return says;
}

static void
test_pieces(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(talks); i++) {
        char *whole = verdict_of(&talks[i], 0);
        g_test_message("%s: %s", talks[i].name, whole);
        for (unsigned size = 1; size <= 32; size++) {
            char *cut = verdict_of(&talks[i], size);
            if (strcmp(whole, cut) != 0) {
                g_test_message("%s, %u bytes at a time: %s", talks[i].name, size, cut);
                g_test_fail();
            }
            g_free(cut);
        }
        g_free(whole);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pieces", test_pieces);
    return g_test_run();
}
