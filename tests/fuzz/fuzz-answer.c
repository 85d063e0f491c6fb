/* fuzz-answer.c - what a gateway answers
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fuzz.h"

#include "gateway-description.h"

#include <string.h>

#define SECRET "s3cr3t-Value"

static GatewayDescription *description;
static GatewayMessage *message;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  static const char text[] =
    "{\"secinfo-gateway\":1,\"name\":\"mine\",\"title\":\"Mine\",\"medium\":\"sms\",\"address\":\"phone\","
    "\"settings\":{\"base\":{\"label\":\"Web address\"},\"key\":{\"label\":\"Key\",\"secret\":true}},"
    "\"request\":{\"method\":\"POST\",\"url\":\"{base}/\",\"form\":{\"to\":\"{to}\",\"text\":\"{text}\"}},"
    "\"response\":{\"rules\":["
    "{\"status\":\"200-299\",\"json\":\"/messages/0/st~1at~0us\",\"in\":[0,\"0\",true,null],\"result\":\"accepted\"},"
    "{\"status\":\"202\",\"body\":\"^3: *(.*)$\",\"result\":\"queued\"},"
    "{\"json\":\"/error/code\",\"in\":[21211,\"no-such-number\"],\"result\":\"bad-address\"},"
    "{\"status\":\"401,403\",\"result\":\"bad-config\"},{\"status\":\"500-599\",\"result\":\"retry\"}],"
    "\"id\":{\"json\":\"/messages/0/id\"},\"code\":{\"header\":\"X-Code\"},\"detail\":{\"body\":\"message=([^&]*)\"}}}";
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) datagram = NULL;

  fuzz_set_up ();
  description = gateway_description_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  datagram = json_pack ("{s:s, s:s, s:s, s:{s:s, s:s}, s:s, s:s, s:s, s:s, s:i}", "op", "send", "ref", "r-1",
                        "gateway", "mine", "settings", "base", "https://sms.example.org/", "key", SECRET, "medium",
                        "sms", "to", "+447911123456", "subject", "", "text", "Your code is 482 913.", "ttl", 600);
  message = gateway_message_new (datagram, &error);
  g_assert_no_error (error);
  return 0;
}

static const char *
find_header (const char *name, gpointer headers)
{
  return g_hash_table_lookup (headers, name);
}

static void
check_words (const char *words, glong most)
{
  if (words == NULL)
    return;
  fuzz_assert (g_utf8_validate (words, -1, NULL) && g_utf8_strlen (words, -1) <= most);
  fuzz_assert (strpbrk (words, "\r\n\x1b") == NULL);
  /* A hostile gateway repeats what it was told: nothing of it goes on from here. */
  fuzz_assert (strstr (words, SECRET) == NULL && strstr (words, "447911123456") == NULL);
  fuzz_assert (strstr (words, "482913") == NULL && strstr (words, "482 913") == NULL);
}

/* Three digits, lines of headers up to an empty one, the body. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr(GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *first = fuzz_take_until (&data, &size, '\n', NULL);
  guint status = (guint) (g_ascii_strtoull (first, NULL, 10) % 600);
  g_autoptr(GatewayAnswer) answer = NULL;

  while (size > 0)
    {
      g_autofree char *line = fuzz_take_until (&data, &size, '\n', NULL);
      char *colon = strchr (line, ':');

      if (*line == '\0')
        break;
      if (colon != NULL)
        {
          *colon = '\0';
          g_hash_table_replace (headers, g_strdup (line), g_strdup (colon + 1));
        }
    }
  fuzz_assert (gateway_description_read_retry_after (find_header ("Retry-After", headers), 1800000000) >= 0);
  answer = gateway_description_judge (description, message, status, find_header, headers, (const char *) data,
                                      MIN (size, GATEWAY_DESCRIPTION_ANSWER_MAX));
  fuzz_assert (answer != NULL && answer->retry_after >= 0);
  check_words (answer->id, 1024);
  check_words (answer->code, 1024);
  check_words (answer->detail, 200);
  return 0;
}
