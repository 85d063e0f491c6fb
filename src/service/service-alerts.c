/* service-alerts.c - what the contacts of an account are told
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-alerts.h"

#include "secinfo-secret.h"
#include "service-gateways.h"
#include "service-language.h"
#include "service-sign-in-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  HOUR = 3600, LIFE = 7 * 24 * HOUR,
  MOST_EVENTS = 12,   /* told one by one in a message; of more it says that there are some */
  SMS_LETTERS = 160,   /* one part, letters of GSM-7 */
};
#define MORE "more"
#define PUSH "push"   /* in the place of a contact's id */

typedef struct
{
  const char *type;
  gboolean    grave;   /* does not wait behind what was told before */
  const char *brief;   /* of a text message and a subject */
  const char *words;
} Event;

/* The gravest first. */
static const Event events[] = {
  { "recovered", TRUE,
    /* TRANSLATORS: what happened, in at most 30 letters; it stands between a colon and a full stop. */
    N_("password reset with a code"),
    N_("The password was reset with a code at the sign-in screen.") },
  { "recovery-unclear", TRUE, N_("password perhaps reset"),
    N_("Somebody got in with a code at the sign-in screen. Whether the password was changed is not known.") },
  { "unlocked", TRUE, N_("account unlocked by a code"),
    N_("The account was unlocked with a code at the sign-in screen. The password is the old one.") },
  { "password-unclear", TRUE, N_("password perhaps changed"),
    N_("Somebody who knew the password was changing it. Whether it was changed is not known.") },
  { "password-changed", TRUE, N_("password changed"), N_("The password was changed, by somebody who knew it.") },
  { "saved-code-used", TRUE, N_("saved code used"), N_("A saved code was used at the sign-in screen.") },
  { "account-erased", TRUE, N_("security info erased"), N_("All security info of the account was erased.") },
  { "account-afresh", TRUE, N_("security info begun anew"),
    N_("Security info was begun anew, because the home folder is another one than before.") },
  { "contact-removed", TRUE, N_("contact removed"), N_("A contact was removed.") },
  { "contact-changed", TRUE, N_("contact changed"), N_("A contact was changed to another address or number.") },
  { "alerts-off", TRUE, N_("alerts switched off"), N_("A contact gets no alerts any more.") },
  { SERVICE_ALERT_GATEWAY_DOWN, TRUE, N_("a way to send codes fails"),
    N_("A way to send codes does not work. Preferences, Sending on that computer shows which, and why.") },
  { "contact-change-began", FALSE, N_("contact change begun"),
    N_("Somebody began to change a contact to another address or number. The old one counts until then.") },
  { "recovery-begun", FALSE, N_("code asked for at sign-in"),
    N_("A code was asked for at the sign-in screen, by somebody who knows one of the contacts.") },
  { "saved-codes-made", FALSE, N_("new saved codes"),
    N_("New saved codes are in force. The old ones no longer work.") },
  { "saved-codes-deleted", FALSE, N_("saved codes deleted"), N_("All saved codes were deleted.") },
  { "account-resumed", FALSE, N_("security info taken up again"),
    N_("Security info was taken up again with a code to an old contact.") },
  { "contact-verified", FALSE, N_("contact verified"),
    N_("A contact was verified: codes and alerts now go there too.") },
  { "contact-restored", FALSE, N_("contact taken back"), N_("A contact that had been removed was taken back.") },
  { "contact-added", FALSE, N_("contact added"), N_("A contact was added. It counts once its code was entered.") },
  { "alerts-on", FALSE, N_("alerts switched on"), N_("A contact gets alerts again.") },
  { MORE, FALSE, N_("more changes"), N_("There was more: Security Info on that computer shows it.") },
  /* What a newer service queued. */
  { NULL, FALSE, N_("security info changed"), N_("Security info was changed.") },
};

static const Event *
find_event (const char *type,
            gsize       length)
{
  const Event *event = events;

  while (event->type != NULL && (strlen (event->type) != length || strncmp (event->type, type, length) != 0))
    event++;
  return event;
}

/* --- waiting for more ------------------------------------------------------------------------------------------- */

/* Half a minute of one's own work is one message; whoever makes one after the other gets fewer and fewer: at most five
 * an hour. What is grave always comes within the first wait. */
guint
service_alerts_hold (guint    bundle,
                     guint    sent,
                     gboolean grave)
{
  return grave ? bundle : MIN (bundle << (2 * MIN (sent, 6)), HOUR);
}

static gboolean
count_sent (ServiceUse              *use,
            const ServiceAddressee  *to,
            guint                   *sent,
            GError                 **error)
{
  g_autoptr(GArray) times = service_store_tally_times (use->txn, SERVICE_TALLY_ALERT, to->subject,
                                                       use->now->wall - HOUR, error);

  if (times == NULL)
    return FALSE;
  *sent = times->len;
  return service_store_tally_add (use->txn, SERVICE_TALLY_ALERT, to->subject, use->now->wall, error);
}

