/* app-settings-window.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-settings-window.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-alerts-page.h"
#include "app-gateway-chooser.h"
#include "app-gateway-page.h"
#include "app-gateway-row.h"
#include "app-help-window.h"
#include "app-mailbox-page.h"
#include "app-security-page.h"
#include "app-settings-erase.h"

/**
 * AppSettingsWindow:
 *
 * The ways to send are asked for when the window opens, and again when the service says that they changed. In a system
 * instance each question asks for an administrator's password: there the person asks first, and what is done here is
 * kept in the list by hand.
 */
struct _AppSettingsWindow
{
  AdwPreferencesWindow  parent_instance;

  SecinfoClient        *client;
  SecinfoAccount       *account;
  GCancellable         *cancellable;
  SecinfoServiceInfo   *info;          /* (nullable) until the service said what it is */
  json_t               *gateways;      /* (nullable) until they are known */
  gboolean              asking, ask_again;
  AppGatewayUse         adds;          /* what the chooser is being opened for */
  char                 *focus;         /* (nullable) id of the row that is to have it */
  GtkWidget            *subpage;       /* (nullable) */
  GtkWidget            *opener;        /* (nullable) what has the focus again after it */
  GPtrArray            *rows[2];       /* of GtkWidget, for email and for phones */

  GtkWidget            *closed_group;
  AdwActionRow         *closed_row;
  GtkImage             *closed_icon;
  GtkButton            *closed_button;
  GtkWidget            *own_mailbox;
  AdwActionRow         *own_mailbox_row;
  AdwPreferencesGroup  *email_gateways;
  AdwPreferencesGroup  *phone_gateways;
  GtkButton            *add_email_gateway;
  GtkButton            *add_phone_gateway;
  AppAlertsPage        *alerts_page;
  AppSecurityPage      *security_page;
};

G_DEFINE_FINAL_TYPE (AppSettingsWindow, app_settings_window, ADW_TYPE_PREFERENCES_WINDOW)

static void ask_gateways (AppSettingsWindow *self);
static void ask_service (AppSettingsWindow *self);
static void sync_rows (AppSettingsWindow *self);

static gboolean
is_private (AppSettingsWindow *self)
{
  return self->info != NULL && self->info->is_private;
}

static void
say (AppSettingsWindow *self,
     const char        *words)
{
  AdwToast *toast = adw_toast_new (words);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), toast);
}

/* What one's own change answered. A private instance is asked anew: its answer may know more by now. */
static void
put_gateway (AppSettingsWindow *self,
             json_t            *gateway)
{
  if (self->gateways == NULL || is_private (self))
    {
      ask_gateways (self);
      return;
    }
  app_gateway_list_put (self->gateways, gateway);
  sync_rows (self);
}

/* --- subpages ----------------------------------------------------------------------------------------------------- */

static void
show_subpage (AppSettingsWindow *self,
              GtkWidget         *page)
{
  if (self->subpage == NULL)
    g_set_weak_pointer (&self->opener, gtk_window_get_focus (GTK_WINDOW (self)));
  self->subpage = page;
  adw_preferences_window_present_subpage (ADW_PREFERENCES_WINDOW (self), page);
}

static GtkWidget *
find_row (AppSettingsWindow *self,
          const char        *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    for (guint n = 0; id != NULL && n < self->rows[i]->len; n++)
      if (APP_IS_GATEWAY_ROW (self->rows[i]->pdata[n]) &&
          g_strcmp0 (app_gateway_row_get_id (self->rows[i]->pdata[n]), id) == 0)
        return self->rows[i]->pdata[n];
  return app_alerts_page_find_row (self->alerts_page, id);
}

/* The focus is back on the row that opened it, or on what opened it where that one went. */
static void
focus_opener (AppSettingsWindow *self)
{
  GtkWidget *row = find_row (self, self->focus);

  if (self->subpage != NULL)
    return;
  if (row == NULL)
    row = self->opener != NULL ? self->opener : GTK_WIDGET (self->add_email_gateway);
  gtk_widget_grab_focus (row);
}

