/* gateway.h - a way to deliver a message
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-enums.h"
#include "secinfo-json.h"

G_BEGIN_DECLS

/* --- what is sent ------------------------------------------------------------------------------------------------- */

/* One "send" datagram, checked. Refcounted; the JSON it came from is wiped with the last reference. */
typedef struct
{
  json_t        *settings;   /* (not nullable) object of strings, secrets too, defaults filled in */
  SecinfoMedium  medium;
  const char    *to;         /* (not nullable) fit for the medium: an email address or E.164 */
  const char    *subject;    /* (not nullable) "" where there is none */
  const char    *text;       /* (not nullable) */
  const char    *ref;        /* (not nullable) at most 64 characters of A-Z a-z 0-9 - _ */
  guint          ttl;        /* seconds */
  const char    *callback;   /* (not nullable) where delivery reports go; "" where nobody listens */
  const char    *query;      /* (nullable) what the gateway fills in behind it */
  json_t        *datagram;   /* (not nullable) where the texts lie */
  GPtrArray     *told;       /* (not nullable) of texts, wiped: what may not be in any answer */
} GatewayMessage;

/* NULL: @error says what is wrong with @datagram (never its contents). A receiver that cannot be one is no error:
 * gateway_message_has_address() says so. */
GatewayMessage *gateway_message_new         (json_t *datagram, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GatewayMessage *gateway_message_ref         (GatewayMessage *message);
void            gateway_message_unref       (GatewayMessage *message);
gboolean        gateway_message_has_address (const GatewayMessage *message);
/* "" where it is not set */
const char     *gateway_message_get_setting (const GatewayMessage *message, const char *name);
/* A secret that is no setting: a token, a signature, what settings become on a wire. Answers hold nothing of it. */
void            gateway_message_confide     (GatewayMessage *message, const char *secret);

/* --- what became of it -------------------------------------------------------------------------------------------- */

typedef struct
{
  SecinfoResult  result;
  char          *id;           /* (nullable) the gateway's own */
  char          *code;         /* (nullable) the vendor's code; NULL also says that nobody answered */
  char          *detail;       /* (nullable) the vendor's words, without address, code and secrets */
  guint          status;       /* HTTP's, 0 = none: beside a code of the vendor's own it says what that is about */
  gint64         retry_after;  /* seconds, 0 = none said */
  gint64         date;         /* the gateway's own Date, Unix seconds, 0 = none */
} GatewayAnswer;

GatewayAnswer *gateway_answer_new        (SecinfoResult result,
                                          const char *code /* (nullable) */) G_GNUC_WARN_UNUSED_RESULT;
void           gateway_answer_free       (GatewayAnswer *answer);
/* @words from outside: at most 200 printable characters of them are kept, and nothing of what @message holds in
 * confidence. */
void           gateway_answer_set_detail (GatewayAnswer *answer, const GatewayMessage *message,
                                          const char *words /* (nullable) */);
void           gateway_answer_set_id     (GatewayAnswer *answer, const GatewayMessage *message,
                                          const char *id /* (nullable) */);     /* at most 128 of them */
void           gateway_answer_set_code   (GatewayAnswer *answer, const GatewayMessage *message,
                                          const char *code /* (nullable) */);   /* at most 64 of them */

/* --- settings ----------------------------------------------------------------------------------------------------- */

typedef struct
{
  char     *name;       /* (not nullable) */
  char     *label;      /* (not nullable) a word for people, to be translated by who shows it */
  char     *preset;     /* (nullable) its default; NULL: has to be set */
  gboolean  secret;
} GatewaySetting;

/* --- the interface ------------------------------------------------------------------------------------------------ */

/* Spelled out, because G_DECLARE_INTERFACE makes its macros from two words and this has one. */
typedef struct _Gateway Gateway;
typedef struct _GatewayInterface GatewayInterface;
GType gateway_get_type (void);
#define GATEWAY_TYPE             (gateway_get_type ())
#define GATEWAY(object)          (G_TYPE_CHECK_INSTANCE_CAST ((object), GATEWAY_TYPE, Gateway))
#define GATEWAY_GET_IFACE(object) (G_TYPE_INSTANCE_GET_INTERFACE ((object), GATEWAY_TYPE, GatewayInterface))
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Gateway, g_object_unref)

/* What a delivery report says. */
typedef enum
{
  GATEWAY_REPORT_WAITS,      /* on its way still, or nothing that we know */
  GATEWAY_REPORT_DELIVERED,
  GATEWAY_REPORT_FAILED,
  GATEWAY_REPORT_FORGED,     /* its signature is not the vendor's */
} GatewayReport;

struct _GatewayInterface
{
  GTypeInterface parent;

  const char    *(*get_name)      (Gateway *self);
  const char    *(*get_title)     (Gateway *self);
  SecinfoMedium  (*get_medium)    (Gateway *self);
  gboolean       (*is_idempotent) (Gateway *self);
  GPtrArray     *(*get_settings)  (Gateway *self);   /* of GatewaySetting, (transfer none) */
  /* Only what is special to it: that all are there, known and texts was checked before. */
  gboolean       (*check)         (Gateway *self, json_t *settings, const char **member, char **reason);
  void           (*send_async)    (Gateway *self, GatewayMessage *message, GAsyncReadyCallback callback,
                                   gpointer user_data);
  GatewayAnswer *(*send_finish)   (Gateway *self, GAsyncResult *result);
  /* Both (nullable): it has none. @message: its settings are what counts. */
  gboolean       (*has_reports)   (Gateway *self);
  GatewayReport  (*judge_report)  (Gateway *self, const GatewayMessage *message, json_t *report, char **code);
  char          *(*dup_peer)      (Gateway *self, const GatewayMessage *message);   /* (nullable): its title says it */
};

const char    *gateway_get_name    (Gateway *self);
/* openapi GatewayKind, and "idempotent". (transfer full) */
json_t        *gateway_describe    (Gateway *self) G_GNUC_WARN_UNUSED_RESULT;
/* Can these @settings work at all? Fills in defaults. FALSE: @member (transfer full) and @reason (transfer full) say
 * which cannot and why. */
gboolean       gateway_check       (Gateway *self, json_t *settings, char **member, char **reason);
/* The message's settings are checked first. The finish never gives NULL. */
void           gateway_send_async  (Gateway *self, GatewayMessage *message, GAsyncReadyCallback callback,
                                    gpointer user_data);
GatewayAnswer *gateway_send_finish (Gateway *self, GAsyncResult *result);
/* Who said what came of @result, as people know him: the vendor's title, or the host that they typed. (transfer full)
 * (nullable): nobody was asked, for it could not be sent. */
char          *gateway_dup_peer    (Gateway *self, const GatewayMessage *message, GAsyncResult *result);

/* @report: {url, type, headers, body}, as it came; @url is the one that was handed out, and the query behind it.
 * @code (out) (transfer full) (nullable): the vendor's, without what @message holds in confidence. */
GatewayReport  gateway_judge_report (Gateway *self, GatewayMessage *message, json_t *report, char **code);

GPtrArray     *gateway_settings_new (void);
void           gateway_settings_add (GPtrArray *settings, const char *name, const char *label, const char *preset,
                                     gboolean secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GatewayMessage, gateway_message_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GatewayAnswer, gateway_answer_free)

G_END_DECLS
