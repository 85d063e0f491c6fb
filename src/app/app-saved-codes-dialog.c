/* app-saved-codes-dialog.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-saved-codes-dialog.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

#include "app-accessible.h"
#include "app-busy-button.h"
#include "app-elevate.h"
#include "app-help-window.h"
#include "app-plain-layout.h"
#include "app-saved-codes-form.h"
#include "app-saved-codes-sheet.h"

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

/**
 * AppSavedCodesDialog:
 *
 * The pages of an #AppSavedCodesForm. The codes are in labels that cannot be selected while they are shown, on the
 * printed page and in the file that the person chose; there is no way to copy them, for every program can read the
 * clipboard.
 */
struct _AppSavedCodesDialog
{
  AdwWindow            parent_instance;

  GtkWindow           *window;        /* weak: it outlives us, being what we are destroyed with */
  SecinfoClient       *client;
  SecinfoAccount      *account;
  AppSavedCodesForm   *form;          /* (not nullable) */
  GPtrArray           *used_rows;     /* of GtkWidget, in used */
  GtkFileChooserNative *chooser;     /* (nullable) while it is open */
  AppSavedCodesStep    shown;
  gint64               made_at;       /* Unix seconds */
  gboolean             filled;
  gboolean             make;          /* once the state is known, new ones are made */
  mode_t               usual_umask;   /* of the time before printing */

  GtkButton           *close_button;
  GtkButton           *next_button;
  AdwToastOverlay     *toasts;
  GtkStack            *stack;
  GtkLabel            *count;
  GtkLabel            *overview_text;
  GtkWidget           *waiting_box;
  GtkLabel            *waiting;
  GtkButton           *resume_button;
  GtkWidget           *problem_box;
  GtkLabel            *problem;
  GtkButton           *renew_button;
  AdwPreferencesGroup *used;
  GtkButton           *delete_button;
  GtkGrid             *codes;
  GtkButton           *print_button;
  GtkButton           *save_button;
  GtkWidget           *save_problem_box;
  GtkLabel            *save_problem;
  GtkLabel            *prove_text;
  GtkEditable         *prove_entry;
  GtkWidget           *prove_problem_box;
  GtkLabel            *prove_problem;
  GtkButton           *again_button;
};

G_DEFINE_FINAL_TYPE (AppSavedCodesDialog, app_saved_codes_dialog, ADW_TYPE_WINDOW)

static gint64
now_seconds (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
show_problem (GtkWidget  *box,
              GtkLabel   *label,
              const char *problem)
{
  gtk_widget_set_visible (box, problem != NULL);
  if (g_strcmp0 (gtk_label_get_label (label), problem != NULL ? problem : "") != 0)
    gtk_label_set_label (label, problem != NULL ? problem : "");
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

static void
fill_used (AppSavedCodesDialog *self,
           gint64               now)
{
  char *title = NULL, *subtitle = NULL;

  for (guint i = 0; i < self->used_rows->len; i++)
    adw_preferences_group_remove (self->used, self->used_rows->pdata[i]);
  g_ptr_array_set_size (self->used_rows, 0);
  for (guint i = 0; app_saved_codes_form_get_used (self->form, i, now, &title, &subtitle); i++)
    {
      GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title, "subtitle", subtitle,
                                     NULL);
      GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", "object-select-symbolic",
                                      "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

      adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
      app_plain_layout_use (row);
      adw_preferences_group_add (self->used, row);
      g_ptr_array_add (self->used_rows, row);
      g_clear_pointer (&title, g_free);
      g_clear_pointer (&subtitle, g_free);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->used), self->used_rows->len > 0);
}

static void
show_overview (AppSavedCodesDialog *self)
{
  gint64 now = now_seconds ();
  gboolean has = app_saved_codes_form_has_codes (self->form);
  g_autofree char *heading = app_saved_codes_form_get_heading (self->form, now);
  g_autofree char *text = app_saved_codes_form_get_text (self->form, now);
  g_autofree char *waiting = app_saved_codes_form_get_waiting (self->form, now);

  gtk_label_set_label (self->count, heading);
  gtk_label_set_label (self->overview_text, text);
  gtk_label_set_label (self->waiting, waiting != NULL ? waiting : "");
  gtk_widget_set_visible (self->waiting_box, waiting != NULL);
  if (waiting != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->renew_button), "suggested-action");
  else if (!has || app_saved_codes_form_is_low (self->form))
    gtk_widget_add_css_class (GTK_WIDGET (self->renew_button), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->renew_button), "suggested-action");
  gtk_widget_set_visible (GTK_WIDGET (self->delete_button), has);
  fill_used (self, now);
}

