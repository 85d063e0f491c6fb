/* cli-main.c - secinfoctl
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include <locale.h>
#include <signal.h>

static const CliVerb verbs[] = {
  { "status", cli_status, N_("what is set up, what is missing") },
  { "contacts", cli_contacts, N_("your email addresses and phone numbers") },
  { "code", cli_code, N_("codes that are on their way") },
  { "confirm", cli_confirm_verb, N_("try “Confirm it’s you”") },
  { "password", cli_password, N_("change the password you sign in with") },
  { "saved-codes", cli_saved_codes, N_("codes to print, for a day without phone and email") },
  { "rehearse", cli_rehearse, N_("practise the way back in") },
  { "gateways", cli_gateways, N_("how codes are sent (administrators)") },
  { "policy", cli_policy, N_("the rules: how long, how often") },
  { "inbox", cli_inbox, N_("the trial inbox") },
  { "erase", cli_erase, N_("erase your security info") },
  { "serve", cli_serve, N_("run a private account service") },
  { NULL, NULL, NULL }
};

int
main (int argc, char **argv)
{
  Cli cli = { 0 };
  int status;

  secinfo_json_init ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("secinfoctl");
  signal (SIGPIPE, SIG_IGN);

  if (argc == 2 && g_str_equal (argv[1], "--version"))
    {
      g_print ("secinfoctl %s\n", PACKAGE_VERSION);
      return CLI_DONE;
    }
  status = cli_dispatch (&cli, verbs, "secinfoctl", NULL, argc, argv);
  cli_end_agent (&cli);
  g_clear_object (&cli.account);
  g_clear_object (&cli.client);
  g_free (cli.socket_path);
  return status;
}
