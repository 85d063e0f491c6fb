/* service-courier-answer.h - what the courier answers, as it is taken
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-courier.h"

G_BEGIN_DECLS

/* Member @name of @object, at most @most printable characters; (transfer full) (nullable). */
char                 *service_courier_take_words       (json_t *object, const char *name, gsize most);
/* None came: what is certain is only whether the datagram @left. */
ServiceCourierAnswer *service_courier_answer_lost      (gboolean left) G_GNUC_WARN_UNUSED_RESULT;
ServiceCourierAnswer *service_courier_answer_from_json (json_t *object) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
