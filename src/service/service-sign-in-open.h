/* service-sign-in-open.h - the files that say for whom a recovery is open
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* SECINFO_PATH_OPEN: an empty file a name, in lower-case hexadecimal. Main loop alone. */
typedef struct _ServiceOpenFiles ServiceOpenFiles;

#define SERVICE_OPEN_FILES_MOST 256

/* @dir (nullable): none are made. What lies there from before is taken away. */
ServiceOpenFiles *service_open_files_new   (const char *dir);
void              service_open_files_free  (ServiceOpenFiles *self);
/* There until @until (Unix seconds); 0: not any more. */
void              service_open_files_set   (ServiceOpenFiles *self, const char *name, gint64 until, gint64 now);
/* Is any recovery open? */
gboolean          service_open_files_any   (ServiceOpenFiles *self);
/* "726f6f74"; (nullable): too long for a file. Transfer full. */
char             *service_open_files_name  (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
