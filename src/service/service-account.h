/* service-account.h - the account behind a uid
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What NSS and the home directory say; immutable, refcounted. */
typedef struct
{
  uid_t    uid;
  char    *name;          /* (not nullable) getpwuid()->pw_name */
  char    *real_name;     /* (not nullable) first field of GECOS, else the name */
  gboolean has_mark;
  guint64  mark_inode;    /* statx stx_ino of the home directory */
  gint64   mark_btime;    /* statx stx_btime, nanoseconds */
} ServiceAccount;

ServiceAccount  *service_account_ref   (ServiceAccount *self);
void             service_account_unref (ServiceAccount *self);

/* Blocks for as long as the name service likes: for a thread. */
gboolean         service_account_find_uid (const char *name, uid_t *uid);

/* Worker threads with a cache of 10 s, emptied when /etc/passwd changes; NSS may block (sssd), the main loop and those
 * who ask for other uids do not. Who waits for 5 s gets G_IO_ERROR_TIMED_OUT. */
typedef struct _ServiceAccounts ServiceAccounts;

ServiceAccounts *service_accounts_new           (void);
void             service_accounts_free          (ServiceAccounts *self);
void             service_accounts_lookup_async  (ServiceAccounts *self, uid_t uid, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full), or NULL: G_IO_ERROR_NOT_FOUND = no such uid. The GTask's source object is NULL. */
ServiceAccount  *service_accounts_lookup_finish (ServiceAccounts *self, GAsyncResult *result, GError **error);
/* From the cache alone; (nullable) (transfer full). */
ServiceAccount  *service_accounts_peek          (ServiceAccounts *self, uid_t uid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceAccount, service_account_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceAccounts, service_accounts_free)

G_END_DECLS
