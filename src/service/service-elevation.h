/* service-elevation.h - proofs, minutes old, that it is you
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-enums.h"
#include "service-account.h"
#include "service-caller.h"

G_BEGIN_DECLS

/* In memory alone; main loop alone. A token is 256 random bits, kept as a hash, bound to uid and process (pidfd); it
 * ends after policy.elevation_life, with the process, when the session locks (logind), and where the password was
 * perhaps changed. */
typedef struct _ServiceElevations ServiceElevations;

ServiceElevations *service_elevations_new     (guint life /* seconds */);
/* Of the tokens that are given from now on. */
void               service_elevations_set_life (ServiceElevations *self, guint life /* seconds */);
void               service_elevations_free    (ServiceElevations *self);
/* Returns: (transfer full) the token, base64url. @until (out): Unix seconds. */
char              *service_elevations_grant   (ServiceElevations *self, ServiceCaller *caller, SecinfoLevel level,
                                               gint64 now, gint64 boot_now, gint64 *until) G_GNUC_WARN_UNUSED_RESULT;
/* Raises the token's level to verified where @token is alive and of level password. */
gboolean           service_elevations_raise   (ServiceElevations *self, ServiceCaller *caller, const char *token,
                                               gint64 now, gint64 boot_now, gint64 *until);
/* SESSION where the token is NULL, unknown, over, or another process's. */
SecinfoLevel       service_elevations_check   (ServiceElevations *self, ServiceCaller *caller,
                                               const char *token /* (nullable) */, gint64 now, gint64 boot_now);
/* When it ends, Unix seconds; 0 where it gives nothing. */
gint64             service_elevations_get_until (ServiceElevations *self, ServiceCaller *caller,
                                               const char *token /* (nullable) */, gint64 now, gint64 boot_now);
/* Whose the uid is now: where that is somebody else than before (name, home), all tokens of the uid end. */
void               service_elevations_know    (ServiceElevations *self, ServiceAccount *account);
void               service_elevations_end_uid (ServiceElevations *self, uid_t uid);
/* All of @caller's uid but the one that is @token. */
void               service_elevations_end_others (ServiceElevations *self, ServiceCaller *caller, const char *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceElevations, service_elevations_free)

G_END_DECLS
