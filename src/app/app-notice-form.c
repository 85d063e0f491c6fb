/* app-notice-form.c - the one message above the pages
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-notice-form.h"

#include "secinfo-time.h"

#include <glib/gi18n.h>

static AppNoticeText *
make_notice (AppNoticeKind  kind,
             const char    *icon,
             const char    *title,
             char          *text,
             char          *key)
{
  AppNoticeText *notice = g_new0 (AppNoticeText, 1);

  notice->kind = kind;
  notice->icon = icon;
  notice->title = title;
  notice->text = text;
  notice->key = key;
  return notice;
}

static gboolean
channel_is (SecinfoAccount      *account,
            SecinfoMedium        medium,
            SecinfoChannelState  state)
{
  return secinfo_account_get_channel (account, medium)->state == state;
}

/* Which of the ways is down, and what else works. A call is only spoken of where text messages do not already stand
 * for the phone. */
static AppNoticeText *
make_gateway_down (SecinfoAccount *account,
                   gint64          now)
{
  const SecinfoChannel *email = secinfo_account_get_channel (account, SECINFO_MEDIUM_EMAIL);
  const SecinfoChannel *sms = secinfo_account_get_channel (account, SECINFO_MEDIUM_SMS);
  const SecinfoChannel *voice = secinfo_account_get_channel (account, SECINFO_MEDIUM_VOICE);
  gboolean email_down = email->state == SECINFO_CHANNEL_DOWN;
  gboolean sms_down = sms->state == SECINFO_CHANNEL_DOWN;
  gboolean voice_down = voice->state == SECINFO_CHANNEL_DOWN && sms->state == SECINFO_CHANNEL_NONE;
  const SecinfoChannel *down = email_down ? email : sms_down ? sms : voice_down ? voice : NULL;
  const char *title;
  g_autofree char *since = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr(GString) text = NULL;

  if (down == NULL)
    return NULL;
  since = secinfo_time_to_point (down->since, now);
  if (email_down && (sms_down || voice_down))
    {
      title = _("No codes can be sent now");
      sentence = g_strdup_printf (_("Neither email nor phone could be reached since %s."), since);
    }
  else if (email_down)
    {
      title = _("No codes by email now");
      sentence = g_strdup_printf (_("Email could not be sent since %s."), since);
    }
  else if (sms_down)
    {
      title = _("No codes by text message now");
      sentence = g_strdup_printf (_("Text messages could not be sent since %s."), since);
    }
  else
    {
      title = _("No codes by phone call now");
      sentence = g_strdup_printf (_("Phone calls could not be made since %s."), since);
    }
  text = g_string_new (sentence);
  if (down->told_at != 0)
    g_string_append_printf (text, " %s", _("The administrator was told."));
  if (email_down && sms->state == SECINFO_CHANNEL_READY)
    g_string_append_printf (text, " %s", _("Codes by text message work."));
  else if (!email_down && email->state == SECINFO_CHANNEL_READY)
    g_string_append_printf (text, " %s", _("Codes by email work."));
  return make_notice (APP_NOTICE_WARNING, "network-error-symbolic", title,
                      g_string_free (g_steal_pointer (&text), FALSE),
                      g_strdup_printf ("down %d%d%d %" G_GINT64_FORMAT, email_down, sms_down, voice_down, down->since));
}

static AppNoticeText *
make_offline (SecinfoAccount *account)
{
  if (!channel_is (account, SECINFO_MEDIUM_EMAIL, SECINFO_CHANNEL_OFFLINE) &&
      !channel_is (account, SECINFO_MEDIUM_SMS, SECINFO_CHANNEL_OFFLINE) &&
      !channel_is (account, SECINFO_MEDIUM_VOICE, SECINFO_CHANNEL_OFFLINE))
    return NULL;
  return make_notice (APP_NOTICE_PLAIN, "network-offline-symbolic", _("This computer is offline"),
                      g_strdup (_("Codes leave as soon as it is connected.")), g_strdup ("offline"));
}

/* Does every way that works at all end in the trial inbox? */
static gboolean
all_trial (SecinfoAccount *account)
{
  const SecinfoMedium media[] = { SECINFO_MEDIUM_EMAIL, SECINFO_MEDIUM_SMS, SECINFO_MEDIUM_VOICE };

  for (guint i = 0; i < G_N_ELEMENTS (media); i++)
    {
      const SecinfoChannel *channel = secinfo_account_get_channel (account, media[i]);
      if (channel->state != SECINFO_CHANNEL_NONE && !channel->trial)
        return FALSE;
    }
  return TRUE;
}

static AppNoticeText *
make_private (SecinfoAccount           *account,
              const SecinfoServiceInfo *info)
{
  AppNoticeText *notice;
  gboolean trial = info != NULL && info->has_inbox && all_trial (account);

  if (info == NULL || !info->is_private)
    return NULL;
  notice = make_notice (APP_NOTICE_PLAIN, "dialog-information-symbolic", _("Trying it out"),
                        g_strdup (trial ? _("This runs for you alone. Codes land in the trial inbox, "
                                            "and the sign-in screen does not know them yet.")
                                        : _("This runs for you alone, "
                                            "and the sign-in screen does not know your codes yet.")),
                        g_strdup (trial ? "private trial" : "private"));
  if (info->has_inbox)
    {
      notice->button = _("Trial in_box");
      notice->action = "win.inbox";
    }
  return notice;
}

/* What this account is that no code could let it back in, whatever is set up here. */
static AppNoticeText *
make_not_recoverable (SecinfoAccount *account)
{
  const char *reason = secinfo_account_get_not_recoverable (account);

  if (g_strcmp0 (reason, "organisation") == 0)
    return make_notice (APP_NOTICE_PLAIN, "network-workgroup-symbolic", _("Your organisation keeps this account"),
                        g_strdup (_("This computer cannot reset its password. Contacts get alerts as always.")),
                        g_strdup ("organisation"));
  if (g_strcmp0 (reason, "encrypted-home") == 0)
    return make_notice (APP_NOTICE_PLAIN, "changes-prevent-symbolic", _("Your home folder is encrypted"),
                        g_strdup (_("Your home folder is encrypted with your password. "
                                    "Without it nobody can open it: keep a backup.")),
                        g_strdup ("encrypted-home"));
  if (g_strcmp0 (reason, "locked") == 0)
    return make_notice (APP_NOTICE_PLAIN, "changes-prevent-symbolic", _("This account is locked"),
                        g_strdup (_("Ask the administrator. A code does not open it again.")), g_strdup ("locked"));
  return NULL;
}

GPtrArray *
app_notice_list (SecinfoAccount           *account,
                 const SecinfoServiceInfo *info,
                 gint64                    now)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) app_notice_text_free);
  AppNoticeText *all[4];

  all[0] = make_gateway_down (account, now);
  all[1] = make_offline (account);
  all[2] = make_not_recoverable (account);
  all[3] = make_private (account, info);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] != NULL)
      g_ptr_array_add (list, all[i]);
  return list;
}

void
app_notice_text_free (AppNoticeText *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->key);
  g_free (self);
}
