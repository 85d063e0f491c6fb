/* app-gateway-list.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-gateway-list.h"

#include <glib/gi18n.h>

#include "secinfo-gateway-words.h"
#include "secinfo-mask.h"

/* --- health ------------------------------------------------------------------------------------------------------- */

AppGatewayHealth *
app_gateway_health_new (json_t *gateway, guint place, gint64 now)
{
  static const struct { const char *icon, *name, *style; } looks[] = {
    [SECINFO_GATEWAY_WELL] = { "emblem-ok-symbolic", N_("In order"), "success" },
    [SECINFO_GATEWAY_UNTRIED] = { "dialog-question-symbolic", N_("To do"), "dim-label" },
    [SECINFO_GATEWAY_UNPROVEN] = { "dialog-question-symbolic", N_("To do"), "warning" },
    [SECINFO_GATEWAY_WARNED] = { "dialog-warning-symbolic", N_("To mend"), "warning" },
    [SECINFO_GATEWAY_TROUBLED] = { "dialog-error-symbolic", N_("To mend"), "error" },
  };
  AppGatewayHealth *self = g_new0 (AppGatewayHealth, 1);
  SecinfoGatewayMood mood = secinfo_gateway_to_words (gateway, place, now, &self->title, &self->subtitle);

  self->icon = looks[mood].icon;
  self->icon_name = _(looks[mood].name);
  self->style = looks[mood].style;
  return self;
}

void
app_gateway_health_free (AppGatewayHealth *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self);
}

/* --- list --------------------------------------------------------------------------------------------------------- */

static void
item_free (gpointer data)
{
  AppGatewayItem *item = data;

  g_free (item->id);
  g_free (item->title);
  g_free (item->subtitle);
  g_free (item->spoken);
  g_free (item->menu_spoken);
  app_gateway_health_free (item->health);
  json_decref (item->gateway);
  g_free (item);
}

AppGatewayUse
app_gateway_get_use (json_t *object)
{
  const char *medium = secinfo_json_get_string (object, "medium");

  if (g_strcmp0 (medium, "email") == 0)
    return APP_GATEWAY_EMAIL;
  if (g_strcmp0 (medium, "sms") == 0 || g_strcmp0 (medium, "voice") == 0)
    return APP_GATEWAY_PHONE;
  if (g_strcmp0 (medium, "push") == 0)
    return APP_GATEWAY_ALERTS;
  return APP_N_GATEWAY_USES;
}

static gboolean
same_medium (json_t *one, json_t *other)
{
  return g_strcmp0 (secinfo_json_get_string (one, "medium"), secinfo_json_get_string (other, "medium")) == 0;
}

/* Alerts go to all of their ways, so which one it is says more than its place: the host it is at. (nullable) */
static char *
dup_host (json_t *gateway)
{
  const char *base = secinfo_json_get_string (secinfo_json_get_object (gateway, "settings"), "base");
  g_autoptr(GUri) uri = base != NULL ? g_uri_parse (base, G_URI_FLAGS_NONE, NULL) : NULL;

  return uri != NULL && g_uri_get_host (uri) != NULL ? secinfo_text_isolate (g_uri_get_host (uri)) : NULL;
}

/* Translators: two things that are known of it: “Last delivered 2 minutes ago · 98 % of 240” */
static char *
join (const char *one, const char *other)
{
  return other != NULL ? g_strdup_printf (_("%s · %s"), one, other) : g_strdup (one);
}

static void
set_words (AppGatewayItem *item, json_t *gateway, const char *title)
{
  g_autofree char *host = NULL;

  if (app_gateway_get_use (gateway) == APP_GATEWAY_ALERTS)
    {
      host = dup_host (gateway);
      item->subtitle = host != NULL ? join (host, item->health->title) : g_strdup (item->health->title);
      /* Translators: name, how it is: “Gotify, notify.example.org · Last delivered …” */
      item->spoken = g_strdup_printf (_("%1$s, %2$s"), title, item->subtitle);
      return;
    }
  item->subtitle = join (item->health->title, item->health->subtitle);
  /* Translators: name, its place and how many there are, how it is: “Home mail server, 1 of 2, Last delivered …” */
  item->spoken = g_strdup_printf (_("%1$s, %2$u of %3$u, %4$s"), title, item->place + 1, item->count, item->subtitle);
}

