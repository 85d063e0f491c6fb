/* app-verify-dialog.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-verify-dialog.h"

#include "app-busy-button.h"
#include "app-code-help.h"
#include "app-code-pane.h"
#include "app-help-window.h"
#include "app-plain-layout.h"

#include "secinfo-mask.h"

#include <glib/gi18n.h>

/* How long the last page stays when nobody moves. */
#define DONE_SECONDS 3

/**
 * AppVerifyDialog:
 *
 * The code, “I didn’t get a code” behind it, and “Verified” at the end.
 */
struct _AppVerifyDialog
{
  AdwWindow        parent_instance;

  GtkLabel        *header_title;
  GtkStack        *start_stack;
  GtkButton       *back_button;
  GtkButton       *verify_button;
  AdwToastOverlay *toasts;
  GtkStack        *stack;
  AppCodePane     *pane;
  AdwBin          *help_place;
  AppCodeHelp     *help;         /* (nullable) until it is asked for */
  AdwStatusPage   *done;

  AppCodeForm     *form;         /* (not nullable) after app_verify_dialog_new() */
  guint            close_source;
  gboolean         can_change;
  const char      *farewell;     /* (nullable) for the window below, once the code was right */
  const char      *instead;      /* (nullable) action of the window that adds a contact of another kind */
};

enum { CHANGE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppVerifyDialog, app_verify_dialog, ADW_TYPE_WINDOW)

static gboolean
shows (AppVerifyDialog *self,
       const char      *page)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), page) == 0;
}

static const char *
button_label (const AppCodeView *view)
{
  switch (view->button)
    {
    case APP_CODE_BUTTON_CHANGE:
      return _("C_hange");
    case APP_CODE_BUTTON_SEND:
      return _("_Send");
    case APP_CODE_BUTTON_CLOSE:
      return _("C_lose");
    case APP_CODE_BUTTON_DONE:
      return _("_Done");
    case APP_CODE_BUTTON_VERIFY:
    default:
      return _("_Verify");
    }
}

static void
update_button (AppVerifyDialog *self)
{
  const AppCodeView *view = app_code_form_get_view (self->form);
  gboolean busy = app_code_form_is_busy (self->form);
  gboolean can = !busy && (view->button != APP_CODE_BUTTON_VERIFY || app_code_pane_is_ready (self->pane));

  gtk_widget_set_visible (GTK_WIDGET (self->verify_button), !shows (self, "help"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->verify_button), can);
  app_busy_button_set (self->verify_button, button_label (view), busy);
  if (view->button == APP_CODE_BUTTON_CLOSE)
    gtk_widget_remove_css_class (GTK_WIDGET (self->verify_button), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->verify_button), "suggested-action");
  /* Where the suggested button closes, a second one beside it that cancels would say the same. */
  gtk_widget_set_visible (GTK_WIDGET (self->start_stack),
                          shows (self, "help") ||
                          (view->button != APP_CODE_BUTTON_CLOSE && view->button != APP_CODE_BUTTON_DONE));
}

static void
form_changed_cb (AppCodeForm     *form,
                 AppVerifyDialog *self)
{
  if (shows (self, "help"))
    app_code_help_fill (self->help, form, self->can_change);
  update_button (self);
}

static gboolean
close_cb (gpointer user_data)
{
  AppVerifyDialog *self = user_data;

  self->close_source = 0;
  gtk_window_close (GTK_WINDOW (self));

  return G_SOURCE_REMOVE;
}

static void
focus_moved_cb (AppVerifyDialog *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus != NULL && focus != GTK_WIDGET (self->verify_button))
    g_clear_handle_id (&self->close_source, g_source_remove);
}

static char *
words_for_done (AppVerifyDialog *self)
{
  SecinfoContact *contact = app_code_form_get_proven (self->form);
  SecinfoChallenge *challenge = app_code_form_get_challenge (self->form);
  const char *value = secinfo_challenge_get_value (challenge);
  const char *display = contact != NULL ? secinfo_contact_get_display (contact) : NULL;
  g_autofree char *shown = NULL;

  if (display == NULL)
    display = value != NULL ? value : secinfo_challenge_get_masked (challenge);
  shown = secinfo_challenge_get_kind (challenge) == SECINFO_CONTACT_PHONE ? secinfo_text_isolate_ltr (display)
                                                                           : secinfo_text_isolate (display);
  if (contact != NULL && secinfo_contact_get_trial (contact))
    return g_strdup_printf (_("The code came through the trial inbox. That does not show that %s is yours."), shown);

  return g_strdup_printf (_("Codes and alerts now reach you at %s."), shown);
}

