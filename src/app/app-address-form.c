/* app-address-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-address-form.h"

#include "secinfo-mask.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * AppAddressForm:
 *
 * One address or number as it is typed: whether it can be sent to, and the line under the field that says so.
 */
struct _AppAddressForm
{
  GObject             parent_instance;

  SecinfoAccount     *account;   /* (not nullable) */
  SecinfoContact     *change;    /* (nullable) */
  SecinfoContactKind  kind;
  char               *region;    /* (nullable) */

  char               *text;      /* (not nullable) */
  char               *label;     /* (nullable) */
  char               *problem;   /* (nullable) */
  gboolean            in_field;  /* the problem is what was typed, not the sending of it */
  SecinfoAddress     *address;   /* (nullable) what the text means, where it means something */
  GError             *error;     /* (nullable) why it means nothing */
  gboolean            settled;
  gboolean            busy;

  char               *hint;      /* (not nullable) */
  AppHintKind         hint_kind;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppAddressForm, app_address_form, G_TYPE_OBJECT)

const char *
app_hint_kind_to_icon (AppHintKind kind)
{
  static const char *const icons[] = {
    "dialog-information-symbolic", "object-select-symbolic", "dialog-warning-symbolic", "dialog-error-symbolic",
  };

  return icons[kind];
}

const char *
app_hint_kind_to_style (AppHintKind kind)
{
  static const char *const styles[] = { "dim-label", "success", "warning", "error" };

  return styles[kind];
}

/* The whole list of contacts is masked until one has confirmed who one is, but a mask shows the domain. */
static gboolean
shares_domain (AppAddressForm *self)
{
  GListModel *contacts = secinfo_account_get_contacts (self->account);
  const char *domain = secinfo_address_get_domain (self->address);

  if (domain == NULL)
    return FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);
      const char *at = strrchr (secinfo_contact_get_masked (contact), '@');

      if (contact != self->change && at != NULL && g_ascii_strcasecmp (at + 1, domain) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Known only of contacts that are shown in full; of the others the service says it. */
static gboolean
is_contact_already (AppAddressForm *self)
{
  GListModel *contacts = secinfo_account_get_contacts (self->account);

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);
      const char *value = secinfo_contact_get_value (contact);

      if (value != NULL && g_strcmp0 (value, secinfo_address_get_value (self->address)) == 0)
        return TRUE;
    }

  return FALSE;
}

static char *
words_for_email (AppAddressForm *self,
                 AppHintKind    *kind)
{
  const char *value = secinfo_address_get_value (self->address);
  const char *display = secinfo_address_get_display (self->address);
  g_autofree char *shown = secinfo_text_isolate (display);

  *kind = APP_HINT_OK;
  if (shares_domain (self))
    {
      g_autofree char *domain = secinfo_text_isolate (strrchr (display, '@') + 1);

      *kind = APP_HINT_WARNING;
      /* Translators: %s is a domain such as example.org */
      return g_strdup_printf (_("Another contact is at %s too. If that mailbox fails, both fail."), domain);
    }
  if (secinfo_address_is_idn (self->address))
    {
      g_autofree char *ascii = secinfo_text_isolate (strrchr (value, '@') + 1);

      /* Translators: an address, and its domain as it is on the wire (xn--…) */
      return g_strdup_printf (_("The code goes to %s (%s)."), shown, ascii);
    }

  return g_strdup_printf (_("The code goes to %s."), shown);
}

static char *
words_for_phone (AppAddressForm *self,
                 AppHintKind    *kind)
{
  const char *region = secinfo_address_get_region (self->address);
  g_autofree char *shown = secinfo_text_isolate_ltr (secinfo_address_get_display (self->address));
  g_autofree char *name = region != NULL ? secinfo_region_to_name (region) : NULL;

  if (secinfo_address_is_unusual (self->address))
    {
      *kind = APP_HINT_WARNING;
      if (name == NULL)
        return g_strdup (_("Unusual for a phone number. Look again, then send."));
      /* Translators: %s is a country */
      return g_strdup_printf (_("Unusual for a number in %s. Look again, then send."), name);
    }

  *kind = APP_HINT_OK;
  if (name == NULL)
    return g_strdup_printf (_("The code goes to %s."), shown);
  /* Translators: a phone number and its country */
  return g_strdup_printf (_("The code goes to %s, %s."), shown, name);
}

static gboolean
has_no_gateway (AppAddressForm *self)
{
  SecinfoMedium medium = self->kind == SECINFO_CONTACT_EMAIL ? SECINFO_MEDIUM_EMAIL : SECINFO_MEDIUM_SMS;

  if (!secinfo_account_is_loaded (self->account))
    return FALSE;
  if (secinfo_account_get_channel (self->account, medium)->state != SECINFO_CHANNEL_NONE)
    return FALSE;

  return self->kind == SECINFO_CONTACT_EMAIL ||
         secinfo_account_get_channel (self->account, SECINFO_MEDIUM_VOICE)->state == SECINFO_CHANNEL_NONE;
}

static char *
words_for_no_gateway (AppAddressForm *self)
{
  const char *first = self->kind == SECINFO_CONTACT_EMAIL ? _("This computer cannot send email yet.")
                                                          : _("This computer cannot send text messages yet.");
  const char *then = secinfo_account_is_administrator (self->account)
    ? _("You can set it up in Preferences.")
    : _("The administrator can set it up.");

  return g_strdup_printf ("%s %s", first, then);
}

