/* app-notice-form.h - the one message above the pages
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

typedef enum { APP_NOTICE_PLAIN, APP_NOTICE_WARNING, APP_NOTICE_ERROR } AppNoticeKind;

/* Texts are translated. */
typedef struct
{
  AppNoticeKind kind;
  const char   *icon;
  const char   *title;
  char         *text;
  const char   *button;   /* (nullable) with a mnemonic */
  const char   *action;   /* (nullable) full name, "win.inbox" */
  char         *key;      /* what it speaks of; another key is another notice, which is shown though one was put away */
} AppNoticeText;

/* All that could be said now, most urgent first. @info: (nullable). Times in Unix seconds. */
GPtrArray *app_notice_list  (SecinfoAccount           *account,
                             const SecinfoServiceInfo *info,
                             gint64                    now) G_GNUC_WARN_UNUSED_RESULT;
void       app_notice_text_free (AppNoticeText        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppNoticeText, app_notice_text_free)

G_END_DECLS
