/* cli-gateways-change.c - secinfoctl gateways change, import, forget, remove
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-client-gateways.h"

#include <string.h>

#define FILE_MAX 16000   /* bytes: as the service takes them */

/* --- change ------------------------------------------------------------------------------------------------------- */

/* The setting @name of any kind, one that is secret before others: which kind it is only an administrator may see, who
 * would be asked for his password once more. (transfer none) (nullable) */
static json_t *
find_setting (json_t *kinds, const char *name)
{
  json_t *kind, *setting, *found = NULL;
  gsize i, k;

  json_array_foreach (kinds, i, kind)
    {
      json_array_foreach (secinfo_json_get_array (kind, "settings"), k, setting)
        {
          if (g_strcmp0 (secinfo_json_get_string (setting, "name"), name) != 0)
            continue;
          if (secinfo_json_get_boolean (setting, "secret", FALSE))
            return setting;
          found = setting;
        }
    }
  return found;
}

/* NULL with cli->status set. */
static SecinfoSecret *
ask_value (Cli *cli, json_t *setting, const char *name)
{
  const char *label = secinfo_json_get_string (setting, "label");
  g_autofree char *prompt = g_strdup_printf ("%s:", label != NULL ? cli_translate (label) : name);
  SecinfoSecret *answer = cli_ask_secret (cli, prompt);

  if (answer == NULL)
    cli->status = cli_nobody (cli);
  return answer;
}

/* "name=value", or "name" alone, which is asked for. FALSE with cli->status set. */
static gboolean
take_argument (Cli *cli, json_t *kinds, json_t *settings, const char *argument)
{
  const char *equals = strchr (argument, '=');
  g_autofree char *name = equals != NULL ? g_strndup (argument, (gsize) (equals - argument)) : g_strdup (argument);
  json_t *setting = find_setting (kinds, name);
  gboolean secret = setting != NULL && secinfo_json_get_boolean (setting, "secret", FALSE);
  g_autoptr(SecinfoSecret) asked = NULL;

  cli->status = CLI_USAGE;
  if (setting == NULL)
    cli_usage (_("There is no setting “%s”. “secinfoctl gateways kinds” lists them."), name);
  else if (equals != NULL && secret)
    cli_usage (_("“%s” is a secret: write its name alone, and it is asked for. In the command others could read it."),
               name);
  else if (equals == NULL && !secret)
    cli_usage (_("“%s” is not of the form name=value."), argument);
  else if (equals == NULL)
    {
      asked = ask_value (cli, setting, name);
      return asked != NULL &&
             json_object_set_new (settings, name, json_string (secinfo_secret_get_text (asked))) == 0;
    }
  else if (json_object_set_new (settings, name, json_string (equals + 1)) == 0)
    return TRUE;
  else
    cli_usage (_("“%s” is not text in UTF-8."), name);
  return FALSE;
}

/* (nullable) with cli->status set. */
static json_t *
list_kinds (Cli *cli)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  json_t *kinds;

  secinfo_client_list_gateway_kinds_async (cli_get_client (cli), NULL, NULL, cli_keep_cb, &result);
  kinds = secinfo_client_list_gateway_kinds_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (kinds == NULL)
    cli->status = cli_fail (cli, error);
  return kinds;
}

