/* app-code-pane.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-code-pane.h"

#include "app-plain-layout.h"

#include "secinfo-code.h"
#include "secinfo-time.h"

#include <glib/gi18n.h>
#include <sodium.h>

/**
 * AppCodePane:
 *
 * Shows an AppCodeForm. The states change in place: the field and the digits in it stay through every change of
 * delivery.
 */
struct _AppCodePane
{
  AdwBin          parent_instance;

  GtkLabel       *title;
  GtkLabel       *target;
  GtkWidget      *entry_box;
  GtkEntry       *code;
  GtkWidget      *problem_box;
  GtkLabel       *problem;
  AdwActionRow   *delivery_row;
  GtkStack       *delivery_stack;
  GtkSpinner     *delivery_spinner;
  GtkImage       *delivery_icon;
  AdwActionRow   *resend_row;
  GtkLabel       *resend_spoken;
  AdwActionRow   *change_row;
  GtkImage       *change_icon;
  AdwActionRow   *help_row;

  AppCodeForm    *form;        /* (nullable) */
  gulong          changed_handler;
  guint           tick;        /* source id, while realized: the page behind this one counts too */
  const char     *titles[2];   /* (nullable) of change_row, ordinarily and while the way to send is down */
  const char     *icons[2];
  gboolean        had_to_wait; /* sending again was not possible when it was last shown */
  gboolean        formatting;  /* the text changes because it is put into groups */
  const char     *style;       /* (nullable) style class the icon has now */
};

enum { CHANGE, HELP, READY, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppCodePane, app_code_pane, ADW_TYPE_BIN)

static void
set_row_title (AdwActionRow *row,
               const char   *title)
{
  if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), title) != 0)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
}

static void
set_row_subtitle (AdwActionRow *row,
                  const char   *subtitle)
{
  if (g_strcmp0 (adw_action_row_get_subtitle (row), subtitle) != 0)
    adw_action_row_set_subtitle (row, subtitle);
}

static void
show_delivery (AppCodePane       *self,
               const AppCodeView *view)
{
  set_row_title (self->delivery_row, view->delivery_title);
  set_row_subtitle (self->delivery_row, view->delivery_subtitle);
  gtk_stack_set_visible_child_name (self->delivery_stack, view->delivery_icon != NULL ? "icon" : "busy");
  /* One that nobody sees would keep the dialog drawing. */
  gtk_spinner_set_spinning (self->delivery_spinner, view->delivery_icon == NULL);
  if (view->delivery_icon != NULL)
    gtk_image_set_from_icon_name (self->delivery_icon, view->delivery_icon);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->delivery_icon),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, view->delivery_icon_name, -1);

  if (self->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->delivery_icon), self->style);
  self->style = view->delivery_style;
  if (self->style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->delivery_icon), self->style);
}

/* The countdown is only read by whoever looks at it; that it is over is spoken. */
static void
show_resend (AppCodePane       *self,
             const AppCodeView *view)
{
  gboolean over = self->had_to_wait && view->resend_possible;

  set_row_subtitle (self->resend_row, view->resend_subtitle);
  gtk_widget_set_visible (GTK_WIDGET (self->resend_row), view->resend_visible);
  gtk_widget_set_sensitive (GTK_WIDGET (self->resend_row),
                            view->resend_possible && !app_code_form_is_busy (self->form));
  if (over)
    gtk_label_set_label (self->resend_spoken, _("Send again is possible now."));
  else if (!view->resend_possible)
    gtk_label_set_label (self->resend_spoken, "");
  self->had_to_wait = view->resend_visible && !view->resend_possible;
}

static void
show_problem (AppCodePane *self)
{
  const char *problem = app_code_form_get_problem (self->form);
  gboolean had = gtk_widget_get_visible (self->problem_box);

  gtk_widget_set_visible (self->problem_box, problem != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->code), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (problem == NULL)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->code), "error");
      return;
    }

  gtk_label_set_label (self->problem, problem);
  gtk_widget_add_css_class (GTK_WIDGET (self->code), "error");
  if (!had)
    /* So that typing replaces the wrong code. */
    gtk_widget_grab_focus (GTK_WIDGET (self->code));
}

/* A text that is hidden with the focus still in it goes on blinking, and GTK complains. */
static void
show_entry (AppCodePane *self,
            gboolean     visible)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_WINDOW);

  if (!visible && window != NULL && gtk_widget_get_focus_child (self->entry_box) != NULL)
    gtk_window_set_focus (GTK_WINDOW (window), NULL);
  gtk_widget_set_visible (self->entry_box, visible);
}

