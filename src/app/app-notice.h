/* app-notice.h - a message above the pages, with at most one button and a cross
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-notice-form.h"

G_BEGIN_DECLS

#define APP_TYPE_NOTICE (app_notice_get_type ())
G_DECLARE_FINAL_TYPE (AppNotice, app_notice, APP, NOTICE, AdwBin)

/* @text (nullable): hides it. Signal "dismissed": the cross was pressed. @closable: there is one. */
void app_notice_set_text (AppNotice           *self,
                          const AppNoticeText *text,
                          gboolean             closable);

G_END_DECLS
