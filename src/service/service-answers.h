/* service-answers.h - answers that are kept until what they say may have changed
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-request.h"

G_BEGIN_DECLS

/**
 * ServiceAnswers:
 *
 * Main loop alone. What routes with SERVICE_ROUTE_KEPT answered at level session (so nothing but masked contacts),
 * for one account, one query and one language. An answer goes when the store has written anything of its account, or
 * anything that is everybody's; when the account asked for anything but a GET; when the courier's state is another, the
 * account is (name, home, real name); when the time it was given for is over or a clock was set. Wiped when it goes.
 */
typedef struct _ServiceAnswers ServiceAnswers;
typedef struct _ServiceAnswer ServiceAnswer;

ServiceAnswers      *service_answers_new    (ServiceInstance *instance);
void                 service_answers_free   (ServiceAnswers *self);
/* A kept one becomes @request's answer (TRUE); else @request is watched, so that it may be kept when it is there. */
gboolean             service_answers_find   (ServiceAnswers *self, ServiceRequest *request);
/* Takes over @response (the HTTP side's) to @request where it may be kept (TRUE). */
gboolean             service_answers_keep   (ServiceAnswers *self, ServiceRequest *request,
                                             gpointer response, GDestroyNotify destroy, gsize length);
/* @request ends: it is not watched any more. */
void                 service_answers_unwatch (ServiceAnswers *self, ServiceRequest *request);
/* Of that account; (uid_t) -1: all of them. Those that are being made are not kept either. */
void                 service_answers_forget (ServiceAnswers *self, uid_t uid);
guint                service_answers_count  (ServiceAnswers *self);

gpointer             service_answer_get_response (ServiceAnswer *self);
void                 service_answer_unref   (ServiceAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceAnswers, service_answers_free)

G_END_DECLS
