/* app-elevate.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-elevate.h"

#include "app-confirm-dialog.h"
#include "app-dialog-over.h"

typedef struct
{
  GtkWindow          *parent;      /* (nullable) weak: nobody is told once it is gone */
  AppElevateCallback  done;
  gpointer            user_data;
  GDestroyNotify      destroy;     /* (nullable) */
  gboolean            confirmed;
} Elevation;

static void
elevation_free (Elevation *self)
{
  g_clear_weak_pointer (&self->parent);
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self);
}

static gboolean
tell_cb (gpointer user_data)
{
  Elevation *self = user_data;

  if (self->parent != NULL)
    self->done (self->confirmed, self->user_data);

  return G_SOURCE_REMOVE;
}

static void
tell (Elevation *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, tell_cb, self, (GDestroyNotify) elevation_free);
}

static void
confirmed_cb (AppConfirmDialog *dialog,
              Elevation        *self)
{
  self->confirmed = TRUE;
}

static void
destroyed_cb (GtkWidget *dialog,
              Elevation *self)
{
  tell (self);
}

/* As the service does it: while nothing is verified there is nobody to send a code to. */
static SecinfoLevel
eased (SecinfoAccount *account,
       SecinfoLevel    level)
{
  GListModel *contacts = secinfo_account_get_contacts (account);

  if (level != SECINFO_LEVEL_VERIFIED)
    return level;
  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);

      if (secinfo_contact_is_in_force (contact))
        return level;
    }

  return SECINFO_LEVEL_PASSWORD;
}

void
app_elevate_run (GtkWindow          *parent,
                 SecinfoClient      *client,
                 SecinfoAccount     *account,
                 SecinfoLevel        level,
                 const char         *preferred_contact,
                 AppElevateCallback  done,
                 gpointer            user_data,
                 GDestroyNotify      destroy)
{
  g_autoptr(AppConfirmForm) form = NULL;
  AppConfirmDialog *dialog;
  Elevation *self = g_new0 (Elevation, 1);

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (done != NULL);

  g_set_weak_pointer (&self->parent, parent);
  self->done = done;
  self->user_data = user_data;
  self->destroy = destroy;

  level = eased (account, level);
  if (secinfo_client_get_level (client) >= level)
    {
      self->confirmed = TRUE;
      tell (self);
      return;
    }

  form = app_confirm_form_new (client, account, level, preferred_contact);
  dialog = app_confirm_dialog_new (parent, form);
  g_signal_connect (dialog, "confirmed", G_CALLBACK (confirmed_cb), self);
  g_signal_connect (dialog, "destroy", G_CALLBACK (destroyed_cb), self);
  app_dialog_present (GTK_WINDOW (dialog));
}
