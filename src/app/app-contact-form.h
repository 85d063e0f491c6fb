/* app-contact-form.h - what one row of "Contacts" says
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

typedef enum { APP_CONTACT_NO_BUTTON, APP_CONTACT_VERIFY, APP_CONTACT_CHECK, APP_CONTACT_TAKE_BACK } AppContactButton;

/* A value. Texts are translated and not markup. */
typedef struct
{
  const char       *icon;
  const char       *icon_name;    /* "Email", "Phone": what the icon is called */
  char             *title;        /* isolated, breakable */
  char             *subtitle;
  char             *spoken;       /* the whole row, for a screen reader */
  char             *menu_spoken;  /* "More actions for …" */
  AppContactButton  button;
  gboolean          warning;      /* an icon says so too */
  gboolean          can_change;
  gboolean          can_label;
  gboolean          can_alerts;
  const char       *why_alerts;   /* (nullable) why they cannot be switched off */
  gboolean          alerts;       /* never of one that is not in force */
  gboolean          has_menu;
} AppContactForm;

/* @contact: one of @account's. @revealed: shown in full where the service gave it so. @now: Unix seconds. */
AppContactForm *app_contact_form_new  (SecinfoAccount *account,
                                       SecinfoContact *contact,
                                       gboolean        revealed,
                                       gint64          now) G_GNUC_WARN_UNUSED_RESULT;
void            app_contact_form_free (AppContactForm *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppContactForm, app_contact_form_free)

G_END_DECLS
