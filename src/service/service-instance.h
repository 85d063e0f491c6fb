/* service-instance.h - one running service: what its parts share
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-policy.h"

G_BEGIN_DECLS

/* The parts; whoever calls one includes its header. */
typedef struct _ServiceAccounts ServiceAccounts;
typedef struct _ServiceAnswers ServiceAnswers;
typedef struct _ServiceChanges ServiceChanges;
typedef struct _ServiceCourier ServiceCourier;
typedef struct _ServiceElevations ServiceElevations;
typedef struct _ServiceEvents ServiceEvents;
typedef struct _ServiceHasher ServiceHasher;
typedef struct _ServiceInstance ServiceInstance;
typedef struct _ServiceKey ServiceKey;
typedef struct _ServiceLogind ServiceLogind;
typedef struct _ServiceOpenFiles ServiceOpenFiles;
typedef struct _ServiceOutbox ServiceOutbox;
typedef struct _ServicePassword ServicePassword;
typedef struct _ServiceRehearsals ServiceRehearsals;
typedef struct _ServiceSignIn ServiceSignIn;
typedef struct _ServiceStore ServiceStore;

typedef enum { SERVICE_MODE_PRIVATE, SERVICE_MODE_SYSTEM } ServiceMode;

/* Filled by main() in service-main.c, then constant; used from the main loop, but `mode`, `trial` and `key` are
 * read-only and may be read from the store's threads, and so may what service_instance_get_policy() gives. */
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
  ServiceSignIn     *sign_in;      /* (nullable) none in a private instance, and so the next */
  ServiceOpenFiles  *open_files;   /* who has a recovery open, for the module to see */
  char              *lines_dir;    /* (nullable) what is said after a sign-in */

  /* Of service-instance-key.c and service-duties.c, main loop alone. */
  GBytes            *key_check;    /* (nullable) what the store knew its key by at the start; NULL: a new store */
  gboolean           key_loading;
  gint64             key_tried_at; /* monotonic µs */
  GQueue             key_waiters;  /* of GTask */
  gint64             asked_at;     /* monotonic µs of the last request */
  guint              prune_timer;
  gboolean           prunes;       /* slice after slice */

  gint64             reports_until; /* service-reports.c's, main loop alone: monotonic µs */
  GQueue             importing;    /* service-descriptions.c's, main loop alone */
};

/* What holds now; any thread; good as long as the instance. */
static inline const SecinfoPolicy *
service_instance_get_policy (ServiceInstance *self)
{
  return g_atomic_pointer_get (&self->policy);
}

G_END_DECLS