/* The list can take the focus once the page has slid away. */
static void
close_subpage (AppSettingsWindow *self)
{
  GtkWidget *page = self->subpage;

  if (page == NULL)
    return;
  self->subpage = NULL;
  g_signal_connect_object (page, "unmap", G_CALLBACK (focus_opener), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  adw_preferences_window_close_subpage (ADW_PREFERENCES_WINDOW (self));
}

static void
saved_cb (AppSettingsWindow *self,
          json_t            *gateway)
{
  g_free (self->focus);
  self->focus = g_strdup (secinfo_json_get_string (gateway, "id"));
  put_gateway (self, gateway);
}

static void
removed_cb (AppSettingsWindow *self,
            AppGatewayForm    *form)
{
  g_clear_pointer (&self->focus, g_free);
  if (self->gateways == NULL)
    return;
  app_gateway_list_drop (self->gateways, secinfo_json_get_string (app_gateway_form_get_gateway (form), "id"));
  sync_rows (self);
}

static void
open_gateway (AppSettingsWindow *self,
              json_t            *kind,
              json_t            *gateway)
{
  g_autoptr(AppGatewayForm) form = app_gateway_form_new (self->client, kind, gateway);
  AppGatewayPage *page = app_gateway_page_new (form);

  g_signal_connect_object (form, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "fared", G_CALLBACK (put_gateway), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "back", G_CALLBACK (close_subpage), self, G_CONNECT_SWAPPED);
  show_subpage (self, GTK_WIDGET (page));
  app_gateway_page_focus (page);
}

static void
open_mailbox (AppSettingsWindow *self,
              json_t            *gateway)
{
  g_autoptr(AppMailboxForm) form = app_mailbox_form_new (self->client, gateway);
  AppMailboxPage *page = app_mailbox_page_new (form, self->client, self->account);

  g_signal_connect_object (form, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "back", G_CALLBACK (close_subpage), self, G_CONNECT_SWAPPED);
  show_subpage (self, GTK_WIDGET (page));
  app_mailbox_page_focus (page);
}

static void
own_mailbox_cb (AppSettingsWindow *self)
{
  open_mailbox (self, NULL);
}

static void
chosen_cb (AppSettingsWindow *self,
           json_t            *kind)
{
  if (kind == NULL)
    open_mailbox (self, NULL);
  else
    open_gateway (self, kind, NULL);
}

/* --- which kinds there are ---------------------------------------------------------------------------------------- */

static void
chooser_kinds_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(AppSettingsWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) kinds = secinfo_client_list_gateway_kinds_finish (SECINFO_CLIENT (source), result, &error);
  AppGatewayChooser *chooser;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->subpage != NULL)
    return;
  if (kinds == NULL)
    {
      say (self, error->message);
      return;
    }
  chooser = app_gateway_chooser_new (self->client, kinds, self->adds);
  g_signal_connect_object (chooser, "back", G_CALLBACK (close_subpage), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chooser, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  show_subpage (self, GTK_WIDGET (chooser));
  app_gateway_chooser_focus (chooser);
}

static void
choose (AppSettingsWindow *self,
        AppGatewayUse      use)
{
  self->adds = use;
  g_clear_pointer (&self->focus, g_free);
  secinfo_client_list_gateway_kinds_async (self->client, NULL, self->cancellable, chooser_kinds_cb,
                                           g_object_ref (self));
}

static void
add_cb (AppSettingsWindow *self,
        GtkButton         *button)
{
  choose (self, button == self->add_phone_gateway ? APP_GATEWAY_PHONE : APP_GATEWAY_EMAIL);
}

static void
add_alerts_cb (AppSettingsWindow *self)
{
  choose (self, APP_GATEWAY_ALERTS);
}

static void
gateway_kinds_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(AppSettingsWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) kinds = secinfo_client_list_gateway_kinds_finish (SECINFO_CLIENT (source), result, &error);
  json_t *gateway, *kind;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->subpage != NULL)
    return;
  gateway = self->gateways != NULL ? app_gateway_list_find (self->gateways, self->focus) : NULL;
  kind = kinds != NULL && gateway != NULL
           ? app_gateway_find_kind (kinds, secinfo_json_get_string (gateway, "kind")) : NULL;
  if (kind != NULL)
    open_gateway (self, kind, gateway);
  else if (error != NULL)
    say (self, error->message);
}

