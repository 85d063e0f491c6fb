/* app-inbox-form.h - what the trial inbox shows
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-json.h"
#include "secinfo-secret.h"

G_BEGIN_DECLS

/* One message, immutable. Its text and code are secrets while they work, so they are no GObject properties. */
typedef struct
{
  char          *id;
  char          *title;      /* "To alex@example.org", isolated */
  char          *subtitle;   /* "Code · today at 14:03" */
  SecinfoSecret *text;
  SecinfoSecret *code;       /* (nullable) six digits, to be copied */
} AppMessage;

/* @items: what GET /v1/inbox answered; newest first is kept so. @now: Unix seconds. (transfer full), of AppMessage. */
GPtrArray  *app_inbox_form_new   (json_t     *items,
                                  gint64      now) G_GNUC_WARN_UNUSED_RESULT;
void        app_message_free     (AppMessage *self);

G_END_DECLS
