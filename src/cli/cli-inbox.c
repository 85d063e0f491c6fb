/* cli-inbox.c - secinfoctl inbox
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-time.h"

static int
list (Cli *cli, int argc, char **argv)
{
  g_autoptr(json_t) messages = NULL;
  json_t *message;
  gsize i;
  GAsyncResult *result = NULL;
  GError *error = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl inbox list", NULL,
                  _("The messages of the trial inbox, newest first. They prove nothing."), NULL, 0, 0))
    return cli->status;
  secinfo_client_list_inbox_async (cli_get_client (cli), NULL, cli_keep_cb, &result);
  messages = secinfo_client_list_inbox_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (messages == NULL)
    return cli_fail (cli, error);
  if (cli->json)
    {
      cli_print_json (messages);
      return CLI_DONE;
    }
  if (json_array_size (messages) == 0)
    g_print ("%s\n", _("No messages"));
  json_array_foreach (messages, i, message)
    {
      g_autofree char *at = secinfo_time_to_words (secinfo_json_get_time (message, "at"),
                                                   g_get_real_time () / G_USEC_PER_SEC);
      const char *to = secinfo_json_get_string (message, "to");
      const char *text = secinfo_json_get_string (message, "text");

      if (i > 0)
        g_print ("\n");
      g_print (_("%s, to %s"), at, to != NULL ? to : "");
      g_print ("\n  %s\n", text != NULL ? text : "");
    }
  return CLI_DONE;
}

static int
clear (Cli *cli, int argc, char **argv)
{
  CliCall call = { NULL, };
  gboolean done = FALSE;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl inbox clear", NULL, _("Empties the trial inbox."), NULL, 0, 0))
    return cli->status;
  while (cli_try (cli, &call))
    {
      secinfo_client_clear_inbox_async (cli_get_client (cli), NULL, cli_keep_cb, &call.result);
      done = secinfo_client_clear_inbox_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (!done)
    return cli_fail (cli, call.error);
  if (cli->json)
    {
      g_autoptr(json_t) empty = json_array ();

      cli_print_json (empty);
    }
  cli_say (cli, "%s", _("The trial inbox is empty."));
  return CLI_DONE;
}

int
cli_inbox (Cli *cli, int argc, char **argv)
{
  static const CliVerb verbs[] = {
    { "list", list, N_("the messages") },
    { "clear", clear, N_("empty it") },
    { NULL, NULL, NULL }
  };

  return cli_dispatch (cli, verbs, "secinfoctl inbox", "list", argc, argv);
}
