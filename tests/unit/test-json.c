/* test-json.c - bodies from outside, and memory that is wiped
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-json.h"
#include "secinfo-json-writer.h"
#include "secinfo-secret.h"
#include "test-say.h"

#include <string.h>

static json_t *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  json_t *value = secinfo_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (value);
  return value;
}

static void
test_refused (void)
{
  static const char * const bad[] = {
    "", " ", "{", "}", "{}{}", "{} x", "[1,]", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "{'a':1}", "nul",
    "{\"a\":\"\xff\"}", "{\"a\":\"\\ud800\"}", "\"a\\u0000b\"", "01", "1e999", "NaN", "{\"a\":\"\n\"}", "/**/{}",
    "\xef\xbb\xbf{}", "99999999999999999999",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      say_case (bad[i]);
      g_assert_null (secinfo_json_parse (bad[i], strlen (bad[i]), &error));
      g_assert_error (error, SECINFO_JSON_ERROR, SECINFO_JSON_ERROR_SYNTAX);
    }

  g_assert_null (secinfo_json_parse ("{}\0", 3, NULL));
}

/* What stands in the text may be a password. */
static void
test_error_is_silent (void)
{
  static const char * const bad[] =
    { "{\"password\":\"hunter2\" hunter2}", "hunter2", "{\"hunter2\":1,\"hunter2\":2}" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (secinfo_json_parse (bad[i], strlen (bad[i]), &error));
      g_assert_null (strstr (error->message, "hunter"));
    }
}

static void
test_depth (void)
{
  for (guint depth = 30; depth < 36; depth++)
    {
      g_autofree char *open = g_strnfill (depth, '[');
      g_autofree char *close = g_strnfill (depth, ']');
      g_autofree char *text = g_strconcat (open, close, NULL);
      g_autoptr(json_t) value = secinfo_json_parse (text, strlen (text), NULL);

      g_assert_cmpint (value != NULL, ==, depth <= 32);
    }

  /* Brackets in a string are no depth, an escaped quote does not end it, and neighbours do not add up. */
  {
    g_autoptr(json_t) string = parse ("[\"[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[\\\\\"]");
    g_autoptr(json_t) wide =
      parse ("[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
                                    "[],[],[],[],[],[],[]]");
    g_autofree char *bomb = g_strnfill (200000, '{');

    g_assert_true (json_is_array (string) && json_is_array (wide));
    g_assert_null (secinfo_json_parse (bomb, 200000, NULL));
  }
}

static void
test_round (void)
{
  static const char * const texts[] = {
    "{}", "[]", "null", "true", "\"a\"", "17", "{\"a\":[1,\"b\",null,true,{\"c\":\"\xc3\xa9\xe2\x80\xa2\"}]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(json_t) value = parse (texts[i]);
      char *text = secinfo_json_to_text (value);

      g_assert_cmpstr (text, ==, texts[i]);
      secinfo_secret_free_text (text);
    }

  /* Around and far beyond the size that is tried first. */
  for (guint length = 500; length < 520; length++)
    {
      g_autofree char *long_text = g_strnfill (length == 519 ? 60000 : length, 'x');
      g_autoptr(json_t) value = json_string (long_text);
      char *text = secinfo_json_to_text (value);

      g_assert_cmpuint (strlen (text), ==, strlen (long_text) + 2);
      secinfo_secret_free_text (text);
    }
}

static const SecinfoJsonMember members[] = {
  { "name", JSON_STRING, TRUE, 8 },
  { "note", JSON_STRING, FALSE, 0, TRUE },
  { "on", JSON_TRUE, FALSE },
  { "n", JSON_INTEGER, FALSE },
  { "list", JSON_ARRAY, FALSE, 2 },
  { "map", JSON_OBJECT, FALSE },
  { NULL }
};