static AppGatewayItem *
make_item (json_t *gateways, json_t *gateway, gint64 now)
{
  AppGatewayItem *item = g_new0 (AppGatewayItem, 1);
  const char *title = secinfo_json_get_string (gateway, "title");
  json_t *other;
  gsize i;

  json_array_foreach (gateways, i, other)
    {
      if (!same_medium (gateway, other))
        continue;
      item->count++;
      if (secinfo_json_get_integer (other, "position", 0) < secinfo_json_get_integer (gateway, "position", 0))
        item->place++;
    }
  item->gateway = json_incref (gateway);
  item->id = g_strdup (secinfo_json_get_string (gateway, "id"));
  item->title = secinfo_text_isolate (title != NULL ? title : "");
  item->health = app_gateway_health_new (gateway, app_gateway_get_use (gateway) == APP_GATEWAY_ALERTS ? 0 : item->place,
                                         now);
  item->unproven = g_strcmp0 (secinfo_json_get_string (secinfo_json_get_object (gateway, "health"), "state"),
                              "unproven") == 0;
  set_words (item, gateway, title != NULL ? title : "");
  item->menu_spoken = g_strdup_printf (_("Move %s"), title != NULL ? title : "");
  return item;
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const AppGatewayItem *one = *(const AppGatewayItem *const *) a, *other = *(const AppGatewayItem *const *) b;
  int medium = g_strcmp0 (secinfo_json_get_string (one->gateway, "medium"),
                          secinfo_json_get_string (other->gateway, "medium"));

  return medium != 0 ? medium : (int) one->place - (int) other->place;
}

GPtrArray *
app_gateway_list_new (json_t *gateways, AppGatewayUse use, gint64 now)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (item_free);
  json_t *gateway;
  gsize i;

  json_array_foreach (gateways, i, gateway)
    if (app_gateway_get_use (gateway) == use && secinfo_json_get_string (gateway, "id") != NULL)
      g_ptr_array_add (items, make_item (gateways, gateway, now));
  g_ptr_array_sort (items, compare_items);
  return items;
}

static gssize
find_index (json_t *gateways, const char *id)
{
  json_t *gateway;
  gsize i;

  json_array_foreach (gateways, i, gateway)
    if (g_strcmp0 (secinfo_json_get_string (gateway, "id"), id) == 0)
      return (gssize) i;
  return -1;
}

json_t *
app_gateway_list_find (json_t *gateways, const char *id)
{
  gssize index = find_index (gateways, id);

  return index >= 0 ? json_array_get (gateways, (gsize) index) : NULL;
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  json_t *one = *(json_t *const *) a, *other = *(json_t *const *) b;

  return (int) (secinfo_json_get_integer (one, "position", 0) - secinfo_json_get_integer (other, "position", 0));
}

/* Those of the medium of @like, in their order, with a gap where that one is to stand: as the service numbers them. */
static void
renumber (json_t *gateways, json_t *like, gint64 gap)
{
  g_autoptr(GPtrArray) mine = g_ptr_array_new ();
  gint64 at = 0;
  json_t *gateway;
  gsize i;

  json_array_foreach (gateways, i, gateway)
    if (same_medium (gateway, like))
      g_ptr_array_add (mine, gateway);
  g_ptr_array_sort (mine, compare_positions);
  for (guint n = 0; n < mine->len; n++)
    {
      if (at == gap)
        at++;
      json_object_set_new (mine->pdata[n], "position", json_integer (at++));
    }
}

void
app_gateway_list_drop (json_t *gateways, const char *id)
{
  gssize index = find_index (gateways, id);
  g_autoptr(json_t) gone = NULL;

  if (index < 0)
    return;
  gone = json_incref (json_array_get (gateways, (gsize) index));
  json_array_remove (gateways, (gsize) index);
  renumber (gateways, gone, -1);
}

void
app_gateway_list_put (json_t *gateways, json_t *gateway)
{
  const char *id = secinfo_json_get_string (gateway, "id");

  if (id == NULL)
    return;
  app_gateway_list_drop (gateways, id);
  renumber (gateways, gateway, secinfo_json_get_integer (gateway, "position", 0));
  json_array_append (gateways, gateway);
}

