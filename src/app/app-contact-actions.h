/* app-contact-actions.h - what can be done with a contact that there is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app-window.h"

G_BEGIN_DECLS

/* Each asks for "Confirm it's you" where the service wants it, calls, and says what is done in a toast of @window, or
 * what is wrong. The list follows by the service's events. */
void app_contact_set_label  (AppWindow      *window,
                             SecinfoContact *contact,
                             const char     *label);   /* (nullable) */
void app_contact_set_alerts (AppWindow      *window,
                             SecinfoContact *contact,
                             gboolean        alerts);
/* Asks first where it is the last verified one. */
void app_contact_remove     (AppWindow      *window,
                             SecinfoContact *contact);
void app_contact_take_back  (AppWindow      *window,
                             SecinfoContact *contact);
void app_contact_still_mine (AppWindow      *window,
                             SecinfoContact *contact);

G_END_DECLS
