/* app-info-page.c - the page "Security info"
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-info-page.h"

#include <glib/gi18n.h>

#include "app-contact-row.h"
#include "app-elevate.h"
#include "app-info-form.h"
#include "app-plain-layout.h"
#include "app-saved-codes-form.h"
#include "app-way-back-form.h"

struct _AppInfoPage
{
  AdwBin               parent_instance;

  SecinfoClient       *client;         /* (nullable) until it is set */
  SecinfoAccount      *account;        /* (nullable) until it is set */
  AppInfoForm         *form;           /* (nullable) until it is set */
  GPtrArray           *removed_rows;   /* of AppContactRow, owned by removed_row */
  guint                hide_source;    /* ticks while addresses are shown in full */
  GCancellable        *cancellable;    /* of asking for the saved codes */
  gboolean             stale;          /* the saved codes are asked for when the page is shown */
  gboolean             setting;        /* the eye is set by us, not pressed */

  AdwPreferencesGroup *contacts;
  GtkListBox          *contact_list;
  GtkToggleButton     *reveal_button;
  GtkFlowBox          *add_box;
  GtkButton           *add_email_button;
  GtkButton           *add_phone_button;
  AdwPreferencesGroup *removed_group;
  AdwExpanderRow      *removed_row;
  AdwActionRow        *way_back_row;
  GtkWidget           *way_back_warning;
  AdwActionRow        *saved_codes_row;
  GtkWidget           *saved_codes_warning;
};

G_DEFINE_FINAL_TYPE (AppInfoPage, app_info_page, ADW_TYPE_BIN)

static gint64
now_seconds (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static AppContactRow *
find_row (AppInfoPage *self,
          const char  *id)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->contact_list));

  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    if (g_str_equal (app_contact_row_get_id (APP_CONTACT_ROW (child)), id))
      return APP_CONTACT_ROW (child);
  return NULL;
}

static gboolean
has_focus (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

/* Takes the rows away whose contact is no longer listed; the focus goes on to the next one, never to nowhere. */
static void
drop_rows (AppInfoPage *self)
{
  GListModel *contacts = secinfo_account_get_contacts (self->account);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->contact_list));

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);
      GtkWidget *heir = next != NULL ? next : gtk_widget_get_prev_sibling (child);
      gboolean listed = FALSE;

      for (guint i = 0; i < g_list_model_get_n_items (contacts) && !listed; i++)
        {
          g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);

          listed = g_str_equal (secinfo_contact_get_id (contact), app_contact_row_get_id (APP_CONTACT_ROW (child)));
        }
      if (!listed)
        {
          gboolean focused = has_focus (child);

          gtk_list_box_remove (self->contact_list, child);
          if (focused && heir != NULL)
            app_contact_row_focus (APP_CONTACT_ROW (heir));
          else if (focused)
            gtk_widget_grab_focus (GTK_WIDGET (self->add_email_button));
        }
      child = next;
    }
}

static void
sync_contacts (AppInfoPage *self,
               gint64       now)
{
  GListModel *contacts = secinfo_account_get_contacts (self->account);
  guint n = g_list_model_get_n_items (contacts);

  drop_rows (self);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);
      g_autoptr(AppContactForm) form = app_info_form_get_row (self->form, FALSE, i, now);
      AppContactRow *row = find_row (self, secinfo_contact_get_id (contact));

      if (row == NULL)
        {
          row = app_contact_row_new (secinfo_contact_get_id (contact));
          gtk_list_box_insert (self->contact_list, GTK_WIDGET (row), i);
        }
      app_contact_row_set_form (row, form);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->contact_list), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->reveal_button), n > 0);
}

static gboolean
same_removed (AppInfoPage *self)
{
  GListModel *removed = secinfo_account_get_removed (self->account);

  if (g_list_model_get_n_items (removed) != self->removed_rows->len)
    return FALSE;
  for (guint i = 0; i < self->removed_rows->len; i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (removed, i);

      if (!g_str_equal (secinfo_contact_get_id (contact), app_contact_row_get_id (self->removed_rows->pdata[i])))
        return FALSE;
    }
  return TRUE;
}

