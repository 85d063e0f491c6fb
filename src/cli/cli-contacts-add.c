/* cli-contacts-add.c - secinfoctl contacts add, verify, update
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-address.h"

#include <string.h>

static void
print_verified (Cli *cli, SecinfoContact *contact)
{
  if (contact != NULL && cli->json)
    cli_print_json (secinfo_contact_get_json (contact));
  if (contact != NULL)
    cli_say (cli, _("Verified. Codes and alerts now reach you at %s."), cli_contact_text (contact));
}

int
cli_prove (Cli *cli, const char *id, const char *via)
{
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autoptr(SecinfoContact) contact = NULL;
  g_autofree char *key = g_uuid_string_random ();
  CliCall call = { NULL, };

  while (cli_try (cli, &call))
    {
      secinfo_client_prove_contact_async (cli_get_client (cli), id, via, key, NULL, cli_keep_cb, &call.result);
      challenge = secinfo_client_prove_contact_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (challenge == NULL)
    return cli_fail (cli, call.error);
  if (!cli_ask_code (cli, challenge, &contact))
    {
      g_printerr (_("Not yet verified. “secinfoctl code answer %s” goes on."), secinfo_challenge_get_id (challenge));
      g_printerr ("\n");
      return cli->status;
    }
  print_verified (cli, contact);
  return CLI_DONE;
}

/* Looked at here first, so that a slip of the finger costs no password. FALSE with cli->status set. */
static gboolean
check (Cli *cli, SecinfoContactKind kind, const char *value, const char *region)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoAddress) address = kind == SECINFO_CONTACT_PHONE ? secinfo_address_parse_phone (value, region,
                                                                                                   &error)
                                                                    : secinfo_address_parse_email (value, &error);

  if (address == NULL)
    {
      cli->status = CLI_REFUSED;
      g_printerr ("%s\n", secinfo_address_error_to_words (error->code, kind));
      return FALSE;
    }
  if (secinfo_address_is_idn (address))
    g_printerr ("%s (%s)\n", secinfo_address_get_display (address), secinfo_address_get_value (address));
  if (secinfo_address_is_unusual (address))
    {
      g_autofree char *name = secinfo_region_to_name (secinfo_address_get_region (address) != NULL
                                                        ? secinfo_address_get_region (address) : "");

      g_printerr (_("Unusual for a number in %s. Look again."), name);
      g_printerr ("\n");
    }
  return TRUE;
}

/* Said before a password is asked for: no code could go there. FALSE with cli->status set. */
static gboolean
check_channel (Cli *cli, SecinfoContactKind kind)
{
  SecinfoMedium medium = kind == SECINFO_CONTACT_PHONE ? SECINFO_MEDIUM_SMS : SECINFO_MEDIUM_EMAIL;

  if (!cli_load_account (cli))
    return FALSE;
  if (secinfo_account_get_channel (cli->account, medium)->state != SECINFO_CHANNEL_NONE ||
      (kind == SECINFO_CONTACT_PHONE &&
       secinfo_account_get_channel (cli->account, SECINFO_MEDIUM_VOICE)->state != SECINFO_CHANNEL_NONE))
    return TRUE;

  cli->status = CLI_REFUSED;
  g_printerr ("%s %s\n", kind == SECINFO_CONTACT_EMAIL ? _("This computer cannot send email yet.")
                                                       : _("This computer cannot send text messages yet."),
              secinfo_account_is_administrator (cli->account) ? _("Set it up with “secinfoctl gateways add”.")
                                                              : _("The administrator can set it up."));
  return FALSE;
}

/* What follows for a contact that is new. Takes @contact. */
static int
go_on (Cli *cli, SecinfoContact *contact, const char *via, gboolean no_verify)
{
  g_autoptr(SecinfoContact) owned = contact;

  if (!no_verify)
    return cli_prove (cli, secinfo_contact_get_id (owned), via);
  if (cli->json)
    cli_print_json (secinfo_contact_get_json (owned));
  cli_say (cli, _("Added, not yet verified. “secinfoctl contacts verify %s” sends a code."),
           secinfo_contact_get_id (owned));
  return CLI_DONE;
}

static int
add (Cli *cli, SecinfoContactKind kind, const char *value, const char *region, const char *label, const char *via,
     gboolean no_verify)
{
  g_autofree char *key = g_uuid_string_random ();
  CliCall call = { NULL, };
  SecinfoContact *contact = NULL;

  while (cli_try (cli, &call))
    {
      secinfo_client_add_contact_async (cli_get_client (cli), kind, value, region, label, key, NULL, cli_keep_cb,
                                        &call.result);
      contact = secinfo_client_add_contact_finish (cli->client, cli_await (&call.result), &call.error);
    }
  return contact != NULL ? go_on (cli, contact, via, no_verify) : cli_fail (cli, call.error);
}

static gboolean
is_via (const char *via)
{
  return via == NULL || strcmp (via, "sms") == 0 || strcmp (via, "voice") == 0;
}

