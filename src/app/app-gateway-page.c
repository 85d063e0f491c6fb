/* app-gateway-page.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-gateway-page.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-busy-button.h"
#include "app-dialogs.h"
#include "secinfo-mask.h"

/**
 * AppGatewayPage:
 *
 * A subpage of the settings. The rows of its settings are made from the form's fields; what was typed lives there, and
 * a secret is emptied here as soon as it is saved.
 */
struct _AppGatewayPage
{
  AdwBin               parent_instance;

  AppGatewayForm      *form;       /* (not nullable) after app_gateway_page_new() */
  GPtrArray           *rows;       /* of GtkWidget, one a field */
  gboolean             filling;    /* by us, not by the person */
  gboolean             leaves;     /* once it is saved */

  GtkLabel            *header_title;
  GtkButton           *back_button;
  GtkButton           *save_button;
  GtkWidget           *health_group;
  AdwActionRow        *health_row;
  GtkImage            *health_icon;
  AdwPreferencesGroup *fields;
  GtkWidget           *problem_box;
  GtkLabel            *problem;
  GtkWidget           *test_group;
  AdwEntryRow         *test_to;
  GtkButton           *test_button;
  GtkWidget           *test_here;
  GtkButton           *test_here_button;
  AdwActionRow        *test_result;
  GtkImage            *test_icon;
  GtkWidget           *remove_group;
  GtkButton           *remove_button;
};

G_DEFINE_FINAL_TYPE (AppGatewayPage, app_gateway_page, ADW_TYPE_BIN)

enum { BACK, N_SIGNALS };

static guint signals[N_SIGNALS];

/* --- what it shows ------------------------------------------------------------------------------------------------ */

static void
set_health (AdwActionRow           *row,
            GtkImage               *icon,
            const AppGatewayHealth *health)
{
  static const char *const styles[] = { "success", "warning", "error", "dim-label" };

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), health->title);
  adw_action_row_set_subtitle (row, health->subtitle != NULL ? health->subtitle : "");
  gtk_image_set_from_icon_name (icon, health->icon);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (icon), styles[i]);
  gtk_widget_add_css_class (GTK_WIDGET (icon), health->style);
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, health->icon_name, -1);
}

static void
show_problem (AppGatewayPage *self)
{
  int at;
  const char *problem = app_gateway_form_get_problem (self->form, &at);

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = self->rows->pdata[i];
      gboolean wrong = problem != NULL && at == (int) i;

      if (wrong)
        gtk_widget_add_css_class (row, "error");
      else
        gtk_widget_remove_css_class (row, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                                   wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
      if (wrong)
        gtk_accessible_update_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, self->problem, NULL,
                                        -1);
      else
        gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY);
    }
  if (problem != NULL && g_strcmp0 (gtk_label_get_label (self->problem), problem) != 0 && at >= 0)
    gtk_widget_grab_focus (self->rows->pdata[at]);
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (self->problem_box, problem != NULL);
}

static gboolean
scroll_cb (gpointer user_data)
{
  AppGatewayPage *self = user_data;
  GtkWidget *scrolled = gtk_widget_get_ancestor (self->test_group, GTK_TYPE_SCROLLED_WINDOW);

  if (scrolled != NULL)
    {
      GtkAdjustment *at = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

      gtk_adjustment_set_value (at, gtk_adjustment_get_upper (at));
    }
  return G_SOURCE_REMOVE;
}

/* The test stands at the end of the page; once what is new there has its place. */
static void
scroll_to_test (AppGatewayPage *self)
{
  g_idle_add_full (G_PRIORITY_LOW, scroll_cb, g_object_ref (self), g_object_unref);
}

static void
sync_all (AppGatewayPage *self)
{
  gboolean fresh = app_gateway_form_is_new (self->form), busy = app_gateway_form_is_busy (self->form);
  const AppGatewayHealth *result = app_gateway_form_get_result (self->form);
  g_autoptr(AppGatewayHealth) health = app_gateway_form_get_health (self->form, g_get_real_time () / G_USEC_PER_SEC);

  gtk_label_set_label (self->header_title, app_gateway_form_get_title (self->form));
  gtk_button_set_label (self->save_button, fresh ? _("_Add") : _("_Save"));
  app_accessible_mend (GTK_WIDGET (self->save_button));
  gtk_widget_set_sensitive (GTK_WIDGET (self->save_button), app_gateway_form_can_save (self->form));
  gtk_widget_set_visible (self->health_group, health != NULL);
  if (health != NULL)
    set_health (self->health_row, self->health_icon, health);
  for (guint i = 0; i < self->rows->len; i++)
    app_busy_row_set (self->rows->pdata[i], busy);
  show_problem (self);
  gtk_widget_set_visible (self->test_group, !fresh);
  gtk_widget_set_sensitive (GTK_WIDGET (self->test_button),
                            !busy && !app_gateway_form_is_dirty (self->form) &&
                              *gtk_editable_get_text (GTK_EDITABLE (self->test_to)) != '\0');
  /* It keeps the focus while its own message is on its way. */
  gtk_widget_set_sensitive (GTK_WIDGET (self->test_here_button), !app_gateway_form_is_dirty (self->form));
  if (result != NULL && !gtk_widget_get_visible (GTK_WIDGET (self->test_result)))
    scroll_to_test (self);
  gtk_widget_set_visible (GTK_WIDGET (self->test_result), result != NULL);
  if (result != NULL)
    set_health (self->test_result, self->test_icon, result);
  gtk_widget_set_visible (self->remove_group, !fresh);
  gtk_widget_set_sensitive (GTK_WIDGET (self->remove_button), !busy);
}

