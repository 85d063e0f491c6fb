/* secinfo-event-parser.h - text/event-stream, as it comes in
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* More than our service ever sends. Bytes. */
#define SECINFO_EVENT_LINE_MAX 4096
#define SECINFO_EVENT_DATA_MAX 16384

/* A stream cut at any byte gives the same events (WHATWG HTML section 9.2.6). No I/O, no clock: fed by whoever reads.
 * */
typedef struct _SecinfoEventParser SecinfoEventParser;

/* @type is "message" where the event named none; both are valid UTF-8. */
typedef void (*SecinfoEventFunc) (const char *type, const char *data, gpointer user_data);

SecinfoEventParser *secinfo_event_parser_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void                secinfo_event_parser_free (SecinfoEventParser *self);
/* FALSE with G_IO_ERROR_INVALID_DATA where a line or an event is too long or not UTF-8; the stream is then given up. */
gboolean            secinfo_event_parser_feed (SecinfoEventParser *self, const char *bytes, gsize length,
                                               SecinfoEventFunc func, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecinfoEventParser, secinfo_event_parser_free)

G_END_DECLS
