/* app-description-form.h - descriptions of one's own, taken over from a file and removed, without GTK
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"
#include "secinfo-json.h"

G_BEGIN_DECLS

/* Signals: "changed"; "imported" (json_t *kind); "removed" (const char *name of the kind, json_t *those that
 * there are now, NULL: that is not known). */
#define APP_TYPE_DESCRIPTION_FORM (app_description_form_get_type ())
G_DECLARE_FINAL_TYPE (AppDescriptionForm, app_description_form, APP, DESCRIPTION_FORM, GObject)

/* @client (nullable): a form that only shows. */
AppDescriptionForm *app_description_form_new           (SecinfoClient *client) G_GNUC_WARN_UNUSED_RESULT;
gboolean            app_description_form_is_busy       (AppDescriptionForm *self);
/* (nullable) what is wrong with the last file, with its name and the line, or why a kind stays. */
const char         *app_description_form_get_problem   (AppDescriptionForm *self);
void                app_description_form_import        (AppDescriptionForm *self, GFile *file);
/* @kind: openapi GatewayKind */
void                app_description_form_remove        (AppDescriptionForm *self, json_t *kind);
/* What the service answered; either is NULL. */
void                app_description_form_take_imported (AppDescriptionForm *self, json_t *kind, const GError *error);

G_END_DECLS
