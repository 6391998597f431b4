/* infer.h - what an encrypted record is, by its length and place
 *
 * Source: RFC 8446 section 5.2 (inner plaintext = content + type + padding, then the tag), RFC 5246
 *         section 6.2.3, RFC 7366 (encrypt-then-MAC); lengths of real stacks: test-captures
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_FACTS_INFER_H
#define DX_FACTS_INFER_H

#include <stdbool.h>
#include <stdint.h>

/* dx_infer_alert13 - a TLS 1.3 record of this length can be an alert: 19 (tag 16), 11 (CCM_8), 35 (JSSE
 * pads 16). */
bool dx_infer_alert13(uint16_t cipher, uint16_t len);

/* dx_infer_finished13 - ... a Finished, of the suite's hash; also JSSE's padding. */
bool dx_infer_finished13(uint16_t cipher, uint16_t len);

/* dx_infer_settings13 - ... EncryptedExtensions of a client that agreed to ALPS (draft-vvv-tls-alps section
 * 4) with the Finished behind it, when its settings are empty as Chromium's are; or, with
 * `empty_certificate`, with an empty Certificate between the two. */
bool dx_infer_settings13(uint16_t cipher, uint16_t len, bool empty_certificate);

/* dx_infer_padded_finished13 - ... a Finished of a side that pads as JSSE does: its alerts have 35 bytes,
 * other sides' never. */
bool dx_infer_padded_finished13(uint16_t cipher, uint16_t len);

/* dx_infer_alert13_of - an alert of a side that is known to pad (or not). */
bool dx_infer_alert13_of(uint16_t cipher, uint16_t len, bool padded);

/* dx_infer_empty_certificate13 - ... an empty client Certificate, alone or (NSS) with the Finished. */
bool dx_infer_empty_certificate13(uint16_t cipher, uint16_t len);

/* dx_infer_late_certificate13 - ... a client's empty Certificate behind the handshake, which repeats the
 * context of the request: of OpenSSL 32 bytes (SSL_verify_client_post_handshake). */
bool dx_infer_late_certificate13(uint16_t cipher, uint16_t len);

/* dx_infer_signature13 - ... a CertificateVerify with a signature of a usual key. */
bool dx_infer_signature13(uint16_t cipher, uint16_t len);

/* dx_infer_quic_finished - how much a client's Handshake packet of QUIC with this many protected bytes holds
 * (packet number, frames, tag): less than a Finished of the suite's hash (< 0), as much (0), or more (> 0).
 * Beside it may stand an ACK frame. RFC 9000 sections 17.2.4, 19.3 and 19.6 */
int dx_infer_quic_finished(uint16_t cipher, uint16_t len);

/* dx_infer_content13 - how many bytes of a message a TLS 1.3 record of this length holds, without padding. */
uint16_t dx_infer_content13(uint16_t cipher, uint16_t len);

/* dx_infer_split_record - the length of a CBC record with 0 or 1 byte of data: the first of a 1/n-1 split.
 * 0 when the suite is not CBC. `version` as chosen, `encrypt_then_mac` as negotiated. */
uint16_t dx_infer_split_record(uint16_t cipher, uint16_t version, bool encrypt_then_mac);

#endif