static void
open_cb (AppSettingsWindow *self,
         const char        *id)
{
  json_t *gateway = app_gateway_list_find (self->gateways, id);
  json_t *health = gateway != NULL ? secinfo_json_get_object (gateway, "health") : NULL;
  char *focus = g_strdup (id);

  g_free (self->focus);
  self->focus = focus;
  /* It was begun there, and goes on there. */
  if (health != NULL && g_strcmp0 (secinfo_json_get_string (health, "state"), "unproven") == 0)
    open_mailbox (self, gateway);
  else
    secinfo_client_list_gateway_kinds_async (self->client, NULL, self->cancellable, gateway_kinds_cb,
                                             g_object_ref (self));
}

static void
row_cb (AppSettingsWindow *self,
        AppGatewayRow     *row)
{
  open_cb (self, app_gateway_row_get_id (row));
}

/* --- order -------------------------------------------------------------------------------------------------------- */

static void
moved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(AppSettingsWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) gateway = secinfo_client_change_gateway_finish (SECINFO_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (gateway != NULL)
    put_gateway (self, gateway);
  else
    say (self, error->message);
}

static void
move_cb (AppSettingsWindow *self,
         guint              place,
         AppGatewayRow     *row)
{
  g_free (self->focus);
  self->focus = g_strdup (app_gateway_row_get_id (row));
  secinfo_client_change_gateway_async (self->client, self->focus, NULL, NULL, (int) place, self->cancellable, moved_cb,
                                       g_object_ref (self));
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

static GtkWidget *
make_empty (AppGatewayUse use,
            gboolean      inbox)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", _("Nothing set up yet"),
                                 "subtitle", app_gateway_list_empty (use, inbox), NULL);

  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", "dialog-information-symbolic",
                                           "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  return row;
}

static guint
fill_group (AppSettingsWindow   *self,
            AdwPreferencesGroup *group,
            AppGatewayUse        use)
{
  GPtrArray *rows = self->rows[use];
  g_autoptr(GPtrArray) items = app_gateway_list_new (self->gateways, use, g_get_real_time () / G_USEC_PER_SEC);

  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, rows->pdata[i]);
  g_ptr_array_set_size (rows, 0);
  for (guint i = 0; i < items->len; i++)
    {
      AppGatewayRow *row = app_gateway_row_new (items->pdata[i]);

      g_signal_connect_object (row, "activated", G_CALLBACK (row_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (row, "moved", G_CALLBACK (move_cb), self, G_CONNECT_SWAPPED);
      g_ptr_array_add (rows, row);
    }
  if (items->len == 0)
    g_ptr_array_add (rows, make_empty (use, self->info != NULL && self->info->has_inbox));
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_add (group, rows->pdata[i]);
  return items->len;
}

static void
sync_rows (AppSettingsWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean known = self->gateways != NULL, in_rows = FALSE;
  GtkWidget *row;
  guint emails;

  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    for (guint n = 0; focus != NULL && n < self->rows[i]->len; n++)
      in_rows = in_rows || focus == self->rows[i]->pdata[n] || gtk_widget_is_ancestor (focus, self->rows[i]->pdata[n]);
  gtk_widget_set_visible (GTK_WIDGET (self->email_gateways), known);
  gtk_widget_set_visible (GTK_WIDGET (self->phone_gateways), known);
  if (!known)
    {
      gtk_widget_set_visible (self->own_mailbox, FALSE);
      return;
    }
  app_alerts_page_take_gateways (self->alerts_page, self->gateways);
  emails = fill_group (self, self->email_gateways, APP_GATEWAY_EMAIL);
  fill_group (self, self->phone_gateways, APP_GATEWAY_PHONE);
  gtk_widget_set_visible (self->own_mailbox, emails == 0);
  row = find_row (self, self->focus);
  if (in_rows && self->subpage == NULL)
    gtk_widget_grab_focus (row != NULL ? row : GTK_WIDGET (self->add_email_gateway));
}

static gboolean
is_in_front (AppSettingsWindow *self,
             const char        *page)
{
  return g_strcmp0 (adw_preferences_window_get_visible_page_name (ADW_PREFERENCES_WINDOW (self)), page) == 0;
}

/* What one opened the window for, unless one is elsewhere already. */
static void
focus_first (AppSettingsWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (self->subpage != NULL || (focus != NULL && gtk_widget_get_ancestor (focus, ADW_TYPE_PREFERENCES_PAGE) != NULL) ||
      !is_in_front (self, "delivery"))
    return;
  gtk_widget_grab_focus (gtk_widget_get_visible (self->own_mailbox) ? GTK_WIDGET (self->own_mailbox_row)
                                                                    : self->rows[0]->pdata[0]);
}

static void
set_closed (AppSettingsWindow *self,
            const char        *title,
            const char        *subtitle,
            const char        *button)
{
  gtk_widget_set_visible (self->closed_group, title != NULL);
  if (title == NULL)
    return;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->closed_row), title);
  adw_action_row_set_subtitle (self->closed_row, subtitle);
  gtk_button_set_label (self->closed_button, button);
  app_accessible_mend (GTK_WIDGET (self->closed_button));
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AppSettingsWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  json_t *gateways = secinfo_client_list_gateways_finish (SECINFO_CLIENT (source), result, &error);
  gboolean first = FALSE;

  self->asking = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (gateways != NULL)
    {
      first = self->gateways == NULL;
      g_clear_pointer (&self->gateways, json_decref);
      self->gateways = gateways;
    }
  else if (self->gateways == NULL)
    {
      const char *words = g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NOT_ALLOWED)
                            ? _("Only an administrator of this computer can see this.") : error->message;

      set_closed (self, _("How codes are sent cannot be shown"), words, _("_Try again"));
      if (!is_in_front (self, "delivery"))
        say (self, words);
    }
  sync_rows (self);
  if (first)
    focus_first (self);
  if (gateways != NULL)
    set_closed (self, NULL, NULL, NULL);
  if (self->ask_again)
    ask_gateways (self);
}

