/* app-gateway-row.h - one way to send, in the settings' list
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-gateway-list.h"

G_BEGIN_DECLS

#define APP_TYPE_GATEWAY_ROW (app_gateway_row_get_type ())
G_DECLARE_FINAL_TYPE (AppGatewayRow, app_gateway_row, APP, GATEWAY_ROW, AdwActionRow)

/* Signals: "activated" (AdwActionRow's); "moved" (guint place): by Alt+Up and Alt+Down, the menu, or a drag. */
AppGatewayRow *app_gateway_row_new     (const AppGatewayItem *item);
const char    *app_gateway_row_get_id  (AppGatewayRow        *self);

G_END_DECLS
