/* demand.c - a server's words that it wants TLS of a client that goes on without
 *
 * Source: RFC 3207 section 4 (SMTP, 530), RFC 4954 section 6 (538), RFC 4642 section 2.2.2 (NNTP, 483), RFC
 *         5530 section 3 (IMAP, PRIVACYREQUIRED), RFC 5804 section 1.3 (ManageSieve, ENCRYPT-NEEDED), RFC
 *         4511 appendix A.2 (LDAP, 13 and 8); observed: vsftpd 3.0, aiosmtpd 1.4, Dovecot 2.3, OpenLDAP 2.5,
 *         PostgreSQL 15; words of ProFTPD, Pure-FTPd, FileZilla Server, IIS, Active Directory, Samba and
 *         MySQL: knowledge/sources.md
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire/foreign.h"
#include "wire/match.h"

#include <glib.h>

#define LDAP_CONFIDENTIALITY_REQUIRED 13
#define LDAP_STRONGER_AUTH_REQUIRED   8
#define NNTP_NEEDS_ENCRYPTION         483

typedef struct {
    const char *words;
    dx_upgrade kind;
} phrase;

static bool
has(const uint8_t *bytes, size_t len, const char *words)
{
    return dx_match_find_nocase(bytes, len, 0, words) != DX_MATCH_NONE;
}

static dx_upgrade
spoken(const uint8_t *bytes, size_t len, const phrase *phrases, size_t num)
{
    for (size_t i = 0; i < num; i++)
        if (has(bytes, len, phrases[i].words))
            return phrases[i].kind;
    return DX_UPGRADE_NONE;
}

/* Replies of SMTP, FTP and NNTP that refuse; 454 and 502 answer a STARTTLS that was said. */
static dx_upgrade
demand_of_reply(const uint8_t *bytes, size_t len)
{
    static const unsigned codes[] = {421, 503, 521, 522, 530, 533, 534, 538, 550, 554};
    static const phrase phrases[] = {
        {"issue a STARTTLS", DX_UPGRADE_SMTP},    {"issue STARTTLS", DX_UPGRADE_SMTP},
        {"encryption required", DX_UPGRADE_SMTP}, {"encryption is required", DX_UPGRADE_SMTP},
        {"must use encryption", DX_UPGRADE_FTP},  {"SSL/TLS required on the control channel", DX_UPGRADE_FTP},
        {"policy requires SSL", DX_UPGRADE_FTP},  {"SSL required", DX_UPGRADE_FTP},
        {"cleartext sessions", DX_UPGRADE_FTP},   {"does not allow plain FTP", DX_UPGRADE_FTP},
        {"use AUTH first", DX_UPGRADE_FTP}};
    unsigned reply = dx_match_reply(bytes, len);

    if (reply == NNTP_NEEDS_ENCRYPTION)
        return DX_UPGRADE_NNTP;
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
        if (reply == codes[i])
            return spoken(bytes, len, phrases, G_N_ELEMENTS(phrases));
    return DX_UPGRADE_NONE;
}

/* IMAP's answer has a tag before it, and lines without one may come first. */
static dx_upgrade
demand_of_mailbox(const uint8_t *bytes, size_t len)
{
    static const phrase pop3[] = {{"(SSL/TLS) connections", DX_UPGRADE_POP3},
                                  {"under a layer", DX_UPGRADE_POP3},
                                  {"STLS", DX_UPGRADE_POP3},
                                  {"TLS required", DX_UPGRADE_POP3}};

    if (dx_match_prefix(bytes, len, "-ERR"))
        return spoken(bytes, len, pop3, G_N_ELEMENTS(pop3));
    if (dx_match_prefix(bytes, len, "NO (ENCRYPT-NEEDED"))
        return DX_UPGRADE_SIEVE;
    return has(bytes, len, " NO [PRIVACYREQUIRED]") ? DX_UPGRADE_IMAP : DX_UPGRADE_NONE;
}

/* The result of a bind or another operation. Where encryption or a signed bind will do, the code is 8. */
static dx_demand
demand_of_ldap(const uint8_t *bytes, size_t len)
{
    uint8_t op, tag;
    dx_cursor content, code;

    if (!dx_match_ldap(bytes, len, &op, &content) || !dx_match_ber(&content, &tag, &code) || tag != 0x0A ||
        code.left != 1)
        return DX_DEMAND_NONE;
    if (code.at[0] == LDAP_CONFIDENTIALITY_REQUIRED)
        return DX_DEMAND_TLS;
    return code.at[0] == LDAP_STRONGER_AUTH_REQUIRED && (has(content.at, content.left, "SSL\\TLS") ||
                                                         has(content.at, content.left, "encryption required"))
               ? DX_DEMAND_ELSE
               : DX_DEMAND_NONE;
}

dx_demand
dx_upgrade_demand(const uint8_t *bytes, size_t len, dx_upgrade *kind)
{
    enum { MYSQL_HEADER = 4, MYSQL_ERROR = 0xFF, LDAP_SEQUENCE = 0x30 };

    *kind = DX_UPGRADE_NONE;
    if (len == 0)
        return DX_DEMAND_NONE;
    if (bytes[0] == LDAP_SEQUENCE) {
        *kind = DX_UPGRADE_LDAP;
        return demand_of_ldap(bytes, len);
    }
    if (bytes[0] == 'E' && has(bytes, len, "no pg_hba.conf entry")) {
        *kind = DX_UPGRADE_POSTGRES;
        return has(bytes, len, "no encryption") || has(bytes, len, "SSL off") ? DX_DEMAND_ELSE
                                                                              : DX_DEMAND_NONE;
    }
    if (len > MYSQL_HEADER && bytes[MYSQL_HEADER] == MYSQL_ERROR && has(bytes, len, "insecure transport"))
        *kind = DX_UPGRADE_MYSQL;
    else if (g_ascii_isdigit(bytes[0]) && bytes[0] >= '4' && bytes[0] <= '5' && dx_match_reply(bytes, len))
        *kind = demand_of_reply(bytes, len);
    else if (bytes[0] == '-' || g_ascii_isalnum(bytes[0]) || bytes[0] == '*')
        *kind = demand_of_mailbox(bytes, len);
    return *kind ? DX_DEMAND_TLS : DX_DEMAND_NONE;
}
