/* app-alerts-page.c - Preferences: of what alerts tell, and where they go
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-alerts-page.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-contact-form.h"
#include "app-elevate.h"
#include "app-gateway-list.h"
#include "app-plain-layout.h"

/**
 * AppAlertsPage:
 *
 * A switch for each contact that is in force. What was not confirmed or not taken goes back.
 */
struct _AppAlertsPage
{
  AdwPreferencesPage   parent_instance;

  SecinfoClient       *client;
  SecinfoAccount      *account;
  GCancellable        *cancellable;
  GPtrArray           *rows;       /* of GtkWidget, in contacts */
  gboolean             syncing;    /* it is not the person who moves a switch */

  GPtrArray           *ways;       /* of GtkWidget, in alert_gateways */

  AdwPreferencesGroup *contacts;
  AdwPreferencesGroup *alert_gateways;
  AdwActionRow        *closed_row;
  GtkButton           *show_button;
  AdwActionRow        *add_row;
};

enum { ADD, OPEN, SHOW, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppAlertsPage, app_alerts_page, ADW_TYPE_PREFERENCES_PAGE)

/* One change on its way. */
typedef struct
{
  AppAlertsPage *page;
  char          *id;
  gboolean       alerts;
} Change;

static void sync_rows (AppAlertsPage *self);

static Change *
change_new (AppAlertsPage *page,
            const char    *id,
            gboolean       alerts)
{
  Change *change = g_new0 (Change, 1);

  change->page = g_object_ref (page);
  change->id = g_strdup (id);
  change->alerts = alerts;
  return change;
}

static void
change_free (gpointer data)
{
  Change *change = data;

  g_object_unref (change->page);
  g_free (change->id);
  g_free (change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

/* --- changing ----------------------------------------------------------------------------------------------------- */

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoContact) contact = secinfo_client_change_alerts_finish (SECINFO_CLIENT (source), result, &error);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (change->page));

  if (contact != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;   /* the service's event brings the account as it is now */
  if (ADW_IS_PREFERENCES_WINDOW (root))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (root), adw_toast_new (error->message));
  sync_rows (change->page);
}

static void
confirmed_cb (gboolean confirmed,
              gpointer user_data)
{
  Change *change = user_data;
  AppAlertsPage *self = change->page;

  if (!confirmed)
    sync_rows (self);
  else
    secinfo_client_change_alerts_async (self->client, change->id, change->alerts, self->cancellable, changed_cb,
                                        change_new (self, change->id, change->alerts));
}

static void
switched_cb (AppAlertsPage *self,
             GParamSpec    *pspec,
             GtkSwitch     *toggle)
{
  if (self->syncing)
    return;
  app_elevate_run (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->client, self->account,
                   SECINFO_LEVEL_VERIFIED, NULL, confirmed_cb,
                   change_new (self, g_object_get_data (G_OBJECT (toggle), "id"), gtk_switch_get_active (toggle)),
                   change_free);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static GtkWidget *
make_row (AppAlertsPage *self,
          const char    *id)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);
  GtkWidget *toggle = gtk_switch_new ();

  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (toggle), "id", g_strdup (id), g_free);
  g_signal_connect_object (toggle, "notify::active", G_CALLBACK (switched_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  g_object_set_data (G_OBJECT (row), "switch", toggle);
  app_plain_layout_use (row);
  return row;
}

static GtkWidget *
switch_of (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "switch");
}

static void
fill_row (GtkWidget            *row,
          const AppContactForm *form)
{
  GtkWidget *toggle = switch_of (row);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), form->title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), form->why_alerts != NULL ? form->why_alerts : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, form->spoken, -1);
  gtk_switch_set_active (GTK_SWITCH (toggle), form->alerts);
  gtk_widget_set_sensitive (toggle, form->can_alerts);
}

