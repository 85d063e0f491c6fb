/* app-help-list.c - writes the articles of the help out, for make-help.py; runs while it is built alone
 *
 * A line each, KEY and text: what the index says, then of every article its name, title, paragraphs and where in the
 * program it leads to. In English: the catalogues are make-help.py's affair, for gettext may have no locale to work in.
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-help-form.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>

/* A button leads nowhere on a page: what it opens in the window, said in words. */
static const struct
{
  const char *action, *target, *words;
} places[] = {
  { "win.show-page", "info", N_("Open Security Info: your contacts are on the page “Info”.") },
  { "win.saved-codes", NULL, N_("Open Security Info: “Saved codes” is on the page “Info”.") },
  { "win.way-back", NULL, N_("Open Security Info: “Way back in” is on the page “Info”.") },
  { "win.preferences", NULL, N_("Open Security Info and choose “Preferences” in its menu.") },
};

static const char *
find_place (const AppHelpArticle *article)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_strcmp0 (article->action, places[i].action) == 0 && g_strcmp0 (article->target, places[i].target) == 0)
      return places[i].words;
  fprintf (stderr, "app-help-list: the article %s leads to %s, which has no words here\n", article->name,
           article->action);
  exit (1);
}

int
main (void)
{
  guint n;
  const AppHelpArticle *all = app_help_articles (&n);

  printf ("title %s\n", N_("Security Info"));
  printf ("paragraph %s\n", N_("You can read this in the program too: press F1 there."));
  for (guint i = 0; i < n; i++)
    {
      printf ("article %s\ntitle %s\n", all[i].name, all[i].title);
      for (guint k = 0; k < G_N_ELEMENTS (all[i].paragraphs) && all[i].paragraphs[k] != NULL; k++)
        printf ("paragraph %s\n", all[i].paragraphs[k]);
      if (all[i].action != NULL)
        printf ("paragraph %s\n", find_place (&all[i]));
    }
  return 0;
}
