/* evidence.h - what the server's own files say
 *
 * Every fact carries the file and line it was read from. Texts are as in the file: not safe to show.
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_EVIDENCE_H
#define DX_EVIDENCE_EVIDENCE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "knowledge/address.h"
#include "knowledge/logs.h"
#include "knowledge/services.h"
#include "knowledge/windows.h"

#define DX_MAX_EVIDENCE_FILES 256
#define DX_MAX_EVIDENCE_BYTES (16u << 20) /* of one text */
#define DX_MAX_EVTX_BYTES     (64u << 20) /* of one binary log; Windows begins System at 20 MB */
#define DX_MAX_EVIDENCE_FACTS 20000       /* of one sort, all files together */
#define DX_MAX_LOG_EVENTS     200000      /* the same of events and lines of logs */

/* Kinds of files, from kinds.def. */
typedef enum {
#define X(id, platform, command) DX_KIND_##id,
#include "evidence/kinds.def"
#undef X
    DX_NUM_KINDS
} dx_kind;
const char *dx_kind_name(dx_kind kind);    /* "netsh_sslcert" */
const char *dx_kind_command(dx_kind kind); /* "netsh http show sslcert" */

typedef struct dx_where {
    uint32_t file; /* index into files */
    uint32_t line; /* counts from 1; of a binary log the record's number */
} dx_where;

/* A file of the folder, once per kind of output in it. */
typedef struct dx_evidence_file {
    char *name; /* relative to the folder; as the file system has it */
    int kind;   /* dx_kind; -1: not recognised */
    bool read;
    bool cut;                        /* ends within an entry: what it lacks proves nothing */
    bool part;                       /* what was asked for, of a longer list: likewise */
    bool empty;                      /* it says itself that there are no entries */
    uint32_t first_line, last_line;  /* of what could not be read, else of what looks like this kind */
    char *reason;                    /* why it was not (wholly) read; NULL when all is well */
    uint32_t num_facts, num_skipped; /* entries read; entries that could not be read */
    dx_service_id log_service;       /* the program whose log it is; DX_SERVICE_UNKNOWN */
} dx_evidence_file;

/* An entry of HTTP.sys' table of certificates. */
typedef struct dx_binding {
    dx_where where;
    char *host;           /* of hostname:port; NULL for ip:port; "" for the central store, any name */
    dx_endpoint endpoint; /* its port counts for host too */
    char hash[41];        /* lower case hex; "" when none or not 20 bytes */
    bool have_hash, have_guid, zero_guid;
    bool cut;                           /* the file ends within it: what it lacks proves nothing */
    char *store;                        /* NULL when none is named */
    bool no_legacy, no_tls12, no_tls13; /* versions that it turns off */
} dx_binding;

/* An https binding of a site of IIS. */
typedef struct dx_site_binding {
    dx_where where;
    char *site;           /* NULL when not told */
    dx_endpoint endpoint; /* 0.0.0.0: any address */
    char *host;           /* NULL: any name */
    bool https, sni, central, stopped;
    bool bare;     /* its certificate is listed, and there is none */
    char hash[41]; /* "" when not told */
} dx_site_binding;

typedef struct dx_listen_address {
    dx_where where;
    dx_address address;
} dx_listen_address;

typedef struct dx_socket {
    dx_where where;
    dx_endpoint local;
    bool have_pid;
    uint32_t pid;
    char *image; /* of netstat -b; NULL */
} dx_socket;

/* A running program. */
typedef struct dx_process {
    dx_where where;
    uint32_t pid;
    char *image;    /* "svchost.exe" */
    char *services; /* those that it runs, as the file lists them; NULL when not told */
} dx_process;

typedef enum { DX_KEY_UNKNOWN, DX_KEY_NAMED, DX_KEY_WORKS, DX_KEY_MISSING, DX_KEY_UNUSABLE } dx_key_state;
typedef enum { DX_KEY_TYPE_UNKNOWN, DX_KEY_TYPE_RSA, DX_KEY_TYPE_ECDSA } dx_key_type;

