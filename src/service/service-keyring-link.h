/* service-keyring-link.h - secinfod's end of the pair to the keyring bridge
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-secret.h"

G_BEGIN_DECLS

/* SEQPACKET, one JSON object a datagram (src/DESIGN.md, Wires inside). Main loop alone. */
typedef struct _ServiceKeyringLink ServiceKeyringLink;

/* Takes @fd. */
ServiceKeyringLink *service_keyring_link_new         (int fd) G_GNUC_WARN_UNUSED_RESULT;
/* What is under way is answered ABSENT. */
void                service_keyring_link_free        (ServiceKeyringLink *self);
/* @changed: the keyring was unlocked or came back. @closed: once, when the other end is gone. */
void                service_keyring_link_set_changed (ServiceKeyringLink *self, void (*changed) (gpointer),
                                                      gpointer data);
void                service_keyring_link_set_closed  (ServiceKeyringLink *self, void (*closed) (gpointer),
                                                      gpointer data);
/* Seconds until the other end counts as absent; 25 where it was not said (a keyring may ask the person to unlock it).
 * */
void                service_keyring_link_set_timeout (ServiceKeyringLink *self, guint seconds);

/* @op: "get", "set", "remove" or "create" (fails where there is one). @value (nullable): for set and create. */
void                service_keyring_link_call_async  (ServiceKeyringLink *self, const char *op, const char *name,
                                                      SecinfoSecret *value,
                                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                                      gpointer user_data);
/* TRUE: answered ok, or that there is none (@value (out) (nullable) (transfer full) is then NULL).
 * @self is not looked at: it may be gone. FALSE: SERVICE_KEY_ERROR_LOCKED; _ABSENT where nobody answers, or it failed.
 * */
gboolean            service_keyring_link_call_finish (ServiceKeyringLink *self, GAsyncResult *result,
                                                      SecinfoSecret **value, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceKeyringLink, service_keyring_link_free)

G_END_DECLS