static void
clear_codes (AppSavedCodesDialog *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->codes))) != NULL)
    {
      /* Whoever still holds the widget (a screen reader's cache) shall not hold the code. */
      gtk_label_set_label (GTK_LABEL (child), "");
      gtk_accessible_reset_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL);
      gtk_grid_remove (self->codes, child);
    }
}

static void
add_code (AppSavedCodesDialog *self,
          const AppSavedCode  *code,
          int                  line)
{
  g_auto(GStrv) groups = g_strsplit (secinfo_secret_get_text (code->code), "-", -1);
  /* A line may break between the groups, where the screen is that narrow. */
  char *shown = g_strjoinv ("-" ZERO_WIDTH_SPACE, groups);
  g_autoptr(SecinfoSecret) spoken = app_saved_codes_form_spell (code);
  GtkWidget *number = g_object_new (GTK_TYPE_LABEL, "label", code->label, "xalign", 0.0,
                                    "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *text = g_object_new (GTK_TYPE_LABEL, "label", shown, "xalign", 0.0, "wrap", TRUE,
                                  "natural-wrap-mode", GTK_NATURAL_WRAP_NONE, NULL);

  gtk_widget_add_css_class (number, "heading");
  gtk_widget_add_css_class (text, "saved-code");
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  secinfo_secret_get_text (spoken), -1);
  gtk_grid_attach (self->codes, number, 0, line, 1, 1);
  gtk_grid_attach (self->codes, text, 1, line, 1, 1);
  secinfo_secret_free_text (shown);
}

static void
show_codes (AppSavedCodesDialog *self)
{
  GPtrArray *codes = app_saved_codes_form_get_codes (self->form);

  clear_codes (self);
  for (guint i = 0; i < codes->len; i++)
    add_code (self, codes->pdata[i], (int) i);
}

static void
show_question (AppSavedCodesDialog *self)
{
  g_autofree char *entry = app_saved_codes_form_get_entry (self->form);

  gtk_label_set_label (self->prove_text, app_saved_codes_form_get_question (self->form));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->prove_entry), entry);
  app_accessible_mend (GTK_WIDGET (self->prove_entry));
}

/* Of the overview: what waits comes first. */
static GtkWidget *
suggested (AppSavedCodesDialog *self)
{
  return GTK_WIDGET (gtk_widget_get_visible (self->waiting_box) ? self->resume_button : self->renew_button);
}

static void
enter_step (AppSavedCodesDialog *self,
            AppSavedCodesStep    step)
{
  static const char *const pages[] = { "loading", "overview", "codes", "prove" };
  GtkWidget *focus = NULL;
  gboolean from_new = self->shown == APP_SAVED_CODES_NEW;

  self->shown = step;
  if (step == APP_SAVED_CODES_IN_FORCE)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  gtk_button_set_label (self->close_button, step == APP_SAVED_CODES_NEW || step == APP_SAVED_CODES_PROVE
                                              ? _("_Cancel") : _("_Close"));
  app_accessible_mend (GTK_WIDGET (self->close_button));
  gtk_widget_set_visible (GTK_WIDGET (self->next_button), step == APP_SAVED_CODES_NEW || step == APP_SAVED_CODES_PROVE);
  switch (step)
    {
    case APP_SAVED_CODES_NEW:
      self->made_at = self->made_at != 0 ? self->made_at : now_seconds ();
      show_codes (self);
      focus = GTK_WIDGET (self->print_button);
      break;
    case APP_SAVED_CODES_PROVE:
      show_question (self);
      gtk_editable_set_text (self->prove_entry, "");
      gtk_widget_set_visible (GTK_WIDGET (self->again_button), app_saved_codes_form_get_codes (self->form) != NULL);
      focus = GTK_WIDGET (self->prove_entry);
      break;
    case APP_SAVED_CODES_OVERVIEW:
      clear_codes (self);
      self->made_at = 0;
      focus = suggested (self);
      break;
    case APP_SAVED_CODES_LOADING:
    case APP_SAVED_CODES_IN_FORCE:
    default:
      break;
    }
  gtk_window_set_default_widget (GTK_WINDOW (self), step == APP_SAVED_CODES_OVERVIEW ? suggested (self)
                                                                                     : GTK_WIDGET (self->next_button));
  gtk_stack_set_visible_child_name (self->stack, pages[step]);
  /* What was proven can no longer be looked at, until one asks for it. */
  if (step == APP_SAVED_CODES_PROVE && from_new)
    clear_codes (self);
  if (focus != NULL)
    gtk_widget_grab_focus (focus);
}

