/* app-gateway-chooser.h - which way to send is to be added
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-gateway-list.h"
#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_GATEWAY_CHOOSER (app_gateway_chooser_get_type ())
G_DECLARE_FINAL_TYPE (AppGatewayChooser, app_gateway_chooser, APP, GATEWAY_CHOOSER, AdwBin)

/* Signals: "back"; "chosen" (json_t *kind, NULL: one's own mailbox). @kinds: what GET /v1/gateway-kinds answered; what
 * is taken over from a file is put into it, and after a removal they are asked for anew. @client (nullable): neither
 * can be done. */
AppGatewayChooser *app_gateway_chooser_new   (SecinfoClient *client, json_t *kinds, AppGatewayUse use);
void               app_gateway_chooser_focus (AppGatewayChooser *self);

G_END_DECLS
