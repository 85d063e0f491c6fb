/* fuzz-description.c - a description of a gateway, and the request that comes of it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "gateway-description.h"

#include <string.h>

#define BASE "https://sms.example.org/api"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_set_up ();
  return 0;
}

static const char *
no_header (const char *name, gpointer data)
{
  return NULL;
}

static GatewayMessage *
message_for (const GatewayDescription *description, const char *value)
{
  g_autoptr(json_t) settings = json_object ();
  g_autoptr(json_t) datagram = NULL;

  for (guint i = 0; i < description->settings->len; i++)
    {
      const GatewaySetting *setting = g_ptr_array_index (description->settings, i);

      json_object_set_new (settings, setting->name, json_string (g_str_equal (setting->name, "base") ? BASE : value));
    }
  datagram = json_pack ("{s:s, s:s, s:s, s:O, s:s, s:s, s:s, s:s, s:i}", "op", "send", "ref", "r-1", "gateway", "mine",
                        "settings", settings, "medium", secinfo_medium_to_string (description->medium),
                        "to", description->medium == SECINFO_MEDIUM_EMAIL ? "a@example.org" : "+447911123456",
                        "subject", "Your code", "text", value, "ttl", 600);
  return datagram != NULL ? gateway_message_new (datagram, NULL) : NULL;
}

/* No value gets out of its place: not into another header, not to another host. */
static void
check_request (const GatewayDescription *description, const GatewayRequest *request)
{
  fuzz_assert (strpbrk (request->url, "\r\n \t") == NULL);
  fuzz_assert (g_str_has_prefix (request->url,
                                 description->target.setting != NULL ? BASE : description->target.origin));
  for (guint i = 0; i < request->headers->len; i++)
    {
      const GatewayPair *pair = g_ptr_array_index (request->headers, i);

      fuzz_assert (strpbrk (pair->name, "\r\n:") == NULL && strpbrk (pair->text, "\r\n") == NULL);
    }
  fuzz_assert (request->type == NULL || strpbrk (request->type, "\r\n") == NULL);
}

/* A description; after a NUL the value that its settings and the message have. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gsize length;
  g_autofree char *text = fuzz_take_until (&data, &size, '\0', &length);
  g_autofree char *value = size > 0 ? g_strndup ((const char *) data, MIN (size, 512)) : g_strdup ("x");
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayDescription) description = gateway_description_parse (text, length, &error);
  g_autoptr(GatewayMessage) message = NULL;
  g_autoptr(GatewayRequest) request = NULL;
  g_autoptr(GatewayAnswer) answer = NULL;

  fuzz_assert ((description == NULL) == (error != NULL));
  if (description == NULL)
    {
      fuzz_assert (g_utf8_validate (error->message, -1, NULL) && error->message[0] != '\0');
      return 0;
    }
  if (!g_utf8_validate (value, -1, NULL))
    return 0;
  message = message_for (description, value);
  if (message == NULL)
    return 0;

  request = gateway_request_new (description, message, NULL);
  if (request != NULL)
    check_request (description, request);
  answer = gateway_description_judge (description, message, 200, no_header, NULL, "{\"id\":\"1\"}", 10);
  fuzz_assert (answer != NULL);
  return 0;
}
