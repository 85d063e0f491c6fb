/* secinfo-problem.h - the catalogue of what the service says no with
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-json.h"

G_BEGIN_DECLS

/* UI.md section 17. Append, never renumber. */
typedef enum
{
  SECINFO_PROBLEM_UNKNOWN = 0,         /* a type that this build does not know: show its detail */
  SECINFO_PROBLEM_BODY_NOT_VALID,
  SECINFO_PROBLEM_ADDRESS_NOT_VALID,
  SECINFO_PROBLEM_PASSWORD_WRONG,
  SECINFO_PROBLEM_ELEVATION_NEEDED,
  SECINFO_PROBLEM_CODE_WRONG,
  SECINFO_PROBLEM_CODE_EXPIRED,
  SECINFO_PROBLEM_CODE_USED,
  SECINFO_PROBLEM_CODE_USED_UP,
  SECINFO_PROBLEM_TOO_MANY_TRIES,
  SECINFO_PROBLEM_TOO_SOON,
  SECINFO_PROBLEM_TOO_MANY_CODES,
  SECINFO_PROBLEM_BUSY,
  SECINFO_PROBLEM_CONTACT_EXISTS,
  SECINFO_PROBLEM_CONTACTS_FULL,
  SECINFO_PROBLEM_RESTORE_OVER,
  SECINFO_PROBLEM_ACCOUNT_MANAGED,
  SECINFO_PROBLEM_NO_PASSWORD,
  SECINFO_PROBLEM_NOT_POSSIBLE_HERE,
  SECINFO_PROBLEM_NO_GATEWAY,
  SECINFO_PROBLEM_GATEWAY_DOWN,
  SECINFO_PROBLEM_GATEWAY_REFUSED,
  SECINFO_PROBLEM_SETTINGS_NOT_VALID,
  SECINFO_PROBLEM_NOT_ALLOWED,
  SECINFO_PROBLEM_STORE_LOCKED,
  SECINFO_PROBLEM_STORAGE_FULL,
  SECINFO_PROBLEM_CONFLICT,
  SECINFO_PROBLEM_NOT_FOUND,
  SECINFO_PROBLEM_NOT_YOU,
  SECINFO_PROBLEM_TOO_LARGE,
  SECINFO_PROBLEM_METHOD_NOT_ALLOWED,
  SECINFO_PROBLEM_INTERNAL,
  SECINFO_PROBLEM_ACCOUNT_SUSPENDED,   /* not in UI.md 17: an account put aside (other mark); see DESIGN section 2 */
  SECINFO_PROBLEM_NO_SERVICE,          /* client only: nobody behind the socket, or not root's or secinfo's */
  SECINFO_PROBLEM_BAD_ANSWER,          /* client only: the answer was not what /v1 promises */
  SECINFO_PROBLEM_LABEL_WRONG,
  SECINFO_PROBLEM_PASSWORD_REFUSED,
  SECINFO_N_PROBLEMS
} SecinfoProblemType;

const char         *secinfo_problem_type_to_string   (SecinfoProblemType type);   /* "code-wrong" */
SecinfoProblemType  secinfo_problem_type_from_string (const char *type);          /* with or without "/problems/" */
guint               secinfo_problem_type_to_status   (SecinfoProblemType type);   /* HTTP */

/* A problem on its way: type and members (a json object, retry_at in it where waiting helps). */
typedef struct _SecinfoProblem SecinfoProblem;

SecinfoProblem     *secinfo_problem_new         (SecinfoProblemType    type) G_GNUC_WARN_UNUSED_RESULT;
SecinfoProblem     *secinfo_problem_ref         (SecinfoProblem       *self);
void                secinfo_problem_unref       (SecinfoProblem       *self);
/* Setters for the service, before anybody else has a reference. They return @self. */
SecinfoProblem     *secinfo_problem_set_string  (SecinfoProblem *self, const char *name, const char *value);
SecinfoProblem     *secinfo_problem_set_integer (SecinfoProblem *self, const char *name, gint64 value);
SecinfoProblem     *secinfo_problem_set_json    (SecinfoProblem *self, const char *name,
                                                 json_t *value /* (transfer full) */);
SecinfoProblem     *secinfo_problem_set_time    (SecinfoProblem *self, const char *name, gint64 seconds);
/* member retry_at, header Retry-After */
SecinfoProblem     *secinfo_problem_set_retry_at (SecinfoProblem *self, gint64 seconds);

SecinfoProblemType  secinfo_problem_get_kind    (SecinfoProblem *self);
gint64              secinfo_problem_get_retry_at (SecinfoProblem *self);                   /* Unix seconds, 0 = none */
/* (transfer none), an object */
json_t             *secinfo_problem_get_members (SecinfoProblem *self);
/* The sentence of UI.md section 17 with its figures put in, in the language of the process. Transfer full. */
char               *secinfo_problem_to_words    (SecinfoProblem *self) G_GNUC_WARN_UNUSED_RESULT;
/* application/problem+json: type, title, status, detail, members. Transfer full. */
json_t             *secinfo_problem_to_json     (SecinfoProblem *self) G_GNUC_WARN_UNUSED_RESULT;
/* From an answer; an unknown type keeps its detail for to_words(). Never NULL. */
SecinfoProblem     *secinfo_problem_from_json   (json_t *answer, guint status) G_GNUC_WARN_UNUSED_RESULT;

/* As a GError (domain SECINFO_PROBLEM, code = type, message = the words), the client's one error domain. */
#define SECINFO_PROBLEM (secinfo_problem_quark ())
GQuark              secinfo_problem_quark       (void);
GError             *secinfo_problem_to_error    (SecinfoProblem *self) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable) (transfer none) */
SecinfoProblem     *secinfo_problem_from_error  (const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecinfoProblem, secinfo_problem_unref)

G_END_DECLS
