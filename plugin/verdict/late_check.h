/* late_check.h - what a client's software checks only when the handshake is over
 *
 * Most stacks judge a certificate when it comes and say so by an alert. Some programs do it later: they
 * finish the handshake, look, and leave without a word. A monitor that looks at nothing leaves the same
 * packets, so that the ClientHello must tell whose habit it is.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_VERDICT_LATE_CHECK_H
#define DX_VERDICT_LATE_CHECK_H

#include "facts/facts.h"

typedef enum {
    DX_LATE_NOTHING,  /* it said so by an alert, or does not mind */
    DX_LATE_NAME,     /* whether the certificate bears the name */
    DX_LATE_ANYTHING, /* unknown software: it may */
    DX_LATE_ALL       /* all of it: that is how it works */
} dx_late_check;

/* dx_late_check_of - what this client may have looked at after its Finished. */
dx_late_check dx_late_check_of(const dx_facts *facts);

/* dx_late_programs - of DX_LATE_NAME, which programs this client can be by ClientHello and protocol: "curl
 * and Python's requests"; NULL when none is known. */
const char *dx_late_programs(const dx_facts *facts);

/* Whose TLS the client uses, as far as its ClientHello tells. */
typedef enum {
    DX_LIBRARY_UNKNOWN,
    DX_LIBRARY_OPENSSL,
    DX_LIBRARY_GNUTLS,
    DX_LIBRARY_NSS,
    DX_LIBRARY_JSSE,
    DX_LIBRARY_GO_OR_BORINGSSL,
    DX_LIBRARY_SCHANNEL
} dx_library;

dx_library dx_client_library(const dx_facts *facts);

/* dx_speaks_radsec - RADIUS over TLS (RFC 6614), by its port. */
bool dx_speaks_radsec(const dx_facts *facts);

/* dx_client_is_openssl - by its ClientHello the client's TLS is OpenSSL's, whose alerts tell the defects of
 * a certificate apart. */
bool dx_client_is_openssl(const dx_facts *facts);

/* dx_client_is_schannel - by its ClientHello the client's TLS is that of Windows. dx_client_has_own_stack -
 * it is that of another library, which writes nothing to Windows' event log. */
bool dx_client_is_schannel(const dx_facts *facts);
bool dx_client_has_own_stack(const dx_facts *facts);

#endif
