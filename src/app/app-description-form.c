/* app-description-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-description-form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "secinfo-client-gateways.h"
#include "secinfo-mask.h"

#define FILE_MAX 16000   /* bytes: as the service takes them */

/**
 * AppDescriptionForm:
 *
 * One file at a time: read here, judged by the service. A file never gets further than its first #FILE_MAX bytes.
 */
struct _AppDescriptionForm
{
  GObject        parent_instance;

  SecinfoClient *client;      /* (nullable) */
  GCancellable  *cancellable;
  gboolean       busy;
  char          *name;        /* (nullable) of the file or kind that is under way, as it is shown */
  char          *text;        /* (nullable) while it is read, one byte more than a description may have and its end */
  char          *kind;        /* (nullable) name of the kind that is being removed */
  char          *problem;     /* (nullable) */
};

G_DEFINE_FINAL_TYPE (AppDescriptionForm, app_description_form, G_TYPE_OBJECT)

enum { CHANGED, IMPORTED, REMOVED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
set_problem (AppDescriptionForm *self, char *problem)
{
  g_free (self->problem);
  self->problem = problem;
}

static void
begin (AppDescriptionForm *self)
{
  self->busy = TRUE;
  set_problem (self, NULL);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* @problem: (nullable) (transfer full) */
static void
end (AppDescriptionForm *self, char *problem)
{
  self->busy = FALSE;
  g_clear_pointer (&self->text, g_free);
  set_problem (self, problem);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* "gateway.json: Line 12: …": which of them it was may be long forgotten. */
static void
refuse (AppDescriptionForm *self, const char *why)
{
  /* Translators: name of a file or of a kind of way to send, and what is wrong with it */
  end (self, g_strdup_printf (_("%1$s: %2$s"), self->name, why));
}

/* --- taking over -------------------------------------------------------------------------------------------------- */

void
app_description_form_take_imported (AppDescriptionForm *self, json_t *kind, const GError *error)
{
  g_return_if_fail (APP_IS_DESCRIPTION_FORM (self));

  if (kind == NULL)
    {
      refuse (self, error->message);
      return;
    }
  end (self, NULL);
  g_signal_emit (self, signals[IMPORTED], 0, kind);
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppDescriptionForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) kind = secinfo_client_import_gateway_kind_finish (SECINFO_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    app_description_form_take_imported (self, kind, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppDescriptionForm) self = user_data;
  g_autoptr(GError) error = NULL;
  gsize length = 0;
  gboolean done = g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!done)
    refuse (self, error->message);
  else if (length > FILE_MAX)
    refuse (self, _("This is too long for a description."));
  else if (strlen (self->text) != length || !g_utf8_validate (self->text, (gssize) length, NULL))
    refuse (self, _("This is not text."));
  else if (self->client != NULL)
    secinfo_client_import_gateway_kind_async (self->client, self->text, self->cancellable, imported_cb,
                                              g_object_ref (self));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppDescriptionForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (stream == NULL)
    {
      refuse (self, error->message);
      return;
    }
  self->text = g_malloc0 (FILE_MAX + 2);
  g_input_stream_read_all_async (G_INPUT_STREAM (stream), self->text, FILE_MAX + 1, G_PRIORITY_DEFAULT,
                                 self->cancellable, read_cb, g_object_ref (self));
}

/* Opening a pipe waits for somebody who writes into it, and nothing ends that. */
static void
queried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppDescriptionForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (info == NULL)
    refuse (self, error->message);
  else if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    refuse (self, _("This is not an ordinary file."));
  else
    g_file_read_async (G_FILE (source), G_PRIORITY_DEFAULT, self->cancellable, opened_cb, g_object_ref (self));
}

void
app_description_form_import (AppDescriptionForm *self, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *shown = name != NULL ? g_filename_display_name (name) : g_strdup ("");

  g_return_if_fail (APP_IS_DESCRIPTION_FORM (self));

  if (self->busy)
    return;
  g_free (self->name);
  self->name = secinfo_text_isolate (shown);
  begin (self);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT,
                           self->cancellable, queried_cb, g_object_ref (self));
}

/* --- removing ----------------------------------------------------------------------------------------------------- */

static void
left_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppDescriptionForm) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) kinds = secinfo_client_list_gateway_kinds_finish (SECINFO_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  end (self, NULL);
  g_signal_emit (self, signals[REMOVED], 0, self->kind, kinds);
}

/* One that came with the program may have its place back. */
static void
take_removed (AppDescriptionForm *self, const GError *error)
{
  if (error != NULL && !g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NOT_FOUND))
    refuse (self, error->message);
  else
    secinfo_client_list_gateway_kinds_async (self->client, NULL, self->cancellable, left_cb, g_object_ref (self));
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AppDescriptionForm) self = user_data;
  g_autoptr(GError) error = NULL;

  secinfo_client_remove_gateway_kind_finish (SECINFO_CLIENT (source), result, &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    take_removed (self, error);
}

void
app_description_form_remove (AppDescriptionForm *self, json_t *kind)
{
  const char *title = secinfo_json_get_string (kind, "title");

  g_return_if_fail (APP_IS_DESCRIPTION_FORM (self));

  if (self->busy)
    return;
  g_free (self->kind);
  self->kind = g_strdup (secinfo_json_get_string (kind, "name"));
  g_free (self->name);
  self->name = secinfo_text_isolate (title != NULL ? title : self->kind);
  begin (self);
  if (self->client != NULL)
    secinfo_client_remove_gateway_kind_async (self->client, self->kind, self->cancellable, removed_cb,
                                              g_object_ref (self));
}

/* --- the object --------------------------------------------------------------------------------------------------- */

gboolean
app_description_form_is_busy (AppDescriptionForm *self)
{
  return self->busy;
}

const char *
app_description_form_get_problem (AppDescriptionForm *self)
{
  return self->problem;
}

static void
app_description_form_dispose (GObject *object)
{
  g_cancellable_cancel (APP_DESCRIPTION_FORM (object)->cancellable);
  G_OBJECT_CLASS (app_description_form_parent_class)->dispose (object);
}

static void
app_description_form_finalize (GObject *object)
{
  AppDescriptionForm *self = APP_DESCRIPTION_FORM (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  g_free (self->name);
  g_free (self->text);
  g_free (self->kind);
  g_free (self->problem);
  G_OBJECT_CLASS (app_description_form_parent_class)->finalize (object);
}

static void
app_description_form_class_init (AppDescriptionFormClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_description_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_description_form_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[IMPORTED] = g_signal_new ("imported", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_POINTER);
}

static void
app_description_form_init (AppDescriptionForm *self)
{
  self->cancellable = g_cancellable_new ();
}

AppDescriptionForm *
app_description_form_new (SecinfoClient *client)
{
  AppDescriptionForm *self = g_object_new (APP_TYPE_DESCRIPTION_FORM, NULL);

  g_set_object (&self->client, client);
  return self;
}
