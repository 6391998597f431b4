/* eap.c - EAP packets that carry TLS, and the RADIUS packets and EAPOL frames around them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/eap.h"

#include <string.h>

#define EAP_HEADER    4
#define RADIUS_HEADER 20
#define MAX_RADIUS    4096
#define FLAG_LENGTH   0x80
#define FLAG_MORE     0x40
#define FLAG_START    0x20
#define FLAG_OUTER    0x10 /* of TEAP: outer TLVs and their length */
#define TYPE_TEAP     55

enum {
    ATTRIBUTE_USER_NAME = 1,
    ATTRIBUTE_STATE = 24,
    ATTRIBUTE_CALLING_STATION = 31,
    ATTRIBUTE_EAP_MESSAGE = 79
};

#define ETHERTYPE_HIGH 0x88
#define ETHERTYPE_LOW  0x8E
#define MAX_LINK       96 /* bytes of link headers: radio information, VLAN tags, LLC */

const char *
dx_eap_method_name(uint8_t type)
{
    switch (type) {
    case 13:
        return "EAP-TLS";
    case 21:
        return "EAP-TTLS";
    case 25:
        return "PEAP";
    case 43:
        return "EAP-FAST";
    case TYPE_TEAP:
        return "TEAP";
    default:
        return NULL;
    }
}

static unsigned
u16(const uint8_t *bytes)
{
    return (unsigned)(bytes[0] << 8 | bytes[1]);
}

static uint32_t
u32(const uint8_t *bytes)
{
    return (uint32_t)u16(bytes) << 16 | u16(bytes + 2);
}

/* Flags, what they announce, then TLS. */
static void
read_tls(dx_eap *eap, const uint8_t *bytes, size_t len)
{
    uint8_t flags = len ? bytes[0] : 0;
    size_t at = 1;

    eap->start = flags & FLAG_START;
    eap->more = flags & FLAG_MORE;
    if ((flags & FLAG_LENGTH) && at + 4 <= len) {
        eap->total = u32(bytes + at);
        at += 4;
    }
    if (eap->type == TYPE_TEAP && (flags & FLAG_OUTER))
        at += 4;
    if (at < len && !eap->start) { /* with the start comes the server's id (FAST, TEAP), no TLS */
        eap->data = bytes + at;
        eap->data_len = len - at;
    }
}

bool
dx_eap_parse(dx_eap *eap, const uint8_t *bytes, size_t len)
{
    return dx_eap_parse_cut(eap, bytes, len) && !eap->missing;
}

bool
dx_eap_parse_cut(dx_eap *eap, const uint8_t *bytes, size_t len)
{
    memset(eap, 0, sizeof *eap);
    if (len < EAP_HEADER || bytes[0] < DX_EAP_REQUEST || bytes[0] > DX_EAP_FAILURE)
        return false;
    size_t whole = u16(bytes + 2);
    if (whole < EAP_HEADER)
        return false;
    eap->missing = whole > len ? whole - len : 0;
    if (whole > len)
        whole = len;
    eap->code = bytes[0];
    eap->id = bytes[1];
    if (eap->code >= DX_EAP_SUCCESS || whole == EAP_HEADER)
        return true;
    eap->type = bytes[EAP_HEADER];
    eap->carries_tls = dx_eap_method_name(eap->type) != NULL;
    if (eap->carries_tls)
        read_tls(eap, bytes + EAP_HEADER + 1, whole - EAP_HEADER - 1);
    return true;
}

bool
dx_radius_begins(const uint8_t *bytes, size_t captured, size_t reported)
{
    if (captured < RADIUS_HEADER || captured != reported || reported > MAX_RADIUS ||
        u16(bytes + 2) != reported)
        return false;
    return bytes[0] == DX_RADIUS_REQUEST || bytes[0] == DX_RADIUS_ACCEPT || bytes[0] == DX_RADIUS_REJECT ||
           bytes[0] == DX_RADIUS_CHALLENGE;
}

static void
take_attribute(dx_radius *radius, uint8_t type, const uint8_t *value, uint8_t len)
{
    if (type == ATTRIBUTE_STATE && len) {
        radius->state = value;
        radius->state_len = len;
    } else if (len &&
               (type == ATTRIBUTE_CALLING_STATION || (type == ATTRIBUTE_USER_NAME && !radius->supplicant))) {
        radius->supplicant = value;
        radius->supplicant_len = len;
    } else if (type == ATTRIBUTE_EAP_MESSAGE && radius->eap_len + len <= sizeof radius->eap) {
        memcpy(radius->eap + radius->eap_len, value, len);
        radius->eap_len += len;
    }
}

bool
dx_radius_parse(dx_radius *radius, const uint8_t *bytes, size_t len)
{
    return dx_radius_begins(bytes, len, len) && dx_radius_parse_cut(radius, bytes, len, len);
}

bool
dx_radius_parse_cut(dx_radius *radius, const uint8_t *bytes, size_t captured, size_t reported)
{
    if (captured < RADIUS_HEADER || u16(bytes + 2) != reported)
        return false;
    radius->code = bytes[0];
    radius->id = bytes[1];
    radius->state = radius->supplicant = NULL;
    radius->state_len = radius->supplicant_len = 0;
    radius->eap_len = 0;
    for (size_t at = RADIUS_HEADER; at < captured; at += bytes[at + 1]) {
        if (at + 2 > captured)
            return captured < reported;
        if (bytes[at + 1] < 2)
            return false;
        if (at + bytes[at + 1] <= captured)
            take_attribute(radius, bytes[at], bytes + at + 2, (uint8_t)(bytes[at + 1] - 2));
        else if (captured == reported)
            return false;
        else if (bytes[at] == ATTRIBUTE_EAP_MESSAGE)
            take_attribute(radius, bytes[at], bytes + at + 2, (uint8_t)(captured - at - 2));
    }
    return true;
}

/* Ethertype, then version, type 0 (EAP packet), length. */
const uint8_t *
dx_eapol_find(const uint8_t *frame, size_t captured, size_t reported, size_t *len)
{
    for (size_t at = 12; at + 6 + EAP_HEADER <= captured && at < MAX_LINK; at++) {
        if (frame[at] != ETHERTYPE_HIGH || frame[at + 1] != ETHERTYPE_LOW || frame[at + 2] < 1 ||
            frame[at + 2] > 3 || frame[at + 3] != 0)
            continue;
        size_t body = u16(frame + at + 4);
        if (body < EAP_HEADER || at + 6 + body > reported)
            continue;
        *len = body < captured - at - 6 ? body : captured - at - 6;
        return frame + at + 6;
    }
    return NULL;
}
