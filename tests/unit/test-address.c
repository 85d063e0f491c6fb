/* test-address.c - addresses and numbers: what is taken, what is refused, and why
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-address.h"
#include "test-say.h"

#include <locale.h>
#include <string.h>

static void
test_email_good (void)
{
  static const struct { const char *text, *value, *key, *display; gboolean idn; } cases[] = {
    { "alex.sample@example.org", "alex.sample@example.org", "alex.sample@example.org", "alex.sample@example.org",
      FALSE },
    { "  Alex.Sample@Example.ORG\n", "Alex.Sample@example.org", "alex.sample@example.org", "Alex.Sample@example.org",
      FALSE },
    { "a@b.c", "a@b.c", "a@b.c", "a@b.c", FALSE },
    { "!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org",
      "!#$%&'*+-/=?^_`{|}~@example.org", FALSE },
    { "alex@bücher.example", "alex@xn--bcher-kva.example", "alex@xn--bcher-kva.example", "alex@bücher.example", TRUE },
    { "alex@BU\u0308CHER.example", "alex@xn--bcher-kva.example", "alex@xn--bcher-kva.example", "alex@bücher.example",
      TRUE },
    { "alex@xn--bcher-kva.example", "alex@xn--bcher-kva.example", "alex@xn--bcher-kva.example", "alex@bücher.example",
      TRUE },
    /* Nontransitional: ß stays ß and does not become another domain's ss. */
    { "alex@straße.example", "alex@xn--strae-oqa.example", "alex@xn--strae-oqa.example", "alex@straße.example", TRUE },
    { "alex@例え。テスト", "alex@xn--r8jz45g.xn--zckzah", "alex@xn--r8jz45g.xn--zckzah", "alex@例え.テスト", TRUE },
    { "alex@a-b.1und1.example", "alex@a-b.1und1.example", "alex@a-b.1und1.example", "alex@a-b.1und1.example", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(SecinfoAddress) address = secinfo_address_parse_email (cases[i].text, &error);

      say_case (cases[i].text);
      g_assert_no_error (error);
      g_assert_cmpint (secinfo_address_get_kind (address), ==, SECINFO_CONTACT_EMAIL);
      g_assert_cmpstr (secinfo_address_get_value (address), ==, cases[i].value);
      g_assert_cmpstr (secinfo_address_get_key (address), ==, cases[i].key);
      g_assert_cmpstr (secinfo_address_get_display (address), ==, cases[i].display);
      g_assert_cmpstr (secinfo_address_get_domain (address), ==, strchr (cases[i].value, '@') + 1);
      g_assert_cmpint (secinfo_address_is_idn (address), ==, cases[i].idn);
      g_assert_null (secinfo_address_get_region (address));
      g_assert_false (secinfo_address_is_unusual (address));
    }
}

static void
assert_email_refused (const char          *text,
                      SecinfoAddressError  code)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SecinfoAddress) address = secinfo_address_parse_email (text, &error);

  say_case (text);
  g_assert_null (address);
  g_assert_error (error, SECINFO_ADDRESS_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, secinfo_address_error_to_words (code, SECINFO_CONTACT_EMAIL));
}

