/* service-gateways.h - how codes are sent
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-courier.h"
#include "service-use.h"

G_BEGIN_DECLS

/* secinfod's own kinds, private and trial instances alone: what they send lies in the trial inbox. */
/* email: also embedded, with this as its id, while no email gateway is set up */
#define SERVICE_GATEWAY_KIND_INBOX       "inbox"
#define SERVICE_GATEWAY_KIND_INBOX_PHONE "inbox-phone"   /* sms */
#define SERVICE_GATEWAY_INBOX_ID         "inbox"         /* ServiceMessage.gateway of what the embedded one took */

gboolean        service_gateways_have_inbox   (ServiceInstance *instance);
gboolean        service_gateway_is_inbox      (const ServiceGateway *gateway);
gboolean        service_gateway_is_unproven   (const ServiceGateway *gateway);
/* Its settings were wrong for the last message that it judged; over with the next one that it takes. */
gboolean        service_gateway_is_misconfigured (const ServiceGateway *gateway);
#define SERVICE_GATEWAY_BREAK_AFTER 5   /* failures in a row, then it rests */
/* What people may count on: it answers. One that delivered before and has refused a few messages since because of its
 * settings may have refused just those. */
gboolean        service_gateway_works         (const ServiceGateway *gateway);
/* Was anybody told of the gateway @id, and of no other that is still down? Asked before its told_at goes. */
gboolean        service_gateways_is_last_down (ServiceStoreTxn *txn, const char *id, gboolean *is_last, GError **error);
/* Nothing is wrong with it any more; one that is set aside stays so. */
void            service_gateway_set_ready     (ServiceGateway *gateway);
/* The last thing that went wrong, kept for people to read; @test: a person asked for it. */
void            service_gateway_note_failure  (ServiceGateway *gateway, const ServiceCourierAnswer *answer,
                                               gboolean test, gint64 now);
/* In order of fail-over, without their secrets and without those that are set aside; the embedded inbox for EMAIL where
 * nothing is set up and the instance has one. Maybe empty, never NULL without error. */
GPtrArray      *service_gateways_for_medium   (ServiceInstance *instance, ServiceStoreTxn *txn, SecinfoMedium medium,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Would for_medium() give any? */
gboolean        service_gateways_have_medium  (ServiceInstance *instance, ServiceStoreTxn *txn, SecinfoMedium medium,
                                               gboolean *have, GError **error);
/* By the id that a message carries, without its secrets; the embedded one too. NULL without error: none. */
ServiceGateway *service_gateways_lookup       (ServiceInstance *instance, ServiceStoreTxn *txn, const char *id,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The address that messages come from, for "search for codes@…"; (nullable). */
const char     *service_gateway_get_sender    (ServiceGateway *gateway);
/* The keyring item of its credentials: "gateway:ID". Transfer full. */
char           *service_gateway_dup_secret_name (const char *id) G_GNUC_WARN_UNUSED_RESULT;
/* openapi Gateway. */
json_t         *service_gateway_to_json       (const ServiceGateway *gateway, gint64 now,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* openapi GatewayKind for all kinds: the courier's (@courier, nullable) and our own. Transfer full. */
json_t         *service_gateways_kinds        (ServiceInstance *instance, json_t *courier) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
