/* app-window.c - the main window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-window.h"

#include <glib/gi18n.h>

#include "app-basics-page.h"
#include "app-dialog-over.h"
#include "app-dialogs.h"
#include "app-info-form.h"
#include "app-info-page.h"
#include "app-menu-later.h"
#include "app-notice.h"
#include "app-plain-layout.h"
#include "app-trouble-page.h"
#include "app-window-form.h"
#include "secinfo-forget.h"
#include "secinfo-launcher.h"

#define RETRY_SECONDS 5
#define SPINNER_MILLISECONDS 300
/* How long the window waits for what it is to show: what comes in one go is there earlier than in two. */
#define PRESENT_MILLISECONDS 100
/* As long as a dialog's page takes to come in. */
#define BELOW_MILLISECONDS 250

/**
 * AppWindow:
 *
 * Holds the account and asks for it anew when the service says that something changed; its pages follow the account.
 * What to show is #AppWindowForm's to say.
 */
struct _AppWindow
{
  AdwApplicationWindow  parent_instance;

  SecinfoClient        *client;          /* (nullable) until construction is over */
  SecinfoAccount       *account;
  AppWindowForm        *form;
  GCancellable         *cancellable;     /* of every question on its way; cancelled when the window goes */
  gboolean              is_private;
  gboolean              asking;          /* for the account */
  gboolean              ask_again;       /* something changed meanwhile */
  gboolean              starting;        /* the private instance */
  gboolean              deaf;            /* the event stream broke off: what changes is asked for from time to time */
  gboolean              prepared;        /* what is not shown yet is being made, or is there */
  AppTrouble           *shown;           /* (nullable) copied text of the trouble that is on screen */
  guint                 retry_source;
  guint                 spinner_source;
  guint                 present_source;  /* while the first answer may still come before the window does */
  guint                 idle_source;
  guint                 account_source;  /* while a change of the account waits to be shown below a dialog */
  guint                 focus_source;    /* the pages came in front: the focus goes there when they are filled */

  AdwHeaderBar         *header;
  AdwViewSwitcherTitle *switcher_title;
  AdwViewSwitcherBar   *switcher_bar;
  GtkWidget            *plain_title;     /* what the header has while there are no pages; owned */
  GtkMenuButton        *menu_button;
  GMenuModel           *primary_menu;
  AdwBin               *notice_place;
  AppNotice            *notice;          /* (nullable) until there is one */
  AdwToastOverlay      *toasts;
  AdwToast             *toast;   /* (nullable) weak: the last one */
  GtkStack             *state;
  GtkSpinner           *spinner;
  AdwViewStack         *pages;
  AppBasicsPage        *basics;
  AdwBin               *info_place;
  AppInfoPage          *info;            /* (nullable) until it is needed, or there is time */
  AppTroublePage       *trouble;         /* (nullable) until there is some */
};

G_DEFINE_FINAL_TYPE (AppWindow, app_window, ADW_TYPE_APPLICATION_WINDOW)

static void update (AppWindow *self);

static void
set_enabled (AppWindow  *self,
             const char *action,
             gboolean    enabled)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, enabled);
}

static void
make_info (AppWindow *self)
{
  if (self->info != NULL || self->client == NULL)
    return;
  self->info = g_object_new (APP_TYPE_INFO_PAGE, NULL);
  app_info_page_set_account (self->info, self->client, self->account);
  app_info_page_set_focused (self->info, gtk_window_is_active (GTK_WINDOW (self)));
  adw_bin_set_child (self->info_place, GTK_WIDGET (self->info));
}

static gboolean
idle_cb (gpointer user_data)
{
  AppWindow *self = user_data;

  /* The page first, then the dialogs that are opened from it. */
  if (self->info == NULL)
    {
      self->idle_source = 0;
      make_info (self);
      self->idle_source = g_idle_add_full (G_PRIORITY_LOW, idle_cb, self, NULL);
      return G_SOURCE_REMOVE;
    }
  if (app_dialogs_prepare ())
    return G_SOURCE_CONTINUE;
  self->idle_source = 0;
  return G_SOURCE_REMOVE;
}

static void
page_changed_cb (AppWindow *self)
{
  const char *name = adw_view_stack_get_visible_child_name (self->pages);

  if (g_strcmp0 (name, "info") == 0)
    make_info (self);
  adw_view_switcher_title_set_title (self->switcher_title,
                                     g_strcmp0 (name, "info") == 0 ? _("Security info") : _("Security basics"));
}

