/* app-contact-row.h - one contact
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-contact-form.h"

G_BEGIN_DECLS

#define APP_TYPE_CONTACT_ROW (app_contact_row_get_type ())
G_DECLARE_FINAL_TYPE (AppContactRow, app_contact_row, APP, CONTACT_ROW, AdwPreferencesRow)

/* Its menu and its button call actions of AppWindow ("win.verify", "win.change-contact", …) with the contact's id. */
AppContactRow *app_contact_row_new      (const char           *id);
const char    *app_contact_row_get_id   (AppContactRow        *self);
void           app_contact_row_set_form (AppContactRow        *self,
                                         const AppContactForm *form);
/* The control of this row that one came from, or would come to first. */
void           app_contact_row_focus    (AppContactRow        *self);

G_END_DECLS
