/* gateway.c - a way to deliver a message
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway.h"

#include "gateway-hide.h"
#include "gateway-text.h"
#include "secinfo-secret.h"

#include <string.h>

#define WORDS_MAX       65536   /* characters: no answer has more */
#define REPORT_CODE_MAX 16      /* characters of a delivery report's code */
#define CODE_DIGITS     6       /* of a code that we send */

G_DEFINE_INTERFACE (Gateway, gateway, G_TYPE_OBJECT)

static void
gateway_default_init (GatewayInterface *iface)
{
}

/* --- settings ----------------------------------------------------------------------------------------------------- */

static void
gateway_setting_free (GatewaySetting *setting)
{
  g_free (setting->name);
  g_free (setting->label);
  g_free (setting->preset);
  g_free (setting);
}

GPtrArray *
gateway_settings_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gateway_setting_free);
}

void
gateway_settings_add (GPtrArray *settings, const char *name, const char *label, const char *preset, gboolean secret)
{
  GatewaySetting *setting = g_new0 (GatewaySetting, 1);

  setting->name = g_strdup (name);
  setting->label = g_strdup (label);
  setting->preset = g_strdup (preset);
  setting->secret = secret;
  g_ptr_array_add (settings, setting);
}

static const GatewaySetting *
find_setting (GPtrArray *settings, const char *name)
{
  for (guint i = 0; i < settings->len; i++)
    {
      const GatewaySetting *setting = g_ptr_array_index (settings, i);

      if (g_str_equal (setting->name, name))
        return setting;
    }
  return NULL;
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static const SecinfoJsonMember datagram_members[] = {
  { "op",       JSON_STRING,  TRUE,  8 },
  { "ref",      JSON_STRING,  TRUE,  64 },
  { "gateway",  JSON_STRING,  TRUE,  64 },
  { "settings", JSON_OBJECT,  TRUE,  0 },
  { "medium",   JSON_STRING,  TRUE,  16 },
  { "to",       JSON_STRING,  TRUE,  512 },
  { "subject",  JSON_STRING,  FALSE, 512 },
  { "text",     JSON_STRING,  TRUE,  8192 },
  { "ttl",      JSON_INTEGER, TRUE,  0 },
  { "callback", JSON_STRING,  FALSE, 512 },
  { NULL }
};

GatewayMessage *
gateway_message_new (json_t *datagram, GError **error)
{
  GatewayMessage *message;
  SecinfoMedium medium;
  const char *subject;

  if (!secinfo_json_check (datagram, datagram_members, NULL, error))
    return NULL;
  if (!gateway_text_is_ref (secinfo_json_get_string (datagram, "ref")) ||
      !secinfo_medium_from_string (secinfo_json_get_string (datagram, "medium"), &medium))
    {
      g_set_error_literal (error, SECINFO_JSON_ERROR, SECINFO_JSON_ERROR_MEMBER, "ref or medium is not one");
      return NULL;
    }

  message = g_atomic_rc_box_new0 (GatewayMessage);
  message->datagram = json_incref (datagram);
  message->settings = json_incref (json_object_get (datagram, "settings"));
  message->medium = medium;
  message->to = secinfo_json_get_string (datagram, "to");
  subject = secinfo_json_get_string (datagram, "subject");
  message->subject = subject != NULL ? subject : "";
  message->text = secinfo_json_get_string (datagram, "text");
  message->ref = secinfo_json_get_string (datagram, "ref");
  message->callback = secinfo_json_get_string (datagram, "callback");
  message->told = g_ptr_array_new_with_free_func ((GDestroyNotify) secinfo_secret_free_text);
  message->ttl = (guint) CLAMP (secinfo_json_get_integer (datagram, "ttl", 600), 1, 7 * 86400);
  /* Whoever knows the end of it can say that a message was delivered. */
  if (message->callback == NULL)
    message->callback = "";
  else if (strrchr (message->callback, '/') != NULL)
    gateway_message_confide (message, strrchr (message->callback, '/') + 1);
  return message;
}

GatewayMessage *
gateway_message_ref (GatewayMessage *message)
{
  return g_atomic_rc_box_acquire (message);
}

static void
gateway_message_clear (GatewayMessage *message)
{
  g_ptr_array_unref (message->told);
  json_decref (message->settings);
  json_decref (message->datagram);
}

void
gateway_message_unref (GatewayMessage *message)
{
  g_atomic_rc_box_release_full (message, (GDestroyNotify) gateway_message_clear);
}

gboolean
gateway_message_has_address (const GatewayMessage *message)
{
  switch (message->medium)
    {
    case SECINFO_MEDIUM_EMAIL:
      return gateway_text_is_email (message->to);
    case SECINFO_MEDIUM_SMS:
    case SECINFO_MEDIUM_VOICE:
      return gateway_text_is_phone (message->to);
    case SECINFO_MEDIUM_PUSH:
    default:
      return gateway_text_is_line (message->to);
    }
}

const char *
gateway_message_get_setting (const GatewayMessage *message, const char *name)
{
  const char *value = secinfo_json_get_string (message->settings, name);

  return value != NULL ? value : "";
}

void
gateway_message_confide (GatewayMessage *message, const char *secret)
{
  g_ptr_array_add (message->told, g_strdup (secret));
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

GatewayAnswer *
gateway_answer_new (SecinfoResult result, const char *code)
{
  GatewayAnswer *answer = g_new0 (GatewayAnswer, 1);

  answer->result = result;
  answer->code = g_strdup (code);
  return answer;
}

void
gateway_answer_free (GatewayAnswer *answer)
{
  if (answer == NULL)
    return;
  g_free (answer->id);
  g_free (answer->code);
  g_free (answer->detail);
  g_free (answer);
}

/* Vendors like to repeat what they were given. What they were told in confidence stays out of what is kept and
 * shown. At most @most characters are kept; (nullable) where nothing is left. */
static char *
keep_words (const GatewayMessage *message, const char *words, gsize most, gboolean groups)
{
  g_autoptr(GString) kept = NULL;
  g_autofree char *cut = NULL;

  if (words == NULL)
    return NULL;
  /* All of it: what was cut in two is not known again. */
  kept = gateway_text_clean_to_string (words, WORDS_MAX);
  gateway_hide (kept, message, groups);
  cut = gateway_text_clean (kept->str, most);
  return *cut != '\0' ? g_steal_pointer (&cut) : NULL;
}

void
gateway_answer_set_detail (GatewayAnswer *answer, const GatewayMessage *message, const char *words)
{
  g_free (answer->detail);
  answer->detail = keep_words (message, words, 200, TRUE);
}

/* Three digits of an id or a code may be those of the message by chance, six are not. */
void
gateway_answer_set_id (GatewayAnswer *answer, const GatewayMessage *message, const char *id)
{
  g_free (answer->id);
  answer->id = keep_words (message, id, 128, FALSE);
}

void
gateway_answer_set_code (GatewayAnswer *answer, const GatewayMessage *message, const char *code)
{
  g_free (answer->code);
  answer->code = keep_words (message, code, 64, FALSE);
}

/* --- gateways ----------------------------------------------------------------------------------------------------- */

const char *
gateway_get_name (Gateway *self)
{
  return GATEWAY_GET_IFACE (self)->get_name (self);
}

json_t *
gateway_describe (Gateway *self)
{
  GatewayInterface *iface = GATEWAY_GET_IFACE (self);
  GPtrArray *settings = iface->get_settings (self);
  json_t *list = json_array ();

  for (guint i = 0; i < settings->len; i++)
    {
      const GatewaySetting *setting = g_ptr_array_index (settings, i);

      json_array_append_new (list, json_pack ("{s:s, s:s, s:b, s:s?, s:b}", "name", setting->name, "label",
                                              setting->label,
                                              "secret", setting->secret, "default", setting->preset,
                                              "required", setting->preset == NULL));
    }
  return json_pack ("{s:s, s:s, s:s, s:b, s:b, s:o}", "name", iface->get_name (self), "title", iface->get_title (self),
                    "medium", secinfo_medium_to_string (iface->get_medium (self)),
                    "idempotent", iface->is_idempotent (self),
                    "reports", iface->has_reports != NULL && iface->has_reports (self), "settings", list);
}

/* The values of those settings that are secret. */
static void
confide_settings (GPtrArray *known, GatewayMessage *message)
{
  for (guint i = 0; i < known->len; i++)
    {
      const GatewaySetting *setting = g_ptr_array_index (known, i);

      if (setting->secret)
        gateway_message_confide (message, gateway_message_get_setting (message, setting->name));
    }
}

static gboolean
refuse (char **member, char **reason, const char *name, const char *why)
{
  *member = g_strdup (name);
  *reason = g_strdup (why);
  return FALSE;
}

gboolean
gateway_check (Gateway *self, json_t *settings, char **member, char **reason)
{
  GatewayInterface *iface = GATEWAY_GET_IFACE (self);
  GPtrArray *known = iface->get_settings (self);
  const char *special = NULL;
  const char *key;
  json_t *value;

  json_object_foreach (settings, key, value)
    {
      if (find_setting (known, key) == NULL)
        return refuse (member, reason, key, "There is no such setting.");
      if (!json_is_string (value) || json_string_length (value) > 2048 ||
          strlen (json_string_value (value)) != json_string_length (value) ||
            !gateway_text_is_line (json_string_value (value)))
        return refuse (member, reason, key, "This has to be one line of text, at most 2,048 bytes.");
    }
  for (guint i = 0; i < known->len; i++)
    {
      const GatewaySetting *setting = g_ptr_array_index (known, i);
      const char *text = secinfo_json_get_string (settings, setting->name);

      if (text != NULL && *text != '\0')
        continue;
      if (setting->preset == NULL)
        return refuse (member, reason, setting->name, "This has to be set.");
      json_object_set_new (settings, setting->name, json_string (setting->preset));
    }
  if (iface->check (self, settings, &special, reason))
    return TRUE;
  *member = g_strdup (special);
  return FALSE;
}

void
gateway_send_async (Gateway *self, GatewayMessage *message, GAsyncReadyCallback callback, gpointer user_data)
{
  GatewayInterface *iface = GATEWAY_GET_IFACE (self);
  g_autofree char *member = NULL;
  g_autofree char *reason = NULL;
  GatewayAnswer *early = NULL;

  confide_settings (iface->get_settings (self), message);
  if (!gateway_check (self, message->settings, &member, &reason))
    {
      g_autofree char *words = g_strdup_printf ("%s: %s", member, reason);

      early = gateway_answer_new (SECINFO_RESULT_BAD_CONFIG, "settings");
      gateway_answer_set_detail (early, message, words);
    }
  else if (message->medium != iface->get_medium (self))
    early = gateway_answer_new (SECINFO_RESULT_BAD_CONFIG, "medium");
  else if (!gateway_message_has_address (message))
    early = gateway_answer_new (SECINFO_RESULT_BAD_ADDRESS, "address");

  if (early != NULL)
    {
      g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

      g_task_set_source_tag (task, gateway_send_async);
      g_task_return_pointer (task, early, (GDestroyNotify) gateway_answer_free);
      return;
    }
  iface->send_async (self, message, callback, user_data);
}

GatewayAnswer *
gateway_send_finish (Gateway *self, GAsyncResult *result)
{
  if (g_async_result_is_tagged (result, gateway_send_async))
    return g_task_propagate_pointer (G_TASK (result), NULL);
  return GATEWAY_GET_IFACE (self)->send_finish (self, result);
}

char *
gateway_dup_peer (Gateway *self, const GatewayMessage *message, GAsyncResult *result)
{
  GatewayInterface *iface = GATEWAY_GET_IFACE (self);

  if (g_async_result_is_tagged (result, gateway_send_async))
    return NULL;
  return iface->dup_peer != NULL ? iface->dup_peer (self, message) : g_strdup (iface->get_title (self));
}

/* What the message said is not at hand any more, so nothing is taken that an address or a code fits into: a word, and
 * of digits fewer than a code has, however they are parted. */
static gboolean
is_report_code (const char *code)
{
  gsize length = strlen (code);
  guint digits = 0;

  for (const char *p = code; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("._-", *p) == NULL)
        return FALSE;
      digits += g_ascii_isdigit (*p);
    }
  return length >= 1 && length <= REPORT_CODE_MAX && digits < CODE_DIGITS;
}

GatewayReport
gateway_judge_report (Gateway *self, GatewayMessage *message, json_t *report, char **code)
{
  GatewayInterface *iface = GATEWAY_GET_IFACE (self);
  g_autofree char *said = NULL;
  GatewayReport judged = GATEWAY_REPORT_WAITS;

  *code = NULL;
  confide_settings (iface->get_settings (self), message);
  if (iface->has_reports != NULL && iface->has_reports (self))
    judged = iface->judge_report (self, message, report, &said);
  if (judged == GATEWAY_REPORT_DELIVERED || judged == GATEWAY_REPORT_FAILED)
    *code = keep_words (message, said, REPORT_CODE_MAX + 1, FALSE);
  if (*code != NULL && !is_report_code (*code))
    g_clear_pointer (code, g_free);
  return judged;
}
