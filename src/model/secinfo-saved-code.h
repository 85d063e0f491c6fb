/* secinfo-saved-code.h - saved codes: printed, kept away from the computer, each good for one way back in
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SECINFO_SAVED_CODES        10   /* a set */
#define SECINFO_SAVED_CODE_LENGTH  14   /* 13 random characters of base32 (65 bits) and a check character */
#define SECINFO_SAVED_LABEL_LENGTH 2

typedef enum
{
  SECINFO_SAVED_CODE_NONE,       /* does not look like one */
  SECINFO_SAVED_CODE_MISTYPED,   /* looks like one, but its check character does not fit */
  SECINFO_SAVED_CODE_GOOD,       /* of the right form; whether it is one, only the service knows */
} SecinfoSavedCodeForm;

/* Any case, spaces and dashes anywhere, O for 0, I and L for 1, the label before it or not. @code is wiped where the
 * answer is not GOOD. A code has at least one letter (a number of digits alone is somebody's phone). */
SecinfoSavedCodeForm secinfo_saved_code_normalize (const char *text, char code[SECINFO_SAVED_CODE_LENGTH + 1]);
/* "XBQF-2M9X-TB4C-W3". Transfer full; wiped with secinfo_secret_free_text(). */
char                *secinfo_saved_code_format    (const char *code) G_GNUC_WARN_UNUSED_RESULT;
void                 secinfo_saved_code_generate  (char code[SECINFO_SAVED_CODE_LENGTH + 1]);

/* The label is public: it says which line is meant, and proves that somebody has the paper. */
typedef char SecinfoSavedLabel[SECINFO_SAVED_LABEL_LENGTH + 1];
gboolean             secinfo_saved_label_normalize (const char *text, SecinfoSavedLabel label);
/* All different. */
void                 secinfo_saved_labels_generate (SecinfoSavedLabel labels[SECINFO_SAVED_CODES]);

G_END_DECLS
