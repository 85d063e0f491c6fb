/* service-descriptions.h - gateways of one's own, as their descriptions
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"

G_BEGIN_DECLS

#define SERVICE_DESCRIPTIONS_BYTES_MAX 16000   /* quoted as JSON it still goes into one datagram of the courier's */
#define SERVICE_DESCRIPTIONS_MAX       64

/* They lie as gateways/NAME.json in the state folder, and the courier, which keeps nothing, is given them each time it
 * is connected. At the start, before its first word. */
void  service_descriptions_load          (ServiceInstance *instance);
/* @text: what a file says, handed to the courier first, which says what is wrong with it. It takes the place of the one
 * with the same name; it is on the disk when it is called back. */
void  service_descriptions_import_async  (ServiceInstance *instance, const char *text, GAsyncReadyCallback callback,
                                          gpointer user_data);
/* (transfer full): its name. NULL without @error: @reason (out) (transfer full) says the line and what is wrong;
 * G_IO_ERROR_NOT_CONNECTED: the courier is gone; else it could not be written. */
char *service_descriptions_import_finish (GAsyncResult *result, char **reason, GError **error);
/* Of one that is kept: its file, then what the courier knows of it. What it took the place of is back. */
void     service_descriptions_remove_async  (ServiceInstance *instance, const char *name, GAsyncReadyCallback callback,
                                             gpointer user_data);
gboolean service_descriptions_remove_finish (GAsyncResult *result, GError **error);

G_END_DECLS