/* Contacts that alerts can go to. */
static GPtrArray *
list_contacts (AppAlertsPage *self)
{
  GListModel *all = secinfo_account_get_contacts (self->account);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (all, i);

      if (secinfo_contact_is_in_force (contact))
        g_ptr_array_add (found, g_steal_pointer (&contact));
    }
  return found;
}

static gboolean
are_shown (AppAlertsPage *self,
           GPtrArray     *contacts)
{
  if (contacts->len == 0 || contacts->len != self->rows->len)
    return FALSE;
  for (guint i = 0; i < contacts->len; i++)
    {
      GtkWidget *toggle = switch_of (self->rows->pdata[i]);

      if (toggle == NULL || g_strcmp0 (g_object_get_data (G_OBJECT (toggle), "id"),
                                       secinfo_contact_get_id (contacts->pdata[i])) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
add_row (AppAlertsPage *self,
         GtkWidget     *row)
{
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->contacts, row);
}

static void
sync_rows (AppAlertsPage *self)
{
  g_autoptr(GPtrArray) contacts = list_contacts (self);

  self->syncing = TRUE;
  if (!are_shown (self, contacts))
    {
      for (guint i = 0; i < self->rows->len; i++)
        adw_preferences_group_remove (self->contacts, self->rows->pdata[i]);
      g_ptr_array_set_size (self->rows, 0);
      for (guint i = 0; i < contacts->len; i++)
        add_row (self, make_row (self, secinfo_contact_get_id (contacts->pdata[i])));
      if (contacts->len == 0)
        add_row (self, g_object_new (ADW_TYPE_ACTION_ROW, "title", _("No verified contact yet"),
                                     "subtitle", _("Alerts go to contacts that are verified."), NULL));
    }
  for (guint i = 0; i < contacts->len; i++)
    {
      g_autoptr(AppContactForm) form = app_contact_form_new (self->account, contacts->pdata[i], FALSE,
                                                             g_get_real_time () / G_USEC_PER_SEC);

      fill_row (self->rows->pdata[i], form);
    }
  self->syncing = FALSE;
}

/* --- ways for alerts alone ---------------------------------------------------------------------------------------- */

static void
way_cb (AppAlertsPage *self,
        GtkWidget     *row)
{
  g_signal_emit (self, signals[OPEN], 0, g_object_get_data (G_OBJECT (row), "id"));
}

static GtkWidget *
make_way (AppAlertsPage        *self,
          const AppGatewayItem *item)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", item->title, "subtitle",
                                 item->subtitle, "activatable", TRUE, NULL);
  gboolean trouble = g_str_equal (item->health->style, "error");
  GtkWidget *icon = gtk_image_new_from_icon_name (trouble ? item->health->icon
                                                          : "preferences-system-notifications-symbolic");

  if (trouble)
    {
      gtk_widget_add_css_class (icon, item->health->style);
      gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, item->health->icon_name,
                                      -1);
    }
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic", "accessible-role",
                                           GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, item->spoken, -1);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (item->id), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (way_cb), self, G_CONNECT_SWAPPED);
  return row;
}

/* (nullable): the focus is not among these rows; empty: on none that stays. */
static char *
dup_focused (AppAlertsPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->alert_gateways)))
    return NULL;
  for (guint i = 0; i < self->ways->len; i++)
    if (focus == self->ways->pdata[i])
      return g_strdup (g_object_get_data (G_OBJECT (focus), "id"));
  return focus == GTK_WIDGET (self->add_row) ? NULL : g_strdup ("");
}

