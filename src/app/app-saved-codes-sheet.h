/* app-saved-codes-sheet.h - the page on which saved codes are printed
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <cairo.h>

#include "app-saved-codes-form.h"

G_BEGIN_DECLS

/* Draws the ten codes, what they are for, and one QR code with all of them, in black on what is there. @width: points;
 * everything is within it, from the top. @account: whose they are; @made_at: Unix seconds. */
void     app_saved_codes_sheet_draw (cairo_t    *cr,
                                     double      width,
                                     GPtrArray  *codes,
                                     const char *account,
                                     gint64      made_at);
/* The same page as a PDF file, for its owner alone (0600), whole or not at all: a file of that name is replaced. The
 * size of the paper is the locale's. */
gboolean app_saved_codes_sheet_save (const char *path,
                                     GPtrArray  *codes,
                                     const char *account,
                                     gint64      made_at,
                                     GError    **error);

G_END_DECLS
