/* app-mailbox-page.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-mailbox-page.h"

#include <glib/gi18n.h>

#include "app-busy-button.h"
#include "app-dialogs.h"
#include "app-elevate.h"
#include "secinfo-code.h"

/**
 * AppMailboxPage:
 *
 * A subpage of the settings in three steps that stay on one page: what the address says of its provider and the
 * password of its own; the code that came back; proven.
 */
struct _AppMailboxPage
{
  AdwBin               parent_instance;

  AppMailboxForm      *form;      /* (not nullable) after app_mailbox_page_new() */
  SecinfoClient       *client;
  SecinfoAccount      *account;
  GPtrArray           *hints;     /* of GtkWidget, in how_row */
  const AppMailboxProvider *shown;   /* whose hints these are */
  AppMailboxStep       step;      /* that is on screen */
  gboolean             filling;
  gboolean             was_busy;

  GtkButton           *back_button;
  GtkButton           *next_button;
  GtkWidget           *result_group;
  AdwActionRow        *result_row;
  GtkImage            *result_icon;
  AdwPreferencesGroup *code_group;
  AdwEntryRow         *code;
  AdwPreferencesGroup *address_group;
  AdwEntryRow         *address;
  AdwActionRow        *provider_row;
  GtkImage            *provider_icon;
  AdwPreferencesGroup *server_group;
  AdwEntryRow         *host;
  AdwEntryRow         *port;
  AdwComboRow         *encryption;
  AdwEntryRow         *user;
  AdwPreferencesGroup *password_group;
  AdwEntryRow         *password;
  AdwExpanderRow      *how_row;
  AdwPreferencesGroup *problem_group;   /* in which the box is */
  GtkWidget           *problem_box;
  GtkLabel            *problem;
};

G_DEFINE_FINAL_TYPE (AppMailboxPage, app_mailbox_page, ADW_TYPE_BIN)

enum { BACK, N_SIGNALS };

static guint signals[N_SIGNALS];

static GtkWidget *
row_of (AppMailboxPage  *self,
        AppMailboxField  field)
{
  switch (field)
    {
    case APP_MAILBOX_ADDRESS:
      return GTK_WIDGET (self->address);
    case APP_MAILBOX_HOST:
      return GTK_WIDGET (self->host);
    case APP_MAILBOX_PORT:
      return GTK_WIDGET (self->port);
    case APP_MAILBOX_USER:
      return GTK_WIDGET (self->user);
    case APP_MAILBOX_PASSWORD:
      return GTK_WIDGET (self->password);
    case APP_MAILBOX_SECURITY:
      return GTK_WIDGET (self->encryption);
    case APP_N_MAILBOX_FIELDS:
    default:
      return NULL;
    }
}

/* --- what it shows ------------------------------------------------------------------------------------------------ */

static void
set_icon (GtkImage   *icon,
          const char *name,
          const char *style)
{
  static const char *const styles[] = { "success", "warning", "error" };

  gtk_image_set_from_icon_name (icon, name);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (icon), styles[i]);
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (icon), style);
}

static void
open_cb (GtkWidget  *button,
         const char *page)
{
  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (button)), page, GDK_CURRENT_TIME);
}

static void
show_hints (AppMailboxPage           *self,
            const AppMailboxProvider *provider)
{
  if (provider == self->shown)
    return;
  self->shown = provider;
  for (guint i = 0; i < self->hints->len; i++)
    adw_expander_row_remove (self->how_row, self->hints->pdata[i]);
  g_ptr_array_set_size (self->hints, 0);
  for (guint i = 0; provider != NULL && i < provider->hints->len; i++)
    {
      const AppMailboxHint *hint = provider->hints->pdata[i];
      GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", hint->title, "subtitle",
                                     hint->subtitle != NULL ? hint->subtitle : "", NULL);

      if (hint->page != NULL)
        {
          GtkWidget *button = gtk_button_new_with_mnemonic (_("_Open"));

          gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
          g_signal_connect_data (button, "clicked", G_CALLBACK (open_cb), g_strdup (hint->page),
                                 (GClosureNotify) (void (*) (void)) g_free, 0);
          adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
        }
      adw_expander_row_add_row (self->how_row, row);
      g_ptr_array_add (self->hints, row);
    }
  if (provider == NULL)
    return;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->how_row), provider->how);
  /* What is known of this provider is not looked for. */
  adw_expander_row_set_expanded (self->how_row, provider->known);
}

