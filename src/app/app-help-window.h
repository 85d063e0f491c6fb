/* app-help-window.h - the help: articles, searchable
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "app-help-form.h"

G_BEGIN_DECLS

#define APP_TYPE_HELP_WINDOW (app_help_window_get_type ())
G_DECLARE_FINAL_TYPE (AppHelpWindow, app_help_window, APP, HELP_WINDOW, AdwWindow)

/* One for each main window, which is @over or what @over belongs to; it stays beside a modal dialog, and both can be
 * used. @article: (nullable): its name, or the list where that is what there is room for. */
void app_help_present    (GtkWindow      *over,
                          const char     *article);
/* F1 in windows of that class opens @article. */
void app_help_bind_class (GtkWidgetClass *klass,
                          const char     *article);

G_END_DECLS
