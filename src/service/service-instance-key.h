/* service-instance-key.h - the store key of a running service: when it is looked for, and what hears of it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Loads the store key where there is none yet, at most once a second; calls back either way: service_key_get_trouble()
 * says. */
void     service_instance_load_key_async      (ServiceInstance *self, GAsyncReadyCallback callback, gpointer user_data);
/* Key gone: puts the sealed store aside (kept) and begins an empty one with a new key. */
void     service_instance_start_afresh_async  (ServiceInstance *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean service_instance_start_afresh_finish (ServiceInstance *self, GAsyncResult *result, GError **error);

G_END_DECLS
