/* app-help-window.c - the help: articles, searchable
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-help-window.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-dialog-over.h"

/**
 * AppHelpWindow:
 *
 * Articles and search left, article right; one column when narrow. It has a group of windows of its own: a modal dialog
 * keeps everything else from being used, and its help has to be read beside it.
 */
struct _AppHelpWindow
{
  AdwWindow             parent_instance;

  GtkWindow            *window;      /* weak: it outlives us, being what we are destroyed with */
  const AppHelpArticle *shown;       /* (nullable) until one was chosen */
  guint                 look_source;

  AdwLeaflet           *leaflet;
  GtkSearchEntry       *search;
  GtkListBox           *articles;
  GtkLabel             *nothing;
  GtkScrolledWindow    *scroll;
  GtkLabel             *title;
  GtkLabel             *text;
  GtkButton            *button;
  GtkLabel             *later;
  GtkButton            *back_button;
};

G_DEFINE_FINAL_TYPE (AppHelpWindow, app_help_window, ADW_TYPE_WINDOW)

static const AppHelpArticle *
article_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "article");
}

static gboolean
is_reading (AppHelpWindow *self)
{
  return adw_leaflet_get_folded (self->leaflet) &&
         g_strcmp0 (adw_leaflet_get_visible_child_name (self->leaflet), "article") == 0;
}

/* --- the article -------------------------------------------------------------------------------------------------- */

/* What somebody is in the midst of is left alone: the place can be opened once that dialog is closed. */
static void
sync_button (AppHelpWindow *self)
{
  gboolean has = self->shown != NULL && self->shown->button != NULL;
  gboolean can = app_dialog_over (GTK_WINDOW (self->window)) == NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->button), has);
  gtk_widget_set_sensitive (GTK_WIDGET (self->button), can);
  gtk_widget_set_visible (GTK_WIDGET (self->later), has && !can);
}

static void
show_article (AppHelpWindow        *self,
              const AppHelpArticle *article)
{
  g_autofree char *text = app_help_article_get_text (article);

  if (self->shown == article)
    return;
  self->shown = article;
  gtk_label_set_label (self->title, app_help_article_get_title (article));
  gtk_label_set_label (self->text, text);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroll), 0);
  if (article->button != NULL)
    {
      gtk_button_set_label (self->button, _(article->button));
      app_accessible_mend (GTK_WIDGET (self->button));
    }
  sync_button (self);
}

static void
button_cb (AppHelpWindow *self)
{
  const AppHelpArticle *article = self->shown;

  gtk_window_present (GTK_WINDOW (self->window));
  if (article->target != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), article->action, "s", article->target);
  else
    gtk_widget_activate_action (GTK_WIDGET (self->window), article->action, NULL);
}

static gboolean
look_cb (gpointer user_data)
{
  AppHelpWindow *self = user_data;

  self->look_source = 0;
  sync_button (self);
  return G_SOURCE_REMOVE;
}

/* A window that is new says only later whose dialog it is. */
static void
windows_changed_cb (AppHelpWindow *self)
{
  if (self->look_source == 0)
    self->look_source = g_idle_add (look_cb, self);
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

static void
selected_cb (AppHelpWindow *self,
             GtkListBoxRow *row)
{
  if (row != NULL)
    show_article (self, article_of (row));
}

static void
open_row (AppHelpWindow *self,
          GtkListBoxRow *row)
{
  gtk_list_box_select_row (self->articles, row);
  adw_leaflet_set_visible_child_name (self->leaflet, "article");
  if (is_reading (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->back_button));
}

/* (nullable) */
static GtkListBoxRow *
first_row (AppHelpWindow *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->articles, i)) != NULL; i++)
    if (gtk_widget_get_visible (GTK_WIDGET (row)))
      return row;
  return NULL;
}

static void
searched_cb (AppHelpWindow *self)
{
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->search));
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->articles);
  GtkListBoxRow *row, *first;

  /* Hidden, not filtered: GTK 4.8 tells a screen reader of the former alone. */
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->articles, i)) != NULL; i++)
    gtk_widget_set_visible (GTK_WIDGET (row), app_help_article_matches (article_of (row), words));
  first = first_row (self);
  gtk_label_set_label (self->nothing, first == NULL ? _("Nothing found – try one word.") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), first == NULL);
  if (first != NULL && (selected == NULL || !gtk_widget_get_visible (GTK_WIDGET (selected))))
    gtk_list_box_select_row (self->articles, first);
}

/* Enter in the search opens what it found first. */
static void
search_activate_cb (AppHelpWindow *self)
{
  GtkListBoxRow *first;

  searched_cb (self);
  first = first_row (self);
  if (first != NULL)
    open_row (self, first);
}

static gboolean
search_key_cb (AppHelpWindow *self,
               guint          key)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->articles);

  if (key != GDK_KEY_Down && key != GDK_KEY_KP_Down)
    return FALSE;
  if (row == NULL || !gtk_widget_get_visible (GTK_WIDGET (row)))
    row = first_row (self);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
  return TRUE;
}

static GtkWidget *
make_row (const AppHelpArticle *article)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", app_help_article_get_title (article), "xalign", 0.0,
                                   "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, "margin-top", 6,
                                   "margin-bottom", 6, NULL);
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "child", label, NULL);

  g_object_set_data (G_OBJECT (row), "article", (gpointer) article);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  app_help_article_get_title (article), -1);
  return row;
}

