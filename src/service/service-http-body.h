/* service-http-body.h - the body of a request while it comes in
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* It carries passwords and codes: each piece is wiped where it came from, and all of it where it lay. Part of whatever
 * is the request's, zeroed at first. */
typedef struct
{
  char    *text;        /* (nullable) 64 KiB at most, and a NUL */
  gsize    length, size;
  gsize    discarded;
  gboolean too_large;   /* nothing more of it is kept */
} ServiceHttpBody;

/* So many bytes are announced. FALSE: too many. */
gboolean service_http_body_expect (ServiceHttpBody *self, gsize length);
/* Wipes @chunk. FALSE: so much of what is too large that the line is to be cut. */
gboolean service_http_body_add    (ServiceHttpBody *self, char *chunk, gsize length);
/* @text (out) (transfer full) (nullable): of @size bytes, to be wiped. */
void     service_http_body_take   (ServiceHttpBody *self, char **text, gsize *length, gsize *size);
void     service_http_body_clear  (ServiceHttpBody *self);

G_END_DECLS
