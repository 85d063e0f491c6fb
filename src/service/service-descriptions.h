/* service-descriptions.h - gateways of one's own, as their descriptions
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define SERVICE_DESCRIPTIONS_BYTES_MAX 16000   /* quoted as JSON it still goes into one datagram of the courier's */
#define SERVICE_DESCRIPTIONS_MAX       64

/* They lie as gateways/NAME.json in the state folder, and the courier, which keeps nothing, is given them each time it
 * is connected. At the start, before its first word. */
void  service_descriptions_load          (ServiceInstance *instance);
/* @text: what a file says, written down, and handed to the courier, which says what is wrong with it. Nothing is in
 * force before it is placed. */
typedef struct _ServiceImport ServiceImport;
void           service_descriptions_import_async  (ServiceInstance *instance, const char *text,
                                                   GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full). NULL without @error: @reason (out) (transfer full) says the line and what is wrong;
 * G_IO_ERROR_NOT_CONNECTED: the courier is gone; else it could not be written. */
ServiceImport *service_descriptions_import_finish (GAsyncResult *result, char **reason, GError **error);
const char    *service_import_get_name            (const ServiceImport *import);
/* It takes the place of the one with the same name, on the disk, then with the courier. */
void           service_descriptions_place_async   (ServiceImport *import, GAsyncReadyCallback callback,
                                                   gpointer user_data);
gboolean       service_descriptions_place_finish  (GAsyncResult *result, GError **error);
/* What was never placed goes. */
void           service_import_unref               (ServiceImport *import);
/* Of one that is kept: its file, then what the courier knows of it. What it took the place of is back. */
void     service_descriptions_remove_async  (ServiceInstance *instance, const char *name, GAsyncReadyCallback callback,
                                             gpointer user_data);
gboolean service_descriptions_remove_finish (GAsyncResult *result, GError **error);

G_END_DECLS
