/* service-routes-service.c - what this service is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-router.h"

#include "service-gateways.h"
#include "service-instance.h"

#include <glib/gi18n-lib.h>

static void
add_rule (json_t     *rules,
          const char *title,
          char       *text)
{
  json_t *rule = json_object ();

  json_object_set_new (rule, "title", json_string (title));
  json_object_set_new (rule, "text", json_string (text));
  json_array_append_new (rules, rule);
  g_free (text);
}

/* The figures are the ones in force, so that a changed secinfod.conf does not make a liar of the words. */
static json_t *
policy_to_words (const SecinfoPolicy *policy)
{
  g_autofree char *prefixes = secinfo_policy_dup_prefixes (policy);
  json_t *rules = json_array ();

  add_rule (rules, _("Codes"),
            g_strdup_printf (_("A code has 6 digits and works once. "
                               "It works for %u minutes, and for %u where it proves an email address."),
                             policy->code_life / 60, policy->code_life_email / 60));
  add_rule (rules, _("Wrong codes"),
            g_strdup_printf (_("After %u wrong tries a code no longer works. "
                               "After %u within an hour or %u within a day there is a pause."),
                             policy->code_tries, policy->tries_hour, policy->tries_day));
  add_rule (rules, _("Sending"),
            g_strdup_printf (_("At most %u codes an hour and %u a day go to one contact, "
                               "and %u a day from one account."),
                             policy->sends_contact_hour, policy->sends_contact_day, policy->sends_account_day));
  if (prefixes == NULL)
    add_rule (rules, _("Phones"),
              g_strdup_printf (_("At most %u codes a day go from this computer to phones."), policy->sends_phone_day));
  else
    add_rule (rules, _("Phones"),
              g_strdup_printf (_("At most %u codes a day go from this computer to phones, "
                                 "and only to numbers that begin with %s."), policy->sends_phone_day, prefixes));
  add_rule (rules, _("Alerts"),
            g_strdup_printf (_("At most %u alerts a day go from this computer to phones; "
                               "what comes after them waits for the next day."), policy->alerts_phone_day));
  add_rule (rules, _("Wrong passwords"),
            g_strdup_printf (_("After %u wrong passwords within %u minutes there is a pause of %u minutes."),
                             policy->password_tries, policy->password_window / 60, policy->password_pause / 60));
  add_rule (rules, _("Contacts"),
            g_strdup_printf (_("You can have %u contacts. A removed one can be taken back for %u days."),
                             policy->contacts, policy->restore_days));
  if (policy->way_back_in == 0)
    add_rule (rules, _("Way back in"), g_strdup (_("It is switched off: no code is taken at the sign-in screen.")));
  add_rule (rules, _("Confirm it’s you"),
            g_strdup_printf (_("What was confirmed holds for %u minutes, and ends when the session locks."),
                             policy->elevation_life / 60));
  return rules;
}

static void
get_service (ServiceRequest *request)
{
  ServiceInstance *instance = service_request_get_instance (request);
  json_t *capabilities = json_array ();
  json_t *answer = json_object ();

  if (service_gateways_have_inbox (instance))
    json_array_append_new (capabilities, json_string ("inbox"));

  json_object_set_new (answer, "version", json_string (PACKAGE_VERSION));
  json_object_set_new (answer, "instance", json_string (instance->mode == SERVICE_MODE_PRIVATE ? "private" : "system"));
  json_object_set_new (answer, "capabilities", capabilities);
  json_object_set_new (answer, "policy", policy_to_words (service_instance_get_policy (instance)));
  service_request_answer (request, 200, answer);
}

const ServiceRoute service_routes_service[] = {
  { "GET", "/v1/service", SERVICE_ROUTE_START, SERVICE_ROUTE_SUSPENDED_TOO, SECINFO_LEVEL_SESSION, NULL, NULL,
    get_service, NULL },
  { NULL, },
};
