/* app-security-page.h - Preferences: the way back in, and the rules in words
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

/* Signals: "erase": one's own data are to be erased. */
#define APP_TYPE_SECURITY_PAGE (app_security_page_get_type ())
G_DECLARE_FINAL_TYPE (AppSecurityPage, app_security_page, APP, SECURITY_PAGE, AdwPreferencesPage)

/* Once, before it is shown in an AdwPreferencesWindow. */
void app_security_page_set_client (AppSecurityPage          *self,
                                   SecinfoClient            *client);
/* What the service is, each time it said so. */
void app_security_page_take_info  (AppSecurityPage          *self,
                                   const SecinfoServiceInfo *info);

G_END_DECLS
