/* cli-policy.c - secinfoctl policy
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-client-policy.h"

#include <string.h>

static char *
value_of (json_t *item, const char *name)
{
  json_t *value = json_object_get (item, name);

  if (json_is_integer (value))
    return g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (value));
  return g_strdup (json_is_string (value) ? json_string_value (value) : "");
}

static void
print_rules (json_t *items)
{
  g_autoptr(GPtrArray) rows = cli_table_new ();
  json_t *item;
  gsize i;

  json_array_foreach (items, i, item)
    {
      const char *key = secinfo_json_get_string (item, "key");
      g_autofree char *value = value_of (item, "value");
      g_autofree char *usual = value_of (item, "usual");
      g_autofree char *least = value_of (item, "least");
      g_autofree char *most = value_of (item, "most");
      g_autofree char *more = NULL;

      if (secinfo_json_get_boolean (item, "fixed", FALSE))
        more = g_strdup (_("set in secinfod.conf"));
      else if (strcmp (value, usual) != 0)
        more = *usual != '\0' ? g_strdup_printf (_("changed; %s otherwise"), usual) : g_strdup (_("changed"));
      else
        more = *least != '\0' ? g_strdup_printf (_("%s to %s"), least, most) : g_strdup ("");
      cli_table_add (rows, key != NULL ? key : "", value, more, NULL);
    }
  cli_print_table (rows);
}

static int
list (Cli *cli, int argc, char **argv)
{
  g_autoptr(json_t) items = NULL;
  GAsyncResult *result = NULL;
  GError *error = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl policy list", NULL,
                  _("The rules by their keys, as in secinfod.conf: times in seconds, sign-in-floor in milliseconds."),
                  NULL, 0, 0))
    return cli->status;
  secinfo_client_get_policy_async (cli_get_client (cli), NULL, cli_keep_cb, &result);
  items = secinfo_client_get_policy_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (items == NULL)
    return cli_fail (cli, error);
  if (cli->json)
    cli_print_json (items);
  else
    print_rules (items);
  return CLI_DONE;
}

/* "code-life=900", "code-life=" for what is usual. FALSE: it is neither. */
static gboolean
add_setting (json_t *settings, const char *text)
{
  const char *equals = strchr (text, '=');
  g_autofree char *key = equals != NULL ? g_strndup (text, equals - text) : NULL;
  guint64 number;

  if (key == NULL || *key == '\0')
    return FALSE;
  if (equals[1] == '\0')
    json_object_set_new (settings, key, json_null ());
  else if (g_ascii_string_to_unsigned (equals + 1, 10, 0, G_MAXUINT32, &number, NULL))
    json_object_set_new (settings, key, json_integer ((json_int_t) number));
  else
    json_object_set_new (settings, key, json_string (equals + 1));
  return TRUE;
}

static int
set (Cli *cli, int argc, char **argv)
{
  g_autoptr(json_t) items = NULL;
  json_t *settings;
  GAsyncResult *result = NULL;
  GError *error = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl policy set", N_("KEY=VALUE…"),
                  _("Changes rules, all that are named or none; KEY= takes a change back."), NULL, 1, 64))
    return cli->status;
  settings = json_object ();
  for (int i = 1; i < argc; i++)
    {
      if (!add_setting (settings, argv[i]))
        {
          json_decref (settings);
          return cli_usage (_("“%s” is not of the form KEY=VALUE."), argv[i]);
        }
    }
  secinfo_client_change_policy_async (cli_get_administrator (cli), settings, NULL, cli_keep_cb, &result);
  items = secinfo_client_change_policy_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (items == NULL)
    return cli_fail (cli, error);
  if (cli->json)
    cli_print_json (items);
  else
    cli_say (cli, "%s", _("Changed. It holds from now on."));
  return CLI_DONE;
}

/* “Always so”, as the window says it. */
static int
words (Cli *cli, int argc, char **argv)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  SecinfoServiceInfo *info;
  json_t *rule;
  gsize i;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl policy words", NULL, _("The rules in words."), NULL, 0, 0))
    return cli->status;
  secinfo_client_get_service_async (cli_get_client (cli), NULL, cli_keep_cb, &result);
  info = secinfo_client_get_service_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (info == NULL)
    return cli_fail (cli, error);
  if (cli->json)
    cli_print_json (info->policy);
  json_array_foreach (info->policy, i, rule)
    if (secinfo_json_get_string (rule, "title") != NULL && secinfo_json_get_string (rule, "text") != NULL)
      cli_say (cli, "%s\n    %s", secinfo_json_get_string (rule, "title"), secinfo_json_get_string (rule, "text"));
  secinfo_service_info_free (info);
  return CLI_DONE;
}

int
cli_policy (Cli *cli, int argc, char **argv)
{
  static const CliVerb verbs[] = {
    { "list", list, N_("what holds") },
    { "words", words, N_("the same in words") },
    { "set", set, N_("change rules (administrators)") },
    { NULL, NULL, NULL }
  };

  return cli_dispatch (cli, verbs, "secinfoctl policy", "list", argc, argv);
}