static void
fill_list (AppHelpWindow *self)
{
  guint n;
  const AppHelpArticle *all = app_help_articles (&n);

  for (guint i = 0; i < n; i++)
    gtk_list_box_append (self->articles, make_row (&all[i]));
}

/* --- ways out ----------------------------------------------------------------------------------------------------- */

static void
go_back (AppHelpWindow *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->articles);

  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  gtk_widget_grab_focus (row != NULL && gtk_widget_get_visible (GTK_WIDGET (row)) ? GTK_WIDGET (row)
                                                                                         : GTK_WIDGET (self->search));
}

static void
escape_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  AppHelpWindow *self = APP_HELP_WINDOW (widget);

  if (is_reading (self))
    go_back (self);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
find_cb (GtkWidget  *widget,
         const char *action,
         GVariant   *parameter)
{
  AppHelpWindow *self = APP_HELP_WINDOW (widget);

  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* Escape in the search: what was typed goes first. */
static void
stop_search_cb (AppHelpWindow *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  else
    gtk_window_close (GTK_WINDOW (self));
}

/* --- the class ---------------------------------------------------------------------------------------------------- */

static void
app_help_window_dispose (GObject *object)
{
  g_clear_handle_id (&APP_HELP_WINDOW (object)->look_source, g_source_remove);
  G_OBJECT_CLASS (app_help_window_parent_class)->dispose (object);
}

static void
app_help_window_class_init (AppHelpWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_help_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, search);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, articles);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, nothing);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, scroll);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, title);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, text);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, button);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, later);
  gtk_widget_class_bind_template_child (widget_class, AppHelpWindow, back_button);
  gtk_widget_class_bind_template_callback (widget_class, search_key_cb);
  gtk_widget_class_install_action (widget_class, "help.escape", NULL, escape_cb);
  gtk_widget_class_install_action (widget_class, "help.find", NULL, find_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
app_help_window_init (AppHelpWindow *self)
{
  g_autoptr(GtkWindowGroup) group = gtk_window_group_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_group_add_window (group, GTK_WINDOW (self));
  fill_list (self);
  g_signal_connect_swapped (self->articles, "row-selected", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (self->articles, "row-activated", G_CALLBACK (open_row), self);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (searched_cb), self);
  g_signal_connect_swapped (self->search, "activate", G_CALLBACK (search_activate_cb), self);
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (stop_search_cb), self);
  g_signal_connect_swapped (self->back_button, "clicked", G_CALLBACK (go_back), self);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (button_cb), self);
  g_signal_connect_object (gtk_window_get_toplevels (), "items-changed", G_CALLBACK (windows_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/* (nullable) The main window that @window belongs to. */
static GtkWindow *
main_window_of (GtkWindow *window)
{
  while (window != NULL && !GTK_IS_APPLICATION_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  return window;
}

static AppHelpWindow *
find_window (GtkWindow *window)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) other = g_list_model_get_item (windows, i);

      if (APP_IS_HELP_WINDOW (other) && APP_HELP_WINDOW (other)->window == window)
        return APP_HELP_WINDOW (other);
    }
  return NULL;
}

static void
select_article (AppHelpWindow *self,
                const char    *name)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->articles, i)) != NULL; i++)
    if (g_str_equal (article_of (row)->name, name))
      gtk_list_box_select_row (self->articles, row);
}

void
app_help_present (GtkWindow  *over,
                  const char *article)
{
  GtkWindow *window = main_window_of (over);
  AppHelpWindow *self;

  g_return_if_fail (window != NULL);

  self = find_window (window);
  if (self == NULL)
    {
      self = g_object_new (APP_TYPE_HELP_WINDOW, "transient-for", window, "destroy-with-parent", TRUE, NULL);
      self->window = window;
    }
  if (article != NULL || self->shown == NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->search), "");
      select_article (self, article != NULL ? article : APP_ARTICLE_WHAT);
      adw_leaflet_set_visible_child_name (self->leaflet, article != NULL ? "article" : "list");
    }
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (is_reading (self) ? GTK_WIDGET (self->back_button) : GTK_WIDGET (self->search));
}

/* The page of the preferences that is in front speaks of something else than the others. */
static const char *
article_for (GtkWidget  *window,
             const char *article)
{
  const char *page = ADW_IS_PREFERENCES_WINDOW (window)
                       ? adw_preferences_window_get_visible_page_name (ADW_PREFERENCES_WINDOW (window)) : NULL;

  if (g_strcmp0 (page, "alerts") == 0)
    return APP_ARTICLE_UNASKED;
  if (g_strcmp0 (page, "security") == 0)
    return APP_ARTICLE_WHY;
  return article;
}

static gboolean
help_key_cb (GtkWidget *widget,
             GVariant  *article,
             gpointer   user_data)
{
  app_help_present (GTK_WINDOW (widget), article_for (widget, g_variant_get_string (article, NULL)));
  return TRUE;
}

void
app_help_bind_class (GtkWidgetClass *klass,
                     const char     *article)
{
  g_autoptr(GtkShortcut) shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_F1, 0),
                                                      gtk_callback_action_new (help_key_cb, NULL, NULL));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_string (article));
  gtk_widget_class_add_shortcut (klass, shortcut);
}