static gboolean
is_listed (char       **parts,
           const char  *type)
{
  gsize length = strlen (type);

  for (; *parts != NULL; parts++)
    {
      if (strncmp (*parts, type, length) == 0 && (*parts)[length] == '@')
        return TRUE;
    }
  return FALSE;
}

/* What is grave is named however much else there was, or many harmless changes would hide it. */
static char *
add_event (const char *alert,   /* (nullable) */
           const char *type,
           gint64      at)
{
  g_auto(GStrv) parts = g_strsplit (alert != NULL ? alert : "", " ", -1);

  if (alert == NULL)
    return g_strdup_printf ("%s@%" G_GINT64_FORMAT, type, at);
  if (g_strv_length (parts) >= MOST_EVENTS &&
      !(find_event (type, strlen (type))->grave && !is_listed (parts, type)))
    {
      if (is_listed (parts, MORE))
        return g_strdup (alert);
      type = MORE;
    }
  return g_strdup_printf ("%s %s@%" G_GINT64_FORMAT, alert, type, at);
}

static void
address (ServiceMessage         *message,
         const ServiceAddressee *to)
{
  if (to->sealed == NULL)
    return;
  message->sealed_to = g_bytes_ref (to->sealed);
  g_free (message->sealed_place);
  message->sealed_place = g_strdup (to->place);
}

static gboolean
join (ServiceUse              *use,
      ServiceMessage          *waiting,
      const char              *type,
      const ServiceAddressee  *to,
      GError                 **error)
{
  gint64 latest = use->now->wall + service_instance_get_policy (use->instance)->alert_bundle;
  char *alert = add_event (waiting->alert, type, use->now->wall);

  g_free (waiting->alert);
  waiting->alert = alert;
  if (find_event (type, strlen (type))->grave)
    waiting->next_at = MIN (waiting->next_at, latest);
  waiting->expires_at = MAX (waiting->expires_at, use->now->wall + LIFE);
  g_clear_pointer (&waiting->to, secinfo_secret_free_text);
  address (waiting, to);
  return service_store_message_join (use->txn, waiting, error);
}

gboolean
service_alerts_queue (ServiceUse              *use,
                      gint64                   record,
                      const char              *type,
                      const ServiceAddressee  *to,
                      GError                 **error)
{
  g_autoptr(ServiceMessage) message = NULL;
  GError *local_error = NULL;
  guint sent = 0;

  service_use_wake_outbox (use);
  message = service_store_message_waiting (use->txn, record, to->contact, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  if (message != NULL)
    return join (use, message, type, to, error);
  if (!count_sent (use, to, &sent, error))
    return FALSE;

  message = g_new0 (ServiceMessage, 1);
  message->id = service_store_new_id ();
  message->record = record;
  message->kind = SERVICE_MESSAGE_ALERT;
  message->contact = g_strdup (to->contact);
  /* Where nothing but calls can be made, the outbox makes one of it. */
  message->medium = to->sealed == NULL ? SECINFO_MEDIUM_PUSH
                    : to->kind == SECINFO_CONTACT_EMAIL ? SECINFO_MEDIUM_EMAIL : SECINFO_MEDIUM_SMS;
  message->alert = add_event (NULL, type, use->now->wall);
  address (message, to);
  message->state = SECINFO_DELIVERY_QUEUED;
  message->created_at = message->state_at = use->now->wall;
  message->next_at = use->now->wall +
                     service_alerts_hold (service_instance_get_policy (use->instance)->alert_bundle, sent,
                                                           find_event (type, strlen (type))->grave);
  message->expires_at = use->now->wall + LIFE;
  g_strlcpy (message->language, use->language, sizeof message->language);
  return service_store_message_add (use->txn, message, error);
}

/* One message an account, whichever of these ways takes it: it goes to nobody's address. A room belongs to no caller,
 * so it speaks the system's language. */
gboolean
service_alerts_queue_push (ServiceUse  *use,
                           gint64       record,
                           const char  *type,
                           GError     **error)
{
  g_autofree char *subject = g_strdup_printf ("push:%" G_GINT64_FORMAT, record);
  ServiceAddressee to = { .contact = (char *) PUSH, .subject = subject };
  ServiceUse own = *use;
  char language[16];
  gboolean have = FALSE;

  if (!service_gateways_have_medium (use->instance, use->txn, SECINFO_MEDIUM_PUSH, &have, error))
    return FALSE;
  if (!have)
    return TRUE;
  service_sign_in_language (language);
  own.language = language;
  return service_alerts_queue (&own, record, type, &to, error);
}

/* --- words ------------------------------------------------------------------------------------------------------ */

/* "TYPE@TIME"; one of an older store has no time. */
static const Event *
read_event (const char *text,
            gint64      since,
            gint64     *at)
{
  const char *time = strchr (text, '@');

  *at = time != NULL ? g_ascii_strtoll (time + 1, NULL, 10) : since;
  return find_event (text, time != NULL ? (gsize) (time - text) : strlen (text));
}

/* The computer's own time, written so that no language is needed. */
static char *
format_time (gint64 at)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (at);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M %Z") : g_strdup ("");
}

