/* test-forget.c - what is freed is wiped, from when a program may know a secret
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-forget.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#if defined (__has_feature)
#if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer) || __has_feature (memory_sanitizer)
#define SANITIZED TRUE
#endif
#endif
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#define SANITIZED TRUE
#endif
#ifndef SANITIZED
#define SANITIZED FALSE
#endif

#define SIZE 600      /* bytes: kept in reach by the C library, for the next one who asks for as many */
#define BEGINNING 64  /* of it, where the C library writes when it is free */
#define LETTER 'q'

/* How much is left of what stood in a piece of memory that was given up. */
static guint
count_left (gboolean moved)
{
  unsigned char *memory = malloc (SIZE);
  /* The compiler need not know that this is the same. */
  volatile guintptr place = (guintptr) memory;
  const volatile unsigned char *after;
  guint n = 0;

  memset (memory, LETTER, SIZE);
  __asm__ volatile ("" : : "r" (memory) : "memory");
  if (moved)
    free (realloc (memory, 100 * SIZE));
  else
    free (memory);
  after = (const volatile unsigned char *) place;
  for (guint i = BEGINNING; i < SIZE; i++)
    n += after[i] == LETTER;
  return n;
}

static void
test_freed (void)
{
  if (SANITIZED)
    {
      g_test_skip ("sanitizers have a free() of their own");
      return;
    }
  g_assert_cmpuint (count_left (FALSE), ==, 0);
  secinfo_forget_begin_later ();
  g_assert_cmpuint (count_left (FALSE), ==, SIZE - BEGINNING);
  secinfo_forget_begin ();
  g_assert_cmpuint (count_left (FALSE), ==, 0);
}

static void
test_moved (void)
{
  if (SANITIZED)
    {
      g_test_skip ("sanitizers have a realloc() of their own");
      return;
    }
  g_assert_cmpuint (count_left (TRUE), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forget/freed", test_freed);
  g_test_add_func ("/forget/moved", test_moved);
  return g_test_run ();
}
