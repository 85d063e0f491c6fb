/* service-outbox.h - messages on their way out
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-request.h"
#include "service-store.h"

G_BEGIN_DECLS

/* Main loop alone; its rows are the store's (service-store-outbox.h). Sends what is due, writes what became of it,
 * retries inside the code's life, goes on to the next gateway of the medium, publishes "challenge" events. */
typedef struct _ServiceOutbox ServiceOutbox;

ServiceOutbox *service_outbox_new      (ServiceInstance *instance);
void           service_outbox_free     (ServiceOutbox *self);
/* Looks now for what is due; safe to call at any time. @self (nullable): the service ends. */
void           service_outbox_wake     (ServiceOutbox *self);
/* The store key is at hand, perhaps another one than before: what waits for it is tried now. */
void           service_outbox_key_came (ServiceOutbox *self);
/* A code was queued, nothing else has changed: where all that is due waits for the courier anyway, no row is read.
 * @self (nullable). */
void           service_outbox_wake_new (ServiceOutbox *self);
/* A way to send was perhaps written: what was known of all of them is not any more. */
void           service_outbox_gateways_changed (ServiceOutbox *self);
gboolean       service_outbox_is_idle  (ServiceOutbox *self);      /* nothing due within policy.idle_exit */

/* The text of a message, rendered at sending, in @language. (transfer full), wiped with secinfo_secret_free_text(). */
char          *service_outbox_render_code (SecinfoMedium medium, SecinfoPurpose purpose, const char *code,
                                           const char *language, char **subject /* (out) (transfer full) */);

/* Health of a gateway as the outbox writes it: bad-config -> ready FALSE, trouble "bad-config", down_since, until it
 * takes a message, or its settings are changed (the route then sets ready TRUE, trouble NULL, down_since 0). The
 * message that it refused does not go there again; others do, after those that are ready, for it may have been the
 * message's own matter. Of one account's messages only the first counts as its failure. No answer -> trouble
 * "unreachable", down_since, and ready FALSE once that lasts 10 min (gateway-down): still tried by every message (that
 * is how it comes back), but last. Five failures in a row (no answer, nobody knows, 5xx, 429, 421, wrong settings)
 * break its circuit: it rests for a minute, then for two, four, at most fifteen, tried by one message after each; a
 * Retry-After of such an answer is a rest too. While it rests the next one is tried; where there is none, messages wait
 * for the end of it; where its settings are wrong, codes do not. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceOutbox, service_outbox_free)

G_END_DECLS
