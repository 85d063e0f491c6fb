/* service-administrators.h - the accounts that administer this computer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "service-instance.h"

G_BEGIN_DECLS

/* The members of sudo, wheel and admin; in a private instance the account itself. Not root, nor who has such a group as
 * his first: as polkit sees it. */
typedef struct
{
  GPtrArray *names;    /* of accounts, 64 at most */
  GArray    *uids;     /* of uid_t, in the same order */
  gboolean   unsure;   /* the name service did not say who they all are */
} ServiceAdministrators;

/* On a thread of its own: the name service may be slow. */
void                   service_administrators_find_async  (ServiceMode mode, GAsyncReadyCallback callback,
                                                           gpointer user_data);
ServiceAdministrators *service_administrators_find_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;
void                   service_administrators_free        (ServiceAdministrators *self);

/* What one of them did: the streams of all others hear of it, and root's, who may read everything. @by knows it. */
void                   service_administrators_publish     (ServiceInstance *instance, uid_t by, const char *what,
                                                           const char *id /* (nullable) */);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceAdministrators, service_administrators_free)

G_END_DECLS
