/* cli-contacts.c - secinfoctl contacts
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

static void
add_rows (GPtrArray *rows, GListModel *contacts)
{
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);
      g_autofree char *words = cli_contact_words (contact);
      const char *label = secinfo_contact_get_label (contact);

      cli_table_add (rows, secinfo_contact_get_id (contact),
                     secinfo_contact_get_kind (contact) == SECINFO_CONTACT_PHONE ? _("Phone") : _("Email"),
                     cli_contact_text (contact), words, label != NULL ? label : "", NULL);
    }
}

static int
list (Cli *cli, int argc, char **argv)
{
  g_autoptr(GPtrArray) rows = cli_table_new ();
  gboolean full = FALSE;
  GError *error = NULL;
  GOptionEntry entries[] = {
    { "full", 0, 0, G_OPTION_ARG_NONE, &full, N_("Show addresses and numbers in full; asks for the password"), NULL },
    G_OPTION_ENTRY_NULL
  };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl contacts list", NULL, _("Your contacts, and those removed lately."),
                  entries, 0, 0))
    return cli->status;
  if (full && !cli_confirm (cli, SECINFO_LEVEL_PASSWORD, NULL, &error))
    return cli_fail (cli, error);
  if (!cli_load_account (cli))
    return cli->status;
  if (cli->json)
    {
      cli_print_json (secinfo_json_get_array (secinfo_account_get_json (cli->account), "contacts"));
      return CLI_DONE;
    }
  add_rows (rows, secinfo_account_get_contacts (cli->account));
  add_rows (rows, secinfo_account_get_removed (cli->account));
  if (rows->len == 0)
    g_print ("%s\n", _("No contacts yet. “secinfoctl contacts add --email ADDRESS” adds one."));
  cli_print_table (rows);
  return CLI_DONE;
}

int
cli_contacts (Cli *cli, int argc, char **argv)
{
  static const CliVerb verbs[] = {
    { "list", list, N_("your contacts, masked") },
    { "add", cli_contacts_add, N_("add an email address or phone number and prove it") },
    { "verify", cli_contacts_verify, N_("prove a contact with a code") },
    { "update", cli_contacts_update, N_("change an address or number") },
    { "label", cli_contacts_label, N_("name a contact") },
    { "alerts", cli_contacts_alerts, N_("whether alerts go to a contact") },
    { "remove", cli_contacts_remove, N_("remove a contact") },
    { "restore", cli_contacts_restore, N_("take a removed contact back") },
    { NULL, NULL, NULL }
  };

  return cli_dispatch (cli, verbs, "secinfoctl contacts", "list", argc, argv);
}
