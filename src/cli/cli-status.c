/* cli-status.c - secinfoctl status
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

static void
print_channels (Cli *cli)
{
  static const struct { SecinfoMedium medium; const char *name; } lines[] = {
    { SECINFO_MEDIUM_EMAIL, N_("Codes by email") },
    { SECINFO_MEDIUM_SMS, N_("Codes by text message") },
    { SECINFO_MEDIUM_VOICE, N_("Codes by call") },
  };
  g_autoptr(GPtrArray) rows = cli_table_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      const SecinfoChannel *channel = secinfo_account_get_channel (cli->account, lines[i].medium);
      const char *words[] = { _("work"), _("cannot be sent now"), _("leave as soon as this computer is connected"),
                             _("not set up") };

      cli_table_add (rows, _(lines[i].name),
                     channel->trial ? _("go to the trial inbox, which proves nothing") : words[channel->state], NULL);
    }
  cli_print_table (rows);
}

static void
print_status (Cli *cli, const SecinfoServiceInfo *service)
{
  GPtrArray *findings = secinfo_account_get_findings (cli->account);
  GListModel *contacts = secinfo_account_get_contacts (cli->account);
  guint verified = 0;

  g_print ("%s (%s)\n", secinfo_account_get_real_name (cli->account), secinfo_account_get_name (cli->account));
  if (service->is_private)
    g_print ("%s\n", _("Trying it out: this runs for you alone. The sign-in screen does not know your codes yet."));
  if (secinfo_account_is_suspended (cli->account))
    {
      g_print ("%s\n",
               _("This account’s security info is put aside: the account seems to be another one than before."));
      return;
    }
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);

      verified += secinfo_contact_get_state (contact) == SECINFO_CONTACT_VERIFIED;
    }
  g_print (g_dngettext (GETTEXT_PACKAGE, "%u contact, %u verified", "%u contacts, %u verified",
                        g_list_model_get_n_items (contacts)), g_list_model_get_n_items (contacts), verified);
  g_print ("\n\n");
  print_channels (cli);
  g_print ("\n");
  cli_print_way_back (secinfo_json_get_object (secinfo_account_get_json (cli->account), "recoverable"));
  g_print ("\n");
  if (findings->len == 0)
    g_print ("%s\n", _("Everything is in order."));
  for (guint i = 0; i < findings->len; i++)
    {
      SecinfoFinding *finding = findings->pdata[i];

      g_print ("%s  %s\n", finding->to_mend ? _("To mend:") : _("To know:"), finding->text);
    }
}

int
cli_status (Cli *cli, int argc, char **argv)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  SecinfoServiceInfo *service;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl status", NULL, _("What is set up, and what is missing."), NULL, 0, 0))
    return cli->status;
  secinfo_client_get_service_async (cli_get_client (cli), NULL, cli_keep_cb, &result);
  service = secinfo_client_get_service_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (service == NULL)
    return cli_fail (cli, error);
  if (cli_load_account (cli))
    {
      cli->status = CLI_DONE;
      if (cli->json)
        {
          g_autoptr(json_t) object = json_pack ("{s:s, s:s, s:O}", "version", service->version, "instance",
                                                service->is_private ? "private" : "system",
                                                "account", secinfo_account_get_json (cli->account));

          cli_print_json (object);
        }
      else
        print_status (cli, service);
    }
  secinfo_service_info_free (service);
  return cli->status;
}
