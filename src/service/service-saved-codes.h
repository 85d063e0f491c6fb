/* service-saved-codes.h - saved codes: made, proven, taken away, used
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-use.h"

G_BEGIN_DECLS

enum
{
  SERVICE_SAVED_PENDING_LIFE = 3600,   /* seconds until a set that nobody proved is forgotten */
  SERVICE_SAVED_TRIES = 5,             /* labels */
  SERVICE_SAVED_FEW = 3,               /* so few are left: time for new ones */
};

/* Fresh codes with their labels, not hashed yet: @codes (out) is NULL-terminated, plain, to be wiped. Any thread. */
ServiceSavedSet *service_saved_codes_new     (char ***codes) G_GNUC_WARN_UNUSED_RESULT;
/* @set (its hashes filled in) waits for its proof from now on; the ones in force stay. */
gboolean         service_saved_codes_keep    (ServiceUse *use, ServiceSavedSet *set, GError **error);
/* label-wrong {position, attempts_left}, not-found where none waits. Tells all verified contacts. */
gboolean         service_saved_codes_prove   (ServiceUse *use, const char *label, GError **error);
gboolean         service_saved_codes_delete  (ServiceUse *use, GError **error);

/* Those that are left of @set (nullable). */
guint            service_saved_codes_left    (const ServiceSavedSet *set);
/* Which code of @set has @hash, -1: none. Looks at all of them, whatever it finds. */
int              service_saved_codes_match   (const ServiceSavedSet *set, const guint8 hash[32]);
/* The set that waits for its proof and still may; NULL without error: none. */
ServiceSavedSet *service_saved_codes_pending (ServiceUse *use, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* openapi SavedCodes. */
json_t          *service_saved_codes_to_json (ServiceUse *use, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
