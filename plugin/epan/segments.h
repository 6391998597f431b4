/* segments.h - the TCP segments of the frame that is being dissected
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EPAN_SEGMENTS_H
#define DX_EPAN_SEGMENTS_H

#include "epan/tcp.h"

/* dx_segments_handoff - finds the taps; once per process, after all dissectors have registered.
 * `helper_proto` is the plugin's protocol in name only. */
void dx_segments_handoff(int helper_proto);

/* dx_segments_listen - makes TCP hand over its segments, or stops it (a disabled plugin must cost
 * nothing). */
void dx_segments_listen(bool on);

/* dx_segments_follow - the same for any of Wireshark's "follow" taps; `id` is that tap's, and `*listening`
 * whether it does. */
void dx_segments_follow(const char *tap, int *id, bool *listening, bool on);

/* dx_segments_taps_active - whether this dissection feeds taps; only meaningful in a frame that holds IP,
 * Ethernet or WLAN. */
bool dx_segments_taps_active(void);

/* dx_segments_only_pass - whether this first pass is the last one, too: it feeds taps and is not the GUI's
 * (tshark -2 and sharkd have no taps in theirs). Meaningful where dx_segments_taps_active is. */
bool dx_segments_only_pass(void);

/* dx_segments_fetch - the frame's TCP segment number `index`, 0-based, whole segments only: no IP
 * fragments, nothing that an ICMP error quotes. False when there are no more. */
bool dx_segments_fetch(packet_info *pinfo, unsigned index, dx_tcp *tcp);

/* dx_segments_ttl - looks for the time to live and the IP identification of a fetched segment. */
void dx_segments_ttl(dx_tcp *tcp);

/* dx_segments_plain - decrypted records of TLS, or of DTLS, that Wireshark holds for this frame, at most
 * `max`; returns how many. */
unsigned dx_segments_plain(packet_info *pinfo, bool dtls, dx_plain *plain, unsigned max);

/* dx_segments_address - Wireshark's address as ours; family 0 for anything but IP. */
dx_address dx_segments_address(const address *from);

#endif
