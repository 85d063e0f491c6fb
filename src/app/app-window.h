/* app-window.h - the main window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_WINDOW (app_window_get_type ())
G_DECLARE_FINAL_TYPE (AppWindow, app_window, APP, WINDOW, AdwApplicationWindow)

/* @is_private: an instance of one's own, which is started where none answers. The window presents itself,
 * with the first answer, or after a tenth of a second. */
AppWindow      *app_window_new          (GtkApplication *application,
                                         SecinfoClient  *client,
                                         gboolean        is_private);
SecinfoClient  *app_window_get_client   (AppWindow      *self);   /* (transfer none) */
SecinfoAccount *app_window_get_account  (AppWindow      *self);   /* (transfer none) */
/* Asks for the account anew; several calls at once are one. */
void            app_window_refresh      (AppWindow      *self);
void            app_window_add_toast    (AppWindow      *self,
                                         AdwToast       *toast);  /* (transfer full) */
/* "info" or "basics" */
void            app_window_show_page    (AppWindow      *self,
                                         const char     *name);
/* The row of that contact on the page "Security info" gets the focus. */
void            app_window_show_contact (AppWindow      *self,
                                         const char     *id);

/* In app-window-actions.c: the actions in group "win". */
void            app_window_class_install_actions (GtkWidgetClass *klass);

G_END_DECLS