static void
show_change (AppCodePane       *self,
             const AppCodeView *view)
{
  guint which = view->page == APP_CODE_GATEWAY ? 1 : 0;

  gtk_widget_set_visible (GTK_WIDGET (self->change_row), self->titles[which] != NULL && view->change_visible);
  if (self->titles[which] == NULL)
    return;
  set_row_title (self->change_row, self->titles[which]);
  gtk_image_set_from_icon_name (self->change_icon, self->icons[which]);
}

static void
form_changed_cb (AppCodeForm *form,
                 AppCodePane *self)
{
  const AppCodeView *view = app_code_form_get_view (form);

  gtk_label_set_label (self->title, view->title);
  gtk_label_set_label (self->target, view->target);
  show_entry (self, view->page == APP_CODE_ENTER || view->page == APP_CODE_DONE);
  gtk_editable_set_editable (GTK_EDITABLE (self->code), !app_code_form_is_busy (form));
  show_problem (self);
  show_delivery (self, view);

  show_resend (self, view);
  show_change (self, view);
  gtk_widget_set_visible (GTK_WIDGET (self->help_row), view->help_visible);
}

/* Shown in two groups as soon as it is whole; until then it stays as it was typed. */
static void
group_digits (AppCodePane *self)
{
  g_autofree char *grouped = secinfo_code_format (gtk_editable_get_text (GTK_EDITABLE (self->code)));

  if (g_strcmp0 (grouped, gtk_editable_get_text (GTK_EDITABLE (self->code))) != 0)
    {
      int position = 0;

      /* Not set_text(), after which nothing could be undone. */
      self->formatting = TRUE;
      gtk_editable_delete_text (GTK_EDITABLE (self->code), 0, -1);
      gtk_editable_insert_text (GTK_EDITABLE (self->code), grouped, -1, &position);
      gtk_editable_set_position (GTK_EDITABLE (self->code), -1);
      self->formatting = FALSE;
    }
  sodium_memzero (grouped, strlen (grouped));
}

/* After the key was dealt with, in the midst of which GTK 4.18 lets nobody else change the text. */
static gboolean
group_idle_cb (gpointer user_data)
{
  AppCodePane *self = user_data;
  char digits[SECINFO_CODE_DIGITS + 1];

  if (secinfo_code_normalize (gtk_editable_get_text (GTK_EDITABLE (self->code)), -1, digits))
    group_digits (self);
  sodium_memzero (digits, sizeof digits);

  return G_SOURCE_REMOVE;
}

static gboolean
submit_idle_cb (gpointer user_data)
{
  app_code_pane_submit (user_data);

  return G_SOURCE_REMOVE;
}

static void
code_changed_cb (AppCodePane *self)
{
  char digits[SECINFO_CODE_DIGITS + 1];
  gboolean whole;

  if (self->formatting || self->form == NULL)
    return;

  whole = secinfo_code_normalize (gtk_editable_get_text (GTK_EDITABLE (self->code)), -1, digits);
  sodium_memzero (digits, sizeof digits);
  if (whole)
    g_idle_add_full (G_PRIORITY_DEFAULT, group_idle_cb, g_object_ref (self), g_object_unref);
  g_signal_emit (self, signals[READY], 0, whole);
  /* After this key was dealt with: the answer may make the field insensitive. */
  if (app_code_form_typed (self->form, whole ? SECINFO_CODE_DIGITS : 0))
    g_idle_add_full (G_PRIORITY_DEFAULT, submit_idle_cb, g_object_ref (self), g_object_unref);
}

static void
resend_cb (AppCodePane *self)
{
  app_code_form_resend (self->form, NULL);
}

static void
change_cb (AppCodePane *self)
{
  g_signal_emit (self, signals[CHANGE], 0);
}

static void
help_cb (AppCodePane *self)
{
  g_signal_emit (self, signals[HELP], 0);
}

static gboolean
tick_cb (gpointer user_data)
{
  AppCodePane *self = user_data;
  SecinfoNow now;

  secinfo_now_read (&now);
  if (self->form != NULL)
    app_code_form_set_now (self->form, now.wall);

  return G_SOURCE_CONTINUE;
}

static void
app_code_pane_realize (GtkWidget *widget)
{
  AppCodePane *self = APP_CODE_PANE (widget);

  GTK_WIDGET_CLASS (app_code_pane_parent_class)->realize (widget);
  self->tick = g_timeout_add_seconds (1, tick_cb, self);
  tick_cb (self);
}

static void
app_code_pane_unrealize (GtkWidget *widget)
{
  AppCodePane *self = APP_CODE_PANE (widget);

  g_clear_handle_id (&self->tick, g_source_remove);
  GTK_WIDGET_CLASS (app_code_pane_parent_class)->unrealize (widget);
}

