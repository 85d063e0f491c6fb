/* app-contact-form.c - what one row of "Contacts" says
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-contact-form.h"

#include <glib/gi18n.h>

#include "app-text.h"
#include "secinfo-mask.h"
#include "secinfo-time.h"

/* “Verified”, “Takes effect on 23 December” …; @spoken: without the signs that only a display needs. Transfer full. */
static char *
make_state (SecinfoAccount *account,
            SecinfoContact *contact,
            gboolean        spoken,
            gint64          now)
{
  const char *replaces = secinfo_contact_get_replaces (contact);
  SecinfoContact *replaced = replaces != NULL ? secinfo_account_find_contact (account, replaces) : NULL;
  gint64 effective_at = secinfo_contact_get_effective_at (contact);
  g_autofree char *day = effective_at != 0 ? secinfo_time_to_day (effective_at, now) : NULL;
  g_autofree char *other = NULL;
  g_autofree char *removed = NULL;
  g_autofree char *until = NULL;

  switch (secinfo_contact_get_state (contact))
    {
    case SECINFO_CONTACT_UNVERIFIED:
      if (replaced == NULL)
        return g_strdup (_("Not yet verified"));
      other = spoken ? secinfo_mask_to_speech (secinfo_contact_get_masked (replaced))
                     : app_text_address (secinfo_contact_get_masked (replaced));
      /* Translators: %s is a masked address or number */
      return g_strdup_printf (_("Not yet verified · replaces %s"), other);
    case SECINFO_CONTACT_WAITING:
      return day != NULL ? g_strdup_printf (_("Takes effect on %s"), day) : g_strdup (_("Takes effect later"));
    case SECINFO_CONTACT_OLD:
      return day != NULL ? g_strdup_printf (_("Verified · in force until %s"), day) : g_strdup (_("Verified"));
    case SECINFO_CONTACT_REMOVED:
      removed = secinfo_time_to_words (secinfo_contact_get_removed_at (contact), now);
      until = secinfo_time_to_day (secinfo_contact_get_restore_until (contact), now);
      /* Translators: as in “Removed today at 09:12 · can come back until 30 November” */
      return g_strdup_printf (_("Removed %s · can come back until %s"), removed, until);
    case SECINFO_CONTACT_UNREADABLE:
      return g_strdup (_("Cannot be read any more: enter it again"));
    case SECINFO_CONTACT_VERIFIED:
    default:
      if (secinfo_contact_get_undeliverable (contact))
        return g_strdup (_("Codes do not arrive here"));
      return g_strdup (secinfo_contact_get_trial (contact) ? _("Tried with the trial inbox alone") : _("Verified"));
    }
}

static AppContactButton
choose_button (SecinfoContact *contact)
{
  switch (secinfo_contact_get_state (contact))
    {
    case SECINFO_CONTACT_UNVERIFIED:
      return APP_CONTACT_VERIFY;
    case SECINFO_CONTACT_REMOVED:
      return APP_CONTACT_TAKE_BACK;
    case SECINFO_CONTACT_VERIFIED:
      return secinfo_contact_get_undeliverable (contact) ? APP_CONTACT_CHECK : APP_CONTACT_NO_BUTTON;
    case SECINFO_CONTACT_WAITING:
    case SECINFO_CONTACT_OLD:
    case SECINFO_CONTACT_UNREADABLE:
    default:
      return APP_CONTACT_NO_BUTTON;
    }
}

static void
fill_menu (AppContactForm *self,
           SecinfoAccount *account,
           SecinfoContact *contact)
{
  SecinfoContactState state = secinfo_contact_get_state (contact);
  gboolean in_force = secinfo_contact_is_in_force (contact);
  gboolean last = secinfo_account_is_last_alerted (account, contact);

  self->has_menu = state != SECINFO_CONTACT_REMOVED;
  self->can_change = in_force || state == SECINFO_CONTACT_UNVERIFIED || state == SECINFO_CONTACT_UNREADABLE;
  self->can_label = in_force || state == SECINFO_CONTACT_UNVERIFIED;
  self->can_alerts = in_force && !last;
  self->why_alerts = last ? _("The last one stays on: else nobody would tell you of a stranger.") : NULL;
  self->alerts = in_force && secinfo_contact_get_alerts (contact);
}

AppContactForm *
app_contact_form_new (SecinfoAccount *account,
                      SecinfoContact *contact,
                      gboolean        revealed,
                      gint64          now)
{
  AppContactForm *self = g_new0 (AppContactForm, 1);
  gboolean phone = secinfo_contact_get_kind (contact) == SECINFO_CONTACT_PHONE;
  const char *masked = secinfo_contact_get_masked (contact);
  const char *full = revealed ? secinfo_contact_get_display (contact) : NULL;
  const char *label = secinfo_contact_get_label (contact);
  const char *shown = full != NULL ? full : masked;
  g_autofree char *state = make_state (account, contact, FALSE, now);
  g_autofree char *spoken = make_state (account, contact, TRUE, now);
  g_autofree char *speech = app_text_speech (phone, masked, full);

  self->icon = phone ? "phone-symbolic" : "mail-unread-symbolic";
  self->icon_name = phone ? _("Phone") : _("Email");
  self->title = shown != NULL && *shown != '\0' ? app_text_address (shown) : g_strdup (self->icon_name);
  self->warning = secinfo_contact_get_state (contact) == SECINFO_CONTACT_UNREADABLE ||
                  (secinfo_contact_get_state (contact) == SECINFO_CONTACT_VERIFIED &&
                   secinfo_contact_get_undeliverable (contact));
  if (label != NULL && *label != '\0')
    {
      g_autofree char *isolated = secinfo_text_isolate (label);

      self->subtitle = g_strdup_printf ("%s · %s", state, isolated);
      self->spoken = g_strdup_printf ("%s, %s, %s", speech, spoken, label);
    }
  else
    {
      self->subtitle = g_strdup (state);
      self->spoken = g_strdup_printf ("%s, %s", speech, spoken);
    }
  /* Translators: %s is like “Email, a, hidden, e at example.org” */
  self->menu_spoken = g_strdup_printf (_("More actions for %s"), speech);
  self->button = choose_button (contact);
  fill_menu (self, account, contact);
  return self;
}

void
app_contact_form_free (AppContactForm *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->spoken);
  g_free (self->menu_spoken);
  g_free (self);
}
