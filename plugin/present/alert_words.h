/* alert_words.h - what a client shows of the alert that the server sent
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DX_PRESENT_ALERT_WORDS_H
#define DX_PRESENT_ALERT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* dx_alert_words - "Program: words", with the words for this alert where they quote another one. New string;
 * NULL: nothing is known of what that program shows. */
char *dx_alert_words(const char *words, uint8_t alert);

/* dx_alert_clients - in the form of a cause's `clients`, what programs show of any alert. */
extern const char dx_alert_clients[];

/* dx_alert_is_quoted - whether one of these words quotes an alert. */
bool dx_alert_is_quoted(const char *words);

#endif
