/* app-help-form.c - the articles of the help, without GTK
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-help-form.h"

#include <glib/gi18n.h>
#include <string.h>

/* One thing an article, what helps first. Nothing is said here that this program cannot do. */
static const AppHelpArticle articles[] = {
  { APP_ARTICLE_WHAT, N_("What is security info?"), {
      N_("Security info is how this computer can reach you without your password: email addresses, phone numbers, and "
         "saved codes on paper."),
      N_("A contact counts once a code that was sent there was entered here. That shows that messages to it reach "
         "you."),
      N_("It serves three things: to confirm that it’s you before something important is changed, to tell you of such "
         "changes, and to let you back in if you forget your password."),
      N_("It stays on this computer, sealed, and is shown only in part until you confirm it’s you. You need no account "
         "anywhere else.") },
    N_("Look at _contacts"), "win.show-page", "info" },
  { APP_ARTICLE_NO_CODE, N_("I didn’t get a code"), {
      N_("Most mail arrives within 5 minutes. Look into the spam folder first, and search there for the word SecInfo."),
      N_("While a code is on its way, “I didn’t get a code” below the field says what became of this very message: "
         "whether it was sent, whether the address was refused, and from when it can be sent again."),
      N_("Look at the spelling of the address or number. A full mailbox, a phone without a signal, and a phone that "
         "hides messages from unknown numbers keep codes away too."),
      N_("“Send again” sends the same code, so whichever message comes first works. After several there is a pause; "
         "its end is shown."),
      N_("If none comes at all, use another contact. At the sign-in screen a saved code does the same, without phone "
         "and email.") },
    N_("Look at _contacts"), "win.show-page", "info" },
  { APP_ARTICLE_PASSWORD, N_("Is a code a password?"), {
      N_("No. A password is yours for long and only you know it. A code is made for one moment: it works once, for one "
         "thing, for a few minutes, and shows that the message reached you."),
      N_("Never pass a code on. Nobody who helps you needs it, and nobody will ask you for it. If someone does, they "
         "are trying to get into your account."),
      N_("A saved code waits on paper for longer, but it works once too. Keep the paper as you would keep a key.") },
    NULL, NULL, NULL },
  { APP_ARTICLE_WHY, N_("Why was a code asked for?"), {
      N_("Because something was about to change that decides who gets into your account: a contact, the saved codes, "
         "the password."),
      N_("Your password alone is not enough for that. Somebody who saw you type it, or who sits down at your open "
         "session, would get as far. The code shows that your mailbox or phone is at hand too."),
      N_("What you confirmed holds for ten minutes, for this program alone, and ends when the screen is locked.") },
    NULL, NULL, NULL },
  { APP_ARTICLE_UNASKED, N_("Codes nobody asked for"), {
      N_("A code that comes without your asking means that somebody typed your email address or phone number, perhaps "
         "at the sign-in screen of this computer, perhaps by mistake. Without the code they get no further."),
      N_("Do not type it anywhere and do not pass it on. It ends by itself after some minutes, and you need not change "
         "anything."),
      N_("Were you told of a change that you did not make? Then change your password first, in the settings of your "
         "desktop. After that look through your contacts, remove what is not yours, take back what was removed, and "
         "make new saved codes."),
      N_("If you can no longer sign in, ask the administrator of this computer.") },
    N_("Look at _contacts"), "win.show-page", "info" },
  { APP_ARTICLE_PHONE, N_("My phone number changed"), {
      N_("Open the menu of the old number and choose “Change…”. The old number counts until the code that is sent to "
         "the new one was entered."),
      N_("To confirm that it’s you, have the code sent to a contact that you still reach. So it is good to have two, "
         "and an email address among them."),
      N_("If none of your contacts reaches you any more, your password alone is not enough to change them. Ask the "
         "administrator of this computer."),
      N_("Numbers are given to other people after a while. Replace an old one soon, or a stranger gets your codes.") },
    N_("Look at _contacts"), "win.show-page", "info" },
  { APP_ARTICLE_SAVED, N_("Saved codes"), {
      N_("Saved codes are for a day without phone and email: ten codes on a page, printed or kept as a file, away from "
         "this computer. Each one lets you in once, even without a network."),
      N_("At the sign-in screen type ? as the password, then one of the codes. Capitals, spaces and dashes do not "
         "matter."),
      N_("They are shown only when they are made. The two characters before a code are its label: entering it shows "
         "that the page is at hand, and uses up no code."),
      N_("New codes replace all the old ones. Make new ones when few are left, when the page is lost, or when somebody "
         "may have seen it.") },
    N_("Open _saved codes"), "win.saved-codes", NULL },
  { APP_ARTICLE_WAY_BACK, N_("Way back in"), {
      N_("You are not signed in and forgot your password? Type ? as the password at the sign-in screen. Then type a "
         "saved code, or the whole email address or phone number of one of your contacts."),
      N_("No list of your contacts is shown there, and it never says whether one is right: anybody may stand before "
         "that screen. If it is yours, a code comes. Type it there, then choose a new password."),
      N_("Whoever is still signed in needs two proofs of different kinds, such as a saved code and a phone; so do most "
         "administrators."),
      N_("Your old password works all the while, however often somebody types a wrong code."),
      N_("“Way back in” says whether all this works at this computer. You can try it there: nothing is sent and "
         "nothing is changed.") },
    N_("Open _way back in"), "win.way-back", NULL },
  { APP_ARTICLE_KEYRING, N_("Your keyring after a new password"), {
      N_("The keyring keeps passwords of networks and programs. It opens with your sign-in password, and follows when "
         "you change that while you are signed in."),
      N_("After a new password at the sign-in screen it cannot follow: it still opens with the old password only. "
         "Nothing in it is lost. Enter the old one when a program asks to unlock the keyring."),
      N_("The program “Passwords and Keys” gives an unlocked keyring a new password."),
      N_("If you do not know the old one any more, nobody can open that keyring. A new one takes its place, and what "
         "was kept in the old one has to be entered again."),
      N_("Where Security Info runs for you alone, the key to your security info lies in the keyring too.") },
    NULL, NULL, NULL },
  { APP_ARTICLE_SENDING, N_("How codes are sent"), {
      N_("The owner of this computer chooses how codes leave it: a mail server, one’s own mailbox, or a service that "
         "sends text messages and calls. Where there are several, the first one that takes a message sends it."),
      N_("The quickest way is a mailbox that you have already. Many providers want an app password for it: one that is "
         "made for this computer alone and can be taken away again without changing yours."),
      N_("Beside each way stands how it fares. “Never used” means that nobody knows yet: send a test."),
      N_("The trial inbox sends nothing. Its messages stay on this computer, so a code from there proves nothing.") },
    N_("Open _preferences"), "win.preferences", NULL },
};

