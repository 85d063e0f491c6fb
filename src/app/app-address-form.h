/* app-address-form.h - what "Add email" and "Add phone" know, without a window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-account.h"
#include "secinfo-address.h"

G_BEGIN_DECLS

typedef enum
{
  APP_HINT_INFO,
  APP_HINT_OK,
  APP_HINT_WARNING,   /* nothing that was typed is wrong: sending stays possible where there is a way to send */
  APP_HINT_ERROR,
} AppHintKind;

/* Signal "changed": one of the getters below answers differently. */
#define APP_TYPE_ADDRESS_FORM (app_address_form_get_type ())
G_DECLARE_FINAL_TYPE (AppAddressForm, app_address_form, APP, ADDRESS_FORM, GObject)

AppAddressForm     *app_address_form_new           (SecinfoAccount     *account,
                                                    SecinfoContactKind  kind,
                                                    const char         *region,   /* (nullable) of the locale */
                                                    SecinfoContact     *change)   /* (nullable) to be replaced */
                                                    G_GNUC_WARN_UNUSED_RESULT;
SecinfoContactKind  app_address_form_get_kind      (AppAddressForm     *self);
SecinfoContact     *app_address_form_get_change    (AppAddressForm     *self);    /* (nullable) (transfer none) */

/* As it stands in the field. What is right is said at once, what is missing after the pause that the window keeps. */
void                app_address_form_set_text      (AppAddressForm     *self,
                                                    const char         *text);
const char         *app_address_form_get_text      (AppAddressForm     *self);    /* trimmed */
void                app_address_form_settle        (AppAddressForm     *self);    /* the pause is over */
gboolean            app_address_form_is_settled    (AppAddressForm     *self);
void                app_address_form_set_label     (AppAddressForm     *self,
                                                    const char         *label);
const char         *app_address_form_get_label     (AppAddressForm     *self);    /* (nullable) trimmed */
const char         *app_address_form_get_region    (AppAddressForm     *self);    /* (nullable) */
/* What the service said of this very text; gone when the text changes. @in_field: another text is needed; else the same
 * one can be sent again. */
void                app_address_form_set_problem   (AppAddressForm     *self,
                                                    const char         *words,
                                                    gboolean            in_field);
void                app_address_form_set_busy      (AppAddressForm     *self,
                                                    gboolean            busy);

const char         *app_address_form_get_hint      (AppAddressForm     *self);
AppHintKind         app_address_form_get_hint_kind (AppAddressForm     *self);
/* What was typed is wrong: the field shows it. */
gboolean            app_address_form_is_wrong      (AppAddressForm     *self);
gboolean            app_address_form_can_send      (AppAddressForm     *self);
gboolean            app_address_form_is_busy       (AppAddressForm     *self);
const char         *app_hint_kind_to_icon          (AppHintKind         kind);
const char         *app_hint_kind_to_style         (AppHintKind         kind);    /* style class */

G_END_DECLS
