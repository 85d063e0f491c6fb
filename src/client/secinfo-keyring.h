/* secinfo-keyring.h - the user's keyring, through libsecret
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-secret.h"

G_BEGIN_DECLS

#define SECINFO_KEYRING_ERROR (secinfo_keyring_error_quark ())
typedef enum
{
  SECINFO_KEYRING_ERROR_LOCKED,  /* it has to be unlocked first; nothing was asked of the person */
  SECINFO_KEYRING_ERROR_ABSENT,  /* no session bus, or nobody on it answers for a keyring */
  SECINFO_KEYRING_ERROR_EXISTS,  /* create: the name is taken, and was left as it is */
  SECINFO_KEYRING_ERROR_FAILED,  /* anything else: the keyring's own words */
} SecinfoKeyringError;
GQuark secinfo_keyring_error_quark (void);

/**
 * SecinfoKeyring:
 *
 * Items of schema org.example.SecInfo, found by `name`, in the default collection. Nothing here prompts but
 * secinfo_keyring_unlock_async(). Work is done one piece after the other in a thread of its own, because a keyring may
 * take its time.
 *
 * Signal: "changed": it came, went, was locked or unlocked.
 */
#define SECINFO_TYPE_KEYRING (secinfo_keyring_get_type ())
G_DECLARE_FINAL_TYPE (SecinfoKeyring, secinfo_keyring, SECINFO, KEYRING, GObject)

SecinfoKeyring *secinfo_keyring_new           (void) G_GNUC_WARN_UNUSED_RESULT;
/* %NULL without @error: the keyring answers, and has no such item. */
void            secinfo_keyring_lookup_async  (SecinfoKeyring *self, const char *name, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
SecinfoSecret  *secinfo_keyring_lookup_finish (SecinfoKeyring *self, GAsyncResult *result, GError **error);
/* @overwrite FALSE: EXISTS where the name is taken. */
void            secinfo_keyring_store_async   (SecinfoKeyring *self, const char *name, SecinfoSecret *value,
                                               gboolean overwrite, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
gboolean        secinfo_keyring_store_finish  (SecinfoKeyring *self, GAsyncResult *result, GError **error);
/* No such item: done. */
void            secinfo_keyring_remove_async  (SecinfoKeyring *self, const char *name, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
gboolean        secinfo_keyring_remove_finish (SecinfoKeyring *self, GAsyncResult *result, GError **error);
/* Shows the desktop's own prompt: for its password, or for a new one where there is no keyring yet. LOCKED where it was
 * put away. */
void            secinfo_keyring_unlock_async  (SecinfoKeyring *self, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
gboolean        secinfo_keyring_unlock_finish (SecinfoKeyring *self, GAsyncResult *result, GError **error);

G_END_DECLS
