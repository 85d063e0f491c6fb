/* service-source.h
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

/* The organisation's word, for an account that is not in /etc/passwd: the domain in the @user's name, else the first
 * service of the line "passwd:" that is not this computer's own. @nsswitch: (nullable) the text of /etc/nsswitch.conf.
 * Returns: (transfer full): empty where there is none. */
char *service_source_name (const char *user, const char *nsswitch);
