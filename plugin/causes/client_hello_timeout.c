/* client_hello_timeout.c - the ClientHello arrived and is never answered
 *
 * Wire:     all bytes of the ClientHello acknowledged by TCP, no payload from the server for 10 s or until
 *           the client gives up
 * Source:   openssl issue 28284 (Schannel of Windows 2008 R2 is silent when no version is in common)
 * Not this: client_hello_lost (not acknowledged), client_hello_incomplete
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes/causes.h"
#include "facts/path.h"
#include "verdict/contrast.h"
#include "verdict/refusal.h"
#include "facts/text.h"

static dx_confidence
weigh(const dx_facts *facts, const dx_context *context, dx_finding *finding)
{
    bool late = dx_answered_late(facts);
    if ((!late && !dx_silent_hello(facts, context)) || !dx_path_hello_acked(facts))
        return DX_NONE;
    char *waited = dx_duration_text(dx_waited_us(facts, context));
    finding->frame = facts->hello_frame;
    dx_refusal_say_hello(finding, facts);
    dx_finding_say(finding, facts->end.frame ? facts->end.frame : facts->last_frame,
                   "No answer within %s, though the server's TCP acknowledged the ClientHello%s", waited,
                   facts->end.by == DX_CLIENT ? "; the client closes" : "");
    g_free(waited);
    if (late) { /* observed: Skype through a firewall that holds packets back; the server was willing */
        dx_finding_say(finding, facts->server_hello_frame, "The ServerHello comes after the client's close");
        return DX_LIKELY;
    }
    /* a server that minds something mostly says so or closes */
    dx_refusal_candidates(finding, context->refusal, true);
    dx_finding_candidates(finding, &dx_cause_not_tls_response, &dx_cause_server_flight_lost, NULL);
    dx_refusal_candidates(finding, context->refusal, false);
    return DX_POSSIBLE;
}

DX_CAUSE(client_hello_timeout, .scenario = DX_SCENARIO_8, .outcome = DX_FAILED,
         .gate = {.over = DX_OVER(TCP),
                  .phases = DX_AT_HELLO,
                  .ends = DX_NO_END | DX_CLIENT_CLOSED,
                  .needs = DX_SAW(BEGINNING),
                  .refutes = DX_SAW(ANSWER)},
         .title = "No answer to the ClientHello",
         .why = "The server's TCP received the whole ClientHello, but no answer came: its TLS program gave "
                "none, or the answer was lost on the path.",
         .checks = "@listen\n"
                   "Is the program alive, and not overloaded or stopped in a debugger?\n"
                   "@mtu*\n"
                   "@reproduce_version\n"
                   "Behind a load balancer: is a server node up?\n"
                   "@log\n",
         .fix = "Restart the program if it hangs; if large packets do not pass, restore the path for them; "
                "if another version is answered, enable one that both sides support.\n"
                "@dotnet\n",
         .clients = "Chromium 156: ERR_TIMED_OUT; curl 7.88: (28); wget 1.21: \"Unable to establish SSL "
                    "connection.\"; Java 17: \"Read timed out\"; Python 3.11: \"timed out\"; Go 1.19: "
                    "\"net/http: TLS handshake timeout\"",
         .events = {36874, 36888}, .symptom = true, .weigh = weigh);
