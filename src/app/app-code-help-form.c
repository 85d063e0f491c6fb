/* app-code-help-form.c - the three groups of “I didn’t get a code”
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-code-form.h"

#include "secinfo-mask.h"
#include "secinfo-time.h"

#include <glib/gi18n.h>
#include <string.h>

void
app_help_item_free (AppHelpItem *item)
{
  g_free (item->title);
  g_free (item->subtitle);
  g_free (item->contact);
  g_free (item);
}

/* Takes over @title and @subtitle. */
static AppHelpItem *
add_item (GPtrArray     *items,
          char          *title,
          char          *subtitle,
          const char    *icon,
          AppHelpAction  action)
{
  AppHelpItem *item = g_new0 (AppHelpItem, 1);

  item->title = title;
  item->subtitle = subtitle;
  item->icon = icon;
  item->action = action;
  item->sensitive = TRUE;
  g_ptr_array_add (items, item);

  return item;
}

static const char *
icon_for_step (SecinfoDeliveryState state)
{
  switch (state)
    {
    case SECINFO_DELIVERY_HANDED_OVER:
    case SECINFO_DELIVERY_DELIVERED:
      return "object-select-symbolic";
    case SECINFO_DELIVERY_RETRY:
      return "document-open-recent-symbolic";
    case SECINFO_DELIVERY_REFUSED:
      return "dialog-error-symbolic";
    case SECINFO_DELIVERY_GATEWAY_DOWN:
      return "dialog-warning-symbolic";
    case SECINFO_DELIVERY_UNKNOWN:
      return "dialog-question-symbolic";
    case SECINFO_DELIVERY_QUEUED:
    case SECINFO_DELIVERY_SENDING:
    default:
      return "mail-send-symbolic";
    }
}

/**
 * app_code_form_help_known:
 *
 * What became of this message, step by step, in the service's words, and how long its code works.
 *
 * Returns: (transfer full) (element-type AppHelpItem)
 */
GPtrArray *
app_code_form_help_known (AppCodeForm *self)
{
  SecinfoChallenge *challenge = app_code_form_get_challenge (self);
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) app_help_item_free);
  GPtrArray *steps = secinfo_challenge_get_steps (challenge);
  gint64 expires_at = secinfo_challenge_get_expires_at (challenge);
  g_autofree char *until = secinfo_time_to_clock (expires_at);

  for (guint i = 0; i < steps->len; i++)
    {
      SecinfoChallengeStep *step = g_ptr_array_index (steps, i);
      gboolean last = i + 1 == steps->len;
      g_autofree char *at = secinfo_time_to_clock (step->at);
      char *subtitle;

      if (last && step->state == SECINFO_DELIVERY_HANDED_OVER && !secinfo_challenge_get_trial (challenge))
        subtitle = g_strdup_printf ("%s · %s", at, secinfo_challenge_get_medium (challenge) == SECINFO_MEDIUM_EMAIL
                                                     ? _("Most mail arrives within 5 minutes.")
                                                     : _("It has not said yet that the phone got it."));
      else
        subtitle = g_steal_pointer (&at);
      add_item (items, g_strdup (step->text), subtitle, icon_for_step (step->state), APP_HELP_NONE);
    }
  add_item (items, g_strdup_printf (_("Works until %s"), until), NULL, "document-open-recent-symbolic", APP_HELP_NONE);

  return items;
}

static void
add_email_checks (AppCodeForm *self,
                  GPtrArray   *items,
                  gboolean     can_change)
{
  SecinfoChallenge *challenge = app_code_form_get_challenge (self);
  const char *sender = secinfo_challenge_get_sender (challenge);

  if (sender != NULL)
    {
      g_autofree char *shown = secinfo_text_isolate (sender);

      /* Translators: %s is the address that codes come from */
      add_item (items, g_strdup (_("The spam folder")), g_strdup_printf (_("Search for %s"), shown),
                "mail-mark-junk-symbolic", APP_HELP_COPY_SENDER);
    }
  else
    {
      add_item (items, g_strdup (_("The spam folder")), NULL, "mail-mark-junk-symbolic", APP_HELP_NONE);
    }
  if (can_change)
    add_item (items, g_strdup (_("The spelling")), g_strdup (app_code_form_get_view (self)->address),
              "document-edit-symbolic", APP_HELP_CHANGE);
  add_item (items, g_strdup (_("A full mailbox")), g_strdup (_("It takes no new mail until you delete some.")),
            "drive-harddisk-symbolic", APP_HELP_NONE);
}

