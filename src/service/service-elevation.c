/* service-elevation.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-elevation.h"

#include <glib-unix.h>
#include <sodium.h>
#include <string.h>

enum
{
  TOKEN_BYTES = 32,
  HASH_BYTES = 32,
  MOST_A_UID = 32,   /* more at once are nobody's need; the oldest goes */
};

typedef struct
{
  guint8             hash[HASH_BYTES];   /* of the token; the token itself is not kept */
  ServiceElevations *owner;
  ServiceCaller     *caller;
  SecinfoLevel       level;
  gint64             until;              /* Unix seconds */
  gint64             boot_until;         /* CLOCK_BOOTTIME seconds: a clock set back does not lengthen it */
  guint              watch;              /* of the process */
} Elevation;

struct _ServiceElevations
{
  guint       life;       /* seconds */
  GQueue      tokens;     /* of Elevation, oldest first: a handful a user */
  GHashTable *known;      /* (not nullable) uid -> ServiceAccount, as last seen */
};

static void
elevation_free (Elevation *elevation)
{
  g_clear_handle_id (&elevation->watch, g_source_remove);
  service_caller_unref (elevation->caller);
  sodium_memzero (elevation->hash, sizeof elevation->hash);
  g_free (elevation);
}

ServiceElevations *
service_elevations_new (guint life)
{
  ServiceElevations *self = g_new0 (ServiceElevations, 1);

  self->life = life;
  g_queue_init (&self->tokens);
  self->known = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) service_account_unref);
  return self;
}

void
service_elevations_set_life (ServiceElevations *self,
                             guint              life)
{
  self->life = life;
}

void
service_elevations_free (ServiceElevations *self)
{
  g_queue_clear_full (&self->tokens, (GDestroyNotify) elevation_free);
  g_hash_table_unref (self->known);
  g_free (self);
}

static gboolean
process_ended_cb (gint         pidfd,
                  GIOCondition condition,
                  gpointer     user_data)
{
  Elevation *elevation = user_data;

  elevation->watch = 0;
  g_queue_remove (&elevation->owner->tokens, elevation);
  elevation_free (elevation);
  return G_SOURCE_REMOVE;
}

static gboolean
is_over (const Elevation *elevation,
         gint64           now,
         gint64           boot_now)
{
  return now >= elevation->until || boot_now >= elevation->boot_until;
}

/* Drops what is over, and the oldest of @uid where it has as many as one may. */
static void
make_room (ServiceElevations *self,
           uid_t              uid,
           gint64             now,
           gint64             boot_now)
{
  Elevation *oldest = NULL;
  guint of_uid = 0;

  for (GList *l = self->tokens.head, *next; l != NULL; l = next)
    {
      Elevation *elevation = l->data;

      next = l->next;
      if (is_over (elevation, now, boot_now))
        {
          g_queue_delete_link (&self->tokens, l);
          elevation_free (elevation);
        }
      else if (service_caller_get_uid (elevation->caller) == uid)
        {
          oldest = oldest != NULL ? oldest : elevation;
          of_uid++;
        }
    }

  if (of_uid >= MOST_A_UID)
    {
      g_queue_remove (&self->tokens, oldest);
      elevation_free (oldest);
    }
}

static void
hash_token (const char *token,
            guint8      hash[HASH_BYTES])
{
  crypto_generichash (hash, HASH_BYTES, (const guint8 *) token, strlen (token), NULL, 0);
}

/* NULL where it is unknown, over, or another process's. */
static Elevation *
find_token (ServiceElevations *self,
            ServiceCaller     *caller,
            const char        *token,
            gint64             now,
            gint64             boot_now)
{
  guint8 hash[HASH_BYTES];

  if (token == NULL)
    return NULL;

  hash_token (token, hash);
  for (GList *l = self->tokens.head; l != NULL; l = l->next)
    {
      Elevation *elevation = l->data;

      if (sodium_memcmp (elevation->hash, hash, HASH_BYTES) == 0)
        return !is_over (elevation, now, boot_now) && service_caller_same_process (elevation->caller, caller)
               ? elevation : NULL;
    }

  return NULL;
}