static void
ask_gateways (AppSettingsWindow *self)
{
  self->ask_again = self->asking;
  if (self->asking)
    return;
  self->asking = TRUE;
  secinfo_client_list_gateways_async (self->client, self->cancellable, listed_cb, g_object_ref (self));
}

static void
event_cb (AppSettingsWindow *self,
          const char        *what,
          const char        *id)
{
  if (g_str_equal (what, "gateways") && is_private (self))
    ask_gateways (self);
  else if (g_str_equal (what, "service"))
    ask_service (self);
}

/* --- what the service is ------------------------------------------------------------------------------------------ */

static void
service_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppSettingsWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  SecinfoServiceInfo *info = secinfo_client_get_service_finish (SECINFO_CLIENT (source), result, &error);
  gboolean known;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (info == NULL)
    {
      if (self->info != NULL)
        return;
      set_closed (self, _("How codes are sent cannot be shown"), error->message, _("_Try again"));
      return;
    }
  known = self->info != NULL;
  g_clear_pointer (&self->info, secinfo_service_info_free);
  self->info = info;
  app_security_page_take_info (self->security_page, info);
  if (known)
    return;
  if (info->is_private)
    ask_gateways (self);
  else
    {
      set_closed (self, _("The owner of this computer sets this up"),
                  _("Showing it asks for an administrator’s password, and so does each change."), _("_Show…"));
      app_alerts_page_take_gateways (self->alerts_page, NULL);
      gtk_widget_grab_focus (GTK_WIDGET (self->closed_button));
    }
}

static void
ask_service (AppSettingsWindow *self)
{
  secinfo_client_get_service_async (self->client, self->cancellable, service_cb, g_object_ref (self));
}

static void
closed_cb (AppSettingsWindow *self)
{
  if (self->info == NULL)
    ask_service (self);
  else
    ask_gateways (self);
}

static void
erase_cb (AppSettingsWindow *self)
{
  app_settings_erase (ADW_PREFERENCES_WINDOW (self), self->client, self->account);
}

/* --- the window --------------------------------------------------------------------------------------------------- */

/* Escape closes the window; from a subpage it goes one page back first. */
static gboolean
app_settings_window_close_request (GtkWindow *window)
{
  AppSettingsWindow *self = APP_SETTINGS_WINDOW (window);

  if (APP_IS_GATEWAY_PAGE (self->subpage))
    app_gateway_page_leave (APP_GATEWAY_PAGE (self->subpage));
  else if (APP_IS_MAILBOX_PAGE (self->subpage))
    app_mailbox_page_leave (APP_MAILBOX_PAGE (self->subpage));
  else if (self->subpage != NULL)
    close_subpage (self);
  else
    return GTK_WINDOW_CLASS (app_settings_window_parent_class)->close_request (window);
  return TRUE;
}

