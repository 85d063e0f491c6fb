/* app-confirm-dialog.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-confirm-dialog.h"

#include "app-busy-button.h"
#include "app-code-help.h"
#include "app-code-pane.h"
#include "app-dialog-size.h"
#include "app-elevate.h"
#include "app-help-window.h"
#include "app-plain-layout.h"
#include "app-text.h"

#include "secinfo-mask.h"

#include <glib/gi18n.h>

/**
 * AppConfirmDialog:
 *
 * Password, contact, code: one page each of an AppConfirmForm.
 */
struct _AppConfirmDialog
{
  AdwWindow            parent_instance;

  GtkLabel            *header_title;
  GtkStack            *start_stack;
  GtkButton           *back_button;
  GtkButton           *next_button;
  AdwToastOverlay     *toasts;
  GtkStack            *stack;
  GtkEditable         *password;
  GtkWidget           *problem_box;
  GtkLabel            *problem;
  AdwPreferencesGroup *choices;
  GtkWidget           *choice_problem_box;
  GtkLabel            *choice_problem;
  AppCodePane         *pane;
  AdwBin              *help_place;
  AppCodeHelp         *help;         /* (nullable) until it is asked for */

  AppConfirmForm      *form;    /* (not nullable) after app_confirm_dialog_new() */
  GPtrArray           *rows;    /* (not nullable) of GtkWidget, in choices */
  AppConfirmStep       shown;
  gboolean             filled;
};

enum { CONFIRMED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppConfirmDialog, app_confirm_dialog, ADW_TYPE_WINDOW)

static void
toggled_cb (GtkCheckButton   *check,
            AppConfirmDialog *self)
{
  if (gtk_check_button_get_active (check))
    app_confirm_form_set_choice (self->form, g_object_get_data (G_OBJECT (check), "contact"));
}

static GtkWidget *
add_choice (AppConfirmDialog *self,
            SecinfoContact   *contact,
            GtkCheckButton   *group)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  GtkWidget *check = gtk_check_button_new ();
  const char *label = secinfo_contact_get_label (contact);
  gboolean phone = secinfo_contact_get_kind (contact) == SECINFO_CONTACT_PHONE;
  g_autofree char *title = phone ? secinfo_text_isolate_ltr (secinfo_contact_get_masked (contact))
                                 : secinfo_text_isolate (secinfo_contact_get_masked (contact));
  g_autofree char *speech = app_text_speech (phone, secinfo_contact_get_masked (contact), NULL);

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), group);
  g_object_set_data_full (G_OBJECT (check), "contact", g_strdup (secinfo_contact_get_id (contact)), g_free);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_strcmp0 (secinfo_contact_get_id (contact),
                                          app_confirm_form_get_choice (self->form)) == 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, speech, -1);
  g_signal_connect (check, "toggled", G_CALLBACK (toggled_cb), self);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (label != NULL)
    adw_action_row_set_subtitle (row, label);
  else
    adw_action_row_set_subtitle (row, phone ? _("Text message") : _("Email"));
  adw_action_row_add_prefix (row, check);
  adw_action_row_set_activatable_widget (row, check);
  /* It would be called by the row's title too, and a reader makes nothing of bullets. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  app_plain_layout_use (GTK_WIDGET (row));
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->choices, GTK_WIDGET (row));

  return check;
}

static void
fill_choices (AppConfirmDialog *self)
{
  GListModel *contacts = app_confirm_form_get_choices (self->form);
  GtkWidget *first = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->choices, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);
      GtkWidget *check = add_choice (self, contact, first != NULL ? GTK_CHECK_BUTTON (first) : NULL);

      if (first == NULL)
        first = check;
    }
}

static void
show_password (AppConfirmDialog *self)
{
  const char *problem = app_confirm_form_get_problem (self->form);
  gboolean had = gtk_widget_get_visible (self->problem_box);

  /* The focus leaves first: a text that loses it with its sensitivity goes on blinking, and GTK complains. */
  if (app_confirm_form_is_busy (self->form) && app_confirm_form_get_step (self->form) == APP_CONFIRM_PASSWORD)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->password), !app_confirm_form_is_busy (self->form));
  gtk_widget_set_visible (self->problem_box, problem != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->password), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (problem != NULL)
    {
      gtk_label_set_label (self->problem, problem);
      gtk_widget_add_css_class (GTK_WIDGET (self->password), "error");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->password), "error");
    }
  if (problem != NULL && !had)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->password));
      gtk_editable_select_region (self->password, 0, -1);
    }
}

