/* service-rehearsal-checks.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-rehearsal-checks.h"

#include "service-saved-codes.h"

#include <glib/gi18n-lib.h>

/* The list while it grows: what is to mend goes before what is well. */
typedef struct { json_t *mend, *well; guint kinds; } Checks;

static gboolean
add (Checks     *checks,
     const char *type,
     gboolean    ok,
     const char *detail,
     const char *mend)
{
  json_t *check = json_object ();

  json_object_set_new (check, "type", json_string (type));
  json_object_set_new (check, "ok", json_boolean (ok));
  json_object_set_new (check, "detail", json_string (detail));
  json_object_set_new (check, "mend", !ok && mend != NULL ? json_string (mend) : json_null ());
  json_array_append_new (ok ? checks->well : checks->mend, check);
  return ok;
}

/* --- the sign-in screens ------------------------------------------------------------------------------------------ */

static const char *
name_of_screen (const char *service)
{
  static const struct { const char *service, *name; } names[] = {
    { "gdm-password", "GDM" }, { "lightdm", "LightDM" }, { "lxdm", "LXDM" }, { "sddm", "SDDM" },
    { "login", N_("text console") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (names[i].service, service) == 0)
        return _(names[i].name);
    }
  return service;
}

/* Names of those that are @ready or not; one that can never ask counts as neither. */
static char *
join_screens (json_t   *screens,
              gboolean  ready,
              guint    *n)
{
  GString *names = g_string_new (NULL);
  json_t *one;
  gsize i;

  *n = 0;
  json_array_foreach (screens, i, one)
    {
      const char *service = secinfo_json_get_string (one, "service");

      if (secinfo_json_get_boolean (one, "ready", FALSE) != ready || g_strcmp0 (service, "sddm") == 0)
        continue;
      g_string_append_printf (names, "%s%s", (*n)++ > 0 ? ", " : "", name_of_screen (service));
    }
  return g_string_free (names, FALSE);
}

static gboolean
check_screens (Checks                      *checks,
               const ServiceRehearsalFound *found)
{
  json_t *screens = secinfo_json_get_array (found->recoverable, "sign_in");
  const char *reason = secinfo_json_get_string (found->recoverable, "reason");
  guint n_know = 0, n_miss = 0;
  g_autofree char *know = join_screens (screens, TRUE, &n_know);
  g_autofree char *miss = join_screens (screens, FALSE, &n_miss);
  g_autofree char *detail = NULL;

  if (found->is_private)
    return add (checks, "sign-in-screen", FALSE,
                _("This runs for you alone, so the sign-in screen does not know your codes."), "install");
  if (n_know == 0 && n_miss == 0)
    return add (checks, "sign-in-screen", FALSE, _("No sign-in screen was found that could ask for a code."),
                "install");
  if (n_miss > 0)
    {
      /* Translators: names of sign-in screens: “LightDM, text console” */
      detail = g_strdup_printf (_("These do not know “?” yet: %s."), miss);
      return add (checks, "sign-in-screen", FALSE, detail, "install");
    }
  if (g_strcmp0 (reason, "sign-in-screen") == 0)
    detail = g_strdup (_("Only the text console knows “?”. The sign-in screen of this computer cannot ask for a "
                         "code."));
  else
    detail = g_strdup_printf (_("These know “?”: %s."), know);
  return add (checks, "sign-in-screen", TRUE, detail, NULL);
}

/* --- proofs ------------------------------------------------------------------------------------------------------- */

static void
check_saved (Checks                      *checks,
             const ServiceRehearsalFound *found)
{
  g_autofree char *detail = NULL;

  if (!found->has_saved_set)
    detail = g_strdup (_("You have no saved codes."));
  else if (found->saved_left == 0)
    detail = g_strdup (_("All your saved codes are used up."));
  else
    detail = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "%u of %u saved codes is left.", "%u of %u saved codes are left.",
                                           found->saved_left), found->saved_left, (guint) SECINFO_SAVED_CODES);
  checks->kinds += add (checks, "saved-codes", found->saved_left > 0, detail, "saved-codes");
}

static const char *
state_of (json_t     *channels,
          const char *medium)
{
  const char *state = secinfo_json_get_string (secinfo_json_get_object (channels, medium), "state");

  return state != NULL ? state : "none";
}

/* Of text messages and calls the one that gets furthest. */
static const char *
state_of_phones (json_t *channels)
{
  static const char *const best[] = { "ready", "offline", "down" };
  const char *sms = state_of (channels, "sms"), *voice = state_of (channels, "voice");

  for (gsize i = 0; i < G_N_ELEMENTS (best); i++)
    {
      if (g_str_equal (sms, best[i]) || g_str_equal (voice, best[i]))
        return best[i];
    }
  return "none";
}

