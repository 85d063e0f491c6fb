/* gateway-smtp-presets.c - the mail servers of well-known providers
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-smtp.h"

#include "gateway-text.h"

#include <string.h>

#define N_(words) (words)   /* secinfod says them, in the language of whoever asks */

/* What is to be done before, in sentences that stay true when a provider moves a button. */
static const char * const two_steps[] = {
  N_("Sign in to your mailbox in a browser and switch on two-step verification, if it is not on yet."),
  N_("In the security settings, make a new app password and name it SecInfo."),
  N_("Enter that app password here. It is shown only once, and you can take it back there at any time."),
  NULL
};
static const char * const app_password[] = {
  N_("Sign in to your mailbox in a browser and open its security settings."),
  N_("In the security settings, make a new app password and name it SecInfo."),
  N_("Enter that app password here. It is shown only once, and you can take it back there at any time."),
  NULL
};
static const char * const fastmail[] = {
  N_("Sign in to your mailbox in a browser and open its security settings."),
  N_("Make a new app password that may send mail (SMTP). The Basic plan has none."),
  N_("Enter that app password here. It is shown only once, and you can take it back there at any time."),
  NULL
};
static const char * const switch_on[] = {
  N_("Sign in to your mailbox in a browser and allow POP3 and IMAP in its settings. Sending from other programs is "
     "switched on with them."),
  N_("Without two-step verification, enter the password of your mailbox here."),
  N_("With two-step verification, make an app password in the security settings and enter that."),
  NULL
};
static const char * const maybe[] = {
  N_("Without two-step verification, enter the password of your mailbox here."),
  N_("With two-step verification, make an app password in the security settings and enter that."),
  NULL
};
static const char * const posteo[] = {
  N_("Enter the password of your mailbox here: there are no app passwords."),
  N_("If the additional protection for webmail users is on, other programs are locked out: switch it off in your "
     "mailbox’s settings first."),
  NULL
};
static const char * const telekom[] = {
  N_("Sign in to your mailbox in a browser and set a password for email programs in its settings."),
  N_("Enter that password here, not the one that you sign in with."),
  NULL
};
static const char * const bridge[] = {
  N_("Proton Mail lets no other program in. Its program Proton Mail Bridge does, with a paid plan: install it on this "
     "computer and sign in there."),
  N_("It shows a password of its own for your mailbox: enter that one here, and its port if it shows another."),
  N_("Codes leave only while Bridge runs."),
  NULL
};
static const char * const microsoft[] = {
  N_("This provider takes no password from other programs any more, and no app password either: codes cannot be sent "
     "from this mailbox."),
  N_("Use a mailbox of another provider. This address can still be a contact that receives codes."),
  NULL
};

/* As the providers' own help pages give them. */
static const struct
{
  const char *domains;        /* blank-separated */
  const char *title;
  const char *host;
  const char *port;
  const char *security;
  gboolean    app_password;   /* the ordinary password is refused */
  const char *page;           /* (nullable) where one is made */
  const char * const *steps;  /* (nullable) */
  gboolean    closed;         /* no password of any kind is taken any more */
} presets[] = {
  { "gmail.com googlemail.com", "Gmail", "smtp.gmail.com", "465", "tls", TRUE,
    "https://myaccount.google.com/apppasswords", two_steps, FALSE },
  { "icloud.com me.com mac.com", "iCloud Mail", "smtp.mail.me.com", "587", "starttls", TRUE,
    "https://account.apple.com/account/manage", two_steps, FALSE },
  { "yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es ymail.com rocketmail.com", "Yahoo Mail",
    "smtp.mail.yahoo.com", "465", "tls", TRUE, "https://login.yahoo.com/account/security", app_password, FALSE },
  { "aol.com", "AOL Mail", "smtp.aol.com", "465", "tls", TRUE, "https://login.aol.com/account/security",
    app_password, FALSE },
  { "outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.de hotmail.fr hotmail.co.uk "
    "hotmail.it live.com live.de live.fr live.co.uk msn.com", "Outlook.com", "smtp-mail.outlook.com", "587", "starttls",
    FALSE, NULL, microsoft, TRUE },
  { "fastmail.com fastmail.fm", "Fastmail", "smtp.fastmail.com", "465", "tls", TRUE,
    "https://app.fastmail.com/settings/security/tokens", fastmail, FALSE },
  { "gmx.net gmx.de gmx.at gmx.ch", "GMX", "mail.gmx.net", "465", "tls", FALSE, NULL, switch_on, FALSE },
  { "gmx.com gmx.co.uk gmx.us", "GMX", "mail.gmx.com", "465", "tls", FALSE, NULL, switch_on, FALSE },
  { "web.de", "WEB.DE", "smtp.web.de", "587", "starttls", FALSE, NULL, switch_on, FALSE },
  { "t-online.de magenta.de", "Telekom Mail", "securesmtp.t-online.de", "465", "tls", TRUE, NULL, telekom, FALSE },
  { "mailbox.org", "mailbox.org", "smtp.mailbox.org", "465", "tls", FALSE, NULL, maybe, FALSE },
  { "posteo.de posteo.net", "Posteo", "posteo.de", "465", "tls", FALSE, NULL, posteo, FALSE },
  { "proton.me protonmail.com pm.me", "Proton Mail", "127.0.0.1", "1025", "starttls", TRUE,
    "https://proton.me/mail/bridge", bridge, FALSE },
  { "zoho.com zohomail.com", "Zoho Mail", "smtp.zoho.com", "465", "tls", TRUE,
    "https://accounts.zoho.com/home#security/app_password", app_password, FALSE },
  { "orange.fr wanadoo.fr", "Orange Mail", "smtp.orange.fr", "465", "tls", FALSE, NULL, NULL, FALSE },
  { "free.fr", "Free", "smtp.free.fr", "465", "tls", FALSE, NULL, NULL, FALSE },
  { "yandex.com yandex.ru ya.ru", "Yandex Mail", "smtp.yandex.com", "465", "tls", TRUE,
    "https://id.yandex.com/security/app-passwords", app_password, FALSE },
  { "runbox.com", "Runbox", "mail.runbox.com", "465", "tls", FALSE, NULL, maybe, FALSE },
  { "disroot.org", "Disroot", "disroot.org", "465", "tls", FALSE, NULL, NULL, FALSE },
};

static json_t *
steps_of (guint i)
{
  json_t *steps = json_array ();

  for (guint n = 0; presets[i].steps != NULL && presets[i].steps[n] != NULL; n++)
    json_array_append_new (steps, json_string (presets[i].steps[n]));
  return steps;
}

static gboolean
has_word (const char *words, const char *word)
{
  g_auto(GStrv) list = g_strsplit (words, " ", -1);

  return g_strv_contains ((const char * const *) list, word);
}

json_t *
gateway_smtp_find_preset (const char *address)
{
  g_autofree char *domain = NULL;

  if (!gateway_text_is_email (address))
    return NULL;
  domain = g_ascii_strdown (strchr (address, '@') + 1, -1);
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      if (has_word (presets[i].domains, domain))
        return json_pack ("{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s}, s:b, s:s?, s:b, s:o}", "gateway", "smtp", "title",
                          presets[i].title,
                          "settings", "host", presets[i].host, "port", presets[i].port, "security", presets[i].security,
                          "user", address, "from", address,
                          "app_password", presets[i].app_password, "page", presets[i].page,
                          "works", !presets[i].closed, "steps", steps_of (i));
    }
  return NULL;
}