static void
show_choices (AppConfirmDialog *self)
{
  const char *problem = app_confirm_form_get_problem (self->form);

  gtk_widget_set_visible (self->choice_problem_box, problem != NULL);
  gtk_label_set_label (self->choice_problem, problem != NULL ? problem : "");
  gtk_widget_set_sensitive (GTK_WIDGET (self->choices), !app_confirm_form_is_busy (self->form));
}

static gboolean
can_go_on (AppConfirmDialog *self)
{
  AppCodeForm *code;

  if (app_confirm_form_is_busy (self->form))
    return FALSE;

  switch (app_confirm_form_get_step (self->form))
    {
    case APP_CONFIRM_PASSWORD:
      return *gtk_editable_get_text (self->password) != '\0';
    case APP_CONFIRM_CONTACT:
      return app_confirm_form_get_choice (self->form) != NULL;
    case APP_CONFIRM_CODE:
      code = app_confirm_form_get_code (self->form);
      if (app_code_form_is_busy (code))
        return FALSE;
      return app_code_form_get_view (code)->page != APP_CODE_ENTER || app_code_pane_is_ready (self->pane);
    case APP_CONFIRM_DONE:
    default:
      return FALSE;
    }
}

static const char *
button_label (AppConfirmDialog *self)
{
  AppCodeForm *code = app_confirm_form_get_code (self->form);

  switch (app_confirm_form_get_step (self->form))
    {
    case APP_CONFIRM_CONTACT:
      return _("_Send");
    case APP_CONFIRM_CODE:
      switch (app_code_form_get_view (code)->button)
        {
        case APP_CODE_BUTTON_SEND:
          return _("_Send");
        case APP_CODE_BUTTON_CHANGE:
          /* Another contact, not another address: the pane’s row of the same name is not shown then. */
          return _("_Back");
        case APP_CODE_BUTTON_CLOSE:
          return _("C_lose");
        case APP_CODE_BUTTON_VERIFY:
        case APP_CODE_BUTTON_DONE:
        default:
          return _("C_onfirm");
        }
    case APP_CONFIRM_PASSWORD:
    case APP_CONFIRM_DONE:
    default:
      return _("_Next");
    }
}

static void
update_button (AppConfirmDialog *self)
{
  AppCodeForm *code = app_confirm_form_get_code (self->form);
  gboolean busy = app_confirm_form_is_busy (self->form) || (code != NULL && app_code_form_is_busy (code));

  gtk_widget_set_sensitive (GTK_WIDGET (self->next_button), can_go_on (self));
  app_busy_button_set (self->next_button, button_label (self), busy);
}

static void password_changed_cb (AppConfirmDialog *self);

static gboolean
shows_help (AppConfirmDialog *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "help") == 0;
}

/* What stands around the page “I didn’t get a code”; the page itself is the caller's to change. */
static void
set_help (AppConfirmDialog *self,
          gboolean          help)
{
  gtk_stack_set_visible_child_name (self->start_stack, help ? "back" : "cancel");
  gtk_label_set_label (self->header_title, help ? _("No code?") : _("Confirm"));
  gtk_widget_set_visible (GTK_WIDGET (self->next_button), !help);
}

static void way_cb (AppCodeHelp *help, gint action, const char *contact, AppConfirmDialog *self);

static void
show_help (AppConfirmDialog *self)
{
  if (self->help == NULL)
    {
      self->help = g_object_new (APP_TYPE_CODE_HELP, NULL);
      g_signal_connect (self->help, "way", G_CALLBACK (way_cb), self);
      adw_bin_set_child (self->help_place, GTK_WIDGET (self->help));
    }
  app_code_help_fill (self->help, app_confirm_form_get_code (self->form), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "help");
  set_help (self, TRUE);
  app_code_help_focus (self->help);
}

