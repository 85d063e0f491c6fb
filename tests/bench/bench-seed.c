/* bench-seed.c - fills a store for the benches, through the store's own code
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-time.h"
#include "secinfo-wire.h"
#include "service-key.h"
#include "service-store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* bench-seed STATE accounts FIRST-UID COUNT CONTACTS HOME: accounts with so many email addresses each, the first two
 *   verified, and a mail gateway. HOME gives all of them their mark.
 * bench-seed STATE challenges: standard input has lines RECORD CONTACT; each gets a running code, 314159, as if it had
 *   been sent. Prints their ids, a line each.
 * bench-seed STATE messages COUNT: so many text messages with running codes that are due now. */

#define CODE     "314159"
#define VERIFIED 2   /* addresses of an account; the others are not proven yet */

typedef struct
{
  ServiceStore *store;
  ServiceKey   *key;
  guint         waiting;
  SecinfoNow    now;
} Seed;

typedef struct
{
  Seed   *seed;
  uid_t   uid;
  guint   contacts;
  guint64 inode;
  gint64  btime;
  gint64  record;
  char    contact[32];
  char   *id;
} Piece;

static void
done_cb (gpointer      data,
         const GError *error)
{
  Piece *piece = data;

  if (error != NULL)
    g_error ("%s", error->message);
  piece->seed->waiting--;
}

