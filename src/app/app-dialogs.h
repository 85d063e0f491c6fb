/* app-dialogs.h - the dialogs that the pages open
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

/* A question or a word, of libadwaita's kind, with its heading as the window's title too: a screen reader and a list of
 * windows have nothing else. @body: as it is, without markup. Responses are added by the caller, who presents it. */
GtkWidget *app_message_dialog_new (GtkWindow  *parent,
                                   const char *heading,
                                   const char *body);

/* What no field can say: the sentence of the problem, and that nothing was changed. */
void       app_error_dialog_present (GtkWindow    *parent,
                                     const GError *error);

/* Each dialog is modal, transient for @parent, frees itself when it closes, gives the focus back to where it was, and
 * asks for "Confirm it's you" by itself (app-elevate.h). What is done is said by the action "win.toast" of @parent
 * (parameter: string, one of the toasts of the interface); the account refreshes by the service's events. */

/* Reads the templates of the dialogs that most often come next, one a call, so that the first one opens as fast as the
 * others. TRUE while there are more. */
gboolean app_dialogs_prepare   (void);
/* @change: (nullable): the contact whose address or number is to be replaced, its value filled in. */
void app_add_dialog_present    (GtkWindow          *parent,
                                SecinfoClient      *client,
                                SecinfoAccount     *account,
                                SecinfoContactKind  kind,
                                SecinfoContact     *change);
/* @contact: (nullable) with a @challenge of purpose resume; else what is to be proven or taken back.
 * @challenge: (nullable): then the running code of @contact is taken, else one is sent. */
void app_verify_dialog_present (GtkWindow          *parent,
                                SecinfoClient      *client,
                                SecinfoAccount     *account,
                                SecinfoContact     *contact,
                                SecinfoChallenge   *challenge);

G_END_DECLS