/* --- the fields --------------------------------------------------------------------------------------------------- */

static void
row_changed_cb (AppGatewayPage *self,
                GtkWidget      *row)
{
  guint n;

  if (!self->filling && g_ptr_array_find (self->rows, row, &n))
    app_gateway_form_set_value (self->form, n, gtk_editable_get_text (GTK_EDITABLE (row)));
}

static void
row_chosen_cb (AppGatewayPage *self,
               GParamSpec     *pspec,
               GtkWidget      *row)
{
  guint n;

  if (!self->filling && g_ptr_array_find (self->rows, row, &n))
    app_gateway_form_set_value (self->form, n,
                                app_gateway_form_get_field (self->form, n)
                                  ->choices[adw_combo_row_get_selected (ADW_COMBO_ROW (row))]);
}

static void
save_cb (AppGatewayPage *self)
{
  app_gateway_form_save (self->form);
}

static GtkWidget *
make_choice (const AppGatewayField *field)
{
  g_autoptr(GtkStringList) words = gtk_string_list_new (NULL);
  guint selected = 0;

  for (guint i = 0; field->choices[i] != NULL; i++)
    {
      gtk_string_list_append (words, _(field->words[i]));
      if (g_str_equal (field->choices[i], field->first))
        selected = i;
    }
  return g_object_new (ADW_TYPE_COMBO_ROW, "title", field->label, "use-markup", FALSE, "model", words,
                       "selected", selected, NULL);
}

static GtkWidget *
make_row (AppGatewayPage        *self,
          const AppGatewayField *field)
{
  g_autofree char *label = NULL;
  GtkWidget *row;

  if (field->kind == APP_GATEWAY_CHOICE)
    {
      row = make_choice (field);
      g_signal_connect_object (row, "notify::selected", G_CALLBACK (row_chosen_cb), self, G_CONNECT_SWAPPED);
      return row;
    }
  /* Translators: the name of a password that is set and not shown: “Token (saved)” */
  label = field->saved ? g_strdup_printf (_("%s (saved)"), field->label) : g_strdup (field->label);
  row = g_object_new (field->kind == APP_GATEWAY_SECRET ? ADW_TYPE_PASSWORD_ENTRY_ROW : ADW_TYPE_ENTRY_ROW,
                      "title", label, "use-markup", FALSE, NULL);
  /* Hosts, numbers, names of accounts: "+44…" would end with its sign where one reads from right to left. */
  gtk_widget_set_direction (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (row))), GTK_TEXT_DIR_LTR);
  gtk_editable_set_text (GTK_EDITABLE (row), field->first);
  g_signal_connect_object (row, "changed", G_CALLBACK (row_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "entry-activated", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  return row;
}

/* Anew after each save: what was a secret is emptied, what was filled in is what is stored. */
static void
make_rows (AppGatewayPage *self)
{
  self->filling = TRUE;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->fields, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < app_gateway_form_count (self->form); i++)
    {
      GtkWidget *row = make_row (self, app_gateway_form_get_field (self->form, i));

      g_ptr_array_add (self->rows, row);
      adw_preferences_group_add (self->fields, row);
    }
  self->filling = FALSE;
}

/* --- leaving ------------------------------------------------------------------------------------------------------ */

