/* service-outbox.h - messages on their way out
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-request.h"

G_BEGIN_DECLS

/* Main loop alone; its rows are the store's (service-store-outbox.h). Sends what is due, writes what became of it, retries
 * inside the code's life, goes on to the next gateway of the medium, publishes "challenge" events. */
typedef struct _ServiceOutbox ServiceOutbox;

ServiceOutbox *service_outbox_new      (ServiceInstance *instance);
void           service_outbox_free     (ServiceOutbox *self);
void           service_outbox_wake     (ServiceOutbox *self);
gboolean       service_outbox_is_idle  (ServiceOutbox *self);      /* nothing due within policy.idle_exit */

/* The text of a message, rendered at sending, in @language. (transfer full), wiped with secinfo_secret_free_text(). */
char          *service_outbox_render_code (SecinfoMedium medium, SecinfoPurpose purpose, const char *code,
                                           const char *language, char **subject /* (out) (transfer full) */);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceOutbox, service_outbox_free)

G_END_DECLS
