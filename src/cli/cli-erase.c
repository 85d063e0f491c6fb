/* cli-erase.c - secinfoctl erase
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

int
cli_erase (Cli *cli, int argc, char **argv)
{
  gboolean yes = FALSE, done = FALSE;
  GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_("Do not ask"), NULL },
    G_OPTION_ENTRY_NULL
  };
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl erase", NULL,
                  _("Erases your contacts and all other security info of your account. This cannot be undone."),
                  entries, 0, 0))
    return cli->status;
  if (!yes && !cli_ask_yes (cli, _("Erase your security info? This cannot be undone.")))
    return cli->status;
  while (cli_try (cli, &call))
    {
      secinfo_client_erase_account_async (cli_get_client (cli), NULL, cli_keep_cb, &call.result);
      done = secinfo_client_erase_account_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (!done)
    return cli_fail (cli, call.error);
  if (cli->json)
    {
      g_autoptr(json_t) object = json_pack ("{s:b}", "erased", 1);

      cli_print_json (object);
    }
  cli_say (cli, "%s", _("Your security info is erased."));
  return CLI_DONE;
}
