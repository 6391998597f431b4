/* ended.h - how a connection ended: tests that many causes share, and their words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_ENDED_H
#define DX_VERDICT_ENDED_H

#include "verdict/cause.h"

/* dx_ended - the end is of this kind, by this side. */
bool dx_ended(const dx_facts *facts, dx_end_kind kind, dx_side by);
/* dx_server_alert_in_hello - the end is a readable alert of the server with this description before its
 * ServerHello. */
bool dx_server_alert_in_hello(const dx_facts *facts, uint8_t alert);
/* dx_say_dotted_name - the server answered the ClientHello with an alert, and the name in it ends with a dot:
 * evidence, reason and what to do are said; nothing otherwise. */
void dx_say_dotted_name(dx_finding *finding, const dx_facts *facts);
/* dx_refused_hello - the server ended it (RST, FIN, alert) after the whole ClientHello and before a
 * ServerHello. */
bool dx_refused_hello(const dx_facts *facts);
/* dx_server_read_hello - the end is an alert of the server that speaks of what a ClientHello says (RFC 8446
 * section 6.2), so it took the bytes before that for what they are. 70 is none of these: it may be about a
 * record's version. */
bool dx_server_read_hello(const dx_facts *facts);
/* dx_server_answered - the server sent payload after the client's first TLS byte and not only in reaction
 * to the end. */
bool dx_server_answered(const dx_facts *facts);
/* dx_reset_from_elsewhere - the RST that is the end travelled another distance (TTL) than its side's other
 * packets, or, when there are none on this connection, than those of its host. */
bool dx_reset_from_elsewhere(const dx_facts *facts, const dx_host *host);
/* dx_reset_is_off - ... if only by one hop. That may be a change of route: it counts with another sign. */
bool dx_reset_is_off(const dx_facts *facts);

/* dx_reset_is_beside - the RST for a ClientHello carries a TTL that senders begin with, and all other packets
 * of the server one less: no router is between its sender and the capture, and one is before the server. */
bool dx_reset_is_beside(const dx_facts *facts);
/* dx_rejected_by_filter - the end is an ICMP error of a packet filter. dx_refused_by_host - it says that no
 * program has the UDP port. */
bool dx_rejected_by_filter(const dx_facts *facts);
bool dx_refused_by_host(const dx_facts *facts);
/* dx_silent_hello - the ClientHello was acknowledged and never answered; the client gave up or the capture
 * waited. */
bool dx_silent_hello(const dx_facts *facts, const dx_context *context);

/* dx_quiet_side - over UDP: for which side the other waits in vain, as long as ssltrouble.silence says, or
 * repeats himself for ssltrouble.syn_silence. DX_NOBODY: for none. */
dx_side dx_quiet_side(const dx_facts *facts, const dx_context *context);

/* dx_server_is_plain - the server never spoke TLS in this capture, and said something else on another
 * connection, or has a port that is for plaintext alone. */
bool dx_server_is_plain(const dx_facts *facts, const dx_context *context);

/* dx_server_may_wait_for_line - the server acknowledges the ClientHello and says nothing, never spoke TLS in
 * this capture, and its port is of no known service or of one whose plaintext is lines: Redis waits for the
 * end of one (observed), a syslog receiver never answers (RFC 6587 section 3.1). Others close, or answer. */
bool dx_server_may_wait_for_line(const dx_facts *facts, const dx_context *context);

/* dx_answered_late - the client waited for an answer to its ClientHello, and the ServerHello came after it
 * had left. */
bool dx_answered_late(const dx_facts *facts);
/* dx_waited_us - how long the client waited in vain: to its close, else to the end of the capture. */
int64_t dx_waited_us(const dx_facts *facts, const dx_context *context);

/* dx_early_sender - who sent data before its own Finished up to TLS 1.2, which RFC 5246 section 7.3 forbids
 * (a client need not wait for the server's: RFC 7918). DX_NOBODY, too, when the capture may lack a part. */
dx_side dx_early_sender(const dx_facts *facts);

/* dx_say_hello_never_came - evidence and reason of a capture at the server's end to which no byte of the
 * ClientHello came (dx_path_never_came): what the server's TCP did not acknowledge is no loss of the capture.
 * False, and nothing, when it is none. */
bool dx_say_hello_never_came(dx_finding *finding, const dx_facts *facts);

/* dx_alert_for_early_data - the end is an alert of the other side that can be for such data of `by`: 10, or
 * one that cannot be read. dx_ended_by_early_data - that, or the connection was closed behind it. */
bool dx_alert_for_early_data(const dx_facts *facts, dx_side by);
bool dx_ended_by_early_data(const dx_facts *facts, dx_side by);

/* dx_finished_unread - a Diffie-Hellman suite, no client certificate, and the server says that it cannot read
 * the client's Finished: the two have different keys. RFC 5246 section 8.1.2 strips the leading zeros of the
 * secret; a side that does not (KB4557473) has other keys once in 256 times. */
bool dx_finished_unread(const dx_facts *facts);

/* dx_phase_words - as dx_phase_name, with the message that this connection's version has at that point. */
const char *dx_phase_words(const dx_facts *facts, dx_phase phase);

/* dx_say_end - the end as a line of evidence. */
void dx_say_end(dx_finding *finding, const dx_facts *facts);
/* dx_say_prime - the size of the Diffie-Hellman prime as a line of evidence, when the server sent one. */
void dx_say_prime(dx_finding *finding, const dx_facts *facts);
/* dx_say_hello - the ClientHello as a line of evidence (name, versions). */
void dx_say_hello(dx_finding *finding, const dx_facts *facts);

#endif
