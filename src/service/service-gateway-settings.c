/* service-gateway-settings.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-gateway-settings.h"

#include <string.h>

static json_t *
find_named (json_t     *array,
            const char *name)
{
  for (gsize i = 0; i < json_array_size (array); i++)
    {
      json_t *item = json_array_get (array, i);

      if (g_strcmp0 (secinfo_json_get_string (item, "name"), name) == 0)
        return item;
    }
  return NULL;
}

json_t *
service_gateway_settings_find_kind (json_t     *kinds,
                                    const char *name)
{
  return find_named (kinds, name);
}

SecinfoProblem *
service_gateway_settings_refuse (const char *member,
                                 const char *reason)
{
  SecinfoProblem *problem = secinfo_problem_new (SECINFO_PROBLEM_SETTINGS_NOT_VALID);

  if (member != NULL)
    secinfo_problem_set_string (problem, "member", member);
  secinfo_problem_set_string (problem, "reason", reason);
  return problem;
}

static gboolean
check_fresh (json_t  *known,
             json_t  *fresh,
             GError **error)
{
  const char *name;
  json_t *value;

  json_object_foreach (fresh, name, value)
    {
      if (find_named (known, name) == NULL)
        return service_use_refuse (error, service_gateway_settings_refuse (name, "unknown"));
      if (!json_is_string (value))
        return service_use_refuse (error, service_gateway_settings_refuse (name, "not-text"));
    }
  return TRUE;
}

/* What a newer description does not have any more. */
static void
drop_unknown (json_t *known,
              json_t *settings)
{
  const char *name;
  json_t *value;
  void *next;

  json_object_foreach_safe (settings, next, name, value)
    {
      if (find_named (known, name) == NULL)
        json_object_del (settings, name);
    }
}

gboolean
service_gateway_settings_merge (json_t  *kind,
                                json_t  *settings,
                                json_t  *fresh,
                                GError **error)
{
  json_t *known = secinfo_json_get_array (kind, "settings");

  if (!check_fresh (known, fresh, error))
    return FALSE;

  drop_unknown (known, settings);
  json_object_update (settings, fresh);
  for (gsize i = 0; i < json_array_size (known); i++)
    {
      json_t *setting = json_array_get (known, i);
      const char *name = secinfo_json_get_string (setting, "name");
      const char *value = secinfo_json_get_string (settings, name);
      const char *otherwise = secinfo_json_get_string (setting, "default");

      if (value != NULL && *value != '\0')
        continue;
      if (otherwise != NULL)
        json_object_set_new (settings, name, json_string (otherwise));
      else if (secinfo_json_get_boolean (setting, "required", FALSE))
        return service_use_refuse (error, service_gateway_settings_refuse (name, "missing"));
      else
        json_object_del (settings, name);
    }
  return TRUE;
}

static gboolean
was_secret (const ServiceGateway *gateway,
            const char           *name)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", name);

  return gateway->secret_names != NULL && strstr (gateway->secret_names, quoted) != NULL;
}

void
service_gateway_settings_part (json_t          *kind,
                               json_t          *all,
                               ServiceGateway  *gateway,
                               SecinfoSecret  **secrets)
{
  json_t *known = secinfo_json_get_array (kind, "settings");
  g_autoptr(json_t) open = json_object ();
  g_autoptr(json_t) closed = json_object ();
  g_autoptr(json_t) names = json_array ();
  const char *name;
  json_t *value;

  json_object_foreach (all, name, value)
    {
      json_t *setting = find_named (known, name);

      /* A description of one's own may no longer call it a secret: what was kept as one never turns up in the open. */
      if (!secinfo_json_get_boolean (setting, "secret", FALSE) && !was_secret (gateway, name))
        json_object_set (open, name, value);
      else if (json_string_length (value) > 0)
        {
          json_object_set (closed, name, value);
          json_array_append_new (names, json_string (name));
        }
    }

  *secrets = NULL;
  if (json_object_size (closed) > 0)
    {
      char *text = secinfo_json_to_text (closed);

      *secrets = secinfo_secret_new (text, -1);
      secinfo_secret_free_text (text);
    }
  g_free (gateway->settings);
  gateway->settings = secinfo_json_to_text (open);
  g_free (gateway->secret_names);
  gateway->secret_names = secinfo_json_to_text (names);
}