/* The header keeps its switcher, or says the window's name; the switcher itself stays as it is, because libadwaita 1.2
 * warns when it is switched off without animations. */
static void
set_header (AppWindow *self,
            gboolean   pages)
{
  GtkWidget *title = pages ? GTK_WIDGET (self->switcher_title) : self->plain_title;

  if (adw_header_bar_get_title_widget (self->header) != title)
    adw_header_bar_set_title_widget (self->header, title);
  gtk_widget_set_visible (GTK_WIDGET (self->switcher_bar), pages);
}

static void
show_trouble (AppWindow        *self,
              const AppTrouble *trouble)
{
  gboolean new_trouble = !app_trouble_equal (self->shown, trouble);

  if (self->trouble == NULL)
    {
      self->trouble = g_object_new (APP_TYPE_TROUBLE_PAGE, NULL);
      gtk_stack_add_named (self->state, GTK_WIDGET (self->trouble), "trouble");
    }
  gtk_stack_set_visible_child_name (self->state, "trouble");
  app_trouble_page_set_text (self->trouble, trouble, new_trouble);
  if (new_trouble)
    {
      g_clear_pointer (&self->shown, app_trouble_free);
      self->shown = app_trouble_copy (trouble);
    }
}

static void notice_dismissed_cb (AppWindow *self);

static void
show_notice (AppWindow           *self,
             const AppNoticeText *text)
{
  if (self->notice == NULL && text == NULL)
    return;
  if (self->notice == NULL)
    {
      self->notice = g_object_new (APP_TYPE_NOTICE, NULL);
      g_signal_connect_object (self->notice, "dismissed", G_CALLBACK (notice_dismissed_cb), self, G_CONNECT_SWAPPED);
      adw_bin_set_child (self->notice_place, GTK_WIDGET (self->notice));
    }
  app_notice_set_text (self->notice, text, TRUE);
}

static gboolean
begin_to_forget_cb (gpointer user_data)
{
  secinfo_forget_begin ();
  return G_SOURCE_REMOVE;
}

