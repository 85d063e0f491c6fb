/* service-findings.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-findings.h"

#include "secinfo-host.h"
#include "secinfo-mask.h"
#include "service-contacts.h"
#include "service-gateways.h"
#include "service-saved-codes.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A contact that nobody has answered from for so long may be somebody else's by now. */
enum { OLD_CONFIRMATION = 365 * 86400 };

/* --- channels ----------------------------------------------------------------------------------------------------- */

/* Reached without the internet? By the host that an administrator typed. */
static gboolean
is_near (const ServiceGateway *gateway)
{
  g_autoptr(json_t) settings = secinfo_json_parse (gateway->settings, strlen (gateway->settings), NULL);
  const char *host = settings != NULL ? secinfo_json_get_string (settings, "host") : NULL;
  const char *base = NULL;
  g_autofree char *of_base = NULL;

  if (host == NULL && settings != NULL)
    {
      base = secinfo_json_get_string (settings, "base");
      if (base == NULL)
        base = secinfo_json_get_string (settings, "url");
      of_base = base != NULL ? secinfo_host_of_url (base) : NULL;
      host = of_base;
    }
  return host != NULL && secinfo_host_is_near (host);
}

static json_t *
channel_to_json (ServiceUse                 *use,
                 const ServiceCourierState  *courier,
                 SecinfoMedium               medium,
                 GError                    **error)
{
  g_autoptr(GPtrArray) gateways = service_gateways_for_medium (use->instance, use->txn, medium, error);
  const char *state = "none";
  gint64 since = 0, told_at = 0;
  gboolean trial = FALSE;
  json_t *channel;

  if (gateways == NULL)
    return NULL;

  for (guint i = 0; i < gateways->len; i++)
    {
      const ServiceGateway *gateway = g_ptr_array_index (gateways, i);
      gboolean inbox = service_gateway_is_inbox (gateway), works = service_gateway_works (gateway);

      if (inbox || (works && courier->up && (courier->network || is_near (gateway))))
        {
          state = "ready";
          trial = inbox;
          since = told_at = 0;
          break;
        }
      if (works && courier->up)
        state = g_str_equal (state, "down") ? state : "offline";
      else
        {
          state = "down";
          since = works ? since : MAX (since, gateway->down_since);
          told_at = works ? told_at : MAX (told_at, gateway->told_at);
        }
    }

  channel = json_object ();
  json_object_set_new (channel, "state", json_string (state));
  secinfo_json_set_time (channel, "since", since);
  secinfo_json_set_time (channel, "told_at", told_at);
  json_object_set_new (channel, "trial", json_boolean (trial));
  return channel;
}

json_t *
service_findings_channels (ServiceUse                 *use,
                           const ServiceCourierState  *courier,
                           GError                    **error)
{
  const SecinfoMedium media[] = { SECINFO_MEDIUM_EMAIL, SECINFO_MEDIUM_SMS, SECINFO_MEDIUM_VOICE };
  g_autoptr(json_t) channels = json_object ();

  for (gsize i = 0; i < G_N_ELEMENTS (media); i++)
    {
      json_t *channel = channel_to_json (use, courier, media[i], error);

      if (channel == NULL)
        return NULL;
      json_object_set_new (channels, secinfo_medium_to_string (media[i]), channel);
    }
  return g_steal_pointer (&channels);
}

static gboolean
channel_is (json_t     *channels,
            const char *medium,
            const char *state)
{
  return g_strcmp0 (secinfo_json_get_string (secinfo_json_get_object (channels, medium), "state"), state) == 0;
}

static gboolean
can_receive (json_t             *channels,
             SecinfoContactKind  kind)
{
  if (kind == SECINFO_CONTACT_EMAIL)
    return channel_is (channels, "email", "ready");
  return channel_is (channels, "sms", "ready") || channel_is (channels, "voice", "ready");
}

static gboolean
has_no_gateway (json_t             *channels,
                SecinfoContactKind  kind)
{
  if (kind == SECINFO_CONTACT_EMAIL)
    return channel_is (channels, "email", "none");
  return channel_is (channels, "sms", "none") && channel_is (channels, "voice", "none");
}

/* --- findings ----------------------------------------------------------------------------------------------------- */