static void
check_contacts (Checks                      *checks,
                const ServiceRehearsalFound *found,
                SecinfoContactKind           kind)
{
  gboolean email = kind == SECINFO_CONTACT_EMAIL;
  const char *type = email ? "email" : "phone";
  const char *state = email ? state_of (found->channels, "email") : state_of_phones (found->channels);
  guint n = found->verified[kind];
  g_autofree char *detail = NULL;
  const char *mend = "gateway";

  if (n == 0)
    {
      detail = g_strdup (email ? _("No email is verified.") : _("No phone is verified."));
      mend = type;
    }
  else if (g_str_equal (state, "none"))
    detail = g_strdup (email ? _("This computer cannot send email yet.")
                             : _("This computer cannot send text messages yet."));
  else if (g_str_equal (state, "down"))
    detail = g_strdup (email ? _("Email cannot be sent now.") : _("Phones get no codes now."));
  else if (g_str_equal (state, "offline"))
    {
      detail = g_strdup (_("This computer is offline: no code can be sent now."));
      mend = NULL;
    }
  else if (email)
    detail = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "A code can be sent to %u email.", "A code can be sent to %u emails.",
                                           n), n);
  else
    detail = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                           "A code can be sent to %u phone.", "A code can be sent to %u phones.",
                                           n), n);
  checks->kinds += add (checks, type, n > 0 && g_str_equal (state, "ready"), detail, mend);
}

/* Why this account is never got back into, whatever proofs there are; NULL: it is. */
static const char *
words_of_refusal (const char *reason)
{
  static const struct { const char *reason, *words; } refusals[] = {
    { "organisation", N_("Your organisation keeps your password: this computer cannot reset it.") },
    { "encrypted-home", N_("Your home folder is encrypted: a new password could not open it.") },
    { "locked", N_("This account is locked: a code does not open it again.") },
    { "no-password", N_("This account has no password that could be forgotten.") },
    { "administrator", N_("Not for administrators here: the owner of this computer decided so.") },
    { "switched-off", N_("The way back in is switched off: the owner of this computer decided so.") },
    { "new-account", N_("This account seems to be another one than before.") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      if (g_strcmp0 (refusals[i].reason, reason) == 0)
        return _(refusals[i].words);
    }
  return NULL;
}

static gboolean
check_proofs (Checks                      *checks,
              const ServiceRehearsalFound *found)
{
  const char *refusal = words_of_refusal (secinfo_json_get_string (found->recoverable, "reason"));
  const char *missing = secinfo_json_get_string (found->recoverable, "missing");
  gint64 needed = secinfo_json_get_integer (found->recoverable, "proofs_needed", 1);
  gsize there = json_array_size (secinfo_json_get_array (found->recoverable, "kinds"));

  if (refusal != NULL)
    return add (checks, "proofs", FALSE, refusal, NULL);
  if (missing == NULL)
    return add (checks, "proofs", TRUE, needed == 1 ? _("One proof is enough, and you have it.")
                                                    : _("Two proofs of different kinds are needed, and you have them."),
                NULL);
  return add (checks, "proofs", FALSE,
              needed == 1 ? _("You have no proof yet.")
              : there > 0 ? _("One more proof of another kind is missing.")
                          : _("Two proofs of different kinds are needed, and you have none."),
              g_str_equal (missing, "saved-code") ? "saved-codes" : missing);
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

json_t *
service_rehearsal_checks (const ServiceRehearsalFound *found,
                          gboolean                    *works)
{
  Checks checks = { json_array (), json_array (), 0 };
  gint64 needed = secinfo_json_get_integer (found->recoverable, "proofs_needed", 1);
  gboolean asks = check_screens (&checks, found);
  gboolean proofs;

  add (&checks, "service", found->reachable,
       found->reachable ? _("The account service answers.")
                        : _("The sign-in screen cannot reach the account service."), "service");
  check_saved (&checks, found);
  check_contacts (&checks, found, SECINFO_CONTACT_EMAIL);
  check_contacts (&checks, found, SECINFO_CONTACT_PHONE);
  proofs = check_proofs (&checks, found);

  *works = asks && found->reachable && proofs && checks.kinds >= needed;
  json_array_extend (checks.mend, checks.well);
  json_decref (checks.well);
  return checks.mend;
}

gboolean
service_rehearsal_find (ServiceUse             *use,
                        ServiceRehearsalFound  *found,
                        GError                **error)
{
  g_autoptr(GError) local_error = NULL;
  g_autoptr(ServiceSavedSet) set = service_store_saved_get (use->txn, use->record, FALSE, &local_error);
  g_autoptr(GPtrArray) contacts = NULL;

  if (local_error == NULL)
    contacts = service_store_contact_list (use->txn, use->record, FALSE, &local_error);
  found->has_saved_set = set != NULL;
  found->saved_left = service_saved_codes_left (set);
  found->verified[0] = found->verified[1] = 0;
  /* Contacts that cannot be read prove nothing. */
  if (local_error != NULL && local_error->domain == SERVICE_KEY_ERROR)
    return TRUE;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  for (guint i = 0; i < contacts->len; i++)
    {
      const ServiceContact *contact = g_ptr_array_index (contacts, i);

      found->verified[contact->kind] += contact->state == SECINFO_CONTACT_VERIFIED;
    }
  return TRUE;
}
