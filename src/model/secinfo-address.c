/* secinfo-address.c - an email address or phone number, checked
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-address"

#include "config.h"

#include "secinfo-address.h"

#include "secinfo-address-phone.h"

#include <idn2.h>
#include <locale.h>
#include <string.h>

#define LOCAL_MAX    64    /* octets; RFC 5321 section 4.5.3.1.1 */
#define E164_DIGITS  15
#define ADDRESS_MAX  254   /* octets; RFC 5321 section 4.5.3.1.3, less the angle brackets */
#define LABEL_MAX    63    /* octets; RFC 1035 section 2.3.4 */

struct _SecinfoAddress
{
  gatomicrefcount     ref_count;
  SecinfoContactKind  kind;
  char               *value;
  char               *key;
  char               *display;
  char               *domain;    /* (nullable) */
  char               *region;    /* (nullable) */
  gboolean            idn;
  gboolean            unusual;
};

static gboolean
refuse (GError              **error,
        SecinfoAddressError   code,
        SecinfoContactKind    kind)
{
  g_set_error_literal (error, SECINFO_ADDRESS_ERROR, code, secinfo_address_error_to_words (code, kind));
  return FALSE;
}

static gboolean
refuse_email (GError              **error,
              SecinfoAddressError   code)
{
  return refuse (error, code, SECINFO_CONTACT_EMAIL);
}

/* atext of RFC 5322 section 3.2.3 */
static gboolean
is_atext (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static gboolean
check_local (const char  *local,
             GError     **error)
{
  gsize length = strlen (local);

  if (length == 0)
    return refuse_email (error, SECINFO_ADDRESS_ERROR_LOCAL_MISSING);
  if (length > LOCAL_MAX)
    return refuse_email (error, SECINFO_ADDRESS_ERROR_TOO_LONG);
  if (local[0] == '.' || local[length - 1] == '.' || strstr (local, "..") != NULL)
    return refuse_email (error, SECINFO_ADDRESS_ERROR_LETTERS);

  for (const char *p = local; *p != '\0'; p++)
    {
      if (!is_atext (*p) && *p != '.')
        return refuse_email (error, SECINFO_ADDRESS_ERROR_LETTERS);
    }

  return TRUE;
}

static gboolean
check_label (const char  *label,
             GError     **error)
{
  gsize length = strlen (label);

  if (length > LABEL_MAX)
    return refuse_email (error, SECINFO_ADDRESS_ERROR_TOO_LONG);
  if (length == 0 || label[0] == '-' || label[length - 1] == '-')
    return refuse_email (error, SECINFO_ADDRESS_ERROR_LETTERS);
  /* "ab--" begins what only an encoder may write (RFC 5890 section 2.3.1). */
  if (length >= 4 && label[2] == '-' && label[3] == '-' && !g_str_has_prefix (label, "xn--"))
    return refuse_email (error, SECINFO_ADDRESS_ERROR_LETTERS);

  for (const char *p = label; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != '-')
        return refuse_email (error, SECINFO_ADDRESS_ERROR_LETTERS);
    }

  return TRUE;
}

static gboolean
check_labels (const char  *domain,
              GError     **error)
{
  g_auto(GStrv) labels = g_strsplit (domain, ".", -1);
  guint n = g_strv_length (labels);

  for (guint i = 0; i < n; i++)
    {
      gboolean open_end = i == n - 1 && *labels[i] == '\0';

      if (!open_end && !check_label (labels[i], error))
        return FALSE;
    }

  if (n < 2 || *labels[n - 1] == '\0')
    return refuse_email (error, SECINFO_ADDRESS_ERROR_END_MISSING);

  /* No top-level domain begins with a digit: this is an IP address, or one cut short. */
  if (g_ascii_isdigit (*labels[n - 1]))
    return refuse_email (error, SECINFO_ADDRESS_ERROR_LETTERS);

  return TRUE;
}

/* Converting "ignored" characters drops them, so that the code would go to another domain than the one that was
 * typed; they are refused before. Line ends and other controls have no business here either. */
