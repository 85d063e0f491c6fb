/* app-basics-page.c - the page "Security basics"
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-basics-page.h"

#include <glib/gi18n.h>

#include "app-accessible.h"
#include "app-basics-form.h"
#include "app-check-card.h"
#include "app-plain-layout.h"

struct _AppBasicsPage
{
  AdwBin          parent_instance;

  SecinfoAccount *account;  /* (nullable) until it is set */
  GtkStack       *stack;
  AdwAvatar      *avatar;
  GtkLabel       *name;
  GtkLabel       *summary;
  AppCheckCard   *contacts_card;
  AppCheckCard   *way_back_card;
};

G_DEFINE_FINAL_TYPE (AppBasicsPage, app_basics_page, ADW_TYPE_BIN)

static void
set_label (GtkLabel   *label,
           const char *text)
{
  /* The same text again would be announced again. */
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

void
app_basics_page_update (AppBasicsPage *self)
{
  g_autoptr(AppBasicsForm) form = NULL;

  g_return_if_fail (APP_IS_BASICS_PAGE (self));

  if (!secinfo_account_is_loaded (self->account) || secinfo_account_is_suspended (self->account))
    return;
  form = app_basics_form_new (self->account);
  gtk_stack_set_visible_child_name (self->stack, form->first_start ? "first-start" : "check-up");
  adw_avatar_set_text (self->avatar, form->name);
  set_label (self->name, form->name);
  set_label (self->summary, form->summary);
  app_check_card_set_text (self->contacts_card, &form->contacts);
  app_check_card_set_text (self->way_back_card, &form->way_back);
}

static void
app_basics_page_dispose (GObject *object)
{
  g_clear_object (&APP_BASICS_PAGE (object)->account);
  G_OBJECT_CLASS (app_basics_page_parent_class)->dispose (object);
}

static void
app_basics_page_class_init (AppBasicsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_basics_page_dispose;

  g_type_ensure (APP_TYPE_CHECK_CARD);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SecInfo/app-basics-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AppBasicsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AppBasicsPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, AppBasicsPage, name);
  gtk_widget_class_bind_template_child (widget_class, AppBasicsPage, summary);
  gtk_widget_class_bind_template_child (widget_class, AppBasicsPage, contacts_card);
  gtk_widget_class_bind_template_child (widget_class, AppBasicsPage, way_back_card);
}

static void
app_basics_page_init (AppBasicsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  app_plain_layout_use (GTK_WIDGET (self));
  app_accessible_mend (GTK_WIDGET (self));
  app_check_card_set_title (self->contacts_card, "x-office-address-book-symbolic", _("Contacts"));
  app_check_card_set_title (self->way_back_card, "dialog-password-symbolic", _("Way back in"));
}

void
app_basics_page_set_account (AppBasicsPage  *self,
                             SecinfoAccount *account)
{
  g_return_if_fail (APP_IS_BASICS_PAGE (self));
  g_return_if_fail (self->account == NULL);

  self->account = g_object_ref (account);
  app_basics_page_update (self);
}
