/* address.h - network addresses: read, compared, shown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_KNOWLEDGE_ADDRESS_H
#define DX_KNOWLEDGE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DX_ADDRESS_LINK 48 /* of Ethernet or WLAN: 6 bytes, where there is no IP (802.1X) */

typedef struct dx_address {
    uint8_t family; /* 4, 6, DX_ADDRESS_LINK, or 0 for none */
    uint8_t bytes[16];
} dx_address;

typedef struct dx_endpoint {
    dx_address address;
    bool datagram; /* a port of UDP, not of TCP: another listener */
    uint16_t port;
} dx_endpoint;

/* dx_address_parse - reads "192.0.2.1", "2001:db8::1" or "::ffff:192.0.2.1" (RFC 4291 section 2.2) at the
 * start of `text`; IPv6 may stand in brackets, and its zone ("%12") is read over. Returns how many bytes it
 * took, 0 when there is no address. */
size_t dx_address_parse(dx_address *out, const char *text, size_t len);

/* dx_endpoint_parse - the same for "192.0.2.1:443" and "[2001:db8::1]:443". */
size_t dx_endpoint_parse(dx_endpoint *out, const char *text, size_t len);

/* dx_link_parse - reads "02-00-5e-00-53-01", "02:00:...", "0200.5e00.5301" or the digits alone at the start
 * of `text`. Returns how many bytes it took, 0 when there is no such address. */
size_t dx_link_parse(dx_address *out, const char *text, size_t len);

/* dx_address_is_any - 0.0.0.0 or ::. dx_address_is_local - loopback or link-local.
 * dx_address_is_private - these, and what is not routed between networks of others (RFC 1918, RFC 6598,
 * RFC 4193). */
bool dx_address_is_any(const dx_address *address);
bool dx_address_is_local(const dx_address *address);
bool dx_address_is_private(const dx_address *address);

/* dx_address_equal, dx_endpoint_equal - family, address bytes (port, UDP or TCP) are the same. */
bool dx_address_equal(const dx_address *a, const dx_address *b);
bool dx_endpoint_equal(const dx_endpoint *a, const dx_endpoint *b);

/* dx_address_hash, dx_address_same, dx_endpoint_hash, dx_endpoint_same - for GLib's hash tables. */
unsigned dx_address_hash(const void *address);
int dx_address_same(const void *a, const void *b);
unsigned dx_endpoint_hash(const void *endpoint);
int dx_endpoint_same(const void *a, const void *b);

/* dx_address_text - "192.0.2.1", "2001:db8::1" (RFC 5952); "?" without a family. New string, g_free. */
char *dx_address_text(const dx_address *address);

/* dx_endpoint_text - "192.0.2.1:443", "[2001:db8::1]:443", "00-00-5e-00-53-01" (that has no port).
 * New string, g_free. */
char *dx_endpoint_text(const dx_endpoint *endpoint);

#endif
