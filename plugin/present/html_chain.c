/* html_chain.c - a server's certificates as a picture, their validity on an axis of time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/html_chain.h"

#include "facts/text.h"
#include "present/html_layout.h"
#include "present/layout.h"

#define MAX_SHOWN       8 /* certificates; a chain that leads to a root has three or four */
#define DAY             INT64_C(86400)
#define NAME_CHARACTERS 46

enum { WIDTH = 960, NAME_X = 10, NAME_WIDTH = 370, AXIS_X = 400, AXIS_WIDTH = 550, ROW = 74, TOP = 34 };

/* What the axis shows: the first certificate's validity and, when its clock was set, the time of the capture,
 * with room on both sides. */
typedef struct axis {
    int64_t from, to, now;
    bool dated;
} axis;

static axis
axis_of(const dx_certificate_info *leaf, const dx_facts *facts)
{
    bool dated = dx_authentication_dated(facts);
    int64_t now = dated ? facts->server_hello_us / G_USEC_PER_SEC : leaf->not_before;
    int64_t from = MIN(leaf->not_before, now), to = MAX(leaf->not_after, now);
    int64_t room = MAX((to - from) / 8, DAY);
    return (axis){from - room, to + room, now, dated};
}

static int
place(const axis *a, int64_t time)
{
    time = CLAMP(time, a->from, a->to);
    return AXIS_X + (int)((double)(time - a->from) / (double)(a->to - a->from) * AXIS_WIDTH);
}

static void
add_text(GString *out, const char *style, int x, int y, const char *text, size_t max)
{
    char *cut = dx_safe(text ? text : "", max);
    g_string_append_printf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", style, x, y);
    dx_html_text(out, cut);
    g_string_append(out, "</text>");
    g_free(cut);
}

static char *
day_text(int64_t seconds)
{
    char *text = dx_time_text(seconds * G_USEC_PER_SEC), *day = g_strndup(text, 10);
    g_free(text);
    return day;
}

static bool
has_defect(const dx_judgement *judgement, unsigned place, dx_defect defect)
{
    return (judgement->defects & DX_BIT(defect)) && judgement->at[defect] == place;
}

/* The words for what is wrong with one certificate; "" when nothing is. New string. */
static char *
faults_text(const dx_judgement *judgement, unsigned place)
{
    GString *out = g_string_new(NULL);
    bool lacks_issuer = has_defect(judgement, place, DX_DEFECT_INCOMPLETE);
    for (unsigned defect = 0; defect < DX_NUM_DEFECTS; defect++)
        if (has_defect(judgement, place, (dx_defect)defect) &&
            !(defect == DX_DEFECT_UNTRUSTED && lacks_issuer))
            g_string_append_printf(out, "%s%s", out->len ? "; " : "",
                                   dx_judgement_words(judgement, (dx_defect)defect));
    return g_string_free(out, FALSE);
}

static void
add_validity(GString *out, const axis *a, const dx_certificate_info *info, int y)
{
    if (info->not_before == -1 || info->not_after == -1)
        return;
    bool valid = !a->dated || (info->not_before <= a->now && a->now <= info->not_after);
    int from = place(a, info->not_before), to = place(a, info->not_after);
    char *first = day_text(info->not_before), *last = day_text(info->not_after);
    char *text = g_strdup_printf("%s%s to %s%s", info->not_before < a->from ? "\u2190 " : "", first, last,
                                 info->not_after > a->to ? " \u2192" : "");
    g_string_append_printf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"12\" rx=\"3\"/>",
                           valid ? "valid" : "invalid", from, y + 8, MAX(to - from, 3));
    add_text(out, "dates", AXIS_X, y + 38, text, 0);
    if (!valid)
        add_text(out, "fault", AXIS_X, y + 54, a->now < info->not_before ? "not yet valid" : "expired", 0);
    g_free(first);
    g_free(last);
    g_free(text);
}

