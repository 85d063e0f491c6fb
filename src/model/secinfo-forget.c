/* secinfo-forget.c - memory is wiped when it is freed, whoever frees it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiled into a program, not into a library: it stands before the C library's functions for everything in that
 * process. Mail text, request bodies and passwords go through GMime, libcurl, libsoup and GTK, which do not wipe what
 * they had. secinfod does without: there each place that holds a secret wipes it.
 *
 * What is freed while a program knows that it cannot have seen a secret yet is left as it is: of all that the window
 * frees until it is there, and nobody could type, a tenth of its start would be wiping.
 */

#define G_LOG_DOMAIN "secinfo-model"

#include "config.h"

#include "secinfo-forget.h"

#if defined (__has_feature)
#if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer) || __has_feature (memory_sanitizer)
#define SANITIZED
#endif
#endif
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#define SANITIZED
#endif

/* The sanitizers have functions of their own in this place. */
#ifndef SANITIZED

#include <dlfcn.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

extern void __libc_free (void *memory);

static int unknowing;  /* no secret can be in this process yet */

void
secinfo_forget_begin_later (void)
{
  __atomic_store_n (&unknowing, 1, __ATOMIC_RELAXED);
}

void
secinfo_forget_begin (void)
{
  __atomic_store_n (&unknowing, 0, __ATOMIC_RELAXED);
}

/* By name, so that valgrind's is found where it runs. While the name is looked up, glibc's own. */
static void
next_free (void *memory)
{
  static void (*found) (void *);
  static int looking;

  if (found == NULL && __atomic_exchange_n (&looking, 1, __ATOMIC_SEQ_CST) == 0)
    found = (void (*) (void *)) dlsym (RTLD_NEXT, "free");
  if (found != NULL)
    found (memory);
  else
    __libc_free (memory);
}

void
free (void *memory)
{
  if (memory == NULL)
    return;

  if (!__atomic_load_n (&unknowing, __ATOMIC_RELAXED))
    explicit_bzero (memory, malloc_usable_size (memory));
  next_free (memory);
}

/* By hand: what is moved away from is wiped too. */
void *
realloc (void *memory, size_t size)
{
  size_t had = memory != NULL ? malloc_usable_size (memory) : 0;
  void *moved;

  if (memory != NULL && size == 0)
    {
      free (memory);
      return NULL;
    }
  if (memory != NULL && size <= had && size >= had / 2)
    {
      explicit_bzero ((char *) memory + size, had - size);
      return memory;
    }

  moved = malloc (size);
  if (moved == NULL || memory == NULL)
    return moved;
  memcpy (moved, memory, had < size ? had : size);
  free (memory);
  return moved;
}

#else

void
secinfo_forget_begin_later (void)
{
}

void
secinfo_forget_begin (void)
{
}

#endif
