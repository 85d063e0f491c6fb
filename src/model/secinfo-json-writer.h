/* secinfo-json-writer.h - JSON text, written as it goes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is answered most often is written without a tree of values before it. The text is always JSON: the writer sets
 * commas and quotes, and text that is not UTF-8 becomes null. What it holds is wiped. @name: of the member; NULL for an
 * item of an array and for the whole. */
typedef struct
{
  char    *text;           /* (nullable) */
  gsize    length, size;
  gboolean next;           /* a comma has to come first */
} SecinfoJsonWriter;

void  secinfo_json_writer_clear   (SecinfoJsonWriter *self);
void  secinfo_json_writer_object  (SecinfoJsonWriter *self, const char *name);   /* begins one */
void  secinfo_json_writer_array   (SecinfoJsonWriter *self, const char *name);
void  secinfo_json_writer_end     (SecinfoJsonWriter *self);                     /* of an object */
void  secinfo_json_writer_end_array (SecinfoJsonWriter *self);
/* @text: (nullable) is null then. @length: -1 where it ends with a NUL. */
void  secinfo_json_writer_string  (SecinfoJsonWriter *self, const char *name, const char *text, gssize length);
void  secinfo_json_writer_integer (SecinfoJsonWriter *self, const char *name, gint64 number);
void  secinfo_json_writer_boolean (SecinfoJsonWriter *self, const char *name, gboolean value);
/* RFC 3339 UTC, or null where @seconds is 0. */
void  secinfo_json_writer_time    (SecinfoJsonWriter *self, const char *name, gint64 seconds);
/* @json: a value that is JSON already. */
void  secinfo_json_writer_raw     (SecinfoJsonWriter *self, const char *name, const char *json, gsize length);
/* The text so far, freed with secinfo_secret_free_text(). */
char *secinfo_json_writer_take    (SecinfoJsonWriter *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SecinfoJsonWriter, secinfo_json_writer_clear)

G_END_DECLS
