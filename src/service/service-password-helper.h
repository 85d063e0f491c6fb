/* service-password-helper.h - one secinfo-password: a process, a datagram there and one back
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-wire.h"
#include "service-password.h"

G_BEGIN_DECLS

/* Each opens a line to a helper of its own; -1 with @error. System: systemd starts it, and listens as root. */
int      service_password_helper_connect     (const char *socket_path, GError **error);
/* Private: a child; GLib reaps it. */
int      service_password_helper_run         (const char *helper, GSubprocess **child, GError **error);
/* FALSE: one of the texts is too long. @request holds passwords either way: the caller wipes it. */
gboolean service_password_helper_fill        (struct secinfo_password_request *request, guint32 op, uid_t uid,
                                              const char *user, SecinfoSecret *password /* (nullable) */,
                                              SecinfoSecret *fresh /* (nullable) */);
/* FALSE: nothing came yet. Else the answer to @op, or @error: it says no, or is none and, being @closed, will not
 * be. */
gboolean service_password_helper_receive     (int fd, guint32 op, gboolean closed,
                                              struct secinfo_password_reply *reply, GError **error);
/* The answer to a classification that went well. */
void     service_password_helper_read_class  (const struct secinfo_password_reply *reply, const char *user,
                                              ServicePasswordClass *class);
/* Nothing was asked; or it was, and no answer came. */
GError  *service_password_helper_unavailable (const char *why);
GError  *service_password_helper_no_answer   (guint32 op, const char *why);

G_END_DECLS
