/* app-gateway-chooser.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-gateway-chooser.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-description-form.h"
#include "app-dialogs.h"
#include "secinfo-mask.h"

#define SPACE 12   /* below what is scrolled to */

/**
 * AppGatewayChooser:
 *
 * One row a kind. A description of one's own comes from a file, chosen or dropped; what is wrong with it is said below
 * the row that asked for it.
 */
struct _AppGatewayChooser
{
  AdwBin                parent_instance;

  AppGatewayUse         use;
  json_t               *kinds;
  AppDescriptionForm   *form;
  GPtrArray            *choices;   /* of AppGatewayChoice */
  GPtrArray            *rows;      /* of GtkWidget, those of @choices */
  GtkFileChooserNative *chooser;   /* (nullable) while it is open */
  json_t               *asked;     /* (nullable) the kind that is perhaps removed */

  GtkButton            *back_button;
  AdwPreferencesGroup  *own;
  AdwPreferencesGroup  *services;
  AdwPreferencesGroup  *described;
  AdwActionRow         *import_row;
  GtkStack             *import_stack;
  GtkSpinner           *import_spinner;
  GtkWidget            *said_box;
  GtkImage             *said_icon;
  GtkLabel             *said;
  AdwPreferencesGroup  *other;
};

G_DEFINE_FINAL_TYPE (AppGatewayChooser, app_gateway_chooser, ADW_TYPE_BIN)

enum { BACK, CHOSEN, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
back_cb (AppGatewayChooser *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
row_cb (AppGatewayChooser *self,
        GtkWidget         *row)
{
  const AppGatewayChoice *choice = g_object_get_data (G_OBJECT (row), "choice");

  g_signal_emit (self, signals[CHOSEN], 0, choice->kind);
}

/* --- removing ----------------------------------------------------------------------------------------------------- */

static void
remove_response_cb (AppGatewayChooser *self,
                    const char        *response)
{
  g_autoptr(json_t) kind = g_steal_pointer (&self->asked);

  if (kind != NULL && g_str_equal (response, "remove"))
    app_description_form_remove (self->form, kind);
}

static void
remove_cb (AppGatewayChooser *self,
           GtkWidget         *button)
{
  const AppGatewayChoice *choice = g_object_get_data (G_OBJECT (button), "choice");
  g_autofree char *heading = g_strdup_printf (_("Remove “%s”?"), choice->title);
  GtkWidget *dialog = app_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), heading,
                                              _("This computer forgets how to send that way. "
                                                "The file it came from stays where it is."));
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (dialog);