static void
add_finding (json_t     *findings,
             const char *type,
             gboolean    to_mend,
             const char *subject,
             const char *text)
{
  json_t *finding = json_object ();

  json_object_set_new (finding, "type", json_string (type));
  json_object_set_new (finding, "urgency", json_string (to_mend ? "to-mend" : "to-know"));
  json_object_set_new (finding, "subject", subject != NULL ? json_string (subject) : json_null ());
  json_object_set_new (finding, "text", json_string (text));
  json_array_append_new (findings, finding);
}

typedef struct
{
  guint       verified[2];      /* by kind */
  guint       reached[2];       /* of those, how many a code can reach now */
  guint       unverified;
  const char *first_unverified; /* (nullable) id */
} Tally;

static char *
count_kind (SecinfoContactKind kind,
            guint              n)
{
  if (kind == SECINFO_CONTACT_EMAIL)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u email", "%u emails", n), n);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u phone", "%u phones", n), n);
}

static void
find_reach (json_t      *findings,
            json_t      *channels,
            const Tally *tally)
{
  const SecinfoContactKind email = SECINFO_CONTACT_EMAIL, phone = SECINFO_CONTACT_PHONE;
  gboolean cut[2];

  for (guint kind = 0; kind < 2; kind++)
    cut[kind] = tally->verified[kind] > 0 && tally->reached[kind] == 0 && !has_no_gateway (channels, kind);
  if (!cut[email] && !cut[phone])
    return;

  if (tally->reached[email] + tally->reached[phone] == 0)
    add_finding (findings, "gateway-down", TRUE, NULL, _("None of your contacts can receive a code now."));
  else
    {
      SecinfoContactKind good = cut[email] ? phone : email;
      g_autofree char *reached = count_kind (good, tally->reached[good]);
      g_autofree char *missed = count_kind (1 - good, tally->verified[1 - good]);
      /* Translators: "2 emails", then "1 phone" */
      g_autofree char *text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                            "%s can receive your codes now, %s cannot.",
                                                            "%s can receive your codes now, %s cannot.",
                                                            tally->reached[good]), reached, missed);

      add_finding (findings, "gateway-down", TRUE, NULL, text);
    }
}

static void
find_no_gateway (json_t      *findings,
                 json_t      *channels,
                 const Tally *tally)
{
  if (has_no_gateway (channels, SECINFO_CONTACT_EMAIL))
    add_finding (findings, "no-gateway", TRUE, NULL, _("This computer cannot send email yet."));
  else if (tally->verified[SECINFO_CONTACT_PHONE] > 0 && has_no_gateway (channels, SECINFO_CONTACT_PHONE))
    add_finding (findings, "no-gateway", TRUE, NULL, _("This computer cannot send text messages yet."));
}

/* The domain they all hang on, as people write it; NULL where they do not. */
static char *
dup_common_domain (GPtrArray *contacts)
{
  g_autofree char *common = NULL;
  guint n = 0;

  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);
      g_autofree char *display = NULL;
      const char *at;

      if (contact->state != SECINFO_CONTACT_VERIFIED)
        continue;
      if (contact->kind != SECINFO_CONTACT_EMAIL || contact->value == NULL)
        return NULL;
      display = service_contacts_display (contact->kind, contact->value);
      at = strrchr (display, '@');
      if (at == NULL || (common != NULL && !g_str_equal (common, at + 1)))
        return NULL;
      if (common == NULL)
        common = g_strdup (at + 1);
      n++;
    }
  return n >= 2 ? g_steal_pointer (&common) : NULL;
}

static char *
isolate (SecinfoContactKind  kind,
         const char         *masked)
{
  return kind == SECINFO_CONTACT_PHONE ? secinfo_text_isolate_ltr (masked) : secinfo_text_isolate (masked);
}

static void
find_old (ServiceUse *use,
          json_t     *findings,
          GPtrArray  *contacts)
{
  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);
      g_autofree char *masked = NULL, *shown = NULL, *month = NULL, *text = NULL;
      g_autoptr(GDateTime) when = NULL;

      if (contact->state != SECINFO_CONTACT_VERIFIED || contact->last_confirmed_at == 0)
        continue;
      service_use_fresh_for (use, contact->last_confirmed_at + OLD_CONFIRMATION - use->now->wall);
      if (contact->last_confirmed_at > use->now->wall - OLD_CONFIRMATION)
        continue;
      masked = service_contacts_mask (contact->kind, contact->value);
      shown = isolate (contact->kind, masked);
      when = g_date_time_new_from_unix_local (contact->last_confirmed_at);
      /* Translators: month and year, "March 2025" */
      month = g_date_time_format (when, _("%OB %Y"));
      text = g_strdup_printf (_("%s was last confirmed in %s. Still yours?"), shown, month);
      add_finding (findings, "old-confirmation", FALSE, contact->id, text);
    }
}

