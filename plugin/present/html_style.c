/* html_style.c - the frame of every HTML page: its head, its style, its script
 *
 * Text on ground has a contrast of 4.5 at least, in both schemes (WCAG 2.1, 1.4.3).
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "present/html_style.h"

#include "present/html_layout.h"

/* A string of C may have 4,095 characters: both are lists of lines. */
static const char *const style[] = {
    ":root{color-scheme:light "
    "dark;--ground:#fff;--text:#1d2329;--faint:#57606a;--line:#c9d1d9;--panel:#f4f6f8;"
    "--bad:#b3261e;--badground:#fdecea;--warn:#8a5300;--good:#1a6b3c;--accent:#0b57a4}",
    "@media (prefers-color-scheme:dark){:root{--ground:#14181d;--text:#e3e8ed;--faint:#a3adb8;--line:#3a434d;"
    "--panel:#1e242b;--bad:#ff8f86;--badground:#3b1b19;--warn:#f0b458;--good:#6fd196;--accent:#7cb8f5}}",
    "*{box-sizing:border-box}",
    "body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,sans-serif}",
    "main{max-width:1180px;margin:0 auto;padding:16px}",
    "h1{font-size:1.6em;line-height:1.2;margin:.2em 0}h2{font-size:1.25em;margin:1.6em 0 .5em}",
    "h3{font-size:1.05em;margin:0;display:inline}h4{font-size:1em;margin:1.2em 0 .4em}",
    "a{color:var(--accent)}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}",
    "dl{display:grid;grid-template-columns:9em minmax(0,1fr);gap:.2em 1em;margin:.5em 0}",
    "dt{grid-column:1;font-weight:600;color:var(--faint)}dd{grid-column:2;margin:0;overflow-wrap:anywhere}",
    "dt+dd{grid-row:auto}.key{font-variant-numeric:tabular-nums;font-weight:600;margin-right:.3em}",
    "pre{margin:.2em 0;padding:.4em .6em;background:var(--panel);border:1px solid var(--line);"
    "border-radius:4px;overflow-x:auto;font:14px/1.4 ui-monospace,monospace}",
    ".command{display:flex;gap:.5em;align-items:start}.command pre{flex:1;min-width:0}",
    "button,input{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);"
    "border-radius:4px;padding:.2em .7em}button{cursor:pointer}.command button{margin:.2em 0;font-size:14px}",
    ".tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(9em,1fr));gap:10px;list-style:none;"
    "margin:1em 0;padding:0}",
    ".tiles li{padding:.6em .8em;background:var(--panel);border-left:5px solid var(--line);"
    "border-radius:4px}.tiles b{display:block;font-size:1.7em;line-height:1.1}",
    ".tiles .bad{border-color:var(--bad)}.tiles .good{border-color:var(--good)}.tiles "
    ".warn{border-color:var(--warn)}",
    "figure{margin:.8em "
    "0}figcaption,.faint{color:var(--faint);font-size:.9em}svg{width:100%;height:auto;display:block}",
    "svg text{fill:var(--text);font:12px system-ui,sans-serif}",
    ".table{overflow-x:auto}table{border-collapse:collapse;font-size:.92em}"
    "th,td{padding:.25em .6em;border:1px solid "
    "var(--line);text-align:left;vertical-align:top;overflow-wrap:anywhere}",
    "thead th{background:var(--panel)}.matrix td{text-align:center}.matrix thead "
    "th{font-weight:400;max-width:9em}",
    "caption{text-align:left}",
    ".matrix thead th:not(:first-child){min-width:7em}.matrix th{overflow-wrap:break-word}",
    ".matrix a{display:block;font-weight:700}tr.differs td,tr.differs th{background:var(--badground)}",
    ".differing{table-layout:fixed;width:100%}.differing th:first-child{width:11em}",
    ".problem{border:1px solid var(--line);border-left:6px solid var(--line);border-radius:5px;margin:.6em 0;"
    "padding:0 .9em}.problem[open]{padding-bottom:.9em}",
    ".problem.confirmed{border-left-color:var(--bad)}.problem.likely{border-left-color:var(--warn)}",
    "summary{cursor:pointer;padding:.5em 0}.problem>summary "
    ".what{display:block;margin-left:1.2em;color:var(--faint)}",
    ".status{font-size:.8em;font-weight:700;border:1px solid currentColor;border-radius:4px;padding:0 .4em;"
    "margin-left:.6em}.confirmed .status{color:var(--bad)}.likely .status{color:var(--warn)}",
    ".ladders{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30em),1fr));gap:1em}",
    ".ladder svg{max-width:760px}.ladder .side,.ladder .middle,.ladder .label{text-anchor:middle}",
    ".ladder .side,.ladder .middle{font-weight:600}.ladder .side.end{text-anchor:end}.ladder .frame,.ladder "
    ".time{fill:var(--faint);font-size:11px}",
    ".ladder .label{paint-order:stroke;stroke:var(--ground);stroke-width:5px;stroke-linejoin:round}"
    ".abnormal .label{stroke:var(--badground)!important}",
    ".life{stroke:var(--line);stroke-width:2}.arrow{stroke:var(--accent);stroke-width:1.6}polygon{fill:var(--"
    "accent)}",
    ".alert .arrow,.close .arrow{stroke:var(--warn)}.alert polygon,.close polygon{fill:var(--warn)}",
    ".device .arrow{stroke:var(--bad);stroke-dasharray:7 4}.device polygon{fill:var(--bad)}",
    ".note .arrow{stroke:var(--faint);stroke-dasharray:2 4}.note .label{font-style:italic}",
    ".only .label{text-decoration:underline;font-weight:600}.mark{fill:var(--badground)}",
    ".abnormal .arrow{stroke:var(--bad);stroke-width:3}.abnormal polygon{fill:var(--bad)}.abnormal "
    ".label{fill:var(--bad);font-weight:700}",
    ".card{fill:var(--panel);stroke:var(--line)}.card.bad{stroke:var(--bad);stroke-width:2}.card.open{fill:"
    "none;stroke-dasharray:6 4}",
    ".chain .role,.chain .dates{fill:var(--faint);font-size:11px}.chain .name{font-weight:600}.chain "
    ".fault{fill:var(--bad);font-weight:600}",
    ".link{stroke:var(--line);stroke-width:2}.valid{fill:var(--good)}.invalid{fill:var(--bad)}",
    ".now{stroke:var(--text);stroke-dasharray:3 3}.nowtext{font-weight:600}.end{text-anchor:end}",
    ".failed{fill:var(--bad)}.established{fill:var(--good);opacity:.75}.axis{stroke:var(--faint)}",
    ".hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}",
    ".controls{display:flex;flex-wrap:wrap;gap:.6em;align-items:center}[hidden]{display:none!important}",
    "@media (max-width:640px){dl{grid-template-columns:minmax(0,1fr)}dt,dd{grid-column:1}"
    "figure{overflow-x:auto}figure svg{min-width:640px}.timeline svg{min-width:0}.timeline "
    "text{font-size:22px}.differing th:first-child{width:7em}"
    ".ladder .label{text-anchor:start;transform:translateX(-255px)}" /* from the client's line on */
    ".problem{padding:0 .5em}}",
    "@media print{:root{color-scheme:light;--ground:#fff;--text:#000;--faint:#333;--line:#999;--panel:#fff;"
    "--bad:#a00;--badground:#fff;--warn:#740;--good:#063;--accent:#036}",
    "main{max-width:none;padding:0}body{font-size:9pt;line-height:1.35}.controls,button{display:none!"
    "important}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:8.5pt}a{color:inherit;text-decoration:none}",
    ".problem{break-before:auto}summary,h2,h4{break-after:avoid}figure,tr,pre{break-inside:avoid}"
    ".ladders{grid-template-columns:1fr}.ladder svg{max-width:500px}.table{overflow:visible}"
    ".problem details,.differing{font-size:8pt;line-height:1.3}.problem{border-right:0}figure{margin:.4em 0}"
    ".problem details dl{grid-template-columns:7em minmax(0,1fr)}"
    ".differing td,.differing th{padding:.1em .4em}.differing th:first-child{width:10em}"
    ".matrix{table-layout:fixed;width:100%;font-size:7.5pt}.matrix thead "
    "th:first-child{width:13em;max-width:none}"
    ".matrix thead th:not(:first-child){min-width:0;writing-mode:vertical-rl;text-align:left;height:19em}"
    ".matrix th,.matrix td{padding:.15em .3em}"
    ".abnormal .label{text-decoration:underline}}",
};

