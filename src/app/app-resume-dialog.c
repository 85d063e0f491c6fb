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

  GtkWindow        *window;      /* weak: it outlives us, being what we are modal for */
  SecinfoClient    *client;
  SecinfoAccount   *account;
  AdwEntryRow      *value_row;
};

G_DEFINE_FINAL_TYPE (AppResumeDialog, app_resume_dialog, ADW_TYPE_MESSAGE_DIALOG)

typedef struct
{
  GtkWindow      *window;
  SecinfoClient  *client;
  SecinfoAccount *account;
  char           *value;   /* a whole contact: never logged */
} Resume;

static void
resume_free (gpointer data)
{
  Resume *resume = data;

  g_object_unref (resume->window);
  g_object_unref (resume->client);
  g_object_unref (resume->account);
  g_free (resume->value);
  g_free (resume);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Resume, resume_free)

static Resume *
resume_new (GtkWindow      *window,
            SecinfoClient  *client,
            SecinfoAccount *account)
{
  Resume *resume = g_new0 (Resume, 1);

  resume->window = g_object_ref (window);
  resume->client = g_object_ref (client);
  resume->account = g_object_ref (account);
  return resume;
}

static void
resumed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Resume) resume = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoChallenge) challenge = secinfo_client_resume_finish (SECINFO_CLIENT (source), result, &error);

  if (challenge == NULL)
    app_error_dialog_present (resume->window, error);
  else
    app_verify_dialog_present (resume->window, resume->client, resume->account, NULL, challenge);
}

static void
confirmed_cb (gboolean confirmed,
              gpointer user_data)
{
  Resume *resume = user_data;

  if (confirmed)
    secinfo_client_resume_async (resume->client, resume->value, NULL, resumed_cb,
                                 resume_new (resume->window, resume->client, resume->account));
}

static void
app_resume_dialog_response (AdwMessageDialog *dialog,
                            const char       *response)
{
  AppResumeDialog *self = APP_RESUME_DIALOG (dialog);
  Resume *resume;

  if (!g_str_equal (response, "send"))
    return;
  resume = resume_new (self->window, self->client, self->account);
  resume->value = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->value_row)));
  app_elevate_run (self->window, self->client, self->account, SECINFO_LEVEL_PASSWORD, NULL, confirmed_cb, resume,
                   resume_free);
}

static void
changed_cb (AppResumeDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->value_row));

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), "send", strspn (text, " \t") < strlen (text));
}

static void
app_resume_dialog_dispose (GObject *object)
{
  AppResumeDialog *self = APP_RESUME_DIALOG (object);

  g_clear_object (&self->client);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (app_resume_dialog_parent_class)->dispose (object);
}

static void
app_resume_dialog_class_init (AppResumeDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_resume_dialog_dispose;
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
app_resume_dialog_present (GtkWindow      *window,
                           SecinfoClient  *client,
                           SecinfoAccount *account)
{
  AppResumeDialog *self = g_object_new (APP_TYPE_RESUME_DIALOG, "transient-for", window, NULL);

  self->window = window;
  self->client = g_object_ref (client);
  self->account = g_object_ref (account);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->value_row));
}