const AppHelpArticle *
app_help_articles (guint *n)
{
  *n = G_N_ELEMENTS (articles);
  return articles;
}

const AppHelpArticle *
app_help_find_article (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (articles); i++)
    if (g_strcmp0 (articles[i].name, name) == 0)
      return &articles[i];
  return NULL;
}

const char *
app_help_article_get_title (const AppHelpArticle *article)
{
  return _(article->title);
}

char *
app_help_article_get_text (const AppHelpArticle *article)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (article->paragraphs) && article->paragraphs[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (text, "\n\n");
      g_string_append (text, _(article->paragraphs[i]));
    }
  return g_string_free (text, FALSE);
}

/* Small letters without accents. */
static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFKD);
  g_autofree char *folded = normal != NULL ? g_utf8_casefold (normal, -1) : g_strdup ("");
  GString *out = g_string_new (NULL);

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == 0x2019)
        g_string_append_c (out, '\'');
      else if (!g_unichar_ismark (c))
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

gboolean
app_help_article_matches (const AppHelpArticle *article,
                          const char           *words)
{
  g_autofree char *text = app_help_article_get_text (article);
  g_autofree char *all = g_strconcat (app_help_article_get_title (article), "\n", text, NULL);
  g_autofree char *in = fold (all);
  g_autofree char *wanted = fold (words);
  g_auto(GStrv) parts = g_strsplit (wanted, " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (strstr (in, parts[i]) == NULL)
      return FALSE;
  return TRUE;
}