static void
wait_for_all (Seed *seed)
{
  while (seed->waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
queue (Seed             *seed,
       ServiceStoreFunc  func,
       Piece            *piece)
{
  piece->seed = seed;
  seed->waiting++;
  service_store_write (seed->store, func, done_cb, piece);
  while (seed->waiting > 1000)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
add_contact (ServiceStoreTxn  *txn,
             const Piece      *piece,
             gint64            record,
             guint             number,
             GError          **error)
{
  g_autofree char *id = service_store_new_id ();
  g_autofree char *value = g_strdup_printf ("someone%u-%u@example.org", (guint) piece->uid, number);
  ServiceContact contact = { 0 };

  contact.id = id;
  contact.record = record;
  contact.kind = SECINFO_CONTACT_EMAIL;
  contact.state = number < VERIFIED ? SECINFO_CONTACT_VERIFIED : SECINFO_CONTACT_UNVERIFIED;
  contact.value = contact.key = value;
  contact.alerts = TRUE;
  contact.created_at = piece->seed->now.wall - 1000 + number;
  contact.verified_at = contact.effective_at = number < VERIFIED ? contact.created_at : 0;
  return service_store_contact_add (txn, &contact, error);
}

static gboolean
account_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  Piece *piece = data;
  g_autofree char *name = g_strdup_printf ("bench%u", (guint) piece->uid);
  ServiceAccount account = { piece->uid, name, name, TRUE, piece->inode, piece->btime };
  ServiceAccountState state;
  gint64 record;

  if (!service_store_account_settle (txn, &account, &piece->seed->now, &record, &state, error))
    return FALSE;
  for (guint i = 0; i < piece->contacts; i++)
    {
      if (!add_contact (txn, piece, record, i, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
gateway_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  ServiceGateway gateway = { 0 };

  gateway.id = ((Piece *) data)->id;
  gateway.kind = (char *) "smtp";
  gateway.title = (char *) "Mail";
  gateway.medium = SECINFO_MEDIUM_EMAIL;
  gateway.settings = (char *) "{\"server\":\"127.0.0.1\",\"port\":\"25\",\"from\":\"secinfo@example.org\"}";
  gateway.ready = TRUE;
  gateway.created_at = ((Piece *) data)->seed->now.wall;
  return service_store_gateway_add (txn, &gateway, error);
}

static void
seed_accounts (Seed  *seed,
               char **argv)
{
  uid_t first = atoi (argv[0]);
  guint count = atoi (argv[1]);
  g_autofree Piece *pieces = g_new0 (Piece, count + 1);
  guint64 inode = 0;
  gint64 btime = 0;

  if (!secinfo_mark_read (argv[3], &inode, &btime))
    g_error ("%s has no birth time", argv[3]);
  pieces[count].id = service_store_new_id ();
  queue (seed, gateway_func, &pieces[count]);
  for (guint i = 0; i < count; i++)
    {
      pieces[i].uid = first + i;
      pieces[i].contacts = atoi (argv[2]);
      pieces[i].inode = inode;
      pieces[i].btime = btime;
      queue (seed, account_func, &pieces[i]);
    }
  wait_for_all (seed);
  g_free (pieces[count].id);
}

static gboolean
challenge_func (ServiceStoreTxn  *txn,
                gpointer          data,
                GError          **error)
{
  Piece *piece = data;
  const SecinfoNow *now = &piece->seed->now;
  g_autofree char *message_id = service_store_new_id ();
  ServiceChallenge challenge = { 0 };
  ServiceMessage message = { 0 };

  challenge.id = piece->id;
  challenge.record = piece->record;
  challenge.contact = piece->contact;
  challenge.purpose = SECINFO_PURPOSE_CONFIRM;
  challenge.medium = SECINFO_MEDIUM_EMAIL;
  challenge.code = (char *) CODE;
  challenge.attempts_left = 5;
  challenge.sends = 1;
  challenge.issued_at = challenge.last_sent_at = now->wall;
  challenge.issued_boot = now->boot;
  challenge.life = 600;
  g_strlcpy (challenge.boot_id, now->boot_id, sizeof challenge.boot_id);

  message.id = message_id;
  message.record = piece->record;
  message.challenge = challenge.id;
  message.contact = challenge.contact;
  message.medium = SECINFO_MEDIUM_EMAIL;
  message.state = SECINFO_DELIVERY_HANDED_OVER;
  message.over = TRUE;
  message.created_at = message.next_at = message.state_at = now->wall;
  message.expires_at = now->wall + challenge.life;

  return service_key_hash (piece->seed->key, SERVICE_KEY_CHECK, challenge.check, error, challenge.id, piece->contact,
                           "confirm", CODE, NULL) &&
         service_store_challenge_add (txn, &challenge, error) && service_store_message_add (txn, &message, error);
}

static void
seed_challenges (Seed *seed)
{
  g_autoptr(GPtrArray) pieces = g_ptr_array_new ();
  char line[128];

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      Piece *piece = g_new0 (Piece, 1);

      if (sscanf (line, "%" G_GINT64_FORMAT " %31s", &piece->record, piece->contact) != 2)
        g_error ("“%s” is no RECORD CONTACT", line);
      piece->id = service_store_new_id ();
      g_ptr_array_add (pieces, piece);
      queue (seed, challenge_func, piece);
    }
  wait_for_all (seed);
  for (guint i = 0; i < pieces->len; i++)
    {
      Piece *piece = pieces->pdata[i];

      printf ("%s\n", piece->id);
      g_free (piece->id);
      g_free (piece);
    }
}

/* Of an address that the code itself carries: no contact is needed. */
static gboolean
message_func (ServiceStoreTxn  *txn,
              gpointer          data,
              GError          **error)
{
  const Piece *piece = data;
  const SecinfoNow *now = &piece->seed->now;
  g_autofree char *id = service_store_new_id ();
  g_autofree char *message_id = service_store_new_id ();
  ServiceChallenge challenge = { 0 };
  ServiceMessage message = { 0 };

  challenge.id = id;
  challenge.record = piece->record;
  challenge.to = (char *) "+447911123456";
  challenge.purpose = SECINFO_PURPOSE_RESUME;
  challenge.medium = SECINFO_MEDIUM_SMS;
  challenge.code = (char *) CODE;
  challenge.attempts_left = 5;
  challenge.sends = 1;
  challenge.issued_at = challenge.last_sent_at = now->wall;
  challenge.issued_boot = now->boot;
  challenge.life = 3600;
  g_strlcpy (challenge.boot_id, now->boot_id, sizeof challenge.boot_id);
  g_strlcpy (challenge.language, "en", sizeof challenge.language);

  message.id = message_id;
  message.record = piece->record;
  message.challenge = id;
  message.medium = SECINFO_MEDIUM_SMS;
  message.created_at = message.next_at = message.state_at = now->wall;
  message.expires_at = now->wall + challenge.life;
  g_strlcpy (message.language, "en", sizeof message.language);

  return service_store_challenge_add (txn, &challenge, error) && service_store_message_add (txn, &message, error);
}

static gboolean
record_func (ServiceStoreTxn  *txn,
             gpointer          data,
             GError          **error)
{
  Piece *piece = data;

  return service_store_account_record (txn, getuid (), g_get_user_name (), &piece->record, error);
}

static void
seed_messages (Seed  *seed,
               guint  count)
{
  g_autofree Piece *pieces = g_new0 (Piece, count + 1);

  queue (seed, record_func, &pieces[0]);
  wait_for_all (seed);
  if (pieces[0].record == 0)
    g_error ("there is no record of this user");
  for (guint i = 1; i <= count; i++)
    {
      pieces[i].record = pieces[0].record;
      queue (seed, message_func, &pieces[i]);
    }
  wait_for_all (seed);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  if (!service_key_load_finish (NULL, result, NULL))
    g_error ("no key");
  ((Seed *) data)->waiting--;
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *path = argc > 1 ? g_build_filename (argv[1], "store-key", NULL) : NULL;
  g_autoptr(GError) error = NULL;
  Seed seed = { 0 };

  if (argc < 3 || (argc != 7 && !g_str_equal (argv[2], "challenges") && !g_str_equal (argv[2], "messages")))
    return 2;
  secinfo_now_read (&seed.now);
  seed.key = service_key_new_system (path);
  seed.waiting = 1;
  service_key_load_async (seed.key, NULL, NULL, loaded_cb, &seed);
  wait_for_all (&seed);
  seed.store = service_store_open (argv[1], &error);
  if (seed.store == NULL)
    g_error ("%s", error->message);
  service_store_set_key (seed.store, seed.key);

  if (g_str_equal (argv[2], "challenges"))
    seed_challenges (&seed);
  else if (g_str_equal (argv[2], "messages"))
    seed_messages (&seed, argc > 3 ? (guint) atoi (argv[3]) : 0);
  else
    seed_accounts (&seed, argv + 3);

  service_store_close (seed.store);
  service_key_free (seed.key);
  return 0;
}
