/* service-sign-in-turn.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in-line.h"

#include "service-courier.h"
#include "service-events.h"
#include "service-hasher.h"
#include "service-instance-key.h"
#include "service-outbox.h"
#include "service-sign-in-open.h"
#include "service-sign-in-reply.h"

#include <sodium.h>
#include <string.h>

/* No answer may leave sooner or later because of whose name it is, however slow the name service is. So the `?` is
 * answered from what was typed alone; whatever comes after it is looked at when policy.sign_in_floor has passed since
 * the name came (a person who types an address has not noticed), and what is not known of the account by then is not
 * waited for: it is nobody's, in this turn. Only where the floor was lowered is it waited for until PATIENCE. */
enum { PATIENCE = 1750 };   /* ms: the usual floor; the module waits SECINFO_SIGN_IN_WAIT in all */

/* Whoever types the first `?` after a while has secinfod started by it, and that the courier. Whether anything can be
 * sent, and whether there is a network, is known once it has said so; until then nobody is told that there is none. A
 * courier that has not come by then is taken for one that does not. */
enum { COURIER_COMES = 1500, COURIER_LOOK = 20 };   /* ms since secinfod started; between two looks */

/* --- answering ---------------------------------------------------------------------------------------------------- */

static void
say_step (ServiceSignInLine *line)
{
  const ServiceStep *step = &line->turn.step;

  line->talks = step->kind == SERVICE_STEP_PROMPT;
  if (step->kind == SERVICE_STEP_TICKET)
    {
      line->has_ticket = TRUE;
      memcpy (line->ticket, line->turn.ticket, sizeof line->ticket);
    }
  line->n_replies = service_sign_in_render (step, line->ticket, line->owner->language, line->replies);
  service_sign_in_line_answer (line);
}

/* What came as the password may be the password: nothing is said then. */
static void
say_away (ServiceSignInLine *line)
{
  gboolean was_password = line->turn.op == SERVICE_RECOVERY_CODE;

  line->turn.step = (ServiceStep) { .kind = was_password ? SERVICE_STEP_PASS : SERVICE_STEP_END,
                                    .word = was_password ? SERVICE_WORD_NONE : SERVICE_WORD_AWAY };
  say_step (line);
}

/* --- the turn ----------------------------------------------------------------------------------------------------- */

static void
turned_cb (gpointer      data,
           const GError *error)
{
  ServiceSignInLine *line = data;
  ServiceSignIn *self = line->owner;
  ServiceRecovery *turn = &line->turn;

  service_typed_clear (&line->typed);
  if (self == NULL)
    {
      service_sign_in_line_unref (line);
      return;
    }
  if (error != NULL)
    {
      g_warning ("A turn at the sign-in screen could not be taken: %s", error->message);
      say_away (line);
      service_sign_in_line_unref (line);
      return;
    }

  line->here = turn->here;
  service_open_files_set (self->instance->open_files, line->name, turn->open_until, turn->now.wall);
  if (turn->sent)
    service_outbox_wake (self->instance->outbox);
  if (turn->used && turn->account != NULL)
    service_events_publish (self->instance->events, turn->account->uid, "saved-codes", NULL);
  if (turn->alert != NULL && turn->account != NULL)
    service_events_publish (self->instance->events, turn->account->uid, "alert", turn->alert);
  say_step (line);
  service_sign_in_line_unref (line);
}

static gboolean
turn_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  return service_recovery_turn (txn, &((ServiceSignInLine *) data)->turn, error);
}

static void
hashed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  ServiceSignInLine *line = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) hash = NULL;

  if (line->owner == NULL)
    {
      service_sign_in_line_unref (line);
      return;
    }
  hash = service_hasher_finish (line->owner->hasher, result, &error);
  if (hash == NULL)
    {
      turned_cb (line, error);
      return;
    }
  memcpy (line->turn.saved_hash, g_bytes_get_data (hash, NULL), sizeof line->turn.saved_hash);
  service_store_write_first (line->owner->instance->store, turn_func, turned_cb, line);
}

static gboolean
salt_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  ServiceSignInLine *line = data;

  return service_recovery_salt (txn, line->turn.account, line->turn.salt, error);
}

