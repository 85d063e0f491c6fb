/* service-sign-in.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-sign-in.h"

#include "service-lines.h"
#include "service-recovery.h"
#include "service-sign-in-gather.h"
#include "service-sign-in-open.h"
#include "service-sign-in-reply.h"
#include "service-sign-in-resume.h"

#include <errno.h>
#include <glib-unix.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum
{
  MOST_LINES = 64,        /* at once */
  SILENCE = 300,          /* seconds without a question; the recovery stays open */
  QUANTUM = 250,          /* ms */
  FULL_PAUSE = 250,       /* ms, where there are no descriptors */
};

/* One connection: a conversation, or a ticket that is redeemed. */
typedef struct
{
  ServiceSignIn         *owner;         /* (nullable) NULL: the socket is closed, and what is under way ends quietly */
  int                    fd;
  guint                  refs, watch, silence, reply_timer;
  gboolean               busy;          /* a question is being answered */
  gint64                 asked_at;      /* monotonic µs */

  char                   name[SECINFO_USER_SIZE];
  ServiceGathered       *gathered;      /* (nullable) before the first turn */
  ServiceTalkHere        here;
  gboolean               talks;         /* a prompt is open: ANSWER may come */
  gboolean               has_ticket;
  guint8                 ticket[SECINFO_TICKET_SIZE];

  /* The turn under way. */
  ServiceRecovery        turn;
  ServiceTyped           typed;
  ServiceRedeeming       redeeming;
  gboolean               taken;         /* REDEEM was said yes to; RESULT may come */
  char                   user[SECINFO_USER_SIZE];
  struct secinfo_sign_in_reply replies[SECINFO_WORDS_LAST + 1];
  guint                  n_replies;
} Line;

struct _ServiceSignIn
{
  ServiceInstance  *instance;
  int               fd;
  guint             watch, pause;
  GHashTable       *lines;      /* set of Line */
  ServiceOpenFiles *open;
  ServiceHasher    *hasher;     /* its own: nobody's new codes are waited for */
  char              language[16];
  char             *region;     /* (nullable) */
  ServiceSignInResuming *resuming;
};

static gboolean read_cb (gint fd, GIOCondition condition, gpointer data);

/* --- lines -------------------------------------------------------------------------------------------------------- */

static Line *
line_ref (Line *line)
{
  line->refs++;
  return line;
}

static void
line_unref (Line *line)
{
  if (--line->refs > 0)
    return;

  g_clear_pointer (&line->gathered, service_gathered_free);
  service_typed_clear (&line->typed);
  g_free (line->redeeming.name);
  sodium_memzero (line, sizeof *line);
  g_free (line);
}

/* The transaction that had a ticket is over, or secinfo-password went away without a word. */
static void
settle_ticket (Line *line)
{
  if (line->has_ticket || line->taken)
    service_recovery_abandon (line->owner->instance, line->ticket, line->taken, line->owner->language);
  line->has_ticket = line->taken = FALSE;
}

static void
line_close (Line *line)
{
  ServiceSignIn *self = line->owner;

  if (self == NULL)
    return;
  settle_ticket (line);
  g_clear_handle_id (&line->watch, g_source_remove);
  g_clear_handle_id (&line->silence, g_source_remove);
  g_clear_handle_id (&line->reply_timer, g_source_remove);
  close (line->fd);
  line->fd = -1;
  line->owner = NULL;
  g_hash_table_remove (self->lines, line);
}

static gboolean
silence_cb (gpointer data)
{
  Line *line = data;

  line->silence = 0;
  line_close (line);
  return G_SOURCE_REMOVE;
}

static void
listen_on (Line *line)
{
  line->busy = FALSE;
  line->watch = g_unix_fd_add_full (G_PRIORITY_HIGH, line->fd, G_IO_IN, read_cb, line, NULL);
  g_clear_handle_id (&line->silence, g_source_remove);
  line->silence = g_timeout_add_seconds (SILENCE, silence_cb, line);
}

/* --- answering ---------------------------------------------------------------------------------------------------- */

static gboolean
send_cb (gpointer data)
{
  Line *line = data;
  gboolean sent = TRUE;

  line->reply_timer = 0;
  for (guint i = 0; i < line->n_replies && sent; i++)
    sent = send (line->fd, &line->replies[i], sizeof line->replies[i], MSG_NOSIGNAL | MSG_DONTWAIT) ==
           sizeof line->replies[i];
  sodium_memzero (line->replies, sizeof line->replies);
  line->n_replies = 0;
  if (sent)
    listen_on (line);
  else
    line_close (line);
  return G_SOURCE_REMOVE;
}

static struct secinfo_sign_in_reply *
add_reply (Line                      *line,
           enum secinfo_sign_in_what  what)
{
  struct secinfo_sign_in_reply *reply = &line->replies[line->n_replies++];

