/* service-sign-in-gather.h - what a recovery has to know of an account before its first turn
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-account.h"
#include "service-instance.h"
#include "service-password.h"

G_BEGIN_DECLS

typedef struct
{
  ServiceAccount       *account;        /* (nullable) nobody has that name */
  gboolean              classified;
  ServicePasswordClass  class;
  gboolean              session_open;   /* also where logind does not answer */
} ServiceGathered;
void             service_gathered_free   (ServiceGathered *gathered);

/* Never fails: what could not be asked is answered on the safe side. Main loop. */
void             service_gather_async    (ServiceInstance *instance, const char *name, GAsyncReadyCallback callback,
                                          gpointer user_data);
ServiceGathered *service_gather_finish   (GAsyncResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceGathered, service_gathered_free)

G_END_DECLS