static void
hide_help (AppConfirmDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "code");
  set_help (self, FALSE);
  app_code_pane_focus (self->pane);
}

static void
escape_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  AppConfirmDialog *self = APP_CONFIRM_DIALOG (widget);

  if (shows_help (self))
    hide_help (self);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
send_to_another (AppConfirmDialog *self,
                 const char       *contact)
{
  app_confirm_form_choose_another (self->form);
  app_confirm_form_set_choice (self->form, contact);
  app_confirm_form_send (self->form);
}

static void
way_cb (AppCodeHelp      *help,
        gint              action,
        const char       *contact,
        AppConfirmDialog *self)
{
  AppCodeForm *code = app_confirm_form_get_code (self->form);
  g_autofree char *id = g_strdup (contact);

  switch ((AppHelpAction) action)
    {
    case APP_HELP_RESEND:
      hide_help (self);
      app_code_form_resend (code, NULL);
      break;
    case APP_HELP_VOICE:
      hide_help (self);
      app_code_form_resend (code, "voice");
      break;
    case APP_HELP_SMS:
      hide_help (self);
      app_code_form_resend (code, "sms");
      break;
    case APP_HELP_CONTACT:
      send_to_another (self, id);
      break;
    case APP_HELP_COPY_SENDER:
      gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                              secinfo_challenge_get_sender (app_code_form_get_challenge (code)));
      adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Address copied")));
      break;
    case APP_HELP_MORE:
      app_help_present (GTK_WINDOW (self), APP_ARTICLE_NO_CODE);
      break;
    case APP_HELP_CHANGE:
    case APP_HELP_NONE:
    default:
      break;
    }
}

static void
enter_step (AppConfirmDialog *self,
            AppConfirmStep    step)
{
  static const char *const pages[] = { "password", "contact", "code" };
  int width, height;

  self->shown = step;
  /* The window closes at once: what it showed stays. */
  if (step == APP_CONFIRM_DONE)
    return;
  set_help (self, FALSE);
  gtk_stack_set_visible_child_name (self->stack, pages[step]);
  switch (step)
    {
    case APP_CONFIRM_CONTACT:
      gtk_editable_set_text (self->password, "");
      fill_choices (self);
      if (self->rows->len > 0)
        gtk_widget_child_focus (GTK_WIDGET (self->choices), GTK_DIR_TAB_FORWARD);
      break;
    case APP_CONFIRM_CODE:
      gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
      gtk_window_set_default_size (GTK_WINDOW (self), width, 600);
      app_code_pane_set_form (self->pane, app_confirm_form_get_code (self->form));
      app_code_pane_focus (self->pane);
      break;
    case APP_CONFIRM_PASSWORD:
      gtk_widget_grab_focus (GTK_WIDGET (self->password));
      break;
    case APP_CONFIRM_DONE:
    default:
      break;
    }
}

static void
code_changed_cb (AppCodeForm      *code,
                 AppConfirmDialog *self)
{
  if (shows_help (self))
    app_code_help_fill (self->help, code, FALSE);
  update_button (self);
}

static void
form_changed_cb (AppConfirmForm   *form,
                 AppConfirmDialog *self)
{
  AppConfirmStep step = app_confirm_form_get_step (form);

  if (!self->filled || step != self->shown)
    {
      self->filled = TRUE;
      enter_step (self, step);
      if (step == APP_CONFIRM_CODE)
        g_signal_connect_object (app_confirm_form_get_code (form), "changed", G_CALLBACK (code_changed_cb), self, 0);
    }
  show_password (self);
  show_choices (self);
  update_button (self);
  app_dialog_grow (ADW_WINDOW (self));
}

static void
form_done_cb (AppConfirmForm   *form,
              AppConfirmDialog *self)
{
  g_object_ref (self);
  g_signal_emit (self, signals[CONFIRMED], 0);
  /* Whoever still holds the widget (a screen reader's cache) shall not hold the password. */
  g_signal_handlers_block_by_func (self->password, password_changed_cb, self);
  gtk_editable_set_text (self->password, "");
  gtk_window_close (GTK_WINDOW (self));
  g_object_unref (self);
}

