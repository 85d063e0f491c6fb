/* gateway-jmap-private.h - between the parts of a GatewayJmap
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway-jmap.h"

G_BEGIN_DECLS

/* One message on its way. */
typedef struct
{
  GatewayMessage *message;
  gint64          deadline;   /* of g_get_monotonic_time() */
  char           *api;        /* (nullable) until the session said it */
  char           *account;    /* the same */
  char           *identity;   /* (nullable) until the account said it */
  char           *drafts;     /* the same */
  char           *draft;      /* (nullable) until there is one */
  GatewayAnswer  *answer;     /* (nullable) until it is decided */
} GatewayPost;

/* What is asked, as the body of an API request; (transfer full) */
json_t  *gateway_jmap_ask_places  (const GatewayPost *post) G_GNUC_WARN_UNUSED_RESULT;
json_t  *gateway_jmap_ask_submit  (const GatewayPost *post) G_GNUC_WARN_UNUSED_RESULT;
/* The draft by its id, or by what only it can have where the answer with its id never came. */
json_t  *gateway_jmap_ask_destroy (const GatewayPost *post) G_GNUC_WARN_UNUSED_RESULT;

/* What is answered. FALSE: post->answer says why not. @session: an answer's object (nullable) */
gboolean gateway_jmap_read_session (GatewayPost *post, json_t *session);
gboolean gateway_jmap_read_places  (GatewayPost *post, json_t *said);
/* Sets post->answer. TRUE: there may be a draft left. */
gboolean gateway_jmap_read_submit  (GatewayPost *post, json_t *said);

G_END_DECLS