static gboolean
has_unseen (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      switch (g_unichar_type (c))
        {
        case G_UNICODE_CONTROL:
        case G_UNICODE_FORMAT:
        case G_UNICODE_PRIVATE_USE:
        case G_UNICODE_UNASSIGNED:
          return TRUE;
        default:
          /* Hangul fillers, Mongolian and other variation selectors, combining grapheme joiner: ignored as well */
          if (c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 ||
              (c >= 0x180b && c <= 0x180f) || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef))
            return TRUE;
        }
    }

  return FALSE;
}

static gboolean
has_space (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      if (g_unichar_isspace (g_utf8_get_char (text)))
        return TRUE;
    }

  return FALSE;
}

/* Takes the white space off both ends, as pasting brings it along. (nullable): not UTF-8 */
static char *
dup_stripped (const char *text)
{
  const char *end;

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;

  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);

  end = text + strlen (text);
  while (end > text && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);

  return g_strndup (text, end - text);
}

/* STD3 mode is not used: libidn2 then drops what it does not allow ("ex_ample" becomes "example"). */
static char *
dup_ascii_domain (const char  *domain,
                  GError     **error)
{
  g_autofree char *copy = NULL;
  char *ascii = NULL;
  int result;

  result = idn2_to_ascii_8z (domain, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (result != IDN2_OK)
    {
      gboolean big = result == IDN2_TOO_BIG_DOMAIN || result == IDN2_TOO_BIG_LABEL;

      refuse_email (error, big ? SECINFO_ADDRESS_ERROR_TOO_LONG : SECINFO_ADDRESS_ERROR_LETTERS);
      return NULL;
    }

  copy = g_ascii_strdown (ascii, -1);
  idn2_free (ascii);
  if (!check_labels (copy, error))
    return NULL;

  return g_steal_pointer (&copy);
}

/* The domain as people write it; A-labels that decode to nothing lawful are refused. */
static char *
dup_shown_domain (const char  *ascii,
                  GError     **error)
{
  char *unicode = NULL;
  char *shown;

  if (idn2_to_unicode_8z8z (ascii, &unicode, 0) != IDN2_OK)
    {
      refuse_email (error, SECINFO_ADDRESS_ERROR_LETTERS);
      return NULL;
    }

  shown = g_strdup (unicode);
  idn2_free (unicode);
  return shown;
}

static SecinfoAddress *
address_new (SecinfoContactKind kind)
{
  SecinfoAddress *self = g_new0 (SecinfoAddress, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  return self;
}

SecinfoAddress *
secinfo_address_parse_email (const char  *text,
                             GError     **error)
{
  g_autoptr(SecinfoAddress) self = NULL;
  g_autofree char *stripped = NULL;
  g_autofree char *local = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *local_key = NULL;
  const char *at;

  g_return_val_if_fail (text != NULL, NULL);

  stripped = dup_stripped (text);
  if (stripped == NULL || has_unseen (stripped))
    return refuse_email (error, SECINFO_ADDRESS_ERROR_LETTERS), NULL;
  if (*stripped == '\0')
    return refuse_email (error, SECINFO_ADDRESS_ERROR_EMPTY), NULL;
  if (has_space (stripped))
    return refuse_email (error, SECINFO_ADDRESS_ERROR_SPACE), NULL;
  if (strlen (stripped) > 4 * ADDRESS_MAX)  /* before anything slow looks at it */
    return refuse_email (error, SECINFO_ADDRESS_ERROR_TOO_LONG), NULL;

  at = strrchr (stripped, '@');
  local = at != NULL ? g_strndup (stripped, at - stripped) : g_strdup (stripped);
  if (!check_local (local, error))
    return NULL;
  if (at == NULL || at[1] == '\0')
    return refuse_email (error, SECINFO_ADDRESS_ERROR_DOMAIN_MISSING), NULL;

  self = address_new (SECINFO_CONTACT_EMAIL);
  self->domain = dup_ascii_domain (at + 1, error);
  if (self->domain == NULL)
    return NULL;

  shown = dup_shown_domain (self->domain, error);
  if (shown == NULL)
    return NULL;

  if (strlen (local) + 1 + strlen (self->domain) > ADDRESS_MAX)
    return refuse_email (error, SECINFO_ADDRESS_ERROR_TOO_LONG), NULL;

  local_key = g_ascii_strdown (local, -1);
  self->value = g_strconcat (local, "@", self->domain, NULL);
  self->key = g_strconcat (local_key, "@", self->domain, NULL);
  self->display = g_strconcat (local, "@", shown, NULL);
  self->idn = !g_str_equal (shown, self->domain);

  return g_steal_pointer (&self);
}

/* What people write between digits. Slashes are none of it: libphonenumber takes them for a second number. */
static gboolean
is_phone_filler (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_SPACE_SEPARATOR:
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_FORMAT:
      return TRUE;
    default:
      return c == '.' || c == '(' || c == ')' || c == '\t' || c == 0x2212;
    }
}

/* ASCII digits, with a leading + and the brackets that a number may carry, "+44 (0)79…". FALSE: something else too */
static gboolean
read_typed (const char *text,
            GString    *digits)
{
  gboolean right = TRUE;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (g_unichar_isdigit (c))
        g_string_append_c (digits, '0' + g_unichar_digit_value (c));
      else if ((c == '+' || c == 0xff0b) && digits->len == 0)
        g_string_append_c (digits, '+');
      else if (c == '(' || c == ')')
        g_string_append_c (digits, c);
      else if (!is_phone_filler (c))
        right = FALSE;
    }

  return right;
}

