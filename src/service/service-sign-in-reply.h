/* service-sign-in-reply.h - a step of the conversation as datagrams
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-wire.h"
#include "service-talk.h"

G_BEGIN_DECLS

#define SERVICE_SIGN_IN_REPLIES (SECINFO_WORDS_LAST + 1)

/* In @language; returns how many there are. @ticket: where the step gives one. */
guint service_sign_in_render (const ServiceStep *step, const guint8 ticket[SECINFO_TICKET_SIZE], const char *language,
                              struct secinfo_sign_in_reply list[SERVICE_SIGN_IN_REPLIES]);

G_END_DECLS
