/* fault.c - loaded before everything else into one program under test: its system calls and its memory fail on demand,
 * and what it gives back is looked through
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/faults/faults.py maps the same numbers, and the texts behind them, and sets them while the program runs. In
 * other programs that inherit the environment it does nothing.
 *   SECINFO_FAULT_CONTROL  the file with the numbers
 *   SECINFO_FAULT_PROGRAM  the program it acts in
 *   SECINFO_FAULT_STATE    the folder whose files count for what is synced and written
 *   SECINFO_FAULT_SYNCED   (optional) a folder that holds what a disk would hold after a power loss: each file as it
 *                          was at its last sync
 */

/* open() and open64() are two functions here. */
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* The order is faults.py's too. */
enum
{
  SYNCS, KILL_AT_SYNC,             /* of files in the state folder */
  CALLS, KILL_AT_CALL,             /* reads, writes, sends, receives, connects, opens */
  SYNC_ERRNO, WRITE_ERRNO,         /* of files in the state folder, while they are not 0 */
  OPEN_ERRNO,                      /* of anything that makes a descriptor */
  MALLOCS, FAIL_FROM, FAIL_UNTIL, FAIL_IN,
  BOOT_OFFSET,                     /* seconds that CLOCK_BOOTTIME is ahead */
  DUMPABLE,                        /* not 0: the program may be looked into */
  FAILED,                          /* how often something was made to fail */
  WATCHED,                         /* how many of the texts are looked for in what is freed */
  FREED, LEFT, LEFT_BY,            /* pieces that were looked through; those with a text; who freed the last of these */
  N_NUMBERS
};

enum { N_TEXTS = 4, TEXT_SIZE = 64 };

/* Whose calls of malloc() fail: bits of FAIL_IN. */
enum { IN_PROGRAM, IN_SQLITE, IN_MICROHTTPD, IN_GLIB, N_PLACES };
static const char *const place_names[] = { "", "libsqlite3.so", "libmicrohttpd.so", "libglib-2.0.so" };

extern char *program_invocation_short_name;
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);
extern void __libc_free (void *memory);

static volatile int64_t nothing[N_NUMBERS];
static volatile int64_t *numbers = nothing;
static const char *texts;         /* N_TEXTS of TEXT_SIZE */
static bool active;
static pid_t self;
static char state[512], synced[512];
static struct { uintptr_t from, until; } places[N_PLACES];

#define NEXT(name) ((__typeof__ (&name)) next (#name))

static void *
next (const char *name)
{
  return dlsym (RTLD_NEXT, name);
}

static int
find_place (struct dl_phdr_info *info, size_t size, void *data)
{
  for (int i = 0; i < N_PLACES; i++)
    {
      if (i == IN_PROGRAM ? info->dlpi_name[0] != '\0' : strstr (info->dlpi_name, place_names[i]) == NULL)
        continue;
      for (int p = 0; p < info->dlpi_phnum; p++)
        if (info->dlpi_phdr[p].p_type == PT_LOAD && (info->dlpi_phdr[p].p_flags & PF_X) != 0)
          {
            places[i].from = info->dlpi_addr + info->dlpi_phdr[p].p_vaddr;
            places[i].until = places[i].from + info->dlpi_phdr[p].p_memsz;
          }
      break;
    }
  return 0;
}

