/* gateway-exchange.h - one request and its answer
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway-description.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define GATEWAY_EXCHANGE_SECONDS 15   /* for a message, from the first look-up to the last byte of the last answer */

/* What came back: an answer of at most 64 KiB, or what became of the message without one. */
typedef struct
{
  GatewayAnswer *failure;    /* (nullable) no answer, or none that is kept to */
  guint          status;
  SoupMessage   *request;    /* (not nullable) its response headers */
  const char    *body;       /* (not nullable) ended by a NUL that is not in @length; wiped with the reply */
  gsize          length;
  GByteArray    *bytes;      /* where @body lies */
} GatewayReply;

void          gateway_reply_free       (GatewayReply *reply);
/* One of the answer's headers; (nullable). For gateway_description_judge() too. */
const char   *gateway_reply_get_header (const char *name, gpointer reply);
/* Fills in what the headers say: Retry-After, Date. */
void          gateway_reply_read_dates (const GatewayReply *reply, GatewayAnswer *answer);

/* No redirect, no proxy, no cookies, no kept connection, nothing unpacked, no answer to a 401. */
SoupSession  *gateway_exchange_session_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* Until @deadline (of g_get_monotonic_time()). Where the name leads is looked at before anything is said: never
 * link-local, and near where near was typed. @request is used up before this returns. */
void          gateway_exchange_async   (SoupSession *session, const GatewayRequest *request, GatewayMessage *message,
                                        gint64 deadline, GAsyncReadyCallback callback, gpointer user_data);
/* Never NULL. */
GatewayReply *gateway_exchange_finish  (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GatewayReply, gateway_reply_free)

G_END_DECLS
