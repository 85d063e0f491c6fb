/* cli-call.c - calls one after the other
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include <string.h>

/* Password, then password and code: when it is refused a third time, something else is wrong. */
enum { CALL_TRIES = 3 };

G_DEFINE_QUARK (cli-error-quark, cli_error)

SecinfoClient *
cli_get_client (Cli *cli)
{
  if (cli->client == NULL)
    cli->client = secinfo_client_new (cli->socket_path);
  return cli->client;
}

void
cli_keep_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

GAsyncResult *
cli_await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

/* TRUE: it was “Confirm it’s you”, which was done. Else @call->error says what went wrong. */
static gboolean
confirm_for (Cli *cli, CliCall *call)
{
  SecinfoProblem *problem;
  SecinfoLevel level = SECINFO_LEVEL_VERIFIED;
  const char *word;
  g_autoptr(GError) refused = NULL;

  if (!g_error_matches (call->error, SECINFO_PROBLEM, SECINFO_PROBLEM_ELEVATION_NEEDED))
    return FALSE;
  problem = secinfo_problem_from_error (call->error);
  word = problem != NULL ? secinfo_json_get_string (secinfo_problem_get_members (problem), "level") : NULL;
  if (word != NULL)
    secinfo_level_from_string (word, &level);
  if (cli_confirm (cli, level, problem, &refused))
    return TRUE;
  g_clear_error (&call->error);
  call->error = g_steal_pointer (&refused);
  return FALSE;
}

gboolean
cli_try (Cli *cli, CliCall *call)
{
  g_clear_object (&call->result);
  if (call->tries > 0 && (call->error == NULL || call->tries == CALL_TRIES || !confirm_for (cli, call)))
    return FALSE;
  g_clear_error (&call->error);
  call->tries++;
  return TRUE;
}

int
cli_fail (Cli *cli, GError *error)
{
  g_autoptr(GError) owned = error;
  SecinfoProblem *problem = secinfo_problem_from_error (owned);

  if (g_error_matches (owned, CLI_ERROR, CLI_ERROR_NOBODY))
    return cli_nobody (cli);
  if (g_error_matches (owned, CLI_ERROR, CLI_ERROR_SAID))
    return cli->status;
  if (cli->json && problem != NULL)
    {
      g_autoptr(json_t) object = secinfo_problem_to_json (problem);

      cli_print_json (object);
    }
  g_printerr ("%s\n", owned->message);
  return g_error_matches (owned, SECINFO_PROBLEM, SECINFO_PROBLEM_NO_SERVICE) ? CLI_NO_SERVICE : CLI_REFUSED;
}

gboolean
cli_load_account (Cli *cli)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;

  if (cli->account == NULL)
    cli->account = secinfo_account_new ();
  secinfo_client_get_account_async (cli_get_client (cli), cli->account, NULL, cli_keep_cb, &result);
  if (!secinfo_client_get_account_finish (cli->client, cli_await (&result), &error))
    cli->status = cli_fail (cli, error);
  g_object_unref (result);
  return error == NULL;
}

/* 2: is it; 1: could be meant; 0: is not. */
static int
matches (SecinfoContact *contact, const char *text)
{
  const char *id = secinfo_contact_get_id (contact);

  if (strcmp (id, text) == 0)
    return 2;
  if ((strlen (text) >= 4 && g_str_has_prefix (id, text)) ||
      g_strcmp0 (secinfo_contact_get_label (contact), text) == 0 ||
      g_strcmp0 (secinfo_contact_get_masked (contact), text) == 0 ||
      g_strcmp0 (secinfo_contact_get_display (contact), text) == 0 ||
      g_strcmp0 (secinfo_contact_get_value (contact), text) == 0)
    return 1;
  return 0;
}

SecinfoContact *
cli_find_contact (Cli *cli, const char *text)
{
  GListModel *models[2];
  SecinfoContact *found = NULL;
  guint n_found = 0;

  if (!cli_load_account (cli))
    return NULL;
  models[0] = secinfo_account_get_contacts (cli->account);
  models[1] = secinfo_account_get_removed (cli->account);
  for (guint m = 0; m < G_N_ELEMENTS (models); m++)
    for (guint i = 0; i < g_list_model_get_n_items (models[m]); i++)
      {
        g_autoptr(SecinfoContact) contact = g_list_model_get_item (models[m], i);
        int match = matches (contact, text);

        if (match == 2)
          return contact;  /* the list holds it */
        n_found += match == 1;
        found = match == 1 ? contact : found;
      }
  if (n_found == 1)
    return found;
  cli->status = CLI_REFUSED;
  g_printerr ("%s\n", n_found == 0 ? _("This is none of your contacts. “secinfoctl contacts” lists them.")
                                   : _("More than one contact could be meant. Use its id."));
  return NULL;
}
