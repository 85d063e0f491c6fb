/* cli-gateways-add.c - secinfoctl gateways add
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include <string.h>

const char *
cli_translate (const char *word)
{
  return *word != '\0' ? _(word) : "";
}

static void
print_steps (Cli *cli, json_t *preset)
{
  json_t *step;
  gsize i;

  json_array_foreach (secinfo_json_get_array (preset, "steps"), i, step)
    if (json_is_string (step))
      cli_say (cli, "  %" G_GSIZE_FORMAT ". %s", i + 1, json_string_value (step));
}

void
cli_gateways_print_preset (Cli *cli, json_t *preset)
{
  const char *title = preset != NULL ? secinfo_json_get_string (preset, "title") : NULL;
  const char *page = preset != NULL ? secinfo_json_get_string (preset, "page") : NULL;
  const char *name;
  json_t *value;

  if (title == NULL)
    return;
  if (!secinfo_json_get_boolean (preset, "works", TRUE))
    {
      print_steps (cli, preset);
      return;
    }
  cli_say (cli, _("For %s:"), title);
  json_object_foreach (secinfo_json_get_object (preset, "settings"), name, value)
    if (json_is_string (value))
      cli_say (cli, "    %s=%s", name, json_string_value (value));
  if (secinfo_json_get_boolean (preset, "app_password", FALSE))
    cli_say (cli, _("%s takes an app password here, not the one that you sign in with."), title);
  print_steps (cli, preset);
  if (page != NULL)
    cli_say (cli, "    %s", page);
}

/* @address: (nullable) */
static json_t *
find_kind (Cli *cli, const char *name, const char *address)
{
  g_autoptr(json_t) kinds = NULL;
  json_t *kind;
  gsize i;
  GAsyncResult *result = NULL;
  GError *error = NULL;

  secinfo_client_list_gateway_kinds_async (cli_get_client (cli), address, NULL, cli_keep_cb, &result);
  kinds = secinfo_client_list_gateway_kinds_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (kinds == NULL)
    {
      cli->status = cli_fail (cli, error);
      return NULL;
    }
  json_array_foreach (kinds, i, kind)
    if (g_strcmp0 (secinfo_json_get_string (kind, "name"), name) == 0)
      return json_incref (kind);
  cli->status = cli_usage (_("There is no kind “%s”. “secinfoctl gateways kinds” lists them."), name);
  return NULL;
}

static json_t *
find_setting (json_t *kind, const char *name)
{
  json_t *setting;
  gsize i;

  json_array_foreach (secinfo_json_get_array (kind, "settings"), i, setting)
    if (g_strcmp0 (secinfo_json_get_string (setting, "name"), name) == 0)
      return setting;
  return NULL;
}

