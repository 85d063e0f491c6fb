/* app-mailbox-page.h - “Send from my own mailbox”
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-mailbox-form.h"

G_BEGIN_DECLS

#define APP_TYPE_MAILBOX_PAGE (app_mailbox_page_get_type ())
G_DECLARE_FINAL_TYPE (AppMailboxPage, app_mailbox_page, APP, MAILBOX_PAGE, AdwBin)

/* Signal: "back": it has been left. */
AppMailboxPage *app_mailbox_page_new   (AppMailboxForm *form, SecinfoClient *client, SecinfoAccount *account);
void            app_mailbox_page_focus (AppMailboxPage *self);
/* Goes back; asks first where something typed would be lost. */
void            app_mailbox_page_leave (AppMailboxPage *self);

G_END_DECLS