static void
submit_password (AppConfirmDialog *self)
{
  g_autoptr(SecinfoSecret) password = secinfo_secret_new (gtk_editable_get_text (self->password), -1);

  app_confirm_form_submit_password (self->form, password);
}

static void
next_cb (AppConfirmDialog *self)
{
  AppCodeForm *code = app_confirm_form_get_code (self->form);

  if (!can_go_on (self))
    return;

  switch (app_confirm_form_get_step (self->form))
    {
    case APP_CONFIRM_PASSWORD:
      submit_password (self);
      break;
    case APP_CONFIRM_CONTACT:
      app_confirm_form_send (self->form);
      break;
    case APP_CONFIRM_CODE:
      switch (app_code_form_get_view (code)->button)
        {
        case APP_CODE_BUTTON_SEND:
          app_code_form_resend (code, NULL);
          break;
        case APP_CODE_BUTTON_CHANGE:
          app_confirm_form_choose_another (self->form);
          break;
        case APP_CODE_BUTTON_CLOSE:
          gtk_window_close (GTK_WINDOW (self));
          break;
        case APP_CODE_BUTTON_VERIFY:
        case APP_CODE_BUTTON_DONE:
        default:
          app_code_pane_submit (self->pane);
          break;
        }
      break;
    case APP_CONFIRM_DONE:
    default:
      break;
    }
}

static void
password_changed_cb (AppConfirmDialog *self)
{
  app_confirm_form_typed (self->form);
  update_button (self);
}

static void
another_cb (AppConfirmDialog *self)
{
  app_confirm_form_choose_another (self->form);
}

static void
ready_cb (AppConfirmDialog *self)
{
  update_button (self);
}

static void
app_confirm_dialog_dispose (GObject *object)
{
  AppConfirmDialog *self = APP_CONFIRM_DIALOG (object);

  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_clear_object (&self->form);

  G_OBJECT_CLASS (app_confirm_dialog_parent_class)->dispose (object);
}

static void
app_confirm_dialog_finalize (GObject *object)
{
  AppConfirmDialog *self = APP_CONFIRM_DIALOG (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (app_confirm_dialog_parent_class)->finalize (object);
}

static void
app_confirm_dialog_class_init (AppConfirmDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = app_confirm_dialog_dispose;
  object_class->finalize = app_confirm_dialog_finalize;

  signals[CONFIRMED] = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (APP_TYPE_CODE_PANE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-confirm-dialog.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_WHY);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, header_title);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, start_stack);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, back_button);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, help_place);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, next_button);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, password);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, problem_box);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, choices);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, choice_problem_box);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, choice_problem);
  gtk_widget_class_bind_template_child (widget_class, AppConfirmDialog, pane);
  gtk_widget_class_install_action (widget_class, "confirm.escape", NULL, escape_cb);
}

static void
app_confirm_dialog_init (AppConfirmDialog *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->password), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->problem,
                                  NULL, -1);
  app_code_pane_set_change_title (self->pane, _("_Use another contact"), "document-edit-symbolic");
  app_code_pane_set_down_title (self->pane, _("_Use another contact"), "document-edit-symbolic");
  g_signal_connect_swapped (self->pane, "help", G_CALLBACK (show_help), self);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (hide_help), self);
  g_signal_connect_swapped (self->next_button, "clicked", G_CALLBACK (next_cb), self);
  g_signal_connect_swapped (self->password, "changed", G_CALLBACK (password_changed_cb), self);
  g_signal_connect_swapped (self->pane, "change", G_CALLBACK (another_cb), self);
  g_signal_connect_swapped (self->pane, "ready", G_CALLBACK (ready_cb), self);
}

AppConfirmDialog *
app_confirm_dialog_new (GtkWindow      *parent,
                        AppConfirmForm *form)
{
  AppConfirmDialog *self;

  g_return_val_if_fail (APP_IS_CONFIRM_FORM (form), NULL);

  self = g_object_new (APP_TYPE_CONFIRM_DIALOG, "transient-for", parent, NULL);
  self->form = g_object_ref (form);
  g_signal_connect (form, "changed", G_CALLBACK (form_changed_cb), self);
  g_signal_connect (form, "done", G_CALLBACK (form_done_cb), self);
  form_changed_cb (form, self);

  return self;
}
