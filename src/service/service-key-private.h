/* service-key-private.h - between what is made with the key and where it comes from
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <pthread.h>

#include "service-key.h"
#include "service-keyring-link.h"

G_BEGIN_DECLS

#define SERVICE_KEY_BYTES 32

struct _ServiceKey
{
  gatomicrefcount     refs;         /* the handle, and loads under way */
  gboolean            is_private;
  ServiceKeyringLink *link;         /* (nullable) private: until the handle is freed */
  char               *path;         /* (nullable) system */

  pthread_rwlock_t    lock;         /* guards what follows */
  guint8             *subkeys;      /* (nullable) sodium_malloc; NULL: not loaded */
  GError             *trouble;      /* (nullable) why not loaded */
  guint8              check[32];    /* where loaded */
  guint8             *older;        /* (nullable) sodium_malloc: subkeys of a key that the store had before */
};

ServiceKey *service_key_ref         (ServiceKey *self);
void        service_key_unref       (ServiceKey *self);

/* Takes up @text as the key, where it is one and fits @store_check (nullable); else says GONE. What was loaded before
 * goes. */
gboolean    service_key_take_up     (ServiceKey *self, SecinfoSecret *text, GBytes *store_check, GError **error);
/* What was sealed with @text opens too, as long as a key is loaded; nothing new is sealed with it. */
void        service_key_add_older   (ServiceKey *self, SecinfoSecret *text);
/* Nothing is loaded (any more), because of @trouble. */
void        service_key_set_trouble (ServiceKey *self, const GError *trouble);
gboolean    service_key_is_form     (SecinfoSecret *text);
/* A new key as it is kept: 32 random bytes, base64. */
SecinfoSecret *service_key_generate (void) G_GNUC_WARN_UNUSED_RESULT;
/* As service_key_open(), into memory that secinfo_secret_free_text() frees: for values that are no secrets for long. */
char       *service_key_open_text   (ServiceKey *self, const guint8 *sealed, gsize length, const char *aad,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
