/* app-security-page.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-security-page.h"

#include <glib/gi18n.h>

#include "app-plain-layout.h"
#include "secinfo-client-policy.h"

#define WAY_BACK_IN "way-back-in"

/**
 * AppSecurityPage:
 *
 * One switch, which an administrator moves: in a system instance polkit asks. What was not taken goes back. Where
 * root's own file says it, it is shown and cannot be moved.
 */
struct _AppSecurityPage
{
  AdwPreferencesPage   parent_instance;

  SecinfoClient       *client;
  GCancellable        *cancellable;
  GPtrArray           *rules;      /* of GtkWidget, in fixed_rules */
  gboolean             on;         /* as the service said */
  gboolean             fixed;
  gboolean             busy;       /* a change is on its way, to */
  gboolean             wanted;
  gboolean             syncing;    /* it is not the person who moves the switch */

  GtkWidget           *lock_group;
  GtkWidget           *recovery_rules;
  AdwActionRow        *way_back_row;
  GtkSwitch           *way_back;
  AdwPreferencesGroup *fixed_rules;
  AdwActionRow        *erase_row;
};

G_DEFINE_FINAL_TYPE (AppSecurityPage, app_security_page, ADW_TYPE_PREFERENCES_PAGE)

enum { ERASE, N_SIGNALS };

static guint signals[N_SIGNALS];

/* --- the way back in ---------------------------------------------------------------------------------------------- */

static void
sync_switch (AppSecurityPage *self)
{
  self->syncing = TRUE;
  gtk_switch_set_active (self->way_back, self->busy ? self->wanted : self->on);
  gtk_widget_set_sensitive (GTK_WIDGET (self->way_back), !self->fixed);
  adw_action_row_set_subtitle (self->way_back_row,
                               self->fixed ? _("Set in secinfod.conf, which belongs to root: it is changed there.")
                                           : _("Who forgot the password types ? and gets in with a code"));
  self->syncing = FALSE;
}

/* A service that is older than this program has no such rule. */
static void
take_policy (AppSecurityPage *self,
             json_t          *items)
{
  gboolean found = FALSE;
  json_t *item;
  gsize i;

  json_array_foreach (items, i, item)
    if (g_strcmp0 (secinfo_json_get_string (item, "key"), WAY_BACK_IN) == 0)
      {
        found = TRUE;
        self->on = secinfo_json_get_integer (item, "value", 1) != 0;
        self->fixed = secinfo_json_get_boolean (item, "fixed", FALSE);
      }
  gtk_widget_set_visible (self->recovery_rules, found);
  sync_switch (self);
}

static void
policy_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(AppSecurityPage) self = user_data;
  g_autoptr(json_t) items = secinfo_client_get_policy_finish (SECINFO_CLIENT (source), result, NULL);

  if (items != NULL && !self->busy)
    take_policy (self, items);
}

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppSecurityPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) items = secinfo_client_change_policy_finish (SECINFO_CLIENT (source), result, &error);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->busy = FALSE;
  if (items != NULL)
    take_policy (self, items);
  else
    sync_switch (self);
  if (error != NULL && ADW_IS_PREFERENCES_WINDOW (root))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (root), adw_toast_new (error->message));
}

/* One change at a time; the switch keeps the focus meanwhile. */
static void
switched_cb (AppSecurityPage *self)
{
  if (self->syncing)
    return;
  if (self->busy)
    {
      sync_switch (self);
      return;
    }
  self->busy = TRUE;
  self->wanted = gtk_switch_get_active (self->way_back);
  secinfo_client_change_policy_async (self->client, json_pack ("{s:i}", WAY_BACK_IN, self->wanted ? 1 : 0),
                                      self->cancellable, changed_cb, g_object_ref (self));
}

/* --- rules in words ----------------------------------------------------------------------------------------------- */

static void
fill_rules (AppSecurityPage *self,
            json_t          *policy)
{
  json_t *rule;
  gsize i;

  for (guint n = 0; n < self->rules->len; n++)
    adw_preferences_group_remove (self->fixed_rules, self->rules->pdata[n]);
  g_ptr_array_set_size (self->rules, 0);
  json_array_foreach (policy, i, rule)
    {
      const char *title = secinfo_json_get_string (rule, "title"), *text = secinfo_json_get_string (rule, "text");
      GtkWidget *row;

      if (title == NULL || text == NULL)
        continue;
      row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title, "subtitle", text,
                          "subtitle-lines", 0, NULL);
      adw_preferences_group_add (self->fixed_rules, row);
      g_ptr_array_add (self->rules, row);
    }
}

void
app_security_page_take_info (AppSecurityPage          *self,
                             const SecinfoServiceInfo *info)
{
  g_return_if_fail (APP_IS_SECURITY_PAGE (self));

  gtk_widget_set_visible (self->lock_group, !info->is_private);
  fill_rules (self, info->policy);
  secinfo_client_get_policy_async (self->client, self->cancellable, policy_cb, g_object_ref (self));
}

static void
erase_cb (AppSecurityPage *self)
{
  g_signal_emit (self, signals[ERASE], 0);
}

/* --- the class ---------------------------------------------------------------------------------------------------- */

static void
app_security_page_dispose (GObject *object)
{
  AppSecurityPage *self = APP_SECURITY_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (app_security_page_parent_class)->dispose (object);
}

static void
app_security_page_finalize (GObject *object)
{
  g_clear_object (&APP_SECURITY_PAGE (object)->cancellable);
  g_ptr_array_unref (APP_SECURITY_PAGE (object)->rules);
  G_OBJECT_CLASS (app_security_page_parent_class)->finalize (object);
}

static void
app_security_page_class_init (AppSecurityPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_security_page_dispose;
  object_class->finalize = app_security_page_finalize;
  signals[ERASE] = g_signal_new ("erase", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-security-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppSecurityPage, lock_group);
  gtk_widget_class_bind_template_child (widget_class, AppSecurityPage, recovery_rules);
  gtk_widget_class_bind_template_child (widget_class, AppSecurityPage, way_back_row);
  gtk_widget_class_bind_template_child (widget_class, AppSecurityPage, way_back);
  gtk_widget_class_bind_template_child (widget_class, AppSecurityPage, fixed_rules);
  gtk_widget_class_bind_template_child (widget_class, AppSecurityPage, erase_row);
}

static void
app_security_page_init (AppSecurityPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->rules = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self->way_back_row));
  g_signal_connect_swapped (self->way_back, "notify::active", G_CALLBACK (switched_cb), self);
  g_signal_connect_swapped (self->erase_row, "activated", G_CALLBACK (erase_cb), self);
}

void
app_security_page_set_client (AppSecurityPage *self,
                              SecinfoClient   *client)
{
  g_return_if_fail (APP_IS_SECURITY_PAGE (self));

  g_set_object (&self->client, client);
}
