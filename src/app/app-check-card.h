/* app-check-card.h - one card of the check-up: one sentence and one button
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-basics-form.h"

G_BEGIN_DECLS

#define APP_TYPE_CHECK_CARD (app_check_card_get_type ())
G_DECLARE_FINAL_TYPE (AppCheckCard, app_check_card, APP, CHECK_CARD, AdwBin)

void app_check_card_set_title (AppCheckCard      *self,
                               const char        *icon,
                               const char        *title);
void app_check_card_set_text  (AppCheckCard      *self,
                               const AppCardText *text);

G_END_DECLS
