/* gateway-hide.h - what was told in confidence stays out of what is shown
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway.h"

G_BEGIN_DECLS

/* Puts … in the place of whatever @message holds in confidence: address, text and settings, as they are and as they
 * go over a wire (percent, form, JSON, XML, base64 with whatever stands around it); of the secret ones, and of what
 * gateway_message_confide() was given, every run of 8 bytes too. @groups: as of gateway_text_hide_digits(). */
void gateway_hide (GString *words, const GatewayMessage *message, gboolean groups);

G_END_DECLS
