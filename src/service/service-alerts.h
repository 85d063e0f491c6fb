/* service-alerts.h - what the contacts of an account are told
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

/* An event alone: none of those that administrators were told of is down any more. */
#define SERVICE_ALERT_GATEWAY_WELL "gateway-well"
#define SERVICE_ALERT_GATEWAY_DOWN "gateway-down"   /* to administrators alone */

/* One message to one contact tells of all that happened until it leaves: ServiceMessage.alert is a list of TYPE@TIME
 * (Unix seconds), parted by spaces, in their order ("contact-added@1790000000 contact-removed@1790000012"). Nothing of
 * a contact stands in it. The words are made at sending. */

/* Queues an alert of @type ("contact-removed" …), or adds it to the one that still waits for the same contact. The
 * address goes along, sealed: the contact may be gone for good before the alert has left, and the store key
 * may be away now. @record is whose events and name it carries. */
gboolean service_alerts_queue   (ServiceUse *use, gint64 record, const char *type, const ServiceAddressee *to,
                                 GError **error);
/* The same by a way for alerts alone, where there is one: ntfy, Gotify, Matrix. */
gboolean service_alerts_queue_push (ServiceUse *use, gint64 record, const char *type, GError **error);
/* How long an alert to somebody who was sent @sent of them within the last hour waits for more to tell; seconds. */
guint    service_alerts_hold    (guint bundle, guint sent, gboolean grave);

/* In @language, from ServiceMessage.alert; @account (nullable): not known any more. An SMS stays inside one part.
 * (transfer full). */
char    *service_alerts_render  (SecinfoMedium medium, const char *alert, gint64 since, const char *account,
                                 const char *host, const char *language, char **subject /* (out) (transfer full) */);

G_END_DECLS