static void
find_undeliverable (json_t    *findings,
                    GPtrArray *contacts)
{
  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);
      g_autofree char *masked = NULL, *shown = NULL, *text = NULL;

      if (!contact->undeliverable || contact->state == SECINFO_CONTACT_REMOVED)
        continue;
      masked = service_contacts_mask (contact->kind, contact->value);
      shown = isolate (contact->kind, masked);
      text = g_strdup_printf (_("Codes do not arrive at %s."), shown);
      add_finding (findings, "undeliverable", TRUE, contact->id, text);
    }
}

/* The card “Way back in”. */
static gboolean
find_saved_codes (ServiceUse  *use,
                  json_t      *findings,
                  GError     **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceSavedSet) set = service_store_saved_get (use->txn, use->record, FALSE, &local_error);
  guint left = service_saved_codes_left (set);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (set == NULL)
    add_finding (findings, "saved-codes-none", FALSE, NULL, _("You have no saved codes."));
  else if (left <= SERVICE_SAVED_FEW)
    {
      g_autofree char *text = left == 0 ? g_strdup (_("All your saved codes are used up."))
                                        : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                                        "%u of %u saved codes is left.",
                                                                        "%u of %u saved codes are left.", left),
                                                           left, (guint) SECINFO_SAVED_CODES);

      add_finding (findings, "saved-codes-few", TRUE, NULL, text);
    }
  return TRUE;
}

static Tally
tally_of (GPtrArray *contacts,
          json_t    *channels)
{
  Tally tally = { { 0, }, };

  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);

      if (contact->state == SECINFO_CONTACT_VERIFIED)
        {
          tally.verified[contact->kind]++;
          tally.reached[contact->kind] += can_receive (channels, contact->kind);
        }
      else if (contact->state == SECINFO_CONTACT_UNVERIFIED)
        {
          tally.unverified++;
          if (tally.first_unverified == NULL)
            tally.first_unverified = contact->id;
        }
    }
  return tally;
}

json_t *
service_findings_list (ServiceUse  *use,
                       json_t      *channels,
                       GError     **error)
{
  g_autoptr(GPtrArray) contacts = service_store_contact_list (use->txn, use->record, FALSE, error);
  g_autoptr(json_t) findings = json_array ();
  g_autofree char *domain = NULL;
  guint verified;
  Tally tally;

  if (contacts == NULL)
    return NULL;
  tally = tally_of (contacts, channels);
  verified = tally.verified[SECINFO_CONTACT_EMAIL] + tally.verified[SECINFO_CONTACT_PHONE];

  if (verified == 0 && tally.unverified == 0)
    add_finding (findings, "no-contacts", TRUE, NULL,
                 _("You have no contact yet. Without one, no code can reach you."));
  find_no_gateway (findings, channels, &tally);
  find_reach (findings, channels, &tally);
  find_undeliverable (findings, contacts);
  if (tally.unverified > 0)
    {
      g_autofree char *text = tally.unverified == 1
                                ? g_strdup (_("One contact still waits for its code."))
                                : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                                "%u contact still waits for its code.",
                                                                "%u contacts still wait for their codes.",
                                                                tally.unverified), tally.unverified);

      add_finding (findings, "unverified", TRUE, tally.first_unverified, text);
    }
  if (verified == 1)
    add_finding (findings, "one-contact", TRUE, NULL,
                 _("You have one contact. If you lose it, no code can reach you."));

  domain = dup_common_domain (contacts);
  if (domain != NULL)
    {
      g_autofree char *shown = secinfo_text_isolate (domain);
      g_autofree char *text = g_strdup_printf (_("All your contacts hang on %s."), shown);

      add_finding (findings, "same-domain", FALSE, NULL, text);
    }
  find_old (use, findings, contacts);
  if (!find_saved_codes (use, findings, error))
    return NULL;
  return g_steal_pointer (&findings);
}
