/* gateway-description.h - a gateway as a JSON file
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway.h"

G_BEGIN_DECLS

/**
 * GatewayDescription:
 *
 * What data/gateways/README.md tells of, read and found right. Immutable once it is made.
 */
typedef struct _GatewayDescription GatewayDescription;

#define GATEWAY_DESCRIPTION_ERROR (gateway_description_error_quark ())
typedef enum { GATEWAY_DESCRIPTION_ERROR_NOT_VALID } GatewayDescriptionError;
GQuark gateway_description_error_quark (void);

#define GATEWAY_DESCRIPTION_BYTES_MAX 65536   /* of a file */
#define GATEWAY_DESCRIPTION_ANSWER_MAX 65536  /* of a gateway's answer */

typedef enum { GATEWAY_AUTH_NONE, GATEWAY_AUTH_BASIC, GATEWAY_AUTH_BEARER, GATEWAY_AUTH_HMAC, GATEWAY_AUTH_AWS,
               GATEWAY_AUTH_CLIENT } GatewayAuth;
typedef enum { GATEWAY_BODY_NONE, GATEWAY_BODY_JSON, GATEWAY_BODY_FORM, GATEWAY_BODY_QUERY,
               GATEWAY_BODY_TEXT } GatewayBody;

/* A name and its template. */
typedef struct { char *name; char *text; } GatewayPair;

/* Where a request goes: a host that a setting names, or one of the description's own. */
typedef struct
{
  const char *setting;   /* (nullable) "base" or "login" */
  char       *origin;    /* (nullable) "https://host[:port]" where there is no setting */
  char       *path;      /* (nullable) template: what follows */
} GatewayTarget;

/* Where in an answer something stands: one of the three. */
typedef struct { char *pointer; char *header; GRegex *body; } GatewaySource;

typedef struct
{
  GArray        *statuses;   /* (nullable): any; of guint pairs, first and last */
  char          *pointer;    /* (nullable) RFC 6901 */
  json_t        *in;         /* (nullable) array of what stands there */
  GRegex        *body;       /* (nullable) */
  SecinfoResult  result;
} GatewayRule;

typedef enum { GATEWAY_VERIFY_REFERENCE, GATEWAY_VERIFY_TWILIO, GATEWAY_VERIFY_HMAC } GatewayVerify;

/* How delivery reports come. Each comes to an address of its own that nobody can guess; @verify is beside that. */
typedef struct
{
  GHashTable    *map;       /* (nullable) there are none; what it says -> GatewayReport */
  char          *query;     /* (nullable) what the vendor fills in behind the address */
  char          *state;     /* name of a member of query, form or JSON, or a pointer into JSON */
  char          *code;      /* (nullable) the same */
  char          *lasted;    /* (nullable) the same: how many seconds a call took */
  guint          least;     /* what took less was cut short, and is no delivery */
  GatewayVerify  verify;
  char          *key;       /* (nullable) template */
  char          *header, *prefix;   /* (nullable) */
} GatewayCallback;

struct _GatewayDescription
{
  char          *name, *title;
  SecinfoMedium  medium;
  GPtrArray     *settings;     /* of GatewaySetting */
  char          *method;
  GatewayTarget  target;
  GatewayAuth    auth;
  char          *auth_user, *auth_secret;      /* templates: password, token or key, and whose it is */
  char          *auth_header, *auth_prefix;    /* hmac */
  char          *auth_region, *auth_service;   /* aws-sigv4: template, word */
  GatewayTarget  login;                        /* client-credentials: where the token is asked for */
  char          *auth_scope;                   /* the same: template */
  GPtrArray     *headers;      /* of GatewayPair */
  GatewayBody    body;
  json_t        *body_json;    /* (nullable) */
  GPtrArray     *body_pairs;   /* form, query */
  char          *text_type;    /* (nullable) */
  char          *text_value;   /* (nullable) template */
  gboolean       idempotent;
  GPtrArray     *rules;        /* of GatewayRule */
  GatewaySource  id, code, detail;
  GatewayCallback callback;
};

/* Strict: an unknown member is an error. The message is for whoever writes descriptions: "Line 12: /response: the
 * member ‘rules’ is missing." */
GatewayDescription *gateway_description_parse (const char *text, gsize length,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void                gateway_description_free  (GatewayDescription *self);

/* --- one request ------------------------------------------------------------------------------------------------ */

typedef struct
{
  char      *method;
  char      *url;
  gboolean   near;         /* the host that was typed is loopback or private: so has to be where it leads */
  GPtrArray *headers;      /* of GatewayPair, filled */
  char      *type;         /* (nullable) Content-Type */
  char      *body;         /* (nullable) wiped */
  GPtrArray *secrets;      /* of texts, wiped: what is in it that no answer may repeat, beside secret settings */
} GatewayRequest;
/* NULL: a value cannot stand where it was to be put (GATEWAY_TEMPLATE_ERROR_VALUE). */
GatewayRequest *gateway_request_new  (const GatewayDescription *description, const GatewayMessage *message,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void            gateway_request_free (GatewayRequest *request);
/* Of a client-credentials description: the question for a token (RFC 6749 section 4.4). */
GatewayRequest *gateway_request_new_login   (const GatewayDescription *description, const GatewayMessage *message,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Adds "Authorization: Bearer @token". */
void            gateway_request_set_bearer  (GatewayRequest *request, const char *token);
/* For code that fills in a request by itself. @value: (transfer full) */
GatewayRequest *gateway_request_new_plain   (const char *method, const char *url) G_GNUC_WARN_UNUSED_RESULT;
void            gateway_request_add_header  (GatewayRequest *request, const char *name, char *value);
void            gateway_request_set_basic   (GatewayRequest *request, const char *user, const char *password);
/* Is @base one: http or https, a host that may be called, no user, query or fragment? http only where the host is near.
 * (transfer full): without / at the end. NULL: @reason (out, transfer full). */
char           *gateway_request_check_base (const char *base, char **reason) G_GNUC_WARN_UNUSED_RESULT;

/* --- its answer ------------------------------------------------------------------------------------------------- */

typedef const char *(*GatewayHeaderFunc) (const char *name, gpointer data);   /* (nullable) */
/* The first rule that matches says what became of it; where none does, the status alone. @length ≤
 * GATEWAY_DESCRIPTION_ANSWER_MAX. */
GatewayAnswer  *gateway_description_judge  (const GatewayDescription *self, const GatewayMessage *message, guint status,
                                            GatewayHeaderFunc headers, gpointer data, const char *body,
                                              gsize length) G_GNUC_WARN_UNUSED_RESULT;
/* As gateway_judge_report(). */
GatewayReport   gateway_description_judge_report (const GatewayDescription *self, const GatewayMessage *message,
                                                  json_t *report, char **code);
/* Seconds of a Retry-After (number or date) at @now; 0 = none. */
gint64          gateway_description_read_retry_after (const char *value /* (nullable) */, gint64 now);

/* RFC 6901; (nullable) (transfer none). */
json_t         *gateway_description_follow (json_t *value, const char *pointer);

/* --- lines ------------------------------------------------------------------------------------------------------ */

/* The line on which the value at @pointer stands, or the last one of its ancestors that is there; 1 at least. @text
 * is JSON. */
guint           gateway_description_find_line (const char *text, const char *pointer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GatewayDescription, gateway_description_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GatewayRequest, gateway_request_free)

G_END_DECLS