static char *
words_for_state (AppAddressForm *self,
                 AppHintKind    *kind)
{
  if (has_no_gateway (self))
    {
      /* Nothing that was typed is wrong. */
      *kind = APP_HINT_WARNING;
      return words_for_no_gateway (self);
    }
  if (self->problem != NULL)
    {
      *kind = APP_HINT_ERROR;
      return g_strdup (self->problem);
    }
  if (self->address != NULL && is_contact_already (self))
    {
      *kind = APP_HINT_ERROR;
      return g_strdup (_("This is already one of your contacts."));
    }
  if (self->address != NULL)
    return self->kind == SECINFO_CONTACT_EMAIL ? words_for_email (self, kind) : words_for_phone (self, kind);
  if (self->error != NULL && self->settled && *self->text != '\0')
    {
      *kind = APP_HINT_ERROR;
      return g_strdup (secinfo_address_error_to_words (self->error->code, self->kind));
    }

  *kind = APP_HINT_INFO;
  return g_strdup (_("It counts once the code sent there is entered here."));
}

static void
update (AppAddressForm *self)
{
  g_free (self->hint);
  self->hint = words_for_state (self, &self->hint_kind);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
app_address_form_finalize (GObject *object)
{
  AppAddressForm *self = APP_ADDRESS_FORM (object);

  g_clear_object (&self->account);
  g_clear_object (&self->change);
  g_clear_pointer (&self->region, g_free);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->address, secinfo_address_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->hint, g_free);

  G_OBJECT_CLASS (app_address_form_parent_class)->finalize (object);
}

static void
app_address_form_class_init (AppAddressFormClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_address_form_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_address_form_init (AppAddressForm *self)
{
  self->text = g_strdup ("");
}

AppAddressForm *
app_address_form_new (SecinfoAccount     *account,
                      SecinfoContactKind  kind,
                      const char         *region,
                      SecinfoContact     *change)
{
  AppAddressForm *self;

  g_return_val_if_fail (SECINFO_IS_ACCOUNT (account), NULL);

  self = g_object_new (APP_TYPE_ADDRESS_FORM, NULL);
  self->account = g_object_ref (account);
  self->change = change != NULL ? g_object_ref (change) : NULL;
  self->kind = kind;
  self->region = g_strdup (region);
  /* A contact or a way to send may come while one types. */
  g_signal_connect_object (account, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return self;
}

SecinfoContactKind
app_address_form_get_kind (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), SECINFO_CONTACT_EMAIL);

  return self->kind;
}

SecinfoContact *
app_address_form_get_change (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), NULL);

  return self->change;
}

void
app_address_form_set_text (AppAddressForm *self,
                           const char     *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  g_return_if_fail (APP_IS_ADDRESS_FORM (self));

  if (g_str_equal (trimmed, self->text))
    return;

  g_free (self->text);
  self->text = g_steal_pointer (&trimmed);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->address, secinfo_address_unref);
  g_clear_error (&self->error);
  self->settled = FALSE;

  if (self->kind == SECINFO_CONTACT_EMAIL)
    self->address = secinfo_address_parse_email (self->text, &self->error);
  else
    self->address = secinfo_address_parse_phone (self->text, self->region, &self->error);
  update (self);
}

const char *
app_address_form_get_text (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), NULL);

  return self->text;
}

void
app_address_form_settle (AppAddressForm *self)
{
  g_return_if_fail (APP_IS_ADDRESS_FORM (self));

  if (self->settled)
    return;
  self->settled = TRUE;
  update (self);
}

gboolean
app_address_form_is_settled (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), FALSE);

  return self->settled;
}

void
app_address_form_set_label (AppAddressForm *self,
                            const char     *label)
{
  g_return_if_fail (APP_IS_ADDRESS_FORM (self));

  g_free (self->label);
  self->label = g_strstrip (g_strdup (label));
  if (self->label != NULL && *self->label == '\0')
    g_clear_pointer (&self->label, g_free);
}

const char *
app_address_form_get_label (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), NULL);

  return self->label;
}

const char *
app_address_form_get_region (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), NULL);

  return self->region;
}

void
app_address_form_set_problem (AppAddressForm *self,
                              const char     *words,
                              gboolean        in_field)
{
  g_return_if_fail (APP_IS_ADDRESS_FORM (self));

  g_free (self->problem);
  self->problem = g_strdup (words);
  self->in_field = in_field;
  update (self);
}

void
app_address_form_set_busy (AppAddressForm *self,
                           gboolean        busy)
{
  g_return_if_fail (APP_IS_ADDRESS_FORM (self));

  self->busy = busy;
  update (self);
}

gboolean
app_address_form_is_busy (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), FALSE);

  return self->busy;
}

const char *
app_address_form_get_hint (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), NULL);

  return self->hint;
}

AppHintKind
app_address_form_get_hint_kind (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), APP_HINT_INFO);

  return self->hint_kind;
}

gboolean
app_address_form_can_send (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), FALSE);

  if (self->address == NULL || self->busy || has_no_gateway (self))
    return FALSE;

  return self->hint_kind != APP_HINT_ERROR || (self->problem != NULL && !self->in_field);
}

gboolean
app_address_form_is_wrong (AppAddressForm *self)
{
  g_return_val_if_fail (APP_IS_ADDRESS_FORM (self), FALSE);

  return self->hint_kind == APP_HINT_ERROR && (self->problem == NULL || self->in_field);
}