int
cli_gateways_change (Cli *cli, int argc, char **argv)
{
  g_autofree char *title = NULL;
  GOptionEntry entries[] = {
    { "title", 0, 0, G_OPTION_ARG_STRING, &title, N_("A name for it"), N_("NAME") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr(json_t) kinds = NULL, settings = json_object (), gateway = NULL;
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl gateways change", N_("ID [NAME=VALUE…] [SECRET…]"),
                  _("Changes what is named and leaves the rest. NAME= takes the default again; a secret setting is "
                    "named alone, and asked for."), entries, 1, 64))
    return cli->status;
  if (argc == 2 && title == NULL)
    return cli_usage (_("Say what is to be changed: name=value, or --title."));
  kinds = list_kinds (cli);
  if (kinds == NULL)
    return cli->status;
  for (int i = 2; i < argc; i++)
    {
      if (!take_argument (cli, kinds, settings, argv[i]))
        return cli->status;
    }
  while (cli_try (cli, &call))
    {
      secinfo_client_change_gateway_async (cli_get_administrator (cli), argv[1], title, json_incref (settings), -1,
                                           NULL, cli_keep_cb, &call.result);
      gateway = secinfo_client_change_gateway_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (gateway == NULL)
    return cli_fail (cli, call.error);
  if (cli->json)
    cli_print_json (gateway);
  cli_say (cli, "%s", _("Changed."));
  return CLI_DONE;
}

/* --- import ------------------------------------------------------------------------------------------------------- */

/* (transfer full); NULL with cli->status set. */
static char *
read_description (Cli *cli, const char *path)
{
  g_autoptr(GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr(GFileInputStream) stream = NULL;
  g_autofree char *text = g_malloc0 (FILE_MAX + 2);
  g_autoptr(GError) error = NULL;
  gsize length = 0;

  cli->status = CLI_REFUSED;
  stream = g_file_read (file, NULL, &error);
  if (stream == NULL ||
      !g_input_stream_read_all (G_INPUT_STREAM (stream), text, FILE_MAX + 1, &length, NULL, &error))
    g_printerr ("%s: %s\n", path, error->message);
  else if (length > FILE_MAX)
    g_printerr (_("%s: a description has at most %d bytes.\n"), path, FILE_MAX);
  else if (strlen (text) != length || !g_utf8_validate (text, (gssize) length, NULL))
    g_printerr (_("%s: this is not text in UTF-8.\n"), path);
  else
    return g_steal_pointer (&text);
  return NULL;
}

int
cli_gateways_import (Cli *cli, int argc, char **argv)
{
  g_autofree char *text = NULL;
  g_autoptr(json_t) kind = NULL;
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl gateways import", N_("FILE"),
                  _("Takes over the description of a way to send of your own; of one with the same name it takes the "
                    "place."), NULL, 1, 1))
    return cli->status;
  text = read_description (cli, argv[1]);
  if (text == NULL)
    return cli->status;
  while (cli_try (cli, &call))
    {
      secinfo_client_import_gateway_kind_async (cli_get_administrator (cli), text, NULL, cli_keep_cb, &call.result);
      kind = secinfo_client_import_gateway_kind_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (kind == NULL)
    {
      if (secinfo_problem_from_error (call.error) != NULL &&
          secinfo_problem_get_kind (secinfo_problem_from_error (call.error)) == SECINFO_PROBLEM_SETTINGS_NOT_VALID)
        g_prefix_error (&call.error, "%s: ", argv[1]);
      return cli_fail (cli, call.error);
    }
  if (cli->json)
    cli_print_json (kind);
  cli_say (cli, _("Taken over. “secinfoctl gateways add %s” sets it up."), secinfo_json_get_string (kind, "name"));
  return CLI_DONE;
}

typedef void     (*RemoveFunc)       (SecinfoClient *client, const char *id, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer data);
typedef gboolean (*RemoveFinishFunc) (SecinfoClient *client, GAsyncResult *result, GError **error);

/* Asks, unless --yes, and removes what the one argument names. */
static int
remove_named (Cli *cli, int argc, char **argv, const char *command, const char *what, const char *summary,
              const char *question, RemoveFunc begin, RemoveFinishFunc finish)
{
  gboolean yes = FALSE, done = FALSE;
  GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_("Do not ask"), NULL },
    G_OPTION_ENTRY_NULL
  };
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, command, what, summary, entries, 1, 1))
    return cli->status;
  if (!yes && !cli_ask_yes (cli, question))
    return cli->status;
  while (cli_try (cli, &call))
    {
      begin (cli_get_administrator (cli), argv[1], NULL, cli_keep_cb, &call.result);
      done = finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (!done)
    return cli_fail (cli, call.error);
  if (cli->json)
    {
      g_autoptr(json_t) object = json_pack ("{s:s}", "removed", argv[1]);

      cli_print_json (object);
    }
  cli_say (cli, "%s", _("Removed."));
  return CLI_DONE;
}

int
cli_gateways_remove (Cli *cli, int argc, char **argv)
{
  return remove_named (cli, argc, argv, "secinfoctl gateways remove", N_("ID"),
                       _("Removes a way to send, its credentials too."),
                       _("Remove this way to send, and its credentials?"),
                       secinfo_client_remove_gateway_async, secinfo_client_remove_gateway_finish);
}

int
cli_gateways_forget (Cli *cli, int argc, char **argv)
{
  return remove_named (cli, argc, argv, "secinfoctl gateways forget", N_("KIND"),
                       _("Removes the description of a way to send that was imported. While one of its kind is set up, "
                         "it stays."),
                       _("Remove this description?"),
                       secinfo_client_remove_gateway_kind_async, secinfo_client_remove_gateway_kind_finish);
}