static void
sync_removed (AppInfoPage *self,
              gint64       now)
{
  GListModel *removed = secinfo_account_get_removed (self->account);
  g_autofree char *subtitle = app_info_form_get_removed (self->form);
  gboolean focused = has_focus (GTK_WIDGET (self->removed_row));
  gboolean same = same_removed (self);

  /* An expander row can only append: where the list is another one, it is made anew. */
  for (guint i = 0; i < self->removed_rows->len && !same; i++)
    adw_expander_row_remove (self->removed_row, self->removed_rows->pdata[i]);
  if (!same)
    g_ptr_array_set_size (self->removed_rows, 0);
  for (guint i = 0; i < g_list_model_get_n_items (removed); i++)
    {
      g_autoptr(AppContactForm) form = app_info_form_get_row (self->form, TRUE, i, now);

      if (!same)
        {
          g_autoptr(SecinfoContact) contact = g_list_model_get_item (removed, i);
          AppContactRow *row = app_contact_row_new (secinfo_contact_get_id (contact));

          adw_expander_row_add_row (self->removed_row, GTK_WIDGET (row));
          g_ptr_array_add (self->removed_rows, row);
        }
      app_contact_row_set_form (self->removed_rows->pdata[i], form);
    }
  adw_expander_row_set_subtitle (self->removed_row, subtitle != NULL ? subtitle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->removed_group), subtitle != NULL);
  if (focused && !same)
    gtk_widget_grab_focus (subtitle != NULL ? GTK_WIDGET (self->removed_row) : GTK_WIDGET (self->add_email_button));
}

static void
sync_add_buttons (AppInfoPage *self)
{
  const char *why = NULL;

  /* The window's actions are what is off; here it is said why. */
  app_info_form_can_add (self->account, &why);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->add_email_button), why);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->add_phone_button), why);
}

static void
sync_way_back (AppInfoPage *self)
{
  g_autoptr(AppWayBackForm) form = app_way_back_form_new (self->account, NULL);

  adw_action_row_set_subtitle (self->way_back_row, form->row);
  gtk_widget_set_visible (self->way_back_warning, form->state == APP_CARD_TO_MEND);
}

static void
codes_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(AppInfoPage) self = user_data;
  g_autoptr(json_t) codes = secinfo_client_get_saved_codes_finish (SECINFO_CLIENT (source), result, NULL);
  g_autoptr(AppSavedCodesRow) row = NULL;

  /* Without an answer the row stays as it was, and its dialog says what is wrong. */
  if (codes == NULL || self->form == NULL)
    return;
  row = app_saved_codes_row_new (codes);
  adw_action_row_set_subtitle (self->saved_codes_row, row->subtitle);
  gtk_widget_set_visible (self->saved_codes_warning, row->low);
}

