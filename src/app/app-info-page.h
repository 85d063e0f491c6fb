/* app-info-page.h - the page "Security info"
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_INFO_PAGE (app_info_page_get_type ())
G_DECLARE_FINAL_TYPE (AppInfoPage, app_info_page, APP, INFO_PAGE, AdwBin)

/* Shown from the next update on. */
void app_info_page_set_account   (AppInfoPage    *self,
                                  SecinfoClient  *client,
                                  SecinfoAccount *account);
/* The account changed. */
void app_info_page_update        (AppInfoPage    *self);
/* The window got or lost the keyboard: addresses that are shown in full do not stay so unwatched. */
void app_info_page_set_focused   (AppInfoPage    *self,
                                  gboolean        focused);
/* Puts the focus on the row of that contact, if there is one. */
void app_info_page_focus_contact (AppInfoPage    *self,
                                  const char     *id);

G_END_DECLS
