/* progress.h - how far a handshake came, step by step: shared by the files that turn observations into facts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_PROGRESS_H
#define DX_FACTS_PROGRESS_H

#include <glib.h>

#include "facts/facts.h"

/* A server's alert or close this long after the client's Finished is about something else (idle close). */
#define DX_REFUSAL_US (5 * G_USEC_PER_SEC)

/* dx_progress_sender - the peer that sent what was observed. */
dx_peer *dx_progress_sender(dx_facts *facts, const dx_observation *observation);

/* dx_progress_note - adds a letter to the history; `letter` is a capital. */
void dx_progress_note(dx_facts *facts, dx_side from, char letter);

/* dx_progress_close - a sign that the sender closes; the first counts. dx_progress_close_notify - the same by
 * an alert, readable or not. */
void dx_progress_close(dx_facts *facts, dx_close_kind kind, const dx_observation *observation);
void dx_progress_close_notify(dx_facts *facts, bool readable, const dx_observation *observation);

/* dx_progress_turns_away - TLS 1.3: what the server now sends, an alert by its length or (`by_alert` false) a
 * FIN or RST, in place of anything for a client whose Finished is with it, is a refusal. In all versions an
 * alert is one that answers data which came before its sender's Finished. */
bool dx_progress_turns_away(const dx_facts *facts, bool by_alert, const dx_observation *observation);

/* dx_progress_pending - what is the end only if nothing follows; dx_progress_drop_pending - something
 * followed. */
void dx_progress_pending(dx_facts *facts, dx_end_kind kind, const dx_observation *observation);
void dx_progress_drop_pending(dx_facts *facts, const dx_observation *observation);

/* dx_progress_finished - a Finished, readable or by its place; dx_progress_client_finishes - the client's;
 * dx_progress_establish - both are there. */
void dx_progress_finished(dx_facts *facts, const dx_observation *observation);
void dx_progress_client_finishes(dx_facts *facts, const dx_observation *observation);
void dx_progress_establish(dx_facts *facts, const dx_observation *observation);

/* dx_progress_end - the end, unless there is one or a warning is it; dx_progress_end_pending - what was
 * pending turned out to be the end: nothing came after it but the close. */
void dx_progress_end(dx_facts *facts, dx_end_kind kind, const dx_observation *observation);
void dx_progress_end_pending(dx_facts *facts);

/* dx_progress_accept - nothing shows that one of the two minded the handshake. */
void dx_progress_accept(dx_facts *facts);

/* Parts of dx_facts_apply, by file. dx_handshake_apply - takes what TLS says; dx_records_apply - one
 * record. */
void dx_hidden_apply(dx_facts *facts, const dx_observation *observation);
void dx_data_apply(dx_facts *facts, const dx_observation *observation);
void dx_handshake_apply(dx_facts *facts, const dx_observation *observation);
void dx_records_apply(dx_facts *facts, const dx_observation *observation);

#endif