static void
set_password_words (AppMailboxPage *self,
                    gboolean        works,
                    gboolean        app_password)
{
  const char *title = app_password ? _("App password") : _("Password");
  const char *words = app_password ? _("A password of its own for this computer, not the one you read mail with. "
                                       "You can withdraw it at any time.")
                                   : _("The one you read mail with.");

  gtk_widget_set_visible (GTK_WIDGET (self->password), works);
  adw_preferences_group_set_title (self->password_group, works ? title : "");
  adw_preferences_group_set_description (self->password_group, works ? words : NULL);
}

static void
show_provider (AppMailboxPage *self)
{
  const AppMailboxProvider *provider = app_mailbox_form_get_provider (self->form);
  gboolean app_password = app_mailbox_form_wants_app_password (self->form);
  gboolean works = provider == NULL || provider->works;

  gtk_widget_set_visible (GTK_WIDGET (self->provider_row), provider != NULL);
  if (provider != NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->provider_row), provider->title);
      adw_action_row_set_subtitle (self->provider_row, provider->subtitle);
      set_icon (self->provider_icon, provider->icon, provider->style);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->server_group), app_mailbox_form_needs_server (self->form));
  set_password_words (self, works, app_password);
  show_hints (self, provider);
  gtk_widget_set_visible (GTK_WIDGET (self->how_row), provider != NULL && provider->hints->len > 0);
}

static void
fill (AppMailboxPage  *self,
      AppMailboxField  field)
{
  const char *value = app_mailbox_form_get (self->form, field);

  if (field == APP_MAILBOX_SECURITY)
    adw_combo_row_set_selected (self->encryption, g_str_equal (value, "none") ? 2 : g_str_equal (value, "starttls"));
  else if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (row_of (self, field))), value) != 0)
    gtk_editable_set_text (GTK_EDITABLE (row_of (self, field)), value);
}

/* It stands under the rows that it is about. */
static void
move_problem (AppMailboxPage      *self,
              AdwPreferencesGroup *group)
{
  g_autoptr(GtkWidget) box = g_object_ref (self->problem_box);

  if (group == self->problem_group)
    return;
  adw_preferences_group_remove (self->problem_group, box);
  adw_preferences_group_add (group, box);
  self->problem_group = group;
}

static AdwPreferencesGroup *
group_of (AppMailboxPage  *self,
          AppMailboxField  field)
{
  switch (field)
    {
    case APP_MAILBOX_ADDRESS:
      return self->address_group;
    case APP_MAILBOX_HOST:
    case APP_MAILBOX_PORT:
    case APP_MAILBOX_USER:
    case APP_MAILBOX_SECURITY:
      return gtk_widget_get_visible (GTK_WIDGET (self->server_group)) ? self->server_group : self->address_group;
    case APP_MAILBOX_PASSWORD:
    case APP_N_MAILBOX_FIELDS:
    default:
      return self->password_group;
    }
}

static void
show_problem (AppMailboxPage *self)
{
  AppMailboxField at;
  const char *problem = app_mailbox_form_get_problem (self->form, &at);
  gboolean code = app_mailbox_form_get_step (self->form) == APP_MAILBOX_CODE;
  GtkWidget *wrong = problem == NULL ? NULL : code ? GTK_WIDGET (self->code) : row_of (self, at);
  GtkWidget *rows[APP_N_MAILBOX_FIELDS + 1];

  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    rows[i] = row_of (self, i);
  rows[APP_N_MAILBOX_FIELDS] = GTK_WIDGET (self->code);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i] == wrong)
        gtk_widget_add_css_class (rows[i], "error");
      else
        gtk_widget_remove_css_class (rows[i], "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (rows[i]), GTK_ACCESSIBLE_STATE_INVALID,
                                   rows[i] == wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
    }
  if (problem != NULL)
    move_problem (self, code ? self->code_group : group_of (self, at));
  if (wrong != NULL)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (wrong), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->problem, NULL,
                                    -1);
  if (wrong != NULL && g_strcmp0 (gtk_label_get_label (self->problem), problem) != 0)
    {
      gtk_widget_grab_focus (wrong);
      if (GTK_IS_EDITABLE (wrong))
        gtk_editable_select_region (GTK_EDITABLE (wrong), 0, -1);
    }
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (self->problem_box, problem != NULL);
}