static void
salted_cb (gpointer      data,
           const GError *error)
{
  ServiceSignInLine *line = data;
  char **codes;

  if (error != NULL || line->owner == NULL)
    {
      turned_cb (line, error);
      return;
    }
  codes = g_new0 (char *, 2);
  codes[0] = g_strdup (line->typed.saved);
  service_hasher_async (line->owner->hasher, codes, line->turn.salt, hashed_cb, line);
}

static void
start_turn (ServiceSignInLine *line)
{
  ServiceSignIn *self = line->owner;
  ServiceRecovery *turn = &line->turn;

  turn->instance = self->instance;
  turn->name = line->name;
  if (line->gathered != NULL)
    {
      turn->account = line->gathered->account;
      turn->classified = line->gathered->classified;
      turn->class = line->gathered->class;
      turn->session_open = line->gathered->session_open;
    }
  turn->courier.up = service_courier_is_up (self->instance->courier);
  turn->courier.network = service_courier_has_network (self->instance->courier);
  turn->typed = &line->typed;
  turn->here = line->here;
  turn->sent = turn->used = FALSE;
  turn->alert = NULL;
  secinfo_now_read (&turn->now);
  g_strlcpy (turn->language, self->language, sizeof turn->language);
  randombytes_buf (turn->ticket, sizeof turn->ticket);

  if (line->typed.kind == SERVICE_TYPED_SAVED && turn->op != SERVICE_RECOVERY_BEGIN)
    service_store_write_first (self->instance->store, salt_func, salted_cb, service_sign_in_line_ref (line));
  else
    service_store_write_first (self->instance->store, turn_func, turned_cb, service_sign_in_line_ref (line));
}

static gboolean
courier_is_coming (ServiceSignIn *self)
{
  ServiceCourier *courier = self->instance->courier;
  gboolean told = service_courier_has_network (courier) || service_courier_lost_network (courier);

  return !(told && service_courier_is_up (courier)) &&
         g_get_monotonic_time () - self->since < COURIER_COMES * G_TIME_SPAN_MILLISECOND;
}

static gboolean
look_cb (gpointer data)
{
  ServiceSignInLine *line = data;

  if (courier_is_coming (line->owner))
    return G_SOURCE_CONTINUE;
  line->look_timer = 0;
  start_turn (line);
  return G_SOURCE_REMOVE;
}

static void
key_tried_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  ServiceSignInLine *line = data;

  if (line->owner != NULL && courier_is_coming (line->owner))
    line->look_timer = g_timeout_add_full (G_PRIORITY_HIGH, COURIER_LOOK, look_cb, line, NULL);
  else if (line->owner != NULL)
    start_turn (line);
  service_sign_in_line_unref (line);
}

/* --- when it is taken --------------------------------------------------------------------------------------------- */

static void
take_turn (ServiceSignInLine *line)
{
  line->turn_at = g_get_monotonic_time ();
  service_instance_load_key_async (line->owner->instance, key_tried_cb, service_sign_in_line_ref (line));
}

static gboolean
wait_cb (gpointer data)
{
  ServiceSignInLine *line = data;

  line->turn_timer = 0;
  service_sign_in_next_turn (line);
  return G_SOURCE_REMOVE;
}

void
service_sign_in_next_turn (ServiceSignInLine *line)
{
  gint64 passed = (g_get_monotonic_time () - line->begun_at) / 1000;
  gint64 until = service_instance_get_policy (line->owner->instance)->sign_in_floor;

  if (line->gathered == NULL)
    until = MAX (until, PATIENCE);
  if (passed >= until)
    take_turn (line);
  else
    line->turn_timer = g_timeout_add_full (G_PRIORITY_HIGH, (guint) (until - passed), wait_cb, line, NULL);
}

/* However late it is: the next turn knows it. */
static void
gathered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  ServiceSignInLine *line = data;

  line->gathered = service_gather_finish (result);
  if (line->turn_timer != 0)
    {
      g_clear_handle_id (&line->turn_timer, g_source_remove);
      service_sign_in_next_turn (line);
    }
  service_sign_in_line_unref (line);
}

void
service_sign_in_begin_turn (ServiceSignInLine *line,
                            ServiceRecoveryOp  op)
{
  line->begun_at = g_get_monotonic_time ();
  line->turn.op = op;
  service_gather_async (line->owner->instance, line->name, gathered_cb, service_sign_in_line_ref (line));
  if (op == SERVICE_RECOVERY_BEGIN)
    take_turn (line);
  else
    service_sign_in_next_turn (line);
}
