/* app-gateway-list.h - the ways to send, as the settings show them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-enums.h"
#include "secinfo-json.h"

G_BEGIN_DECLS

/* How one is: an icon, what it says to a screen reader, and a sentence. */
typedef struct
{
  const char *icon;
  const char *icon_name;
  const char *style;      /* of the icon */
  char       *title;
  char       *subtitle;   /* (nullable) */
} AppGatewayHealth;

/* @gateway: openapi Gateway; @place: among those of its medium, from 0; @now: Unix seconds. */
AppGatewayHealth *app_gateway_health_new  (json_t *gateway, guint place, gint64 now) G_GNUC_WARN_UNUSED_RESULT;
void              app_gateway_health_free (AppGatewayHealth *self);

/* One row of the list, immutable. */
typedef struct
{
  char             *id;
  char             *title;       /* isolated */
  char             *subtitle;
  char             *spoken;      /* "Home mail server, 1 of 2, Last delivered 2 minutes ago" */
  char             *menu_spoken; /* "Move Home mail server" */
  AppGatewayHealth *health;
  guint             place, count;   /* among those of its medium */
  gboolean          unproven;
  json_t           *gateway;
} AppGatewayItem;

/* What a way to send is for. Alerts alone: what proves no address. */
typedef enum { APP_GATEWAY_EMAIL, APP_GATEWAY_PHONE, APP_GATEWAY_ALERTS, APP_N_GATEWAY_USES } AppGatewayUse;

/* @object: openapi Gateway or GatewayKind. APP_N_GATEWAY_USES: of no use that this program knows. */
AppGatewayUse app_gateway_get_use   (json_t *object);
/* @gateways: what GET /v1/gateways answered; those for @use. (transfer full), of AppGatewayItem. */
GPtrArray *app_gateway_list_new     (json_t *gateways, AppGatewayUse use, gint64 now) G_GNUC_WARN_UNUSED_RESULT;
/* The list as it is once @gateway was added, changed or moved; or the one with that id removed. For whoever may not ask
 * again: in a system instance each question asks for an administrator's password. */
void       app_gateway_list_put     (json_t *gateways, json_t *gateway);
void       app_gateway_list_drop    (json_t *gateways, const char *id);
/* (nullable) (transfer none) */
json_t    *app_gateway_list_find    (json_t *gateways, const char *id);
/* What is said where there is none: @inbox, whether the trial inbox stands in. */
const char *app_gateway_list_empty  (AppGatewayUse use, gboolean inbox);

typedef enum
{
  APP_GATEWAY_OWN,
  APP_GATEWAY_SERVICE,
  APP_GATEWAY_DESCRIBED,   /* taken over from a file, and can be removed */
  APP_GATEWAY_OTHER,
  APP_N_GATEWAY_GROUPS,
} AppGatewayGroup;

/* One row of “Add a way to send”. */
typedef struct
{
  AppGatewayGroup  group;
  char            *title;      /* isolated, or with a mnemonic where @kind is NULL */
  const char      *subtitle;   /* (nullable) */
  const char      *icon;
  json_t          *kind;       /* (nullable): one's own mailbox */
} AppGatewayChoice;

/* @kinds: what GET /v1/gateway-kinds answered. (transfer full), of AppGatewayChoice, in the order shown. */
GPtrArray *app_gateway_choices_new  (json_t *kinds, AppGatewayUse use) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable) (transfer none) */
json_t    *app_gateway_find_kind    (json_t *kinds, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppGatewayHealth, app_gateway_health_free)

G_END_DECLS
