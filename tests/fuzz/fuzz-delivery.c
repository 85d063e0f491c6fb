/* fuzz-delivery.c - delivery reports, as they come in at the courier's port, and what a gateway makes of them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "courier-reports.h"
#include "gateway-list.h"
#include "gateway-text.h"

#include <string.h>

#define MOST 12288   /* bytes of a request; the courier reads no more */

static const char *const kinds[] = { "twilio-sms", "twilio-voice", "vonage", "webhook", "kannel" };
static GatewayList *gateways;
static GatewayMessage *message;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autofree char *folder = g_build_filename (SOURCEDIR, "data", "gateways", NULL);
  const char *const folders[] = { folder, NULL };
  g_autoptr(json_t) plain = NULL;

  fuzz_set_up ();
  gateways = gateway_list_new (folders);
  plain = json_pack ("{s:s, s:s, s:s, s:{s:s, s:s, s:s, s:s}, s:s, s:s, s:s, s:i}", "op", "report", "ref", "r",
                     "gateway", "-", "settings", "base", "https://example.org", "secret", "a secret", "token",
                     "a token", "account", "AC1", "medium", "push", "to", "-", "text", "-", "ttl", 1);
  message = gateway_message_new (plain, NULL);
  g_assert_nonnull (message);
  return 0;
}

static void
judge (json_t *report)
{
  g_autoptr(json_t) told = json_object ();

  json_object_set_new (told, "url", json_string ("https://example.org/g/m/t"));
  json_object_set (told, "type", json_object_get (report, "type"));
  json_object_set (told, "headers", json_object_get (report, "headers"));
  json_object_set (told, "body", json_object_get (report, "body"));
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      Gateway *gateway = gateway_list_find (gateways, kinds[i]);
      g_autofree char *code = NULL;

      g_assert_nonnull (gateway);
      gateway_judge_report (gateway, message, told, &code);
      fuzz_assert (code == NULL || (strlen (code) <= 256 && strstr (code, "a secret") == NULL &&
                                    strstr (code, "a token") == NULL));
    }
}

/* A whole request is a report or an answer, never both; more of the same changes nothing of it. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static char text[MOST + 1];
  gsize length = MIN (size, MOST);
  json_t *report = NULL;
  gboolean whole = FALSE;
  const char *status;

  if (length > 0)
    memcpy (text, data, length);
  status = courier_reports_read (text, length, &report, &whole);
  fuzz_assert (whole == (report != NULL || status != NULL));
  fuzz_assert (report == NULL || status == NULL);
  if (report != NULL)
    {
      const char *body = json_string_value (json_object_get (report, "body"));

      fuzz_assert (body != NULL && strlen (body) <= length);
      for (gsize i = 0; i < 3; i++)
        {
          static const char *const parts[] = { "gateway", "message", "token" };
          const char *part = json_string_value (json_object_get (report, parts[i]));

          fuzz_assert (part != NULL && gateway_text_is_ref (part));
        }
      fuzz_assert (json_object_size (json_object_get (report, "headers")) <= 4);
      judge (report);
      json_decref (report);
    }
  return 0;
}
