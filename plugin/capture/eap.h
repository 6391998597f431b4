/* eap.h - TLS inside EAP: from RADIUS packets and EAPOL frames to channels
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAPTURE_EAP_H
#define DX_CAPTURE_EAP_H

#include "capture/capture.h"

/* One EAPOL frame. Of the endpoints only the link addresses are used (family DX_ADDRESS_LINK). */
typedef struct dx_eapol {
    dx_moment at;
    dx_endpoint src, dst;
    const uint8_t *eap; /* the EAP packet in it */
    size_t len;
} dx_eapol;

typedef struct dx_eapol_flows dx_eapol_flows;

/* dx_eapol_new - nobody has authenticated yet; free with dx_eapol_free, before the capture. */
dx_eapol_flows *dx_eapol_new(dx_capture *capture);
void dx_eapol_free(dx_eapol_flows *flows);

/* dx_eapol_take - takes a frame, in capture order, first pass only; the index of its connection, or
 * DX_NO_INDEX. */
uint32_t dx_eapol_take(dx_eapol_flows *flows, const dx_eapol *eapol);

#endif
