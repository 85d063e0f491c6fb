/* app-gateway-form.h - one way to send: its settings, drawn from its description
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "app-gateway-list.h"
#include "secinfo-client.h"

G_BEGIN_DECLS

typedef enum
{
  APP_GATEWAY_TEXT,
  APP_GATEWAY_SECRET,    /* masked, and never read back */
  APP_GATEWAY_CHOICE,    /* one of a few */
} AppGatewayFieldKind;

typedef struct
{
  char                *name;      /* of the setting; the first field is what it is called and has "" */
  char                *label;     /* translated */
  char                *first;     /* what is filled in; empty for a secret */
  AppGatewayFieldKind  kind;
  gboolean             required;
  gboolean             saved;     /* a secret that is set already */
  const char *const   *choices;   /* APP_GATEWAY_CHOICE: values, NULL at the end */
  const char *const   *words;     /* and what they are called, not translated yet */
} AppGatewayField;

/* Signals: "changed"; "saved" (json_t *gateway: it was added or changed); "fared" (json_t *gateway: a
 * test said how it fares); "removed". */
#define APP_TYPE_GATEWAY_FORM (app_gateway_form_get_type ())
G_DECLARE_FINAL_TYPE (AppGatewayForm, app_gateway_form, APP, GATEWAY_FORM, GObject)

/* @client (nullable): a form that only shows. @kind: openapi GatewayKind; @gateway (nullable): a new one. */
AppGatewayForm        *app_gateway_form_new          (SecinfoClient *client, json_t *kind,
                                                      json_t *gateway) G_GNUC_WARN_UNUSED_RESULT;
gboolean               app_gateway_form_is_new       (AppGatewayForm *self);
gboolean               app_gateway_form_has_address  (AppGatewayForm *self);      /* a test goes to one */
const char            *app_gateway_form_get_title    (AppGatewayForm *self);      /* as it is called now */
json_t                *app_gateway_form_get_gateway  (AppGatewayForm *self);      /* (nullable) */
guint                  app_gateway_form_count        (AppGatewayForm *self);
const AppGatewayField *app_gateway_form_get_field    (AppGatewayForm *self, guint n);
void                   app_gateway_form_set_value    (AppGatewayForm *self, guint n, const char *value);
gboolean               app_gateway_form_is_dirty     (AppGatewayForm *self);
gboolean               app_gateway_form_is_busy      (AppGatewayForm *self);
gboolean               app_gateway_form_can_save     (AppGatewayForm *self);
/* (nullable); @field (out): which it is about, -1 for none of them. */
const char            *app_gateway_form_get_problem  (AppGatewayForm *self, int *field);
AppGatewayHealth      *app_gateway_form_get_health   (AppGatewayForm *self,
                                                      gint64 now) G_GNUC_WARN_UNUSED_RESULT;
/* What came of the last test; (nullable) (transfer none). */
const AppGatewayHealth *app_gateway_form_get_result  (AppGatewayForm *self);

void                   app_gateway_form_save         (AppGatewayForm *self);
void                   app_gateway_form_test         (AppGatewayForm *self, const char *to);
void                   app_gateway_form_remove       (AppGatewayForm *self);
/* What the service answered; either is NULL. */
void                   app_gateway_form_take_saved   (AppGatewayForm *self, json_t *gateway, const GError *error);
void                   app_gateway_form_take_test    (AppGatewayForm *self, json_t *answer, const GError *error);

/* What a test was refused with, in words, whose turn it is, and what the vendor said. @name: what it is called. */
AppGatewayHealth      *app_gateway_result_new        (const GError *error,
                                                      const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
