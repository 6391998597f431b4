/* starttls_list.c - a client that read the list of commands, found no STARTTLS in it, and left
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/starttls_list.h"

#include "verdict/ended.h"

/* The same client began TLS by command here, on another connection. */
static const dx_facts *
other_of_client(const dx_facts *facts, const dx_context *context)
{
    for (unsigned i = 0; context->accepted && i < context->accepted->len; i++) {
        const dx_sample *sample = &g_array_index(context->accepted, dx_sample, i);
        for (unsigned k = 0; k < sample->num_kept; k++)
            if (sample->kept[k]->upgrade == facts->list_of &&
                dx_address_equal(&sample->kept[k]->client_endpoint.address, &facts->client_endpoint.address))
                return sample->kept[k];
    }
    return NULL;
}

void
dx_say_masked(dx_finding *finding, const dx_facts *facts, uint32_t frame)
{
    if (!facts->starttls_masked)
        return;
    dx_finding_say(finding, frame, "The list has XXXXXXXA where STARTTLS stood");
    dx_finding_why(finding,
                   "A device between the two inspects SMTP and removes STARTTLS from the server's list, "
                   "as Cisco's firewalls do (inspect esmtp).");
    dx_finding_fix(finding,
                   "Let the device pass STARTTLS (Cisco ASA: allow-tls in the ESMTP inspection policy), "
                   "or take the inspection off this port.");
}

/* No STARTTLS in the list, and the client left with it: it wants TLS if its address uses it here, and mostly
 * if it asked a mailbox for the list. */
dx_confidence
dx_weigh_list(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    enum { BY_A_PROGRAM = 10 };
    bool left = facts->close.by == DX_CLIENT || facts->client.last_payload_frame > facts->not_offered_frame;
    bool mailbox = facts->list_of == DX_UPGRADE_IMAP || facts->list_of == DX_UPGRADE_POP3;

    if (!facts->not_offered_frame || facts->login_wants_tls || facts->close.kind == DX_CLOSE_NONE || !left ||
        facts->close.time_us - facts->first_us > BY_A_PROGRAM * G_USEC_PER_SEC)
        return DX_NONE;
    const dx_facts *other = other_of_client(facts, context);
    if (!other && !mailbox && !facts->starttls_masked)
        return DX_NONE;
    const char *command = facts->list_of == DX_UPGRADE_POP3    ? "STLS"
                          : facts->list_of == DX_UPGRADE_MYSQL ? "TLS"
                                                               : "STARTTLS";
    finding->frame = facts->not_offered_frame;
    dx_finding_why(finding,
                   "The server does not offer %s, and the client closed when it had read that, as one "
                   "does that insists on TLS.",
                   command);
    if (facts->starttls_masked)
        dx_say_masked(finding, facts, facts->not_offered_frame);
    else
        dx_finding_say(finding, facts->not_offered_frame, "The server's list has no %s",
                       facts->list_of == DX_UPGRADE_MYSQL ? "CLIENT_SSL" : command);
    if (other)
        dx_finding_say(finding, other->upgrade_frame, "The same client began TLS here (stream %u)",
                       other->stream);
    dx_finding_say(finding, facts->close.frame, "The client closed without a login or a mail");
    return other ? DX_LIKELY : DX_POSSIBLE;
}

bool
dx_asked_in_plaintext(const dx_facts *facts, bool speaks_tls, dx_finding *finding)
{
    bool unanswered = facts->end.kind == DX_END_ALERT || !facts->server.payload_bytes;

    if (facts->upgrade == DX_UPGRADE_NONE || facts->upgrade == DX_UPGRADE_HTTP_CONNECT ||
        facts->hello_frame || !unanswered || !(facts->expected || speaks_tls))
        return false;
    const char *asked = dx_upgrade_name(facts->upgrade);
    finding->steps =
        facts->upgrade == DX_UPGRADE_LDAP
            ? "Let the client use implicit TLS on this port (ldaps://), or point it to the port for "
              "StartTLS (389).\n"
            : "Let the client use implicit TLS on this port, or point it to the service's port without it.\n";
    finding->frame = facts->end.frame;
    dx_finding_say(finding, facts->upgrade_frame, "The client asks for TLS in plaintext (%s)", asked);
    dx_say_end(finding, facts);
    dx_finding_why(finding,
                   "The client asks for TLS in plaintext (%s); this port speaks TLS from the first byte, and "
                   "the server does not answer that.",
                   asked);
    return true;
}
