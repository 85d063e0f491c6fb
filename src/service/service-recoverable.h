/* service-recoverable.h - can this account be got back into, and with how many proofs
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-password.h"
#include "service-talk.h"
#include "service-use.h"

G_BEGIN_DECLS

#define SERVICE_SWITCHED_OFF "switched-off"   /* the reason, where the rules say so */

/* DESIGN sections 2 and 3, UI.md section 12: what decides, as values. */
typedef struct
{
  ServicePasswordKind kind;
  uid_t               uid;
  uid_t               least_uid;       /* UID_MIN of login.defs */
  gboolean            administrator;
  guint               reset_conf;      /* administrators= of reset.conf: proofs, 0 = refused */
  gboolean            has_mark;
  gboolean            suspended;
  gboolean            switched_off;    /* for everybody: `way-back-in` of the rules */
  gboolean            session_open;    /* at the sign-in screen */
  guint               kinds;           /* bits of ServiceProof that there are */
  gboolean            unreadable;      /* there are contacts, and none of them can be read: the store key was lost */
} ServiceRecoverableFacts;

typedef struct
{
  const char   *reason;                /* (nullable) NULL: yes */
  guint         needed;
  ServiceWhyTwo why;
  const char   *missing;               /* (nullable) the kind that is quickest to add */
} ServiceRecoverable;

void        service_recoverable_judge       (const ServiceRecoverableFacts *facts, ServiceRecoverable *answer);
const char *service_proof_to_string         (ServiceProof proof);   /* "saved-code", "email", "phone" */

/* `administrators=` of the root-owned @path; no file, somebody else's, or anything else in it: 0. */
guint       service_recoverable_reset_conf  (const char *path, uid_t owner);
uid_t       service_recoverable_least_uid   (void);
/* Which kinds of proof the account has: saved codes that are left, verified contacts that a code could be sent to.
 * Fills in kinds and unreadable. */
gboolean    service_recoverable_kinds       (ServiceUse *use, json_t *channels, ServiceRecoverableFacts *facts,
                                             GError **error);
/* What a classification and the record say together; kinds are 0 yet. */
void        service_recoverable_fill        (ServiceRecoverableFacts *facts, const ServiceUse *use,
                                             const ServicePasswordClass *class);
/* openapi Account.recoverable; @class (nullable): private instance. */
json_t     *service_recoverable_to_json     (ServiceUse *use, json_t *channels, const ServicePasswordClass *class,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* [{service, ready}]: PAM services of sign-in screens that are there, and whether the module stands in them. */
json_t     *service_recoverable_sign_in     (const char *pam_dir) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