static void
form_done_cb (AppCodeForm     *form,
              AppVerifyDialog *self)
{
  g_autofree char *words = words_for_done (self);
  /* AdwStatusPage reads markup, and an address may have an “&” in it. */
  g_autofree char *escaped = g_markup_escape_text (words, -1);
  gboolean restored = secinfo_challenge_get_purpose (app_code_form_get_challenge (form)) == SECINFO_PURPOSE_RESTORE;

  self->farewell = restored ? _("Contact is back") : _("Contact verified");
  adw_status_page_set_title (self->done, restored ? _("Contact is back") : _("Verified"));
  adw_status_page_set_description (self->done, escaped);
  update_button (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->verify_button));
  gtk_stack_set_visible_child_name (self->stack, "done");
  g_signal_connect_swapped (self, "notify::focus-widget", G_CALLBACK (focus_moved_cb), self);
  self->close_source = g_timeout_add_seconds (DONE_SECONDS, close_cb, self);
}

/* The window below says it too, for as long as a toast stays, and does not move while this one does. */
static gboolean
app_verify_dialog_close_request (GtkWindow *window)
{
  const char *farewell = g_steal_pointer (&APP_VERIFY_DIALOG (window)->farewell);
  GtkWindow *parent = gtk_window_get_transient_for (window);

  if (farewell != NULL && parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.toast", "s", farewell);
  return GTK_WINDOW_CLASS (app_verify_dialog_parent_class)->close_request (window);
}

static void
form_gone_cb (AppCodeForm     *form,
              AppVerifyDialog *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void way_cb (AppCodeHelp *help, gint action, const char *contact, AppVerifyDialog *self);

static void
show_help (AppVerifyDialog *self)
{
  if (self->help == NULL)
    {
      self->help = g_object_new (APP_TYPE_CODE_HELP, NULL);
      g_signal_connect (self->help, "way", G_CALLBACK (way_cb), self);
      adw_bin_set_child (self->help_place, GTK_WIDGET (self->help));
    }
  app_code_help_fill (self->help, self->form, self->can_change);
  gtk_stack_set_visible_child_name (self->stack, "help");
  gtk_stack_set_visible_child_name (self->start_stack, "help");
  gtk_label_set_label (self->header_title, _("No code?"));
  update_button (self);
  app_code_help_focus (self->help);
}

static void
hide_help (AppVerifyDialog *self)
{
  gtk_stack_set_visible_child_name (self->stack, "code");
  gtk_stack_set_visible_child_name (self->start_stack, "code");
  gtk_label_set_label (self->header_title, _("Verify"));
  update_button (self);
  app_code_pane_focus (self->pane);
}

static void
escape_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  AppVerifyDialog *self = APP_VERIFY_DIALOG (widget);

  if (shows (self, "help"))
    hide_help (self);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
change_cb (AppVerifyDialog *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  g_object_ref (self);
  if (app_code_form_get_view (self->form)->page == APP_CODE_GATEWAY)
    {
      /* This contact is kept: it is verified once its way works again. */
      gtk_window_close (GTK_WINDOW (self));
      if (parent != NULL && self->instead != NULL)
        gtk_widget_activate_action (GTK_WIDGET (parent), self->instead, NULL);
      g_object_unref (self);
      return;
    }
  app_code_form_give_up (self->form);
  g_signal_emit (self, signals[CHANGE], 0);
  gtk_window_close (GTK_WINDOW (self));
  g_object_unref (self);
}

static void
verify_cb (AppVerifyDialog *self)
{
  switch (app_code_form_get_view (self->form)->button)
    {
    case APP_CODE_BUTTON_CHANGE:
      change_cb (self);
      break;
    case APP_CODE_BUTTON_SEND:
      app_code_form_resend (self->form, NULL);
      break;
    case APP_CODE_BUTTON_CLOSE:
    case APP_CODE_BUTTON_DONE:
      gtk_window_close (GTK_WINDOW (self));
      break;
    case APP_CODE_BUTTON_VERIFY:
    default:
      if (app_code_pane_is_ready (self->pane))
        app_code_pane_submit (self->pane);
      break;
    }
}

static void
way_cb (AppCodeHelp     *help,
        gint             action,
        const char      *contact,
        AppVerifyDialog *self)
{
  const char *sender = secinfo_challenge_get_sender (app_code_form_get_challenge (self->form));

  switch ((AppHelpAction) action)
    {
    case APP_HELP_RESEND:
      hide_help (self);
      app_code_form_resend (self->form, NULL);
      break;
    case APP_HELP_VOICE:
      hide_help (self);
      app_code_form_resend (self->form, "voice");
      break;
    case APP_HELP_SMS:
      hide_help (self);
      app_code_form_resend (self->form, "sms");
      break;
    case APP_HELP_CHANGE:
      change_cb (self);
      break;
    case APP_HELP_COPY_SENDER:
      if (sender != NULL)
        gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), sender);
      adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Address copied")));
      break;
    case APP_HELP_MORE:
      app_help_present (GTK_WINDOW (self), APP_ARTICLE_NO_CODE);
      break;
    case APP_HELP_CONTACT:
    case APP_HELP_NONE:
    default:
      break;
    }
}