static void
show_prove_problem (AppSavedCodesDialog *self,
                    const char          *problem)
{
  gboolean had = gtk_widget_get_visible (self->prove_problem_box);

  show_problem (self->prove_problem_box, self->prove_problem, problem);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->prove_entry), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->prove_entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->prove_entry), "error");
  if (problem != NULL && !had)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->prove_entry));
      gtk_editable_select_region (self->prove_entry, 0, -1);
    }
}

static void
update_buttons (AppSavedCodesDialog *self)
{
  gboolean busy = app_saved_codes_form_is_busy (self->form);
  gboolean prove = self->shown == APP_SAVED_CODES_PROVE;

  gtk_widget_set_sensitive (GTK_WIDGET (self->next_button),
                            !busy && (!prove || *gtk_editable_get_text (self->prove_entry) != '\0'));
  app_busy_button_set (self->next_button, prove ? _("_Finish") : _("_Next"), busy && prove);
  gtk_widget_set_sensitive (GTK_WIDGET (self->renew_button), !busy);
  app_busy_button_set (self->renew_button, app_saved_codes_form_has_codes (self->form) ? _("_New codes…")
                                                                                      : _("_Make codes…"),
                       busy && self->shown == APP_SAVED_CODES_OVERVIEW);
  gtk_widget_set_sensitive (GTK_WIDGET (self->resume_button), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->delete_button), !busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->again_button), !busy);
  app_accessible_mend (GTK_WIDGET (self->next_button));
  app_accessible_mend (GTK_WIDGET (self->renew_button));
}

static void ask_for_new (AppSavedCodesDialog *self);

static void
form_changed_cb (AppSavedCodesDialog *self)
{
  AppSavedCodesStep step = app_saved_codes_form_get_step (self->form);
  const char *problem = app_saved_codes_form_get_problem (self->form);
  gboolean loaded = self->shown == APP_SAVED_CODES_LOADING && step == APP_SAVED_CODES_OVERVIEW;

  if (step == APP_SAVED_CODES_OVERVIEW || step == APP_SAVED_CODES_LOADING)
    show_overview (self);
  if (!self->filled || step != self->shown)
    {
      self->filled = TRUE;
      enter_step (self, step);
      if (step == APP_SAVED_CODES_IN_FORCE)
        return;
    }
  if (step == APP_SAVED_CODES_LOADING && problem != NULL)
    gtk_stack_set_visible_child_name (self->stack, "overview");
  show_problem (self->problem_box, self->problem, step == APP_SAVED_CODES_PROVE ? NULL : problem);
  show_prove_problem (self, step == APP_SAVED_CODES_PROVE ? problem : NULL);
  update_buttons (self);
  if (loaded && self->make)
    {
      self->make = FALSE;
      if (!gtk_widget_get_visible (self->waiting_box))
        ask_for_new (self);
    }
}

/* --- what the person does ----------------------------------------------------------------------------------------- */

static void
elevate (AppSavedCodesDialog *self,
         AppElevateCallback   done)
{
  app_elevate_run (GTK_WINDOW (self), self->client, self->account, SECINFO_LEVEL_VERIFIED, NULL, done,
                   g_object_ref (self), g_object_unref);
}

static void
new_confirmed_cb (gboolean confirmed,
                  gpointer user_data)
{
  AppSavedCodesDialog *self = user_data;

  if (confirmed)
    app_saved_codes_form_make (self->form);
}

static void
ask_for_new (AppSavedCodesDialog *self)
{
  elevate (self, new_confirmed_cb);
}

static void
confirmed_again_cb (gboolean confirmed,
                    gpointer user_data)
{
  AppSavedCodesDialog *self = user_data;

  app_saved_codes_form_again (self->form, confirmed);
}

/* The service wants it once more: ten minutes are over, or the session was locked meanwhile. */
static void
form_confirm_cb (AppSavedCodesDialog *self)
{
  secinfo_client_drop_elevation (self->client);
  elevate (self, confirmed_again_cb);
}

