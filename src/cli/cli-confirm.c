/* cli-confirm.c - “Confirm it’s you”, at the terminal
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-code.h"
#include "secinfo-time.h"

#include <stdlib.h>

#define PASSWORD_TRIES 3

static gboolean
nobody (GError **error)
{
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_NOBODY, "Nobody to ask");
  return FALSE;
}

static gboolean
elevate (Cli *cli, SecinfoSecret *password, guint *verified, GError **error)
{
  GAsyncResult *result = NULL;
  gboolean done;

  secinfo_client_elevate_async (cli_get_client (cli), password, NULL, cli_keep_cb, &result);
  done = secinfo_client_elevate_finish (cli->client, cli_await (&result), verified, error);
  g_object_unref (result);
  return done;
}

/* @given: (out) (optional) the password that was right. */
static gboolean
confirm_password (Cli *cli, guint *verified, SecinfoSecret **given, GError **error)
{
  for (guint tries = 1; ; tries++)
    {
      g_autoptr(SecinfoSecret) password = cli_ask_secret (cli, _("The password you sign in with:"));
      g_autoptr(GError) local = NULL;

      if (password == NULL)
        return nobody (error);
      if (elevate (cli, password, verified, &local))
        {
          if (given != NULL)
            *given = g_steal_pointer (&password);
          return TRUE;
        }
      if (given == NULL && g_error_matches (local, SECINFO_PROBLEM, SECINFO_PROBLEM_NO_PASSWORD))
        return elevate (cli, NULL, verified, error);
      /* A script's next line is the answer to another question: it must not become a password that is tried. */
      if (cli->use_stdin || tries == PASSWORD_TRIES ||
          !g_error_matches (local, SECINFO_PROBLEM, SECINFO_PROBLEM_PASSWORD_WRONG))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      g_printerr ("%s\n", local->message);
    }
}

/* The ids and masks to choose from: those of the problem, else the verified contacts of the account. Transfer full. */
static json_t *
contacts_to_choose (Cli *cli, SecinfoProblem *problem)
{
  json_t *given = problem != NULL ? secinfo_json_get_array (secinfo_problem_get_members (problem), "contacts") : NULL;
  g_autoptr(json_t) found = json_array ();
  GListModel *contacts;

  if (given != NULL && json_array_size (given) > 0)
    return json_incref (given);
  if (!cli_load_account (cli))
    return NULL;
  contacts = secinfo_account_get_contacts (cli->account);
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);

      if (secinfo_contact_get_state (contact) == SECINFO_CONTACT_VERIFIED)
        json_array_append (found, secinfo_contact_get_json (contact));
    }
  return g_steal_pointer (&found);
}

/* The id, from @contacts; NULL where nobody answers. */
static const char *
choose_contact (Cli *cli, json_t *contacts)
{
  json_t *contact;
  gsize i;

  if (json_array_size (contacts) == 1)
    return secinfo_json_get_string (json_array_get (contacts, 0), "id");
  g_printerr ("%s\n", _("Where should the code go?"));
  json_array_foreach (contacts, i, contact)
    g_printerr ("  %u  %s\n", (guint) i + 1, secinfo_json_get_string (contact, "masked"));
  for (;;)
    {
      g_autofree char *answer = cli_ask (cli, _("Number:"));
      guint64 number;

      if (answer == NULL)
        return NULL;
      if (g_ascii_string_to_unsigned (answer, 10, 1, json_array_size (contacts), &number, NULL))
        return secinfo_json_get_string (json_array_get (contacts, (gsize) number - 1), "id");
      json_array_foreach (contacts, i, contact)
        if (g_strcmp0 (secinfo_json_get_string (contact, "id"), answer) == 0 ||
            g_strcmp0 (secinfo_json_get_string (contact, "masked"), answer) == 0)
          return secinfo_json_get_string (contact, "id");
    }
}

static SecinfoChallenge *
resend (Cli *cli, SecinfoChallenge *challenge)
{
  GAsyncResult *result = NULL;
  g_autoptr(GError) error = NULL;
  SecinfoChallenge *newer;

  secinfo_client_resend_async (cli_get_client (cli), secinfo_challenge_get_id (challenge), NULL, NULL, cli_keep_cb,
                               &result);
  newer = secinfo_client_resend_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (newer != NULL)
    {
      g_object_unref (challenge);
      return newer;
    }
  g_printerr ("%s\n", error->message);
  return challenge;
}