__attribute__ ((constructor)) static void
start (void)
{
  const char *control = getenv ("SECINFO_FAULT_CONTROL"), *program = getenv ("SECINFO_FAULT_PROGRAM");
  const char *folder = getenv ("SECINFO_FAULT_STATE"), *keep = getenv ("SECINFO_FAULT_SYNCED");
  void *map;
  int fd;

  /* The name in the kernel has 15 letters at most; this one is whole. */
  if (control == NULL || program == NULL || strcmp (program, program_invocation_short_name) != 0)
    return;
  fd = open (control, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return;
  map = mmap (NULL, N_NUMBERS * sizeof (int64_t) + N_TEXTS * TEXT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  if (map == MAP_FAILED)
    return;
  snprintf (state, sizeof state, "%s/", folder != NULL ? folder : "");
  snprintf (synced, sizeof synced, "%s", keep != NULL ? keep : "");
  dl_iterate_phdr (find_place, NULL);
  self = getpid ();
  numbers = map;
  texts = (const char *) map + N_NUMBERS * sizeof (int64_t);
  active = true;
}

static int64_t
count (int which)
{
  return __atomic_add_fetch (&numbers[which], 1, __ATOMIC_SEQ_CST);
}

static void
die (void)
{
  raise (SIGKILL);
}

static int
fail (int which)
{
  count (FAILED);
  errno = (int) numbers[which];
  return -1;
}

/* --- files of the state folder ------------------------------------------------------------------------------------ */

static bool
is_state (int fd, char *path, size_t size)
{
  char link[64];
  ssize_t n;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, size - 1);
  if (n <= 0)
    return false;
  path[n] = '\0';
  return strncmp (path, state, strlen (state)) == 0;
}

static void
keep_synced (int fd, const char *path)
{
  struct stat about;
  char copy[1100];
  loff_t from = 0;
  int to;

  if (synced[0] == '\0' || fstat (fd, &about) != 0 || !S_ISREG (about.st_mode))
    return;
  snprintf (copy, sizeof copy, "%s/%s", synced, path + strlen (state));
  to = open (copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  while (to >= 0 && from < about.st_size && copy_file_range (fd, &from, to, NULL, about.st_size - from, 0) > 0)
    continue;
  if (to >= 0)
    close (to);
}

static int
sync_with (int (*real) (int), int fd)
{
  char path[512];
  int result;

  if (!active || !is_state (fd, path, sizeof path))
    return real (fd);
  if (count (SYNCS) == numbers[KILL_AT_SYNC])
    die ();
  if (numbers[SYNC_ERRNO] != 0)
    return fail (SYNC_ERRNO);
  result = real (fd);
  if (result == 0)
    keep_synced (fd, path);
  return result;
}

int
fsync (int fd)
{
  return sync_with (NEXT (fsync), fd);
}

int
fdatasync (int fd)
{
  return sync_with (NEXT (fdatasync), fd);
}

static bool
write_fails (int fd)
{
  char path[512];

  return active && numbers[WRITE_ERRNO] != 0 && is_state (fd, path, sizeof path);
}

/* A child between fork() and exec() is another program already. */
static void
step (void)
{
  if (active && getpid () == self && count (CALLS) == numbers[KILL_AT_CALL])
    die ();
}

ssize_t
write (int fd, const void *data, size_t size)
{
  step ();
  return write_fails (fd) ? fail (WRITE_ERRNO) : NEXT (write) (fd, data, size);
}

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t at)
{
  step ();
  return write_fails (fd) ? fail (WRITE_ERRNO) : NEXT (pwrite64) (fd, data, size, at);
}

/* --- descriptors -------------------------------------------------------------------------------------------------- */

static bool
open_fails (void)
{
  step ();
  return active && numbers[OPEN_ERRNO] != 0;
}

static int
open_with (const char *name, const char *path, int flags, va_list more)
{
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (more, mode_t) : 0;

  if (open_fails ())
    return fail (OPEN_ERRNO);
  return ((int (*) (const char *, int, ...)) next (name)) (path, flags, mode);
}

int
open (const char *path, int flags, ...)
{
  va_list more;
  int fd;

  va_start (more, flags);
  fd = open_with ("open", path, flags, more);
  va_end (more);
  return fd;
}

int
open64 (const char *path, int flags, ...)
{
  va_list more;
  int fd;

  va_start (more, flags);
  fd = open_with ("open64", path, flags, more);
  va_end (more);
  return fd;
}

int
socket (int domain, int type, int protocol)
{
  return open_fails () ? fail (OPEN_ERRNO) : NEXT (socket) (domain, type, protocol);
}

int
socketpair (int domain, int type, int protocol, int pair[2])
{
  return open_fails () ? fail (OPEN_ERRNO) : NEXT (socketpair) (domain, type, protocol, pair);
}

int
accept4 (int fd, struct sockaddr *address, socklen_t *size, int flags)
{
  return open_fails () ? fail (OPEN_ERRNO) : NEXT (accept4) (fd, address, size, flags);
}

int
pipe2 (int pair[2], int flags)
{
  return open_fails () ? fail (OPEN_ERRNO) : NEXT (pipe2) (pair, flags);
}

/* --- points in a helper's life ------------------------------------------------------------------------------------ */

ssize_t
read (int fd, void *data, size_t size)
{
  step ();
  return NEXT (read) (fd, data, size);
}

ssize_t
send (int fd, const void *data, size_t size, int flags)
{
  step ();
  return NEXT (send) (fd, data, size, flags);
}

ssize_t
recv (int fd, void *data, size_t size, int flags)
{
  step ();
  return NEXT (recv) (fd, data, size, flags);
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  step ();
  return NEXT (sendmsg) (fd, message, flags);
}

ssize_t
recvmsg (int fd, struct msghdr *message, int flags)
{
  step ();
  return NEXT (recvmsg) (fd, message, flags);
}

int
connect (int fd, const struct sockaddr *address, socklen_t size)
{
  step ();
  return NEXT (connect) (fd, address, size);
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

static bool
memory_fails (const void *caller)
{
  uintptr_t at = (uintptr_t) caller;
  int64_t n;

  if (!active || numbers[FAIL_IN] == 0)
    return false;
  for (int i = 0; i < N_PLACES; i++)
    if ((numbers[FAIL_IN] & (1 << i)) != 0 && at >= places[i].from && at < places[i].until)
      {
        n = count (MALLOCS);
        if (n < numbers[FAIL_FROM] || n >= numbers[FAIL_UNTIL])
          return false;
        count (FAILED);
        errno = ENOMEM;
        return true;
      }
  return false;
}

void *
malloc (size_t size)
{
  return memory_fails (__builtin_return_address (0)) ? NULL : __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  return memory_fails (__builtin_return_address (0)) ? NULL : __libc_calloc (n, size);
}

/* Something watched stands in it, with no digit before or behind it (a code among the digits of a number is none). */
static bool
holds (const char *memory, size_t size, const char *text)
{
  size_t length = strnlen (text, TEXT_SIZE);
  const char *at = memory, *end = memory + size;

  while (length > 0 && (at = memmem (at, (size_t) (end - at), text, length)) != NULL)
    {
      if ((at == memory || !isdigit ((unsigned char) at[-1])) &&
          (at + length == end || !isdigit ((unsigned char) at[length])))
        return true;
      at++;
    }
  return false;
}

static void
look_through (void *memory, size_t size, const void *caller)
{
  count (FREED);
  for (int i = 0; i < numbers[WATCHED]; i++)
    if (holds (memory, size, texts + i * TEXT_SIZE))
      {
        count (LEFT);
        numbers[LEFT_BY] = (intptr_t) caller;
      }
}

void
free (void *memory)
{
  if (active && numbers[WATCHED] > 0 && memory != NULL)
    look_through (memory, malloc_usable_size (memory), __builtin_return_address (0));
  __libc_free (memory);
}

/* Where it moves, what was there is given back. */
void *
realloc (void *memory, size_t size)
{
  size_t was = memory != NULL ? malloc_usable_size (memory) : 0;
  void *moved;

  if (memory_fails (__builtin_return_address (0)))
    return NULL;
  if (!active || numbers[WATCHED] == 0 || size <= was || memory == NULL)
    return __libc_realloc (memory, size);

  moved = __libc_malloc (size);
  if (moved == NULL)
    return NULL;
  memcpy (moved, memory, was);
  look_through (memory, was, __builtin_return_address (0));
  __libc_free (memory);
  return moved;
}

/* --- time, and being looked into ---------------------------------------------------------------------------------- */

int
clock_gettime (clockid_t clock, struct timespec *at)
{
  int result = NEXT (clock_gettime) (clock, at);

  if (result == 0 && clock == CLOCK_BOOTTIME && active)
    at->tv_sec += numbers[BOOT_OFFSET];
  return result;
}

int
prctl (int option, ...)
{
  unsigned long a, b, c, d;
  va_list more;

  va_start (more, option);
  a = va_arg (more, unsigned long);
  b = va_arg (more, unsigned long);
  c = va_arg (more, unsigned long);
  d = va_arg (more, unsigned long);
  va_end (more);
  if (active && option == PR_SET_DUMPABLE && numbers[DUMPABLE] != 0)
    return 0;
  return NEXT (prctl) (option, a, b, c, d);
}