int
cli_contacts_add (Cli *cli, int argc, char **argv)
{
  g_autofree char *email = NULL, *phone = NULL, *region = NULL, *label = NULL, *via = NULL;
  gboolean no_verify = FALSE;
  GOptionEntry entries[] = {
    { "email", 0, 0, G_OPTION_ARG_STRING, &email, N_("An email address"), N_("ADDRESS") },
    { "phone", 0, 0, G_OPTION_ARG_STRING, &phone, N_("A phone number, best with + and the country"), N_("NUMBER") },
    { "region", 0, 0, G_OPTION_ARG_STRING, &region, N_("Country of a number without +, such as GB"), N_("COUNTRY") },
    { "label", 0, 0, G_OPTION_ARG_STRING, &label, N_("A name for it, such as Personal"), N_("NAME") },
    { "via", 0, 0, G_OPTION_ARG_STRING, &via, N_("How the code comes to a phone"), "sms|voice" },
    { "no-verify", 0, 0, G_OPTION_ARG_NONE, &no_verify, N_("Send no code yet"), NULL },
    G_OPTION_ENTRY_NULL
  };
  SecinfoContactKind kind;
  const char *value;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl contacts add", NULL,
                  _("Adds an email address or phone number. It counts once the code sent there is entered here."),
                  entries, 0, 0))
    return cli->status;
  if ((email == NULL) == (phone == NULL) || !is_via (via) || (via != NULL && phone == NULL))
    return cli_usage (_("Give either --email ADDRESS or --phone NUMBER; --via sms or --via voice goes with a phone."));
  kind = phone != NULL ? SECINFO_CONTACT_PHONE : SECINFO_CONTACT_EMAIL;
  value = phone != NULL ? phone : email;
  if (phone != NULL && region == NULL)
    region = secinfo_region_of_locale ();
  if (!check (cli, kind, value, region) || (!no_verify && !check_channel (cli, kind)))
    return cli->status;
  return add (cli, kind, value, phone != NULL ? region : NULL, label, via, no_verify);
}

int
cli_contacts_verify (Cli *cli, int argc, char **argv)
{
  g_autofree char *via = NULL;
  GOptionEntry entries[] = {
    { "via", 0, 0, G_OPTION_ARG_STRING, &via, N_("How the code comes to a phone"), "sms|voice" },
    G_OPTION_ENTRY_NULL
  };
  SecinfoContact *contact;
  g_autofree char *id = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl contacts verify", N_("CONTACT"),
                  _("Sends a code there and asks for it."), entries, 1, 1))
    return cli->status;
  if (!is_via (via))
    return cli_usage (_("--via is sms or voice."));
  contact = cli_find_contact (cli, argv[1]);
  if (contact == NULL)
    return cli->status;
  /* The list is loaded anew where it has to be confirmed who one is. */
  id = g_strdup (secinfo_contact_get_id (contact));
  return cli_prove (cli, id, via);
}

int
cli_contacts_update (Cli *cli, int argc, char **argv)
{
  g_autofree char *region = NULL, *via = NULL;
  gboolean no_verify = FALSE;
  GOptionEntry entries[] = {
    { "region", 0, 0, G_OPTION_ARG_STRING, &region, N_("Country of a number without +, such as GB"), N_("COUNTRY") },
    { "via", 0, 0, G_OPTION_ARG_STRING, &via, N_("How the code comes to a phone"), "sms|voice" },
    { "no-verify", 0, 0, G_OPTION_ARG_NONE, &no_verify, N_("Send no code yet"), NULL },
    G_OPTION_ENTRY_NULL
  };
  SecinfoContact *old, *contact = NULL;
  SecinfoContactKind kind;
  g_autofree char *id = NULL;
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl contacts update", N_("CONTACT VALUE"),
                  _("Changes an address or number. The old one stays in force until the new one is proven."), entries,
                  2, 2))
    return cli->status;
  if (!is_via (via))
    return cli_usage (_("--via is sms or voice."));
  old = cli_find_contact (cli, argv[1]);
  if (old == NULL)
    return cli->status;
  id = g_strdup (secinfo_contact_get_id (old));
  kind = secinfo_contact_get_kind (old);
  if (kind == SECINFO_CONTACT_PHONE && region == NULL)
    region = secinfo_region_of_locale ();
  if (!check (cli, kind, argv[2], region))
    return cli->status;
  while (cli_try (cli, &call))
    {
      secinfo_client_change_value_async (cli_get_client (cli), id, argv[2],
                                         kind == SECINFO_CONTACT_PHONE ? region : NULL, NULL, cli_keep_cb,
                                         &call.result);
      contact = secinfo_client_change_value_finish (cli->client, cli_await (&call.result), &call.error);
    }
  return contact != NULL ? go_on (cli, contact, via, no_verify) : cli_fail (cli, call.error);
}
