/* app-mailbox-provider.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-mailbox-provider.h"

#include <glib/gi18n.h>

#include "secinfo-mask.h"

const char *
app_mailbox_field_name (AppMailboxField field)
{
  static const char *const names[APP_N_MAILBOX_FIELDS] = {
    [APP_MAILBOX_ADDRESS] = "from", [APP_MAILBOX_HOST] = "host", [APP_MAILBOX_PORT] = "port",
    [APP_MAILBOX_USER] = "user", [APP_MAILBOX_PASSWORD] = "password", [APP_MAILBOX_SECURITY] = "security",
  };

  return names[field];
}

/* Letters, "@", and a domain with an end. */
const char *
app_mailbox_domain_of (const char *address)
{
  const char *at = strrchr (address, '@');
  const char *dot = at != NULL ? strrchr (at, '.') : NULL;

  if (at == NULL || at == address || dot == NULL || dot <= at + 1 || strlen (dot) < 3 || strchr (address, ' ') != NULL)
    return NULL;
  return at + 1;
}

static void
hint_free (gpointer data)
{
  AppMailboxHint *hint = data;

  g_free (hint->title);
  g_free (hint->subtitle);
  g_free (hint->page);
  g_free (hint);
}

/* @subtitle: (nullable) (transfer full) */
static void
add_hint (AppMailboxProvider *self, const char *title, char *subtitle, const char *page)
{
  AppMailboxHint *hint = g_new0 (AppMailboxHint, 1);

  hint->title = g_strdup (title);
  hint->subtitle = subtitle;
  hint->page = g_strdup (page);
  g_ptr_array_add (self->hints, hint);
}

/* (nullable): what is opened is what the service gives; nothing but a web page. */
static const char *
page_of (json_t *preset, char **host)
{
  const char *page = secinfo_json_get_string (preset, "page");
  g_autoptr(GUri) uri = page != NULL ? g_uri_parse (page, G_URI_FLAGS_NONE, NULL) : NULL;

  if (uri == NULL || !g_str_equal (g_uri_get_scheme (uri), "https") || g_uri_get_host (uri) == NULL)
    return NULL;
  *host = secinfo_text_isolate (g_uri_get_host (uri));
  return page;
}

/* Of this provider, in the service's words, numbered; the page of the provider stands beside the first. */
static void
add_steps (AppMailboxProvider *self, json_t *preset)
{
  g_autofree char *host = NULL;
  const char *page = page_of (preset, &host);
  json_t *step;
  gsize i;

  json_array_foreach (secinfo_json_get_array (preset, "steps"), i, step)
    if (json_is_string (step))
      {
        guint number = self->hints->len + 1;
        /* Translators: number of a step, and what is to be done */
        g_autofree char *title = g_strdup_printf (_("%1$u. %2$s"), number, json_string_value (step));

        add_hint (self, title, number == 1 ? g_steal_pointer (&host) : NULL, number == 1 ? page : NULL);
      }
}

/* The same everywhere, where nothing is known. */
static void
add_usual_steps (AppMailboxProvider *self, json_t *preset)
{
  g_autofree char *host = NULL;
  const char *page = preset != NULL ? page_of (preset, &host) : NULL;

  add_hint (self, _("1. Open the page of your provider"),
            page != NULL ? g_steal_pointer (&host) : g_strdup (_("Its settings for sign-in or security")), page);
  add_hint (self, _("2. Make an app password"), g_strdup_printf (_("Name it after this computer: %s"),
                                                                 g_get_host_name ()), NULL);
  add_hint (self, _("3. Copy it into the field above"), g_strdup (_("It is shown there only once")), NULL);
}

/* One that lets no other program in, with whatever password. */
static void
set_closed (AppMailboxProvider *self)
{
  self->works = FALSE;
  self->icon = "dialog-error-symbolic";
  self->style = "error";
  self->subtitle = g_strdup (_("Codes cannot be sent from this mailbox"));
  self->how = _("What to do _instead");
}

static void
set_known (AppMailboxProvider *self, json_t *preset)
{
  json_t *settings = secinfo_json_get_object (preset, "settings");
  const char *title = secinfo_json_get_string (preset, "title");
  g_autofree char *host = NULL;

  self->known = TRUE;
  add_steps (self, preset);
  self->app_password = secinfo_json_get_boolean (preset, "app_password", FALSE);
  self->name = g_strdup (title);
  self->icon = "emblem-ok-symbolic";
  self->style = "success";
  self->title = secinfo_text_isolate (title != NULL ? title : "");
  for (guint i = APP_MAILBOX_HOST; i < APP_N_MAILBOX_FIELDS; i++)
    if (i != APP_MAILBOX_PASSWORD)
      self->values[i] = g_strdup (secinfo_json_get_string (settings, app_mailbox_field_name (i)));
  if (!secinfo_json_get_boolean (preset, "works", TRUE))
    {
      set_closed (self);
      return;
    }
  host = secinfo_text_isolate (self->values[APP_MAILBOX_HOST] != NULL ? self->values[APP_MAILBOX_HOST] : "");
  /* Translators: server and port of a mail provider */
  if (self->app_password)
    self->subtitle = g_strdup_printf (_("%1$s, port %2$s, encrypted · needs an app password"), host,
                                      self->values[APP_MAILBOX_PORT]);
  else
    self->subtitle = g_strdup_printf (_("%1$s, port %2$s, encrypted"), host, self->values[APP_MAILBOX_PORT]);
  if (self->app_password && self->hints->len == 0)
    add_usual_steps (self, preset);
  if (!self->app_password)
    self->how = _("What to do _first");
}

static void
set_unknown (AppMailboxProvider *self, const char *address)
{
  const char *domain = app_mailbox_domain_of (address);

  self->app_password = TRUE;
  self->icon = "dialog-question-symbolic";
  self->title = g_strdup (_("This provider is not known here"));
  self->subtitle = g_strdup (_("Its help pages name the outgoing mail server."));
  self->values[APP_MAILBOX_HOST] = g_strconcat ("smtp.", domain != NULL ? domain : "", NULL);
  self->values[APP_MAILBOX_PORT] = g_strdup ("465");
  self->values[APP_MAILBOX_SECURITY] = g_strdup ("tls");
  self->values[APP_MAILBOX_USER] = g_strdup (address);
  add_usual_steps (self, NULL);
}

AppMailboxProvider *
app_mailbox_provider_new (const char *address, json_t *preset)
{
  AppMailboxProvider *self = g_new0 (AppMailboxProvider, 1);

  self->hints = g_ptr_array_new_with_free_func (hint_free);
  self->works = TRUE;
  self->how = _("_How to get one");
  if (preset != NULL)
    set_known (self, preset);
  else
    set_unknown (self, address);
  return self;
}

void
app_mailbox_provider_free (AppMailboxProvider *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->title);
  g_free (self->subtitle);
  for (guint i = 0; i < APP_N_MAILBOX_FIELDS; i++)
    g_free (self->values[i]);
  g_ptr_array_unref (self->hints);
  g_free (self);
}