static gboolean
present_cb (gpointer user_data)
{
  AppWindow *self = user_data;

  g_clear_handle_id (&self->present_source, g_source_remove);
  /* When it has been drawn, and before anything else is made in which somebody could type. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, begin_to_forget_cb, NULL, NULL);
  gtk_window_present (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

static gboolean
retry_cb (gpointer user_data)
{
  AppWindow *self = user_data;

  self->retry_source = 0;
  app_window_refresh (self);
  return G_SOURCE_REMOVE;
}

/* Into the page in front, where nothing that can be seen has the focus, or what stood there before the pages. */
static void
focus_page (AppWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  GtkWidget *page = adw_view_stack_get_visible_child (self->pages);

  if (focus == NULL || !gtk_widget_get_mapped (focus) || !gtk_widget_is_ancestor (focus, page))
    gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
}

static gboolean
focus_cb (gpointer user_data)
{
  AppWindow *self = user_data;

  self->focus_source = 0;
  focus_page (self);
  return G_SOURCE_REMOVE;
}

/* One that turns where nobody sees it keeps the whole window drawing, sixty times a second. */
static void
turn_spinner (AppWindow *self)
{
  gtk_spinner_set_spinning (self->spinner, gtk_widget_get_visible (GTK_WIDGET (self->spinner)) &&
                            g_strcmp0 (gtk_stack_get_visible_child_name (self->state), "loading") == 0);
}

/* Everything that the form says, onto the screen. */
static void
update (AppWindow *self)
{
  const AppTrouble *trouble;
  gboolean ready;

  app_window_form_refresh (self->form, g_get_real_time () / G_USEC_PER_SEC);
  trouble = app_window_form_get_trouble (self->form);
  ready = app_window_form_get_state (self->form) == APP_WINDOW_READY;

  set_header (self, ready);
  show_notice (self, app_window_form_get_notice (self->form));
  if (trouble != NULL)
    show_trouble (self, trouble);
  else
    {
      gboolean first = ready && g_strcmp0 (gtk_stack_get_visible_child_name (self->state), "ready") != 0;

      gtk_stack_set_visible_child_name (self->state, ready ? "ready" : "loading");
      g_clear_pointer (&self->shown, app_trouble_free);
      if (first && self->focus_source == 0)
        self->focus_source = g_idle_add (focus_cb, self);
    }
  turn_spinner (self);
  set_enabled (self, "win.inbox", app_window_form_has_inbox (self->form));
  set_enabled (self, "win.show-page", ready);
  set_enabled (self, "win.add-email", ready && app_info_form_can_add (self->account, NULL));
  set_enabled (self, "win.add-phone", ready && app_info_form_can_add (self->account, NULL));

  if (ready && !self->prepared)
    {
      self->prepared = TRUE;
      self->idle_source = g_idle_add_full (G_PRIORITY_LOW, idle_cb, self, NULL);
    }
  if (self->present_source != 0 && (ready || trouble != NULL))
    present_cb (self);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  if ((trouble != NULL && trouble->retries) || self->deaf)
    self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
}

/* The account, onto the window and its pages. */
static void
show_account (AppWindow *self)
{
  g_clear_handle_id (&self->account_source, g_source_remove);
  update (self);
  app_basics_page_update (self->basics);
  if (self->info != NULL)
    app_info_page_update (self->info);
}

static gboolean
show_account_cb (gpointer user_data)
{
  AppWindow *self = user_data;

  self->account_source = 0;
  show_account (self);
  return G_SOURCE_REMOVE;
}

/* Below a dialog it has time until the dialog has moved: two windows that move in one frame take as long as two. */
static void
account_changed_cb (AppWindow *self)
{
  if (app_dialog_over (GTK_WINDOW (self)) == NULL)
    show_account (self);
  else if (self->account_source == 0)
    self->account_source = g_timeout_add (BELOW_MILLISECONDS, show_account_cb, self);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(AppWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean ok = secinfo_launcher_start_finish (result, &error);

  self->starting = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  app_window_form_set_private (self->form, TRUE, error != NULL ? error->message : NULL);
  if (ok)
    app_window_refresh (self);
  else
    {
      app_window_form_set_answer (self->form, error);
      update (self);
    }
}

static void
account_asked_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(AppWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean again = self->ask_again;

  self->asking = FALSE;
  self->ask_again = FALSE;
  secinfo_client_get_account_finish (SECINFO_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (self->is_private && g_error_matches (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NO_SERVICE))
    {
      /* What is on screen stays there until it is known whether one can be started. */
      if (!self->starting)
        secinfo_launcher_start_async (secinfo_client_get_socket_path (self->client), self->cancellable, started_cb,
                                      g_object_ref (self));
      self->starting = TRUE;
      return;
    }
  app_window_form_set_answer (self->form, error);
  /* What changed below a dialog is shown with the pages, a moment later. */
  if (self->account_source == 0)
    update (self);
  if (again)
    app_window_refresh (self);
}

static void
service_asked_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr(AppWindow) self = user_data;
  SecinfoServiceInfo *info = secinfo_client_get_service_finish (SECINFO_CLIENT (source), result, NULL);

  /* The question for the account, which always goes along, says what is wrong. */
  if (info == NULL)
    return;
  app_window_form_set_service (self->form, info);
  secinfo_service_info_free (info);
  update (self);
}

static void
ask_service (AppWindow *self)
{
  secinfo_client_get_service_async (self->client, self->cancellable, service_asked_cb, g_object_ref (self));
}

static void
event_cb (AppWindow  *self,
          const char *what,
          const char *id)
{
  if (g_str_equal (what, "service"))
    ask_service (self);
  if (!g_str_equal (what, "inbox") && !g_str_equal (what, "challenge"))
    app_window_refresh (self);
}

static void
stream_cb (AppWindow *self,
           gboolean   open)
{
  self->deaf = !open;
  /* What happened while nobody listened is asked for. */
  if (open)
    ask_service (self);
  app_window_refresh (self);
}

static void
notice_dismissed_cb (AppWindow *self)
{
  app_window_form_dismiss (self->form);
  update (self);
  gtk_widget_child_focus (GTK_WIDGET (self->pages), GTK_DIR_TAB_FORWARD);
}

static void
active_changed_cb (AppWindow *self)
{
  if (self->info != NULL)
    app_info_page_set_focused (self->info, gtk_window_is_active (GTK_WINDOW (self)));
}

static gboolean
spinner_cb (gpointer user_data)
{
  AppWindow *self = user_data;

  self->spinner_source = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), TRUE);
  turn_spinner (self);
  return G_SOURCE_REMOVE;
}

