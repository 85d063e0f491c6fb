/* secinfo-secret.c - a piece of text that must not be left lying in memory
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-secret.h"

#include <sodium.h>
#include <string.h>

struct _SecinfoSecret
{
  gatomicrefcount  ref_count;
  gsize            length;     /* bytes, without the NUL */
  char            *text;       /* (not nullable) sodium_malloc() memory, read-only once filled */
};

/**
 * secinfo_secret_new:
 * @text: bytes of the secret; they may hold NUL where @length is given
 * @length: in bytes, -1 for NUL-terminated text
 *
 * Copies @text into memory that is locked, fenced by guard pages and wiped when it is freed. Memory that
 * cannot be had ends the process, as everywhere in GLib.
 */
SecinfoSecret *
secinfo_secret_new (const char *text,
                    gssize      length)
{
  SecinfoSecret *self;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  if (sodium_init () < 0)
    g_error ("libsodium cannot start: no source of randomness");

  self = g_new0 (SecinfoSecret, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->length = length < 0 ? strlen (text) : (gsize) length;
  self->text = sodium_malloc (self->length + 1);
  if (self->text == NULL)
    g_error ("No memory left for a secret of %" G_GSIZE_FORMAT " bytes", self->length);

  if (self->length > 0)
    memcpy (self->text, text, self->length);
  self->text[self->length] = '\0';
  sodium_mprotect_readonly (self->text);

  return self;
}

SecinfoSecret *
secinfo_secret_ref (SecinfoSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
secinfo_secret_unref (SecinfoSecret *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  sodium_free (self->text);
  g_free (self);
}

const char *
secinfo_secret_get_text (const SecinfoSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

gsize
secinfo_secret_get_length (const SecinfoSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->length;
}

gboolean
secinfo_secret_equal (const SecinfoSecret *a,
                      const SecinfoSecret *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->length == b->length && sodium_memcmp (a->text, b->text, a->length) == 0;
}

void
secinfo_secret_free_text (char *text)
{
  if (text == NULL)
    return;

  sodium_memzero (text, strlen (text));
  g_free (text);
}
