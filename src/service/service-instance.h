/* service-instance.h - one running service: what its parts share
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-policy.h"
#include "service-account.h"
#include "service-courier.h"
#include "service-elevation.h"
#include "service-events.h"
#include "service-hasher.h"
#include "service-key.h"
#include "service-logind.h"
#include "service-outbox.h"
#include "service-password.h"
#include "service-rehearsal.h"
#include "service-store.h"

G_BEGIN_DECLS

typedef enum { SERVICE_MODE_PRIVATE, SERVICE_MODE_SYSTEM } ServiceMode;

/* Filled by main() in service-main.c, then constant; used from the main loop, but `mode`, `trial` and `key` are
 * read-only and may be read from the store's threads, and so may what service_instance_get_policy() gives. */
typedef struct _ServiceInstance ServiceInstance;
typedef struct _ServiceAnswers ServiceAnswers;
typedef struct _ServiceChanges ServiceChanges;
struct _ServiceInstance
{
  ServiceMode        mode;
  gboolean           trial;        /* --trial: a system instance that has an inbox */
  SecinfoPolicy      configured;   /* what holds where administrators changed nothing: secinfod.conf, or the usual */
  char             **fixed;        /* (nullable) keys that secinfod.conf names: root's word, not changed over the API */
  SecinfoPolicy     *policy;       /* service-policy.c's: swapped whole, read with service_instance_get_policy() */
  GPtrArray         *policies;     /* (nullable) it and those before it: a reader may still look at one */
  char              *state_dir;    /* (not nullable) */
  int                state_dir_fd; /* O_PATH|O_DIRECTORY|O_NOFOLLOW */
  ServiceAccounts   *accounts;
  ServiceStore      *store;        /* opens without a key; sealed values then read as SERVICE_KEY_ERROR_LOCKED */
  ServiceKey        *key;
  ServiceEvents     *events;
  ServiceAnswers    *answers;
  ServiceElevations *elevations;
  ServicePassword   *password;
  ServiceLogind     *logind;
  ServiceCourier    *courier;
  ServiceOutbox     *outbox;
  ServiceChanges    *changes;      /* passwords that are being changed */
  ServiceHasher     *hasher;
  ServiceRehearsals *rehearsals;
  struct _ServiceSignIn *sign_in;  /* (nullable) none in a private instance */
  char              *lines_dir;    /* (nullable) what is said after a sign-in */

  /* service-instance.c's own, main loop alone. */
  GBytes            *key_check;    /* (nullable) what the store knew its key by at the start; NULL: a new store */
  gboolean           key_loading;
  gint64             key_tried_at; /* monotonic µs */
  GQueue             key_waiters;  /* of GTask */
  gint64             asked_at;     /* monotonic µs of the last request */
  guint              prune_timer;
};

/* What holds now; any thread; good as long as the instance. */
static inline const SecinfoPolicy *
service_instance_get_policy (ServiceInstance *self)
{
  return g_atomic_pointer_get (&self->policy);
}

/* Frees what main() put in, in the order in which the parts need each other. */
void     service_instance_clear              (ServiceInstance *self);
/* Loads the store key where there is none yet, at most once a second; calls back either way: service_key_get_trouble()
 * says. */
void     service_instance_load_key_async     (ServiceInstance *self, GAsyncReadyCallback callback, gpointer user_data);
/* Key gone: puts the sealed store aside (kept) and begins an empty one with a new key. */
void     service_instance_start_afresh_async (ServiceInstance *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean service_instance_start_afresh_finish (ServiceInstance *self, GAsyncResult *result, GError **error);
/* Now and every hour: ends codes that outlived their life, forgets what may no longer be taken back, old tallies. */
void     service_instance_start_pruning      (ServiceInstance *self);
/* Nobody asked for policy.idle_exit seconds, no stream is open, nothing is due. */
gboolean service_instance_is_idle            (ServiceInstance *self);

G_END_DECLS