/* What adds one stands below them. */
void
app_alerts_page_take_gateways (AppAlertsPage *self,
                               json_t        *gateways)
{
  g_autoptr(GPtrArray) items = app_gateway_list_new (gateways, APP_GATEWAY_ALERTS, g_get_real_time () / G_USEC_PER_SEC);
  g_autoptr(GtkWidget) last = NULL;
  g_autofree char *focused = NULL;

  g_return_if_fail (APP_IS_ALERTS_PAGE (self));

  last = g_object_ref (GTK_WIDGET (self->add_row));
  focused = dup_focused (self);
  for (guint i = 0; i < self->ways->len; i++)
    adw_preferences_group_remove (self->alert_gateways, self->ways->pdata[i]);
  g_ptr_array_set_size (self->ways, 0);
  adw_preferences_group_remove (self->alert_gateways, last);
  for (guint i = 0; i < items->len; i++)
    {
      GtkWidget *row = make_way (self, items->pdata[i]);

      g_ptr_array_add (self->ways, row);
      adw_preferences_group_add (self->alert_gateways, row);
    }
  adw_preferences_group_add (self->alert_gateways, last);
  gtk_widget_set_visible (GTK_WIDGET (self->alert_gateways), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->closed_row), gateways == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->add_row), gateways != NULL);
  if (focused != NULL && gateways != NULL)
    {
      GtkWidget *row = app_alerts_page_find_row (self, focused);

      if (row == NULL && self->ways->len > 0)
        row = self->ways->pdata[0];
      gtk_widget_grab_focus (row != NULL ? row : last);
    }
}

GtkWidget *
app_alerts_page_find_row (AppAlertsPage *self,
                          const char    *id)
{
  g_return_val_if_fail (APP_IS_ALERTS_PAGE (self), NULL);

  for (guint i = 0; id != NULL && i < self->ways->len; i++)
    if (g_strcmp0 (g_object_get_data (self->ways->pdata[i], "id"), id) == 0)
      return self->ways->pdata[i];
  return NULL;
}

static void
add_cb (AppAlertsPage *self)
{
  g_signal_emit (self, signals[ADD], 0);
}

static void
show_cb (AppAlertsPage *self)
{
  g_signal_emit (self, signals[SHOW], 0);
}

/* --- the class ---------------------------------------------------------------------------------------------------- */

static void
app_alerts_page_dispose (GObject *object)
{
  AppAlertsPage *self = APP_ALERTS_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  if (self->account != NULL)
    g_signal_handlers_disconnect_by_data (self->account, self);
  g_clear_object (&self->client);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (app_alerts_page_parent_class)->dispose (object);
}

static void
app_alerts_page_finalize (GObject *object)
{
  g_clear_object (&APP_ALERTS_PAGE (object)->cancellable);
  g_ptr_array_unref (APP_ALERTS_PAGE (object)->rows);
  g_ptr_array_unref (APP_ALERTS_PAGE (object)->ways);
  G_OBJECT_CLASS (app_alerts_page_parent_class)->finalize (object);
}

static void
app_alerts_page_class_init (AppAlertsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_alerts_page_dispose;
  object_class->finalize = app_alerts_page_finalize;
  signals[ADD] = g_signal_new ("add", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                               0);
  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  signals[SHOW] = g_signal_new ("show-ways", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-alerts-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppAlertsPage, contacts);
  gtk_widget_class_bind_template_child (widget_class, AppAlertsPage, alert_gateways);
  gtk_widget_class_bind_template_child (widget_class, AppAlertsPage, closed_row);
  gtk_widget_class_bind_template_child (widget_class, AppAlertsPage, show_button);
  gtk_widget_class_bind_template_child (widget_class, AppAlertsPage, add_row);
}

static void
app_alerts_page_init (AppAlertsPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  self->ways = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  g_signal_connect_swapped (self->add_row, "activated", G_CALLBACK (add_cb), self);
  g_signal_connect_swapped (self->show_button, "clicked", G_CALLBACK (show_cb), self);
}

void
app_alerts_page_set_account (AppAlertsPage  *self,
                             SecinfoClient  *client,
                             SecinfoAccount *account)
{
  g_return_if_fail (APP_IS_ALERTS_PAGE (self));
  g_return_if_fail (self->account == NULL);

  self->client = g_object_ref (client);
  self->account = g_object_ref (account);
  g_signal_connect_swapped (account, "changed", G_CALLBACK (sync_rows), self);
  sync_rows (self);
}
