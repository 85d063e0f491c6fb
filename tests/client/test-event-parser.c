/* test-event-parser.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-event-parser.h"

#include <string.h>

typedef struct { const char *input, *events; } Vector;

/* Expected: "type=data|" an event. */
static const Vector vectors[] = {
  { "", "" },
  { "event: contacts\ndata: {\"id\":\"a\"}\n\n", "contacts={\"id\":\"a\"}|" },
  { "event:contacts\ndata:x\n\n", "contacts=x|" },
  { "event:  two\ndata:  x\n\n", " two= x|" },                      /* one space alone belongs to the colon */
  { "data: a\ndata: b\n\n", "message=a\nb|" },
  { "data\n\n", "message=|" },
  { "data: a\r\n\r\ndata: b\r\rdata: c\n\n", "message=a|message=b|message=c|" },
  { "data: a\r\n\ndata: b\n\r\n", "message=a|message=b|" },
  { ": a comment\n\ndata: a\n: another\n\n", "message=a|" },
  { ":\n\n", "" },
  { "event: nothing\n\ndata: a\n\n", "message=a|" },               /* no data: no event, and its name is forgotten */
  { "id: 7\nretry: 9\nwhat: ever\ndata: a\n\n", "message=a|" },
  { "data: unfinished\n", "" },
  { "data: unfinished", "" },
  { "\xef\xbb\xbf" "data: a\n\n\xef\xbb\xbf" "data: b\n\n", "message=a|" },
  { "data: \xe2\x80\xa2\xe2\x80\xa2\n\n", "message=\xe2\x80\xa2\xe2\x80\xa2|" },
  { "event: account\ndata: {}\n\nevent: bye\ndata: {}\n\n", "account={}|bye={}|" },
  { "\n\n\n\ndata: a\n\n\n\n", "message=a|" },
};

static void
event_cb (const char *type, const char *data, gpointer user_data)
{
  g_string_append_printf (user_data, "%s=%s|", type, data);
}

static void
assert_events (const char *input, gsize length, gsize first, gsize second, const char *expected)
{
  g_autoptr(SecinfoEventParser) parser = secinfo_event_parser_new ();
  g_autoptr(GString) events = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (secinfo_event_parser_feed (parser, input, first, event_cb, events, &error));
  g_assert_true (secinfo_event_parser_feed (parser, input + first, second - first, event_cb, events, &error));
  g_assert_true (secinfo_event_parser_feed (parser, input + second, length - second, event_cb, events, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (events->str, ==, expected);
}

static void
test_split_everywhere (void)
{
  for (gsize v = 0; v < G_N_ELEMENTS (vectors); v++)
    {
      gsize length = strlen (vectors[v].input);

      for (gsize first = 0; first <= length; first++)
        for (gsize second = first; second <= length; second++)
          assert_events (vectors[v].input, length, first, second, vectors[v].events);
    }
}

static void
test_byte_by_byte (void)
{
  for (gsize v = 0; v < G_N_ELEMENTS (vectors); v++)
    {
      g_autoptr(SecinfoEventParser) parser = secinfo_event_parser_new ();
      g_autoptr(GString) events = g_string_new (NULL);

      for (const char *c = vectors[v].input; *c != '\0'; c++)
        g_assert_true (secinfo_event_parser_feed (parser, c, 1, event_cb, events, NULL));
      g_assert_cmpstr (events->str, ==, vectors[v].events);
    }
}

/* Feeds @text in one piece; it must be refused, and the parser must stay shut. */
static void
assert_refused (GString *text)
{
  g_autoptr(SecinfoEventParser) parser = secinfo_event_parser_new ();
  g_autoptr(GString) events = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (secinfo_event_parser_feed (parser, text->str, text->len, event_cb, events, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (secinfo_event_parser_feed (parser, "data: a\n\n", 9, event_cb, events, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpstr (events->str, ==, "");
}

static void
test_limits (void)
{
  g_autoptr(GString) line = g_string_new ("data: ");
  g_autoptr(GString) event = g_string_new (NULL);
  g_autoptr(SecinfoEventParser) parser = secinfo_event_parser_new ();
  g_autoptr(GString) events = g_string_new (NULL);

  while (line->len < SECINFO_EVENT_LINE_MAX)
    g_string_append_c (line, 'x');
  g_string_append (line, "\n\n");
  g_assert_true (secinfo_event_parser_feed (parser, line->str, line->len, event_cb, events, NULL));
  g_assert_cmpuint (events->len, ==, strlen ("message=|") + SECINFO_EVENT_LINE_MAX - strlen ("data: "));
  g_string_insert (line, 6, "x");
  assert_refused (line);

  while (event->len < 2 * SECINFO_EVENT_DATA_MAX)
    g_string_append (event, "data: 0123456789012345678901234567890123456789\n");
  assert_refused (event);
}

static void
test_not_utf8 (void)
{
  g_autoptr(GString) bad = g_string_new ("data: \xff\n\n");
  g_autoptr(GString) nul = g_string_new_len ("data: a\0b\n\n", 11);

  assert_refused (bad);
  assert_refused (nul);
}

/* Any bytes at all: it ends, and what comes out is UTF-8 within the limits. */
static void
check_event_cb (const char *type, const char *data, gpointer user_data)
{
  g_assert_true (g_utf8_validate (type, -1, NULL));
  g_assert_true (g_utf8_validate (data, -1, NULL));
  g_assert_cmpuint (strlen (data), <=, SECINFO_EVENT_DATA_MAX);
}

static void
test_random (void)
{
  static const char *const pieces[] = { "data", ":", " ", "\n", "\r", "\r\n", "event", "id", "\xef\xbb\xbf", "\xe2\x80",
                                       "\xa2", "x", "\n\n", "{}" };

  for (guint round = 0; round < 2000; round++)
    {
      g_autoptr(SecinfoEventParser) parser = secinfo_event_parser_new ();

      for (guint i = 0; i < 60; i++)
        {
          const char *piece = pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))];

          if (!secinfo_event_parser_feed (parser, piece, strlen (piece), check_event_cb, NULL, NULL))
            break;
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/event-parser/split-everywhere", test_split_everywhere);
  g_test_add_func ("/client/event-parser/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/client/event-parser/limits", test_limits);
  g_test_add_func ("/client/event-parser/not-utf8", test_not_utf8);
  g_test_add_func ("/client/event-parser/random", test_random);
  return g_test_run ();
}
