/* revocation_check_failed.c - the client could not find out whether the certificate is revoked
 *
 * Wire:     never a verdict by itself yet: a candidate of alert 44 and of client_validation_stall
 * Source:   contrast rule R23; CRYPT_E_REVOCATION_OFFLINE 0x80092013; .NET reports an unreachable server as revoked
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "causes/checks.h"

DX_CAUSE(revocation_check_failed,
         .scenario = DX_SCENARIO_2,
         .outcome = DX_FAILED,
         .title = "The client cannot check revocation",
         .why = "The client could not reach the CRL or OCSP server that the certificate names.",
         .checks = "certutil -verify -urlfetch site.cer on the client\n"
                   "Is a proxy needed, and does the machine account know it? netsh winhttp show proxy\n",
         .fix = "Let the client reach the CRL and OCSP addresses of the certificate, or publish them where it can.",
         .clients = "CRYPT_E_NO_REVOCATION_CHECK, CRYPT_E_REVOCATION_OFFLINE, .NET RevocationStatusUnknown",
         .events = {36887, 36883});
