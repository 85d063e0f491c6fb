/* app-code-view.c - the words for one code, from the state of its message
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-code-form.h"
#include "app-text.h"

#include "secinfo-mask.h"
#include "secinfo-time.h"

#include <glib/gi18n.h>

/* After this many seconds a message that is still here is said to be so. */
#define STILL_HERE_SECONDS 10
/* Below this a wait is counted down, above it a clock time is easier. */
#define COUNTDOWN_SECONDS 120

void
app_code_view_free (AppCodeView *view)
{
  g_free (view->title);
  g_free (view->target);
  g_free (view->address);
  g_free (view->delivery_title);
  g_free (view->delivery_subtitle);
  g_free (view->resend_subtitle);
  g_free (view->limit_words);
  g_free (view);
}

char *
app_code_view_wait_words (gint64 at,
                          gint64 now)
{
  g_autofree char *when = NULL;
  guint left;

  if (at <= now)
    return NULL;
  if (at > now + COUNTDOWN_SECONDS)
    {
      gboolean today;

      when = secinfo_time_to_when (at, now, &today);
      /* Translators: %s is "tomorrow at 14:03" in the second. */
      return g_strdup_printf (today ? _("Possible at %s") : _("Possible %s"), when);
    }
  left = (guint) (at - now);
  return g_strdup_printf (ngettext ("Possible in %u second", "Possible in %u seconds", left), left);
}

static gboolean
is_email (SecinfoChallenge *challenge)
{
  return secinfo_challenge_get_medium (challenge) == SECINFO_MEDIUM_EMAIL;
}

static gboolean
is_call (SecinfoChallenge *challenge)
{
  return secinfo_challenge_get_medium (challenge) == SECINFO_MEDIUM_VOICE;
}

static char *
works_until (SecinfoChallenge *challenge)
{
  g_autofree char *clock = secinfo_time_to_clock (secinfo_challenge_get_expires_at (challenge));

  return g_strdup_printf (_("The code works until %s."), clock);
}

static char *
works_for (SecinfoChallenge *challenge)
{
  guint minutes = secinfo_challenge_get_life (challenge) / 60;

  return g_strdup_printf (ngettext ("The code works for %u minute.", "The code works for %u minutes.", minutes),
                          minutes);
}

static void
look (AppCodeView *view,
      const char  *icon,
      const char  *style,
      const char  *icon_name)
{
  view->delivery_icon = icon;
  view->delivery_style = style;
  view->delivery_icon_name = icon_name;
}

static void
say_on_its_way (AppCodeView      *view,
                SecinfoChallenge *challenge,
                gint64            now)
{
  gint64 since = secinfo_challenge_get_delivery_since (challenge);

  if (secinfo_challenge_get_delivery (challenge) == SECINFO_DELIVERY_QUEUED && now - since > STILL_HERE_SECONDS)
    {
      g_autofree char *until = works_until (challenge);

      view->delivery_title = g_strdup (_("Still on this computer"));
      view->delivery_subtitle = g_strdup_printf ("%s %s", _("It goes out by itself."), until);
      look (view, "document-open-recent-symbolic", NULL, _("Waiting"));
      return;
    }

  view->delivery_title = g_strdup (_("Sending…"));
  view->delivery_subtitle = works_for (challenge);
  view->delivery_icon_name = _("Sending…");
}

static void
say_handed_over (AppCodeView      *view,
                 SecinfoChallenge *challenge)
{
  g_autofree char *since = secinfo_time_to_clock (secinfo_challenge_get_delivery_since (challenge));
  g_autofree char *until = works_until (challenge);

  look (view, "object-select-symbolic", "success", _("Done"));
  if (secinfo_challenge_get_trial (challenge))
    {
      view->delivery_title = g_strdup_printf (_("In the trial inbox since %s"), since);
      view->delivery_subtitle =
        g_strdup_printf ("%s %s", _("It never leaves this computer, so it proves nothing."), until);
      return;
    }

  switch (secinfo_challenge_get_medium (challenge))
    {
    case SECINFO_MEDIUM_EMAIL:
      view->delivery_title = g_strdup_printf (_("Handed to the mail server at %s"), since);
      view->delivery_subtitle = g_strdup_printf ("%s %s", _("It can take a few minutes."), until);
      break;
    case SECINFO_MEDIUM_VOICE:
      view->delivery_title = g_strdup_printf (_("The call was asked for at %s"), since);
      view->delivery_subtitle = g_steal_pointer (&until);
      break;
    case SECINFO_MEDIUM_SMS:
    case SECINFO_MEDIUM_PUSH:
    default:
      view->delivery_title = g_strdup_printf (_("With the phone company since %s"), since);
      view->delivery_subtitle = g_steal_pointer (&until);
      break;
    }
}

