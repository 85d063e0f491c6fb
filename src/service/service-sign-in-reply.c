/* service-sign-in-reply.c - a step of the conversation as datagrams
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-reply.h"

#include "service-language.h"

typedef struct { struct secinfo_sign_in_reply *list; guint n; } Replies;

static struct secinfo_sign_in_reply *
add_reply (Replies                   *replies,
           enum secinfo_sign_in_what  what)
{
  struct secinfo_sign_in_reply *reply = &replies->list[replies->n++];

  memset (reply, 0, sizeof *reply);
  reply->version = SECINFO_SIGN_IN_VERSION;
  reply->what = what;
  return reply;
}

/* Whole letters alone, followed by zeros. */
static void
put_text (char       *field,
          gsize       size,
          const char *text)
{
  gsize length = MIN (strlen (text), size - 1);

  while (length > 0 && ((guint8) text[length] & 0xc0) == 0x80)
    length--;
  memcpy (field, text, length);
}

static void
put_message (struct secinfo_sign_in_reply *reply,
             ServiceWord                   word,
             gint64                        at,
             guint                         n)
{
  g_autofree char *message = service_sign_in_message (word, at, n);

  put_text (reply->message, sizeof reply->message, message);
}

static void
add_ticket (Replies      *replies,
            const guint8  ticket[SECINFO_TICKET_SIZE])
{
  static const struct { ServiceWord word; int prompt; } last[SECINFO_WORDS_LAST + 1] = {
    [SECINFO_WORDS_CHOOSE] = { SERVICE_WORD_CHOOSE, SERVICE_PROMPT_NEW },
    [SECINFO_WORDS_AGAIN] = { SERVICE_WORD_TWICE, SERVICE_PROMPT_TWICE },
    [SECINFO_WORDS_DIFFERS] = { SERVICE_WORD_DIFFERS, -1 },
    [SECINFO_WORDS_REJECTED] = { SERVICE_WORD_REFUSED, -1 },
    [SECINFO_WORDS_LIMIT] = { SERVICE_WORD_MACHINE_LIMIT, -1 },
    [SECINFO_WORDS_NOT_SET] = { SERVICE_WORD_NOT_SET, -1 },
    [SECINFO_WORDS_CHANGED] = { SERVICE_WORD_CHANGED, -1 },
    [SECINFO_WORDS_UNLOCKED] = { SERVICE_WORD_UNLOCKED, -1 },
    [SECINFO_WORDS_TOO_LONG] = { SERVICE_WORD_TOO_LONG, -1 },
  };
  struct secinfo_sign_in_reply *reply = add_reply (replies, SECINFO_SIGN_IN_TICKET);

  memcpy (reply->ticket, ticket, sizeof reply->ticket);
  reply->number = SECINFO_WORDS_LAST;
  for (guint i = 1; i <= SECINFO_WORDS_LAST; i++)
    {
      reply = add_reply (replies, SECINFO_SIGN_IN_WORDS);
      reply->number = i;
      put_message (reply, last[i].word, 0, 0);
      if (last[i].prompt >= 0)
        put_text (reply->prompt, sizeof reply->prompt, service_sign_in_prompt (last[i].prompt));
    }
}

guint
service_sign_in_render (const ServiceStep            *step,
                        const guint8                  ticket[SECINFO_TICKET_SIZE],
                        const char                   *language,
                        struct secinfo_sign_in_reply  list[SERVICE_SIGN_IN_REPLIES])
{
  Replies replies = { list, 0 };
  struct secinfo_sign_in_reply *reply;

  service_language_push (language);
  switch (step->kind)
    {
    case SERVICE_STEP_PROMPT:
      reply = add_reply (&replies, SECINFO_SIGN_IN_PROMPT);
      reply->style = step->error ? SECINFO_SIGN_IN_ERROR : SECINFO_SIGN_IN_INFO;
      reply->echo = 1;
      put_message (reply, step->word, step->at, step->n);
      put_text (reply->prompt, sizeof reply->prompt, service_sign_in_prompt (step->prompt));
      break;
    case SERVICE_STEP_TICKET:
      add_ticket (&replies, ticket);
      break;
    case SERVICE_STEP_END:
    case SERVICE_STEP_PASS:
    default:
      reply = add_reply (&replies, step->kind == SERVICE_STEP_END ? SECINFO_SIGN_IN_END : SECINFO_SIGN_IN_PASS);
      put_message (reply, step->word, step->at, step->n);
    }
  service_language_pop ();
  return replies.n;
}
