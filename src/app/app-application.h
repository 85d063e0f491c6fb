/* app-application.h - the program: its options and its one window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define APP_TYPE_APPLICATION (app_application_get_type ())
G_DECLARE_FINAL_TYPE (AppApplication, app_application, APP, APPLICATION, AdwApplication)

AppApplication *app_application_new          (void) G_GNUC_WARN_UNUSED_RESULT;

/* Before there is any other thread. */
void            app_application_choose_theme (void);

G_END_DECLS
