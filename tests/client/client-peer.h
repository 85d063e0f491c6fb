/* client-peer.h - a service on the wire that answers what a test tells it to
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

typedef struct
{
  char                 *folder;
  char                 *path;
  SoupServer           *server;
  SecinfoClient        *client;
  guint                 requests;
  /* of the last request */
  char                 *method, *target, *body, *key, *bearer, *language, *connection;
  /* what it answers: from the front of the queue, the last one again and again */
  GQueue                answers;  /* of PeerAnswer */
  SoupServerMessage    *stream;   /* (nullable) the event stream that is open */
  guint                 streams;
} Peer;

typedef struct { guint status; char *body; } PeerAnswer;

Peer           *peer_new     (void);
void            peer_free    (Peer *peer);
void            peer_answer  (Peer *peer, guint status, const char *body);
void            peer_forget  (Peer *peer);                      /* the answers so far */
void            peer_push    (Peer *peer, const char *text);    /* on the open stream */
void            peer_hang_up (Peer *peer);                      /* ends the stream */
void            peer_keep_cb (GObject *object, GAsyncResult *result, gpointer user_data);
GAsyncResult   *peer_await   (GAsyncResult **result);           /* (transfer none) */
/* "POST /v1/account body" */
void            peer_assert  (Peer *peer, const char *expected);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)

G_END_DECLS