  memset (reply, 0, sizeof *reply);
  reply->version = SECINFO_SIGN_IN_VERSION;
  reply->what = what;
  return reply;
}

/* At the next quarter of a second after the question, whatever was done meanwhile. */
static void
answer (Line *line)
{
  gint64 passed = (g_get_monotonic_time () - line->asked_at) / 1000;

  line->reply_timer = g_timeout_add_full (G_PRIORITY_HIGH, (guint) (QUANTUM - passed % QUANTUM), send_cb, line, NULL);
}

static void
say_step (Line *line)
{
  const ServiceStep *step = &line->turn.step;
  line->talks = step->kind == SERVICE_STEP_PROMPT;
  if (step->kind == SERVICE_STEP_TICKET)
    {
      line->has_ticket = TRUE;
      memcpy (line->ticket, line->turn.ticket, sizeof line->ticket);
    }
  line->n_replies = service_sign_in_render (step, line->ticket, line->owner->language, line->replies);
  answer (line);
}

/* What came as the password may be the password: nothing is said then. */
static void
say_away (Line *line)
{
  gboolean was_password = line->turn.op == SERVICE_RECOVERY_CODE;

  line->turn.step = (ServiceStep) { .kind = was_password ? SERVICE_STEP_PASS : SERVICE_STEP_END,
                                    .word = was_password ? SERVICE_WORD_NONE : SERVICE_WORD_AWAY };
  say_step (line);
}

/* --- a turn ------------------------------------------------------------------------------------------------------- */

static void
turned_cb (gpointer      data,
           const GError *error)
{
  Line *line = data;
  ServiceSignIn *self = line->owner;
  ServiceRecovery *turn = &line->turn;

  service_typed_clear (&line->typed);
  if (self == NULL)
    {
      line_unref (line);
      return;
    }
  if (error != NULL)
    {
      g_warning ("A turn at the sign-in screen could not be taken: %s", error->message);
      say_away (line);
      line_unref (line);
      return;
    }

  line->here = turn->here;
  service_open_files_set (self->open, line->name, turn->open_until, turn->now.wall);
  if (turn->sent)
    service_outbox_wake (self->instance->outbox);
  if (turn->used && turn->account != NULL)
    service_events_publish (self->instance->events, turn->account->uid, "saved-codes", NULL);
  say_step (line);
  line_unref (line);
}

static gboolean
turn_func (ServiceStoreTxn  *txn,
           gpointer          data,
           GError          **error)
{
  return service_recovery_turn (txn, &((Line *) data)->turn, error);
}

static void
hashed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Line *line = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) hash = NULL;

  if (line->owner == NULL)
    {
      line_unref (line);
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
  Line *line = data;

  return service_recovery_salt (txn, line->turn.account, line->turn.salt, error);
}

static void
salted_cb (gpointer      data,
           const GError *error)
{
  Line *line = data;
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
start_turn (Line *line)
{
  ServiceSignIn *self = line->owner;
  ServiceRecovery *turn = &line->turn;

  turn->instance = self->instance;
  turn->name = line->name;
  turn->account = line->gathered->account;
  turn->classified = line->gathered->classified;
  turn->class = line->gathered->class;
  turn->session_open = line->gathered->session_open;
  turn->courier.up = service_courier_is_up (self->instance->courier);
  turn->courier.network = service_courier_has_network (self->instance->courier);
  turn->typed = &line->typed;
  turn->here = line->here;
  turn->sent = turn->used = FALSE;
  secinfo_now_read (&turn->now);
  g_strlcpy (turn->language, self->language, sizeof turn->language);
  randombytes_buf (turn->ticket, sizeof turn->ticket);

  if (line->typed.kind == SERVICE_TYPED_SAVED && turn->op != SERVICE_RECOVERY_BEGIN)
    service_store_write_first (self->instance->store, salt_func, salted_cb, line_ref (line));
  else
    service_store_write_first (self->instance->store, turn_func, turned_cb, line_ref (line));
}

static void
key_tried_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Line *line = data;

  if (line->owner != NULL)
    start_turn (line);
  line_unref (line);
}

static void
gathered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Line *line = data;
  ServiceGathered *gathered = service_gather_finish (result);

  g_clear_pointer (&line->gathered, service_gathered_free);
  line->gathered = gathered;
  if (line->owner == NULL)
    {
      line_unref (line);
      return;
    }
  service_instance_load_key_async (line->owner->instance, key_tried_cb, line);
}

/* --- tickets ------------------------------------------------------------------------------------------------------ */

static gboolean
redeem_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  return service_recovery_redeem (txn, &((Line *) data)->redeeming, error);
}

