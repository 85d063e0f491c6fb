/* service-courier-kinds.c - what the courier's kinds of gateways are like
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier-line"

#include "config.h"

#include "service-courier.h"

#include "secinfo-host.h"
#include "secinfo-json.h"

#include <string.h>

static json_t *
service_courier_find_kind (ServiceCourier *self, const char *name)
{
  json_t *kind;
  gsize i;

  json_array_foreach (service_courier_get_kinds (self), i, kind)
    {
      if (g_strcmp0 (secinfo_json_get_string (kind, "name"), name) == 0)
        return kind;
    }
  return NULL;
}

gboolean
service_courier_kind_is_idempotent (ServiceCourier *self, const char *kind)
{
  json_t *found = service_courier_find_kind (self, kind);

  return found != NULL && secinfo_json_get_boolean (found, "idempotent", FALSE);
}

/* The host that a gateway sends to: of its settings, else of its kind's defaults. (nullable) */
static char *
service_courier_dup_host (ServiceCourier *self, const char *kind, const char *settings)
{
  g_autoptr(json_t) object = secinfo_json_parse (settings, strlen (settings), NULL);
  json_t *member, *members;
  const char *base = NULL;
  gsize i;

  if (object != NULL)
    {
      const char *host = secinfo_json_get_string (object, "host");

      if (host != NULL)
        return g_strdup (host);
      base = secinfo_json_get_string (object, "base");
    }
  members = secinfo_json_get_array (service_courier_find_kind (self, kind), "settings");
  json_array_foreach (members, i, member)
    {
      if (base == NULL && g_strcmp0 (secinfo_json_get_string (member, "name"), "base") == 0)
        base = secinfo_json_get_string (member, "default");
    }
  return base != NULL ? secinfo_host_of_url (base) : NULL;
}

gboolean
service_courier_is_offline (ServiceCourier *self, const char *kind, const char *settings)
{
  g_autofree char *host = NULL;

  if (service_courier_has_network (self) || !service_courier_is_up (self) || g_str_equal (kind, "inbox"))
    return FALSE;
  host = service_courier_dup_host (self, kind, settings != NULL ? settings : "{}");
  return host == NULL || !secinfo_host_is_near (host);
}

gboolean
service_courier_can_report (ServiceCourier *self, const char *kind, const char *settings, gboolean outside)
{
  json_t *found = service_courier_find_kind (self, kind);
  g_autofree char *host = NULL;

  if (!service_courier_hears_reports (self) || found == NULL ||
      !secinfo_json_get_boolean (found, "reports", FALSE))
    return FALSE;
  host = outside ? NULL : service_courier_dup_host (self, kind, settings != NULL ? settings : "{}");
  return outside || (host != NULL && secinfo_host_place (host) == SECINFO_HOST_LOOPBACK);
}
