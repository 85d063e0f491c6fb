/* app-saved-codes-sheet.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-saved-codes-sheet.h"

#include <cairo-pdf.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <langinfo.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <sodium.h>
#include <stdint.h>

#include "secinfo-mask.h"
#include "secinfo-time.h"

/* Points. */
#define TITLE_SIZE 20.0
#define TEXT_SIZE 11.0
#define CODE_SIZE 15.0
#define LINE_HEIGHT 25.0
#define LABEL_WIDTH 48.0
#define QR_SIZE 150.0
#define QUIET 4             /* modules of white around a QR code (ISO/IEC 18004) */
#define MARGIN 56.0
#define A4_WIDTH 595.28
#define A4_HEIGHT 841.89

typedef struct
{
  cairo_t *cr;
  double   width;
  double   y;     /* where the next line begins */
} Pen;

/* Writes @text at @x, wrapped at the width of the page; returns its height. */
static double
write_text (Pen        *pen,
            double      x,
            const char *text,
            const char *family,
            double      size,
            gboolean    bold)
{
  g_autoptr(PangoLayout) layout = pango_cairo_create_layout (pen->cr);
  PangoFontDescription *font = pango_font_description_from_string (family);
  int height;

  /* In units of the page, whatever the resolution of the printer or the screen. */
  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_font_description_set_weight (font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_width (layout, (int) ((pen->width - x) * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_size (layout, NULL, &height);
  cairo_move_to (pen->cr, x, pen->y);
  pango_cairo_show_layout (pen->cr, layout);
  return (double) height / PANGO_SCALE;
}

static void
write_paragraph (Pen        *pen,
                 const char *text,
                 double      size,
                 gboolean    bold)
{
  pen->y += write_text (pen, 0, text, "Sans", size, bold) + size * .7;
}

static void
write_codes (Pen       *pen,
             GPtrArray *codes)
{
  for (guint i = 0; i < codes->len; i++)
    {
      const AppSavedCode *code = g_ptr_array_index (codes, i);

      write_text (pen, 0, code->label, "Monospace", CODE_SIZE, TRUE);
      write_text (pen, LABEL_WIDTH, secinfo_secret_get_text (code->code), "Monospace", CODE_SIZE, FALSE);
      pen->y += LINE_HEIGHT;
    }
}

/* A line a code, as they stand on the page. */
static SecinfoSecret *
text_of (GPtrArray *codes)
{
  gsize size = 1;
  g_autofree char *text = NULL;
  SecinfoSecret *secret;

  for (guint i = 0; i < codes->len; i++)
    size += secinfo_secret_get_length (((AppSavedCode *) codes->pdata[i])->code) + 8;
  text = g_malloc0 (size);
  for (guint i = 0; i < codes->len; i++)
    {
      const AppSavedCode *code = g_ptr_array_index (codes, i);

      g_strlcat (text, code->label, size);
      g_strlcat (text, " ", size);
      g_strlcat (text, secinfo_secret_get_text (code->code), size);
      g_strlcat (text, "\n", size);
    }
  secret = secinfo_secret_new (text, -1);
  sodium_memzero (text, size);
  return secret;
}

/* Squares in vectors, so that it is sharp at any resolution. FALSE: there was no memory for it. */
static gboolean
draw_qr (Pen       *pen,
         GPtrArray *codes)
{
  g_autoptr(SecinfoSecret) text = text_of (codes);
  QRcode *qr = QRcode_encodeString (secinfo_secret_get_text (text), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
  double module;

  if (qr == NULL)
    return FALSE;
  module = QR_SIZE / (qr->width + 2 * QUIET);
  for (int y = 0; y < qr->width; y++)
    for (int x = 0; x < qr->width; x++)
      if (qr->data[y * qr->width + x] & 1)
        cairo_rectangle (pen->cr, (x + QUIET) * module, pen->y + (y + QUIET) * module, module, module);
  cairo_fill (pen->cr);
  sodium_memzero (qr->data, (gsize) qr->width * (gsize) qr->width);
  QRcode_free (qr);
  return TRUE;
}

void
app_saved_codes_sheet_draw (cairo_t    *cr,
                            double      width,
                            GPtrArray  *codes,
                            const char *account,
                            gint64      made_at)
{
  Pen pen = { cr, width, 0 };
  g_autofree char *shown = secinfo_text_isolate (account);
  g_autofree char *day = secinfo_time_to_day (made_at, made_at);
  g_autofree char *whose = NULL;

  g_return_if_fail (cr != NULL);
  g_return_if_fail (codes != NULL);

  cairo_save (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  write_paragraph (&pen, _("Saved codes"), TITLE_SIZE, TRUE);
  /* Translators: name of the account, then a day, "3 March" */
  whose = g_strdup_printf (_("For the account %s, made on %s."), shown, day);
  write_paragraph (&pen, whose, TEXT_SIZE, FALSE);
  write_paragraph (&pen, _("Each code lets you in once, without a network and without the password. Whoever holds "
                           "this page can do so too: keep it away from the computer."), TEXT_SIZE, FALSE);
  pen.y += TEXT_SIZE;
  write_codes (&pen, codes);
  pen.y += TEXT_SIZE;
  write_paragraph (&pen, _("At the sign-in screen, type ? as the password, then one of these codes. The pair of "
                           "characters before a code is its label, not a part of it."), TEXT_SIZE, FALSE);
  write_paragraph (&pen, _("Strike out a code that you have used."), TEXT_SIZE, FALSE);
  if (draw_qr (&pen, codes))
    {
      pen.y += QR_SIZE;
      write_paragraph (&pen, _("The pattern holds all ten codes. A phone that reads it can keep them; a photograph of "
                               "it gives them away."), TEXT_SIZE, FALSE);
    }
  cairo_restore (cr);
}

/* --- the file ----------------------------------------------------------------------------------------------------- */

static cairo_status_t
keep_bytes (void                *closure,
            const unsigned char *data,
            unsigned int         length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Of the paper that the locale prints on, in points. */
static void
paper_size (double *width,
            double *height)
{
#ifdef _NL_PAPER_WIDTH
  /* glibc gives millimetres, as a number in the place of the pointer. */
  int mm_width = (int) (intptr_t) nl_langinfo (_NL_PAPER_WIDTH);
  int mm_height = (int) (intptr_t) nl_langinfo (_NL_PAPER_HEIGHT);

  if (mm_width >= 180 && mm_width <= 420 && mm_height >= 250 && mm_height <= 600)
    {
      *width = mm_width * 72 / 25.4;
      *height = mm_height * 72 / 25.4;
      return;
    }
#endif
  *width = A4_WIDTH;
  *height = A4_HEIGHT;
}

/* Written beside it, synced and renamed; for its owner alone, where the file system knows such a thing. Newer GLib
 * gives it the mode of the file that it takes the place of: changed before, and after where it was somebody else's. */
static gboolean
write_private (const char  *path,
               GByteArray  *bytes,
               GError     **error)
{
  g_chmod (path, 0600);
  if (!g_file_set_contents_full (path, (const char *) bytes->data, bytes->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
    return FALSE;

  g_chmod (path, 0600);
  return TRUE;
}

gboolean
app_saved_codes_sheet_save (const char  *path,
                            GPtrArray   *codes,
                            const char  *account,
                            gint64       made_at,
                            GError     **error)
{
  GByteArray *bytes = g_byte_array_new ();
  cairo_surface_t *surface;
  cairo_status_t status;
  gboolean saved = FALSE;
  double width, height;
  cairo_t *cr;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (codes != NULL, FALSE);

  paper_size (&width, &height);
  surface = cairo_pdf_surface_create_for_stream (keep_bytes, bytes, width, height);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, _("Saved codes"));
  cr = cairo_create (surface);
  cairo_translate (cr, MARGIN, MARGIN);
  app_saved_codes_sheet_draw (cr, width - 2 * MARGIN, codes, account, made_at);
  cairo_show_page (cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  if (status != CAIRO_STATUS_SUCCESS)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, cairo_status_to_string (status));
  else
    saved = write_private (path, bytes, error);
  sodium_memzero (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
  return saved;
}
