/* registry.h - what the registry's readers share: keys and values that matter for TLS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_EVIDENCE_REGISTRY_H
#define DX_EVIDENCE_REGISTRY_H

#include "evidence/readers.h"

typedef enum {
    DX_REG_OTHER,
    DX_REG_SCHANNEL,
    DX_REG_PROTOCOL,
    DX_REG_ALGORITHM,
    DX_REG_SPLIT,
    DX_REG_POLICY, /* order of suites and curves by group policy */
    DX_REG_LOCAL,  /* the machine's own, which a policy replaces */
    DX_REG_SQL,
    DX_REG_RDP
} dx_reg_kind;

/* The key whose values come. */
typedef struct dx_reg_key {
    dx_reg_kind kind;
    dx_span name; /* last part of an algorithm's key: lives as long as the text */
    dx_protocol_setting protocol;
    bool have_protocol;
    uint16_t version; /* of the last key under Protocols */
} dx_reg_key;

/* One value: its name, and either a number or text. Parts of a list are divided by anything but letters,
 * digits and "_". */
typedef struct dx_reg_value {
    dx_span name, text;
    bool is_number;
    uint32_t number;
} dx_reg_value;

/* dx_reg_begin - a key begins: the one before it is kept. dx_reg_value_of - takes a value of it. dx_reg_end -
 * the last one is kept. */
void dx_reg_begin(const dx_reading *reading, dx_reg_key *now, dx_span path, uint32_t line);
void dx_reg_value_of(const dx_reading *reading, dx_reg_key *now, const dx_reg_value *value, uint32_t line);
void dx_reg_end(const dx_reading *reading, dx_reg_key *now);

/* dx_reg_find - the path of a key in a line: from "HKEY_" or "HKLM\\" to its end; false: none. */
bool dx_reg_find(dx_span *path, dx_span line);

#endif
