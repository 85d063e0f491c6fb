/* app-window-form.c - what the window shows: pages, trouble, and the one notice
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-window-form.h"

struct _AppWindowForm
{
  SecinfoAccount *account;
  gboolean        is_private;
  char           *why;         /* (nullable) */
  gboolean        has_service;
  SecinfoServiceInfo service;  /* its version and rules are not kept */
  gboolean        answered;
  GError         *error;       /* (nullable) of the last answer */

  AppTrouble     *trouble;     /* (nullable) */
  GPtrArray      *notices;     /* of AppNoticeText, most urgent first */
  GHashTable     *dismissed;   /* keys that were put away, while they are true */
};

AppWindowForm *
app_window_form_new (SecinfoAccount *account)
{
  AppWindowForm *self = g_new0 (AppWindowForm, 1);

  self->account = g_object_ref (account);
  self->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) app_notice_text_free);
  self->dismissed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
app_window_form_free (AppWindowForm *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->account);
  g_free (self->why);
  g_clear_error (&self->error);
  app_trouble_free (self->trouble);
  g_ptr_array_unref (self->notices);
  g_hash_table_unref (self->dismissed);
  g_free (self);
}

void
app_window_form_set_private (AppWindowForm *self,
                             gboolean       is_private,
                             const char    *why)
{
  char *copy = g_strdup (why);

  self->is_private = is_private;
  g_free (self->why);
  self->why = copy;
}

void
app_window_form_set_service (AppWindowForm            *self,
                             const SecinfoServiceInfo *info)
{
  self->has_service = TRUE;
  self->service = *info;
  self->service.version = NULL;
  self->service.policy = NULL;
}

void
app_window_form_set_answer (AppWindowForm *self,
                            const GError  *error)
{
  GError *copy = error != NULL ? g_error_copy (error) : NULL;

  self->answered = TRUE;
  g_clear_error (&self->error);
  self->error = copy;
}

/* A notice that is no longer true may be said again later. */
static void
forget_dismissed (AppWindowForm *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->dismissed);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      gboolean still = FALSE;

      for (guint i = 0; i < self->notices->len && !still; i++)
        still = g_str_equal (((AppNoticeText *) self->notices->pdata[i])->key, key);
      if (!still)
        g_hash_table_iter_remove (&iter);
    }
}

void
app_window_form_refresh (AppWindowForm *self,
                         gint64         now)
{
  /* What is known stays on screen while the service only asks to wait. */
  gboolean busy = g_error_matches (self->error, SECINFO_PROBLEM, SECINFO_PROBLEM_BUSY) &&
                  secinfo_account_is_loaded (self->account);

  g_clear_pointer (&self->trouble, app_trouble_free);
  if (self->error != NULL && !busy)
    self->trouble = app_trouble_new (self->error, self->is_private, self->why);
  else if (self->answered && secinfo_account_is_suspended (self->account))
    self->trouble = app_trouble_new_suspended ();

  /* With trouble nothing is known of the ways: what was put away stays so. */
  if (app_window_form_get_state (self) != APP_WINDOW_READY)
    {
      g_ptr_array_set_size (self->notices, 0);
      return;
    }
  g_ptr_array_unref (self->notices);
  self->notices = app_notice_list (self->account, self->has_service ? &self->service : NULL, now);
  forget_dismissed (self);
}

AppWindowState
app_window_form_get_state (AppWindowForm *self)
{
  if (self->trouble != NULL)
    return APP_WINDOW_TROUBLE;
  return self->answered && secinfo_account_is_loaded (self->account) ? APP_WINDOW_READY : APP_WINDOW_LOADING;
}

const AppTrouble *
app_window_form_get_trouble (AppWindowForm *self)
{
  return self->trouble;
}

const AppNoticeText *
app_window_form_get_notice (AppWindowForm *self)
{
  for (guint i = 0; i < self->notices->len; i++)
    {
      AppNoticeText *notice = self->notices->pdata[i];

      if (!g_hash_table_contains (self->dismissed, notice->key))
        return notice;
    }
  return NULL;
}

gboolean
app_window_form_has_inbox (AppWindowForm *self)
{
  return self->has_service && self->service.has_inbox;
}

void
app_window_form_dismiss (AppWindowForm *self)
{
  const AppNoticeText *notice = app_window_form_get_notice (self);

  if (notice != NULL)
    g_hash_table_add (self->dismissed, g_strdup (notice->key));
}