static void
add_phone_checks (AppCodeForm *self,
                  GPtrArray   *items,
                  gboolean     can_change)
{
  const char *masked = secinfo_challenge_get_masked (app_code_form_get_challenge (self));
  gsize length = strlen (masked);
  gboolean called = secinfo_challenge_get_medium (app_code_form_get_challenge (self)) == SECINFO_MEDIUM_VOICE;

  add_item (items, g_strdup (_("Is the phone on, with a signal?")),
            g_strdup (called ? _("A call does not wait until it is.") : _("Messages wait until it is.")),
            "network-cellular-signal-weak-symbolic", APP_HELP_NONE);
  add_item (items, g_strdup (called ? _("Blocked callers") : _("Blocked senders")),
            g_strdup (called ? _("Some phones do not ring for unknown numbers.")
                             : _("Some phones hide messages from unknown numbers.")),
            "action-unavailable-symbolic", APP_HELP_NONE);
  if (can_change)
    /* Translators: %s is the last two digits of a phone number */
    add_item (items, g_strdup (_("A new number?")),
              g_strdup_printf (_("Ends in %s"), length > 2 ? masked + length - 2 : masked),
              "phone-symbolic", APP_HELP_CHANGE);
}

static gboolean
has_way (SecinfoChallenge *challenge,
         SecinfoWayType    type)
{
  GPtrArray *ways = secinfo_challenge_get_ways (challenge);

  for (guint i = 0; i < ways->len; i++)
    if (((SecinfoChallengeWay *) g_ptr_array_index (ways, i))->type == type)
      return TRUE;

  return FALSE;
}

/* When the code ends before the next can be sent: what then. A saved code is for the sign-in screen alone. */
static char *
words_for_end (SecinfoChallenge *challenge)
{
  g_autofree char *end = secinfo_time_to_clock (secinfo_challenge_get_expires_at (challenge));

  /* Translators: %s is a time of day, here and in the next two */
  if (has_way (challenge, SECINFO_WAY_CONTACT))
    return g_strdup_printf (_("This code ends before that, at %s. Use another contact."), end);
  if (secinfo_challenge_get_purpose (challenge) == SECINFO_PURPOSE_PROVE)
    return g_strdup_printf (_("This code ends before that, at %s. Your contact is kept: verify it then."), end);

  return g_strdup_printf (_("This code ends before that, at %s. Ask for a new one then."), end);
}

/* Over the limit, or the pause before the next lasts longer than the code. */
static void
add_limit (AppCodeForm *self,
           GPtrArray   *items)
{
  const AppCodeView *view = app_code_form_get_view (self);
  SecinfoChallenge *challenge = app_code_form_get_challenge (self);
  gint64 send_at = secinfo_challenge_get_send_at (challenge);
  gboolean never = secinfo_challenge_get_resend_at (challenge) == 0;
  g_autofree char *clock = secinfo_time_to_clock (send_at);

  if (view->limit_words != NULL)
    add_item (items, g_strdup (view->limit_words), never ? words_for_end (challenge) : NULL,
              "document-open-recent-symbolic", APP_HELP_NONE);
  else if (never && send_at > app_code_form_get_now (self))
    add_item (items, g_strdup (_("This code ends before it can be sent again.")),
              /* Translators: %s is a time of day */
              g_strdup_printf (_("A new one can be sent at %s."), clock), "document-open-recent-symbolic",
              APP_HELP_NONE);
}

/**
 * app_code_form_help_checks:
 *
 * Where to look, only what can be true in the message's present state.
 *
 * Returns: (transfer full) (element-type AppHelpItem)
 */
