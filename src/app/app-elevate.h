/* app-elevate.h - "Confirm it's you", for whoever needs it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

/* @confirmed: the client now has a token of the level that was asked for; FALSE: the person put the dialog away. */
typedef void (*AppElevateCallback) (gboolean confirmed,
                                    gpointer user_data);

/**
 * app_elevate_run:
 * @parent: the window that the dialog belongs to
 * @client: the service
 * @account: whose contacts can be asked
 * @level: what is needed. VERIFIED where no contact is verified needs the password alone.
 * @preferred_contact: (nullable): id of the contact that is preselected for the code
 * @done: called at most once, always later than this call returns; not at all where @parent is destroyed first
 * @destroy: (nullable): frees @user_data, always and once, after @done
 *
 * Opens the dialog only where @client does not have @level already; where it has, @done is called from an idle.
 */
void app_elevate_run (GtkWindow          *parent,
                      SecinfoClient      *client,
                      SecinfoAccount     *account,
                      SecinfoLevel        level,
                      const char         *preferred_contact,
                      AppElevateCallback  done,
                      gpointer            user_data,
                      GDestroyNotify      destroy);

G_END_DECLS
