/* service-password.h - asks secinfo-password, one process a call
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-secret.h"

G_BEGIN_DECLS

#define SERVICE_PASSWORD_ERROR (service_password_error_quark ())
typedef enum
{
  SERVICE_PASSWORD_ERROR_WRONG,
  SERVICE_PASSWORD_ERROR_NO_PASSWORD,  /* the account has none to ask for (L, NP) */
  SERVICE_PASSWORD_ERROR_LOCKED,       /* locked or expired: pam_acct_mgmt says no */
  SERVICE_PASSWORD_ERROR_REFUSED,      /* PAM refuses the new one; message = PAM's words */
  SERVICE_PASSWORD_ERROR_UNAVAILABLE,  /* helper gone, silent or not ours */
  SERVICE_PASSWORD_ERROR_BUSY,         /* 2 at once for this uid, or too many for all */
  SERVICE_PASSWORD_ERROR_UNCLEAR,      /* of a change: asked for, and what became of it is not known */
} ServicePasswordError;
GQuark service_password_error_quark (void);

typedef enum { SERVICE_PASSWORD_KIND_FILES, SERVICE_PASSWORD_KIND_OTHER_SOURCE, SERVICE_PASSWORD_KIND_LOCKED,
               SERVICE_PASSWORD_KIND_NO_PASSWORD, SERVICE_PASSWORD_KIND_ENCRYPTED_HOME } ServicePasswordKind;
typedef struct { ServicePasswordKind kind; gboolean administrator; char source[64]; } ServicePasswordClass;

typedef struct _ServicePassword ServicePassword;

/* Private: runs @helper as a child per call on a socket pair. System: connects to /run/secinfo/password-check. */
ServicePassword *service_password_new_private         (const char *helper /* absolute path */);
ServicePassword *service_password_new_system          (const char *socket_path);
void             service_password_free                (ServicePassword *self);
void             service_password_authenticate_async  (ServicePassword *self, uid_t uid, const char *user,
                                                       SecinfoSecret *password, GCancellable *cancellable,
                                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean         service_password_authenticate_finish (ServicePassword *self, GAsyncResult *result, GError **error);
void             service_password_classify_async      (ServicePassword *self, uid_t uid, const char *user,
                                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                                       gpointer user_data);
/* For a conversation at the sign-in screen: whatever the API's users keep busy, some helpers are left for it. */
void             service_password_classify_sign_in_async (ServicePassword *self, uid_t uid, const char *user,
                                                       GAsyncReadyCallback callback, gpointer user_data);
gboolean         service_password_classify_finish     (ServicePassword *self, GAsyncResult *result,
                                                       ServicePasswordClass *answer, GError **error);
void             service_password_change_async        (ServicePassword *self, uid_t uid, const char *user,
                                                       SecinfoSecret *current, SecinfoSecret *fresh,
                                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                                       gpointer user_data);
gboolean         service_password_change_finish       (ServicePassword *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServicePassword, service_password_free)

G_END_DECLS
