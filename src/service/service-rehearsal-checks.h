/* service-rehearsal-checks.h - what a rehearsal found out
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

/* What there is, as values. */
typedef struct
{
  json_t   *recoverable;     /* openapi Account.recoverable */
  json_t   *channels;        /* openapi Account.channels */
  gboolean  is_private;
  gboolean  reachable;       /* the sign-in screen's socket is where it belongs */
  gboolean  has_saved_set;
  guint     saved_left;
  guint     verified[2];     /* contacts, by SecinfoContactKind */
} ServiceRehearsalFound;

/* openapi RehearsalCheck, what is to mend first; in the language that is pushed. @works (out): on the day it is needed
 * it goes like this. A kind of proof that is not there is said, but only too few of them keep it from working. */
json_t  *service_rehearsal_checks (const ServiceRehearsalFound *found, gboolean *works) G_GNUC_WARN_UNUSED_RESULT;
/* Saved codes and contacts of the account; the rest is the caller's. */
gboolean service_rehearsal_find   (ServiceUse *use, ServiceRehearsalFound *found, GError **error);

G_END_DECLS