  g_clear_pointer (&self->asked, json_decref);
  self->asked = json_incref (choice->kind);
  adw_message_dialog_add_responses (question, "keep", _("_Keep"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (question, "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question, "keep");
  adw_message_dialog_set_close_response (question, "keep");
  g_signal_connect_object (question, "response", G_CALLBACK (remove_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static GtkWidget *
make_remove_button (AppGatewayChooser *self,
                    AppGatewayChoice  *choice)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *name = g_strdup_printf (_("Remove %s…"), choice->title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (button), "choice", choice);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
make_row (AppGatewayChooser *self,
          AppGatewayChoice  *choice)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "use-underline", choice->kind == NULL,
                                 "title", choice->title, "subtitle", choice->subtitle != NULL ? choice->subtitle : "",
                                 "activatable", TRUE, NULL);

  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", choice->icon, "accessible-role",
                                           GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  if (choice->group == APP_GATEWAY_DESCRIBED)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_remove_button (self, choice));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic", "accessible-role",
                                           GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  g_object_set_data (G_OBJECT (row), "choice", choice);
  g_signal_connect_object (row, "activated", G_CALLBACK (row_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static AdwPreferencesGroup *
group_of (AppGatewayChooser *self,
          AppGatewayGroup    group)
{
  switch (group)
    {
    case APP_GATEWAY_OWN:
      return self->own;
    case APP_GATEWAY_SERVICE:
      return self->services;
    case APP_GATEWAY_DESCRIBED:
      return self->described;
    case APP_GATEWAY_OTHER:
    case APP_N_GATEWAY_GROUPS:
    default:
      return self->other;
    }
}

static void
drop_rows (AppGatewayChooser *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const AppGatewayChoice *choice = self->choices->pdata[i];

      adw_preferences_group_remove (group_of (self, choice->group), self->rows->pdata[i]);
    }
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
}

/* The row that brings more stands below those that came that way. */
static void
fill (AppGatewayChooser *self)
{
  g_autoptr(GtkWidget) last = g_object_ref (GTK_WIDGET (self->import_row));
  guint filled[APP_N_GATEWAY_GROUPS] = { 0 };

  adw_preferences_group_remove (self->described, last);
  self->choices = app_gateway_choices_new (self->kinds, self->use);
  for (guint i = 0; i < self->choices->len; i++)
    {
      AppGatewayChoice *choice = self->choices->pdata[i];
      GtkWidget *row = make_row (self, choice);

      adw_preferences_group_add (group_of (self, choice->group), row);
      g_ptr_array_add (self->rows, row);
      filled[choice->group]++;
    }
  adw_preferences_group_add (self->described, last);
  gtk_widget_set_visible (GTK_WIDGET (self->own), filled[APP_GATEWAY_OWN] > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->services), filled[APP_GATEWAY_SERVICE] > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->other), filled[APP_GATEWAY_OTHER] > 0);
}

/* --- a description from a file ------------------------------------------------------------------------------------ */

/* The first frame gives it its place. */
static gboolean
scroll_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       frames)
{
  AppGatewayChooser *self = APP_GATEWAY_CHOOSER (widget);
  GtkWidget *scrolled = gtk_widget_get_ancestor (self->said_box, GTK_TYPE_SCROLLED_WINDOW);
  graphene_rect_t box;

  if ((*(guint *) frames)++ == 0)
    return G_SOURCE_CONTINUE;
  if (scrolled != NULL && gtk_widget_compute_bounds (self->said_box, scrolled, &box))
    {
      GtkAdjustment *at = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
      double below = box.origin.y + box.size.height + SPACE - gtk_adjustment_get_page_size (at);

      if (below > 0)
        gtk_adjustment_set_value (at, gtk_adjustment_get_value (at) + below);
    }
  return G_SOURCE_REMOVE;
}

static void
say (AppGatewayChooser *self,
     const char        *words,
     gboolean           wrong)
{
  gtk_widget_set_visible (self->said_box, words != NULL);
  gtk_image_set_from_icon_name (self->said_icon, wrong ? "dialog-error-symbolic" : "object-select-symbolic");
  if (wrong)
    gtk_widget_add_css_class (self->said_box, "error");
  else
    gtk_widget_remove_css_class (self->said_box, "error");
  gtk_label_set_label (self->said, words != NULL ? words : "");
  /* It stands below all kinds. */
  if (words != NULL)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_cb, g_new0 (guint, 1), g_free);
}

static void
form_changed_cb (AppGatewayChooser *self)
{
  gboolean busy = app_description_form_is_busy (self->form);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_stack_set_visible_child_name (self->import_stack, busy ? "busy" : "ready");
  gtk_spinner_set_spinning (self->import_spinner, busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->import_row), !busy);
  /* A row that could not be used for a while lost it. */
  if (!busy && root != NULL && gtk_root_get_focus (root) == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->import_row));
  say (self, app_description_form_get_problem (self->form), TRUE);
}

static void
drop_kind (AppGatewayChooser *self,
           const char        *name)
{
  json_t *kind;
  gsize i;

  json_array_foreach (self->kinds, i, kind)
    if (g_strcmp0 (secinfo_json_get_string (kind, "name"), name) == 0)
      {
        json_array_remove (self->kinds, i);
        return;
      }
}

/* Where it went, if that is not here. */
static void
say_where (AppGatewayChooser *self,
           json_t            *kind)
{
  const char *title = secinfo_json_get_string (kind, "title");
  g_autofree char *shown = secinfo_text_isolate (title != NULL ? title : "");
  g_autofree char *text = NULL;

  switch (app_gateway_get_use (kind))
    {
    case APP_GATEWAY_EMAIL:
      text = g_strdup_printf (_("%s was taken over. It sends email: add it there."), shown);
      break;
    case APP_GATEWAY_PHONE:
      text = g_strdup_printf (_("%s was taken over. It reaches phones: add it there."), shown);
      break;
    case APP_GATEWAY_ALERTS:
      text = g_strdup_printf (_("%s was taken over. It is for alerts: add it on their page."), shown);
      break;
    case APP_N_GATEWAY_USES:
    default:
      break;
    }
  say (self, text, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->import_row));
}