/* All of it works without: nothing is hidden but what the script serves. */
static const char *const script[] = {
    "(function(){'use strict';",
    "function all(s){return Array.prototype.slice.call(document.querySelectorAll(s));}",
    "var said=document.getElementById('said');",
    "function old(text){var "
    "t=document.createElement('textarea');t.value=text;document.body.appendChild(t);t.select();"
    "var "
    "ok=false;try{ok=document.execCommand('copy');}catch(e){ok=false;}document.body.removeChild(t);return "
    "ok;}",
    "function copy(button,text){function done(ok){button.textContent=ok?'Copied':'Select and copy';"
    "said.textContent=ok?'Copied to the clipboard':'Could not copy';"
    "setTimeout(function(){button.textContent='Copy';},2000);}",
    "if(navigator.clipboard&&window.isSecureContext){navigator.clipboard.writeText(text).then("
    "function(){done(true);},function(){done(old(text));});}else{done(old(text));}}",
    "all('.command pre').forEach(function(pre){var "
    "b=document.createElement('button');b.type='button';b.textContent='Copy';"
    "b.setAttribute('aria-label','Copy '+pre.textContent.slice(0,60));"
    "b.addEventListener('click',function(){copy(b,pre.textContent);});pre.parentNode.appendChild(b);});",
    "all('.controls').forEach(function(e){e.hidden=false;});",
    "var problems=all('.problem'),rows=all('.rest tbody tr');",
    "function setAll(open){problems.forEach(function(p){if(!p.hidden){p.open=open;}});}",
    "function on(id,event,f){var e=document.getElementById(id);if(e){e.addEventListener(event,f);}}",
    "on('open','click',function(){setAll(true);});on('close','click',function(){setAll(false);});",
    "on('find','input',function(e){var "
    "w=e.target.value.toLowerCase(),n=0;problems.concat(rows).forEach(function(p){"
    "var hit=p.textContent.toLowerCase().indexOf(w)>=0;p.hidden=!hit;n+=hit?1:0;});"
    "said.textContent=n+(n===1?' problem':' problems');});",
    "function go(){var e=document.getElementById(decodeURIComponent(location.hash.slice(1)));"
    "if(e&&e.tagName==='DETAILS'){e.hidden=false;e.open=true;e.scrollIntoView();"
    "e.querySelector('summary').focus({preventScroll:true});}}",
    "window.addEventListener('hashchange',go);if(location.hash){go();}",
    "var closed=[];window.addEventListener('beforeprint',function(){closed=all('details:not([open])');"
    "closed.forEach(function(d){d.open=true;});});",
    "window.addEventListener('afterprint',function(){closed.forEach(function(d){d.open=false;});});",
    "})();",
};