static void
show_step (AppMailboxPage *self)
{
  AppMailboxStep step = app_mailbox_form_get_step (self->form);
  gboolean busy = app_mailbox_form_is_busy (self->form);
  const AppGatewayHealth *result = app_mailbox_form_get_result (self->form);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gboolean was_busy = self->was_busy;

  self->was_busy = busy;
  app_busy_button_set (self->next_button, app_mailbox_form_get_button (self->form), busy);
  if (!busy)
    gtk_widget_set_sensitive (GTK_WIDGET (self->next_button), app_mailbox_form_can_go (self->form));
  gtk_widget_set_visible (GTK_WIDGET (self->code_group), step == APP_MAILBOX_CODE);
  gtk_widget_set_visible (self->result_group, result != NULL);
  if (result != NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->result_row), result->title);
      adw_action_row_set_subtitle (self->result_row, result->subtitle != NULL ? result->subtitle : "");
      set_icon (self->result_icon, result->icon, result->style);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->result_icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      result->icon_name, -1);
    }
  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    app_busy_row_set (row_of (self, i), busy || step == APP_MAILBOX_DONE);
  if (step == self->step)
    {
      /* The field that it was in could not keep it while it was busy. */
      if (was_busy && !busy && root != NULL && gtk_root_get_focus (root) == NULL)
        gtk_widget_grab_focus (GTK_WIDGET (self->next_button));
      return;
    }
  self->step = step;
  if (step == APP_MAILBOX_CODE)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->code), "");
      adw_expander_row_set_expanded (self->how_row, FALSE);
      gtk_widget_grab_focus (GTK_WIDGET (self->code));
    }
  else if (step == APP_MAILBOX_DONE)
    gtk_widget_grab_focus (GTK_WIDGET (self->next_button));
}

static void
sync_all (AppMailboxPage *self)
{
  self->filling = TRUE;
  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    if (i != APP_MAILBOX_PASSWORD)
      fill (self, i);
  /* Once it lies in the keyring, nothing of it stays here. */
  if (app_mailbox_form_get_step (self->form) != APP_MAILBOX_FILL)
    gtk_editable_set_text (GTK_EDITABLE (self->password), "");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password),
                                 app_mailbox_form_has_password (self->form) ? _("Pass_word (saved)")
                                 : app_mailbox_form_wants_app_password (self->form) ? _("App pass_word")
                                                                                    : _("Pass_word"));
  self->filling = FALSE;
  show_provider (self);
  show_step (self);
  show_problem (self);
}

/* --- what is typed ------------------------------------------------------------------------------------------------ */

static void
typed_cb (AppMailboxPage *self,
          GtkWidget      *row)
{
  if (self->filling)
    return;
  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    if (row == row_of (self, i))
      app_mailbox_form_set (self->form, i, gtk_editable_get_text (GTK_EDITABLE (row)));
}

static void
encryption_cb (AppMailboxPage *self)
{
  static const char *const values[] = { "tls", "starttls", "none" };
  guint selected = adw_combo_row_get_selected (self->encryption);

  if (!self->filling && selected < G_N_ELEMENTS (values))
    app_mailbox_form_set (self->form, APP_MAILBOX_SECURITY, values[selected]);
}

static void
finish (AppMailboxPage *self)
{
  char digits[SECINFO_CODE_DIGITS + 1];
  g_autoptr(SecinfoSecret) code = NULL;

  if (!secinfo_code_normalize (gtk_editable_get_text (GTK_EDITABLE (self->code)), -1, digits))
    return;
  code = secinfo_secret_new (digits, -1);
  explicit_bzero (digits, sizeof digits);
  app_mailbox_form_finish (self->form, code);
}

/* Six digits send by themselves once. */
static void
code_cb (AppMailboxPage *self)
{
  char digits[SECINFO_CODE_DIGITS + 1];
  gboolean whole = secinfo_code_normalize (gtk_editable_get_text (GTK_EDITABLE (self->code)), -1, digits);

  explicit_bzero (digits, sizeof digits);
  app_mailbox_form_typed (self->form);
  if (whole)
    finish (self);
}

