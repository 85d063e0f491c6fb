/* cli-gateways.c - secinfoctl gateways
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-client-gateways.h"
#include "secinfo-gateway-words.h"

/* "Last delivered 2 minutes ago · 98 % of 240" */
static char *
health_words (json_t *gateway)
{
  g_autofree char *title = NULL, *more = NULL;
  gint64 place = secinfo_json_get_integer (gateway, "position", 0);

  /* An alert goes to all that are for alerts. */
  if (g_strcmp0 (secinfo_json_get_string (gateway, "medium"), "push") == 0)
    place = 0;
  secinfo_gateway_to_words (gateway, (guint) CLAMP (place, 0, G_MAXINT), g_get_real_time () / G_USEC_PER_SEC, &title,
                            &more);
  /* Translators: two things that are known of it: “Last delivered 2 minutes ago · 98 % of 240” */
  return more != NULL ? g_strdup_printf (_("%s · %s"), title, more) : g_steal_pointer (&title);
}

static const char *
text_of (json_t *object, const char *name)
{
  const char *text = secinfo_json_get_string (object, name);

  return text != NULL ? text : "";
}

static int
list (Cli *cli, int argc, char **argv)
{
  g_autoptr(json_t) gateways = NULL;
  g_autoptr(GPtrArray) rows = cli_table_new ();
  json_t *gateway;
  gsize i;
  GAsyncResult *result = NULL;
  GError *error = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl gateways list", NULL, _("How codes are sent, in order of fail-over."),
                  NULL, 0, 0))
    return cli->status;
  secinfo_client_list_gateways_async (cli_get_administrator (cli), NULL, cli_keep_cb, &result);
  gateways = secinfo_client_list_gateways_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (gateways == NULL)
    return cli_fail (cli, error);
  if (cli->json)
    {
      cli_print_json (gateways);
      return CLI_DONE;
    }
  if (json_array_size (gateways) == 0)
    g_print ("%s\n", _("Nothing set up yet"));
  json_array_foreach (gateways, i, gateway)
    {
      g_autofree char *health = health_words (gateway);

      cli_table_add (rows, text_of (gateway, "id"), text_of (gateway, "medium"), text_of (gateway, "kind"),
                     text_of (gateway, "title"), health, NULL);
    }
  cli_print_table (rows);
  return CLI_DONE;
}

static void
print_kind (json_t *kind)
{
  g_autoptr(GPtrArray) rows = cli_table_new ();
  json_t *setting;
  gsize i;

  g_print ("%s  %s (%s)\n", text_of (kind, "name"), cli_translate (text_of (kind, "title")), text_of (kind, "medium"));
  json_array_foreach (secinfo_json_get_array (kind, "settings"), i, setting)
    {
      g_autofree char *more = NULL;
      const char *value = secinfo_json_get_string (setting, "default");

      if (secinfo_json_get_boolean (setting, "secret", FALSE))
        more = g_strdup (_("asked for"));
      else if (value != NULL && *value != '\0')
        more = g_strdup_printf (_("“%s” where it is not given"), value);
      else
        more = g_strdup (secinfo_json_get_boolean (setting, "required", FALSE) ? _("needed") : "");
      cli_table_add (rows, "   ", text_of (setting, "name"), cli_translate (text_of (setting, "label")), more, NULL);
    }
  cli_print_table (rows);
}

static int
kinds (Cli *cli, int argc, char **argv)
{
  g_autofree char *address = NULL;
  GOptionEntry entries[] = {
    { "address", 0, 0, G_OPTION_ARG_STRING, &address, N_("Also what the provider of this address needs"),
     N_("ADDRESS") },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr(json_t) found = NULL;
  json_t *kind;
  gsize i;
  GAsyncResult *result = NULL;
  GError *error = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl gateways kinds", NULL,
                  _("The ways to send that there are, and their settings."), entries, 0, 0))
    return cli->status;
  secinfo_client_list_gateway_kinds_async (cli_get_client (cli), address, NULL, cli_keep_cb, &result);
  found = secinfo_client_list_gateway_kinds_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (found == NULL)
    return cli_fail (cli, error);
  if (cli->json)
    {
      cli_print_json (found);
      return CLI_DONE;
    }
  json_array_foreach (found, i, kind)
    {
      print_kind (kind);
      cli_gateways_print_preset (cli, secinfo_json_get_object (kind, "preset"));
    }
  return CLI_DONE;
}

static int
order (Cli *cli, int argc, char **argv)
{
  g_autoptr(json_t) gateway = NULL;
  guint64 place;
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl gateways order", N_("ID PLACE"),
                  _("Puts a way to send at a place among those of its kind: 1 is tried first."), NULL, 2, 2))
    return cli->status;
  if (!g_ascii_string_to_unsigned (argv[2], 10, 1, 1000, &place, NULL))
    return cli_usage (_("“%s” is no place: it is a number from 1 on."), argv[2]);
  while (cli_try (cli, &call))
    {
      secinfo_client_move_gateway_async (cli_get_administrator (cli), argv[1], (guint) place - 1, NULL, cli_keep_cb,
                                         &call.result);
      gateway = secinfo_client_move_gateway_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (gateway == NULL)
    return cli_fail (cli, call.error);
  if (cli->json)
    cli_print_json (gateway);
  cli_say (cli, "%s", _("Moved."));
  return CLI_DONE;
}

static int
test (Cli *cli, int argc, char **argv)
{
  g_autoptr(json_t) answer = NULL;
  const char *detail;
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl gateways test", N_("ID [TO]"),
                  _("Sends a test message to an address or number (none for alerts alone)."), NULL, 1, 2))
    return cli->status;
  while (cli_try (cli, &call))
    {
      secinfo_client_test_gateway_async (cli_get_administrator (cli), argv[1], argc > 2 ? argv[2] : "", NULL,
                                         cli_keep_cb, &call.result);
      answer = secinfo_client_test_gateway_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (answer == NULL)
    return cli_gateways_fail (cli, call.error, argv[1]);
  detail = secinfo_json_get_string (answer, "detail");
  if (cli->json)
    cli_print_json (answer);
  cli_say (cli, "%s", _("Taken over. Did it arrive?"));
  if (detail != NULL)
    cli_say (cli, "%s", detail);
  return CLI_DONE;
}

int
cli_gateways (Cli *cli, int argc, char **argv)
{
  static const CliVerb verbs[] = {
    { "list", list, N_("how codes are sent, in order") },
    { "kinds", kinds, N_("what there is to choose from") },
    { "add", cli_gateways_add, N_("add a way to send") },
    { "change", cli_gateways_change, N_("change its settings") },
    { "import", cli_gateways_import, N_("a way to send of your own, from its description") },
    { "forget", cli_gateways_forget, N_("remove such a description") },
    { "order", order, N_("which is tried first") },
    { "test", test, N_("send a test message") },
    { "prove", cli_gateways_prove, N_("send a code that proves it, and your contact") },
    { "remove", cli_gateways_remove, N_("remove a way to send") },
    { NULL, NULL, NULL }
  };

  return cli_dispatch (cli, verbs, "secinfoctl gateways", "list", argc, argv);
}
