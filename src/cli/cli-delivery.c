/* cli-delivery.c - how a code fares, and which other ways there are
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-time.h"

#define SETTLE_STEP 100  /* ms */
#define SETTLE_STEPS 20

SecinfoChallenge *
cli_settle (Cli *cli, SecinfoChallenge *challenge)
{
  for (guint i = 0; i < SETTLE_STEPS; i++)
    {
      GAsyncResult *result = NULL;
      SecinfoChallenge *newer;
      SecinfoDeliveryState state = secinfo_challenge_get_delivery (challenge);

      if (state != SECINFO_DELIVERY_QUEUED && state != SECINFO_DELIVERY_SENDING)
        break;
      g_usleep (SETTLE_STEP * 1000);
      secinfo_client_get_challenge_async (cli_get_client (cli), secinfo_challenge_get_id (challenge), NULL, cli_keep_cb,
                                          &result);
      newer = secinfo_client_get_challenge_finish (cli->client, cli_await (&result), NULL);
      g_object_unref (result);
      if (newer == NULL)
        break;
      g_object_unref (challenge);
      challenge = newer;
    }
  return challenge;
}

char *
cli_delivery_words (SecinfoChallenge *challenge)
{
  g_autofree char *since = secinfo_time_to_clock (secinfo_challenge_get_delivery_since (challenge));
  g_autofree char *next = secinfo_time_to_clock (secinfo_challenge_get_next_at (challenge));
  g_autofree char *told = secinfo_time_to_clock (secinfo_challenge_get_told_at (challenge));
  gboolean mail = secinfo_challenge_get_medium (challenge) == SECINFO_MEDIUM_EMAIL;
  const char *by = secinfo_challenge_get_by (challenge);

  if (secinfo_challenge_get_trial (challenge))
    return g_strdup (_("The code is in the trial inbox: “secinfoctl inbox” shows it. It proves nothing."));
  switch (secinfo_challenge_get_delivery (challenge))
    {
    case SECINFO_DELIVERY_HANDED_OVER:
      return mail ? g_strdup_printf (_("Handed to the mail server at %s. It can take a few minutes."), since)
                  : g_strdup_printf (_("With the phone company since %s."), since);
    case SECINFO_DELIVERY_DELIVERED:
      return mail ? g_strdup_printf (_("Delivered at %s."), since)
                  : g_strdup_printf (_("Delivered to the phone at %s."), since);
    case SECINFO_DELIVERY_RETRY:
      return g_strdup_printf (mail ? _("The mail server asks to wait. Next try at %s, by itself.")
                                   : _("The phone company asks to wait. Next try at %s, by itself."), next);
    case SECINFO_DELIVERY_REFUSED:
      if (secinfo_challenge_get_not_served (challenge))
        return g_strdup (_("The code was not sent: this computer sends no codes to numbers of that country."));
      return by != NULL
          ? g_strdup_printf (_("The code could not be sent. Refused by %s at %s. Is the address or number spelled "
                               "right?"), by, since)
                        : g_strdup_printf (_("The code could not be sent. Refused at %s. Is the address or number "
                                             "spelled right?"), since);
    case SECINFO_DELIVERY_GATEWAY_DOWN:
      return secinfo_challenge_get_told_at (challenge) != 0
               ? g_strdup_printf (_("The code was not sent: this computer cannot send it now. The administrator was "
                                    "told at %s."), told)
               : g_strdup (_("The code was not sent: this computer cannot send it now."));
    case SECINFO_DELIVERY_UNKNOWN:
      return g_strdup_printf (_("Perhaps sent at %s: nobody confirmed it. If nothing comes, send it again."), since);
    case SECINFO_DELIVERY_QUEUED:
    case SECINFO_DELIVERY_SENDING:
    default:
      return g_strdup (_("Sending…"));
    }
}

gboolean
cli_has_failed (SecinfoChallenge *challenge)
{
  return secinfo_challenge_get_delivery (challenge) == SECINFO_DELIVERY_REFUSED ||
         secinfo_challenge_get_delivery (challenge) == SECINFO_DELIVERY_GATEWAY_DOWN;
}

static char *
words_of_way (const SecinfoChallengeWay *way, gboolean now)
{
  g_autofree char *from = secinfo_time_to_clock (way->at);

  switch (way->type)
    {
    case SECINFO_WAY_VOICE:
      return now ? g_strdup (_("It can call now: “secinfoctl code resend --via voice”."))
                 : g_strdup_printf (_("From %s it can call: “secinfoctl code resend --via voice”."), from);
    case SECINFO_WAY_SMS:
      return now ? g_strdup (_("It can go as a text message now: “secinfoctl code resend --via sms”."))
                 : g_strdup_printf (_("From %s it can go as a text message: “secinfoctl code resend --via sms”."),
                                    from);
    case SECINFO_WAY_CONTACT:
      /* Translators: a masked address or number; in the second a time of day first */
      return now ? g_strdup_printf (_("Another contact can be used now: %s"), way->masked)
                 : g_strdup_printf (_("From %s another contact can be used: %s"), from, way->masked);
    case SECINFO_WAY_RESEND:
    default:
      return NULL;
    }
}

GStrv
cli_way_words (SecinfoChallenge *challenge)
{
  GPtrArray *ways = secinfo_challenge_get_ways (challenge);
  g_autoptr(GStrvBuilder) words = g_strv_builder_new ();
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < ways->len; i++)
    {
      const SecinfoChallengeWay *way = g_ptr_array_index (ways, i);
      g_autofree char *line = words_of_way (way, way->at <= now);

      if (line != NULL)
        g_strv_builder_add (words, line);
    }
  return g_strv_builder_end (words);
}
