/* default_certificate.c - certificates that a server program makes for itself
 *
 * Source:   [MS-TDS], SQL Server (SSL_Self_Signed_Fallback); [ingress-nginx]; [Traefik]
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/default_certificate.h"

#include "facts/text.h"

#define INGRESS "ingress-nginx sends the certificate that it makes for itself (Fake Certificate): "
#define TRAEFIK "Traefik sends the certificate that it makes for itself (TRAEFIK DEFAULT CERT): "
#define NAMED   "it has none that it can use for this server name."
#define UNNAMED "the client sent no server name (SNI) that chooses another."

typedef struct {
    const char *why, *fix; /* fix: instead of the cause's; NULL: that */
} said;

static const struct {
    const char *subject; /* a part of it */
    said named, unnamed; /* the client sent a server name, or did not */
    const char *checks;  /* NULL: the cause's */
} defaults[] = {
    {.subject = "CN=SSL_Self_Signed_Fallback",
     .unnamed = {.why = "SQL Server sends the certificate that it makes for itself at every start "
                        "(SSL_Self_Signed_Fallback): no other one is set that it can use."}},
    {.subject = "CN=Kubernetes Ingress Controller Fake Certificate",
     .named = {INGRESS NAMED,
               "List the host {name} under tls in its Ingress, with a Secret (kubernetes.io/tls) "
               "of the same namespace whose certificate contains it.\n"},
     .unnamed = {INGRESS UNNAMED,
                 "Let the client send a server name, or give ingress-nginx a certificate for "
                 "clients without one (--default-ssl-certificate).\n"},
     .checks = "Does the host's Ingress name a Secret under tls, and is that Secret there? In sh:"
               "\tkubectl describe ingress --all-namespaces\n"
               "Why does the controller use its default certificate? Its log says that of each Secret that "
               "it cannot use.\n"},
    {.subject = "CN=TRAEFIK DEFAULT CERT",
     .named = {TRAEFIK NAMED, "Give Traefik a certificate for {name}: tls.certificates in the dynamic "
                              "configuration, a Secret, or a certificate resolver of the router.\n"},
     .unnamed = {TRAEFIK UNNAMED, "Let the client send a server name, or set defaultCertificate in Traefik's "
                                  "store \"default\".\n"},
     .checks = "Does the router of this host have tls, and does a certificate of Traefik contain its name?\n"
               "What does Traefik log of certificates, and of ACME when it fetches them?\n"},
};

bool
dx_say_default_certificate(const dx_facts *facts, dx_finding *finding)
{
    const dx_certificate *leaf = facts->chain ? dx_chain_leaf(facts->chain) : NULL;
    const char *subject = leaf ? dx_certificate_read(leaf)->subject : NULL;

    for (unsigned i = 0; subject && i < G_N_ELEMENTS(defaults); i++) {
        if (!strstr(subject, defaults[i].subject))
            continue;
        const said *say = facts->sni && defaults[i].named.why ? &defaults[i].named : &defaults[i].unnamed;
        dx_finding_why(finding, "%s", say->why);
        if (say->fix)
            finding->steps = say->fix;
        if (defaults[i].checks)
            finding->checks = defaults[i].checks;
        return true;
    }
    return false;
}

void
dx_say_misplaced_certificate(const dx_facts *facts, const char *subject, dx_finding *finding)
{
    char *name = dx_safe(facts->sni, 0);

    dx_finding_why(finding,
                   "The server's certificate, %s, is self-signed and not for %s: it may be a program's or "
                   "another site's.",
                   subject, name);
    finding->checks = "@resolve\n"
                      "@name\n"
                      "@certificate\n"
                      "@listen\n"
                      "@database_client\n";
    finding->steps = "If the name leads to the wrong server or site, correct that; else use a certificate "
                     "for it, of a CA that the clients trust.\n"
                     "@install\n";
    g_free(name);
}
