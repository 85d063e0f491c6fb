/* app-info-form.h - the state of the page "Security info"
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app-contact-form.h"

G_BEGIN_DECLS

/* Addresses are hidden again this long after the window lost the focus. Seconds. */
#define APP_INFO_UNFOCUSED_LIMIT 60

typedef struct _AppInfoForm AppInfoForm;

AppInfoForm    *app_info_form_new            (SecinfoAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void            app_info_form_free           (AppInfoForm    *self);

/* Showing in full: on from the moment the person pressed the eye and confirmed, until @until (Unix seconds: the end of
 * that confirmation) or the window was without focus for a minute. */
void            app_info_form_reveal         (AppInfoForm    *self,
                                              gint64          until);
void            app_info_form_hide           (AppInfoForm    *self);
void            app_info_form_set_focused    (AppInfoForm    *self,
                                              gboolean        focused,
                                              gint64          now);
gboolean        app_info_form_is_revealed    (AppInfoForm    *self,
                                              gint64          now);

/* (transfer full); NULL past the end. @removed: of those that can be taken back. */
AppContactForm *app_info_form_get_row        (AppInfoForm    *self,
                                              gboolean        removed,
                                              guint           position,
                                              gint64          now) G_GNUC_WARN_UNUSED_RESULT;
/* "1 contact, for 7 days"; NULL: there is nothing to take back. Transfer full. */
char           *app_info_form_get_removed    (AppInfoForm    *self) G_GNUC_WARN_UNUSED_RESULT;
/* Can one more be added? Else @why (out) (nullable) (optional) is a sentence that says why not, static. */
gboolean        app_info_form_can_add        (SecinfoAccount *account,
                                              const char    **why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppInfoForm, app_info_form_free)

G_END_DECLS
