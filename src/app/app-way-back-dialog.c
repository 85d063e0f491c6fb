/* app-way-back-dialog.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-way-back-dialog.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-help-window.h"
#include "app-plain-layout.h"
#include "app-saved-codes-dialog.h"
#include "app-way-back-form.h"

/**
 * AppWayBackDialog:
 *
 * Follows the account and its saved codes; what it says is #AppWayBackForm's.
 */
struct _AppWayBackDialog
{
  AdwWindow            parent_instance;

  GtkWindow           *window;        /* weak: it outlives us, being what we are destroyed with */
  SecinfoClient       *client;
  SecinfoAccount      *account;
  json_t              *saved_codes;   /* (nullable) before they were asked for */
  GCancellable        *cancellable;
  GPtrArray           *rows;          /* of GtkWidget, each in the group of its own data "group" */
  const char          *action;        /* (nullable) of the suggested button */
  const char          *target;

  GtkImage            *icon;
  GtkLabel            *answer;
  GtkLabel            *sentence;
  GtkButton           *button;
  GtkButton           *second_button;
  AdwPreferencesGroup *instead;
  AdwPreferencesGroup *steps;
  AdwPreferencesGroup *proofs;
  AdwPreferencesGroup *more;
};

G_DEFINE_FINAL_TYPE (AppWayBackDialog, app_way_back_dialog, ADW_TYPE_WINDOW)

/* --- buttons ------------------------------------------------------------------------------------------------------ */

static void
run_action (AppWayBackDialog *self,
            const char       *action,
            const char       *target)
{
  g_autoptr(GtkWindow) window = g_object_ref (self->window);

  /* What is made or played is looked at here afterwards; everything else is a place in the main window. */
  if (g_str_equal (action, "win.make-saved-codes"))
    {
      app_saved_codes_dialog_present (GTK_WINDOW (self), window, self->client, self->account, TRUE);
      return;
    }
  gtk_window_close (GTK_WINDOW (self));
  if (target != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), action, "s", target);
  else
    gtk_widget_activate_action (GTK_WIDGET (window), action, NULL);
}

static void
button_cb (AppWayBackDialog *self)
{
  if (self->action != NULL)
    run_action (self, self->action, self->target);
}

static void
second_cb (AppWayBackDialog *self)
{
  run_action (self, "win.rehearse", NULL);
}

static void
row_button_cb (AppWayBackDialog *self,
               GtkWidget        *button)
{
  const char *action = g_object_get_data (G_OBJECT (button), "action");
  const char *text = g_object_get_data (G_OBJECT (button), "text");

  if (g_str_equal (action, "copy"))
    {
      gdk_clipboard_set_text (gtk_widget_get_clipboard (button), text);
      gtk_button_set_label (GTK_BUTTON (button), _("C_opied"));
      app_accessible_mend (button);
    }
  else
    run_action (self, action, NULL);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static GtkWidget *
make_row (AppWayBackDialog    *self,
          AdwPreferencesGroup *group,
          const AppWayBackRow *text)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", text->title,
                                 "subtitle", text->subtitle, NULL);

  if (text->icon != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                               g_object_new (GTK_TYPE_IMAGE, "icon-name", text->icon,
                                             "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  if (text->button != NULL)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (text->button);

      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_object_set_data (G_OBJECT (button), "action", (gpointer) text->action);
      g_object_set_data_full (G_OBJECT (button), "text", g_strdup (text->subtitle), g_free);
      /* “Make” alone says little where only the button is read. */
      gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, row, NULL, -1);
      g_signal_connect_object (button, "clicked", G_CALLBACK (row_button_cb), self, G_CONNECT_SWAPPED);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
  if (text->shows_state)
    {
      GtkWidget *state = gtk_image_new_from_icon_name (app_card_state_to_icon (text->state));

      gtk_widget_add_css_class (state, app_card_state_to_style (text->state));
      gtk_accessible_update_property (GTK_ACCESSIBLE (state), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      app_card_state_to_words (text->state), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), state);
    }
  app_accessible_mend (row);
  app_plain_layout_use (row);
  adw_preferences_group_add (group, row);
  g_object_set_data (G_OBJECT (row), "group", group);
  g_ptr_array_add (self->rows, row);
  return row;
}

static void
fill_group (AppWayBackDialog    *self,
            AdwPreferencesGroup *group,
            GPtrArray           *rows,
            gboolean             numbered)
{
  for (guint i = 0; i < rows->len; i++)
    {
      GtkWidget *row = make_row (self, group, rows->pdata[i]);

      if (numbered)
        {
          g_autofree char *number = g_strdup_printf ("%u", i + 1);
          GtkWidget *label = gtk_label_new (number);

          gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
          gtk_widget_add_css_class (label, "step-number");
          adw_action_row_add_prefix (ADW_ACTION_ROW (row), label);
        }
    }
  gtk_widget_set_visible (GTK_WIDGET (group), rows->len > 0);
}

