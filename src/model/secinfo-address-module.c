/* secinfo-address-module.c - libphonenumber, when the first number is there
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-address"

#include "config.h"

#include "secinfo-address-phone.h"

#include <dlfcn.h>
#include <glib.h>

/* libphonenumber brings protobuf, ICU and boost along: four MiB and a third of the time that secinfod takes to start,
 * for nothing where nobody has a phone number. The path is absolute and no environment has a say in it. */
static const char *
find_module (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  return self != NULL && g_str_has_prefix (self, BUILDDIR "/") ? BUILDDIR "/src/model/secinfo-phone.so"
                                                               : PKGLIBDIR "/secinfo-phone.so";
}

const SecinfoPhoneFace *
secinfo_phone_load (void)
{
  static const SecinfoPhoneFace *face;   /* stays: what it is in is never unloaded */
  const SecinfoPhoneFace *found = g_atomic_pointer_get (&face);
  void *module;

  if (found != NULL)
    return found;

  /* Two threads at once get the same. */
  module = dlopen (find_module (), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  found = module != NULL ? dlsym (module, SECINFO_PHONE_FACE) : NULL;
  if (found == NULL)
    g_message ("Phone numbers cannot be read: %s", dlerror ());
  g_atomic_pointer_set (&face, found);

  return found;
}
