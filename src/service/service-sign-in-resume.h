/* service-sign-in-resume.h - what was open when the service ended
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "service-instance.h"
#include "service-sign-in-open.h"

G_BEGIN_DECLS

/* Once, at the start: recoveries that were open are open again; tickets that were being redeemed then are used up.
 * @open may go away before that is done if drop() is called first. */
typedef struct _ServiceSignInResuming ServiceSignInResuming;

ServiceSignInResuming *service_sign_in_resume        (ServiceInstance *instance, ServiceOpenFiles *open,
                                                      const char *language) G_GNUC_WARN_UNUSED_RESULT;
void                   service_sign_in_resuming_drop (ServiceSignInResuming *self);

G_END_DECLS
