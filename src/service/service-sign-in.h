/* service-sign-in.h - the socket of the sign-in screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"

G_BEGIN_DECLS

/**
 * ServiceSignIn:
 *
 * SEQPACKET, fixed fields (model/wire/secinfo-wire.h), root's peers alone; one's own in a private instance, which has
 * it for tests only. Its sources and its pieces of work for the store go before everything else, so that a flooded API
 * keeps nobody out. When an answer leaves says nothing about what there is (service-sign-in-turn.c). Main loop alone.
 */
typedef struct _ServiceSignIn ServiceSignIn;

/* @fd: listening, taken over. */
ServiceSignIn *service_sign_in_new     (ServiceInstance *instance, int fd);
void           service_sign_in_free    (ServiceSignIn *self);
/* A recovery is open, or a conversation is under way: no time to leave. */
gboolean       service_sign_in_is_busy (ServiceSignIn *self);
/* Its socket is still where the module looks; FALSE where @self (nullable) is none. */
gboolean       service_sign_in_is_reachable (ServiceSignIn *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceSignIn, service_sign_in_free)

G_END_DECLS