static void
say_delivered (AppCodeView      *view,
               SecinfoChallenge *challenge)
{
  g_autofree char *since = secinfo_time_to_clock (secinfo_challenge_get_delivery_since (challenge));

  look (view, "object-select-symbolic", "success", _("Done"));
  view->delivery_title = g_strdup_printf (is_email (challenge) ? _("Delivered to the mailbox at %s")
                                                                : _("Delivered to the phone at %s"), since);
  view->delivery_subtitle = works_until (challenge);
}

static void
say_retry (AppCodeView      *view,
           SecinfoChallenge *challenge)
{
  g_autofree char *next = secinfo_time_to_clock (secinfo_challenge_get_next_at (challenge));
  g_autofree char *until = works_until (challenge);
  g_autofree char *next_words = g_strdup_printf (_("Next try at %s, by itself."), next);

  look (view, "document-open-recent-symbolic", NULL, _("Waiting"));
  view->delivery_title = g_strdup (is_email (challenge) ? _("The mail server asks to wait")
                                                         : _("The phone company asks to wait"));
  view->delivery_subtitle = g_strdup_printf ("%s %s", next_words, until);
}

static void
say_unknown (AppCodeView      *view,
             SecinfoChallenge *challenge)
{
  g_autofree char *since = secinfo_time_to_clock (secinfo_challenge_get_delivery_since (challenge));

  look (view, "dialog-question-symbolic", "warning", _("Not certain"));
  view->delivery_title = g_strdup_printf (_("Perhaps sent at %s"), since);
  view->delivery_subtitle = g_strdup (is_email (challenge)
    ? _("The mail server did not confirm it. If nothing comes, send it again.")
    : _("The phone company did not confirm it. If nothing comes, send it again."));
}

/* By another channel, or to another contact. */
static gboolean
has_other_way (SecinfoChallenge *challenge)
{
  GPtrArray *ways = secinfo_challenge_get_ways (challenge);

  for (guint i = 0; i < ways->len; i++)
    if (((SecinfoChallengeWay *) g_ptr_array_index (ways, i))->type != SECINFO_WAY_RESEND)
      return TRUE;

  return FALSE;
}

static const char *
title_for_refusal (SecinfoChallenge *challenge)
{
  if (is_email (challenge))
    return _("Refused: this address does not exist");
  if (secinfo_challenge_get_not_served (challenge))
    return _("This computer sends no codes to that country");
  if (is_call (challenge))
    return _("Refused: this number cannot be called");
  if (secinfo_challenge_get_medium (challenge) == SECINFO_MEDIUM_SMS && has_other_way (challenge))
    return _("Refused: this number gets no text messages");

  return _("Refused: this number cannot get codes");
}

static char *
words_for_refusal (SecinfoChallenge *challenge)
{
  g_autofree char *since = secinfo_time_to_clock (secinfo_challenge_get_delivery_since (challenge));
  g_autofree char *by = NULL;

  if (secinfo_challenge_get_not_served (challenge))
    return g_strdup (secinfo_challenge_get_purpose (challenge) == SECINFO_PURPOSE_PROVE
                     ? _("Its administrator chose the countries. Enter another number.")
                     : _("Its administrator chose the countries. Use another contact."));
  if (secinfo_challenge_get_by (challenge) != NULL)
    {
      by = secinfo_text_isolate (secinfo_challenge_get_by (challenge));
      /* Translators: who said it, and at what time */
      return g_strdup_printf (_("%s said so at %s."), by, since);
    }
  return g_strdup_printf (is_email (challenge) ? _("The mail server said so at %s.")
                                               : _("The phone company said so at %s."), since);
}

static void
say_refused (AppCodeView      *view,
             SecinfoChallenge *challenge,
             const char       *shown)
{
  view->page = APP_CODE_REFUSED;
  view->button = APP_CODE_BUTTON_CHANGE;
  view->change_visible = FALSE;
  /* A landline, say, can be called. */
  view->help_visible = has_other_way (challenge);
  g_free (view->title);
  view->title = g_strdup (_("The code could not be sent"));
  g_free (view->target);
  /* Translators: %s is the address or number */
  view->target =
    g_strdup_printf (is_email (challenge) ? _("Is this spelled right? %s") : _("Is this number right? %s"), shown);
  look (view, "dialog-error-symbolic", "error", _("Refused"));
  view->delivery_title = g_strdup (title_for_refusal (challenge));
  view->delivery_subtitle = words_for_refusal (challenge);
  if (secinfo_challenge_get_not_served (challenge))
    view->resend_visible = FALSE;
  if (view->resend_possible)
    {
      g_free (view->resend_subtitle);
      view->resend_subtitle = g_strdup (is_email (challenge) ? _("To the same address") : _("To the same number"));
    }
}

