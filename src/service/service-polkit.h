/* service-polkit.h - may this caller administer SecInfo: asked every time, never kept
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-caller.h"

G_BEGIN_DECLS

#define SERVICE_POLKIT_MANAGE_DELIVERY "org.example.SecInfo.manage-delivery"
#define SERVICE_POLKIT_MANAGE_POLICY   "org.example.SecInfo.manage-policy"
#define SERVICE_POLKIT_MANAGE_ACCOUNTS "org.example.SecInfo.manage-accounts"

/* System instance. (A private one's owner is its administrator; nobody is asked there.) May wait for a person who types
 * a password, two minutes at most; cancelling takes the question back. Main loop alone. */
void     service_polkit_check_async  (ServiceCaller *caller, const char *action, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* FALSE: no, with G_IO_ERROR_PERMISSION_DENIED; so is a bus or a polkit that cannot be reached. */
gboolean service_polkit_check_finish (GAsyncResult *result, GError **error);

G_END_DECLS
