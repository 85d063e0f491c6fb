/* app-info-form.c - the state of the page "Security info"
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-info-form.h"

#include <glib/gi18n.h>

#include "secinfo-policy.h"

struct _AppInfoForm
{
  SecinfoAccount *account;
  gint64          revealed_until;   /* 0 = hidden */
  gint64          unfocused_since;  /* 0 = the window has the focus */
};

AppInfoForm *
app_info_form_new (SecinfoAccount *account)
{
  AppInfoForm *self = g_new0 (AppInfoForm, 1);

  self->account = g_object_ref (account);
  return self;
}

void
app_info_form_free (AppInfoForm *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->account);
  g_free (self);
}

void
app_info_form_reveal (AppInfoForm *self,
                      gint64       until)
{
  self->revealed_until = until;
}

void
app_info_form_hide (AppInfoForm *self)
{
  self->revealed_until = 0;
}

void
app_info_form_set_focused (AppInfoForm *self,
                           gboolean     focused,
                           gint64       now)
{
  /* Whoever comes back after that minute finds it hidden, also where no timer had the time to do it. */
  if (!app_info_form_is_revealed (self, now))
    self->revealed_until = 0;
  if (focused)
    self->unfocused_since = 0;
  else if (self->unfocused_since == 0)
    self->unfocused_since = now;
}

gboolean
app_info_form_is_revealed (AppInfoForm *self,
                           gint64       now)
{
  if (now >= self->revealed_until)
    return FALSE;
  return self->unfocused_since == 0 || now - self->unfocused_since < APP_INFO_UNFOCUSED_LIMIT;
}

AppContactForm *
app_info_form_get_row (AppInfoForm *self,
                       gboolean     removed,
                       guint        position,
                       gint64       now)
{
  GListModel *model = removed ? secinfo_account_get_removed (self->account)
                              : secinfo_account_get_contacts (self->account);
  g_autoptr(SecinfoContact) contact = g_list_model_get_item (model, position);

  if (contact == NULL)
    return NULL;
  return app_contact_form_new (self->account, contact, app_info_form_is_revealed (self, now), now);
}

char *
app_info_form_get_removed (AppInfoForm *self)
{
  guint n = g_list_model_get_n_items (secinfo_account_get_removed (self->account));

  if (n == 0)
    return NULL;
  return g_strdup_printf (ngettext ("%u contact, for 7 days", "%u contacts, for 7 days", n), n);
}

gboolean
app_info_form_can_add (SecinfoAccount  *account,
                       const char     **why)
{
  SecinfoPolicy policy;

  secinfo_policy_init_defaults (&policy);
  if (g_list_model_get_n_items (secinfo_account_get_contacts (account)) < policy.contacts)
    return TRUE;
  if (why != NULL)
    *why = _("10 contacts are the most. Remove one first.");
  return FALSE;
}
