/* cli-contacts-change.c - secinfoctl contacts label, alerts, remove, restore
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

int
cli_contacts_label (Cli *cli, int argc, char **argv)
{
  g_autoptr(SecinfoContact) changed = NULL;
  SecinfoContact *contact;
  g_autofree char *id = NULL;
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl contacts label", N_("CONTACT [NAME]"),
                  _("Names a contact; without NAME it has none."), NULL, 1, 2))
    return cli->status;
  contact = cli_find_contact (cli, argv[1]);
  if (contact == NULL)
    return cli->status;
  id = g_strdup (secinfo_contact_get_id (contact));
  while (cli_try (cli, &call))
    {
      secinfo_client_change_label_async (cli_get_client (cli), id, argc > 2 && *argv[2] != '\0' ? argv[2] : NULL, NULL,
                                         cli_keep_cb, &call.result);
      changed = secinfo_client_change_label_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (changed == NULL)
    return cli_fail (cli, call.error);
  if (cli->json)
    cli_print_json (secinfo_contact_get_json (changed));
  cli_say (cli, "%s", _("Label saved"));
  return CLI_DONE;
}

int
cli_contacts_alerts (Cli *cli, int argc, char **argv)
{
  g_autoptr(SecinfoContact) changed = NULL;
  SecinfoContact *contact;
  g_autofree char *id = NULL;
  CliCall call = { NULL, };
  gboolean on;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl contacts alerts", "CONTACT on|off",
                  _("Whether alerts go to a contact. The last one stays on."), NULL, 2, 2))
    return cli->status;
  on = g_str_equal (argv[2], "on");
  if (!on && !g_str_equal (argv[2], "off"))
    return cli_usage ("%s", _("Alerts are on or off."));
  contact = cli_find_contact (cli, argv[1]);
  if (contact == NULL)
    return cli->status;
  if (!on && secinfo_account_is_last_alerted (cli->account, contact))
    {
      g_printerr ("%s\n", _("The last one stays on: else nobody would tell you of a stranger."));
      return CLI_REFUSED;
    }
  id = g_strdup (secinfo_contact_get_id (contact));
  while (cli_try (cli, &call))
    {
      secinfo_client_change_alerts_async (cli_get_client (cli), id, on, NULL, cli_keep_cb, &call.result);
      changed = secinfo_client_change_alerts_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (changed == NULL)
    return cli_fail (cli, call.error);
  if (cli->json)
    cli_print_json (secinfo_contact_get_json (changed));
  cli_say (cli, "%s", on ? _("Alerts go there.") : _("No alerts go there."));
  return CLI_DONE;
}

int
cli_contacts_remove (Cli *cli, int argc, char **argv)
{
  gboolean yes = FALSE, removed = FALSE;
  GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_("Do not ask before the last one goes"), NULL },
    G_OPTION_ENTRY_NULL
  };
  SecinfoContact *contact;
  g_autofree char *id = NULL;
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl contacts remove", N_("CONTACT"),
                  _("Removes a contact. For seven days it can be taken back."), entries, 1, 1))
    return cli->status;
  contact = cli_find_contact (cli, argv[1]);
  if (contact == NULL)
    return cli->status;
  id = g_strdup (secinfo_contact_get_id (contact));
  if (!yes && secinfo_account_is_last_verified (cli->account, contact) &&
      !cli_ask_yes (cli, _("Without your last contact, no code can reach you. Remove it?")))
    return cli->status;
  while (cli_try (cli, &call))
    {
      secinfo_client_remove_contact_async (cli_get_client (cli), id, NULL, cli_keep_cb, &call.result);
      removed = secinfo_client_remove_contact_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (!removed)
    return cli_fail (cli, call.error);
  if (cli->json)
    {
      g_autoptr(json_t) object = json_pack ("{s:s}", "removed", id);

      cli_print_json (object);
    }
  cli_say (cli, _("Contact removed. “secinfoctl contacts restore %s” takes it back, for seven days."), id);
  return CLI_DONE;
}

int
cli_contacts_restore (Cli *cli, int argc, char **argv)
{
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autoptr(SecinfoContact) back = NULL;
  SecinfoContact *contact;
  g_autofree char *id = NULL;
  CliCall call = { NULL, };
  gboolean done = FALSE;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl contacts restore", N_("CONTACT"),
                  _("Takes a removed contact back. A code goes to it: whoever holds it may."), NULL, 1, 1))
    return cli->status;
  contact = cli_find_contact (cli, argv[1]);
  if (contact == NULL)
    return cli->status;
  id = g_strdup (secinfo_contact_get_id (contact));
  while (cli_try (cli, &call))
    {
      secinfo_client_restore_contact_async (cli_get_client (cli), id, NULL, cli_keep_cb, &call.result);
      done = secinfo_client_restore_contact_finish (cli->client, cli_await (&call.result), &challenge, &call.error);
    }
  if (!done)
    return cli_fail (cli, call.error);
  if (challenge != NULL && !cli_ask_code (cli, challenge, &back))
    return cli->status;
  if (cli->json && back != NULL)
    cli_print_json (secinfo_contact_get_json (back));
  cli_say (cli, "%s", _("Contact is back"));
  return CLI_DONE;
}
