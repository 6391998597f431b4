/* eap.h - EAP packets that carry TLS, and the RADIUS packets and EAPOL frames around them
 *
 * Source: RFC 3748 section 4 (EAP), RFC 5216 section 3 (EAP-TLS), RFC 5281 section 9.1 (TTLS),
 *         draft-josefsson-pppext-eap-tls-eap-10 section 3.1 (PEAP), RFC 4851 section 4.1 (FAST), RFC 7170
 *         section 4.1 (TEAP), RFC 2865 section 3 and RFC 3579 section 3.1 (RADIUS),
 *         IEEE 802.1X-2010 section 11.3 (EAPOL)
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_EAP_H
#define DX_WIRE_EAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DX_EAP_REQUEST = 1, DX_EAP_RESPONSE, DX_EAP_SUCCESS, DX_EAP_FAILURE };

typedef struct dx_eap {
    uint8_t code, id, type; /* type 0: Success or Failure */
    bool carries_tls;       /* EAP-TLS, TTLS, PEAP, FAST or TEAP */
    bool start, more;       /* the method begins; another fragment follows */
    uint32_t total;         /* bytes of the whole message, when the packet says so; else 0 */
    const uint8_t *data;    /* of TLS */
    size_t data_len;
    size_t missing; /* bytes behind them that the capture has cut */
} dx_eap;

/* dx_eap_parse - reads a packet; false when it is none, or not whole. `data` points into `bytes`.
 * dx_eap_parse_cut - the same of a packet of which the capture holds the beginning. */
bool dx_eap_parse(dx_eap *eap, const uint8_t *bytes, size_t len);
bool dx_eap_parse_cut(dx_eap *eap, const uint8_t *bytes, size_t len);

/* dx_eap_method_name - "PEAP"; NULL for a type that carries no TLS. */
const char *dx_eap_method_name(uint8_t type);

enum { DX_RADIUS_REQUEST = 1, DX_RADIUS_ACCEPT = 2, DX_RADIUS_REJECT = 3, DX_RADIUS_CHALLENGE = 11 };

typedef struct dx_radius {
    uint8_t code, id;
    const uint8_t *state;      /* what the server wants back; NULL: none */
    const uint8_t *supplicant; /* Calling-Station-Id, else User-Name; NULL: none */
    uint8_t state_len, supplicant_len;
    uint8_t eap[4096]; /* all EAP-Message attributes */
    size_t eap_len;
} dx_radius;

/* dx_radius_begins - cheap: the bytes can be a RADIUS packet of one of these codes. */
bool dx_radius_begins(const uint8_t *bytes, size_t captured, size_t reported);

/* dx_radius_parse - reads a packet; false when it is none. The pointers lead into `bytes`.
 * dx_radius_parse_cut - reads what the capture holds of a packet of `reported` bytes. */
bool dx_radius_parse(dx_radius *radius, const uint8_t *bytes, size_t len);
bool dx_radius_parse_cut(dx_radius *radius, const uint8_t *bytes, size_t captured, size_t reported);

/* dx_eapol_find - the EAP packet in a frame of any link type that carries EAPOL, of `reported` bytes; `*len`
 * gets its length, or as much of it as was captured. NULL when there is none. */
const uint8_t *dx_eapol_find(const uint8_t *frame, size_t captured, size_t reported, size_t *len);

#endif
