/* service-courier-answer.c - what the courier answers, as it is taken
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier-line"

#include "config.h"

#include "service-courier-answer.h"

#include "secinfo-json.h"

void
service_courier_answer_free (ServiceCourierAnswer *answer)
{
  if (answer == NULL)
    return;
  g_free (answer->id);
  g_free (answer->code);
  g_free (answer->detail);
  g_free (answer->by);
  g_free (answer);
}

/* The vendor's words come from outside: printable, and not longer than agreed, whatever the courier says. */
char *
service_courier_take_words (json_t *object, const char *name, gsize most)
{
  const char *text = secinfo_json_get_string (object, name);
  GString *kept;

  if (text == NULL || *text == '\0')
    return NULL;
  kept = g_string_new (NULL);
  for (const char *p = text; *p != '\0' && most > 0; p = g_utf8_next_char (p), most--)
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (kept, g_unichar_isprint (c) ? c : ' ');
    }
  return g_string_free (kept, FALSE);
}

ServiceCourierAnswer *
service_courier_answer_lost (gboolean left)
{
  ServiceCourierAnswer *answer = g_new0 (ServiceCourierAnswer, 1);

  answer->result = left ? SECINFO_RESULT_UNKNOWN : SECINFO_RESULT_RETRY;
  answer->left = left;
  answer->lost = TRUE;
  return answer;
}

ServiceCourierAnswer *
service_courier_answer_from_json (json_t *object)
{
  ServiceCourierAnswer *answer = g_new0 (ServiceCourierAnswer, 1);

  answer->left = TRUE;
  if (!secinfo_result_from_string (secinfo_json_get_string (object, "result"), &answer->result))
    answer->result = SECINFO_RESULT_UNKNOWN;
  answer->id = service_courier_take_words (object, "id", 128);
  answer->code = service_courier_take_words (object, "code", 64);
  answer->detail = service_courier_take_words (object, "detail", 200);
  answer->by = service_courier_take_words (object, "by", 253);
  answer->status = (guint) CLAMP (secinfo_json_get_integer (object, "status", 0), 0, 999);
  answer->retry_after = CLAMP (secinfo_json_get_integer (object, "retry_after", 0), 0, 86400);
  answer->date = MAX (secinfo_json_get_integer (object, "date", 0), 0);
  return answer;
}