/* A certificate of the machine's store. */
typedef struct dx_stored_certificate {
    dx_where where, key_where; /* key_where: the line that tells of the key */
    char thumbprint[41];       /* "" when not read */
    char *subject;             /* NULL when not read */
    dx_key_state key;   /* NAMED: a container is given; WORKS: certutil's test passed; UNUSABLE: it failed */
    uint32_t key_error; /* of UNUSABLE; 0 when not given */
    dx_key_type type;
    int64_t not_after_us; /* by the server's clock; 0 when not read */
    dx_where not_after_where;
    bool self_signed; /* false, too, when the list does not tell */
    char *names;      /* its DNS names, a blank between them; NULL when not all are told, "*": too many */
    dx_where names_where;
} dx_stored_certificate;

/* A certificate that a program other than HTTP.sys is set to use. */
typedef struct dx_assignment {
    dx_where where;
    dx_service_id service;
    char thumbprint[41]; /* "": it makes one itself */
    bool logged;         /* a log says so: the last line counts */
    bool refused;        /* the program could not load it */
    uint32_t error;      /* why, 0 when not given */
} dx_assignment;

typedef enum { DX_PROVIDER_SCHANNEL, DX_PROVIDER_HTTP, DX_PROVIDER_OTHER, DX_PROVIDER_PROGRAM } dx_provider;

/* An event of a Windows log, or a line of a server program's. */
typedef struct dx_log_event {
    dx_where where;
    const dx_log_row *row; /* of a program's line, or what an event's reason code says; NULL: neither */
    uint16_t id;           /* of a Windows event; 0 for a line */
    uint8_t provider;      /* dx_provider */
    bool utc;              /* else time_us is the server's local time */
    bool yearless;         /* its year is not given: near the capture's time */
    bool minutes;          /* its second is not given */
    bool have_time, have_alert, have_code,
        as_client; /* as_client: the server was the client of that connection */
    uint8_t alert;
    uint32_t code; /* 0x80090016 */
    int64_t time_us;
    bool have_client, of_client; /* of_client: a client's own words; the endpoint is the server's */
    const char *server_name;     /* that it asked for, in lower case; NULL; the store's */
    dx_endpoint endpoint;        /* family 0 when none; HTTP.sys' own, or with have_client the client's */
} dx_log_event;

/* A key under SCHANNEL\Protocols. -1: the value is not there. */
typedef struct dx_protocol_setting {
    dx_where where;
    uint16_t version;
    bool server;
    int8_t enabled, disabled_by_default;
} dx_protocol_setting;

/* A key under SCHANNEL\Ciphers or SCHANNEL\KeyExchangeAlgorithms that turns an algorithm off or on. */
typedef struct dx_algorithm_setting {
    dx_where where;
    char *name; /* "AES 128/128", "Diffie-Hellman" */
    bool enabled;
} dx_algorithm_setting;

typedef struct dx_suite_setting {
    dx_where where;
    uint16_t cipher;
    bool local; /* of the machine's own order, which a group policy replaces */
} dx_suite_setting;

typedef struct dx_curve_setting {
    dx_where where;
    uint16_t group;
    bool local;
} dx_curve_setting;

/* SendExtraRecord, and FEATURE_SCH_SEND_AUX_RECORD_KB_2618444 of an image (KB2643584). */
typedef struct dx_split_setting {
    dx_where where;
    char *image; /* NULL: SendExtraRecord */
    uint32_t value;
} dx_split_setting;

/* Where a server program listens for some names, by its settings: nginx's server, Apache's virtual host. */
typedef struct dx_listener {
    dx_where where;
    const char *program;  /* "nginx"; static */
    dx_endpoint endpoint; /* 0.0.0.0: any address */
    bool tls_told, tls;
    bool first;       /* said to answer for names that no other has; else the first one does */
    bool reject;      /* rejects handshakes (ssl_reject_handshake) */
    uint8_t versions; /* DX_LISTENER_SPEAKS of each; 0 when not told */
    dx_where versions_where;
    const char *names; /* with blanks, as the program spells patterns; NULL: not told; the store's */
} dx_listener;
#define DX_LISTENER_SPEAKS(version) (1u << ((version)-DX_SSL3))

typedef struct dx_hotfix {
    dx_where where;
    uint32_t kb;
    int64_t day_us; /* midnight of the day of installation; 0 when not known */
} dx_hotfix;

typedef struct dx_evidence_index dx_evidence_index; /* index.c's */