static void
app_verify_dialog_dispose (GObject *object)
{
  AppVerifyDialog *self = APP_VERIFY_DIALOG (object);

  g_clear_handle_id (&self->close_source, g_source_remove);
  if (self->form != NULL)
    g_signal_handlers_disconnect_by_data (self->form, self);
  g_clear_object (&self->form);

  G_OBJECT_CLASS (app_verify_dialog_parent_class)->dispose (object);
}

static void
app_verify_dialog_class_init (AppVerifyDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_verify_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = app_verify_dialog_close_request;

  signals[CHANGE] = g_signal_new ("change", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (APP_TYPE_CODE_PANE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-verify-dialog.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_NO_CODE);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, header_title);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, start_stack);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, back_button);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, verify_button);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, pane);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, help_place);
  gtk_widget_class_bind_template_child (widget_class, AppVerifyDialog, done);
  gtk_widget_class_install_action (widget_class, "verify.escape", NULL, escape_cb);
}

static void
app_verify_dialog_init (AppVerifyDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  g_signal_connect_swapped (self->verify_button, "clicked", G_CALLBACK (verify_cb), self);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (hide_help), self);
  g_signal_connect_swapped (self->pane, "change", G_CALLBACK (change_cb), self);
  g_signal_connect_swapped (self->pane, "help", G_CALLBACK (show_help), self);
  g_signal_connect_swapped (self->pane, "ready", G_CALLBACK (update_button), self);
}

AppVerifyDialog *
app_verify_dialog_new (GtkWindow   *parent,
                       AppCodeForm *form,
                       gboolean     can_change)
{
  AppVerifyDialog *self;
  SecinfoChallenge *challenge;
  gboolean phone;

  g_return_val_if_fail (APP_IS_CODE_FORM (form), NULL);

  self = g_object_new (APP_TYPE_VERIFY_DIALOG, "transient-for", parent, NULL);
  self->form = g_object_ref (form);
  self->can_change = can_change;
  challenge = app_code_form_get_challenge (form);
  phone = secinfo_challenge_get_kind (challenge) == SECINFO_CONTACT_PHONE;
  if (secinfo_challenge_get_purpose (challenge) == SECINFO_PURPOSE_RESTORE)
    gtk_window_set_title (GTK_WINDOW (self), _("Take your contact back"));
  app_code_pane_set_change_title (self->pane,
                                  !can_change ? NULL : phone ? _("Change the _number") : _("Change the _address"),
                                  "document-edit-symbolic");
  g_signal_connect (form, "changed", G_CALLBACK (form_changed_cb), self);
  g_signal_connect (form, "done", G_CALLBACK (form_done_cb), self);
  g_signal_connect (form, "gone", G_CALLBACK (form_gone_cb), self);
  app_code_pane_set_form (self->pane, form);
  update_button (self);
  app_code_pane_focus (self->pane);

  return self;
}

void
app_verify_dialog_set_instead (AppVerifyDialog    *self,
                               SecinfoContactKind  kind)
{
  gboolean phone = kind == SECINFO_CONTACT_PHONE;

  g_return_if_fail (APP_IS_VERIFY_DIALOG (self));

  self->instead = phone ? "win.add-phone" : "win.add-email";
  app_code_pane_set_down_title (self->pane, phone ? _("Use a _phone instead") : _("Use an _email instead"),
                                phone ? "phone-symbolic" : "mail-unread-symbolic");
}