/* Only where it is looked at: the first page does without this question. */
static void
ask_codes (AppInfoPage *self)
{
  if (!self->stale || self->client == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->stale = FALSE;
  secinfo_client_get_saved_codes_async (self->client, self->cancellable, codes_cb, g_object_ref (self));
}

static void
event_cb (AppInfoPage *self,
          const char  *what,
          const char  *id)
{
  if (!g_str_equal (what, "saved-codes"))
    return;
  self->stale = TRUE;
  ask_codes (self);
}

/* Events were missed while the stream was away. */
static void
stream_cb (AppInfoPage *self,
           gboolean     open)
{
  if (!open)
    return;
  self->stale = TRUE;
  ask_codes (self);
}

static void
sync_rows (AppInfoPage *self)
{
  gint64 now = now_seconds ();

  if (!secinfo_account_is_loaded (self->account))
    return;
  sync_contacts (self, now);
  sync_removed (self, now);
  sync_add_buttons (self);
  sync_way_back (self);
}

static void
set_eye (AppInfoPage *self,
         gboolean     open)
{
  self->setting = TRUE;
  gtk_toggle_button_set_active (self->reveal_button, open);
  self->setting = FALSE;
  gtk_button_set_icon_name (GTK_BUTTON (self->reveal_button), open ? "view-conceal-symbolic" : "view-reveal-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->reveal_button), open ? _("Hide again") : _("Show in full"));
}

static void
hide (AppInfoPage *self)
{
  g_clear_handle_id (&self->hide_source, g_source_remove);
  app_info_form_hide (self->form);
  set_eye (self, FALSE);
  sync_rows (self);
}

static gboolean
hide_cb (gpointer user_data)
{
  AppInfoPage *self = user_data;

  if (app_info_form_is_revealed (self->form, now_seconds ()))
    return G_SOURCE_CONTINUE;
  self->hide_source = 0;
  hide (self);
  return G_SOURCE_REMOVE;
}

static void
account_shown_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(AppInfoPage) self = user_data;

  /* Whatever went wrong, the rows stay masked, and the window says what it was at its next question. */
  if (secinfo_client_get_account_finish (SECINFO_CLIENT (source), result, NULL) && self->form != NULL)
    sync_rows (self);
}

static void
confirmed_cb (gboolean confirmed,
              gpointer user_data)
{
  AppInfoPage *self = user_data;

  if (!confirmed || self->form == NULL)
    {
      set_eye (self, FALSE);
      return;
    }
  app_info_form_reveal (self->form, secinfo_client_get_level_until (self->client));
  set_eye (self, TRUE);
  if (self->hide_source == 0)
    self->hide_source = g_timeout_add_seconds (1, hide_cb, self);
  secinfo_client_get_account_async (self->client, self->account, NULL, account_shown_cb, g_object_ref (self));
}

static void
eye_toggled_cb (AppInfoPage *self)
{
  if (self->setting)
    return;
  if (!gtk_toggle_button_get_active (self->reveal_button))
    {
      hide (self);
      return;
    }
  app_elevate_run (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->client, self->account,
                   SECINFO_LEVEL_PASSWORD, NULL, confirmed_cb, g_object_ref (self), g_object_unref);
}

static void
level_changed_cb (AppInfoPage *self)
{
  if (secinfo_client_get_level (self->client) < SECINFO_LEVEL_PASSWORD &&
      gtk_toggle_button_get_active (self->reveal_button))
    hide (self);
}

static void
app_info_page_dispose (GObject *object)
{
  AppInfoPage *self = APP_INFO_PAGE (object);

  g_clear_handle_id (&self->hide_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->account);
  g_clear_object (&self->client);
  g_clear_pointer (&self->form, app_info_form_free);
  G_OBJECT_CLASS (app_info_page_parent_class)->dispose (object);
}

static void
app_info_page_finalize (GObject *object)
{
  AppInfoPage *self = APP_INFO_PAGE (object);

  g_clear_pointer (&self->removed_rows, g_ptr_array_unref);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (app_info_page_parent_class)->finalize (object);
}

static void
app_info_page_class_init (AppInfoPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_info_page_dispose;
  object_class->finalize = app_info_page_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-info-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, contacts);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, contact_list);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, reveal_button);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, add_box);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, add_email_button);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, add_phone_button);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, removed_group);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, removed_row);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, way_back_row);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, way_back_warning);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, saved_codes_row);
  gtk_widget_class_bind_template_child (widget_class, AppInfoPage, saved_codes_warning);
}

static void
app_info_page_init (AppInfoPage *self)
{
  self->removed_rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  self->stale = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (ask_codes), NULL);
  g_signal_connect_object (self->reveal_button, "toggled", G_CALLBACK (eye_toggled_cb), self, G_CONNECT_SWAPPED);
}

void
app_info_page_set_account (AppInfoPage    *self,
                           SecinfoClient  *client,
                           SecinfoAccount *account)
{
  g_return_if_fail (APP_IS_INFO_PAGE (self));
  g_return_if_fail (self->account == NULL);

  self->client = g_object_ref (client);
  self->account = g_object_ref (account);
  self->form = app_info_form_new (account);
  g_signal_connect_swapped (client, "level-changed", G_CALLBACK (level_changed_cb), self);
  g_signal_connect_swapped (client, "event", G_CALLBACK (event_cb), self);
  g_signal_connect_swapped (client, "stream", G_CALLBACK (stream_cb), self);
  sync_rows (self);
}

void
app_info_page_update (AppInfoPage *self)
{
  g_return_if_fail (APP_IS_INFO_PAGE (self));

  sync_rows (self);
}

void
app_info_page_set_focused (AppInfoPage *self,
                           gboolean     focused)
{
  g_return_if_fail (APP_IS_INFO_PAGE (self));

  if (self->form == NULL)
    return;
  app_info_form_set_focused (self->form, focused, now_seconds ());
  if (gtk_toggle_button_get_active (self->reveal_button) && !app_info_form_is_revealed (self->form, now_seconds ()))
    hide (self);
  else if (focused && gtk_toggle_button_get_active (self->reveal_button))
    sync_rows (self);
}

void
app_info_page_focus_contact (AppInfoPage *self,
                             const char  *id)
{
  AppContactRow *row;

  g_return_if_fail (APP_IS_INFO_PAGE (self));

  row = find_row (self, id);
  if (row != NULL)
    app_contact_row_focus (row);
}
