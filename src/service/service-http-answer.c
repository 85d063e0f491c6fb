/* service-http-answer.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-http-answer.h"

#include "service-instance.h"
#include "service-language.h"

#include <string.h>

gboolean
service_http_add_headers (struct MHD_Response *response,
                          const char          *type,
                          ServiceRequest      *request)
{
  gint64 retry_at = request != NULL && request->problem != NULL ? secinfo_problem_get_retry_at (request->problem) : 0;
  char seconds[24];

  g_snprintf (seconds, sizeof seconds, "%" G_GINT64_FORMAT, retry_at != 0 ? MAX (1, retry_at - request->now.wall) : 0);
  return (type == NULL || MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type)) &&
         MHD_add_response_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") &&
         (request == NULL || request->allow == NULL ||
          MHD_add_response_header (response, MHD_HTTP_HEADER_ALLOW, request->allow)) &&
         (retry_at == 0 || MHD_add_response_header (response, MHD_HTTP_HEADER_RETRY_AFTER, seconds));
}

/* @text: (nullable) (transfer full) */
static enum MHD_Result
send_text (struct MHD_Connection *connection,
           struct MHD_Response   *spare,
           guint                  status,
           const char            *type,
           char                  *text,
           ServiceRequest        *request)
{
  gsize length = text != NULL ? strlen (text) : 0;
  struct MHD_Response *response =
    MHD_create_response_from_buffer_with_free_callback (length, text,
                                                        (MHD_ContentReaderFreeCallback) secinfo_secret_free_text);
  enum MHD_Result result;

  if (response == NULL)
    secinfo_secret_free_text (text);
  if (response != NULL && service_http_add_headers (response, text != NULL ? type : NULL, request))
    {
      result = MHD_queue_response (connection, status, response);
      if (result == MHD_YES && request != NULL &&
          service_answers_keep (request->instance->answers, request, response, (GDestroyNotify) MHD_destroy_response,
                                length))
        return result;
    }
  else
    result = MHD_queue_response (connection, MHD_HTTP_SERVICE_UNAVAILABLE, spare);
  g_clear_pointer (&response, MHD_destroy_response);
  return result;
}

static enum MHD_Result
send_json (struct MHD_Connection *connection,
           struct MHD_Response   *spare,
           guint                  status,
           const char            *type,
           json_t                *json,
           ServiceRequest        *request)
{
  char *text = json != NULL ? secinfo_json_to_text (json) : NULL;

  if (json != NULL && text == NULL)
    return MHD_queue_response (connection, MHD_HTTP_SERVICE_UNAVAILABLE, spare);
  return send_text (connection, spare, status, type, text, request);
}

enum MHD_Result
service_http_send_text (struct MHD_Connection *connection,
                        struct MHD_Response   *spare,
                        guint                  status,
                        char                  *text,
                        ServiceRequest        *request)
{
  return send_text (connection, spare, status, "application/json", text, request);
}

enum MHD_Result
service_http_send_json (struct MHD_Connection *connection,
                        struct MHD_Response   *spare,
                        guint                  status,
                        json_t                *json,
                        ServiceRequest        *request)
{
  return send_json (connection, spare, status, "application/json", json, request);
}

enum MHD_Result
service_http_send_problem (struct MHD_Connection *connection,
                           struct MHD_Response   *spare,
                           SecinfoProblem        *problem,
                           ServiceRequest        *request,
                           const char            *language)
{
  guint failures = secinfo_json_get_failures ();
  g_autoptr(json_t) json = NULL;

  service_language_push (language);
  json = secinfo_problem_to_json (problem);
  service_language_pop ();
  if (secinfo_json_get_failures () != failures)
    return MHD_queue_response (connection, MHD_HTTP_SERVICE_UNAVAILABLE, spare);
  return send_json (connection, spare, secinfo_problem_type_to_status (secinfo_problem_get_kind (problem)),
                    SERVICE_HTTP_PROBLEM_TYPE, json, request);
}