static void
test_check (void)
{
  static const char * const good[] = {
    "{\"name\":\"a\"}", "{\"name\":\"12345678\",\"note\":null,\"on\":false,\"n\":-1,\"list\":[1,2],\"map\":{}}",
    "{\"name\":\"\",\"on\":true,\"note\":\"x\"}",
  };
  static const struct { const char *text; const char *culprit; } bad[] = {
    { "{}", "name" }, { "{\"name\":null}", "name" }, { "{\"name\":1}", "name" }, { "{\"name\":\"123456789\"}", "name" },
    { "{\"name\":\"a\",\"uid\":0}", "uid" }, { "{\"name\":\"a\",\"on\":1}", "on" },
      { "{\"name\":\"a\",\"on\":null}", "on" },
    { "{\"name\":\"a\",\"n\":1.0}", "n" }, { "{\"name\":\"a\",\"n\":\"1\"}", "n" },
    { "{\"name\":\"a\",\"list\":[1,2,3]}", "list" }, { "{\"name\":\"a\",\"map\":[]}", "map" },
    { "[]", NULL }, { "null", NULL }, { "\"name\"", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(json_t) value = parse (good[i]);
      g_autoptr(GError) error = NULL;
      g_autofree char *culprit = NULL;

      g_assert_true (secinfo_json_check (value, members, &culprit, &error));
      g_assert_no_error (error);
      g_assert_null (culprit);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(json_t) value = parse (bad[i].text);
      g_autoptr(GError) error = NULL;
      g_autofree char *culprit = NULL;

      say_case (bad[i].text);
      g_assert_false (secinfo_json_check (value, members, &culprit, &error));
      g_assert_error (error, SECINFO_JSON_ERROR, SECINFO_JSON_ERROR_MEMBER);
      g_assert_cmpstr (culprit, ==, bad[i].culprit);
      g_assert_false (secinfo_json_check (value, members, NULL, NULL));
    }
}

/* A name of any length comes back short, and cut between letters. */
static void
test_long_name (void)
{
  g_autoptr(json_t) value = json_object ();
  g_autofree char *culprit = NULL;
  g_autoptr(GString) name = g_string_new ("a");

  for (guint i = 0; i < 1000; i++)
    g_string_append (name, "é");
  json_object_set_new (value, "name", json_string ("a"));
  json_object_set_new (value, name->str, json_null ());

  g_assert_false (secinfo_json_check (value, members, &culprit, NULL));
  g_assert_cmpuint (strlen (culprit), ==, 63);
  g_assert_true (g_utf8_validate (culprit, -1, NULL));
}

static void
test_readers (void)
{
  g_autoptr(json_t) value = parse ("{\"s\":\"a\",\"n\":5,\"b\":true,\"o\":{},\"l\":[],\"z\":null,"
                                   "\"t\":\"2026-11-24T03:47:01Z\"}");

  g_assert_cmpstr (secinfo_json_get_string (value, "s"), ==, "a");
  g_assert_null (secinfo_json_get_string (value, "n"));
  g_assert_null (secinfo_json_get_string (value, "none"));
  g_assert_cmpint (secinfo_json_get_integer (value, "n", 9), ==, 5);
  g_assert_cmpint (secinfo_json_get_integer (value, "s", 9), ==, 9);
  g_assert_true (secinfo_json_get_boolean (value, "b", FALSE));
  g_assert_true (secinfo_json_get_boolean (value, "z", TRUE));
  g_assert_nonnull (secinfo_json_get_object (value, "o"));
  g_assert_null (secinfo_json_get_object (value, "l"));
  g_assert_nonnull (secinfo_json_get_array (value, "l"));
  g_assert_null (secinfo_json_get_array (value, "o"));
  g_assert_cmpint (secinfo_json_get_time (value, "t"), ==, 1795492021);
  g_assert_cmpint (secinfo_json_get_time (value, "z"), ==, 0);
  g_assert_null (secinfo_json_get_string (NULL, "s"));

  secinfo_json_set_time (value, "s", 1795492021);
  g_assert_cmpstr (secinfo_json_get_string (value, "s"), ==, "2026-11-24T03:47:01Z");
  secinfo_json_set_time (value, "s", 0);
  g_assert_true (json_is_null (json_object_get (value, "s")));
}

/* The allocators themselves: aligned, and wiped on free. The second look is at memory that is free, hence not under
 * ASan. */
static void
test_wiped (void)
{
  json_malloc_t allocate;
  json_free_t release;
  char *block;

  json_get_alloc_funcs (&allocate, &release);
  g_assert_null (allocate (G_MAXSIZE - 3));
  release (NULL);

  block = allocate (4000);
  g_assert_cmpuint ((guintptr) block % 16, ==, 0);
  memset (block, 'p', 4000);
  release (block);
#if !defined(__SANITIZE_ADDRESS__)
  {
    char *volatile left = block;
    gsize n = 0;

    /* The allocator's own lists use the first bytes. */
    for (gsize i = 64; i < 3900; i++)
      n += left[i] == 'p' ? 1 : 0;
    g_assert_cmpuint (n, ==, 0);
  }
#endif
}

/* Bytes of every kind: either a value or an error, never both, never a crash. */
static void
test_noise (void)
{
  static const char letters[] = "{}[]\",:\\u0aeE+-.17 tfnrl\xc3\xa9\xff";
  g_autoptr(GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 50000; round++)
    {
      char text[48];
      gsize length = g_rand_int_range (rand, 0, sizeof text);
      g_autoptr(GError) error = NULL;
      g_autoptr(json_t) value = NULL;

      for (gsize i = 0; i < length; i++)
        text[i] = letters[g_rand_int_range (rand, 0, sizeof letters)];
      value = secinfo_json_parse (text, length, &error);
      g_assert_true ((value == NULL) == (error != NULL));
    }
}

/* What is written without a tree reads as the same tree. */
static void
test_writer (void)
{
  g_auto(SecinfoJsonWriter) writer = { 0, };
  g_autoptr(json_t) expected = json_pack ("{s:s, s:n, s:n, s:I, s:b, s:s, s:n, s:[s, {}, [], {s:i}, s], s:o}",
                                          "quoted \"", "a\tb\\c\"d\n\001é•", "absent", "broken", "least",
                                          (json_int_t) G_MININT64, "yes", TRUE, "at", "2023-11-14T22:13:20Z", "never",
                                          "list", "one", "n", 7, "two", "long", json_stringn ("", 0));
  g_autoptr(json_t) read = NULL;
  g_autofree char *longest = g_strnfill (9000, 'x');
  char *text;

  json_object_set_new (expected, "long", json_string (longest));
  secinfo_json_writer_object (&writer, NULL);
  secinfo_json_writer_string (&writer, "quoted \"", "a\tb\\c\"d\n\001é•", -1);
  secinfo_json_writer_string (&writer, "absent", NULL, -1);
  secinfo_json_writer_string (&writer, "broken", "a\xffz", -1);
  secinfo_json_writer_integer (&writer, "least", G_MININT64);
  secinfo_json_writer_boolean (&writer, "yes", TRUE);
  secinfo_json_writer_time (&writer, "at", 1700000000);
  secinfo_json_writer_time (&writer, "never", 0);
  secinfo_json_writer_array (&writer, "list");
  secinfo_json_writer_string (&writer, NULL, "one", 3);
  secinfo_json_writer_object (&writer, NULL);
  secinfo_json_writer_end (&writer);
  secinfo_json_writer_array (&writer, NULL);
  secinfo_json_writer_end_array (&writer);
  secinfo_json_writer_object (&writer, NULL);
  secinfo_json_writer_integer (&writer, "n", 7);
  secinfo_json_writer_end (&writer);
  secinfo_json_writer_string (&writer, NULL, "two", -1);
  secinfo_json_writer_end_array (&writer);
  secinfo_json_writer_string (&writer, "long", longest, -1);
  secinfo_json_writer_end (&writer);

  text = secinfo_json_writer_take (&writer);
  read = secinfo_json_parse (text, strlen (text), NULL);
  g_assert_true (json_equal (read, expected));
  secinfo_secret_free_text (text);
}

int
main (int   argc,
      char *argv[])
{
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/error-is-silent", test_error_is_silent);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/round", test_round);
  g_test_add_func ("/json/check", test_check);
  g_test_add_func ("/json/long-name", test_long_name);
  g_test_add_func ("/json/readers", test_readers);
  g_test_add_func ("/json/wiped", test_wiped);
  g_test_add_func ("/json/noise", test_noise);
  g_test_add_func ("/json/writer", test_writer);
  return g_test_run ();
}
