/* app-alerts-page.h - Preferences: of what alerts tell, and where they go
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"
#include "secinfo-json.h"

G_BEGIN_DECLS

/* Signals: "add": a way to send alerts is to be set up; "open" (const char *id of such a way); "show-ways": an
 * administrator wants to see them. */
#define APP_TYPE_ALERTS_PAGE (app_alerts_page_get_type ())
G_DECLARE_FINAL_TYPE (AppAlertsPage, app_alerts_page, APP, ALERTS_PAGE, AdwPreferencesPage)

/* Once, before it is shown in an AdwPreferencesWindow. */
void app_alerts_page_set_account (AppAlertsPage  *self,
                                  SecinfoClient  *client,
                                  SecinfoAccount *account);
/* @gateways (nullable): what GET /v1/gateways answered; NULL: an administrator alone may see them. */
void app_alerts_page_take_gateways (AppAlertsPage *self,
                                    json_t        *gateways);
/* (nullable) the row of the way with that id */
GtkWidget *app_alerts_page_find_row (AppAlertsPage *self,
                                     const char    *id);

G_END_DECLS