static void
delete_confirmed_cb (gboolean confirmed,
                     gpointer user_data)
{
  AppSavedCodesDialog *self = user_data;

  if (confirmed)
    app_saved_codes_form_delete (self->form);
}

static void
delete_response_cb (AppSavedCodesDialog *self,
                    const char          *response)
{
  if (g_str_equal (response, "delete"))
    elevate (self, delete_confirmed_cb);
}

static void
delete_cb (AppSavedCodesDialog *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Delete all codes?"),
                                              _("None of them lets you in any more. If you forget your password, "
                                                "only a contact or the administrator gets you back in."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _("_Keep"), "delete", _("_Delete"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (delete_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
next_cb (AppSavedCodesDialog *self)
{
  if (self->shown == APP_SAVED_CODES_NEW)
    app_saved_codes_form_next (self->form);
  else if (self->shown == APP_SAVED_CODES_PROVE && *gtk_editable_get_text (self->prove_entry) != '\0')
    app_saved_codes_form_prove (self->form, gtk_editable_get_text (self->prove_entry));
}

static void
prove_changed_cb (AppSavedCodesDialog *self)
{
  app_saved_codes_form_typed (self->form);
  update_buttons (self);
}

static void
escape_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  AppSavedCodesDialog *self = APP_SAVED_CODES_DIALOG (widget);

  if (self->shown == APP_SAVED_CODES_PROVE && !app_saved_codes_form_is_busy (self->form))
    app_saved_codes_form_back (self->form);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static gboolean
close_request_cb (AppSavedCodesDialog *self)
{
  const char *farewell = app_saved_codes_form_get_farewell (self->form);

  if (farewell != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), "win.toast", "s", farewell);
  clear_codes (self);
  return FALSE;
}

/* --- print and save ----------------------------------------------------------------------------------------------- */

static void
draw_page_cb (GtkPrintOperation *operation,
              GtkPrintContext   *context,
              int                page,
              gpointer           user_data)
{
  AppSavedCodesDialog *self = user_data;
  GPtrArray *codes = app_saved_codes_form_get_codes (self->form);

  if (codes != NULL)
    app_saved_codes_sheet_draw (gtk_print_context_get_cairo_context (context), gtk_print_context_get_width (context),
                                codes, secinfo_account_get_name (self->account), self->made_at);
}

static void
printed_cb (GtkPrintOperation       *operation,
            GtkPrintOperationResult  result,
            gpointer                 user_data)
{
  AppSavedCodesDialog *self = user_data;
  GtkPrintSettings *settings = gtk_print_operation_get_print_settings (operation);
  gboolean to_file = settings != NULL && gtk_print_settings_get (settings, GTK_PRINT_SETTINGS_OUTPUT_URI) != NULL;
  g_autoptr(GError) error = NULL;

  umask (self->usual_umask);
  if (result == GTK_PRINT_OPERATION_RESULT_ERROR)
    gtk_print_operation_get_error (operation, &error);
  show_problem (self->save_problem_box, self->save_problem, error != NULL ? error->message : NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->print_button), TRUE);
  if (result == GTK_PRINT_OPERATION_RESULT_APPLY)
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (to_file ? _("File saved") : _("Sent to the printer")));
}

static void
print_cb (AppSavedCodesDialog *self)
{
  g_autoptr(GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr(GtkPrintSettings) settings = gtk_print_settings_new ();

  /* Where it is printed to a file: the same place as “Save PDF”, and for its owner alone as well. */
  gtk_print_settings_set (settings, GTK_PRINT_SETTINGS_OUTPUT_DIR, g_get_home_dir ());
  /* Translators: name of a file, without its ending */
  gtk_print_settings_set (settings, GTK_PRINT_SETTINGS_OUTPUT_BASENAME, _("saved-codes"));
  self->usual_umask = umask (S_IRWXG | S_IRWXO);
  gtk_widget_set_sensitive (GTK_WIDGET (self->print_button), FALSE);
  gtk_print_operation_set_print_settings (operation, settings);
  gtk_print_operation_set_job_name (operation, _("Saved codes"));
  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_object (operation, "draw-page", G_CALLBACK (draw_page_cb), self, 0);
  g_signal_connect_object (operation, "done", G_CALLBACK (printed_cb), self, 0);
  /* What went wrong is said by "done". */
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, GTK_WINDOW (self), NULL);
}

static void
save_to (AppSavedCodesDialog *self,
         GFile               *file)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  GPtrArray *codes = app_saved_codes_form_get_codes (self->form);
  g_autoptr(GError) error = NULL;

  if (codes == NULL)
    return;
  if (path == NULL)
    {
      show_problem (self->save_problem_box, self->save_problem, _("Choose a folder of this computer."));
      return;
    }
  if (!app_saved_codes_sheet_save (path, codes, secinfo_account_get_name (self->account), self->made_at, &error))
    {
      show_problem (self->save_problem_box, self->save_problem, error->message);
      return;
    }
  show_problem (self->save_problem_box, self->save_problem, NULL);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("PDF saved")));
}

