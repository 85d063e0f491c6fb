/* cli-code.c - secinfoctl code
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-time.h"

static const char *const summaries[] = {
  N_("How a code fares: CODE is its id, or the contact it proves. Without it: the one that is running."),
  N_("Sends the same code once more."),
  N_("Asks for the code."),
};

/* The id of the running code that @text means: of a contact, or of a code itself. Transfer full; NULL with cli->status
 * set. */
static char *
find_code (Cli *cli, const char *text)
{
  GListModel *contacts;
  g_autofree char *found = NULL;

  if (!cli_load_account (cli))
    return NULL;
  contacts = secinfo_account_get_contacts (cli->account);
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);
      const char *running = secinfo_contact_get_challenge (contact);

      if (running == NULL || (text != NULL && g_strcmp0 (text, secinfo_contact_get_id (contact)) != 0 &&
                              g_strcmp0 (text, secinfo_contact_get_label (contact)) != 0 &&
                              g_strcmp0 (text, secinfo_contact_get_masked (contact)) != 0))
        continue;
      if (found != NULL)
        {
          cli->status = cli_usage ("%s", _("More than one code is running. Say which contact."));
          return NULL;
        }
      found = g_strdup (running);
    }
  if (found == NULL && text != NULL)
    return g_strdup (text);
  if (found == NULL)
    {
      if (cli->json)
        cli_print_json (json_null ());
      g_printerr ("%s\n", _("No code is running. “secinfoctl contacts verify CONTACT” sends one."));
      cli->status = CLI_REFUSED;
    }
  return g_steal_pointer (&found);
}

static SecinfoChallenge *
get (Cli *cli, const char *id)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  SecinfoChallenge *challenge;

  secinfo_client_get_challenge_async (cli_get_client (cli), id, NULL, cli_keep_cb, &result);
  challenge = secinfo_client_get_challenge_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (challenge == NULL)
    cli->status = cli_fail (cli, error);
  return challenge;
}

/* When it can be sent again, or why not; and which other ways there are. */
static void
say_ways (Cli *cli, SecinfoChallenge *challenge)
{
  g_auto(GStrv) others = cli_way_words (challenge);
  gint64 send_at = secinfo_challenge_get_send_at (challenge);
  gboolean again = secinfo_challenge_get_resend_at (challenge) != 0;
  g_autofree char *limit = secinfo_challenge_dup_limit_words (challenge);
  g_autofree char *at = secinfo_time_to_clock (send_at);

  if (limit != NULL)
    cli_say (cli, "%s", limit);
  if (limit != NULL && !again)
    cli_say (cli, "%s", _("This code ends before that."));
  if (limit == NULL && again)
    cli_say (cli, _("It can be sent again from %s."), at);
  if (limit == NULL && !again && send_at != 0)
    cli_say (cli, _("It cannot be sent again before it ends. A new one can be sent at %s."), at);

  for (guint i = 0; others[i] != NULL; i++)
    cli_say (cli, "%s", others[i]);
}

static void
print_code (Cli *cli, SecinfoChallenge *challenge)
{
  g_autofree char *words = cli_delivery_words (challenge);
  g_autofree char *until = secinfo_time_to_clock (secinfo_challenge_get_expires_at (challenge));

  if (cli->json)
    {
      cli_print_json (secinfo_challenge_get_json (challenge));
      return;
    }
  cli_say (cli, _("Code %s, to %s"), secinfo_challenge_get_id (challenge), secinfo_challenge_get_masked (challenge));
  switch (secinfo_challenge_get_state (challenge))
    {
    case SECINFO_CHALLENGE_RUNNING:
      cli_say (cli, "%s", words);
      cli_say (cli, _("It works until %s."), until);
      cli_say (cli, g_dngettext (GETTEXT_PACKAGE, "%u try left.", "%u tries left.",
                                 secinfo_challenge_get_attempts_left (challenge)),
               secinfo_challenge_get_attempts_left (challenge));
      say_ways (cli, challenge);
      break;
    case SECINFO_CHALLENGE_ANSWERED:
      cli_say (cli, "%s", _("This code was used already."));
      break;
    case SECINFO_CHALLENGE_USED_UP:
      cli_say (cli, "%s", _("This code is used up. For your safety it no longer works."));
      break;
    case SECINFO_CHALLENGE_EXPIRED:
    case SECINFO_CHALLENGE_GIVEN_UP:
    default:
      cli_say (cli, "%s", _("This code has ended."));
    }
}

static int
show (Cli *cli, int argc, char **argv)
{
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autofree char *id = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl code show", N_("[CODE]"), _(summaries[0]), NULL, 0, 1) ||
      (id = find_code (cli, argc > 1 ? argv[1] : NULL)) == NULL || (challenge = get (cli, id)) == NULL)
    return cli->status;
  print_code (cli, challenge);
  return CLI_DONE;
}

static int
resend (Cli *cli, int argc, char **argv)
{
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autofree char *id = NULL, *via = NULL;
  GAsyncResult *result = NULL;
  GError *error = NULL;
  GOptionEntry entries[] = {
    { "via", 0, 0, G_OPTION_ARG_STRING, &via, N_("How the code comes to a phone"), "sms|voice" },
    G_OPTION_ENTRY_NULL
  };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl code resend", N_("[CODE]"), _(summaries[1]), entries, 0, 1))
    return cli->status;
  if (via != NULL && !g_str_equal (via, "sms") && !g_str_equal (via, "voice"))
    return cli_usage (_("--via is sms or voice."));
  id = find_code (cli, argc > 1 ? argv[1] : NULL);
  if (id == NULL)
    return cli->status;
  secinfo_client_resend_async (cli_get_client (cli), id, via, NULL, cli_keep_cb, &result);
  challenge = secinfo_client_resend_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (challenge == NULL)
    return cli_fail (cli, error);
  challenge = cli_settle (cli, g_steal_pointer (&challenge));
  print_code (cli, challenge);
  return CLI_DONE;
}

static int
answer (Cli *cli, int argc, char **argv)
{
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autoptr(SecinfoContact) contact = NULL;
  g_autofree char *id = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl code answer", N_("[CODE]"), _(summaries[2]), NULL, 0, 1) ||
      (id = find_code (cli, argc > 1 ? argv[1] : NULL)) == NULL || (challenge = get (cli, id)) == NULL ||
      !cli_ask_code (cli, challenge, &contact))
    return cli->status;
  if (cli->json && contact != NULL)
    cli_print_json (secinfo_contact_get_json (contact));
  cli_say (cli, "%s", secinfo_challenge_get_purpose (challenge) == SECINFO_PURPOSE_RESTORE ? _("Contact is back")
           : _("Verified"));
  return CLI_DONE;
}

int
cli_code (Cli *cli, int argc, char **argv)
{
  static const CliVerb verbs[] = {
    { "show", show, N_("how a code fares") },
    { "resend", resend, N_("send the same code again") },
    { "answer", answer, N_("enter a code") },
    { NULL, NULL, NULL }
  };

  return cli_dispatch (cli, verbs, "secinfoctl code", "show", argc, argv);
}
