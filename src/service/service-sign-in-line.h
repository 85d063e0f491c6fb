/* service-sign-in-line.h - one connection of the sign-in screen: a conversation, or a ticket that is redeemed
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-recovery-ticket.h"
#include "service-recovery.h"
#include "service-sign-in-gather.h"
#include "service-sign-in.h"

G_BEGIN_DECLS

/* What the parts of the sign-in socket share; nobody else includes this. Main loop alone. */

struct _ServiceSignIn
{
  ServiceInstance  *instance;
  int               fd;
  guint             watch, pause;
  GHashTable       *lines;      /* set of ServiceSignInLine */
  ServiceHasher    *hasher;     /* its own: nobody's new codes are waited for */
  char              language[16];
  char             *region;     /* (nullable) */
  gint64            since;      /* monotonic µs */
  struct _ServiceSignInResuming *resuming;
};

typedef struct
{
  ServiceSignIn   *owner;       /* (nullable) NULL: the socket is closed, and what is under way ends quietly */
  int              fd;
  guint            refs, watch, silence, turn_timer, look_timer, reply_timer;

  char             name[SECINFO_USER_SIZE];   /* PAM_USER as typed; empty until it came */
  gint64           begun_at;    /* monotonic µs: when it came */
  gint64           turn_at;     /* when the turn under way was taken */
  ServiceGathered *gathered;    /* (nullable) not known, or not yet */
  ServiceTalkHere  here;
  gboolean         talks;       /* a prompt is open: ANSWER may come */
  gboolean         has_ticket;
  guint8           ticket[SECINFO_TICKET_SIZE];

  /* The turn under way. */
  ServiceRecovery  turn;
  ServiceTyped     typed;
  ServiceRedeeming redeeming;
  gboolean         taken;       /* REDEEM was said yes to; RESULT may come */
  char             user[SECINFO_USER_SIZE];
  struct secinfo_sign_in_reply replies[SECINFO_WORDS_LAST + 1];
  guint            n_replies;
} ServiceSignInLine;

ServiceSignInLine *service_sign_in_line_new   (ServiceSignIn *owner, int fd);
ServiceSignInLine *service_sign_in_line_ref   (ServiceSignInLine *line);
void               service_sign_in_line_unref (ServiceSignInLine *line);
void               service_sign_in_line_close (ServiceSignInLine *line);
/* At once; then the next question may come. */
void               service_sign_in_line_say   (ServiceSignInLine *line, enum secinfo_sign_in_what what, guint proofs);
/* What lies in `replies`, at a whole number of quanta after turn_at. */
void               service_sign_in_line_answer (ServiceSignInLine *line);

/* service-sign-in.c: the next question is there to be read. */
gboolean           service_sign_in_read_cb    (int fd, GIOCondition condition, gpointer line);

/* service-sign-in-turn.c: the first question of a conversation, with `name` and `typed`; and those after it. */
void               service_sign_in_begin_turn (ServiceSignInLine *line, ServiceRecoveryOp op);
void               service_sign_in_next_turn  (ServiceSignInLine *line);

/* service-sign-in-ticket.c */
void               service_sign_in_redeem     (ServiceSignInLine *line, const struct secinfo_sign_in_request *request);
void               service_sign_in_result     (ServiceSignInLine *line, const struct secinfo_sign_in_request *request);

G_END_DECLS
