/* secinfo-client-private.h - what the files of one call stand on
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "secinfo-client.h"
#include "secinfo-event-parser.h"

G_BEGIN_DECLS

/* More than any answer of /v1 has; a service that sends more is not ours. Bytes. */
#define SECINFO_CLIENT_ANSWER_MAX (4 * 1024 * 1024)

typedef struct _SecinfoStream SecinfoStream;

struct _SecinfoClient
{
  GObject         parent_instance;

  SoupSession    *session;         /* (not nullable) */
  char           *socket_path;     /* (not nullable) */
  gboolean        is_system;       /* the system's own socket: only root or `secinfo` may answer there */
  GHashTable     *trusted;         /* guint64 connection ids whose peer was looked at (not nullable) */

  SecinfoSecret  *token;           /* (nullable) */
  SecinfoLevel    level;           /* of @token */
  gint64          level_until;     /* Unix seconds */
  guint           level_source;

  SecinfoStream  *stream;          /* (nullable) the wish to have one */
};

/* A 2xx answer; @answer is NULL where the body was empty. Returns the task. */
typedef void (*SecinfoAnswerFunc) (GTask *task, guint status, json_t *answer);

/* Sends @method @path and gives what comes back to @read, or fails @task. Waits and repeats where the service is busy.
 * @task, @path and @body (nullable; wiped) are (transfer full); @key (nullable) is the Idempotency-Key. */
void     secinfo_client_call             (GTask *task, const char *method, char *path, json_t *body, const char *key,
                                          SecinfoAnswerFunc read);
/* The same with a body that must be there: NULL (text that is not UTF-8 cannot be packed) fails the task. */
void     secinfo_client_call_with        (GTask *task, const char *method, char *path, json_t *body, const char *key,
                                          SecinfoAnswerFunc read);
/* "/v1/account/contacts/" + id, escaped + "/restore" */
char    *secinfo_client_path             (const char *before, const char *id,
                                          const char *after) G_GNUC_WARN_UNUSED_RESULT;
/* A message as every call sends it: path, token, and the peer looked at before a byte leaves. Cancels @guard if it is a
 * stranger. */
SoupMessage *secinfo_client_message      (SecinfoClient *self, const char *method, const char *path,
                                          GCancellable *guard) G_GNUC_WARN_UNUSED_RESULT;
GError  *secinfo_client_bad_answer       (void) G_GNUC_WARN_UNUSED_RESULT;
/* The token in an Elevation object; FALSE where it is not one. */
gboolean secinfo_client_take_elevation   (SecinfoClient *self, json_t *elevation);
/* The service said that this level is not there: what is remembered was too much. */
void     secinfo_client_lower_to         (SecinfoClient *self, SecinfoLevel level);

void     secinfo_client_return_true      (GTask *task, guint status, json_t *answer);
void     secinfo_client_return_contact   (GTask *task, guint status, json_t *answer);
void     secinfo_client_return_challenge (GTask *task, guint status, json_t *answer);
void     secinfo_client_return_object    (GTask *task, guint status, json_t *answer);
void     secinfo_client_return_items     (GTask *task, guint status, json_t *answer);
gboolean secinfo_client_finish_boolean   (SecinfoClient *self, GAsyncResult *result, GError **error);
gpointer secinfo_client_finish_pointer   (SecinfoClient *self, GAsyncResult *result, GError **error);
/* A task in the one shape; @tag is the _async function. */
GTask   *secinfo_client_task             (SecinfoClient *self, gpointer tag,
                                          SECINFO_CALL_TAIL) G_GNUC_WARN_UNUSED_RESULT;

gboolean secinfo_client_trusts_uid       (SecinfoClient *self, gint64 uid);   /* -1 = not known */

void     secinfo_stream_free             (SecinfoStream *stream);
/* Signals, from secinfo-client.c. */
void     secinfo_client_emit_event       (SecinfoClient *self, const char *what, const char *id);
void     secinfo_client_emit_stream      (SecinfoClient *self, gboolean open);

/* The two words of the API for a kind, without libsecinfo-address, which brings libphonenumber along. */
static inline const char *
secinfo_client_kind_to_word (SecinfoContactKind kind)
{
  return kind == SECINFO_CONTACT_PHONE ? "phone" : "email";
}

static inline gboolean
secinfo_client_kind_from_word (const char *word, SecinfoContactKind *kind)
{
  *kind = g_strcmp0 (word, "phone") == 0 ? SECINFO_CONTACT_PHONE : SECINFO_CONTACT_EMAIL;
  return *kind == SECINFO_CONTACT_PHONE || g_strcmp0 (word, "email") == 0;
}

G_END_DECLS
