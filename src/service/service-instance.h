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
#include "service-key.h"
#include "service-outbox.h"
#include "service-password.h"
#include "service-store.h"

G_BEGIN_DECLS

typedef enum { SERVICE_MODE_PRIVATE, SERVICE_MODE_SYSTEM } ServiceMode;

/* Filled by main() in service-main.c, then constant; used from the main loop, but `policy`, `mode`, `trial` and `key`
 * are read-only and may be read from the store's threads. */
typedef struct _ServiceInstance ServiceInstance;
struct _ServiceInstance
{
  ServiceMode        mode;
  gboolean           trial;        /* --trial: a system instance that has an inbox */
  SecinfoPolicy      policy;
  char              *state_dir;    /* (not nullable) */
  int                state_dir_fd; /* O_PATH|O_DIRECTORY|O_NOFOLLOW */
  ServiceAccounts   *accounts;
  ServiceStore      *store;        /* opens without a key; sealed values then read as SERVICE_KEY_ERROR_LOCKED */
  ServiceKey        *key;
  ServiceEvents     *events;
  ServiceElevations *elevations;
  ServicePassword   *password;
  ServiceCourier    *courier;
  ServiceOutbox     *outbox;
};

G_END_DECLS
