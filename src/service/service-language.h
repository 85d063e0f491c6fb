/* service-language.h - words in the language of who asks
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* First thing in main(), before any thread: the process's locale is C.UTF-8, its messages speak what is pushed. */
void service_language_init (void);

/* The best language of an Accept-Language header (RFC 9110 section 12.5.4) that there is a translation for, "en" where
 * there is none, in gettext's form ("de", "pt_BR"). */
void service_language_pick (const char *header /* (nullable) */, char language[16]);

/* Between the two, gettext() speaks @language. Any thread; one that needs another language waits, so nothing slow may
 * happen between them, and inside a pair only the same language may be pushed again. Handlers (run, start, committed)
 * are called inside a pair with their request's language. */
void service_language_push (const char *language);
void service_language_pop  (void);

G_END_DECLS
