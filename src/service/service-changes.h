/* service-changes.h - passwords that are being changed: what became of it is never left unsaid
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

/* Main loop alone but for begin() and end(). A change is in the store before secinfo-password is asked for it, and
 * stays there until what became of it is in the store too: whatever ends in between (this process, the helper, the room
 * on the disk), the contacts are told afterwards, and what was proven before it is worth nothing any more. */
/* Settles what a process that is gone left behind: perhaps changed. */
ServiceChanges *service_changes_new    (ServiceInstance *instance);
/* What is not settled by then is left to the next start. Before the store. */
void            service_changes_free   (ServiceChanges *self);

/* In the transaction before the question. Returns: (transfer full) its id. */
char           *service_changes_begin  (ServiceUse *use, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* In the transaction that writes down that it was done. */
gboolean        service_changes_end    (ServiceUse *use, const char *id, GError **error);
/* @type: the alert, "password-changed" or "password-unclear"; NULL: it was not changed, for sure. Written again and
 * again until there is room for it. */
void            service_changes_settle (ServiceChanges *self, const char *id, const char *type /* (nullable) */);

G_END_DECLS
