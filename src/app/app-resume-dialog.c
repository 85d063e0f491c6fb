/* app-resume-dialog.c - an account that was put aside: which old contact to ask
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-resume-dialog.h"

#include "app-dialogs.h"
#include "app-elevate.h"
#include "app-help-window.h"
#include "app-plain-layout.h"

struct _AppResumeDialog
{
  AdwMessageDialog  parent_instance;

  AppWindow        *window;      /* weak: it outlives us, being what we are modal for */
  AdwEntryRow      *value_row;
};

G_DEFINE_FINAL_TYPE (AppResumeDialog, app_resume_dialog, ADW_TYPE_MESSAGE_DIALOG)

typedef struct
{
  AppWindow *window;
  char      *value;   /* a whole contact: never logged */
} Resume;

static void
resume_free (gpointer data)
{
  Resume *resume = data;

  g_object_unref (resume->window);
  g_free (resume->value);
  g_free (resume);
}

static void
resumed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppWindow) window = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = secinfo_client_resume_finish (SECINFO_CLIENT (source), result, &error);

  if (challenge == NULL)
    app_window_show_error (window, error);
  else
    app_verify_dialog_present (GTK_WINDOW (window), app_window_get_client (window), app_window_get_account (window),
                               NULL, challenge);
}

static void
confirmed_cb (gboolean confirmed,
              gpointer user_data)
{
  Resume *resume = user_data;

  if (confirmed)
    secinfo_client_resume_async (app_window_get_client (resume->window), resume->value, NULL, resumed_cb,
                                 g_object_ref (resume->window));
}

static void
app_resume_dialog_response (AdwMessageDialog *dialog,
                            const char       *response)
{
  AppResumeDialog *self = APP_RESUME_DIALOG (dialog);
  Resume *resume;

  if (!g_str_equal (response, "send"))
    return;
  resume = g_new0 (Resume, 1);
  resume->window = g_object_ref (self->window);
  resume->value = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->value_row)));
  app_elevate_run (GTK_WINDOW (self->window), app_window_get_client (self->window),
                   app_window_get_account (self->window),
                   SECINFO_LEVEL_PASSWORD, NULL, confirmed_cb, resume, resume_free);
}

static void
changed_cb (AppResumeDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->value_row));

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "send", strspn (text, " \t") < strlen (text));
}

static void
app_resume_dialog_class_init (AppResumeDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  ADW_MESSAGE_DIALOG_CLASS (klass)->response = app_resume_dialog_response;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-resume-dialog.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_WHAT);
  gtk_widget_class_bind_template_child (widget_class, AppResumeDialog, value_row);
}

static void
app_resume_dialog_init (AppResumeDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  g_signal_connect_object (self->value_row, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

void
app_resume_dialog_present (AppWindow *window)
{
  AppResumeDialog *self = g_object_new (APP_TYPE_RESUME_DIALOG, "transient-for", window, NULL);

  self->window = window;
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->value_row));
}