static char *
brief_of (char   **parts,
          gint64   since)
{
  const Event *gravest = &events[G_N_ELEMENTS (events) - 1];
  guint n = g_strv_length (parts);
  gint64 at;

  for (guint i = 0; i < n; i++)
    gravest = MIN (gravest, read_event (parts[i], since, &at));
  if (n == 1)
    return g_strdup (_(gravest->brief));
  /* TRANSLATORS: what happened, and how much more: "contact removed, 2 more". */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s, %u more", "%s, %u more", n - 1), _(gravest->brief), n - 1);
}

/* Nobody did anything. */
static gboolean
is_of_gateways (char **parts)
{
  for (; *parts != NULL; parts++)
    {
      if (!g_str_has_prefix (*parts, SERVICE_ALERT_GATEWAY_DOWN "@"))
        return FALSE;
    }
  return TRUE;
}

static char *
ending (char **parts)
{
  if (is_of_gateways (parts))
    return g_strdup (_("Open Security Info on this computer, Preferences, to see which."));
  return g_strconcat (_("If this was not you: open Security Info on this computer."), " ",
                      _("No link is sent, and nobody will ask you for a code."), NULL);
}

/* Names are cut, the words never. */
static char *
cut (const char *text,
     glong       letters)
{
  return g_utf8_strlen (text, -1) <= letters ? g_strdup (text) : g_utf8_substring (text, 0, MAX (letters, 0));
}

static char *
render_brief (char       **parts,
              gint64       since,
              const char  *account,
              const char  *host)
{
  g_autofree char *who = account != NULL ? g_strdup_printf ("%s@%s", account, host) : g_strdup (host);
  g_autofree char *what = brief_of (parts, since);
  g_autofree char *end = ending (parts);
  glong room = SMS_LETTERS - g_utf8_strlen (what, -1) - g_utf8_strlen (end, -1) - 4;
  g_autofree char *name = cut (who, room);

  return g_strdup_printf ("%s: %s. %s", name, what, end);
}

static char *
render_email (char       **parts,
              gint64       since,
              const char  *account,
              const char  *host)
{
  GString *text = g_string_new (NULL);
  g_autofree char *end = ending (parts);

  /* TRANSLATORS: an email; the name of an account and that of a computer follow. */
  g_string_append_printf (text, _("Computer: %s"), host);
  g_string_append_c (text, '\n');
  if (account != NULL)
    {
      g_string_append_printf (text, _("Account: %s"), account);
      g_string_append_c (text, '\n');
    }
  g_string_append_c (text, '\n');
  for (guint i = 0; parts[i] != NULL; i++)
    {
      gint64 at;
      const Event *event = read_event (parts[i], since, &at);
      g_autofree char *time = format_time (at);

      g_string_append_printf (text, "%s  %s\n", time, _(event->words));
    }
  if (is_of_gateways (parts))
    return g_string_free (text, FALSE);
  g_string_append_printf (text, "\n%s\n\n%s\n%s\n", _("If it was you, you need not do anything."), end,
                          _("There you can change your password, take back a contact that was removed, and make new "
                            "saved codes. If you cannot sign in, ask the administrator of that computer."));
  return g_string_free (text, FALSE);
}

char *
service_alerts_render (SecinfoMedium   medium,
                       const char     *alert,
                       gint64          since,
                       const char     *account,
                       const char     *host,
                       const char     *language,
                       char          **subject)
{
  g_auto(GStrv) parts = g_strsplit (alert, " ", -1);
  char *text;

  *subject = NULL;
  service_language_push (language);
  if (medium == SECINFO_MEDIUM_EMAIL || medium == SECINFO_MEDIUM_PUSH)
    {
      g_autofree char *what = brief_of (parts, since);

      /* TRANSLATORS: the subject of an email: the account's name, the computer's name, what happened. */
      *subject = account != NULL ? g_strdup_printf (_("%s on %s: %s"), account, host, what)
                                 : g_strdup_printf ("%s: %s", host, what);
    }
  text = (medium == SECINFO_MEDIUM_EMAIL ? render_email : render_brief) (parts, since, account, host);
  service_language_pop ();
  return text;
}
