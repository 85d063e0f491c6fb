/* gateway-sigv4.h - AWS Signature Version 4
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is signed, as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html tells:
 * a request without a query, whose signed headers are content-type, host and x-amz-date. */
typedef struct
{
  const char *method;    /* (not nullable) */
  const char *url;       /* (not nullable) */
  const char *type;      /* (not nullable) Content-Type */
  const char *body;      /* (not nullable) */
  const char *user;      /* (not nullable) id of the access key */
  const char *key;       /* (not nullable) */
  const char *region;    /* (not nullable) */
  const char *service;   /* (not nullable) */
} GatewaySigv4;

/* The Authorization header; (transfer full), NULL: @request's url is none. @now: Unix seconds. @date (out, transfer
 * full): X-Amz-Date. */
char *gateway_sigv4_sign (const GatewaySigv4 *request, gint64 now, char **date) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