static void
redeemed_cb (gpointer      data,
             const GError *error)
{
  Line *line = data;

  if (error != NULL)
    g_warning ("A ticket could not be taken: %s", error->message);
  line->taken = error == NULL && line->redeeming.fine;
  if (line->owner == NULL && line->taken)
    g_warning ("A ticket was taken by a caller who left at once");
  if (line->owner != NULL)
    {
      memcpy (line->ticket, line->redeeming.ticket, sizeof line->ticket);
      add_reply (line, line->taken ? SECINFO_SIGN_IN_TAKEN : SECINFO_SIGN_IN_REFUSED)->proofs = line->redeeming.proofs;
      send_cb (line);   /* no secret in its time: a ticket is 128 random bits */
    }
  line_unref (line);
}

static gboolean
result_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  return service_recovery_result (txn, &((Line *) data)->redeeming, error);
}

static void
noted_cb (gpointer      data,
          const GError *error)
{
  Line *line = data;
  ServiceSignIn *self = line->owner;
  const ServiceRedeeming *what = &line->redeeming;

  if (error != NULL)
    g_warning ("What became of a recovery could not be written: %s", error->message);
  if (self == NULL || error != NULL)
    {
      if (self != NULL)
        line_close (line);
      line_unref (line);
      return;
    }

  line->taken = FALSE;
  if (what->over)
    {
      service_open_files_set (self->open, what->name, 0, what->now.wall);
      service_events_publish (self->instance->events, what->uid, "account", NULL);
      service_outbox_wake (self->instance->outbox);
    }
  if (what->changed)
    service_lines_put (self->instance, what->uid, SECINFO_LINE_PASSWORD_CHANGED, 0, 1, what->now.wall);
  add_reply (line, SECINFO_SIGN_IN_NOTED);
  send_cb (line);
  line_unref (line);
}

static void
start_redeem (Line                                 *line,
              const struct secinfo_sign_in_request *request)
{
  ServiceRedeeming *what = &line->redeeming;

  memset (what, 0, sizeof *what);
  what->instance = line->owner->instance;
  secinfo_now_read (&what->now);
  memcpy (what->ticket, request->ticket, sizeof what->ticket);
  g_strlcpy (line->user, request->user, sizeof line->user);
  what->user = line->user;
  what->reset = request->reset == 1;
  service_store_write_first (what->instance->store, redeem_func, redeemed_cb, line_ref (line));
}

static void
start_result (Line                                 *line,
              const struct secinfo_sign_in_request *request)
{
  ServiceRedeeming *what = &line->redeeming;

  g_clear_pointer (&what->name, g_free);
  secinfo_now_read (&what->now);
  what->result = request->result;
  g_strlcpy (what->language, line->owner->language, sizeof what->language);
  service_store_write_first (what->instance->store, result_func, noted_cb, line_ref (line));
}

/* --- questions ---------------------------------------------------------------------------------------------------- */

static gboolean
is_well_formed (const struct secinfo_sign_in_request *request,
                gssize                                size)
{
  return size == sizeof *request && request->version == SECINFO_SIGN_IN_VERSION &&
         secinfo_wire_text_ends (request->user, sizeof request->user) &&
         secinfo_wire_text_ends (request->text, sizeof request->text);
}

/* What may be asked now; a conversation and a ticket each have a connection of their own. */
static gboolean
is_in_order (const Line                           *line,
             const struct secinfo_sign_in_request *request)
{
  gboolean fresh = line->gathered == NULL && line->user[0] == '\0';

  switch (request->op)
    {
    case SECINFO_SIGN_IN_BEGIN:
    case SECINFO_SIGN_IN_CODE:
      return fresh && request->user[0] != '\0';
    case SECINFO_SIGN_IN_ANSWER:
      return line->gathered != NULL && line->talks;
    case SECINFO_SIGN_IN_REDEEM:
      return fresh && request->user[0] != '\0' && request->reset <= 1;
    case SECINFO_SIGN_IN_RESULT:
      return line->taken;
    default:
      return FALSE;
    }
}

static void
take_question (Line                                 *line,
               const struct secinfo_sign_in_request *request)
{
  line->asked_at = g_get_monotonic_time ();
  line->owner->instance->asked_at = line->asked_at;
  switch (request->op)
    {
    case SECINFO_SIGN_IN_BEGIN:
    case SECINFO_SIGN_IN_CODE:
      line->turn.op = request->op == SECINFO_SIGN_IN_BEGIN ? SERVICE_RECOVERY_BEGIN : SERVICE_RECOVERY_CODE;
      service_typed_read (&line->typed, request->text, line->owner->region);
      g_strlcpy (line->name, request->user, sizeof line->name);
      service_gather_async (line->owner->instance, line->name, gathered_cb, line_ref (line));
      break;
    case SECINFO_SIGN_IN_ANSWER:
      line->turn.op = SERVICE_RECOVERY_ANSWER;
      service_typed_read (&line->typed, request->text, line->owner->region);
      start_turn (line);
      break;
    case SECINFO_SIGN_IN_REDEEM:
      start_redeem (line, request);
      break;
    case SECINFO_SIGN_IN_RESULT:
    default:
      start_result (line, request);
    }
}

