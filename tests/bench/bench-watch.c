/* bench-watch.c - looks at a GTK program from the inside, and presses its buttons
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loaded before any GTK program (LD_PRELOAD); no program of the package knows of it. Over the socket BENCH_FD it says,
 * a line each, with CLOCK_MONOTONIC and the processor time of the process in ns:
 *   painted TYPE AT CPU     the first frame of a window; for the first window the first one that shows what BENCH_SHOWN
 *                           asks for, "TYPE:N": N mapped widgets of that type, in no stack that is still fading. The X
 *                           server has it.
 *   mapped TYPE AT CPU      a window came up, not painted yet
 *   turn AT WALL CPU        an iteration of the main loop that took longer than 16 ms, without its poll()
 *   done AT CPU             the last command was carried out
 * and it does BENCH_ACTION "NAME STRING" as soon as it is on, and then, one after the other:
 *   action NAME [STRING]    activates an action of the first window
 *   press TYPE ID           waits until the window TYPE has an ID that can be pressed, and does
 *   type TYPE ID TEXT       the same, a letter each 30 ms
 *   until TYPE ID           waits until it can be seen
 *   gone TYPE               waits until there is no such window
 * TYPE is the name of a GType, ID that of the object in its template.
 */

#include <adwaita.h>
#include <dlfcn.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define LONG_TURN (16 * 1000 * 1000) /* ns */
#define LOOK_AGAIN 5                 /* ms */
#define LETTER 30                    /* ms */

static int channel = -1;
static GQueue commands = G_QUEUE_INIT;  /* of char ** */
static guint typed;                     /* bytes of the command in front */
static gint64 woke, woke_cpu;           /* 0 before the first poll */
static gboolean shown;                  /* the first window, with what it is to show */

static gint64
read_clock (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (gint64) now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static void
say (const char *line)
{
  if (send (channel, line, strlen (line), MSG_NOSIGNAL) < 0)
    exit (3);
}

/* As if the program had been asked to begin there; the action is off until it can be done. */
static void
act_at_once (void)
{
  const char *action = g_getenv ("BENCH_ACTION");
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  GList *windows = application != NULL && !shown ? gtk_application_get_windows (application) : NULL;
  g_auto(GStrv) words = NULL;

  if (action == NULL || windows == NULL)
    return;
  words = g_strsplit (action, " ", 2);
  gtk_widget_activate_action (windows->data, words[0], "s", words[1]);
}

static gint
poll_cb (GPollFD *fds,
         guint    n,
         gint     timeout)
{
  gint64 wall = read_clock (CLOCK_MONOTONIC) - woke;
  gint64 cpu = read_clock (CLOCK_THREAD_CPUTIME_ID) - woke_cpu;
  gint result;

  if (woke != 0 && wall > LONG_TURN)
    {
      g_autofree char *line = NULL;

      line = g_strdup_printf ("turn %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", woke, wall,
                              cpu);
      say (line);
    }
  act_at_once ();
  result = g_poll (fds, n, timeout);
  woke = read_clock (CLOCK_MONOTONIC);
  woke_cpu = read_clock (CLOCK_THREAD_CPUTIME_ID);
  return result;
}

/* --- what is there ----------------------------------------------------------------------------------------------- */

static gboolean
is_still (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (GTK_IS_STACK (widget) && gtk_stack_get_transition_running (GTK_STACK (widget)))
      return FALSE;
  return TRUE;
}

static guint
count_shown (GtkWidget *widget,
             GType      type)
{
  guint n = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_width (widget) > 0 && is_still (widget);

  for (GtkWidget *c = gtk_widget_get_first_child (widget); c != NULL; c = gtk_widget_get_next_sibling (c))
    if (gtk_widget_get_mapped (c))
      n += count_shown (c, type);
  return n;
}

static GtkWidget *
find_id (GtkWidget  *widget,
         const char *id)
{
  GtkWidget *found = NULL;

  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), id) == 0)
    return widget;
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c != NULL && found == NULL;
       c = gtk_widget_get_next_sibling (c))
    if (gtk_widget_get_mapped (c))
      found = find_id (c, id);
  return found;
}

/* The newest window of that type. */
static GtkWidget *
find_window (const char *type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i-- > 0;)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      if (g_str_equal (G_OBJECT_TYPE_NAME (window), type) && gtk_widget_get_mapped (window))
        return window;
    }
  return NULL;
}

/* --- frames ------------------------------------------------------------------------------------------------------ */

static gboolean
shows_all (GtkWidget *window)
{
  const char *wanted = g_getenv ("BENCH_SHOWN");
  g_auto(GStrv) parts = g_strsplit (wanted, ":", 2);
  GType type = g_type_from_name (parts[0]);

  return type != G_TYPE_INVALID && count_shown (window, type) >= (guint) atoi (parts[1]);
}

