/* store-fixture.h - a store in a folder of its own, used as if it did not have threads
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <sqlite3.h>

#include "service-key.h"
#include "service-store.h"

G_BEGIN_DECLS

#define RECORD  G_GINT64_CONSTANT (4711)   /* of store_add_record() */
#define NOW     G_GINT64_CONSTANT (1700000000)
#define BOOT_ID "0f0e0d0c-0b0a-0908-0706-050403020100"

typedef struct
{
  char         *dir;
  char         *path;    /* DIR/store.db */
  ServiceStore *store;   /* (nullable) */
  ServiceKey   *key;
} Fixture;

/* For g_test_add (…, Fixture, NULL, store_set_up, …, store_tear_down). */
void        store_set_up      (Fixture *fixture, gconstpointer data);
void        store_tear_down   (Fixture *fixture, gconstpointer data);
void        store_close       (Fixture *fixture);
void        store_open        (Fixture *fixture);                 /* with the key */
ServiceKey *store_load_key    (const char *path);                 /* made where absent */

/* Runs @func in a transaction and waits. NULL: committed. */
GError     *store_try_write   (Fixture *fixture, ServiceStoreFunc func, gpointer data);
void        store_write       (Fixture *fixture, ServiceStoreFunc func, gpointer data);
void        store_read        (Fixture *fixture, ServiceStoreFunc func, gpointer data);
void        store_iterate     (void);                             /* the main context, once, waiting */

/* What a second connection sees. */
gint64      store_look        (Fixture *fixture, const char *sql);
GBytes     *store_look_blob   (Fixture *fixture, const char *sql);
void        store_meddle      (Fixture *fixture, const char *sql);
gboolean    store_files_hold  (Fixture *fixture, gconstpointer bytes, gsize length);   /* store.db, its WAL and shm */

void              store_add_record    (Fixture *fixture, gint64 record, uid_t uid);
ServiceContact   *store_new_contact   (gint64 record, const char *id, const char *value) G_GNUC_WARN_UNUSED_RESULT;
ServiceChallenge *store_new_challenge (gint64 record, const char *id, const char *contact,
                                       const char *code) G_GNUC_WARN_UNUSED_RESULT;

/* ServiceStoreFuncs over the values above. */
gboolean    store_add_contact_func   (ServiceStoreTxn *txn, gpointer contact, GError **error);
gboolean    store_add_challenge_func (ServiceStoreTxn *txn, gpointer challenge, GError **error);

void        store_add_open_tests (void);
void        store_add_row_tests  (void);
void        store_add_mail_tests (void);
void        store_add_wal_tests  (void);
void        store_add_prune_tests (void);
void        store_add_alert_tests (void);

G_END_DECLS