/* One question at a time: what comes before the answer waits in the socket. */
static gboolean
read_cb (gint         fd,
         GIOCondition condition,
         gpointer     data)
{
  Line *line = data;
  /* One byte more, so that a longer datagram is seen to be one. */
  struct { struct secinfo_sign_in_request request; char more; } got;
  gssize size = recv (fd, &got, sizeof got, MSG_DONTWAIT);

  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  line->watch = 0;
  g_clear_handle_id (&line->silence, g_source_remove);
  if (!is_well_formed (&got.request, size) || !is_in_order (line, &got.request))
    line_close (line);
  else
    {
      line->busy = TRUE;
      take_question (line, &got.request);
    }
  sodium_memzero (&got, sizeof got);
  return G_SOURCE_REMOVE;
}

/* --- the socket --------------------------------------------------------------------------------------------------- */

static gboolean
may_ask (ServiceSignIn *self,
         int            fd)
{
  struct ucred peer;
  socklen_t size = sizeof peer;
  uid_t owner = self->instance->mode == SERVICE_MODE_PRIVATE ? geteuid () : 0;

  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && size == sizeof peer && peer.uid == owner;
}

static gboolean accept_cb (gint listener, GIOCondition condition, gpointer data);

static gboolean
pause_over_cb (gpointer data)
{
  ServiceSignIn *self = data;

  self->pause = 0;
  self->watch = g_unix_fd_add_full (G_PRIORITY_HIGH, self->fd, G_IO_IN, accept_cb, self, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (gint         listener,
           GIOCondition condition,
           gpointer     data)
{
  ServiceSignIn *self = data;
  int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  Line *line;

  if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS))
    {
      /* It stays readable, and comes before all others: without a pause nothing else would be done. */
      g_warning ("The sign-in screen cannot be let in now: %s", g_strerror (errno));
      self->watch = 0;
      self->pause = g_timeout_add (FULL_PAUSE, pause_over_cb, self);
      return G_SOURCE_REMOVE;
    }
  if (fd < 0)
    return G_SOURCE_CONTINUE;
  if (!may_ask (self, fd) || g_hash_table_size (self->lines) >= MOST_LINES)
    {
      close (fd);
      return G_SOURCE_CONTINUE;
    }

  line = g_new0 (Line, 1);
  line->owner = self;
  line->refs = 1;
  line->fd = fd;
  g_hash_table_add (self->lines, line);
  listen_on (line);
  return G_SOURCE_CONTINUE;
}

ServiceSignIn *
service_sign_in_new (ServiceInstance *instance,
                     int              fd,
                     const char      *open_dir)
{
  ServiceSignIn *self = g_new0 (ServiceSignIn, 1);

  self->instance = instance;
  self->fd = fd;
  self->lines = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) line_unref, NULL);
  self->open = service_open_files_new (open_dir);
  self->hasher = service_hasher_new ();
  self->region = service_sign_in_region ();
  service_sign_in_language (self->language);
  self->watch = g_unix_fd_add_full (G_PRIORITY_HIGH, fd, G_IO_IN, accept_cb, self, NULL);

  self->resuming = service_sign_in_resume (instance, self->open, self->language);
  return self;
}

void
service_sign_in_free (ServiceSignIn *self)
{
  GHashTableIter iter;
  gpointer line;

  if (self == NULL)
    return;

  service_sign_in_resuming_drop (self->resuming);
  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->pause, g_source_remove);
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    {
      line_close (line);
      g_hash_table_iter_init (&iter, self->lines);
    }
  g_hash_table_unref (self->lines);
  service_hasher_free (self->hasher);
  service_open_files_free (self->open);
  close (self->fd);
  g_free (self->region);
  g_free (self);
}

gboolean
service_sign_in_is_busy (ServiceSignIn *self)
{
  return self != NULL && (g_hash_table_size (self->lines) > 0 || service_open_files_any (self->open));
}

gboolean
service_sign_in_is_reachable (ServiceSignIn *self)
{
  struct sockaddr_un address = { 0 };
  socklen_t size = sizeof address;
  struct stat is;

  /* One byte less: a path that fills the field has no end. */
  return self != NULL && getsockname (self->fd, (struct sockaddr *) &address, &size) == 0 &&
         address.sun_family == AF_UNIX && address.sun_path[0] == '/' &&
         address.sun_path[sizeof address.sun_path - 1] == '\0' &&
         lstat (address.sun_path, &is) == 0 && S_ISSOCK (is.st_mode);
}
