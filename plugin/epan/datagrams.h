/* datagrams.h - the UDP datagrams of the frame that is being dissected
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_DATAGRAMS_H
#define DX_EPAN_DATAGRAMS_H

#include "capture/packet.h"
#include "epan/udp.h"

/* dx_datagrams_handoff - finds the taps; once per process, after all dissectors have registered. */
void dx_datagrams_handoff(void);

/* dx_datagrams_listen - makes UDP hand over its payloads, or stops it. */
void dx_datagrams_listen(bool on);

/* dx_datagrams_fetch - the frame's datagram number `index`, 0-based, whole ones only: no IP fragments,
 * nothing that an ICMP error quotes. False when there are no more. */
bool dx_datagrams_fetch(packet_info *pinfo, unsigned index, dx_udp_payload *udp);

/* dx_datagrams_connection - the number of the newest QUIC connection that Wireshark knows; UINT32_MAX: none.
 * Right for a datagram that begins one. */
uint32_t dx_datagrams_connection(void);

/* dx_datagrams_plain - what Wireshark decrypted of this frame: DTLS records, or QUIC packets (their frames,
 * in order), at most `max`; returns how many. */
unsigned dx_datagrams_plain(packet_info *pinfo, dx_plain *plain, unsigned max);

#endif
