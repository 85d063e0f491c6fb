/* app-rehearsal-window.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-rehearsal-window.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-help-window.h"
#include "app-plain-layout.h"
#include "app-rehearsal-form.h"

/**
 * AppRehearsalWindow:
 *
 * One message and one prompt in a panel that looks like no window of ours, as a greeter shows them; below it what is
 * practice. Whatever is typed leaves the entry with the answer.
 */
struct _AppRehearsalWindow
{
  AdwWindow            parent_instance;

  GtkWindow           *window;      /* weak: it outlives us, being what we are destroyed with */
  AppRehearsalForm    *form;        /* (not nullable) after app_rehearsal_window_present() */
  GPtrArray           *rows;        /* of GtkWidget, in findings */
  guint                turn;        /* that is on screen */
  AppRehearsalState    shown;

  GtkStack            *stack;
  AdwAvatar           *avatar;
  GtkLabel            *name;
  GtkLabel            *prompt;
  GtkEntry            *answer;
  GtkButton           *next_button;
  GtkLabel            *problem;
  GtkLabel            *message;
  GtkLabel            *practice;
  GtkImage            *end_icon;
  GtkLabel            *end_title;
  GtkLabel            *end_text;
  GtkLabel            *end_words;
  AdwPreferencesGroup *findings;
  GtkButton           *again_button;
};

G_DEFINE_FINAL_TYPE (AppRehearsalWindow, app_rehearsal_window, ADW_TYPE_WINDOW)

/* --- the conversation --------------------------------------------------------------------------------------------- */

static void
show_message (AppRehearsalWindow *self)
{
  const char *message = app_rehearsal_form_get_message (self->form);
  gboolean error = message != NULL && app_rehearsal_form_is_error (self->form);

  /* The one that is not meant is emptied too: a reader says a label when its text is another one. */
  gtk_label_set_label (self->problem, error ? message : "");
  gtk_label_set_label (self->message, error || message == NULL ? "" : message);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), error);
  gtk_widget_set_visible (GTK_WIDGET (self->message), !error && message != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->answer), GTK_ACCESSIBLE_STATE_INVALID,
                               error ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->answer), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                  error ? self->problem : self->message, NULL, -1);
  if (error)
    gtk_widget_add_css_class (GTK_WIDGET (self->answer), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->answer), "error");
}

static void
show_prompt (AppRehearsalWindow *self)
{
  g_autofree char *practice = app_rehearsal_form_get_practice (self->form);
  gboolean echo = app_rehearsal_form_get_echo (self->form);

  gtk_label_set_label (self->prompt, app_rehearsal_form_get_prompt (self->form));
  gtk_entry_set_visibility (self->answer, echo);
  gtk_entry_set_input_purpose (self->answer, echo ? GTK_INPUT_PURPOSE_FREE_FORM : GTK_INPUT_PURPOSE_PASSWORD);
  show_message (self);
  if (g_strcmp0 (gtk_label_get_label (self->practice), practice) != 0)
    gtk_label_set_label (self->practice, practice);
  /* What was wrong is selected, so that typing replaces it; what was right goes. */
  if (!app_rehearsal_form_is_error (self->form) || !echo)
    gtk_editable_set_text (GTK_EDITABLE (self->answer), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->answer));
  gtk_editable_select_region (GTK_EDITABLE (self->answer), 0, -1);
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static void
row_button_cb (AppRehearsalWindow *self,
               GtkWidget          *button)
{
  const char *action = g_object_get_data (G_OBJECT (button), "action");
  GtkWindow *window = self->window;

  gtk_window_close (GTK_WINDOW (self));
  gtk_widget_activate_action (GTK_WIDGET (window), action, NULL);
}

static void
add_check (AppRehearsalWindow  *self,
           const AppWayBackRow *check)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", check->title,
                                 "subtitle", check->subtitle, NULL);
  GtkWidget *state = gtk_image_new_from_icon_name (app_card_state_to_icon (check->state));

  if (check->icon != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                               g_object_new (GTK_TYPE_IMAGE, "icon-name", check->icon,
                                             "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  if (check->button != NULL)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (check->button);

      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_object_set_data (G_OBJECT (button), "action", (gpointer) check->action);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, row, NULL, -1);
      g_signal_connect_object (button, "clicked", G_CALLBACK (row_button_cb), self, G_CONNECT_SWAPPED);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
  gtk_widget_add_css_class (state, app_card_state_to_style (check->state));
  gtk_accessible_update_property (GTK_ACCESSIBLE (state), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  app_card_state_to_words (check->state), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), state);
  app_accessible_mend (row);
  app_plain_layout_use (row);
  adw_preferences_group_add (self->findings, row);
  g_ptr_array_add (self->rows, row);
}

