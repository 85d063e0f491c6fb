/* cli-options.c - arguments, the same way for every verb
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfoctl"

#include "config.h"

#include "cli.h"

#include <string.h>

int
cli_usage (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("%s\n", text);
  return CLI_USAGE;
}

static void
add_common (Cli *cli, GOptionContext *context)
{
  GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_("Print JSON instead of text"), NULL },
    { "stdin", 0, 0, G_OPTION_ARG_NONE, &cli->use_stdin,
      N_("Read answers from standard input, a line each, when they are needed"), NULL },
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &cli->socket_path, N_("Socket of the account service"), N_("PATH") },
    G_OPTION_ENTRY_NULL
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

/* GOption leaves the “--” in its place. */
static int
drop_dashes (int *argc, char **argv)
{
  for (int i = 1; i < *argc; i++)
    if (strcmp (argv[i], "--") == 0)
      {
        memmove (argv + i, argv + i + 1, sizeof (char *) * (gsize) (*argc - i));
        (*argc)--;
        break;
      }
  return *argc;
}

gboolean
cli_parse (Cli          *cli,
           int          *argc,
           char       ***argv,
           const char   *words,
           const char   *arguments,
           const char   *summary,
           GOptionEntry *entries,
           int           least,
           int           most)
{
  g_autoptr(GOptionContext) context = g_option_context_new (arguments != NULL ? _(arguments) : NULL);
  g_autoptr(GError) error = NULL;
  gboolean help = FALSE;
  GOptionEntry more[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_("Show this help"), NULL },
    G_OPTION_ENTRY_NULL
  };

  g_set_prgname (words);
  g_option_context_set_summary (context, summary);
  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  add_common (cli, context);
  g_option_context_add_main_entries (context, more, GETTEXT_PACKAGE);

  cli->status = CLI_USAGE;
  if (!g_option_context_parse (context, argc, argv, &error))
    cli_usage ("%s: %s", words, error->message);
  else if (help)
    {
      g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);

      g_print ("%s", text);
      cli->status = CLI_DONE;
    }
  else if (drop_dashes (argc, *argv) - 1 < least || *argc - 1 > most)
    {
      g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);

      g_printerr ("%s", text);
    }
  else
    return TRUE;
  return FALSE;
}

static int
show_verbs (const CliVerb *verbs, const char *words, gboolean wanted)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, _("Usage: %s VERB …"), words);
  g_string_append (text, "\n\n");
  for (; verbs->name != NULL; verbs++)
    g_string_append_printf (text, "  %-10s %s\n", verbs->name, _(verbs->summary));
  g_string_append_printf (text, "\n%s\n", _("Every verb takes --json, --stdin, --socket PATH and --help."));
  if (wanted)
    g_print ("%s", text->str);
  else
    g_printerr ("%s", text->str);
  return wanted ? CLI_DONE : CLI_USAGE;
}

/* Common options may stand before the verb, too: they are moved behind it. @at is the place of the verb, or argc. */
static int
find_verb (int argc, char **argv)
{
  int at = 1;

  while (at < argc && argv[at][0] == '-' && argv[at][1] != '\0')
    at += strcmp (argv[at], "--socket") == 0 ? 2 : 1;
  return MIN (at, argc);
}

int
cli_dispatch (Cli *cli, const CliVerb *verbs, const char *words, const char *otherwise, int argc, char **argv)
{
  int at = find_verb (argc, argv);
  const char *name = at < argc ? argv[at] : otherwise;
  g_autofree char **rest = g_new0 (char *, argc + 2);
  int n = 1;

  for (int i = 1; i < at; i++)
    if (at == argc && (strcmp (argv[i], "--help") == 0 || strcmp (argv[i], "-h") == 0))
      return show_verbs (verbs, words, TRUE);
  if (name == NULL)
    return show_verbs (verbs, words, FALSE);
  rest[0] = (char *) name;
  for (int i = 1; i < argc; i++)
    if (i != at)
      rest[n++] = argv[i];
  for (; verbs->name != NULL; verbs++)
    if (strcmp (verbs->name, name) == 0)
      return verbs->run (cli, n, rest);
  return cli_usage (_("%s: “%s” is not known. %s --help shows what is."), words, name, words);
}
