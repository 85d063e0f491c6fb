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

/* As the providers' own help pages give them. Those that take no password from programs any more (Outlook.com,
 * Microsoft 365) are left out on purpose: what cannot work is not suggested. */
static const struct
{
  const char *domains;        /* blank-separated */
  const char *title;
  const char *host;
  const char *port;
  const char *security;
  gboolean    app_password;   /* the ordinary password is refused */
  const char *page;           /* (nullable) where one is made */
} presets[] = {
  { "gmail.com googlemail.com", "Gmail", "smtp.gmail.com", "465", "tls", TRUE,
    "https://myaccount.google.com/apppasswords" },
  { "icloud.com me.com mac.com", "iCloud Mail", "smtp.mail.me.com", "587", "starttls", TRUE,
    "https://account.apple.com/account/manage" },
  { "yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es ymail.com rocketmail.com", "Yahoo Mail",
    "smtp.mail.yahoo.com", "465", "tls", TRUE, "https://login.yahoo.com/account/security" },
  { "aol.com", "AOL Mail", "smtp.aol.com", "465", "tls", TRUE, "https://login.aol.com/account/security" },
  { "fastmail.com fastmail.fm", "Fastmail", "smtp.fastmail.com", "465", "tls", TRUE,
    "https://app.fastmail.com/settings/security/tokens" },
  { "gmx.net gmx.de gmx.at gmx.ch", "GMX", "mail.gmx.net", "465", "tls", FALSE, NULL },
  { "gmx.com gmx.co.uk gmx.us", "GMX", "mail.gmx.com", "465", "tls", FALSE, NULL },
  { "web.de", "WEB.DE", "smtp.web.de", "587", "starttls", FALSE, NULL },
  { "t-online.de magenta.de", "Telekom Mail", "securesmtp.t-online.de", "465", "tls", TRUE, NULL },
  { "mailbox.org", "mailbox.org", "smtp.mailbox.org", "465", "tls", FALSE, NULL },
  { "posteo.de posteo.net", "Posteo", "posteo.de", "465", "tls", FALSE, NULL },
  { "zoho.com zohomail.com", "Zoho Mail", "smtp.zoho.com", "465", "tls", TRUE,
    "https://accounts.zoho.com/home#security/app_password" },
  { "orange.fr wanadoo.fr", "Orange Mail", "smtp.orange.fr", "465", "tls", FALSE, NULL },
  { "free.fr", "Free", "smtp.free.fr", "465", "tls", FALSE, NULL },
  { "yandex.com yandex.ru ya.ru", "Yandex Mail", "smtp.yandex.com", "465", "tls", TRUE,
    "https://id.yandex.com/security/app-passwords" },
  { "runbox.com", "Runbox", "mail.runbox.com", "465", "tls", FALSE, NULL },
  { "disroot.org", "Disroot", "disroot.org", "465", "tls", FALSE, NULL },
};

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
        return json_pack ("{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s}, s:b, s:s?}", "gateway", "smtp", "title",
                          presets[i].title,
                          "settings", "host", presets[i].host, "port", presets[i].port, "security", presets[i].security,
                          "user", address, "from", address,
                          "app_password", presets[i].app_password, "page", presets[i].page);
    }
  return NULL;
}
