/* app-watch-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-watch-form.h"

#include <glib/gi18n.h>

#include "app-saved-codes-form.h"
#include "secinfo-mask.h"
#include "secinfo-time.h"

#define WEEK (7 * 86400)
#define UNKNOWN G_MAXUINT

/**
 * AppWatchForm:
 *
 * The reminder that saved codes run out is due once a sign-in (this program starts with the session), then weekly.
 */
struct _AppWatchForm
{
  gint64   said_at;    /* Unix seconds; 0: not yet since there were enough */
  guint    verified;   /* contacts; UNKNOWN: it was not asked yet, or they are not shown */
  gboolean low;
};

AppWatchForm *
app_watch_form_new (void)
{
  AppWatchForm *self = g_new0 (AppWatchForm, 1);

  self->verified = UNKNOWN;
  return self;
}

void
app_watch_form_free (AppWatchForm *self)
{
  g_free (self);
}

gboolean
app_watch_form_is_low (AppWatchForm *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->low;
}

char *
app_watch_form_take_saved_codes (AppWatchForm *self,
                                 json_t       *codes,
                                 gint64        now)
{
  guint left;

  g_return_val_if_fail (self != NULL, NULL);

  left = (guint) MAX (0, secinfo_json_get_integer (codes, "left", 0));
  self->low = secinfo_json_get_time (codes, "made_at") != 0 && left <= APP_SAVED_CODES_FEW;
  if (!self->low)
    self->said_at = 0;
  /* A clock that was set back does not keep it quiet for ever. */
  if (!self->low || (self->said_at != 0 && now >= self->said_at && now - self->said_at < WEEK))
    return NULL;
  self->said_at = now;
  if (left == 0)
    return g_strdup (_("All saved codes are used up"));
  return g_strdup_printf (ngettext ("%u saved code is left", "%u saved codes are left", left), left);
}

char *
app_watch_form_take_account (AppWatchForm    *self,
                             SecinfoAccount  *account,
                             const char     **title)
{
  GListModel *contacts = secinfo_account_get_contacts (account);
  guint before = self->verified, verified = 0;
  g_autoptr(SecinfoContact) first = NULL;
  g_autofree char *shown = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);

      if (secinfo_contact_get_state (contact) != SECINFO_CONTACT_VERIFIED)
        continue;
      verified++;
      g_set_object (&first, contact);
    }
  self->verified = secinfo_account_is_suspended (account) ? UNKNOWN : verified;
  if (before != 0 || self->verified != 1)
    return NULL;
  if (secinfo_contact_get_kind (first) == SECINFO_CONTACT_PHONE)
    {
      *title = _("New recovery phone");
      shown = secinfo_text_isolate_ltr (secinfo_contact_get_masked (first));
    }
  else
    {
      *title = _("New recovery email");
      shown = secinfo_text_isolate (secinfo_contact_get_masked (first));
    }
  /* Translators: %s is a masked address or number */
  return g_strdup_printf (_("%s can let you back in from now on. Not you? Open Security Info."), shown);
}

char *
app_watch_form_take_alert (const char  *type,
                           gint64       now,
                           const char **title)
{
  static const struct { const char *type, *title; } alerts[] = {
    { "recovery-begun", N_("A code was asked for your account") },
    { "saved-code-used", N_("A saved code of yours was used") },
    { "recovered", N_("Your password was changed with a code") },
    { "unlocked", N_("Your account was unlocked with a code") },
    { "recovery-unclear", N_("Your password was perhaps changed with a code") },
  };
  g_autofree char *at = secinfo_time_to_clock (now);

  for (guint i = 0; i < G_N_ELEMENTS (alerts); i++)
    if (g_strcmp0 (alerts[i].type, type) == 0)
      {
        *title = _(alerts[i].title);
        /* Translators: %s is a time, as 14:03 */
        return g_strdup_printf (_("At the sign-in screen of this computer, at %s. Was it you?"), at);
      }
  return NULL;
}

char *
app_watch_form_take_gateway (const char  *type,
                             gint64       now,
                             const char **title)
{
  g_autofree char *at = secinfo_time_to_clock (now);

  if (g_strcmp0 (type, "gateway-down") != 0)
    return NULL;
  *title = _("Codes cannot be sent as they should");
  /* Translators: %s is a time, as 14:03 */
  return g_strdup_printf (_("Noticed at %s. The preferences say which way to send it is, and what is wrong."), at);
}
