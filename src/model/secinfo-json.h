/* secinfo-json.h - jansson, as this project uses it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-json-writer.h"

#include <jansson.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

#define SECINFO_JSON_ERROR (secinfo_json_error_quark ())
typedef enum
{
  SECINFO_JSON_ERROR_SYNTAX,   /* not JSON, a duplicate member, or not UTF-8 */
  SECINFO_JSON_ERROR_MEMBER,   /* a member is unknown, missing, or of the wrong type */
} SecinfoJsonError;
GQuark secinfo_json_error_quark (void);

/* What one member of a request body may be. A table ends with a name of NULL. */
typedef struct
{
  const char *name;
  json_type   type;        /* JSON_TRUE stands for both booleans */
  gboolean    required;
  guint       max;         /* most bytes of a string, most items of an array; 0 = 1024 */
  gboolean    nullable;    /* null is as good */
} SecinfoJsonMember;

/* Sets allocators that wipe on free; called once, first thing in main(), before any thread. */
void     secinfo_json_init          (void);

/* How often there was no memory for JSON. jansson goes on then with members left out: who builds an answer compares
 * before and after, and where the number has grown what lies in between is not whole. */
guint    secinfo_json_get_failures  (void);

/* @length bytes; the whole text must be one value. Rejects duplicate members. Depth at most 32. */
json_t  *secinfo_json_parse         (const char               *text,
                                     gsize                     length,
                                     GError                  **error) G_GNUC_WARN_UNUSED_RESULT;
/* Compact text, or NULL without memory; wiped and freed with secinfo_secret_free_text(). */
char    *secinfo_json_to_text       (const json_t             *value) G_GNUC_WARN_UNUSED_RESULT;

/* @value inside a text that is written as it goes; FALSE without memory. */
gboolean secinfo_json_write         (SecinfoJsonWriter        *writer,
                                     const char               *name,
                                     const json_t             *value);

/* Strict: an unknown member is an error. @member (out, optional, nullable, transfer full) names the culprit; NULL where
 * @object is none. */
gboolean secinfo_json_check         (json_t                   *object,
                                     const SecinfoJsonMember  *members,
                                     char                    **member,
                                     GError                  **error);

/* Lenient readers of answers: the default where the member is absent or of another type. */
const char *secinfo_json_get_string  (json_t *object, const char *name);                  /* (nullable) */
gint64      secinfo_json_get_integer (json_t *object, const char *name, gint64 otherwise);
gboolean    secinfo_json_get_boolean (json_t *object, const char *name, gboolean otherwise);
/* (nullable) (transfer none) */
json_t     *secinfo_json_get_object  (json_t *object, const char *name);
/* (nullable) (transfer none) */
json_t     *secinfo_json_get_array   (json_t *object, const char *name);
/* RFC 3339 -> Unix seconds; 0 = absent or null */
gint64      secinfo_json_get_time    (json_t *object, const char *name);
/* Sets @name to @text (nullable), or to null. */
void        secinfo_json_set_string  (json_t *object, const char *name, const char *text);
/* Sets @name to RFC 3339 UTC, or to null where @seconds is 0. */
void        secinfo_json_set_time    (json_t *object, const char *name, gint64 seconds);

G_END_DECLS
