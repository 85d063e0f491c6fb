/* app-gateway-page.h - one way to send: health, settings, a test
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-gateway-form.h"

G_BEGIN_DECLS

#define APP_TYPE_GATEWAY_PAGE (app_gateway_page_get_type ())
G_DECLARE_FINAL_TYPE (AppGatewayPage, app_gateway_page, APP, GATEWAY_PAGE, AdwBin)

/* Signal: "back": it has been left. */
AppGatewayPage *app_gateway_page_new   (AppGatewayForm *form);
void            app_gateway_page_focus (AppGatewayPage *self);
/* Goes back; asks first where something typed would be lost. */
void            app_gateway_page_leave (AppGatewayPage *self);

G_END_DECLS
