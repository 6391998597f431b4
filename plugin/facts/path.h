/* path.h - what only TCP shows of a connection, as answers: nobody else reads sequence numbers
 *
 * Of a connection over another transport every answer is "no".
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_PATH_H
#define DX_FACTS_PATH_H

#include "facts/facts.h"

/* dx_path_hello_acked - the server's TCP acknowledged all bytes of the ClientHello,
 * or what there was of it. */
bool dx_path_hello_acked(const dx_facts *facts);

/* dx_path_never_came - numbers of the client that go on tell of bytes behind its SYN of which none is in the
 * capture, and the server, which has said more than its SYN-ACK or is long silent, acknowledged none. */
bool dx_path_never_came(const dx_facts *facts);

/* dx_path_heard_client - the server's numbers, from its SYN-ACK on, say that it got bytes of the client; a
 * FIN counts one. */
bool dx_path_heard_client(const dx_facts *facts);

/* dx_path_went_on - the client sent more than its ClientHello and a FIN, in the capture or by what the server
 * acknowledged. */
bool dx_path_went_on(const dx_facts *facts);

/* dx_path_unacked - some of what this side sent was not acknowledged, though something was. */
bool dx_path_unacked(const dx_peer *peer);

/* dx_path_lacks - by its numbers a side sent more bytes than the capture holds; the one of a FIN is none.
 * dx_path_whole - the capture has all of them, from the SYN on. */
bool dx_path_lacks(const dx_peer *peer);
bool dx_path_whole(const dx_peer *peer);

/* dx_path_answer_missing - the client acknowledged a ServerHello's bytes, or more, and the capture has none
 * of the server's: an alert, which is shorter, may be what is missing else. */
bool dx_path_answer_missing(const dx_facts *facts);

/* dx_path_bytes_missing - bytes of the handshake arrived, as gaps that were given up or acknowledgments show,
 * and are not in the capture. */
bool dx_path_bytes_missing(const dx_facts *facts);

/* dx_path_data_missing - the same of a connection that was read to its end, in whichever phase: data, too. */
bool dx_path_data_missing(const dx_facts *facts);

/* dx_path_certificate_unread - the client closed when it had not acknowledged the end of the server's
 * Certificate: that was still on its way. A reset says nothing of it: its acknowledgment need not be true. */
bool dx_path_certificate_unread(const dx_facts *facts);

/* dx_path_client_hole - bytes of the client are missing before others of it, and the server, heard from
 * since, has not acknowledged them two seconds later, at `until_us`: it lacks them, too. */
bool dx_path_client_hole(const dx_facts *facts, int64_t until_us);

/* dx_path_stray_reset - the RST of this side does not stand where its bytes end. */
bool dx_path_stray_reset(const dx_peer *peer);

#endif