GPtrArray *
app_code_form_help_checks (AppCodeForm *self,
                           gboolean     can_change)
{
  SecinfoChallenge *challenge = app_code_form_get_challenge (self);
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) app_help_item_free);
  gboolean email = secinfo_challenge_get_medium (challenge) == SECINFO_MEDIUM_EMAIL;
  g_autofree char *next = NULL;

  add_limit (self, items);
  switch (secinfo_challenge_get_delivery (challenge))
    {
    case SECINFO_DELIVERY_RETRY:
    case SECINFO_DELIVERY_QUEUED:
    case SECINFO_DELIVERY_SENDING:
      if (secinfo_challenge_get_next_at (challenge) > app_code_form_get_now (self))
        next = secinfo_time_to_clock (secinfo_challenge_get_next_at (challenge));
      add_item (items, g_strdup (_("It is still on this computer")),
                next != NULL ? g_strdup_printf (_("It will be sent by itself at %s."), next)
                             : g_strdup (_("It goes out by itself.")),
                "document-open-recent-symbolic", APP_HELP_NONE);
      break;
    case SECINFO_DELIVERY_GATEWAY_DOWN:
      if (secinfo_challenge_get_told_at (challenge) != 0)
        {
          next = secinfo_time_to_clock (secinfo_challenge_get_told_at (challenge));
          add_item (items, g_strdup_printf (_("The administrator was told at %s."), next),
                    g_strdup (_("You need not do anything.")), "dialog-warning-symbolic", APP_HELP_NONE);
        }
      break;
    case SECINFO_DELIVERY_REFUSED:
      break;
    case SECINFO_DELIVERY_HANDED_OVER:
    case SECINFO_DELIVERY_DELIVERED:
    case SECINFO_DELIVERY_UNKNOWN:
    default:
      if (secinfo_challenge_get_trial (challenge))
        add_item (items, g_strdup (_("The trial inbox")), g_strdup (_("It is in the menu of the main window.")),
                  "mail-read-symbolic", APP_HELP_NONE);
      else if (email)
        add_email_checks (self, items, can_change);
      else
        add_phone_checks (self, items, can_change);
      break;
    }

  return items;
}

static void
add_way (AppCodeForm         *self,
         GPtrArray           *items,
         SecinfoChallengeWay *way,
         gint64               now)
{
  const AppCodeView *view = app_code_form_get_view (self);
  g_autofree char *shown = NULL;
  AppHelpItem *item;

  switch (way->type)
    {
    case SECINFO_WAY_RESEND:
      item = add_item (items, g_strdup (_("Send the same code _again")), g_strdup (view->resend_subtitle),
                       "view-refresh-symbolic", APP_HELP_RESEND);
      item->sensitive = view->resend_possible;
      break;
    case SECINFO_WAY_VOICE:
      item = add_item (items, g_strdup (_("_Call me with the code")), app_code_view_wait_words (way->at, now),
                       "call-start-symbolic", APP_HELP_VOICE);
      item->sensitive = way->at <= now;
      break;
    case SECINFO_WAY_SMS:
      item = add_item (items, g_strdup (_("Send a _text message")), app_code_view_wait_words (way->at, now),
                       "phone-symbolic", APP_HELP_SMS);
      item->sensitive = way->at <= now;
      break;
    case SECINFO_WAY_CONTACT:
    default:
      shown = secinfo_text_isolate (way->masked);
      /* Translators: %s is another contact, masked */
      item = add_item (items, g_strdup_printf (_("Send to %s"), shown), app_code_view_wait_words (way->at, now),
                       strchr (way->masked, '@') != NULL ? "mail-unread-symbolic" : "phone-symbolic", APP_HELP_CONTACT);
      item->contact = g_strdup (way->contact);
      item->sensitive = way->at <= now;
      break;
    }
}

/* As the service lists them; and one that was asked before the minute was over still has to give way to other
 * contacts once it is. */
static GPtrArray *
sort_ways (GPtrArray *ways,
           gint64     now)
{
  GPtrArray *sorted = g_ptr_array_new ();
  gboolean first[] = { TRUE, FALSE };

  for (guint pass = 0; pass < G_N_ELEMENTS (first); pass++)
    for (guint i = 0; i < ways->len; i++)
      {
        SecinfoChallengeWay *way = g_ptr_array_index (ways, i);

        if ((way->type == SECINFO_WAY_CONTACT && way->at <= now) == first[pass])
          g_ptr_array_add (sorted, way);
      }
  return sorted;
}

/**
 * app_code_form_help_ways:
 *
 * Other ways that exist now: after a minute other contacts first (UI.md section 7), at once where the code certainly
 * did not arrive.
 *
 * Returns: (transfer full) (element-type AppHelpItem)
 */
GPtrArray *
app_code_form_help_ways (AppCodeForm *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) app_help_item_free);
  gint64 now = app_code_form_get_now (self);
  g_autoptr(GPtrArray) ways = sort_ways (secinfo_challenge_get_ways (app_code_form_get_challenge (self)), now);

  for (guint i = 0; i < ways->len; i++)
    add_way (self, items, g_ptr_array_index (ways, i), now);
  add_item (items, g_strdup (_("_More about codes")), NULL, "help-browser-symbolic", APP_HELP_MORE);

  return items;
}