/* "x12", "ext. 12", "#12", ",,12", ";ext=12" behind a number */
static gboolean
has_extension (const char *text)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);
  const char *mark = strpbrk (lower, "#,;x");
  guint digits = 0;

  if (mark == NULL)
    return FALSE;

  for (const char *p = lower; p < mark; p++)
    digits += g_ascii_isdigit (*p) ? 1 : 0;

  return digits >= 4 && strpbrk (mark, "0123456789") != NULL;
}

static SecinfoAddressError
phone_error (SecinfoPhoneResult result)
{
  switch (result)
    {
    case SECINFO_PHONE_NO_COUNTRY:
      return SECINFO_ADDRESS_ERROR_COUNTRY;
    case SECINFO_PHONE_TOO_SHORT:
      return SECINFO_ADDRESS_ERROR_DIGITS_MISSING;
    case SECINFO_PHONE_TOO_LONG:
      return SECINFO_ADDRESS_ERROR_TOO_MANY_DIGITS;
    case SECINFO_PHONE_CHARGED:
      return SECINFO_ADDRESS_ERROR_CHARGED;
    case SECINFO_PHONE_EXTENSION:
      return SECINFO_ADDRESS_ERROR_EXTENSION;
    case SECINFO_PHONE_NO_NUMBER:
    case SECINFO_PHONE_OK:
    default:
      return SECINFO_ADDRESS_ERROR_LETTERS;
    }
}

