/* service-courier-line.h - the socket to secinfo-courier, and the process behind it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SERVICE_COURIER_DATAGRAM_MAX 32768

/* SEQPACKET, datagrams of text. Connects again by itself (after 1…30 s); of service-courier.c alone. */
typedef struct _ServiceCourierLine ServiceCourierLine;

typedef struct
{
  void (*received) (const char *text, gsize length, gpointer data);
  void (*left)     (const char *ref, gpointer data);   /* the datagram of @ref was handed to the kernel */
  void (*lost)     (gpointer data);                    /* what did not leave never will */
} ServiceCourierLineHooks;

/* @helper: absolute path, started at once as `helper --private [--descriptions DIR]` with its end of the line as
 * descriptor 3. */
ServiceCourierLine *service_courier_line_new_child    (const char *helper, const char *descriptions /* (nullable) */,
                                                       const ServiceCourierLineHooks *hooks, gpointer data);
/* The process behind @path has to be root's, secinfo-courier's, or our own user's. */
ServiceCourierLine *service_courier_line_new_socket   (const char *path, const ServiceCourierLineHooks *hooks,
                                                       gpointer data);
void                service_courier_line_free         (ServiceCourierLine *self);   /* calls no hook */
gboolean            service_courier_line_is_connected (ServiceCourierLine *self);
/* The other side has shown that it works: the next loss is tried again after a second. */
void                service_courier_line_settled      (ServiceCourierLine *self);
/* @text: (transfer full), wiped. Only while connected; may call hooks. */
void                service_courier_line_send         (ServiceCourierLine *self, const char *ref, char *text);
/* Takes back what has not left yet. */
void                service_courier_line_forget       (ServiceCourierLine *self, const char *ref);

G_END_DECLS
