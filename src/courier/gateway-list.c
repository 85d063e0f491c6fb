/* gateway-list.c - the gateways there are
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-courier"

#include "config.h"

#include "gateway-list.h"

#include "gateway-description.h"
#include "gateway-http.h"
#include "gateway-jmap.h"
#include "gateway-smtp.h"

#include <string.h>

#define FILES_MAX 256

struct _GatewayList
{
  GPtrArray *gateways;   /* of Gateway */
  guint      fixed;      /* so many at its beginning are not replaced */
  GPtrArray *own;        /* of those, the ones that somebody else keeps (not owned) */
  GPtrArray *covered;    /* of Gateway: what stands in our files, and one of those took the place of */
};

static void
gateway_list_take (GatewayList *self, Gateway *gateway, const char *path)
{
  if (gateway_list_find (self, gateway_get_name (gateway)) != NULL)
    {
      g_debug ("%s: there is a gateway ‘%s’ already", path, gateway_get_name (gateway));
      g_object_unref (gateway);
      return;
    }
  g_ptr_array_add (self->gateways, gateway);
}

/* (transfer full); NULL with @error. */
static char *
read_file (const char *path, gsize *length, GError **error)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFileInputStream) stream = NULL;
  g_autofree char *text = g_malloc (GATEWAY_DESCRIPTION_BYTES_MAX + 2);

  stream = g_file_read (file, NULL, error);
  if (stream == NULL ||
      !g_input_stream_read_all (G_INPUT_STREAM (stream), text, GATEWAY_DESCRIPTION_BYTES_MAX + 1, length, NULL, error))
    return NULL;
  text[*length] = '\0';
  return g_steal_pointer (&text);
}

gboolean
gateway_list_check_file (const char *path, char **reason)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayDescription) description = NULL;
  gsize length = 0;
  g_autofree char *text = read_file (path, &length, &error);

  if (text != NULL)
    description = gateway_description_parse (text, length, &error);
  if (description == NULL)
    *reason = g_strdup (error->message);
  return description != NULL;
}

static void
gateway_list_load_file (GatewayList *self, const char *path)
{
  g_autoptr(GError) error = NULL;
  gsize length = 0;
  g_autofree char *text = read_file (path, &length, &error);
  GatewayDescription *description;

  if (text == NULL)
    {
      g_message ("%s cannot be read: %s", path, error->message);
      return;
    }
  description = gateway_description_parse (text, length, &error);
  if (description == NULL)
    {
      g_message ("%s is left out. %s", path, error->message);
      return;
    }
  gateway_list_take (self, gateway_http_new (description), path);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char * const *) a, *(char * const *) b);
}

static void
gateway_list_load_directory (GatewayList *self, const char *directory)
{
  g_autoptr(GDir) dir = g_dir_open (directory, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return;
  while ((name = g_dir_read_name (dir)) != NULL && names->len < FILES_MAX)
    {
      if (g_str_has_suffix (name, ".json") && name[0] != '.')
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (directory, g_ptr_array_index (names, i), NULL);

      gateway_list_load_file (self, path);
    }
}

GatewayList *
gateway_list_new (const char * const *directories)
{
  GatewayList *self = g_new0 (GatewayList, 1);

  self->gateways = g_ptr_array_new_with_free_func (g_object_unref);
  self->own = g_ptr_array_new ();
  self->covered = g_ptr_array_new_with_free_func (g_object_unref);
  gateway_list_take (self, gateway_smtp_new (), "smtp");
  gateway_list_take (self, gateway_jmap_new (), "jmap");
  for (guint i = 0; directories[i] != NULL; i++)
    {
      gateway_list_load_directory (self, directories[i]);
      if (i == 0)
        self->fixed = self->gateways->len;
    }
  return self;
}

static Gateway *
find_in (GPtrArray *gateways, const char *name, guint *at)
{
  for (guint i = 0; i < gateways->len; i++)
    {
      Gateway *gateway = g_ptr_array_index (gateways, i);

      if (g_strcmp0 (gateway_get_name (gateway), name) == 0)
        {
          *at = i;
          return gateway;
        }
    }
  return NULL;
}

void
gateway_list_drop (GatewayList *self, const char *name)
{
  guint at = 0;
  Gateway *gateway = find_in (self->own, name, &at);

  if (gateway == NULL)
    return;
  g_ptr_array_remove_index (self->own, at);
  /* A message on its way by it holds it until it is there. */
  g_ptr_array_remove (self->gateways, gateway);
  if (find_in (self->covered, name, &at) != NULL)
    g_ptr_array_add (self->gateways, g_ptr_array_steal_index (self->covered, at));
}

char *
gateway_list_take_text (GatewayList *self, const char *text, gsize length, gboolean keep, char **reason)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GatewayDescription) description = gateway_description_parse (text, length, &error);
  g_autofree char *name = NULL;
  Gateway *before;
  guint at = 0;

  if (description == NULL)
    {
      *reason = g_strdup (error->message);
      return NULL;
    }
  name = g_strdup (description->name);
  before = find_in (self->gateways, name, &at);
  if (before != NULL && at < self->fixed)
    {
      *reason = g_strdup_printf ("Line %u: /name: there is a way to send with this name already, "
                                 "and it is not replaced.", gateway_description_find_line (text, "/name"));
      return NULL;
    }
  if (!keep)
    return g_steal_pointer (&name);
  gateway_list_drop (self, name);
  before = find_in (self->gateways, name, &at);
  if (before != NULL)
    g_ptr_array_add (self->covered, g_ptr_array_steal_index (self->gateways, at));
  g_ptr_array_add (self->gateways, gateway_http_new (g_steal_pointer (&description)));
  g_ptr_array_add (self->own, g_ptr_array_index (self->gateways, self->gateways->len - 1));
  return g_steal_pointer (&name);
}

void
gateway_list_free (GatewayList *self)
{
  g_ptr_array_unref (self->covered);
  g_ptr_array_unref (self->own);
  g_ptr_array_unref (self->gateways);
  g_free (self);
}

Gateway *
gateway_list_find (GatewayList *self, const char *name)
{
  guint at;

  return find_in (self->gateways, name, &at);
}

json_t *
gateway_list_describe (GatewayList *self)
{
  json_t *list = json_array ();

  for (guint i = 0; i < self->gateways->len; i++)
    json_array_append_new (list, gateway_describe (g_ptr_array_index (self->gateways, i)));
  return list;
}
