/* foreign.h - what bytes are that are not TLS: banners, HTTP, proxies, in-band upgrades
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_WIRE_FOREIGN_H
#define DX_WIRE_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One list: enum and shown name. */
#define DX_FOREIGN_LIST(X)                                                                                   \
    X(UNKNOWN, "an unknown protocol")                                                                        \
    X(HTTP_REQUEST, "an HTTP request")                                                                       \
    X(HTTP_CONNECT, "an HTTP CONNECT request")                                                               \
    X(HTTP_RESPONSE, "an HTTP response")                                                                     \
    X(HTML, "an HTML page")                                                                                  \
    X(HTTP2_PREFACE, "an HTTP/2 preface in plaintext")                                                       \
    X(SSH, "SSH")                                                                                            \
    X(SMTP_OR_FTP, "an SMTP or FTP reply")                                                                   \
    X(IMAP, "IMAP")                                                                                          \
    X(POP3, "POP3")                                                                                          \
    X(LDAP, "LDAP")                                                                                          \
    X(TPKT, "TPKT (RDP, H.323)")                                                                             \
    X(TDS, "TDS (SQL Server)")                                                                               \
    X(MYSQL, "MySQL")                                                                                        \
    X(POSTGRES, "PostgreSQL")                                                                                \
    X(XMPP, "XMPP")                                                                                          \
    X(PROXY_HEADER, "a PROXY protocol header")                                                               \
    X(SOCKS, "SOCKS")                                                                                        \
    X(SMB, "SMB")                                                                                            \
    X(VNC, "VNC")                                                                                            \
    X(IRC, "IRC")                                                                                            \
    X(NNTP, "NNTP")                                                                                          \
    X(OPENVPN, "OpenVPN")                                                                                    \
    X(OPENVPN_SEALED, "OpenVPN with tls-crypt")                                                              \
    X(RADIUS, "RADIUS")                                                                                      \
    X(TEXT, "text of an unknown protocol")
typedef enum {
#define X(id, name) DX_FOREIGN_##id,
    DX_FOREIGN_LIST(X)
#undef X
        DX_NUM_FOREIGN
} dx_foreign;

/* dx_foreign_name - the shown name ("SSH"). */
const char *dx_foreign_name(dx_foreign kind);

/* dx_foreign_classify - names the protocol of the first bytes that a side sent. `from_client` decides
 * ambiguous ones. */
dx_foreign dx_foreign_classify(const uint8_t *bytes, size_t len, bool from_client);

/* dx_http_status - the status code when `bytes` begin an HTTP/1.x response, else 0. */
unsigned dx_http_status(const uint8_t *bytes, size_t len);

/* dx_http_header - copies the value of header `name` (case-insensitive) from an HTTP message's first bytes
 * into `value` (NUL-terminated, cut at `size`); false when absent. The value may be hostile. */
bool dx_http_header(const uint8_t *bytes, size_t len, const char *name, char *value, size_t size);

/* dx_http_says_use_tls - an HTTP error page by which nginx, Apache and others turn away plain HTTP on a
 * TLS port. */
bool dx_http_says_use_tls(const uint8_t *bytes, size_t len);

/* dx_http_is_connect - whether the bytes begin a CONNECT request of HTTP; NATS says "CONNECT {...}". */
bool dx_http_is_connect(const uint8_t *bytes, size_t len);

/* dx_http_connect_target - the host:port of a CONNECT request into `target`; false when it is none. */
bool dx_http_connect_target(const uint8_t *bytes, size_t len, char *target, size_t size);

/* dx_proxy_header_len - length of a whole PROXY protocol v1 or v2 header at the start of `bytes`, 0 when
 * none or not yet whole. */
size_t dx_proxy_header_len(const uint8_t *bytes, size_t len);