static void
say_gateway_down (AppCodeView      *view,
                  SecinfoChallenge *challenge)
{
  gint64 told_at = secinfo_challenge_get_told_at (challenge);
  const char *not_you = is_email (challenge) ? _("Nothing is wrong with your address.")
    : _("Nothing is wrong with your number.");

  view->page = APP_CODE_GATEWAY;
  view->button = APP_CODE_BUTTON_CLOSE;
  /* A call, where it is text messages that are down. “Use another contact”, or another kind of contact, is whatever
   * the row is called in that dialog. */
  view->help_visible = has_other_way (challenge);
  g_free (view->title);
  view->title = g_strdup (_("The code was not sent"));
  g_free (view->target);
  if (secinfo_challenge_get_purpose (challenge) != SECINFO_PURPOSE_PROVE)
    view->target = g_strdup (_("Nothing was changed. Try another contact."));
  else if (is_email (challenge))
    view->target = g_strdup (_("Your contact is kept. Verify it once mail works again."));
  else if (is_call (challenge))
    view->target = g_strdup (_("Your contact is kept. Verify it once calls work again."));
  else
    view->target = g_strdup (_("Your contact is kept. Verify it once text messages work again."));
  look (view, "dialog-warning-symbolic", "warning", _("To mend"));
  view->delivery_title = g_strdup (is_email (challenge) ? _("This computer cannot send mail now")
                                   : is_call (challenge) ? _("This computer cannot make calls now")
                                                         : _("This computer cannot send text messages now"));
  if (told_at != 0)
    {
      g_autofree char *told = secinfo_time_to_clock (told_at);
      g_autofree char *told_words = g_strdup_printf (_("The administrator was told at %s."), told);

      view->delivery_subtitle = g_strdup_printf ("%s %s", told_words, not_you);
    }
  else
    {
      view->delivery_subtitle = g_strdup (not_you);
    }
}

static void
say_ended (AppCodeView      *view,
           SecinfoChallenge *challenge)
{
  guint minutes = secinfo_challenge_get_life (challenge) / 60;
  gint64 at = secinfo_challenge_get_ended_at (challenge);
  g_autofree char *clock = secinfo_time_to_clock (at != 0 ? at : secinfo_challenge_get_expires_at (challenge));

  view->page = APP_CODE_EXPIRED;
  view->button = APP_CODE_BUTTON_SEND;
  view->resend_visible = FALSE;
  g_free (view->title);
  view->title = g_strdup (_("This code has ended"));
  look (view, "document-open-recent-symbolic", NULL, _("Ended"));
  view->delivery_title = g_strdup_printf (_("Ended at %s"), clock);
  view->delivery_subtitle = g_strdup_printf (is_email (challenge)
    ? ngettext ("A code by email works for %u minute.", "A code by email works for %u minutes.", minutes)
    : ngettext ("A code by phone works for %u minute.", "A code by phone works for %u minutes.", minutes), minutes);
}

static void
say_used_up (AppCodeView *view)
{
  view->page = APP_CODE_USED_UP;
  view->button = APP_CODE_BUTTON_SEND;
  view->resend_visible = FALSE;
  view->help_visible = FALSE;
  g_free (view->title);
  view->title = g_strdup (_("This code is used up"));
  look (view, "dialog-error-symbolic", "error", _("Ended"));
  view->delivery_title = g_strdup (_("5 wrong codes"));
  view->delivery_subtitle = g_strdup (_("For your safety this code no longer works."));
}

static void
say_pause (AppCodeView *view,
           gint64       until,
           const char  *words)
{
  g_autofree char *clock = secinfo_time_to_clock (until);

  view->page = APP_CODE_PAUSE;
  view->button = APP_CODE_BUTTON_CLOSE;
  view->change_visible = FALSE;
  view->help_visible = FALSE;
  view->resend_possible = FALSE;
  g_free (view->title);
  view->title = g_strdup (_("Please wait a little"));
  g_free (view->target);
  view->target = g_strdup_printf (_("You can go on at %s. Nothing you entered is lost."), clock);
  look (view, "document-open-recent-symbolic", NULL, _("Waiting"));
  view->delivery_title = g_strdup_printf (_("Pause until %s"), clock);
  view->delivery_subtitle = g_strdup_printf ("%s %s", words, _("Signing in with your password works as always."));
  g_free (view->resend_subtitle);
  view->resend_subtitle = g_strdup_printf (_("Possible at %s"), clock);
}

