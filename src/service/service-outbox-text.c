/* service-outbox-text.c - what a message says
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-outbox"

#include "config.h"

#include "service-outbox-private.h"

#include "secinfo-code.h"
#include "secinfo-secret.h"
#include "service-alerts.h"
#include "service-language.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What an email says below its first line. */
static const char *
words_of_purpose (SecinfoPurpose purpose)
{
  switch (purpose)
    {
    case SECINFO_PURPOSE_PROVE:
      return N_("Enter it in Security Info to show that this address is yours.");
    case SECINFO_PURPOSE_CONFIRM:
      return N_("Enter it in Security Info to confirm that it is you.");
    case SECINFO_PURPOSE_RESTORE:
      return N_("Enter it in Security Info to take this address back.");
    case SECINFO_PURPOSE_RESUME:
      return N_("Enter it in Security Info to take up your security info again.");
    case SECINFO_PURPOSE_RECOVER:
      return N_("Enter it at the sign-in screen that asked for it.");
    case SECINFO_PURPOSE_GATEWAY_TEST:
      return N_("Enter it in Security Info to show that messages of this computer arrive here.");
    default:
      return N_("Enter it in Security Info.");
    }
}

/* "4, 8, 2, 9, 1, 3": a voice reads digits, not a number. */
static char *
spell_out (const char *code)
{
  GString *text = g_string_new (NULL);

  for (const char *p = code; *p != '\0'; p++)
    g_string_append_printf (text, "%s%c", text->len > 0 ? ", " : "", *p);
  return g_string_free (text, FALSE);
}

static char *
render (SecinfoMedium medium, SecinfoPurpose purpose, const char *code, char **subject)
{
  char *shown = secinfo_code_format (code);
  char *first = NULL;
  char *text = NULL;

  if (medium == SECINFO_MEDIUM_VOICE)
    {
      char *spelled = spell_out (code);

      /* TRANSLATORS: read aloud by a machine; %1$s is the code, digit by digit. Say it twice. */
      text = g_strdup_printf (_("Your SecInfo code is %1$s. Again: %1$s. Nobody will ask you for it."), spelled);
      secinfo_secret_free_text (spelled);
      secinfo_secret_free_text (shown);
      return text;
    }

  /* TRANSLATORS: a text message; at most 160 letters of the GSM alphabet, the code first. */
  first = g_strdup_printf (_("%s is your SecInfo code. Nobody will ask you for it."), shown);
  if (medium != SECINFO_MEDIUM_EMAIL)
    {
      secinfo_secret_free_text (shown);
      return first;
    }

  if (subject != NULL)
    /* TRANSLATORS: the subject of an email. */
    *subject = g_strdup_printf (_("%s is your SecInfo code"), shown);
  text = g_strdup_printf ("%s\n\n%s\n%s\n", first, _(words_of_purpose (purpose)),
                          _("If you did not ask for it, you need not do anything: without it nothing changes."));
  secinfo_secret_free_text (shown);
  secinfo_secret_free_text (first);
  return text;
}

/* The code first: a phone shows the first words of a message on its locked screen. Neither the account nor the
 * computer is named. An SMS stays inside one part: 160 letters of GSM-7, or 70 where the language needs others. */
char *
service_outbox_render_code (SecinfoMedium medium, SecinfoPurpose purpose, const char *code, const char *language,
                            char **subject)
{
  char *text;

  if (subject != NULL)
    *subject = NULL;
  service_language_push (language);
  text = render (medium, purpose, code, subject);
  service_language_pop ();
  return text;
}

char *
service_outbox_render (const ServiceOutboxJob *job, char **subject)
{
  const ServiceMessage *message = job->message;

  if (message->kind == SERVICE_MESSAGE_ALERT)
    return service_alerts_render (message->medium, message->alert, message->created_at, job->account,
                                  g_get_host_name (), message->language, subject);
  return service_outbox_render_code (message->medium, job->purpose, job->code, message->language, subject);
}
