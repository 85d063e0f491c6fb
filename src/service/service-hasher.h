/* service-hasher.h - the slow hash of saved codes, on a thread of its own
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Argon2id, 19 MiB, two passes (DESIGN section 3): some 30 ms each. Neither the main loop nor the store's threads wait
 * for it; one thread, so that never more than 19 MiB are in use. */
typedef struct _ServiceHasher ServiceHasher;

#define SERVICE_HASHER_SALT 16
#define SERVICE_HASHER_HASH 32
#define SERVICE_HASHER_MOST 64   /* waiting; more are refused with G_IO_ERROR_BUSY */

ServiceHasher *service_hasher_new   (void);
/* Waits for the one under way. */
void           service_hasher_free  (ServiceHasher *self);
/* Of all of @codes (nullable-terminated (transfer full), wiped after it) with one salt. */
void           service_hasher_async (ServiceHasher *self, char **codes, const guint8 salt[SERVICE_HASHER_SALT],
                                     GAsyncReadyCallback callback, gpointer user_data);
/* One hash after the other; (transfer full). */
GBytes        *service_hasher_finish (ServiceHasher *self, GAsyncResult *result, GError **error);

/* The hash itself, blocking. */
gboolean       service_hasher_hash  (const char *code, const guint8 salt[SERVICE_HASHER_SALT],
                                     guint8 hash[SERVICE_HASHER_HASH]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceHasher, service_hasher_free)

G_END_DECLS
