/* cli-saved-codes.c - secinfoctl saved-codes
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include "secinfo-time.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* --- showing ------------------------------------------------------------------------------------------------------ */

static void
print_used (json_t *used)
{
  g_autoptr(GPtrArray) rows = cli_table_new ();
  json_t *one;
  gsize i;

  json_array_foreach (used, i, one)
    {
      const char *where = secinfo_json_get_string (one, "where");
      g_autofree char *at = secinfo_time_to_words (secinfo_json_get_time (one, "at"),
                                                   g_get_real_time () / G_USEC_PER_SEC);

      cli_table_add (rows, secinfo_json_get_string (one, "label"), at, where != NULL ? where : "", NULL);
    }
  if (rows->len > 0)
    g_print ("\n%s\n", _("Used:"));
  cli_print_table (rows);
}

static void
print_state (json_t *codes)
{
  gint64 left = secinfo_json_get_integer (codes, "left", 0);
  gint64 made_at = secinfo_json_get_time (codes, "made_at");
  json_t *pending = secinfo_json_get_object (codes, "pending");

  if (made_at == 0)
    g_print ("%s\n", _("You have no saved codes. “secinfoctl saved-codes make” makes ten."));
  else
    {
      g_autofree char *day = secinfo_time_to_day (made_at, g_get_real_time () / G_USEC_PER_SEC);

      /* Translators: “7 of 10 saved codes left, made on 3 November.” */
      g_print (g_dngettext (GETTEXT_PACKAGE, "%d of %d saved codes left, made on %s.",
                            "%d of %d saved codes left, made on %s.", left), (int) left, 10, day);
      g_print ("\n");
    }
  if (pending != NULL)
    {
      g_autofree char *until = secinfo_time_to_clock (secinfo_json_get_time (pending, "expires_at"));

      /* Translators: %s is a time such as 14:33 */
      g_print (_("New codes wait until %s for the label of code %d: “secinfoctl saved-codes prove LABEL”."), until,
               (int) secinfo_json_get_integer (pending, "position", 0));
      g_print ("\n");
    }
  print_used (secinfo_json_get_array (codes, "used"));
}

static int
show (Cli *cli, int argc, char **argv)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  g_autoptr(json_t) codes = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl saved-codes show", NULL,
                  _("How many saved codes are left. The codes themselves are shown only when they are made."),
                  NULL, 0, 0))
    return cli->status;
  secinfo_client_get_saved_codes_async (cli_get_client (cli), NULL, cli_keep_cb, &result);
  codes = secinfo_client_get_saved_codes_finish (cli->client, cli_await (&result), &error);
  g_object_unref (result);
  if (codes == NULL)
    return cli_fail (cli, error);
  if (cli->json)
    cli_print_json (codes);
  else
    print_state (codes);
  return CLI_DONE;
}

/* --- proving ------------------------------------------------------------------------------------------------------ */

/* NULL with @error. */
static json_t *
send_label (Cli *cli, const char *label, GError **error)
{
  CliCall call = { NULL, };
  json_t *codes = NULL;

  while (cli_try (cli, &call))
    {
      secinfo_client_prove_saved_codes_async (cli_get_client (cli), label, NULL, cli_keep_cb, &call.result);
      codes = secinfo_client_prove_saved_codes_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (codes == NULL)
    g_propagate_error (error, call.error);
  return codes;
}

static int
done (Cli *cli, json_t *codes)
{
  g_autoptr(json_t) owned = codes;

  if (cli->json)
    cli_print_json (owned);
  cli_say (cli, "%s", _("The new codes are in force. The old ones no longer work."));
  return CLI_DONE;
}

static int
prove (Cli *cli, int argc, char **argv)
{
  GError *error = NULL;
  json_t *codes;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl saved-codes prove", N_("LABEL"),
                  _("Shows that the new codes are kept: the pair of characters before the code that was asked for."),
                  NULL, 1, 1))
    return cli->status;
  codes = send_label (cli, argv[1], &error);
  return codes != NULL ? done (cli, codes) : cli_fail (cli, error);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

/* The codes as lines of text, in memory that is wiped. */
static GString *
make_text (json_t *codes)
{
  GString *text = g_string_sized_new (4096);   /* never grows, so no copy stays behind */
  json_t *one;
  gsize i;

  g_string_append_printf (text, "%s\n%s\n\n", _("SecInfo: saved codes"),
                          _("Each lets you in once: type ? as the password at the sign-in screen, then a code."));
  json_array_foreach (codes, i, one)
    {
      g_string_append_printf (text, "%2d.  %s:  %s\n", (int) i + 1, secinfo_json_get_string (one, "label"),
                              secinfo_json_get_string (one, "code"));
    }
  return text;
}

static void
free_text (GString *text)
{
  explicit_bzero (text->str, text->allocated_len);
  g_string_free (text, TRUE);
}

/* A file of one's own that was not there before: nobody else has it open. */
static gboolean
write_file (const char *path, GString *text, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean written = fd >= 0 && write (fd, text->str, text->len) == (ssize_t) text->len && fsync (fd) == 0;
  int reason = errno;

  if (fd >= 0)
    close (fd);
  if (!written)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (reason), "%s: %s", path, g_strerror (reason));
      if (fd >= 0)
        unlink (path);
    }
  return written;
}