/* How it fares; and which other ways there are, where this one led nowhere. */
static void
show_delivery (SecinfoChallenge *challenge)
{
  g_auto(GStrv) others = cli_has_failed (challenge) ? cli_way_words (challenge) : g_new0 (char *, 1);
  g_autofree char *words = cli_delivery_words (challenge);
  g_autofree char *until = secinfo_time_to_clock (secinfo_challenge_get_expires_at (challenge));

  g_printerr (_("The code goes to %s."), secinfo_challenge_get_value (challenge) != NULL
                                           ? secinfo_challenge_get_value (challenge)
                                               : secinfo_challenge_get_masked (challenge));
  g_printerr (" %s ", words);
  g_printerr (_("It works until %s."), until);
  g_printerr ("\n");
  for (guint i = 0; others[i] != NULL; i++)
    g_printerr ("%s\n", others[i]);
}

static gboolean
send_answer (Cli *cli, SecinfoChallenge *challenge, SecinfoSecret *code, SecinfoContact **contact, GError **error)
{
  GAsyncResult *result = NULL;
  gboolean right;

  secinfo_client_answer_async (cli_get_client (cli), secinfo_challenge_get_id (challenge), code, NULL, cli_keep_cb,
                               &result);
  right = secinfo_client_answer_finish (cli->client, cli_await (&result), contact, error);
  g_object_unref (result);
  return right;
}

gboolean
cli_ask_code (Cli *cli, SecinfoChallenge *given, SecinfoContact **contact)
{
  g_autoptr(SecinfoChallenge) challenge = cli_settle (cli, g_object_ref (given));
  gboolean was_wrong = FALSE;
  /* That one leaves by the way that it proves, and not again by itself. */
  gboolean once = secinfo_challenge_get_purpose (given) == SECINFO_PURPOSE_GATEWAY_TEST;

  show_delivery (challenge);
  if (secinfo_challenge_get_delivery (challenge) == SECINFO_DELIVERY_REFUSED)
    {
      cli->status = CLI_REFUSED;
      return FALSE;
    }
  for (;;)
    {
      g_autoptr(SecinfoSecret) code = cli_ask_secret (cli, once ? _("Code:") : _("Code (Enter alone sends it again):"));
      g_autoptr(GError) error = NULL;
      char digits[SECINFO_CODE_DIGITS + 1];
      gboolean is_code;

      if (code == NULL)
        {
          cli->status = was_wrong ? CLI_REFUSED : cli_nobody (cli);
          return FALSE;
        }
      if (secinfo_secret_get_length (code) == 0 && !once)
        {
          challenge = cli_settle (cli, resend (cli, g_steal_pointer (&challenge)));
          show_delivery (challenge);
          continue;
        }
      is_code = secinfo_code_normalize (secinfo_secret_get_text (code), -1, digits);
      explicit_bzero (digits, sizeof digits);
      if (!is_code)
        {
          g_printerr ("%s\n", _("A code has six digits."));
          continue;
        }
      if (send_answer (cli, challenge, code, contact, &error))
        return TRUE;
      if (!g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_CODE_WRONG))
        {
          cli->status = cli_fail (cli, g_steal_pointer (&error));
          return FALSE;
        }
      g_printerr ("%s\n", error->message);
      was_wrong = TRUE;
    }
}

static SecinfoChallenge *
send_code (Cli *cli, const char *contact, GError **error)
{
  g_autofree char *key = g_uuid_string_random ();
  GAsyncResult *result = NULL;
  SecinfoChallenge *challenge;

  secinfo_client_confirm_with_async (cli_get_client (cli), contact, key, NULL, cli_keep_cb, &result);
  challenge = secinfo_client_confirm_with_finish (cli->client, cli_await (&result), error);
  g_object_unref (result);
  return challenge != NULL ? cli_settle (cli, challenge) : NULL;
}