static void
go_back (AppGatewayPage *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

/* What has the focus where a test comes next: the address, or the button where the settings say where it goes. */
static GtkWidget *
test_widget (AppGatewayPage *self)
{
  return app_gateway_form_has_address (self->form) ? GTK_WIDGET (self->test_to) : GTK_WIDGET (self->test_here_button);
}

static void
saved_cb (AppGatewayPage *self)
{
  if (self->leaves)
    {
      go_back (self);
      return;
    }
  make_rows (self);
  sync_all (self);
  gtk_widget_grab_focus (test_widget (self));
  scroll_to_test (self);
}

static void
left_cb (AppGatewayPage *self,
         const char     *response)
{
  if (g_str_equal (response, "discard"))
    go_back (self);
  else if (g_str_equal (response, "save"))
    {
      self->leaves = TRUE;
      app_gateway_form_save (self->form);
    }
}

static GtkWindow *
window_of (AppGatewayPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

void
app_gateway_page_leave (AppGatewayPage *self)
{
  GtkWidget *dialog;
  AdwMessageDialog *question;

  g_return_if_fail (APP_IS_GATEWAY_PAGE (self));

  if (!app_gateway_form_is_dirty (self->form))
    {
      go_back (self);
      return;
    }
  dialog = app_message_dialog_new (window_of (self), _("Keep what you typed?"),
                                   app_gateway_form_is_new (self->form) ? _("It was not added yet.")
                                                                        : _("It was not saved yet."));
  question = ADW_MESSAGE_DIALOG (dialog);
  adw_message_dialog_add_responses (question, "stay", _("_Go on editing"), "discard", _("_Discard"), "save",
                                    app_gateway_form_is_new (self->form) ? _("_Add") : _("_Save"), NULL);
  adw_message_dialog_set_response_appearance (question, "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (question, "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (question, "save", app_gateway_form_can_save (self->form));
  adw_message_dialog_set_default_response (question, app_gateway_form_can_save (self->form) ? "save" : "stay");
  adw_message_dialog_set_close_response (question, "stay");
  g_signal_connect_object (question, "response", G_CALLBACK (left_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
remove_response_cb (AppGatewayPage *self,
                    const char     *response)
{
  if (g_str_equal (response, "remove"))
    app_gateway_form_remove (self->form);
}

static void
remove_cb (AppGatewayPage *self)
{
  g_autofree char *name = secinfo_text_isolate (app_gateway_form_get_title (self->form));
  g_autofree char *heading = g_strdup_printf (_("Remove “%s”?"), name);
  GtkWidget *dialog = app_message_dialog_new (window_of (self), heading,
                                              _("No codes go this way then. Its settings are forgotten."));
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_add_responses (question, "keep", _("_Keep"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (question, "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question, "keep");
  adw_message_dialog_set_close_response (question, "keep");
  g_signal_connect_object (question, "response", G_CALLBACK (remove_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
test_cb (AppGatewayPage *self)
{
  app_gateway_form_test (self->form, gtk_editable_get_text (GTK_EDITABLE (self->test_to)));
}

/* --- the widget --------------------------------------------------------------------------------------------------- */

static void
app_gateway_page_finalize (GObject *object)
{
  AppGatewayPage *self = APP_GATEWAY_PAGE (object);

  g_ptr_array_unref (self->rows);
  g_clear_object (&self->form);
  G_OBJECT_CLASS (app_gateway_page_parent_class)->finalize (object);
}

static void
app_gateway_page_class_init (AppGatewayPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = app_gateway_page_finalize;
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-gateway-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, header_title);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, save_button);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, health_group);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, health_row);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, health_icon);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, fields);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, problem_box);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, problem);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, test_group);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, test_to);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, test_button);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, test_here);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, test_here_button);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, test_result);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, test_icon);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, remove_group);
  gtk_widget_class_bind_template_child (widget_class, AppGatewayPage, remove_button);
}

static void
app_gateway_page_init (AppGatewayPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (app_gateway_page_leave), self);
  g_signal_connect_swapped (self->save_button, "clicked", G_CALLBACK (save_cb), self);
  g_signal_connect_swapped (self->test_button, "clicked", G_CALLBACK (test_cb), self);
  g_signal_connect_swapped (self->test_here_button, "clicked", G_CALLBACK (test_cb), self);
  g_signal_connect_swapped (self->test_to, "entry-activated", G_CALLBACK (test_cb), self);
  g_signal_connect_swapped (self->remove_button, "clicked", G_CALLBACK (remove_cb), self);
}

AppGatewayPage *
app_gateway_page_new (AppGatewayForm *form)
{
  AppGatewayPage *self = g_object_new (APP_TYPE_GATEWAY_PAGE, NULL);

  self->form = g_object_ref (form);
  gtk_widget_set_visible (GTK_WIDGET (self->test_to), app_gateway_form_has_address (form));
  gtk_widget_set_visible (self->test_here, !app_gateway_form_has_address (form));
  make_rows (self);
  g_signal_connect_object (form, "changed", G_CALLBACK (sync_all), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "removed", G_CALLBACK (go_back), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->test_to, "changed", G_CALLBACK (sync_all), self, G_CONNECT_SWAPPED);
  sync_all (self);
  return self;
}

void
app_gateway_page_focus (AppGatewayPage *self)
{
  g_return_if_fail (APP_IS_GATEWAY_PAGE (self));

  /* What it is called is filled in already: the first that is not. */
  for (guint i = 0; app_gateway_form_is_new (self->form) && i < self->rows->len; i++)
    if (GTK_IS_EDITABLE (self->rows->pdata[i]) &&
        *gtk_editable_get_text (GTK_EDITABLE (self->rows->pdata[i])) == '\0')
      {
        gtk_widget_grab_focus (self->rows->pdata[i]);
        return;
      }
  gtk_widget_grab_focus (app_gateway_form_is_new (self->form) && self->rows->len > 0 ? self->rows->pdata[0]
                                                                                      : test_widget (self));
}
