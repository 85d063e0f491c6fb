/* service-policy.h - the rules that hold, and what administrators change of them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

/* What secinfod.conf says is root's word and stays. On top of it comes what was changed over the API, kept in the
 * store; what an older or newer SecInfo wrote there and this one does not take is left out, with a warning. Main loop
 * alone; at the start, once the store is open. */
/* FALSE where the store cannot say: the rules may be stricter than what is usual. */
gboolean service_policy_begin   (ServiceInstance *instance, GError **error);
/* @settings: key → value, null for what holds without it. On the store's thread; all of it or, with a problem, nothing.
 * @changes (out) (transfer full): for service_policy_take() after the commit. */
gboolean service_policy_change  (ServiceUse *use, json_t *settings, json_t **changes, GError **error);
/* From now on. Main loop alone. */
void     service_policy_take    (ServiceInstance *instance, json_t *changes);
/* {items, next} of openapi Policy. */
json_t  *service_policy_to_json (ServiceInstance *instance);

G_END_DECLS
