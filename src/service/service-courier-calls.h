/* service-courier-calls.h - what was asked of secinfo-courier and waits for its answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <jansson.h>

#include "service-courier-line.h"

G_BEGIN_DECLS

/* Of service-courier.c alone. Each call ends once: with the answer of its ref, with its time, or with the line. */
typedef struct _ServiceCourierCalls ServiceCourierCalls;

typedef enum
{
  SERVICE_COURIER_SEND,       /* its task returns a ServiceCourierAnswer, whatever happens */
  SERVICE_COURIER_CHECK,      /* these return the answer as it came, or G_IO_ERROR_NOT_CONNECTED */
  SERVICE_COURIER_PRESET,     /* its member "preset" */
  SERVICE_COURIER_DESCRIBE,
  SERVICE_COURIER_FORGET,
  SERVICE_COURIER_LISTEN,
  SERVICE_COURIER_REPORT,
} ServiceCourierCallKind;

ServiceCourierCalls *service_courier_calls_new    (ServiceCourierLine *line) G_GNUC_WARN_UNUSED_RESULT;
/* After service_courier_calls_end(). */
void                 service_courier_calls_free   (ServiceCourierCalls *self);
/* @message gets its op and ref here; @ref (nullable): one of its own. May lose the line, and end at once. */
void                 service_courier_calls_make   (ServiceCourierCalls *self, ServiceCourierCallKind kind,
                                                   const char *ref, json_t *message, GTask *task);
/* Its datagram left. */
void                 service_courier_calls_left   (ServiceCourierCalls *self, const char *ref);
/* Of a ref that nobody waits for nothing becomes. */
void                 service_courier_calls_answer (ServiceCourierCalls *self, json_t *object);
/* All that wait have none. */
void                 service_courier_calls_end    (ServiceCourierCalls *self);

G_END_DECLS
