/* gateway-tokens.h - tokens that a service gives for an id and a secret
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway-exchange.h"

G_BEGIN_DECLS

/* In memory alone, each until a minute before it ends; messages that want the same one wait for one question. */
typedef struct _GatewayTokens GatewayTokens;

/* @description, @session: outlive it */
GatewayTokens *gateway_tokens_new  (const GatewayDescription *description, SoupSession *session);
void           gateway_tokens_free (GatewayTokens *tokens);

/* @token: (nullable), for as long as the call is under way; then @failure (transfer full) says what that makes of the
 * message. @key: which one it is. */
typedef void (*GatewayTokenFunc) (const char *token, const char *key, GatewayAnswer *failure, gpointer data);
void           gateway_tokens_get  (GatewayTokens *tokens, GatewayMessage *message, gint64 deadline,
                                    GatewayTokenFunc got, gpointer data);
/* It was refused. */
void           gateway_tokens_drop (GatewayTokens *tokens, const char *key);

G_END_DECLS
