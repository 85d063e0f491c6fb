/* app-contact-actions.h - what can be done with a contact that there is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

/* Each asks for "Confirm it's you" where the service wants it, calls, and says what is done by an action of @window
 * ("win.toast", "win.removed"), or what is wrong. The list follows by the service's events, and "win.refresh". */
void app_contact_set_label  (GtkWindow      *window,
                             SecinfoClient  *client,
                             SecinfoAccount *account,
                             SecinfoContact *contact,
                             const char     *label);   /* (nullable) */
void app_contact_set_alerts (GtkWindow      *window,
                             SecinfoClient  *client,
                             SecinfoAccount *account,
                             SecinfoContact *contact,
                             gboolean        alerts);
/* Asks first where it is the last verified one. */
void app_contact_remove     (GtkWindow      *window,
                             SecinfoClient  *client,
                             SecinfoAccount *account,
                             SecinfoContact *contact);
void app_contact_take_back  (GtkWindow      *window,
                             SecinfoClient  *client,
                             SecinfoAccount *account,
                             SecinfoContact *contact);
void app_contact_still_mine (GtkWindow      *window,
                             SecinfoClient  *client,
                             SecinfoAccount *account,
                             SecinfoContact *contact);

G_END_DECLS
