/* secinfo-secret.h - a piece of text that must not be left lying in memory
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SecinfoSecret:
 *
 * Refcounted, in sodium_malloc() memory, wiped when the last reference goes.
 * Never put into a GObject property, a GVariant, a log line or an argv.
 */
typedef struct _SecinfoSecret SecinfoSecret;

/* @length is in bytes; -1 for NUL-terminated text. The caller wipes its own copy. */
SecinfoSecret *secinfo_secret_new        (const char          *text,
                                          gssize               length) G_GNUC_WARN_UNUSED_RESULT;
SecinfoSecret *secinfo_secret_ref        (SecinfoSecret       *self);
void           secinfo_secret_unref      (SecinfoSecret       *self);
const char    *secinfo_secret_get_text   (const SecinfoSecret *self);  /* NUL-terminated */
gsize          secinfo_secret_get_length (const SecinfoSecret *self);  /* bytes, without the NUL */
gboolean       secinfo_secret_equal      (const SecinfoSecret *a,
                                          const SecinfoSecret *b);     /* constant time for equal lengths */
/* Wipes @text and frees it; NULL is allowed. For g_autofree buffers that held a secret. */
void           secinfo_secret_free_text  (char                *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecinfoSecret, secinfo_secret_unref)

G_END_DECLS
