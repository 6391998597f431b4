/* checks.h - next checks that several causes share, as the administrator types them
 *
 * Source: Microsoft's troubleshooter for IIS (netstat, netsh, httpcfg, registry) and Microsoft Learn for
 *         its successors
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_CAUSES_CHECKS_H
#define DX_CAUSES_CHECKS_H

#define DX_CHECK_HTTP                                                                                        \
    "Does plain http work from the same client? curl -v http://{sni}/ (if not, this is no SSL problem)\n"
#define DX_CHECK_PORT                                                                                        \
    "Who listens on port {port}? netstat -ano (PID 4 is HTTP.sys); from a client: Test-NetConnection "       \
    "{server} -Port "                                                                                        \
    "{port}\n"
#define DX_CHECK_BINDINGS                                                                                    \
    "Is there a certificate binding? netsh http show sslcert (IIS 6: httpcfg query ssl): an entry for "      \
    "{endpoint} or "                                                                                         \
    "0.0.0.0:{port} needs a certificate hash, a store name and a GUID that is not all zeros\n"
#define DX_CHECK_SNI_BINDING                                                                                 \
    "Is there a binding for the name? netsh http show sslcert hostnameport={sni}:{port}; an ipport entry "   \
    "for this very "                                                                                         \
    "address wins over it\n"
#define DX_CHECK_IPLISTEN                                                                                    \
    "Does the IP listen list leave this address out? netsh http show iplisten (IIS 6: httpcfg query "        \
    "iplisten)\n"
#define DX_CHECK_KEY                                                                                         \
    "Does the certificate have its private key? certutil -store my (it must not say \"Missing stored "       \
    "keyset\")\n"
#define DX_CHECK_KEY_ACCESS                                                                                  \
    "Can the service open the key? System log, Schannel 36870; permissions of the MachineKeys folder "       \
    "(icacls "                                                                                               \
    "%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys)\n"
#define DX_CHECK_LOG                                                                                         \
    "What does the server's System log say at this second? Get-WinEvent -FilterHashtable "                   \
    "@{LogName='System';ProviderName='Schannel'} -MaxEvents 50\n"
#define DX_CHECK_PROTOCOLS                                                                                   \
    "Which protocols are on? reg query "                                                                     \
    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols /s (Enabled=1; a "     \
    "restart is "                                                                                            \
    "needed after a change)\n"
#define DX_CHECK_CIPHERS                                                                                     \
    "Which cipher suites are on, in which order? Get-TlsCipherSuite; group policy \"SSL Cipher Suite "       \
    "Order\"\n"
#define DX_CHECK_REPRODUCE "Reproduce it: openssl s_client -connect {endpoint} -servername {sni} -showcerts\n"
#define DX_CHECK_PATH                                                                                        \
    "Capture at the other end too and compare: a packet that one end never sent was made in between\n"
#define DX_CHECK_CHAIN                                                                                       \
    "Look at the chain as a client does: certutil -verify -urlfetch site.cer; openssl s_client -connect "    \
    "{endpoint} -servername {sni} -showcerts\n"
#define DX_CHECK_CLIENT_LOG                                                                                  \
    "Read the client's own message: it knows why it refused (browser error code, curl -v, "                  \
    "CAPI2/Operational log)\n"

#endif
