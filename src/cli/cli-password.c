/* cli-password.c - secinfoctl password
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

/* NULL with cli->status set. */
static SecinfoSecret *
ask_twice (Cli *cli)
{
  g_autoptr(SecinfoSecret) fresh = cli_ask_secret (cli, _("New password:"));
  g_autoptr(SecinfoSecret) again = fresh != NULL ? cli_ask_secret (cli, _("New password again:")) : NULL;

  if (again == NULL)
    {
      cli->status = cli_nobody (cli);
      return NULL;
    }
  if (!secinfo_secret_equal (fresh, again))
    {
      g_printerr ("%s\n", _("The two are not the same. Nothing was changed."));
      cli->status = CLI_REFUSED;
      return NULL;
    }
  return g_steal_pointer (&fresh);
}

static gboolean
change (Cli *cli, SecinfoSecret *current, SecinfoSecret *fresh, GError **error)
{
  CliCall call = { NULL, };
  gboolean done = FALSE;

  while (cli_try (cli, &call))
    {
      secinfo_client_change_password_async (cli_get_client (cli), current, fresh, NULL, cli_keep_cb, &call.result);
      done = secinfo_client_change_password_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (!done)
    g_propagate_error (error, call.error);
  return done;
}

int
cli_password (Cli *cli, int argc, char **argv)
{
  g_autoptr(SecinfoSecret) current = NULL, fresh = NULL;
  GError *error = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl password", NULL,
                  _("Changes the password you sign in with. The keyring follows, and your contacts are told."), NULL, 0,
                  0))
    return cli->status;
  /* The password typed here is the first half of “Confirm it’s you”; a code follows. */
  current = cli_confirm_password (cli, &error);
  if (current == NULL || !cli_confirm (cli, SECINFO_LEVEL_VERIFIED, NULL, &error))
    return cli_fail (cli, error);
  fresh = ask_twice (cli);
  if (fresh == NULL)
    return cli->status;
  if (!change (cli, current, fresh, &error))
    return cli_fail (cli, error);
  if (cli->json)
    {
      g_autoptr(json_t) object = json_pack ("{s:b}", "changed", 1);

      cli_print_json (object);
    }
  cli_say (cli, "%s", _("Your password is changed."));
  return CLI_DONE;
}
