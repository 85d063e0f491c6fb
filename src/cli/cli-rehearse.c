/* cli-rehearse.c - secinfoctl rehearse, and the way back in as secinfoctl status has it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include <stdio.h>

/* --- the way back in ---------------------------------------------------------------------------------------------- */

static const char *
words_of_reason (const char *reason)
{
  static const struct { const char *reason, *words; } all[] = {
    { "organisation", N_("Your organisation keeps your password: this computer cannot reset it.") },
    { "encrypted-home", N_("Your home folder is encrypted: a new password could not open it.") },
    { "locked", N_("This account is locked: a code does not open it again.") },
    { "no-password", N_("This account has no password that could be forgotten.") },
    { "administrator", N_("Not for administrators here: the owner of this computer decided so.") },
    { "new-account", N_("This account seems to be another one than before.") },
    { "private", N_("This runs for you alone, so the sign-in screen does not know your codes.") },
    { "not-installed", N_("The sign-in screen does not know your codes yet.") },
    { "key-unreadable", N_("This computer’s key was lost: contacts must be proven again. Saved codes still work.") },
    { "sign-in-screen", N_("Only the text console knows “?”. The sign-in screen of this computer cannot ask for a "
                           "code.") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if (g_strcmp0 (all[i].reason, reason) == 0)
        return _(all[i].words);
    }
  return NULL;
}

static void
print_missing (json_t *recoverable)
{
  const char *missing = secinfo_json_get_string (recoverable, "missing");
  gboolean two = secinfo_json_get_integer (recoverable, "proofs_needed", 1) > 1;
  gboolean none = json_array_size (secinfo_json_get_array (recoverable, "kinds")) == 0;

  if (missing == NULL)
    return;
  g_print ("%s\n", !none ? _("One more proof of another kind is missing.")
                   : two ? _("Two proofs of different kinds are needed, and you have none.")
                         : _("You have no proof yet."));
  g_print ("%s\n", g_str_equal (missing, "saved-code") ? _("“secinfoctl saved-codes make” makes codes to print.")
                   : g_str_equal (missing, "phone") ? _("“secinfoctl contacts add --phone NUMBER” adds a phone.")
                                                    : _("“secinfoctl contacts add --email ADDRESS” adds an email."));
}

void
cli_print_way_back (json_t *recoverable)
{
  const char *reason = secinfo_json_get_string (recoverable, "reason");
  const char *words = words_of_reason (reason);

  if (recoverable == NULL)
    return;
  g_print ("%s\n", _("Way back in"));
  if (reason == NULL)
    g_print ("%s\n", _("If you forget your password, type ? as the password at the sign-in screen."));
  else if (words != NULL)
    g_print ("%s\n", words);
  print_missing (recoverable);
}

/* --- the rehearsal ------------------------------------------------------------------------------------------------ */

static json_t *
start (Cli *cli, GError **error)
{
  GAsyncResult *result = NULL;
  json_t *begun;

  secinfo_client_start_rehearsal_async (cli_get_client (cli), NULL, cli_keep_cb, &result);
  begun = secinfo_client_start_rehearsal_finish (cli->client, cli_await (&result), error);
  g_object_unref (result);
  return begun;
}

/* A program that plays it reads each step before the next is asked for. */
static void
show_json (json_t *value)
{
  cli_print_json (value);
  fflush (stdout);
}

/* What would be typed; NULL: nobody is there. */
static SecinfoSecret *
ask (Cli *cli, json_t *step)
{
  g_autofree char *prompt = g_strdup (secinfo_json_get_string (step, "prompt"));
  char *line;
  SecinfoSecret *text;

  if (prompt == NULL)
    prompt = g_strdup ("");
  g_strchomp (prompt);
  if (!cli->json)
    g_print ("\n%s\n", secinfo_json_get_string (step, "message"));
  fflush (stdout);
  if (!secinfo_json_get_boolean (step, "echo", TRUE))
    return cli_ask_secret (cli, prompt);

  line = cli_ask (cli, prompt);
  text = line != NULL ? secinfo_secret_new (line, -1) : NULL;
  secinfo_secret_free_text (line);
  return text;
}

static json_t *
answer (Cli *cli, const char *id, SecinfoSecret *text, GError **error)
{
  GAsyncResult *result = NULL;
  json_t *step;

  secinfo_client_answer_rehearsal_async (cli->client, id, text, NULL, cli_keep_cb, &result);
  step = secinfo_client_answer_rehearsal_finish (cli->client, cli_await (&result), error);
  g_object_unref (result);
  return step;
}

static void
give_up (Cli *cli, const char *id)
{
  GAsyncResult *result = NULL;

  secinfo_client_end_rehearsal_async (cli->client, id, NULL, cli_keep_cb, &result);
  secinfo_client_end_rehearsal_finish (cli->client, cli_await (&result), NULL);
  g_object_unref (result);
}

static int
print_end (Cli *cli, json_t *step)
{
  json_t *checks = secinfo_json_get_array (step, "checks");
  const char *last = secinfo_json_get_string (step, "message");
  gboolean works = secinfo_json_get_boolean (step, "works", FALSE);
  g_autoptr(GPtrArray) rows = cli_table_new ();
  guint to_mend = 0;
  json_t *check;
  gsize i;

  json_array_foreach (checks, i, check)
    {
      gboolean ok = secinfo_json_get_boolean (check, "ok", FALSE);

      to_mend += !ok;
      cli_table_add (rows, ok ? _("Well:") : works ? _("To know:") : _("To mend:"),
                     secinfo_json_get_string (check, "detail"), NULL);
    }
  if (cli->json)
    show_json (step);
  else
    {
      if (last != NULL)
        g_print ("\n%s\n", last);
      g_print ("\n");
      if (works)
        g_print ("%s\n", _("This works. On the day you need it, it goes exactly like this."));
      else
        {
          g_print (g_dngettext (GETTEXT_PACKAGE, "This would not work yet: %u thing to mend. Nothing was changed.",
                                "This would not work yet: %u things to mend. Nothing was changed.", to_mend), to_mend);
          g_print ("\n");
        }
      cli_print_table (rows);
    }
  return works ? CLI_DONE : CLI_REFUSED;
}

static void
print_begin (Cli *cli, json_t *begun)
{
  json_t *practice = secinfo_json_get_object (begun, "practice");

  if (cli->json)
    {
      show_json (begun);
      return;
    }
  g_print ("%s\n", _("Practice: nothing is sent and nothing is changed."));
  /* Translators: a saved code that works in the rehearsal alone */
  g_print (_("Practice saved code: %s"), secinfo_json_get_string (practice, "saved_code"));
  g_print ("\n");
  /* Translators: %s is a code such as 482 913 */
  g_print (_("Instead of a message, the code stands here: %s"), secinfo_json_get_string (practice, "code"));
  g_print ("\n");
}

int
cli_rehearse (Cli *cli, int argc, char **argv)
{
  GError *error = NULL;
  g_autoptr(json_t) begun = NULL;
  g_autoptr(json_t) step = NULL;
  const char *id;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl rehearse", NULL,
                  _("Plays what the sign-in screen asks when the password is forgotten, with practice codes, and says "
                    "what is missing. Leaves with 1 where it would not work yet."), NULL, 0, 0))
    return cli->status;
  begun = start (cli, &error);
  if (begun == NULL)
    return cli_fail (cli, error);
  id = secinfo_json_get_string (begun, "id");
  step = json_incref (secinfo_json_get_object (begun, "step"));
  print_begin (cli, begun);
  while (!secinfo_json_get_boolean (step, "end", FALSE))
    {
      g_autoptr(SecinfoSecret) text = ask (cli, step);
      json_t *next;

      if (text == NULL)
        {
          give_up (cli, id);
          return cli_nobody (cli);
        }
      next = answer (cli, id, text, &error);
      if (next == NULL)
        return cli_fail (cli, error);
      json_decref (step);
      step = next;
      if (cli->json && !secinfo_json_get_boolean (step, "end", FALSE))
        show_json (step);
    }
  return print_end (cli, step);
}
