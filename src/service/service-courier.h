/* service-courier.h - the line to secinfo-courier
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <jansson.h>

#include "secinfo-enums.h"

G_BEGIN_DECLS

/* One JSON object a datagram, at most 32 KiB ("Wires inside" of src/DESIGN.md). Reconnects by itself (backoff
 * 1…30 s); a private instance starts the courier as its child and starts it again when it dies. Main loop alone. */
typedef struct _ServiceCourier ServiceCourier;

typedef struct
{
  SecinfoResult  result;
  gboolean       left;         /* FALSE: the courier was not reached, the message did not leave this computer */
  gboolean       lost;         /* the courier went away meanwhile: it says nothing of the gateway */
  char          *id;           /* (nullable) the gateway's own id */
  char          *code;         /* (nullable) the vendor's code, at most 64 printable characters */
  char          *detail;       /* (nullable) the vendor's words, at most 200 printable characters */
  char          *by;           /* (nullable) who said it: the vendor's title or the mail server's host */
  guint          status;       /* HTTP's; 0 = none */
  gint64         retry_after;  /* seconds; 0 = none said */
  gint64         date;         /* the gateway's own Date, Unix seconds; 0 = none */
} ServiceCourierAnswer;
void            service_courier_answer_free (ServiceCourierAnswer *answer);

ServiceCourier *service_courier_new_private (const char *helper /* absolute path */, const char *descriptions_dir);
ServiceCourier *service_courier_new_system  (const char *socket_path);
void            service_courier_free        (ServiceCourier *self);
gboolean        service_courier_is_up       (ServiceCourier *self);
gboolean        service_courier_has_network (ServiceCourier *self);
/* It said so; has_network() is FALSE too until it said anything. */
gboolean        service_courier_lost_network (ServiceCourier *self);
/* Called when up or network changed, or descriptions arrived. One place only: the outbox has it (it publishes
 * "gateways"). */
void            service_courier_set_changed (ServiceCourier *self, void (*changed) (gpointer), gpointer data);
/* The descriptions the courier has, as it sent them on connect: an array of kinds (openapi GatewayKind); (transfer
 * none) (nullable). */
json_t         *service_courier_get_kinds   (ServiceCourier *self);

/* @message: {gateway, settings, to, subject, text, ref, ttl} (transfer full); wiped after it was sent. */
void                  service_courier_send_async  (ServiceCourier *self, json_t *message, GCancellable *cancellable,
                                                   GAsyncReadyCallback callback, gpointer user_data);
/* Never NULL: a courier that is gone is RETRY (not left) or UNKNOWN (left). */
ServiceCourierAnswer *service_courier_send_finish (ServiceCourier *self, GAsyncResult *result);

/* Would these settings work at all (before they are stored)? @settings: secrets too (transfer full), wiped. */
void                  service_courier_check_async (ServiceCourier *self, const char *kind, json_t *settings,
                                                   GCancellable *cancellable,
                                                   GAsyncReadyCallback callback, gpointer user_data);
/* FALSE without @error: they cannot; @member and @reason (out) (transfer full) (nullable) say which and why (openapi
 * settings-not-valid). FALSE with @error (G_IO_ERROR_NOT_CONNECTED): the courier is gone. */
gboolean              service_courier_check_finish (ServiceCourier *self, GAsyncResult *result, char **member,
                                                    char **reason, GError **error);

/* One more kind: @text is what a file says. @check: it is looked at, and that is all. */
void                  service_courier_describe_async (ServiceCourier *self, const char *text, gboolean check,
                                                      GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full): its name. NULL without @error: @reason (transfer full) says the line and what is wrong. */
char                 *service_courier_describe_finish (ServiceCourier *self, GAsyncResult *result, char **reason,
                                                       GError **error);
/* It is told of @text each time it is connected anew, and is not up before. */
void                  service_courier_keep_description (ServiceCourier *self, const char *name, const char *text);
/* It is not any more, and the courier lets it go now. Called back, with an error, where the courier is gone too: then
 * it is not told of it. */
void                  service_courier_forget_description_async (ServiceCourier *self, const char *name,
                                                                GAsyncReadyCallback callback, gpointer user_data);
gboolean              service_courier_keeps_description  (ServiceCourier *self, const char *name);
guint                 service_courier_count_descriptions (ServiceCourier *self);

/* The settings of the provider of an email address:
 * {"gateway":"smtp","title":…,"settings":{…},"app_password":bool,"page":URL|null}. */
void                  service_courier_preset_async (ServiceCourier *self, const char *address,
                                                    GCancellable *cancellable,
                                                    GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full); NULL without @error: the provider is not known. */
json_t               *service_courier_preset_finish (ServiceCourier *self, GAsyncResult *result, GError **error);

/* It listens at @port of this computer for delivery reports, each time it is connected; @take gets what it hears. */
void                  service_courier_set_reports  (ServiceCourier *self, guint port,
                                                    void (*take) (json_t *report, gpointer data), gpointer data);
/* It does: nobody else has the port. */
gboolean              service_courier_hears_reports (ServiceCourier *self);
/* Does it, and has a gateway of this kind and settings reports, and can it reach that port? @outside: from
 * everywhere. */
gboolean              service_courier_can_report   (ServiceCourier *self, const char *kind, const char *settings,
                                                    gboolean outside);
/* @message: {gateway, settings, report} (transfer full), wiped. */
void                  service_courier_report_async (ServiceCourier *self, json_t *message,
                                                    GAsyncReadyCallback callback, gpointer user_data);
/* {state: delivered|failed|waits|forged} (transfer full); @code (transfer full) (nullable): the vendor's. NULL: the
 * courier is gone. */
json_t               *service_courier_report_finish (ServiceCourier *self, GAsyncResult *result, char **code);

/* Is sending the same ref twice to a gateway of this kind harmless? */
gboolean              service_courier_kind_is_idempotent (ServiceCourier *self, const char *kind);
/* TRUE where there is no network and a gateway with these settings (JSON text, without secrets) needs one: one on
 * loopback or a private net is never offline, the inbox neither. */
gboolean              service_courier_is_offline (ServiceCourier *self, const char *kind, const char *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceCourierAnswer, service_courier_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceCourier, service_courier_free)

G_END_DECLS