/* Those that can be had instead of one whose code certainly did not arrive; none twice. Transfer full. */
static json_t *
contacts_instead (SecinfoChallenge *challenge, GHashTable *tried)
{
  GPtrArray *ways = secinfo_challenge_get_ways (challenge);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  json_t *found = json_array ();

  for (guint i = 0; i < ways->len && cli_has_failed (challenge); i++)
    {
      const SecinfoChallengeWay *way = g_ptr_array_index (ways, i);

      if (way->type == SECINFO_WAY_CONTACT && way->at <= now && !g_hash_table_contains (tried, way->contact))
        json_array_append_new (found, json_pack ("{s:s, s:s}", "id", way->contact, "masked", way->masked));
    }
  return found;
}

static gboolean
confirm_code (Cli *cli, SecinfoProblem *problem, GError **error)
{
  g_autoptr(json_t) contacts = contacts_to_choose (cli, problem);
  g_autoptr(GHashTable) tried = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(SecinfoChallenge) challenge = NULL;

  if (contacts == NULL)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_SAID, "No account");
      return FALSE;
    }
  if (json_array_size (contacts) == 0)
    return TRUE;
  g_printerr ("%s\n", _("Your password alone is not enough to change security info."));
  for (;;)
    {
      const char *id = choose_contact (cli, contacts);
      json_t *others;

      if (id == NULL)
        return nobody (error);
      g_hash_table_add (tried, g_strdup (id));
      g_clear_object (&challenge);
      challenge = send_code (cli, id, error);
      if (challenge == NULL)
        return FALSE;
      others = contacts_instead (challenge, tried);
      json_decref (contacts);
      contacts = others;
      if (json_array_size (contacts) == 0)
        break;
      show_delivery (challenge);
    }
  if (cli_ask_code (cli, challenge, NULL))
    return TRUE;
  g_set_error_literal (error, CLI_ERROR, CLI_ERROR_SAID, "No code");
  return FALSE;
}

SecinfoSecret *
cli_confirm_password (Cli *cli, GError **error)
{
  SecinfoSecret *password = NULL;
  guint verified;

  return confirm_password (cli, &verified, &password, error) ? password : NULL;
}

gboolean
cli_confirm (Cli *cli, SecinfoLevel level, SecinfoProblem *problem, GError **error)
{
  guint verified = 1;

  if (secinfo_client_get_level (cli_get_client (cli)) < SECINFO_LEVEL_PASSWORD && level >= SECINFO_LEVEL_PASSWORD &&
      !confirm_password (cli, &verified, NULL, error))
    return FALSE;
  /* With no verified contact there is nowhere a code could go: the password is all there is. */
  if (level < SECINFO_LEVEL_VERIFIED || verified == 0 ||
      secinfo_client_get_level (cli->client) >= SECINFO_LEVEL_VERIFIED)
    return TRUE;
  return confirm_code (cli, problem, error);
}

int
cli_confirm_verb (Cli *cli, int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *until = NULL;
  gboolean password_alone = FALSE;
  GOptionEntry entries[] = {
    { "password", 0, 0, G_OPTION_ARG_NONE, &password_alone, N_("Ask for the password alone"), NULL },
    G_OPTION_ENTRY_NULL
  };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl confirm", NULL,
                  _("Confirm it’s you: the password, then a code to one of your contacts. This holds for one "
                    "process, so each "
                    "verb that needs it asks by itself; this one only tries it."), entries, 0, 0))
    return cli->status;
  if (!cli_confirm (cli, password_alone ? SECINFO_LEVEL_PASSWORD : SECINFO_LEVEL_VERIFIED, NULL, &error))
    return cli_fail (cli, g_steal_pointer (&error));
  if (cli->json)
    {
      g_autoptr(json_t) object = json_pack ("{s:s}", "level",
                                            secinfo_level_to_string (secinfo_client_get_level (cli->client)));

      secinfo_json_set_time (object, "expires_at", secinfo_client_get_level_until (cli->client));
      cli_print_json (object);
      return CLI_DONE;
    }
  until = secinfo_time_to_clock (secinfo_client_get_level_until (cli->client));
  cli_say (cli, _("It’s you. A confirmation would hold until %s."), until);
  return CLI_DONE;
}
