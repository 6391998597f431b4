#!/bin/sh
# collect-evidence.sh - gathers the files of a Linux server that the SSL Troubleshooter reads
#
#   sudo sh collect-evidence.sh [FOLDER]       on the server that fails
#
# Takes listeners, TLS settings of server programs (certificates, never private keys), their logs of the last day: no
# passwords, no secrets. Changes nothing but the folder. What each file is for: collect-evidence.md.
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -u
umask 077
out=${1:-$HOME/ssl-evidence-$(uname -n)}
mkdir -p "$out" || exit 1
since=${SINCE:-1 day ago}

# keep FILE COMMAND... - a command's output, when there is the command and it says something
keep() {
    file=$out/$1
    shift
    command -v "$1" >/dev/null 2>&1 || return 0
    "$@" >"$file" 2>/dev/null
    [ -s "$file" ] || rm -f "$file"
}

# without_secrets - takes lines with passwords and everything between the lines of a private key out of settings
without_secrets() {
    sed -e '/PRIVATE KEY-----/,/PRIVATE KEY-----/d' -e '/[Pp]ass\(word\|wd\|phrase\)/d' -e '/[Ss]ecret/d'
}

# end_of FILE... - the last lines of logs that are there
end_of() {
    for log; do
        [ -f "$log" ] && [ -r "$log" ] && tail -n 2000 "$log" >"$out/$(echo "$log" | tr / _)"
    done
    return 0
}

echo "Listening processes"
keep ss.txt ss -ltnp
keep ss-udp.txt ss -lunp
keep uname.txt uname -sr
keep openssl.txt openssl version

echo "TLS settings"
command -v nginx >/dev/null 2>&1 && nginx -T 2>/dev/null | without_secrets >"$out/nginx.txt"
keep apache.txt apachectl -S
command -v postconf >/dev/null 2>&1 && postconf -n 2>/dev/null | grep -i tls | without_secrets >"$out/postfix.txt"
command -v doveconf >/dev/null 2>&1 && doveconf -n 2>/dev/null | grep -i ssl | without_secrets >"$out/dovecot.txt"
[ -r /etc/haproxy/haproxy.cfg ] && without_secrets </etc/haproxy/haproxy.cfg >"$out/haproxy.txt"
for file in /etc/tomcat*/server.xml /var/lib/tomcat*/conf/server.xml /opt/tomcat*/conf/server.xml; do
    [ -r "$file" ] || continue # a connector stands on one line: its values go, and not the line
    sed -E 's/([A-Za-z]*([Pp]ass(word)?|[Ss]ecret)[A-Za-z]*=)("[^"]*"|'"'[^']*'"')/\1"..."/g' "$file" >"$out/server.xml"
    break
done

echo "Certificates that the settings name (without keys)"
cat "$out/nginx.txt" "$out/haproxy.txt" "$out/postfix.txt" "$out/dovecot.txt" /etc/apache2/sites-enabled/* /etc/httpd/conf.d/* 2>/dev/null |
    sed -n -e 's/^ *ssl_certificate  *\([^;]*\);.*/\1/p' -e 's/^ *SSLCertificateFile  *//p' -e 's/.* crt  *\([^ ]*\).*/\1/p' \
        -e 's/^smtpd_tls_cert_file *= *//p' -e 's/^ *ssl_cert *= *<//p' |
    tr -d '"' | sort -u | head -n 100 | while read -r file; do
    [ -f "$file" ] && openssl x509 -in "$file" -out "$out/$(echo "$file" | tr / _).pem" 2>/dev/null
done

echo "Logs, the last day"
for unit in nginx apache2 httpd haproxy postfix dovecot slapd postgresql mysql mariadb stunnel4 mosquitto rabbitmq-server; do
    command -v journalctl >/dev/null 2>&1 || break
    journalctl -u "$unit" --since "$since" -o short-iso --no-pager -n 5000 2>/dev/null |
        grep -v '^-- ' | without_secrets >"$out/$unit.log"
done
end_of /var/log/nginx/error.log /var/log/apache2/error.log /var/log/httpd/error_log /var/log/httpd/ssl_error_log \
    /var/log/haproxy.log /var/log/mail.log /var/log/maillog /var/log/mysql/error.log

find "$out" -type f -empty -exec rm -f {} +
echo
echo "Done. Copy the folder $out to where Wireshark runs and name it in the preference"
echo '"Folder of the server'"'"'s own files" (ssltrouble.evidence_dir).'
