/* app-text.h - how addresses and numbers are written on screen
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An address, a number or a mask, kept in order inside right-to-left text; a line may break after "@", and never with
 * a hyphen (U+200B there, so never for what is copied or spoken). Transfer full. */
char *app_text_address (const char *shown) G_GNUC_WARN_UNUSED_RESULT;
/* "Email, alex.sample@example.org", "Email, a, hidden, e at example.org", "Phone ending in 56": for a screen reader.
 * Transfer full. */
char *app_text_speech  (gboolean    phone,
                        const char *masked,
                        const char *shown) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