typedef struct dx_evidence_store {
    char *folder;
    char *trouble; /* why the folder could not be read; NULL when it was */
    GArray *files, *bindings, *sites, *listen_addresses, *sockets, *processes, *certificates, *assignments,
        *events, *protocols, *algorithms, *suites, *curves, *splits, *hotfixes, *listeners;
    dx_os os; /* the machine's Windows release; DX_OS_UNKNOWN when no file tells */
    dx_where os_where;
    bool protocols_all; /* the files show every key below SCHANNEL\Protocols: what they lack is not there */
    GArray *own_addresses; /* of dx_address: the machine's, as netstat shows them */
    bool own_all;          /* from a list of all connections */
    dx_evidence_index *index;
    GPtrArray *nothing; /* an empty list */
    GStringChunk *names;
} dx_evidence_store;

/* dx_evidence_new - an empty store. dx_evidence_free takes NULL too. */
dx_evidence_store *dx_evidence_new(void);
void dx_evidence_free(dx_evidence_store *store);

/* dx_evidence_read_folder - a new store of all files in a folder (not of its subfolders), in the order of
 * names. What cannot be read is listed with the reason. */
dx_evidence_store *dx_evidence_read_folder(const char *folder);

/* dx_evidence_stamp - a number that changes when the folder's files do (names, sizes, times of change). */
uint64_t dx_evidence_stamp(const char *folder);

/* dx_evidence_read - takes one file's bytes. */
void dx_evidence_read(dx_evidence_store *store, const char *name, const uint8_t *bytes, size_t len);

/* dx_evidence_refuse - lists a file that was not read; `reason` is copied. */
void dx_evidence_refuse(dx_evidence_store *store, const char *name, const char *reason);

/* dx_evidence_platform - where the files are from: DX_PLATFORM_UNKNOWN when none tells, or they disagree. */
dx_platform dx_evidence_platform(const dx_evidence_store *store);

/* dx_evidence_logged_by - the program in whose log this stands; DX_SERVICE_UNKNOWN. */
dx_service_id dx_evidence_logged_by(const dx_evidence_store *store, dx_where where);

/* dx_evidence_has - a file of this kind was read; dx_evidence_whole - and one holds all that there is: what
 * it lacks is not there. */
bool dx_evidence_has(const dx_evidence_store *store, dx_kind kind);
bool dx_evidence_whole(const dx_evidence_store *store, dx_kind kind);

/* dx_evidence_bindings, dx_evidence_sockets - those of a port, as dx_binding * and dx_socket *;
 * dx_evidence_events - those with an id, as dx_log_event *. All in the order of the files, owned by the
 * store, never NULL. */
const GPtrArray *dx_evidence_bindings(const dx_evidence_store *store, uint16_t port);
const GPtrArray *dx_evidence_sockets(const dx_evidence_store *store, uint16_t port);
const GPtrArray *dx_evidence_events(const dx_evidence_store *store, uint16_t id);

/* dx_evidence_process - the program with this process number; NULL when no file tells. */
const dx_process *dx_evidence_process(const dx_evidence_store *store, uint32_t pid);

/* dx_evidence_image - the name of the program that has a socket; NULL when no file tells. */
const char *dx_evidence_image(const dx_evidence_store *store, const dx_socket *socket);

/* dx_evidence_lists_sockets - where a list of all listening sockets begins; line 0 when there is none. */
dx_where dx_evidence_lists_sockets(const dx_evidence_store *store);

/* What the times of a log are: UTC, the server's local time, or that without a year (as of the year 2000);
 * NONE: there is none, all are 0. */
typedef enum { DX_CLOCK_UTC, DX_CLOCK_LOCAL, DX_CLOCK_YEARLESS, DX_CLOCK_NONE, DX_NUM_CLOCKS } dx_clock;
/* dx_evidence_between - appends the events of a clock from one time to another, in order,
 * until `out` has `most`. */
void dx_evidence_between(const dx_evidence_store *store, dx_clock clock, int64_t from_us, int64_t to_us,
                         GPtrArray *out, unsigned most);

/* dx_evidence_owns - netstat shows the address as one of the machine's. dx_evidence_names - a binding or the
 * listen list names it: that the machine has it, not that it has no other. */
bool dx_evidence_owns(const dx_evidence_store *store, const dx_address *address);
bool dx_evidence_names(const dx_evidence_store *store, const dx_address *address);

/* dx_evidence_first - where the first file of a kind begins; line 0 when there is none. dx_evidence_list -
 * the first that is not known to be a part. */
dx_where dx_evidence_first(const dx_evidence_store *store, dx_kind kind);
dx_where dx_evidence_list(const dx_evidence_store *store, dx_kind kind);

#endif
