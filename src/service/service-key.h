/* service-key.h - the store key, and what is made with it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-secret.h"

G_BEGIN_DECLS

#define SERVICE_KEY_ERROR (service_key_error_quark ())
typedef enum
{
  SERVICE_KEY_ERROR_LOCKED,      /* keyring-locked */
  SERVICE_KEY_ERROR_GONE,        /* keyring-gone: the keyring answers, but has no or another key, and a store exists */
  SERVICE_KEY_ERROR_ABSENT,      /* keyring-absent: nobody answers */
  SERVICE_KEY_ERROR_UNREADABLE,  /* a sealed value does not open: another key, or damage */
} ServiceKeyError;
GQuark service_key_error_quark (void);

/* 32 random bytes, subkeys by crypto_kdf. After a successful load it is immutable; usable from any thread (locked
 * inside). */
typedef struct _ServiceKey ServiceKey;

typedef enum { SERVICE_KEY_SEAL, SERVICE_KEY_LOOKUP, SERVICE_KEY_CHECK, SERVICE_KEY_REPLAY } ServiceKeyUse;

/* Private: over the keyring socket pair @keyring_fd (src/DESIGN.md, Wires inside; -1: none, always ABSENT). The check
 * value of the key lies in the store: another key than the one the store was made with is GONE, never overwritten. */
ServiceKey *service_key_new_private    (int keyring_fd);
/* System: $CREDENTIALS_DIRECTORY/store-key, else @path (0600, made where absent). Where neither is what the store was
 * made with, that key is lost: another one that is there, or a new one, takes its place, what was sealed before is
 * UNREADABLE, and opens again once the old key is back beside the new one. */
ServiceKey *service_key_new_system     (const char *path);
void        service_key_free           (ServiceKey *self);
/* Asks again; @store_check (nullable): the 32-byte check value the store has, NULL where the store is new (then a key
 * is made). */
void        service_key_load_async     (ServiceKey *self, GBytes *store_check, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
gboolean    service_key_load_finish    (ServiceKey *self, GAsyncResult *result, GError **error);
/* NULL where loaded; else why not (SERVICE_KEY_ERROR). Transfer full. */
GError     *service_key_get_trouble    (ServiceKey *self) G_GNUC_WARN_UNUSED_RESULT;
GBytes     *service_key_get_check      (ServiceKey *self);   /* (nullable) what the store keeps to know its key again */
/* Start afresh, once the caller has put the old store aside: a key that the keyring does hold is used as it is (it may
 * open another store), else one is made. */
void        service_key_renew_async    (ServiceKey *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean    service_key_renew_finish   (ServiceKey *self, GAsyncResult *result, GError **error);
/* Called on the main loop when the keyring's state changed by itself (unlocked…). */
void        service_key_set_changed    (ServiceKey *self, void (*changed) (gpointer), gpointer data);
/* Private: called once on the main loop when the other end of the keyring pair is gone; a private secinfod then
 * ends. */
void        service_key_set_closed     (ServiceKey *self, void (*closed) (gpointer), gpointer data);

/* XChaCha20-Poly1305, random nonce first, @aad binds the value to its place ("contact:ID:value"). NULL: no key. */
/* @length -1: NUL-terminated. */
GBytes     *service_key_seal           (ServiceKey *self, const char *text, gssize length, const char *aad,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
SecinfoSecret *service_key_open        (ServiceKey *self, GBytes *sealed, const char *aad,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* "contact" and @text hashed with the key that the store had before. FALSE: there is none. */
gboolean    service_key_lookup_older   (ServiceKey *self, const char *text, guint8 hash[32]);
/* Keyed BLAKE2b, 32 bytes, over @use and the NULL-terminated parts (length-prefixed). FALSE: no key. */
gboolean    service_key_hash           (ServiceKey *self, ServiceKeyUse use, guint8 hash[32], GError **error,
                                        ...) G_GNUC_NULL_TERMINATED;

/* A private instance's other secrets (gateway credentials) in the same keyring: one item a gateway. System instance:
 * G_IO_ERROR_NOT_SUPPORTED, they are sealed in the store instead. */
void           service_key_secret_get_async    (ServiceKey *self, const char *name, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
SecinfoSecret *service_key_secret_get_finish   (ServiceKey *self, GAsyncResult *result, GError **error);
void           service_key_secret_set_async    (ServiceKey *self, const char *name,
                                                SecinfoSecret *secret /* (nullable): removes */,
                                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                                gpointer user_data);
gboolean       service_key_secret_set_finish   (ServiceKey *self, GAsyncResult *result, GError **error);
gboolean       service_key_is_private          (ServiceKey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceKey, service_key_free)

G_END_DECLS