/* In-band upgrade commands: what a client sends to ask for TLS, and whether the server's answer agrees. */
typedef enum {
    DX_UPGRADE_NONE,
    DX_UPGRADE_SMTP,
    DX_UPGRADE_IMAP,
    DX_UPGRADE_POP3,
    DX_UPGRADE_FTP,
    DX_UPGRADE_LDAP,
    DX_UPGRADE_XMPP,
    DX_UPGRADE_POSTGRES,
    DX_UPGRADE_MYSQL,
    DX_UPGRADE_RDP,
    DX_UPGRADE_NNTP,
    DX_UPGRADE_SIEVE,
    DX_UPGRADE_TDS, /* by PRELOGIN messages (tds.h) */
    DX_UPGRADE_HTTP_CONNECT
} dx_upgrade;

/* dx_upgrade_request - the upgrade that this client segment asks for (STARTTLS, STLS, AUTH TLS, LDAP
 * StartTLS, <starttls, SSLRequest, MySQL SSLRequest packet, RDP negotiation, CONNECT), or NONE. A bare
 * "STARTTLS" is the same in SMTP, NNTP and ManageSieve: it gives DX_UPGRADE_SMTP, whose answers of all
 * three are understood. */
dx_upgrade dx_upgrade_request(const uint8_t *bytes, size_t len);

/* dx_upgrade_answer - 1 the server agrees, -1 it refuses, 0 cannot tell yet. `bytes` is the server's
 * segment. */
int dx_upgrade_answer(dx_upgrade upgrade, const uint8_t *bytes, size_t len);

/* dx_upgrade_has_words - the protocol answers in lines of text that people can read. */
bool dx_upgrade_has_words(dx_upgrade upgrade);

/* What a server wants of a client that speaks without TLS. */
typedef enum {
    DX_DEMAND_NONE,
    DX_DEMAND_ELSE, /* TLS, where nothing else would do (a signed bind of LDAP, another row of pg_hba.conf) */
    DX_DEMAND_TLS
} dx_demand;
/* dx_upgrade_demand - whether the server's segment refuses a client for want of TLS. `kind`: how that client
 * would ask for it; NONE without a demand. */
dx_demand dx_upgrade_demand(const uint8_t *bytes, size_t len, dx_upgrade *kind);

/* dx_rdp_failure - the failureCode with which an RDP server refuses what the client offers; 0: none. */
uint8_t dx_rdp_failure(const uint8_t *bytes, size_t len);

/* dx_rdp_ends - whether an RDP server ends the session (T.125's DisconnectProviderUltimatum). */
bool dx_rdp_ends(const uint8_t *bytes, size_t len);

/* What stands behind X.224 in RDP. [MS-RDPBCGR] sections 2.2.1.1.1 and 2.2.1.2.1 */
enum { DX_RDP_TLS = 1, DX_RDP_NLA = 2, DX_RDP_RDSTLS = 4, DX_RDP_NLA_EX = 8, DX_RDP_AAD = 16 };
/* dx_rdp_protocols - those that an RDP client asks for, or the one that the server takes; 0: RDP's own
 * security. */
uint8_t dx_rdp_protocols(const uint8_t *bytes, size_t len);
const char *dx_upgrade_name(dx_upgrade upgrade);

/* A client that wants TLS asks what the server can, and says goodbye when STARTTLS is not in the list. */
typedef enum { DX_ASIDE_NONE, DX_ASIDE_QUESTION, DX_ASIDE_GOODBYE } dx_aside;
/* dx_upgrade_aside - whether the client's line is EHLO, CAPABILITY, CAPA or an XMPP stream's head, or QUIT,
 * LOGOUT or that stream's end. */
dx_aside dx_upgrade_aside(const uint8_t *bytes, size_t len);
/* dx_upgrade_listed - a part of the answer, of SMTP, IMAP, POP3 or XMPP: 1 STARTTLS stands there, -1 the
 * list ends without it (not told of XMPP), -2 it stands there and nobody logs in before it, -3 a device on
 * the path put XXXXXXXA in its place, 0 it goes on. */
int dx_upgrade_listed(const uint8_t *bytes, size_t len);
/* dx_mysql_without_tls - a MySQL server's greeting whose capability flags lack CLIENT_SSL: no client can
 * begin TLS there. */
bool dx_mysql_without_tls(const uint8_t *bytes, size_t len);
/* dx_upgrade_of_list - whose list that is, by its first byte. */
dx_upgrade dx_upgrade_of_list(const uint8_t *bytes, size_t len);

#endif