static void
test_email_bad (void)
{
  static const struct { const char *text; SecinfoAddressError code; } cases[] = {
    { "", SECINFO_ADDRESS_ERROR_EMPTY }, { " \t\n", SECINFO_ADDRESS_ERROR_EMPTY },
    { "alex", SECINFO_ADDRESS_ERROR_DOMAIN_MISSING }, { "alex@", SECINFO_ADDRESS_ERROR_DOMAIN_MISSING },
    { "@example.org", SECINFO_ADDRESS_ERROR_LOCAL_MISSING }, { "@", SECINFO_ADDRESS_ERROR_LOCAL_MISSING },
    { "alex@example", SECINFO_ADDRESS_ERROR_END_MISSING }, { "alex@example.", SECINFO_ADDRESS_ERROR_END_MISSING },
    { "alex@example.org.", SECINFO_ADDRESS_ERROR_END_MISSING }, { "alex@localhost", SECINFO_ADDRESS_ERROR_END_MISSING },
    { "al ex@example.org", SECINFO_ADDRESS_ERROR_SPACE }, { "alex@exam ple.org", SECINFO_ADDRESS_ERROR_SPACE },
    { "alex@example\u00a0.org", SECINFO_ADDRESS_ERROR_SPACE },
    { "alex@example\u3000.org", SECINFO_ADDRESS_ERROR_SPACE },
    /* The dropped character: this must never become example.de. */
    { "alex@ex_ample.de", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@ex!ample.de", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@ex\u00adample.de", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@ex\u200bample.de", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@ex\u2060ample.de", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@ex\ufe0fample.de", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@ex\u034fample.de", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@ex\u3164ample.de", SECINFO_ADDRESS_ERROR_LETTERS },
    { "al\u202eex@example.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@example.org\u200b", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@[127.0.0.1]", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@[IPv6:::1]", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@127.0.0.1", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@1.2", SECINFO_ADDRESS_ERROR_LETTERS },
    { "\"alex\"@example.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "\"a@b\"@example.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "a@b@example.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "<alex@example.org>", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex(x)@example.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@example.org,b", SECINFO_ADDRESS_ERROR_LETTERS },
    { "mailto:alex@example.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "ålex@example.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { ".alex@example.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex.@example.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "a..b@example.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@example..org", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@-example.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@example-.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@ab--cd.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@xn--.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@xn--a.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex\r\nRCPT@example.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@exa\x01mple.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@exa\xffmple.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex@ex/ample.org", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@exa℀mple.org", SECINFO_ADDRESS_ERROR_LETTERS }, { "alex＠example.org", SECINFO_ADDRESS_ERROR_LETTERS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_email_refused (cases[i].text, cases[i].code);
}

static void
test_email_length (void)
{
  g_autofree char *local = g_strnfill (64, 'a');
  g_autofree char *local_long = g_strnfill (65, 'a');
  g_autofree char *label = g_strnfill (63, 'b');
  g_autofree char *label_long = g_strnfill (64, 'b');
  g_autofree char *ok = g_strconcat (local, "@", label, ".org", NULL);
  g_autofree char *bad_local = g_strconcat (local_long, "@", label, ".org", NULL);
  g_autofree char *bad_label = g_strconcat (local, "@", label_long, ".org", NULL);
  /* 64 + 1 + 63 + 1 + 63 + 1 + 61 = 254 */
  g_autofree char *most = g_strdup_printf ("%s@%s.%s.%.57s.org", local, label, label, label);
  g_autofree char *more = g_strdup_printf ("%s@%s.%s.%.58s.org", local, label, label, label);
  g_autofree char *flood = g_strnfill (1000000, 'a');
  g_autoptr(SecinfoAddress) a = secinfo_address_parse_email (ok, NULL);
  g_autoptr(SecinfoAddress) b = secinfo_address_parse_email (most, NULL);

  g_assert_nonnull (a);
  g_assert_cmpuint (strlen (most), ==, 254);
  g_assert_nonnull (b);
  assert_email_refused (more, SECINFO_ADDRESS_ERROR_TOO_LONG);
  assert_email_refused (bad_local, SECINFO_ADDRESS_ERROR_TOO_LONG);
  assert_email_refused (bad_label, SECINFO_ADDRESS_ERROR_TOO_LONG);
  assert_email_refused (flood, SECINFO_ADDRESS_ERROR_TOO_LONG);
}

/* Whatever is taken is ASCII, has one @, and is taken again as itself. */
static void
test_email_noise (void)
{
  static const char * const parts[] = {
    "a", "B", "9", ".", "-", "_", "@", "ü", "ß", "xn--", "。", "\u00ad", "\u200d", " ", "\"", "例", "u\u0308", "org",
    "\xff", "ﬁ", "℀",
    "א", "1",
  };
  g_autoptr(GRand) rand = g_rand_new_with_seed (11);
  guint taken = 0;

  for (guint round = 0; round < 30000; round++)
    {
      g_autoptr(GString) text = g_string_new (round % 2 == 0 ? "a@" : "");
      g_autoptr(SecinfoAddress) address = NULL;
      g_autoptr(SecinfoAddress) again = NULL;

      for (gint n = g_rand_int_range (rand, 0, 9); n > 0; n--)
        g_string_append (text, parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
      if (round % 2 == 0)
        g_string_append (text, ".org");

      address = secinfo_address_parse_email (text->str, NULL);
      if (address == NULL)
        continue;

      taken++;
      say_case (text->str);
      g_assert_true (g_str_is_ascii (secinfo_address_get_value (address)));
      g_assert_cmpstr (strrchr (secinfo_address_get_value (address), '@') + 1, ==,
                       secinfo_address_get_domain (address));
      g_assert_null (strchr (secinfo_address_get_domain (address), '@'));
      again = secinfo_address_parse_email (secinfo_address_get_value (address), NULL);
      g_assert_nonnull (again);
      g_assert_cmpstr (secinfo_address_get_key (again), ==, secinfo_address_get_key (address));
      g_clear_pointer (&again, secinfo_address_unref);
      again = secinfo_address_parse_email (secinfo_address_get_display (address), NULL);
      g_assert_nonnull (again);
      g_assert_cmpstr (secinfo_address_get_key (again), ==, secinfo_address_get_key (address));
    }

  g_assert_cmpuint (taken, >, 100);
}

static void
test_phone_good (void)
{
  static const struct { const char *text, *region, *value, *display, *of; gboolean unusual; } cases[] = {
    { "+44 7911 123456", NULL, "+447911123456", "+44 7911 123456", "GB", FALSE },
    { "07911 123456", "GB", "+447911123456", "+44 7911 123456", "GB", FALSE },
    { "07911 123456", "gb", "+447911123456", "+44 7911 123456", "GB", FALSE },
    { "+44 (0)7911-123.456", "DE", "+447911123456", "+44 7911 123456", "GB", FALSE },
    { "＋４４ ７９１１ １２３４５６", NULL, "+447911123456", "+44 7911 123456", "GB", FALSE },
    { "\u2066+44 7911 123456\u2069", NULL, "+447911123456", "+44 7911 123456", "GB", FALSE },
    { "0044 7911 123456", "DE", "+447911123456", "+44 7911 123456", "GB", FALSE },
    { "030 123456", "DE", "+4930123456", "+49 30 123456", "DE", FALSE },
    { "06 4890 1234", "IT", "+390648901234", "+39 06 4890 1234", "IT", FALSE },
    /* Ofcom's numbers for drama: possible, not in the plan */
    { "+44 7700 900123", NULL, "+447700900123", "+44 7700 900123", "GB", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(SecinfoAddress) address = secinfo_address_parse_phone (cases[i].text, cases[i].region, &error);

      say_case (cases[i].text);
      g_assert_no_error (error);
      g_assert_cmpint (secinfo_address_get_kind (address), ==, SECINFO_CONTACT_PHONE);
      g_assert_cmpstr (secinfo_address_get_value (address), ==, cases[i].value);
      g_assert_cmpstr (secinfo_address_get_key (address), ==, cases[i].value);
      g_assert_cmpstr (secinfo_address_get_display (address), ==, cases[i].display);
      g_assert_cmpstr (secinfo_address_get_region (address), ==, cases[i].of);
      g_assert_cmpint (secinfo_address_is_unusual (address), ==, cases[i].unusual);
      g_assert_null (secinfo_address_get_domain (address));
      g_assert_false (secinfo_address_is_idn (address));
    }
}

static void
test_phone_bad (void)
{
  static const struct { const char *text, *region; SecinfoAddressError code; } cases[] = {
    { "", "GB", SECINFO_ADDRESS_ERROR_EMPTY }, { " ", "GB", SECINFO_ADDRESS_ERROR_EMPTY },
    { "+", "GB", SECINFO_ADDRESS_ERROR_DIGITS_MISSING }, { "0", "GB", SECINFO_ADDRESS_ERROR_DIGITS_MISSING },
    { "+44 7911", NULL, SECINFO_ADDRESS_ERROR_DIGITS_MISSING },
    { "07911 12", "GB", SECINFO_ADDRESS_ERROR_DIGITS_MISSING },
    { "253-0000", "US", SECINFO_ADDRESS_ERROR_DIGITS_MISSING },
    { "+44 7911 1234567890", NULL, SECINFO_ADDRESS_ERROR_TOO_MANY_DIGITS },
    { "+4479111234567890123456789", NULL, SECINFO_ADDRESS_ERROR_TOO_MANY_DIGITS },
    { "+4917110241124110", NULL, SECINFO_ADDRESS_ERROR_TOO_MANY_DIGITS },   /* 16: possible to libphonenumber */
    { "07911 123456", NULL, SECINFO_ADDRESS_ERROR_COUNTRY },
    { "+999 7911 123456", "GB", SECINFO_ADDRESS_ERROR_COUNTRY },
    { "07911 123456", "XX", SECINFO_ADDRESS_ERROR_COUNTRY }, { "07911 123456", "", SECINFO_ADDRESS_ERROR_COUNTRY },
    { "+44 7911 123456 ext. 12", NULL, SECINFO_ADDRESS_ERROR_EXTENSION },
    { "+44 7911 123456x12", NULL, SECINFO_ADDRESS_ERROR_EXTENSION },
    { "+44 7911 123456#12", NULL, SECINFO_ADDRESS_ERROR_EXTENSION },
    { "+44 7911 123456,,12", NULL, SECINFO_ADDRESS_ERROR_EXTENSION },
    { "+44 7911 123456;ext=12", NULL, SECINFO_ADDRESS_ERROR_EXTENSION },
    { "+44 9098 790123", NULL, SECINFO_ADDRESS_ERROR_CHARGED },
    { "+44 800 111 1111", NULL, SECINFO_ADDRESS_ERROR_CHARGED },
    { "+1 900 234 5678", NULL, SECINFO_ADDRESS_ERROR_CHARGED },
    { "+1 800 234 5678", NULL, SECINFO_ADDRESS_ERROR_CHARGED },
    { "+49 180 5 012345", NULL, SECINFO_ADDRESS_ERROR_CHARGED },
    { "+800 1234 5678", NULL, SECINFO_ADDRESS_ERROR_CHARGED },
    { "1-800-FLOWERS", "US", SECINFO_ADDRESS_ERROR_LETTERS },
    { "alex@example.org", "GB", SECINFO_ADDRESS_ERROR_LETTERS },
    { "tel:+447911123456", NULL, SECINFO_ADDRESS_ERROR_LETTERS },
    { "+44+7911 123456", NULL, SECINFO_ADDRESS_ERROR_LETTERS },
    { "+44 7911 123456/7", NULL, SECINFO_ADDRESS_ERROR_LETTERS }, { "*100#", "GB", SECINFO_ADDRESS_ERROR_LETTERS },
    { "+44 7911 123456\r\nTo: +1", NULL, SECINFO_ADDRESS_ERROR_LETTERS },
    { "+44 79\xff", NULL, SECINFO_ADDRESS_ERROR_LETTERS },
    { "112", "DE", SECINFO_ADDRESS_ERROR_DIGITS_MISSING },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(SecinfoAddress) address = secinfo_address_parse_phone (cases[i].text, cases[i].region, &error);

      say_case (cases[i].text);
      g_assert_null (address);
      g_assert_error (error, SECINFO_ADDRESS_ERROR, (int) cases[i].code);
    }
}

/* Whatever is taken is E.164 and keeps every digit in its order. */
static void
test_phone_noise (void)
{
  static const char letters[] = "0123456789012345678901234567890123456789+ -().x#/a";
  g_autoptr(GRand) rand = g_rand_new_with_seed (13);
  guint taken = 0;

  for (guint round = 0; round < 5000; round++)
    {
      char text[24] = "+44 ";
      gint length = g_rand_int_range (rand, 5, sizeof text);
      g_autoptr(SecinfoAddress) address = NULL;
      g_autoptr(SecinfoAddress) again = NULL;
      const char *value;

      for (gint i = 4; i < length; i++)
        text[i] = letters[g_rand_int_range (rand, 0, sizeof letters - 1)];
      text[length] = '\0';
      address = secinfo_address_parse_phone (text, "GB", NULL);
      if (address == NULL)
        continue;

      taken++;
      value = secinfo_address_get_value (address);
      g_assert_true (value[0] == '+' && strspn (value + 1, "0123456789") == strlen (value) - 1 && strlen (value) <= 16);
      again = secinfo_address_parse_phone (value, NULL, NULL);
      g_assert_nonnull (again);
      g_assert_cmpstr (secinfo_address_get_value (again), ==, value);
    }

  g_assert_cmpuint (taken, >, 20);
}

static void
test_reasons (void)
{
  for (int code = 0; code <= SECINFO_ADDRESS_ERROR_NOT_NOW; code++)
    {
      int back = -1;

      g_assert_true (secinfo_address_error_from_reason (secinfo_address_error_to_reason (code), &back));
      g_assert_cmpint (back, ==, code);
      g_assert_cmpuint (strlen (secinfo_address_error_to_words (code, SECINFO_CONTACT_EMAIL)), >, 10);
      g_assert_cmpuint (strlen (secinfo_address_error_to_words (code, SECINFO_CONTACT_PHONE)), >, 10);
    }
}

static void
test_regions (void)
{
  g_autofree char *name = secinfo_region_to_name ("GB");
  g_autofree char *none = secinfo_region_to_name ("QQ");
  g_autofree char *of_lang = NULL;
  g_autofree char *of_none = NULL;

  g_assert_cmpstr (name, ==, "United Kingdom");
  g_assert_cmpstr (none, ==, "QQ");

  g_setenv ("LANG", "sr_RS@latin", TRUE);
  of_lang = secinfo_region_of_locale ();
  g_assert_cmpstr (of_lang, ==, "RS");
  g_setenv ("LANG", "C.UTF-8", TRUE);
  of_none = secinfo_region_of_locale ();
  g_assert_null (of_none);
}

static void
test_ref (void)
{
  SecinfoAddress *address = secinfo_address_parse_email ("a@example.org", NULL);

  g_assert_true (secinfo_address_ref (address) == address);
  secinfo_address_unref (address);
  g_assert_cmpstr (secinfo_address_get_value (address), ==, "a@example.org");
  secinfo_address_unref (address);
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/email/good", test_email_good);
  g_test_add_func ("/address/email/bad", test_email_bad);
  g_test_add_func ("/address/email/length", test_email_length);
  g_test_add_func ("/address/email/noise", test_email_noise);
  g_test_add_func ("/address/phone/good", test_phone_good);
  g_test_add_func ("/address/phone/bad", test_phone_bad);
  g_test_add_func ("/address/phone/noise", test_phone_noise);
  g_test_add_func ("/address/reasons", test_reasons);
  g_test_add_func ("/address/regions", test_regions);
  g_test_add_func ("/address/ref", test_ref);
  return g_test_run ();
}
