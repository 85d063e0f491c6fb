/* gateway-text.h - texts that go out and words that come in
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fit to be put on a wire as one: no control characters anywhere. */
gboolean  gateway_text_is_line    (const char *text);
gboolean  gateway_text_is_ref     (const char *text);    /* 1-64 of A-Z a-z 0-9 - _ */
/* Coarse: what the service sends was parsed there. This only keeps out what could be taken for something else. */
/* ASCII, one @, no blank, quote, bracket, comma, colon or backslash */
gboolean  gateway_text_is_email   (const char *text);
gboolean  gateway_text_is_phone   (const char *text);    /* + and 6-15 digits */

/* "0" where all of @text is in the default alphabet or its extension table (3GPP TS 23.038 section 6.2.1), else "2":
 * UCS-2. */
const char *gateway_text_sms_coding (const char *text);

/* At most @most characters, valid UTF-8, control characters and runs of blanks as one blank, none at the ends. */
char     *gateway_text_clean      (const char *text, gsize most) G_GNUC_WARN_UNUSED_RESULT;
GString  *gateway_text_clean_to_string (const char *text, gsize most) G_GNUC_WARN_UNUSED_RESULT;
/* Puts … in the place of every @hidden (any case). */
void      gateway_text_hide       (GString *text, const char *hidden);
/* The same for every group of 3 digits and more that stands in @message (codes), where @groups says so, and for all
 * its digits together, with a blank between the groups, a dash, what a wire makes of a blank, or none; and, whatever
 * @groups says, for a code that is spelled for a voice ("4, 8, 2, 9, 1, 3"), in any of these ways. */
void      gateway_text_hide_digits (GString *text, const char *message, gboolean groups);

G_END_DECLS
