/* secinfo-mask.h - contacts as they are shown before one has confirmed who one is
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From a stored value (A-label domain, or E.164). Transfer full.
 * "a•••e@example.org"; a local part of one or two letters shows only its first: "a•••@example.org". */
char *secinfo_mask_email  (const char *value) G_GNUC_WARN_UNUSED_RESULT;
char *secinfo_mask_phone  (const char *value) G_GNUC_WARN_UNUSED_RESULT;   /* "••• •• 56" */
/* For a screen reader, translated: "a, hidden, e at example.org", "Phone ending in 56". @masked is of the forms
 * above. */
char *secinfo_mask_to_speech (const char *masked) G_GNUC_WARN_UNUSED_RESULT;

/* Text from outside: control characters dropped, between U+2068 and U+2069. Transfer full. */
char *secinfo_text_isolate     (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/* Phone numbers and masks: between U+2066 and U+2069 (left to right). Transfer full. */
char *secinfo_text_isolate_ltr (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
