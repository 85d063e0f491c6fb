/* app-trouble-page.h - what the window shows when it has no account to show
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-trouble-form.h"

G_BEGIN_DECLS

#define APP_TYPE_TROUBLE_PAGE (app_trouble_page_get_type ())
G_DECLARE_FINAL_TYPE (AppTroublePage, app_trouble_page, APP, TROUBLE_PAGE, AdwBin)

/* The suggested button takes the focus when @focus is set: another trouble than before. */
void app_trouble_page_set_text (AppTroublePage   *self,
                                const AppTrouble *text,
                                gboolean          focus);

G_END_DECLS