static void
add_certificate(GString *out, const axis *a, const dx_judgement *judgement, const dx_certificate *certificate,
                unsigned number)
{
    const dx_certificate_info *info = dx_certificate_read(certificate);
    int y = TOP + (int)number * ROW;
    char *faults = faults_text(judgement, number);
    const char *role = number == 0         ? "Server certificate"
                       : info->self_issued ? "Root"
                       : info->authority   ? "Intermediate"
                                           : "Further certificate";
    g_string_append_printf(
        out, "<g><rect class=\"card%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>",
        *faults ? " bad" : "", NAME_X, y, NAME_WIDTH, ROW - 16);
    add_text(out, "role", NAME_X + 10, y + 17, role, 0);
    add_text(out, "name", NAME_X + 10, y + 34, info->parsed ? info->subject : info->problem, NAME_CHARACTERS);
    if (*faults)
        add_text(out, "fault", NAME_X + 10, y + 51, faults, NAME_CHARACTERS + 6);
    else if (info->key)
        add_text(out, "dates", NAME_X + 10, y + 51, info->key, NAME_CHARACTERS);
    if (info->parsed)
        add_validity(out, a, info, y);
    g_string_append_printf(out, "<line class=\"link\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/></g>\n",
                           NAME_X + 30, y + ROW - 16, NAME_X + 30, y + ROW);
    g_free(faults);
}

/* What stands above the last certificate that is shown. */
static void
add_issuer(GString *out, const dx_judgement *judgement, const dx_chain *chain, unsigned num)
{
    const dx_certificate_info *last = dx_certificate_read(chain->certificate[num - 1]);
    int y = TOP + (int)num * ROW;
    if (num < chain->num_sent) {
        unsigned left = chain->num_sent - num;
        char *more = g_strdup_printf("%u more certificate%s sent", left, left == 1 ? " was" : "s were");
        add_text(out, "dates", NAME_X + 10, y + 17, more, 0);
        g_free(more);
        return;
    }
    const char *role = last->self_issued ? "No issuer above a root" : "Issuer, not sent by the server";
    static const char *const trusts[] = {[DX_TRUST_UNKNOWN] = "not checked against trusted roots",
                                         [DX_TRUST_YES] = "leads to a root that this computer trusts",
                                         [DX_TRUST_NO] = "leads to no root that this computer trusts"};
    g_string_append_printf(
        out, "<rect class=\"card open\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>", NAME_X, y,
        NAME_WIDTH, ROW - 16);
    add_text(out, "role", NAME_X + 10, y + 17, role, 0);
    if (!last->self_issued)
        add_text(out, "name", NAME_X + 10, y + 34, last->issuer, NAME_CHARACTERS);
    add_text(out, "dates", NAME_X + 10, y + 51, trusts[judgement->trust], 0);
}

static void
add_axis(GString *out, const axis *a, int height)
{
    char *now = day_text(a->now), *text = g_strdup_printf("capture: %s", now);
    int x = place(a, a->now);
    bool left = x > AXIS_X + AXIS_WIDTH / 2;
    g_string_append_printf(out, "<line class=\"now\" x1=\"%d\" y1=\"20\" x2=\"%d\" y2=\"%d\"/>", x, x,
                           height - 6);
    add_text(out, left ? "nowtext end" : "nowtext", x, 14, text, 0);
    g_free(now);
    g_free(text);
}

void
dx_html_chain(GString *out, const dx_facts *facts, dx_certs *certs)
{
    dx_judgement judgement;
    const dx_chain *chain = facts->chain;
    if (!chain || !chain->num || !dx_authentication_judge(facts, certs, &judgement) ||
        !judgement.leaf->parsed)
        return;
    unsigned num = MIN(chain->num, MAX_SHOWN);
    int height = TOP + (int)(num + 1) * ROW;
    axis a = axis_of(judgement.leaf, facts);
    char *count = dx_layout_count(chain->num_sent, "certificate");
    g_string_append_printf(out,
                           "<figure class=\"chain\"><svg viewBox=\"0 0 %d %d\" role=\"img\" "
                           "aria-label=\"%s that the server sent, and the time of validity; the list of "
                           "details says the same\">\n",
                           WIDTH, height, count);
    g_free(count);
    if (a.dated)
        add_axis(out, &a, height);
    for (unsigned i = 0; i < num; i++)
        add_certificate(out, &a, &judgement, chain->certificate[i], i);
    add_issuer(out, &judgement, chain, num);
    g_string_append_printf(
        out,
        "</svg>\n<figcaption>Sent by the server, its own certificate first; on the right when "
        "each is valid%s</figcaption></figure>\n",
        a.dated ? ", and the time of the capture" : "");
}
