/* gateway-template.h - a leaf string of a description, with places for values
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway.h"

G_BEGIN_DECLS

#define GATEWAY_TEMPLATE_ERROR (gateway_template_error_quark ())
typedef enum
{
  GATEWAY_TEMPLATE_ERROR_SYNTAX,   /* a brace without its other half, an unknown name, an integer where none can be */
  GATEWAY_TEMPLATE_ERROR_VALUE,    /* a value that cannot stand in this place */
} GatewayTemplateError;
GQuark gateway_template_error_quark (void);

/* Where a value is put decides how it is encoded. */
typedef enum
{
  /* RFC 3986: all but unreserved is percent-encoded, so that no value adds a segment or a query */
  GATEWAY_PLACE_PATH,
  GATEWAY_PLACE_QUERY,    /* the same */
  GATEWAY_PLACE_FORM,     /* application/x-www-form-urlencoded: a blank is + */
  GATEWAY_PLACE_JSON,     /* as it is: the writer of JSON quotes it */
  GATEWAY_PLACE_HEADER,   /* as it is; control characters are refused */
  GATEWAY_PLACE_TEXT,     /* as it is */
} GatewayPlace;

/* Is @name one that every message has: {to} {to_digits} {text} {subject} {ref} {ref_uuid} {ttl} {callback}
 * {callback_mask} {sms_coding} {sms_type}? */
gboolean    gateway_template_is_message_name (const char *name);

/* "{name}" is a value, "{name:xml}" one as text of XML,
 * "{name:quoted}" as a quoted string of RFC 5322, "{{" and "}}" are braces. @integers: "{name:int}" may be the
 * whole of @text. @settings: names that are known beside the message's. `base` and `login` are none of them here: they
 * may begin a url and nothing else. */
gboolean    gateway_template_check  (const char *text, GPtrArray *settings, gboolean integers, GError **error);
/* "{name:int}" */
gboolean    gateway_template_is_integer (const char *text);
/* @text was checked. (transfer full), wiped by the caller with secinfo_secret_free_text(). @empty (out, optional):
 * nothing was put in but empty values, and nothing else stands there. */
char       *gateway_template_fill   (const char *text, const GatewayMessage *message, GatewayPlace place,
                                     gboolean *empty, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Every leaf string of @tree; object members whose value comes out empty are left out. (transfer full) */
json_t     *gateway_template_fill_json (json_t *tree, const GatewayMessage *message,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
