/* secinfo-launcher.h - the programs that belong together, and a private service
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum { SECINFO_PROGRAM_SECINFOCTL, SECINFO_PROGRAM_SECINFOD } SecinfoProgram;

/* In the build directory where this very program runs from there (by /proc/self/exe), else where it is installed.
 * Transfer full. */
char    *secinfo_launcher_find          (SecinfoProgram program) G_GNUC_WARN_UNUSED_RESULT;
/* $XDG_RUNTIME_DIR/secinfo/api. Transfer full. */
char    *secinfo_launcher_private_socket (void) G_GNUC_WARN_UNUSED_RESULT;
/* Does somebody listen there? Connects, says nothing, closes. */
gboolean secinfo_launcher_answers       (const char *socket_path);

/**
 * secinfo_launcher_start_async:
 * @socket_path: (nullable): the private socket where %NULL
 *
 * Starts `secinfoctl serve --private`, which outlives this program, unless somebody answers on the socket already;
 * done when somebody does. Fails as SECINFO_PROBLEM_NO_SERVICE with the service's own line, or after 20 s.
 */
void     secinfo_launcher_start_async   (const char *socket_path, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
gboolean secinfo_launcher_start_finish  (GAsyncResult *result, GError **error);

G_END_DECLS