SecinfoAddress *
secinfo_address_parse_phone (const char  *text,
                             const char  *region,
                             GError     **error)
{
  g_autoptr(SecinfoAddress) self = NULL;
  g_autoptr(GString) digits = NULL;
  g_autofree char *stripped = NULL;
  g_autofree char *upper = NULL;
  const SecinfoPhoneFace *phone;
  SecinfoPhoneNumber number;
  SecinfoPhoneResult result;

  g_return_val_if_fail (text != NULL, NULL);

  stripped = dup_stripped (text);
  if (stripped == NULL)
    return refuse (error, SECINFO_ADDRESS_ERROR_LETTERS, SECINFO_CONTACT_PHONE), NULL;
  if (*stripped == '\0')
    return refuse (error, SECINFO_ADDRESS_ERROR_EMPTY, SECINFO_CONTACT_PHONE), NULL;
  if (strlen (stripped) > ADDRESS_MAX)
    return refuse (error, SECINFO_ADDRESS_ERROR_TOO_MANY_DIGITS, SECINFO_CONTACT_PHONE), NULL;

  digits = g_string_new (NULL);
  if (!read_typed (stripped, digits))
    {
      SecinfoAddressError code = has_extension (stripped) ? SECINFO_ADDRESS_ERROR_EXTENSION
                                                          : SECINFO_ADDRESS_ERROR_LETTERS;

      return refuse (error, code, SECINFO_CONTACT_PHONE), NULL;
    }

  phone = secinfo_phone_load ();
  if (phone == NULL)
    return refuse (error, SECINFO_ADDRESS_ERROR_NOT_NOW, SECINFO_CONTACT_PHONE), NULL;

  upper = region != NULL ? g_ascii_strup (region, -1) : NULL;
  result = phone->parse (digits->str, upper, &number);
  if (result != SECINFO_PHONE_OK)
    return refuse (error, phone_error (result), SECINFO_CONTACT_PHONE), NULL;
  /* ITU-T E.164: 15 digits with the country's code. libphonenumber finds longer ones possible in some countries. */
  if (strlen (number.e164) > 1 + E164_DIGITS)
    return refuse (error, SECINFO_ADDRESS_ERROR_TOO_MANY_DIGITS, SECINFO_CONTACT_PHONE), NULL;

  self = address_new (SECINFO_CONTACT_PHONE);
  self->value = g_strdup (number.e164);
  self->key = g_strdup (number.e164);
  self->display = g_strdup (number.international);
  self->region = *number.region != '\0' ? g_strdup (number.region) : NULL;
  self->unusual = !number.valid;

  return g_steal_pointer (&self);
}

SecinfoAddress *
secinfo_address_ref (SecinfoAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
secinfo_address_unref (SecinfoAddress *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->value);
  g_free (self->key);
  g_free (self->display);
  g_free (self->domain);
  g_free (self->region);
  g_free (self);
}

SecinfoContactKind
secinfo_address_get_kind (const SecinfoAddress *self)
{
  return self->kind;
}

const char *
secinfo_address_get_value (const SecinfoAddress *self)
{
  return self->value;
}

const char *
secinfo_address_get_key (const SecinfoAddress *self)
{
  return self->key;
}

const char *
secinfo_address_get_display (const SecinfoAddress *self)
{
  return self->display;
}

const char *
secinfo_address_get_domain (const SecinfoAddress *self)
{
  return self->domain;
}

const char *
secinfo_address_get_region (const SecinfoAddress *self)
{
  return self->region;
}

gboolean
secinfo_address_is_idn (const SecinfoAddress *self)
{
  return self->idn;
}

gboolean
secinfo_address_is_unusual (const SecinfoAddress *self)
{
  return self->unusual;
}

char *
secinfo_region_to_name (const char *region)
{
  const SecinfoPhoneFace *phone;

  g_return_val_if_fail (region != NULL, NULL);

  phone = secinfo_phone_load ();
  return phone != NULL ? phone->dup_region_name (region, setlocale (LC_MESSAGES, NULL)) : g_strdup (region);
}

/* "GB" of "en_GB.UTF-8", "sr_RS@latin"; (nullable) */
static char *
dup_region_of (const char *locale)
{
  const char *mark = locale != NULL ? strchr (locale, '_') : NULL;

  if (mark == NULL || !g_ascii_isupper (mark[1]) || !g_ascii_isupper (mark[2]) || g_ascii_isalnum (mark[3]))
    return NULL;

  return g_strndup (mark + 1, 2);
}

char *
secinfo_region_of_locale (void)
{
  static const int categories[] = { LC_TELEPHONE, LC_CTYPE, LC_MESSAGES };
  char *region = NULL;

  for (gsize i = 0; region == NULL && i < G_N_ELEMENTS (categories); i++)
    region = dup_region_of (setlocale (categories[i], NULL));

  /* The locale may be wanted without being installed. */
  return region != NULL ? region : dup_region_of (g_getenv ("LANG"));
}