const char *
app_gateway_list_empty (AppGatewayUse use, gboolean inbox)
{
  if (use == APP_GATEWAY_PHONE)
    return _("Codes cannot go to phones.");
  return inbox ? _("Codes by email go to the trial inbox, which proves nothing.") : _("Codes cannot go by email.");
}

/* --- what can be added -------------------------------------------------------------------------------------------- */

static void
choice_free (gpointer data)
{
  AppGatewayChoice *choice = data;

  g_free (choice->title);
  if (choice->kind != NULL)
    json_decref (choice->kind);
  g_free (choice);
}

static AppGatewayChoice *
make_choice (json_t *kind)
{
  /* What runs in one's own house, or on one's own phone; all others are somebody's service. */
  static const struct { const char *name, *subtitle, *icon; } own[] = {
    { "smtp", N_("The mail server of this computer or another"), "mail-send-symbolic" },
    { "jmap", N_("A mail server that speaks JMAP"), "mail-send-symbolic" },
    { "webhook", N_("Your own program gets a signed message"), "network-server-symbolic" },
    { "kannel", N_("Your own text message centre"), "network-server-symbolic" },
    { "android", N_("A phone of yours sends them"), "phone-symbolic" },
    { "gotify", N_("A server of your own, and its app"), "preferences-system-notifications-symbolic" },
    { "matrix", N_("A room, on a server of your choice"), "preferences-system-notifications-symbolic" },
    { "ntfy", N_("A topic, at ntfy.sh or on a server of your own"), "preferences-system-notifications-symbolic" },
  };
  AppGatewayChoice *choice = g_new0 (AppGatewayChoice, 1);
  const char *name = secinfo_json_get_string (kind, "name");
  const char *title = secinfo_json_get_string (kind, "title");

  choice->kind = json_incref (kind);
  choice->title = secinfo_text_isolate (title != NULL ? _(title) : name);
  choice->group = APP_GATEWAY_SERVICE;
  choice->icon = "mail-send-symbolic";
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    if (g_str_has_prefix (name, own[i].name))
      {
        choice->group = APP_GATEWAY_OWN;
        choice->subtitle = _(own[i].subtitle);
        choice->icon = own[i].icon;
      }
  if (secinfo_json_get_boolean (kind, "imported", FALSE))
    {
      choice->group = APP_GATEWAY_DESCRIBED;
      choice->subtitle = NULL;
    }
  if (g_str_has_prefix (name, "inbox"))
    {
      choice->group = APP_GATEWAY_OTHER;
      choice->subtitle = _("Messages stay on this computer and prove nothing");
      choice->icon = "mail-read-symbolic";
    }
  return choice;
}

static int
compare_choices (gconstpointer a, gconstpointer b)
{
  const AppGatewayChoice *one = *(const AppGatewayChoice *const *) a, *other = *(const AppGatewayChoice *const *) b;

  return one->group != other->group ? (int) one->group - (int) other->group : g_utf8_collate (one->title, other->title);
}

GPtrArray *
app_gateway_choices_new (json_t *kinds, AppGatewayUse use)
{
  GPtrArray *choices = g_ptr_array_new_with_free_func (choice_free);
  json_t *kind;
  gsize i;

  json_array_foreach (kinds, i, kind)
    if (app_gateway_get_use (kind) == use && secinfo_json_get_string (kind, "name") != NULL)
      g_ptr_array_add (choices, make_choice (kind));
  g_ptr_array_sort (choices, compare_choices);
  if (use == APP_GATEWAY_EMAIL && app_gateway_find_kind (kinds, "smtp") != NULL)
    {
      AppGatewayChoice *mailbox = g_new0 (AppGatewayChoice, 1);

      mailbox->group = APP_GATEWAY_OWN;
      mailbox->title = g_strdup (_("My own _mailbox"));
      mailbox->subtitle = _("The quickest way: one address, two minutes");
      mailbox->icon = "mail-unread-symbolic";
      g_ptr_array_insert (choices, 0, mailbox);
    }
  return choices;
}

json_t *
app_gateway_find_kind (json_t *kinds, const char *name)
{
  json_t *kind;
  gsize i;

  json_array_foreach (kinds, i, kind)
    if (g_strcmp0 (secinfo_json_get_string (kind, "name"), name) == 0)
      return kind;
  return NULL;
}