static void
app_settings_window_dispose (GObject *object)
{
  AppSettingsWindow *self = APP_SETTINGS_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  g_clear_object (&self->account);
  g_clear_weak_pointer (&self->opener);
  G_OBJECT_CLASS (app_settings_window_parent_class)->dispose (object);
}

static void
app_settings_window_finalize (GObject *object)
{
  AppSettingsWindow *self = APP_SETTINGS_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->info, secinfo_service_info_free);
  g_clear_pointer (&self->gateways, json_decref);
  g_free (self->focus);
  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    g_ptr_array_unref (self->rows[i]);
  G_OBJECT_CLASS (app_settings_window_parent_class)->finalize (object);
}

static void
app_settings_window_class_init (AppSettingsWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_settings_window_dispose;
  object_class->finalize = app_settings_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = app_settings_window_close_request;

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  g_type_ensure (APP_TYPE_ALERTS_PAGE);
  g_type_ensure (APP_TYPE_SECURITY_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-settings-window.ui");
  app_help_bind_class (widget_class, APP_ARTICLE_SENDING);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, closed_group);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, closed_row);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, closed_icon);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, closed_button);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, own_mailbox);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, own_mailbox_row);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, email_gateways);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, phone_gateways);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, add_email_gateway);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, add_phone_gateway);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, alerts_page);
  gtk_widget_class_bind_template_child (widget_class, AppSettingsWindow, security_page);
}

static void
app_settings_window_init (AppSettingsWindow *self)
{
  GtkWidget *overlay;

  self->cancellable = g_cancellable_new ();
  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    self->rows[i] = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  /* libadwaita asks for 360 pixels inside; with the desktop's border that is more than a small screen has. */
  overlay = adw_window_get_content (ADW_WINDOW (self));
  if (ADW_IS_TOAST_OVERLAY (overlay))
    gtk_widget_set_size_request (adw_toast_overlay_get_child (ADW_TOAST_OVERLAY (overlay)), 340, -1);
  g_signal_connect_swapped (self->closed_button, "clicked", G_CALLBACK (closed_cb), self);
  g_signal_connect_swapped (self->own_mailbox_row, "activated", G_CALLBACK (own_mailbox_cb), self);
  g_signal_connect_swapped (self->add_email_gateway, "clicked", G_CALLBACK (add_cb), self);
  g_signal_connect_swapped (self->add_phone_gateway, "clicked", G_CALLBACK (add_cb), self);
  g_signal_connect_swapped (self->alerts_page, "add", G_CALLBACK (add_alerts_cb), self);
  g_signal_connect_swapped (self->alerts_page, "open", G_CALLBACK (open_cb), self);
  g_signal_connect_swapped (self->alerts_page, "show-ways", G_CALLBACK (ask_gateways), self);
  g_signal_connect_swapped (self->security_page, "erase", G_CALLBACK (erase_cb), self);
}

void
app_settings_window_present (GtkWindow      *window,
                             SecinfoClient  *client,
                             SecinfoAccount *account)
{
  GListModel *windows = gtk_window_get_toplevels ();
  AppSettingsWindow *self;

  g_return_if_fail (GTK_IS_WINDOW (window));

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) other = g_list_model_get_item (windows, i);

      if (APP_IS_SETTINGS_WINDOW (other) && gtk_window_get_transient_for (other) == window)
        {
          gtk_window_present (other);
          return;
        }
    }
  self = g_object_new (APP_TYPE_SETTINGS_WINDOW, "transient-for", window, "destroy-with-parent", TRUE, NULL);
  self->client = g_object_ref (client);
  self->account = g_object_ref (account);
  g_signal_connect_swapped (self->client, "event", G_CALLBACK (event_cb), self);
  app_alerts_page_set_account (self->alerts_page, self->client, self->account);
  app_security_page_set_client (self->security_page, self->client);
  sync_rows (self);
  ask_service (self);
  gtk_window_present (GTK_WINDOW (self));
}