static void
chosen_cb (AppSavedCodesDialog *self,
           int                  response)
{
  g_autoptr(GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
      save_to (self, file);
    }
  g_clear_object (&self->chooser);
}

static void
save_cb (AppSavedCodesDialog *self)
{
  g_autoptr(GFile) home = g_file_new_for_path (g_get_home_dir ());

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_("Save PDF"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE,
                                               _("_Save"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), home, NULL);
  /* Translators: name of a file */
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), _("saved-codes.pdf"));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- the class ---------------------------------------------------------------------------------------------------- */

static void
app_saved_codes_dialog_dispose (GObject *object)
{
  AppSavedCodesDialog *self = APP_SAVED_CODES_DIALOG (object);

  g_clear_object (&self->chooser);
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_clear_object (&self->form);
  g_clear_object (&self->client);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (app_saved_codes_dialog_parent_class)->dispose (object);
}

static void
app_saved_codes_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (APP_SAVED_CODES_DIALOG (object)->used_rows);
  G_OBJECT_CLASS (app_saved_codes_dialog_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, close_button);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, next_button);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, count);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, overview_text);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, waiting_box);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, waiting);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, resume_button);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, problem_box);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, renew_button);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, used);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, delete_button);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, codes);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, print_button);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, save_button);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, save_problem_box);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, save_problem);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, prove_text);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, prove_entry);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, prove_problem_box);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, prove_problem);
  gtk_widget_class_bind_template_child (widget_class, AppSavedCodesDialog, again_button);
}

static void
app_saved_codes_dialog_class_init (AppSavedCodesDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_saved_codes_dialog_dispose;
  object_class->finalize = app_saved_codes_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-saved-codes-dialog.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_SAVED);
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "saved-codes.escape", NULL, escape_cb);
}

static void
app_saved_codes_dialog_init (AppSavedCodesDialog *self)
{
  self->used_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->prove_entry), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                  self->prove_problem, NULL, -1);
  g_signal_connect_swapped (self, "close-request", G_CALLBACK (close_request_cb), self);
  g_signal_connect_swapped (self->next_button, "clicked", G_CALLBACK (next_cb), self);
  g_signal_connect_swapped (self->renew_button, "clicked", G_CALLBACK (ask_for_new), self);
  g_signal_connect_swapped (self->delete_button, "clicked", G_CALLBACK (delete_cb), self);
  g_signal_connect_swapped (self->print_button, "clicked", G_CALLBACK (print_cb), self);
  g_signal_connect_swapped (self->save_button, "clicked", G_CALLBACK (save_cb), self);
  g_signal_connect_swapped (self->prove_entry, "changed", G_CALLBACK (prove_changed_cb), self);
}

void
app_saved_codes_dialog_present (GtkWindow      *parent,
                                GtkWindow      *window,
                                SecinfoClient  *client,
                                SecinfoAccount *account,
                                gboolean        make)
{
  AppSavedCodesDialog *self;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (GTK_IS_WINDOW (window));

  self = g_object_new (APP_TYPE_SAVED_CODES_DIALOG, "transient-for", parent, "destroy-with-parent", TRUE,
                       NULL);
  self->window = window;
  self->client = g_object_ref (client);
  self->account = g_object_ref (account);
  self->make = make;
  self->form = app_saved_codes_form_new (self->client);
  g_signal_connect_swapped (self->form, "changed", G_CALLBACK (form_changed_cb), self);
  g_signal_connect_swapped (self->form, "confirm", G_CALLBACK (form_confirm_cb), self);
  g_signal_connect_object (self->again_button, "clicked", G_CALLBACK (app_saved_codes_form_back), self->form,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->resume_button, "clicked", G_CALLBACK (app_saved_codes_form_resume), self->form,
                           G_CONNECT_SWAPPED);
  form_changed_cb (self);
  app_saved_codes_form_load (self->form);
  gtk_window_present (GTK_WINDOW (self));
}