/* Why the same code cannot be sent again before it ends. */
static char *
words_for_never (AppCodeView      *view,
                 SecinfoChallenge *challenge)
{
  gint64 send_at = secinfo_challenge_get_send_at (challenge);
  g_autofree char *clock = secinfo_time_to_clock (send_at);

  if (view->limit_words != NULL)
    return g_strdup_printf ("%s %s", view->limit_words, _("This code ends before that."));
  if (send_at != 0)
    /* Translators: %s is a time of day */
    return g_strdup_printf (_("Not before this code ends. A new one can be sent at %s."), clock);
  if (secinfo_challenge_get_purpose (challenge) == SECINFO_PURPOSE_GATEWAY_TEST)
    return g_strdup (_("Another test sends another code"));

  return g_strdup (_("Not possible any more for this code"));
}

static void
say_resend (AppCodeView      *view,
            SecinfoChallenge *challenge,
            gint64            now)
{
  gint64 at = secinfo_challenge_get_resend_at (challenge);

  view->resend_visible = TRUE;
  if (secinfo_challenge_get_send_at (challenge) > now)
    view->limit_words = secinfo_challenge_dup_limit_words (challenge);

  if (secinfo_challenge_get_delivery (challenge) == SECINFO_DELIVERY_RETRY)
    view->resend_subtitle = g_strdup (_("Not needed: it goes out by itself"));
  else if (at == 0)
    view->resend_subtitle = words_for_never (view, challenge);
  else if (at > now)
    view->resend_subtitle = view->limit_words != NULL ? g_strdup (view->limit_words)
                                                      : app_code_view_wait_words (at, now);
  else
    {
      view->resend_possible = TRUE;
      view->resend_subtitle = g_strdup (_("You get the same code again"));
    }
}

static void
say_delivery (AppCodeView      *view,
              SecinfoChallenge *challenge,
              const char       *shown,
              gint64            now)
{
  switch (secinfo_challenge_get_delivery (challenge))
    {
    case SECINFO_DELIVERY_HANDED_OVER:
      say_handed_over (view, challenge);
      break;
    case SECINFO_DELIVERY_DELIVERED:
      say_delivered (view, challenge);
      break;
    case SECINFO_DELIVERY_RETRY:
      say_retry (view, challenge);
      break;
    case SECINFO_DELIVERY_REFUSED:
      say_refused (view, challenge, shown);
      break;
    case SECINFO_DELIVERY_GATEWAY_DOWN:
      say_gateway_down (view, challenge);
      break;
    case SECINFO_DELIVERY_UNKNOWN:
      say_unknown (view, challenge);
      break;
    case SECINFO_DELIVERY_QUEUED:
    case SECINFO_DELIVERY_SENDING:
    default:
      say_on_its_way (view, challenge, now);
      break;
    }
}

AppCodeView *
app_code_view_new (SecinfoChallenge *challenge,
                   const char       *typed,
                   gint64            now,
                   gint64            pause_until,
                   const char       *pause_words)
{
  AppCodeView *view = g_new0 (AppCodeView, 1);
  const char *value = secinfo_challenge_get_value (challenge);
  const char *target = typed != NULL ? typed : value != NULL ? value : secinfo_challenge_get_masked (challenge);
  g_autofree char *shown = secinfo_challenge_get_kind (challenge) == SECINFO_CONTACT_PHONE
                           ? secinfo_text_isolate_ltr (target)
                           : app_text_address (target);
  SecinfoChallengeState state = secinfo_challenge_get_state (challenge);
  SecinfoDeliveryState delivery = secinfo_challenge_get_delivery (challenge);
  gboolean on_its_way = delivery == SECINFO_DELIVERY_QUEUED || delivery == SECINFO_DELIVERY_SENDING;

  view->page = APP_CODE_ENTER;
  view->address = g_strdup (shown);
  view->button = APP_CODE_BUTTON_VERIFY;
  view->change_visible = TRUE;
  view->help_visible = TRUE;
  view->title = g_strdup (secinfo_challenge_get_purpose (challenge) == SECINFO_PURPOSE_RESTORE
                          ? _("Enter the code to take it back") : _("Enter the code"));
  view->target = on_its_way ? g_strdup (shown) : g_strdup_printf (_("Sent to %s"), shown);
  say_resend (view, challenge, now);

  if (pause_until > now)
    say_pause (view, pause_until, pause_words);
  else if (state == SECINFO_CHALLENGE_USED_UP)
    say_used_up (view);
  else if (state == SECINFO_CHALLENGE_RUNNING && secinfo_challenge_get_expires_at (challenge) > now)
    say_delivery (view, challenge, shown, now);
  else
    say_ended (view, challenge);

  return view;
}