static void
drop_rows (AppWayBackDialog *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (g_object_get_data (self->rows->pdata[i], "group"), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

static void
add_afterwards (AppWayBackDialog *self)
{
  AppWayBackRow keyring = { (char *) _("Your keyring"),
                            (char *) _("Passwords saved on this computer open again with your old password only."),
                            "dialog-password-symbolic" };
  AppWayBackRow contacts = { (char *) _("Your contacts"),
                             (char *) _("All of them are told that you came in this way."),
                             "preferences-system-notifications-symbolic" };

  make_row (self, self->more, &keyring);
  make_row (self, self->more, &contacts);
}

static void
set_style (GtkWidget    *widget,
           AppCardState  state)
{
  for (AppCardState other = APP_CARD_GOOD; other <= APP_CARD_TO_KNOW; other++)
    gtk_widget_remove_css_class (widget, app_card_state_to_style (other));
  gtk_widget_add_css_class (widget, app_card_state_to_style (state));
}

static void
sync_all (AppWayBackDialog *self)
{
  g_autoptr(AppWayBackForm) form = app_way_back_form_new (self->account, self->saved_codes);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  /* The rows are made anew: a focus in them goes to the button above, never to nowhere. */
  if (focus != NULL && focus != GTK_WIDGET (self->button) && focus != GTK_WIDGET (self->second_button))
    gtk_widget_grab_focus (GTK_WIDGET (self->button));
  gtk_image_set_from_icon_name (self->icon, form->icon);
  set_style (GTK_WIDGET (self->icon), form->state);
  if (g_strcmp0 (gtk_label_get_label (self->answer), form->answer) != 0)
    gtk_label_set_label (self->answer, form->answer);
  gtk_label_set_label (self->sentence, form->sentence);
  self->action = form->action;
  self->target = form->target;
  gtk_widget_set_visible (GTK_WIDGET (self->button), form->button != NULL);
  if (form->button != NULL)
    gtk_button_set_label (self->button, form->button);
  gtk_widget_set_visible (GTK_WIDGET (self->second_button), form->rehearse);
  app_accessible_mend (GTK_WIDGET (self->button));
  drop_rows (self);
  fill_group (self, self->instead, form->instead, FALSE);
  fill_group (self, self->steps, form->steps, TRUE);
  adw_preferences_group_set_title (self->steps, form->steps_title);
  fill_group (self, self->proofs, form->proofs, FALSE);
  adw_preferences_group_set_description (self->proofs, form->proofs_text);
  gtk_widget_set_visible (GTK_WIDGET (self->more), form->steps->len > 0);
  if (form->steps->len > 0)
    add_afterwards (self);
}

/* --- what changes ------------------------------------------------------------------------------------------------- */

static void
codes_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(AppWayBackDialog) self = user_data;
  json_t *codes = secinfo_client_get_saved_codes_finish (SECINFO_CLIENT (source), result, NULL);

  /* Without an answer it stays at what the account itself says. */
  if (codes == NULL)
    return;
  if (g_cancellable_is_cancelled (self->cancellable) ||
      (self->saved_codes != NULL && json_equal (codes, self->saved_codes)))
    {
      json_decref (codes);
      return;
    }
  g_clear_pointer (&self->saved_codes, json_decref);
  self->saved_codes = codes;
  sync_all (self);
}

static void
ask_codes (AppWayBackDialog *self)
{
  secinfo_client_get_saved_codes_async (self->client, self->cancellable, codes_cb, g_object_ref (self));
}

static void
event_cb (AppWayBackDialog *self,
          const char       *what,
          const char       *id)
{
  if (g_str_equal (what, "saved-codes"))
    ask_codes (self);
}

static void
app_way_back_dialog_dispose (GObject *object)
{
  AppWayBackDialog *self = APP_WAY_BACK_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  if (self->account != NULL)
    g_signal_handlers_disconnect_by_data (self->account, self);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->account);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (app_way_back_dialog_parent_class)->dispose (object);
}

static void
app_way_back_dialog_finalize (GObject *object)
{
  AppWayBackDialog *self = APP_WAY_BACK_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->saved_codes, json_decref);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (app_way_back_dialog_parent_class)->finalize (object);
}

static void
app_way_back_dialog_class_init (AppWayBackDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_way_back_dialog_dispose;
  object_class->finalize = app_way_back_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-way-back-dialog.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_WAY_BACK);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, icon);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, answer);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, sentence);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, button);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, second_button);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, instead);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, steps);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, proofs);
  gtk_widget_class_bind_template_child (widget_class, AppWayBackDialog, more);
}

static void
app_way_back_dialog_init (AppWayBackDialog *self)
{
  self->rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (button_cb), self);
  g_signal_connect_swapped (self->second_button, "clicked", G_CALLBACK (second_cb), self);
}

void
app_way_back_dialog_present (GtkWindow      *window,
                             SecinfoClient  *client,
                             SecinfoAccount *account)
{
  AppWayBackDialog *self;

  g_return_if_fail (GTK_IS_WINDOW (window));

  self = g_object_new (APP_TYPE_WAY_BACK_DIALOG, "transient-for", window, "destroy-with-parent", TRUE, NULL);
  self->window = window;
  self->client = g_object_ref (client);
  self->account = g_object_ref (account);
  g_signal_connect_swapped (self->account, "changed", G_CALLBACK (sync_all), self);
  g_signal_connect_swapped (self->client, "event", G_CALLBACK (event_cb), self);
  sync_all (self);
  ask_codes (self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->button));
}
