/* fuzz.h - what every target of tests/fuzz has
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* libFuzzer's names. Built with -Dfuzz=true its main() calls them; else fuzz-corpus.c does, once a file. */
int LLVMFuzzerInitialize    (int *argc, char ***argv);
int LLVMFuzzerTestOneInput  (const guint8 *data, gsize size);

/* jansson's allocators, sodium; logs are swallowed (what is hostile is logged again and again), criticals end it. */
void fuzz_set_up (void);
/* Ends the run where @what does not hold: an oracle, not a check of what a caller may get wrong. */
#define fuzz_assert(what) \
  G_STMT_START { if (G_UNLIKELY (!(what))) fuzz_fail (__FILE__, __LINE__, #what); } G_STMT_END
void fuzz_fail (const char *file, int line, const char *what) G_GNUC_NORETURN;
/* @data up to the next @separator, which is passed over; (transfer full), NUL-terminated. */
char *fuzz_take_until (const guint8 **data, gsize *size, char separator, gsize *length) G_GNUC_WARN_UNUSED_RESULT;
/* A datagram to descriptor @fd, its answers thrown away. */
void fuzz_drain (int fd);

G_END_DECLS
