/* gateway-description-reader.h - says what is wrong with a description, and where
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway-description.h"

G_BEGIN_DECLS

typedef struct
{
  const char          *text;    /* (not nullable) the file */
  GatewayDescription  *self;    /* (not nullable) what it becomes */
  GError             **error;
} GatewayReader;

typedef struct
{
  const char *name;
  json_type   type;        /* JSON_TRUE: both booleans */
  gboolean    required;
} GatewayMember;

/* Sets the error: "Line 12: /response: the member ‘rules’ is missing". Always FALSE. */
gboolean gateway_reader_fail          (GatewayReader *reader, const char *pointer, const char *format,
                                       ...) G_GNUC_PRINTF (3, 4);
/* Strict: what is not in @members (which end with a name of NULL) is an error. */
gboolean gateway_reader_check_members (GatewayReader *reader, const char *pointer, json_t *object,
                                       const GatewayMember *members);
/* Is @text a template that can be filled? @integers: {name:int} may be the whole of it. */
gboolean gateway_reader_check_template (GatewayReader *reader, const char *pointer, const char *text,
                                        gboolean integers);
/* The template that is the text @member of @object; NULL where it is not there (what is required was checked). */
gboolean gateway_reader_read_template (GatewayReader *reader, const char *pointer, json_t *object, const char *member,
                                       char **out);
/* "{@setting}/…", or "https://host/…" with nothing to be put into the host. @setting: static */
gboolean gateway_reader_read_target   (GatewayReader *reader, const char *pointer, const char *url, const char *setting,
                                       GatewayTarget *target);
gboolean gateway_reader_check_header  (GatewayReader *reader, const char *pointer, const char *name);
/* gateway-description-auth.c; after the body was read */
gboolean gateway_reader_read_auth     (GatewayReader *reader, json_t *auth);
/* gateway-description-callback.c; @callback (nullable) */
gboolean gateway_reader_read_callback (GatewayReader *reader, json_t *callback);
/* gateway-description-answer.c */
gboolean gateway_reader_read_response (GatewayReader *reader, json_t *response);

G_END_DECLS
