/* app-alerts-page.h - Preferences: of what alerts tell, and where they go
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_ALERTS_PAGE (app_alerts_page_get_type ())
G_DECLARE_FINAL_TYPE (AppAlertsPage, app_alerts_page, APP, ALERTS_PAGE, AdwPreferencesPage)

/* Once, before it is shown in an AdwPreferencesWindow. */
void app_alerts_page_set_account (AppAlertsPage  *self,
                                  SecinfoClient  *client,
                                  SecinfoAccount *account);

G_END_DECLS