static void
imported_cb (AppGatewayChooser *self,
             json_t            *kind)
{
  const char *name = secinfo_json_get_string (kind, "name");

  drop_rows (self);
  drop_kind (self, name);
  json_array_append (self->kinds, kind);
  fill (self);
  for (guint i = 0; i < self->choices->len; i++)
    {
      const AppGatewayChoice *choice = self->choices->pdata[i];

      if (choice->kind != NULL && g_strcmp0 (secinfo_json_get_string (choice->kind, "name"), name) == 0)
        {
          gtk_widget_grab_focus (self->rows->pdata[i]);
          return;
        }
    }
  say_where (self, kind);
}

static void
removed_cb (AppGatewayChooser *self,
            const char        *name,
            json_t            *kinds)
{
  drop_rows (self);
  if (kinds != NULL)
    {
      json_decref (self->kinds);
      self->kinds = json_incref (kinds);
    }
  else
    drop_kind (self, name);
  fill (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->import_row));
}

static void
file_cb (AppGatewayChooser *self,
         int                response)
{
  g_autoptr(GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr(GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file != NULL)
    app_description_form_import (self->form, file);
}

static void
import_cb (AppGatewayChooser *self)
{
  g_autoptr(GtkFileFilter) json = gtk_file_filter_new (), all = gtk_file_filter_new ();

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_("Description File"),
                                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_filter_set_name (json, _("Descriptions (JSON)"));
  gtk_file_filter_add_suffix (json, "json");
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), json);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), all);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (file_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static gboolean
drop_cb (AppGatewayChooser *self,
         const GValue      *value)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL || app_description_form_is_busy (self->form))
    return FALSE;
  app_description_form_import (self->form, files->data);
  return TRUE;
}

static void
add_import (AppGatewayChooser *self,
            SecinfoClient     *client)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->form = app_description_form_new (client);
  g_signal_connect_object (self->form, "changed", G_CALLBACK (form_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "imported", G_CALLBACK (imported_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->import_row, "activated", G_CALLBACK (import_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* --- the widget --------------------------------------------------------------------------------------------------- */

static void
app_gateway_chooser_dispose (GObject *object)
{
  AppGatewayChooser *self = APP_GATEWAY_CHOOSER (object);

  g_clear_object (&self->chooser);
  /* What is still on its way is not waited for. */
  if (self->form != NULL)
    g_object_run_dispose (G_OBJECT (self->form));
  g_clear_object (&self->form);
  G_OBJECT_CLASS (app_gateway_chooser_parent_class)->dispose (object);
}

static void
app_gateway_chooser_finalize (GObject *object)
{
  AppGatewayChooser *self = APP_GATEWAY_CHOOSER (object);

  g_ptr_array_unref (self->rows);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_clear_pointer (&self->kinds, json_decref);
  g_clear_pointer (&self->asked, json_decref);
  G_OBJECT_CLASS (app_gateway_chooser_parent_class)->finalize (object);
}

static void
app_gateway_chooser_class_init (AppGatewayChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_gateway_chooser_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_gateway_chooser_finalize;
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                0);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-gateway-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, back_button);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, own);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, services);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, described);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, import_row);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, import_stack);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, import_spinner);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, said_box);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, said_icon);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, said);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayChooser, other);
}

static void
app_gateway_chooser_init (AppGatewayChooser *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  g_signal_connect_object (self->back_button, "clicked", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
}

AppGatewayChooser *
app_gateway_chooser_new (SecinfoClient *client,
                         json_t        *kinds,
                         AppGatewayUse  use)
{
  AppGatewayChooser *self = g_object_new (APP_TYPE_GATEWAY_CHOOSER, NULL);

  self->use = use;
  self->kinds = json_incref (kinds);
  add_import (self, client);
  fill (self);
  return self;
}

void
app_gateway_chooser_focus (AppGatewayChooser *self)
{
  g_return_if_fail (APP_IS_GATEWAY_CHOOSER (self));

  gtk_widget_grab_focus (self->rows->len > 0 ? self->rows->pdata[0] : GTK_WIDGET (self->import_row));
}