static void
app_code_pane_dispose (GObject *object)
{
  AppCodePane *self = APP_CODE_PANE (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->form != NULL)
    g_clear_signal_handler (&self->changed_handler, self->form);
  g_clear_object (&self->form);

  G_OBJECT_CLASS (app_code_pane_parent_class)->dispose (object);
}

static void
app_code_pane_class_init (AppCodePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_code_pane_dispose;
  widget_class->realize = app_code_pane_realize;
  widget_class->unrealize = app_code_pane_unrealize;

  signals[CHANGE] = g_signal_new ("change", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[HELP] = g_signal_new ("help", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-code-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, title);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, target);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, entry_box);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, code);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, problem_box);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, problem);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, delivery_row);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, delivery_stack);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, delivery_spinner);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, delivery_icon);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, resend_row);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, resend_spoken);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, change_row);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, change_icon);
  gtk_widget_class_bind_template_child (widget_class, AppCodePane, help_row);
}

static void
app_code_pane_init (AppCodePane *self)
{
  /* Memory that is not swapped out and is wiped when it is freed. */
  g_autoptr(GtkEntryBuffer) buffer = gtk_password_entry_buffer_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  gtk_entry_set_buffer (self->code, buffer);
  /* “Verification code, six digits. Sent to …”, and what is wrong with it. */
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->code), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                  self->target, self->problem, NULL, -1);
  gtk_entry_set_max_length (self->code, 64);
  g_signal_connect_swapped (self->code, "changed", G_CALLBACK (code_changed_cb), self);
  g_signal_connect_swapped (self->resend_row, "activated", G_CALLBACK (resend_cb), self);
  g_signal_connect_swapped (self->change_row, "activated", G_CALLBACK (change_cb), self);
  g_signal_connect_swapped (self->help_row, "activated", G_CALLBACK (help_cb), self);
}

void
app_code_pane_set_form (AppCodePane *self,
                        AppCodeForm *form)
{
  g_return_if_fail (APP_IS_CODE_PANE (self));

  if (self->form == form)
    return;
  if (self->form != NULL)
    g_clear_signal_handler (&self->changed_handler, self->form);
  g_set_object (&self->form, form);
  gtk_editable_set_text (GTK_EDITABLE (self->code), "");
  if (form == NULL)
    return;

  self->changed_handler = g_signal_connect (form, "changed", G_CALLBACK (form_changed_cb), self);
  form_changed_cb (form, self);
}

static void
set_title (AppCodePane *self,
           guint        which,
           const char  *title,
           const char  *icon)
{
  self->titles[which] = title;
  self->icons[which] = icon;
  if (self->form != NULL)
    form_changed_cb (self->form, self);
}

void
app_code_pane_set_change_title (AppCodePane *self,
                                const char  *title,
                                const char  *icon)
{
  g_return_if_fail (APP_IS_CODE_PANE (self));

  set_title (self, 0, title, icon);
}

void
app_code_pane_set_down_title (AppCodePane *self,
                              const char  *title,
                              const char  *icon)
{
  g_return_if_fail (APP_IS_CODE_PANE (self));

  set_title (self, 1, title, icon);
}

void
app_code_pane_submit (AppCodePane *self)
{
  char digits[SECINFO_CODE_DIGITS + 1];

  g_return_if_fail (APP_IS_CODE_PANE (self));

  if (self->form == NULL)
    return;
  if (secinfo_code_normalize (gtk_editable_get_text (GTK_EDITABLE (self->code)), -1, digits))
    {
      g_autoptr(SecinfoSecret) code = secinfo_secret_new (digits, SECINFO_CODE_DIGITS);

      app_code_form_submit (self->form, code);
    }
  else
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->code));
    }
  sodium_memzero (digits, sizeof digits);
}

gboolean
app_code_pane_is_ready (AppCodePane *self)
{
  char digits[SECINFO_CODE_DIGITS + 1];
  gboolean whole;

  g_return_val_if_fail (APP_IS_CODE_PANE (self), FALSE);

  whole = secinfo_code_normalize (gtk_editable_get_text (GTK_EDITABLE (self->code)), -1, digits);
  sodium_memzero (digits, sizeof digits);

  return whole;
}

void
app_code_pane_focus (AppCodePane *self)
{
  g_return_if_fail (APP_IS_CODE_PANE (self));

  if (gtk_widget_get_visible (self->entry_box))
    gtk_widget_grab_focus (GTK_WIDGET (self->code));
}