/* FALSE with cli->status set. */
static gboolean
take_arguments (Cli *cli, json_t *kind, json_t *settings, char **arguments)
{
  for (; *arguments != NULL; arguments++)
    {
      const char *equals = strchr (*arguments, '=');
      g_autofree char *name = equals != NULL ? g_strndup (*arguments, (gsize) (equals - *arguments)) : NULL;
      json_t *setting = name != NULL ? find_setting (kind, name) : NULL;

      cli->status = CLI_USAGE;
      if (name == NULL)
        cli_usage (_("“%s” is not of the form name=value."), *arguments);
      else if (setting == NULL)
        cli_usage (_("There is no setting “%s”. “secinfoctl gateways kinds” lists them."), name);
      else if (secinfo_json_get_boolean (setting, "secret", FALSE))
        cli_usage (_("“%s” is a secret: it is asked for, and must not be in the command, where others can read it."),
                   name);
      else if (json_object_set_new (settings, name, json_string (equals + 1)) != 0)
        cli_usage (_("“%s” is not text in UTF-8."), name);
      else
        continue;
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_argument (char **arguments, const char *name)
{
  for (; *arguments != NULL; arguments++)
    if (g_str_has_prefix (*arguments, name))
      return TRUE;
  return FALSE;
}

/* What the provider of @address (nullable) needs; the command's own @arguments come after it. FALSE with cli->status
 * set. */
static gboolean
take_preset (Cli *cli, json_t *kind, json_t *settings, const char *address, char **arguments)
{
  json_t *preset = secinfo_json_get_object (kind, "preset");

  if (address == NULL)
    return TRUE;
  if (preset == NULL && !has_argument (arguments, "host="))
    {
      cli->status = cli_usage (_("The provider of “%s” is not known. Give its settings as name=value."), address);
      return FALSE;
    }
  if (preset == NULL)
    {
      json_object_set_new (settings, "user", json_string (address));
      json_object_set_new (settings, "from", json_string (address));
      return TRUE;
    }
  cli_gateways_print_preset (cli, preset);
  if (!secinfo_json_get_boolean (preset, "works", TRUE))
    {
      cli->status = CLI_REFUSED;
      return FALSE;
    }
  json_object_update (settings, secinfo_json_get_object (preset, "settings"));
  return TRUE;
}

/* What is needed and was not given, and every secret. FALSE with cli->status set. */
static gboolean
ask_rest (Cli *cli, json_t *kind, json_t *settings)
{
  json_t *setting;
  gsize i;

  json_array_foreach (secinfo_json_get_array (kind, "settings"), i, setting)
    {
      const char *name = secinfo_json_get_string (setting, "name");
      const char *label = secinfo_json_get_string (setting, "label");
      gboolean secret = secinfo_json_get_boolean (setting, "secret", FALSE);
      gboolean required = secinfo_json_get_boolean (setting, "required", FALSE);
      g_autofree char *prompt = g_strdup_printf ("%s:", label != NULL ? cli_translate (label) : name);
      g_autoptr(SecinfoSecret) answer = NULL;

      if (name == NULL || json_object_get (settings, name) != NULL ||
          (!secret && (!required || secinfo_json_get_string (setting, "default") != NULL)))
        continue;
      if (secret)
        answer = cli_ask_secret (cli, prompt);
      else
        {
          g_autofree char *line = cli_ask (cli, prompt);

          answer = line != NULL ? secinfo_secret_new (line, -1) : NULL;
        }
      if (answer == NULL)
        {
          cli->status = cli_nobody (cli);
          return FALSE;
        }
      if (secinfo_secret_get_length (answer) > 0)
        json_object_set_new (settings, name, json_string (secinfo_secret_get_text (answer)));
    }
  return TRUE;
}

int
cli_gateways_add (Cli *cli, int argc, char **argv)
{
  g_autofree char *title = NULL;
  g_autofree char *address = NULL;
  gboolean no_prove = FALSE;
  GOptionEntry entries[] = {
    { "title", 0, 0, G_OPTION_ARG_STRING, &title, N_("A name for it"), N_("NAME") },
    { "address", 0, 0, G_OPTION_ARG_STRING, &address,
      N_("Send from this mailbox: fills in what its provider needs, and proves it with a code"), N_("ADDRESS") },
    { "no-prove", 0, 0, G_OPTION_ARG_NONE, &no_prove, N_("Send no code yet: it is set aside until one came back"),
      NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr(json_t) kind = NULL, settings = json_object (), gateway = NULL;
  g_autofree char *key = g_uuid_string_random ();
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl gateways add", N_("KIND [NAME=VALUE…]"),
                  _("Adds a way to send codes. Secret settings are asked for."), entries, 1, 64))
    return cli->status;
  kind = find_kind (cli, argv[1], address);
  if (kind == NULL || !take_preset (cli, kind, settings, address, argv + 2) ||
      !take_arguments (cli, kind, settings, argv + 2) || !ask_rest (cli, kind, settings))
    return cli->status;
  while (cli_try (cli, &call))
    {
      (address != NULL ? secinfo_client_set_gateway_aside_async : secinfo_client_add_gateway_async)
        (cli_get_administrator (cli), argv[1], title, json_incref (settings), key, NULL, cli_keep_cb, &call.result);
      gateway = secinfo_client_add_gateway_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (gateway == NULL)
    return cli_fail (cli, call.error);
  if (address != NULL && !no_prove)
    return cli_gateways_prove_with (cli, secinfo_json_get_string (gateway, "id"), address);
  if (cli->json)
    cli_print_json (gateway);
  if (address != NULL)
    cli_say (cli, _("Added, and not proven yet. “secinfoctl gateways prove %s %s” sends the code."),
             secinfo_json_get_string (gateway, "id"), address);
  else
    cli_say (cli, _("Added. “secinfoctl gateways test %s TO” sends a test."),
             secinfo_json_get_string (gateway, "id"));
  return CLI_DONE;
}