static void
say_of_window (const char *what,
               GtkWidget  *window)
{
  g_autofree char *line = NULL;

  line = g_strdup_printf ("%s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", what, G_OBJECT_TYPE_NAME (window),
                          read_clock (CLOCK_MONOTONIC), read_clock (CLOCK_PROCESS_CPUTIME_ID));
  say (line);
}

static void
after_paint_cb (GdkFrameClock *clock,
                GtkWidget     *window)
{
  if (!shown && !shows_all (window))
    return;
  shown = TRUE;
  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, window);
  gdk_display_sync (gtk_widget_get_display (window));
  say_of_window ("painted", window);
}

static void
map_cb (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, window);
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (after_paint_cb), window, 0);
  say_of_window ("mapped", window);
}

static void
windows_changed_cb (GListModel *windows,
                    guint       at,
                    guint       removed,
                    guint       added)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, at + i);

      g_signal_connect (window, "map", G_CALLBACK (map_cb), NULL);
    }
}

/* --- commands ---------------------------------------------------------------------------------------------------- */

static void
type_letter (GtkWidget  *entry,
             const char *text)
{
  const char *letter = text + typed;
  int at = gtk_editable_get_position (GTK_EDITABLE (entry));

  typed = g_utf8_next_char (letter) - text;
  gtk_editable_insert_text (GTK_EDITABLE (entry), letter, g_utf8_next_char (letter) - letter, &at);
  gtk_editable_set_position (GTK_EDITABLE (entry), at);
}

/* Whether the command has been carried out. */
static gboolean
carry_out (char **words)
{
  GtkWidget *window = find_window (words[1]), *widget;

  if (g_str_equal (words[0], "action"))
    {
      GtkApplication *application = GTK_APPLICATION (g_application_get_default ());

      window = g_list_last (gtk_application_get_windows (application))->data;
      return gtk_widget_activate_action (window, words[1], words[2] != NULL ? "s" : NULL, words[2]);
    }
  if (g_str_equal (words[0], "gone"))
    return window == NULL;
  widget = window != NULL ? find_id (window, words[2]) : NULL;
  if (widget == NULL || !gtk_widget_is_sensitive (widget) || !is_still (widget))
    return FALSE;
  if (g_str_equal (words[0], "press"))
    g_signal_emit_by_name (widget, "clicked");
  else if (g_str_equal (words[0], "type"))
    {
      type_letter (widget, words[3]);
      return words[3][typed] == '\0';
    }
  return TRUE;
}

static gboolean
command_cb (gpointer user_data)
{
  char **words = g_queue_peek_head (&commands);
  g_autofree char *line = NULL;
  gint64 at = read_clock (CLOCK_MONOTONIC), cpu = read_clock (CLOCK_PROCESS_CPUTIME_ID);

  if (words == NULL)
    return G_SOURCE_REMOVE;
  if (carry_out (words))
    {
      g_strfreev (g_queue_pop_head (&commands));
      typed = 0;
      line = g_strdup_printf ("done %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", at, cpu);
      say (line);
    }
  g_timeout_add (typed > 0 ? LETTER : LOOK_AGAIN, command_cb, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
read_cb (gint         fd,
         GIOCondition condition,
         gpointer     user_data)
{
  char line[512];
  ssize_t length = recv (fd, line, sizeof line - 1, 0);

  if (length <= 0)
    return G_SOURCE_REMOVE;
  line[length] = '\0';
  g_queue_push_tail (&commands, g_strsplit (line, " ", 4));
  if (g_queue_get_length (&commands) == 1)
    g_timeout_add (LOOK_AGAIN, command_cb, NULL);
  return G_SOURCE_CONTINUE;
}

/* --- the program it is loaded into ------------------------------------------------------------------------------- */

static void
startup_cb (GApplication *application)
{
  GListModel *windows = gtk_window_get_toplevels ();

  g_signal_connect (windows, "items-changed", G_CALLBACK (windows_changed_cb), NULL);
  windows_changed_cb (windows, 0, 0, g_list_model_get_n_items (windows));
}

G_MODULE_EXPORT int
g_application_run (GApplication  *application,
                   int            argc,
                   char         **argv)
{
  int (*real) (GApplication *, int, char **) = (int (*) (GApplication *, int, char **)) dlsym (RTLD_NEXT,
                                                                                             "g_application_run");
  const char *fd = g_getenv ("BENCH_FD");

  /* What the program starts is not looked at. */
  g_unsetenv ("LD_PRELOAD");
  if (fd != NULL)
    {
      channel = atoi (fd);
      g_main_context_set_poll_func (NULL, poll_cb);
      g_unix_fd_add (channel, G_IO_IN, read_cb, NULL);
      g_signal_connect (application, "startup", G_CALLBACK (startup_cb), NULL);
    }
  return real (application, argc, argv);
}
