/* service-http-answer.h - an answer, handed to libmicrohttpd
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-request-private.h"

#include <microhttpd.h>

G_BEGIN_DECLS

#define SERVICE_HTTP_PROBLEM_TYPE "application/problem+json"

/* @type, @request: (nullable). FALSE: no memory. */
gboolean        service_http_add_headers  (struct MHD_Response *response, const char *type, ServiceRequest *request);
/* @spare: what is sent where there is no memory for an answer. @json: (nullable): no body. */
enum MHD_Result service_http_send_json    (struct MHD_Connection *connection, struct MHD_Response *spare, guint status,
                                           json_t *json, ServiceRequest *request);
/* @text: (transfer full) JSON. */
enum MHD_Result service_http_send_text    (struct MHD_Connection *connection, struct MHD_Response *spare, guint status,
                                           char *text, ServiceRequest *request);
/* @request: (nullable) */
enum MHD_Result service_http_send_problem (struct MHD_Connection *connection, struct MHD_Response *spare,
                                           SecinfoProblem *problem, ServiceRequest *request, const char *language);

G_END_DECLS
