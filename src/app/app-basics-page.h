/* app-basics-page.h - the page "Security basics"
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

#define APP_TYPE_BASICS_PAGE (app_basics_page_get_type ())
G_DECLARE_FINAL_TYPE (AppBasicsPage, app_basics_page, APP, BASICS_PAGE, AdwBin)

/* Shown from the next update on. */
void app_basics_page_set_account (AppBasicsPage  *self,
                                  SecinfoAccount *account);
/* The account changed. */
void app_basics_page_update      (AppBasicsPage  *self);

G_END_DECLS
