/* app-trouble-form.c - what one page says when there is no account to show
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-trouble-form.h"

#include <glib/gi18n.h>

/* What somebody who can mend it types first. */
#define COMMANDS_SYSTEM "systemctl status secinfod.socket\njournalctl -u secinfod -b"
#define COMMANDS_PRIVATE "secinfoctl serve --private\nsecinfoctl status"

static AppTrouble *
make_trouble (const char *icon,
              const char *title,
              const char *text)
{
  AppTrouble *trouble = g_new0 (AppTrouble, 1);

  trouble->icon = icon;
  trouble->title = g_strdup (title);
  trouble->text = g_strdup (text);
  trouble->button = _("_Try again");
  trouble->action = "win.refresh";
  trouble->retries = TRUE;
  return trouble;
}

static AppTrouble *
make_no_service (gboolean    is_private,
                 const char *why)
{
  AppTrouble *trouble = make_trouble ("computer-fail-symbolic", _("The account service does not answer"),
                                      _("Nothing is lost: your security info is kept by the service. "
                                        "Signing in with your password works as always."));
  const char *commands = is_private ? COMMANDS_PRIVATE : COMMANDS_SYSTEM;

  trouble->open_details = why != NULL;
  trouble->details = why != NULL ? g_strconcat (why, "\n", commands, NULL) : g_strdup (commands);
  return trouble;
}

static AppTrouble *
make_keyring (const char *reason)
{
  AppTrouble *trouble;

  if (g_strcmp0 (reason, "keyring-locked") == 0)
    {
      trouble = make_trouble ("changes-prevent-symbolic", _("Your keyring is locked"),
                              _("The key to your security info is kept there. Unlock it with the password it was "
                                "made with; often that is your old sign-in password."));
      trouble->button = _("_Unlock…");
      trouble->action = "win.unlock-keyring";
      trouble->second_button = _("I don’t know that password");
      trouble->second_action = "win.help-article::keyring";
      return trouble;
    }
  if (g_strcmp0 (reason, "keyring-gone") == 0)
    {
      trouble = make_trouble ("dialog-question-symbolic", _("The key to your security info is missing"),
                              _("Your keyring was made anew, so the contacts kept here cannot be read any more. "
                                "They are not deleted: they open again if you restore the old keyring."));
      trouble->second_button = _("_Start afresh…");
      trouble->second_action = "win.start-afresh";
    }
  else
    trouble = make_trouble ("dialog-question-symbolic", _("No keyring is running"),
                            _("The key to your security info is kept in a keyring. Start one (gnome-keyring or "
                              "KWallet), then look again."));
  trouble->button = _("_Look again");
  return trouble;
}

AppTrouble *
app_trouble_new (const GError *error,
                 gboolean      is_private,
                 const char   *why)
{
  SecinfoProblem *problem = secinfo_problem_from_error (error);
  AppTrouble *trouble;

  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NO_SERVICE) || error->domain != SECINFO_PROBLEM)
    return make_no_service (is_private, why);
  if (error->code == SECINFO_PROBLEM_STORE_LOCKED)
    return make_keyring (problem != NULL ? secinfo_json_get_string (secinfo_problem_get_members (problem),
                                                                    "reason") : NULL);

  if (error->code == SECINFO_PROBLEM_NOT_YOU)
    trouble = make_trouble ("avatar-default-symbolic", _("The account service does not know who asks"),
                            _("Security info is for people with an account of their own on this computer. "
                              "Nothing was changed."));
  else
    trouble = make_trouble ("dialog-error-symbolic", _("Your security info cannot be shown"), error->message);
  trouble->details = g_strdup (is_private ? COMMANDS_PRIVATE : COMMANDS_SYSTEM);
  return trouble;
}

AppTrouble *
app_trouble_new_suspended (void)
{
  AppTrouble *trouble = make_trouble ("avatar-default-symbolic", _("Is this still you?"),
                                      _("Your home folder is another one than before. "
                                        "Confirm with one of your old contacts, or start afresh."));

  trouble->button = _("_Confirm…");
  trouble->action = "win.resume";
  trouble->second_button = _("_Start afresh…");
  trouble->second_action = "win.erase";
  /* It changes by an answer of the person, which the service's events tell. */
  trouble->retries = FALSE;
  return trouble;
}

AppTrouble *
app_trouble_copy (const AppTrouble *self)
{
  AppTrouble *copy = g_memdup2 (self, sizeof *self);

  copy->title = g_strdup (self->title);
  copy->text = g_strdup (self->text);
  copy->details = g_strdup (self->details);
  return copy;
}

void
app_trouble_free (AppTrouble *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->text);
  g_free (self->details);
  g_free (self);
}

gboolean
app_trouble_equal (const AppTrouble *a,
                   const AppTrouble *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_str_equal (a->title, b->title) && g_str_equal (a->text, b->text) && g_strcmp0 (a->details, b->details) == 0;
}
