/* courier-reports.h - listens for delivery reports
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <jansson.h>

G_BEGIN_DECLS

/* A small HTTP server on loopback: GET or POST to …/GATEWAY/MESSAGE/TOKEN[?QUERY], a connection each; at most 32 of
 * them, 10 s each, a head of 4 KiB and a body of 8 KiB. It believes nothing of what it hears: secinfod knows the
 * tokens. */
typedef struct _CourierReports CourierReports;

/* @report: {gateway, message, token, query, type, headers: those with "signature" in their name, body} (transfer full).
 * FALSE: it cannot be taken now; whoever brought it may come again. */
typedef gboolean (*CourierReportFunc) (json_t *report, gpointer data);

/* One request, as far as it came; @text has room for a NUL behind it, and is written into. TRUE in @whole: there it is,
 * and either @report (out) (transfer full) or what is answered to what is none. */
const char     *courier_reports_read (char *text, gsize length, json_t **report, gboolean *whole);

CourierReports *courier_reports_new  (guint16 port, CourierReportFunc take, gpointer data,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void            courier_reports_free (CourierReports *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CourierReports, courier_reports_free)

G_END_DECLS
