/* app-help-form.h - the articles of the help, without GTK
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of articles, for whoever leads to one. */
#define APP_ARTICLE_WHAT       "what"
#define APP_ARTICLE_NO_CODE    "no-code"
#define APP_ARTICLE_PASSWORD   "password"
#define APP_ARTICLE_WHY        "why"
#define APP_ARTICLE_UNASKED    "unasked"
#define APP_ARTICLE_PHONE      "phone"
#define APP_ARTICLE_SAVED      "saved-codes"
#define APP_ARTICLE_WAY_BACK   "way-back"
#define APP_ARTICLE_KEYRING    "keyring"
#define APP_ARTICLE_SENDING    "sending"

/* Words are not translated here: app_help_article_get_title() and _get_text() give what is shown. */
typedef struct
{
  const char *name;
  const char *title;
  const char *paragraphs[5];   /* NULL-terminated unless full */
  const char *button;          /* (nullable) with a mnemonic; leads to the place that the article speaks of */
  const char *action;          /* (nullable) of the main window */
  const char *target;          /* (nullable) the action's parameter */
} AppHelpArticle;

/* In their order. */
const AppHelpArticle *app_help_articles           (guint                *n);
/* (nullable) where no article has that name */
const AppHelpArticle *app_help_find_article       (const char           *name);
const char           *app_help_article_get_title  (const AppHelpArticle *article);
char                 *app_help_article_get_text   (const AppHelpArticle *article) G_GNUC_WARN_UNUSED_RESULT;
/* Whether every one of @words (blank-separated) stands in its title or text, as a part of a word too, however it is
 * written: capitals, accents and the form of an apostrophe do not matter. Nothing typed: all do. */
gboolean              app_help_article_matches    (const AppHelpArticle *article,
                                                   const char           *words);

G_END_DECLS