char *
service_elevations_grant (ServiceElevations *self,
                          ServiceCaller     *caller,
                          SecinfoLevel       level,
                          gint64             now,
                          gint64             boot_now,
                          gint64            *until)
{
  Elevation *elevation = g_new0 (Elevation, 1);
  guint8 random[TOKEN_BYTES];
  gsize size = sodium_base64_encoded_len (TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *token = g_malloc (size);

  make_room (self, service_caller_get_uid (caller), now, boot_now);

  randombytes_buf (random, sizeof random);
  sodium_bin2base64 (token, size, random, sizeof random, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero (random, sizeof random);

  hash_token (token, elevation->hash);
  elevation->owner = self;
  elevation->caller = service_caller_ref (caller);
  elevation->level = level;
  elevation->until = now + self->life;
  elevation->boot_until = boot_now + self->life;
  elevation->watch = g_unix_fd_add (service_caller_get_pidfd (caller), G_IO_IN, process_ended_cb, elevation);
  g_queue_push_tail (&self->tokens, elevation);

  if (until != NULL)
    *until = elevation->until;
  return token;
}

/* The end stays where the password set it: both proofs are then at most a life old. */
gboolean
service_elevations_raise (ServiceElevations *self,
                          ServiceCaller     *caller,
                          const char        *token,
                          gint64             now,
                          gint64             boot_now,
                          gint64            *until)
{
  Elevation *elevation = find_token (self, caller, token, now, boot_now);

  if (elevation == NULL || elevation->level < SECINFO_LEVEL_PASSWORD)
    return FALSE;

  elevation->level = SECINFO_LEVEL_VERIFIED;
  if (until != NULL)
    *until = elevation->until;
  return TRUE;
}

SecinfoLevel
service_elevations_check (ServiceElevations *self,
                          ServiceCaller     *caller,
                          const char        *token,
                          gint64             now,
                          gint64             boot_now)
{
  Elevation *elevation = find_token (self, caller, token, now, boot_now);

  return elevation != NULL ? elevation->level : SECINFO_LEVEL_SESSION;
}

gint64
service_elevations_get_until (ServiceElevations *self,
                              ServiceCaller     *caller,
                              const char        *token,
                              gint64             now,
                              gint64             boot_now)
{
  Elevation *elevation = find_token (self, caller, token, now, boot_now);

  return elevation != NULL ? elevation->until : 0;
}

/* A process may outlive its account, and its uid be given to another. */
void
service_elevations_know (ServiceElevations *self,
                         ServiceAccount    *account)
{
  ServiceAccount *before = g_hash_table_lookup (self->known, GUINT_TO_POINTER (account->uid));

  if (before == account)
    return;
  if (before != NULL &&
      (!g_str_equal (before->name, account->name) || before->has_mark != account->has_mark ||
       before->mark_inode != account->mark_inode || before->mark_btime != account->mark_btime))
    service_elevations_end_uid (self, account->uid);
  g_hash_table_insert (self->known, GUINT_TO_POINTER (account->uid), service_account_ref (account));
}

/* @but: hash of the one that stays; (nullable) */
static void
end_those_of (ServiceElevations *self,
              uid_t              uid,
              const guint8      *but)
{
  for (GList *l = self->tokens.head, *next; l != NULL; l = next)
    {
      Elevation *elevation = l->data;

      next = l->next;
      if (service_caller_get_uid (elevation->caller) == uid &&
          (but == NULL || sodium_memcmp (elevation->hash, but, HASH_BYTES) != 0))
        {
          g_queue_delete_link (&self->tokens, l);
          elevation_free (elevation);
        }
    }
}

void
service_elevations_end_uid (ServiceElevations *self,
                            uid_t              uid)
{
  end_those_of (self, uid, NULL);
}

void
service_elevations_end_others (ServiceElevations *self,
                               ServiceCaller     *caller,
                               const char        *token)
{
  guint8 hash[HASH_BYTES];

  if (token != NULL)
    hash_token (token, hash);
  end_those_of (self, service_caller_get_uid (caller), token != NULL ? hash : NULL);
}
