/* service-listen.h - the API socket, and who is let in
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"

G_BEGIN_DECLS

/* Accepts, knows the caller, and hands over to HTTP: 16 connections a uid (root 512), 512 in all. Main loop alone. */
typedef struct _ServiceListen ServiceListen;

#define SERVICE_LISTEN_ERROR (service_listen_error_quark ())
typedef enum { SERVICE_LISTEN_ERROR_IN_USE, SERVICE_LISTEN_ERROR_PLACE } ServiceListenError;
GQuark         service_listen_error_quark (void);

/* DIR of what an instance keeps: made 0700 where absent; its owner has to be this user and nobody else may enter.
 * Returns: a descriptor (O_PATH), or -1 with @error, which says the path and what to do. */
int            service_listen_open_dir    (const char *path, GError **error);
/* $XDG_RUNTIME_DIR/secinfo/api; NULL with @error where there is no such directory. Transfer full. */
char          *service_listen_default_path (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @path: absolute; a socket left behind by a service that is gone is replaced, one that somebody answers on is not. */
ServiceListen *service_listen_new_path    (ServiceInstance *instance, const char *path,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* LISTEN_FDS (sd_listen_fds(3)): a stream socket made by systemd, and maybe one that LISTEN_FDNAMES calls "sign-in";
 * @sign_in (out) is -1 where there is none. Once. */
gboolean       service_listen_passed      (int *api, int *sign_in, GError **error);
/* The sign-in screen's socket where it is not passed, mode 0600; -1 with @error. */
int            service_listen_bind_sign_in (const char *path, GError **error);
ServiceListen *service_listen_new_passed  (ServiceInstance *instance, int fd,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Closes, and takes away the socket that new_path() made. */
void           service_listen_free        (ServiceListen *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceListen, service_listen_free)

G_END_DECLS