static json_t *
make_codes (Cli *cli, GError **error)
{
  CliCall call = { NULL, };
  json_t *made = NULL;

  while (cli_try (cli, &call))
    {
      secinfo_client_make_saved_codes_async (cli_get_client (cli), NULL, cli_keep_cb, &call.result);
      made = secinfo_client_make_saved_codes_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (made == NULL)
    g_propagate_error (error, call.error);
  return made;
}

static gboolean
hand_out (Cli *cli, json_t *made, const char *path, GError **error)
{
  GString *text = make_text (secinfo_json_get_array (made, "codes"));
  gboolean handed = path == NULL || write_file (path, text, error);

  if (handed && path == NULL && !cli->json)
    g_print ("%s\n", text->str);
  if (handed && cli->json)
    cli_print_json (made);
  if (handed && path != NULL)
    cli_say (cli, _("The codes are in %s. Print them, keep them away from this computer, then delete the file."), path);
  free_text (text);
  return handed;
}

/* Asks until it is right; an empty line leaves the codes waiting. */
static int
ask_label (Cli *cli, json_t *made)
{
  int position = (int) secinfo_json_get_integer (made, "position", 0);
  /* Translators: %d is a number from 1 to 10 */
  g_autofree char *prompt = g_strdup_printf (_("Label of code %d, from your print:"), position);

  for (;;)
    {
      g_autofree char *label = cli_ask (cli, prompt);
      GError *error = NULL;
      SecinfoProblem *problem;
      json_t *codes;

      if (label == NULL || *label == '\0')
        {
          cli_say (cli, "%s", _("Not in force yet: your old codes still work. Within an hour, “secinfoctl saved-codes "
                                "prove LABEL” brings the new ones into force."));
          return CLI_REFUSED;
        }
      codes = send_label (cli, label, &error);
      if (codes != NULL)
        return done (cli, codes);
      problem = secinfo_problem_from_error (error);
      if (problem == NULL || secinfo_problem_get_kind (problem) != SECINFO_PROBLEM_LABEL_WRONG ||
          secinfo_json_get_integer (secinfo_problem_get_members (problem), "attempts_left", 0) == 0)
        return cli_fail (cli, error);
      g_printerr ("%s\n", error->message);
      g_error_free (error);
    }
}

static int
make (Cli *cli, int argc, char **argv)
{
  g_autofree char *path = NULL;
  gboolean later = FALSE;
  GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &path, N_("Write them to a new text file instead"), N_("FILE") },
    { "prove-later", 0, 0, G_OPTION_ARG_NONE, &later, N_("Do not ask for the label now"), NULL },
    G_OPTION_ENTRY_NULL
  };
  GError *error = NULL;
  g_autoptr(json_t) made = NULL;

  if (!cli_parse (cli, &argc, &argv, "secinfoctl saved-codes make", NULL,
                  _("Makes ten codes, shown only now. They take the place of the old ones once a label was typed "
                    "back."),
                  entries, 0, 0))
    return cli->status;
  made = make_codes (cli, &error);
  if (made == NULL || !hand_out (cli, made, path, &error))
    return cli_fail (cli, error);
  /* A program proves with the verb of its own, after it has put the codes somewhere. */
  if (!later && !cli->json)
    return ask_label (cli, made);
  cli_say (cli, _("Within an hour: “secinfoctl saved-codes prove LABEL” with the label of code %d."),
           (int) secinfo_json_get_integer (made, "position", 0));
  return CLI_DONE;
}

static int
delete_codes (Cli *cli, int argc, char **argv)
{
  gboolean yes = FALSE, deleted = FALSE;
  GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &yes, N_("Do not ask"), NULL },
    G_OPTION_ENTRY_NULL
  };
  CliCall call = { NULL, };

  if (!cli_parse (cli, &argc, &argv, "secinfoctl saved-codes delete", NULL, _("No saved code works any more."), entries,
                  0, 0))
    return cli->status;
  if (!yes && !cli_ask_yes (cli, _("Delete all your saved codes?")))
    return cli->status;
  while (cli_try (cli, &call))
    {
      secinfo_client_delete_saved_codes_async (cli_get_client (cli), NULL, cli_keep_cb, &call.result);
      deleted = secinfo_client_delete_saved_codes_finish (cli->client, cli_await (&call.result), &call.error);
    }
  if (!deleted)
    return cli_fail (cli, call.error);
  if (cli->json)
    {
      g_autoptr(json_t) object = json_pack ("{s:b}", "deleted", 1);

      cli_print_json (object);
    }
  cli_say (cli, "%s", _("Your saved codes are deleted."));
  return CLI_DONE;
}

int
cli_saved_codes (Cli *cli, int argc, char **argv)
{
  static const CliVerb verbs[] = {
    { "show", show, N_("how many are left") },
    { "make", make, N_("make ten new ones, to print") },
    { "prove", prove, N_("bring new ones into force with a label") },
    { "delete", delete_codes, N_("delete them all") },
    { NULL, NULL, NULL }
  };

  return cli_dispatch (cli, verbs, "secinfoctl saved-codes", "show", argc, argv);
}