static void
show_end (AppRehearsalWindow *self)
{
  gboolean works = app_rehearsal_form_works (self->form);
  AppCardState state = works ? APP_CARD_GOOD : APP_CARD_TO_MEND;
  g_autofree char *text = app_rehearsal_form_get_end_text (self->form);
  g_autofree char *words = app_rehearsal_form_get_last_words (self->form);
  g_autoptr(GPtrArray) checks = app_rehearsal_form_get_checks (self->form);

  gtk_editable_set_text (GTK_EDITABLE (self->answer), "");
  gtk_image_set_from_icon_name (self->end_icon, app_card_state_to_icon (state));
  gtk_widget_remove_css_class (GTK_WIDGET (self->end_icon), app_card_state_to_style (works ? APP_CARD_TO_MEND
                                                                                           : APP_CARD_GOOD));
  gtk_widget_add_css_class (GTK_WIDGET (self->end_icon), app_card_state_to_style (state));
  gtk_label_set_label (self->end_title, app_rehearsal_form_get_end_title (self->form));
  gtk_label_set_label (self->end_text, text);
  gtk_label_set_label (self->end_words, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->end_words), words != NULL);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->findings, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < checks->len; i++)
    add_check (self, checks->pdata[i]);
  gtk_widget_set_visible (GTK_WIDGET (self->findings), checks->len > 0);
  gtk_stack_set_visible_child_name (self->stack, "end");
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->again_button));
  gtk_widget_grab_focus (GTK_WIDGET (self->again_button));
}

static void
form_changed_cb (AppRehearsalWindow *self)
{
  AppRehearsalState state = app_rehearsal_form_get_state (self->form);
  guint turn = app_rehearsal_form_get_turn (self->form);
  gboolean busy = app_rehearsal_form_is_busy (self->form);

  gtk_widget_set_sensitive (GTK_WIDGET (self->next_button), !busy);
  /* Not insensitive meanwhile: the focus would leave, and the answer comes at once. */
  gtk_editable_set_editable (GTK_EDITABLE (self->answer), !busy);
  if (state == self->shown && turn == self->turn)
    return;
  self->shown = state;
  self->turn = turn;
  if (state == APP_REHEARSAL_PLAY)
    {
      gtk_stack_set_visible_child_name (self->stack, "play");
      gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->next_button));
      show_prompt (self);
    }
  else if (state != APP_REHEARSAL_STARTING)
    show_end (self);
}

static void
next_cb (AppRehearsalWindow *self)
{
  g_autoptr(SecinfoSecret) text = NULL;

  if (app_rehearsal_form_get_state (self->form) != APP_REHEARSAL_PLAY || app_rehearsal_form_is_busy (self->form))
    return;
  text = secinfo_secret_new (gtk_editable_get_text (GTK_EDITABLE (self->answer)), -1);
  app_rehearsal_form_answer (self->form, text);
}

static gboolean
close_request_cb (AppRehearsalWindow *self)
{
  app_rehearsal_form_leave (self->form);
  gtk_editable_set_text (GTK_EDITABLE (self->answer), "");
  return FALSE;
}

/* --- the class ---------------------------------------------------------------------------------------------------- */

static void
app_rehearsal_window_dispose (GObject *object)
{
  AppRehearsalWindow *self = APP_REHEARSAL_WINDOW (object);

  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_clear_object (&self->form);
  G_OBJECT_CLASS (app_rehearsal_window_parent_class)->dispose (object);
}

static void
app_rehearsal_window_finalize (GObject *object)
{
  g_ptr_array_unref (APP_REHEARSAL_WINDOW (object)->rows);
  G_OBJECT_CLASS (app_rehearsal_window_parent_class)->finalize (object);
}

static void
app_rehearsal_window_class_init (AppRehearsalWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_rehearsal_window_dispose;
  object_class->finalize = app_rehearsal_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-rehearsal-window.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_WAY_BACK);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, avatar);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, name);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, prompt);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, answer);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, next_button);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, message);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, practice);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, end_icon);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, end_title);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, end_text);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, end_words);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, findings);
  gtk_widget_class_bind_template_child (widget_class, AppRehearsalWindow, again_button);
}

static void
app_rehearsal_window_init (AppRehearsalWindow *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  g_signal_connect_swapped (self, "close-request", G_CALLBACK (close_request_cb), self);
  g_signal_connect_swapped (self->next_button, "clicked", G_CALLBACK (next_cb), self);
}

void
app_rehearsal_window_present (GtkWindow      *window,
                              SecinfoClient  *client,
                              SecinfoAccount *account)
{
  const char *name = secinfo_account_get_real_name (account);
  AppRehearsalWindow *self;

  g_return_if_fail (GTK_IS_WINDOW (window));

  self = g_object_new (APP_TYPE_REHEARSAL_WINDOW, "transient-for", window, "destroy-with-parent", TRUE, NULL);
  self->window = window;
  self->form = app_rehearsal_form_new (client);
  adw_avatar_set_text (self->avatar, name);
  gtk_label_set_label (self->name, name);
  g_signal_connect_swapped (self->form, "changed", G_CALLBACK (form_changed_cb), self);
  g_signal_connect_object (self->again_button, "clicked", G_CALLBACK (app_rehearsal_form_start), self->form,
                           G_CONNECT_SWAPPED);
  app_rehearsal_form_start (self->form);
  gtk_window_present (GTK_WINDOW (self));
}