static void
app_window_dispose (GObject *object)
{
  AppWindow *self = APP_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_weak_pointer (&self->toast);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_clear_handle_id (&self->focus_source, g_source_remove);
  g_clear_handle_id (&self->present_source, g_source_remove);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  g_clear_handle_id (&self->account_source, g_source_remove);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (app_window_parent_class)->dispose (object);
}

static void
app_window_finalize (GObject *object)
{
  AppWindow *self = APP_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->plain_title);
  g_clear_pointer (&self->form, app_window_form_free);
  g_clear_pointer (&self->shown, app_trouble_free);
  G_OBJECT_CLASS (app_window_parent_class)->finalize (object);
}

static void
app_window_class_init (AppWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_window_dispose;
  object_class->finalize = app_window_finalize;

  g_type_ensure (APP_TYPE_BASICS_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AppWindow, header);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, switcher_title);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, notice_place);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, state);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, basics);
  gtk_widget_class_bind_template_child (widget_class, AppWindow, info_place);
  app_window_class_install_actions (widget_class);
}

static void
app_window_init (AppWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_menu_later_set (self->menu_button, self->primary_menu);
  app_plain_layout_use_for_content (adw_application_window_get_content (ADW_APPLICATION_WINDOW (self)));
  self->cancellable = g_cancellable_new ();
  self->account = secinfo_account_new ();
  self->form = app_window_form_new (self->account);
  self->plain_title = g_object_ref_sink (adw_window_title_new (_("Security Info"), NULL));
  g_signal_connect_object (self->pages, "notify::visible-child-name", G_CALLBACK (page_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->account, "changed", G_CALLBACK (account_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_changed_cb), NULL);
  self->spinner_source = g_timeout_add (SPINNER_MILLISECONDS, spinner_cb, self);
  page_changed_cb (self);
}

AppWindow *
app_window_new (GtkApplication *application,
                SecinfoClient  *client,
                gboolean        is_private)
{
  AppWindow *self = g_object_new (APP_TYPE_WINDOW, "application", application, NULL);

  self->client = g_object_ref (client);
  self->is_private = is_private;
  app_window_form_set_private (self->form, is_private, NULL);
  app_basics_page_set_account (self->basics, self->account);
  g_signal_connect_swapped (client, "event", G_CALLBACK (event_cb), self);
  g_signal_connect_swapped (client, "stream", G_CALLBACK (stream_cb), self);
  g_signal_connect_swapped (client, "level-changed", G_CALLBACK (app_window_refresh), self);
  update (self);
  self->present_source = g_timeout_add (PRESENT_MILLISECONDS, present_cb, self);
  ask_service (self);
  app_window_refresh (self);
  secinfo_client_start_events (client);
  return self;
}

SecinfoClient *
app_window_get_client (AppWindow *self)
{
  g_return_val_if_fail (APP_IS_WINDOW (self), NULL);

  return self->client;
}

SecinfoAccount *
app_window_get_account (AppWindow *self)
{
  g_return_val_if_fail (APP_IS_WINDOW (self), NULL);

  return self->account;
}

void
app_window_refresh (AppWindow *self)
{
  g_return_if_fail (APP_IS_WINDOW (self));

  if (self->client == NULL)
    return;
  self->ask_again = self->asking;
  if (self->asking)
    return;
  self->asking = TRUE;
  secinfo_client_get_account_async (self->client, self->account, self->cancellable, account_asked_cb,
                                    g_object_ref (self));
}

void
app_window_add_toast (AppWindow *self,
                      AdwToast  *toast)
{
  g_return_if_fail (APP_IS_WINDOW (self));

  /* What was done last is said at once, not when the words before it had their five seconds. */
  if (self->toast != NULL)
    adw_toast_dismiss (self->toast);
  g_set_weak_pointer (&self->toast, toast);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
app_window_show_page (AppWindow  *self,
                      const char *name)
{
  g_return_if_fail (APP_IS_WINDOW (self));

  adw_view_stack_set_visible_child_name (self->pages, name);
  focus_page (self);
}

void
app_window_show_contact (AppWindow  *self,
                         const char *id)
{
  g_return_if_fail (APP_IS_WINDOW (self));

  app_window_show_page (self, "info");
  make_info (self);
  app_info_page_focus_contact (self->info, id);
}
