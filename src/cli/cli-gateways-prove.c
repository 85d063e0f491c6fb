/* cli-gateways-prove.c - secinfoctl gateways prove, and what a test was refused with
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-gateway-words.h"

int
cli_gateways_fail (Cli *cli, GError *error, const char *id)
{
  SecinfoProblem *problem = secinfo_problem_from_error (error);
  g_autofree char *turn = NULL, *vendor = NULL;
  int status;

  if (problem != NULL && secinfo_problem_get_kind (problem) == SECINFO_PROBLEM_GATEWAY_REFUSED)
    {
      turn = secinfo_gateway_failure_to_turn (secinfo_problem_get_members (problem));
      vendor = secinfo_gateway_failure_to_vendor (secinfo_problem_get_members (problem), id);
    }
  status = cli_fail (cli, error);
  if (turn != NULL)
    g_printerr ("%s\n", turn);
  if (vendor != NULL)
    g_printerr ("%s\n", vendor);
  return status;
}

int
cli_gateways_prove_with (Cli *cli, const char *id, const char *to)
{
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autoptr(SecinfoContact) contact = NULL;
  CliCall call = { NULL, };

  while (cli_try (cli, &call))
    {
      secinfo_client_prove_gateway_async (cli_get_administrator (cli), id, to, NULL, cli_keep_cb, &call.result);
      challenge = secinfo_client_prove_gateway_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (challenge == NULL || !cli_ask_code (cli, challenge, &contact))
    {
      int status = challenge == NULL ? cli_gateways_fail (cli, call.error, id) : cli->status;

      g_printerr (_("Not proven yet. “secinfoctl gateways prove %s %s” sends another code."), id, to);
      g_printerr ("\n");
      return status;
    }
  if (cli->json)
    {
      g_autoptr(json_t) object = json_pack ("{s:s, s:O?}", "gateway", id, "contact",
                                            contact != NULL ? secinfo_contact_get_json (contact) : NULL);

      cli_print_json (object);
    }
  cli_say (cli, "%s", _("It works. Codes leave this way now, and the address is verified as your contact too."));
  return CLI_DONE;
}

int
cli_gateways_prove (Cli *cli, int argc, char **argv)
{
  if (!cli_parse (cli, &argc, &argv, "secinfoctl gateways prove", N_("ID TO"),
                  _("Sends a code to an address or number of yours by this way alone and asks for it: it proves both. "
                    "A way that was set aside is used from then on."), NULL, 2, 2))
    return cli->status;
  return cli_gateways_prove_with (cli, argv[1], argv[2]);
}