static void
go_back (AppMailboxPage *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
next_cb (AppMailboxPage *self)
{
  switch (app_mailbox_form_get_step (self->form))
    {
    case APP_MAILBOX_FILL:
      app_mailbox_form_settle (self->form);
      app_mailbox_form_test (self->form);
      break;
    case APP_MAILBOX_CODE:
      finish (self);
      break;
    case APP_MAILBOX_DONE:
    default:
      go_back (self);
      break;
    }
}

static void
elevated_cb (gboolean confirmed,
             gpointer user_data)
{
  app_mailbox_form_again (APP_MAILBOX_PAGE (user_data)->form, confirmed);
}

static GtkWindow *
window_of (AppMailboxPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
confirm_cb (AppMailboxPage *self,
            int             level)
{
  /* The service said so: what this client believes of its level is out of date. */
  if (secinfo_client_get_level (self->client) >= (SecinfoLevel) level)
    secinfo_client_drop_elevation (self->client);
  app_elevate_run (window_of (self), self->client, self->account, (SecinfoLevel) level, NULL, elevated_cb,
                   g_object_ref (self), g_object_unref);
}

/* --- leaving ------------------------------------------------------------------------------------------------------ */

static void
left_cb (AppMailboxPage *self,
         const char     *response)
{
  if (g_str_equal (response, "discard"))
    go_back (self);
}

void
app_mailbox_page_leave (AppMailboxPage *self)
{
  GtkWidget *dialog;
  AdwMessageDialog *question;
  gboolean code = app_mailbox_form_get_step (self->form) == APP_MAILBOX_CODE;

  g_return_if_fail (APP_IS_MAILBOX_PAGE (self));

  if (!app_mailbox_form_is_dirty (self->form))
    {
      go_back (self);
      return;
    }
  dialog = app_message_dialog_new (window_of (self), _("Leave it unfinished?"),
                                   code ? _("The mailbox is saved, but not used before its code came back. "
                                            "You find it in the list.")
                                        : _("Codes do not leave from this mailbox yet."));
  question = ADW_MESSAGE_DIALOG (dialog);
  adw_message_dialog_add_responses (question, "stay", _("_Go on"), "discard", _("_Leave"), NULL);
  adw_message_dialog_set_default_response (question, "stay");
  adw_message_dialog_set_close_response (question, "stay");
  g_signal_connect_object (question, "response", G_CALLBACK (left_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the widget --------------------------------------------------------------------------------------------------- */

static void
app_mailbox_page_finalize (GObject *object)
{
  AppMailboxPage *self = APP_MAILBOX_PAGE (object);

  g_ptr_array_unref (self->hints);
  g_clear_object (&self->form);
  g_clear_object (&self->client);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (app_mailbox_page_parent_class)->finalize (object);
}

static void
app_mailbox_page_class_init (AppMailboxPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_mailbox_page_finalize;
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-mailbox-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, next_button);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, result_group);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, result_row);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, result_icon);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, code_group);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, code);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, address_group);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, address);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, provider_row);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, provider_icon);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, server_group);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, host);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, port);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, encryption);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, user);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, password_group);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, password);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, how_row);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, problem_box);
  gtk_widget_class_bind_template_child (widget_class, AppMailboxPage, problem);
}

static void
app_mailbox_page_init (AppMailboxPage *self)
{
  self->hints = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->problem_group = self->password_group;
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (app_mailbox_page_leave), self);
  g_signal_connect_swapped (self->next_button, "clicked", G_CALLBACK (next_cb), self);
  g_signal_connect_swapped (self->encryption, "notify::selected", G_CALLBACK (encryption_cb), self);
  g_signal_connect_swapped (self->code, "changed", G_CALLBACK (code_cb), self);
  g_signal_connect_swapped (self->code, "entry-activated", G_CALLBACK (next_cb), self);
  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    if (GTK_IS_EDITABLE (row_of (self, i)))
      {
        g_signal_connect_swapped (row_of (self, i), "changed", G_CALLBACK (typed_cb), self);
        g_signal_connect_swapped (row_of (self, i), "entry-activated", G_CALLBACK (next_cb), self);
      }
}

AppMailboxPage *
app_mailbox_page_new (AppMailboxForm *form,
                      SecinfoClient  *client,
                      SecinfoAccount *account)
{
  AppMailboxPage *self = g_object_new (APP_TYPE_MAILBOX_PAGE, NULL);

  self->form = g_object_ref (form);
  self->client = g_object_ref (client);
  self->account = g_object_ref (account);
  g_signal_connect_object (form, "changed", G_CALLBACK (sync_all), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "confirm", G_CALLBACK (confirm_cb), self, G_CONNECT_SWAPPED);
  sync_all (self);
  return self;
}

void
app_mailbox_page_focus (AppMailboxPage *self)
{
  g_return_if_fail (APP_IS_MAILBOX_PAGE (self));

  gtk_widget_grab_focus (*app_mailbox_form_get (self->form, APP_MAILBOX_ADDRESS) == '\0'
                           ? GTK_WIDGET (self->address) : GTK_WIDGET (self->password));
}
