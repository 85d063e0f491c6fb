/* test-say.h - what a case is about, as TAP can carry it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

/* One line of plain ASCII, however hostile @text is: a comment of TAP must be UTF-8 and may hold no line break. */
static inline void
say_case (const char *text)
{
  g_autofree char *shown = g_strescape (text != NULL ? text : "NULL", NULL);

  g_test_message ("%.200s", shown);
}