static char *
joined(const char *const *lines, size_t num)
{
    GString *out = g_string_new("\n");
    for (size_t i = 0; i < num; i++) {
        g_string_append(out, lines[i]);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

/* As a Content Security Policy names a style or script that it allows (CSP level 3, section 2.3.1). */
static void
add_hash(GString *out, const char *name, const char *text)
{
    guint8 digest[32];
    gsize len = sizeof digest;
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, (const guchar *)text, -1);
    g_checksum_get_digest(checksum, digest, &len);
    char *base64 = g_base64_encode(digest, len);
    g_string_append_printf(out, "; %s 'sha256-%s'", name, base64);
    g_free(base64);
    g_checksum_free(checksum);
}

void
dx_html_open(GString *out, const char *title)
{
    char *css = joined(style, G_N_ELEMENTS(style)), *js = joined(script, G_N_ELEMENTS(script));
    g_string_append(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'");
    add_hash(out, "style-src", css);
    add_hash(out, "script-src", js);
    g_string_append(out, "; base-uri 'none'; form-action 'none'\">\n"
                         "<meta name=\"referrer\" content=\"no-referrer\">\n"
                         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    dx_html_text(out, title);
    g_string_append_printf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>", css);
    dx_html_text(out, title);
    g_string_append(out, "</h1>\n");
    g_free(css);
    g_free(js);
}

void
dx_html_close(GString *out)
{
    char *js = joined(script, G_N_ELEMENTS(script));
    g_string_append_printf(
        out,
        "</main>\n<p id=\"said\" class=\"hidden\" role=\"status\"></p>\n<script>%s</script>\n"
        "</body>\n</html>\n",
        js);
    g_free(js);
}

void
dx_html_controls(GString *out)
{
    g_string_append(out, "<p class=\"controls\" hidden><button type=\"button\" id=\"open\">Open all</button> "
                         "<button type=\"button\" id=\"close\">Close all</button> "
                         "<label for=\"find\">Find</label> <input id=\"find\" type=\"search\" "
                         "autocomplete=\"off\"></p>\n");
}
