/* service-caller.h - who is asking, made once at accept
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * ServiceCaller:
 *
 * Immutable, refcounted. From SO_PEERCRED and a pidfd, before a byte is read. No request names a user.
 */
typedef struct _ServiceCaller ServiceCaller;

#define SERVICE_CALLER_ERROR (service_caller_error_quark ())
typedef enum { SERVICE_CALLER_ERROR_NOT_YOU, SERVICE_CALLER_ERROR_GONE } ServiceCallerError;
GQuark         service_caller_error_quark (void);

/* Refuses uid -1, the overflow uid, uids inside a range of /etc/subuid (DESIGN section 2). */
ServiceCaller *service_caller_new_from_fd (int socket_fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;
ServiceCaller *service_caller_ref         (ServiceCaller *self);
void           service_caller_unref       (ServiceCaller *self);
uid_t          service_caller_get_uid     (ServiceCaller *self);
pid_t          service_caller_get_pid     (ServiceCaller *self);
int            service_caller_get_pidfd   (ServiceCaller *self);        /* owned by the caller object */
guint64        service_caller_get_start_time (ServiceCaller *self);     /* /proc/PID/stat field 22, for polkit */
gboolean       service_caller_same_process (ServiceCaller *a, ServiceCaller *b);   /* and it lives */

/* Part of new_from_fd(), for its test: @text is what /etc/subuid says. */
gboolean       service_caller_subuid_contains (const char *text, uid_t uid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceCaller, service_caller_unref)

G_END_DECLS
