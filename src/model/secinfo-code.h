/* secinfo-code.h - verification codes as people type them
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SECINFO_CODE_DIGITS 6

/* Takes any digits of Unicode, full-width too, with any spaces and dashes between or around them; @digits gets six
 * ASCII digits and a NUL. FALSE where it is anything else; @digits is wiped then. @length: bytes or -1. */
gboolean  secinfo_code_normalize (const char *text, gssize length, char digits[SECINFO_CODE_DIGITS + 1]);
/* How many digits @text has, for a field that submits itself at six. */
guint     secinfo_code_count     (const char *text);
/* "123 456" for what is shown; at most six digits are kept of a longer text. Wipe with secinfo_secret_free_text(). */
char     *secinfo_code_format    (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/* Evenly spread over 000000-999999 (randombytes_uniform, which rejects; NIST SP 800-63B-4 section 3.1.3 asks 6 digits
 * at least). */
void      secinfo_code_generate  (char digits[SECINFO_CODE_DIGITS + 1]);

G_END_DECLS
