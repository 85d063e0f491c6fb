/* service-key.c - what is made with the store key
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfod"

#include "config.h"

#include "service-key.h"

#include "service-key-private.h"

#include <sodium.h>
#include <string.h>

/* Subkeys of crypto_kdf: numbers and context are part of the store's form, never changed. The first four are
 * ServiceKeyUse. */
#define CONTEXT       "SecInfo1"
#define SUBKEY_STORE  4
#define N_SUBKEYS     5

/* A sealed value: this byte, the nonce, the ciphertext with its tag. */
#define FORM          1
#define NONCE_BYTES   crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES     crypto_aead_xchacha20poly1305_ietf_ABYTES
#define EXTRA_BYTES   (1 + NONCE_BYTES + TAG_BYTES)

G_DEFINE_QUARK (service-key-error-quark, service_key_error)

static ServiceKey *
key_new (gboolean is_private)
{
  ServiceKey *self = g_new0 (ServiceKey, 1);

  if (sodium_init () < 0)
    g_error ("libsodium does not start");

  g_atomic_ref_count_init (&self->refs);
  pthread_rwlock_init (&self->lock, NULL);
  self->is_private = is_private;
  self->trouble = g_error_new_literal (SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_ABSENT, "The key was not asked for yet");

  return self;
}

ServiceKey *
service_key_new_private (int keyring_fd)
{
  ServiceKey *self = key_new (TRUE);

  if (keyring_fd >= 0)
    self->link = service_keyring_link_new (keyring_fd);

  return self;
}

ServiceKey *
service_key_new_system (const char *path)
{
  ServiceKey *self = key_new (FALSE);

  self->path = g_strdup (path);

  return self;
}

ServiceKey *
service_key_ref (ServiceKey *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
service_key_unref (ServiceKey *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  sodium_free (self->subkeys);
  sodium_free (self->older);
  g_clear_error (&self->trouble);
  pthread_rwlock_destroy (&self->lock);
  g_free (self->path);
  g_free (self);
}

void
service_key_free (ServiceKey *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->link, service_keyring_link_free);
  service_key_unref (self);
}

gboolean
service_key_is_private (ServiceKey *self)
{
  return self->is_private;
}

void
service_key_set_changed (ServiceKey  *self,
                         void       (*changed) (gpointer),
                         gpointer     data)
{
  if (self->link != NULL)
    service_keyring_link_set_changed (self->link, changed, data);
}

void
service_key_set_closed (ServiceKey  *self,
                        void       (*closed) (gpointer),
                        gpointer     data)
{
  if (self->link != NULL)
    service_keyring_link_set_closed (self->link, closed, data);
}

/* --- the key itself ---------------------------------------------------------------------------------------------- */

SecinfoSecret *
service_key_generate (void)
{
  char text[sodium_base64_ENCODED_LEN (SERVICE_KEY_BYTES, sodium_base64_VARIANT_ORIGINAL)];
  guint8 bytes[SERVICE_KEY_BYTES];
  SecinfoSecret *secret;

  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2base64 (text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
  secret = secinfo_secret_new (text, -1);
  sodium_memzero (bytes, sizeof bytes);
  sodium_memzero (text, sizeof text);

  return secret;
}

/* 32 bytes as they are, or in base64 with white space around it: what systemd-creds and people's hands make of a key.
 * */
static gboolean
decode (SecinfoSecret *text,
        guint8         bytes[SERVICE_KEY_BYTES])
{
  size_t length = 0;

  if (secinfo_secret_get_length (text) == SERVICE_KEY_BYTES)
    {
      memcpy (bytes, secinfo_secret_get_text (text), SERVICE_KEY_BYTES);
      return TRUE;
    }

  return sodium_base642bin (bytes, SERVICE_KEY_BYTES, secinfo_secret_get_text (text), secinfo_secret_get_length (text),
                            " \t\r\n",
                            &length, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 && length == SERVICE_KEY_BYTES;
}

gboolean
service_key_is_form (SecinfoSecret *text)
{
  guint8 bytes[SERVICE_KEY_BYTES];
  gboolean is_form = decode (text, bytes);

  sodium_memzero (bytes, sizeof bytes);
  return is_form;
}

/* (transfer full): sodium_malloc memory, wiped by sodium_free(). */
static guint8 *
derive (const guint8 bytes[SERVICE_KEY_BYTES],
        guint8       check[32])
{
  guint8 *subkeys = sodium_malloc (N_SUBKEYS * SERVICE_KEY_BYTES);

  g_assert (subkeys != NULL);
  for (guint i = 0; i < N_SUBKEYS; i++)
    crypto_kdf_derive_from_key (subkeys + i * SERVICE_KEY_BYTES, SERVICE_KEY_BYTES, i + 1, CONTEXT, bytes);
  crypto_generichash (check, 32, (const guint8 *) "store", 5, subkeys + SUBKEY_STORE * SERVICE_KEY_BYTES,
                      SERVICE_KEY_BYTES);

  return subkeys;
}

static gboolean
fits (const guint8  check[32],
      GBytes       *store_check)
{
  return store_check == NULL ||
         (g_bytes_get_size (store_check) == 32 && sodium_memcmp (check, g_bytes_get_data (store_check, NULL), 32) == 0);
}

gboolean
service_key_take_up (ServiceKey     *self,
                     SecinfoSecret  *text,
                     GBytes         *store_check,
                     GError        **error)
{
  guint8 bytes[SERVICE_KEY_BYTES];
  guint8 check[32];
  guint8 *subkeys;

  if (!decode (text, bytes))
    {
      sodium_memzero (bytes, sizeof bytes);
      g_set_error_literal (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_GONE,
                           "What is kept as the key of the store is none");
      return FALSE;
    }

  subkeys = derive (bytes, check);
  sodium_memzero (bytes, sizeof bytes);
  if (!fits (check, store_check))
    {
      sodium_free (subkeys);
      g_set_error_literal (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_GONE, "This store was made with another key");
      return FALSE;
    }

  pthread_rwlock_wrlock (&self->lock);
  sodium_free (self->subkeys);
  self->subkeys = subkeys;
  memcpy (self->check, check, sizeof check);
  g_clear_error (&self->trouble);
  pthread_rwlock_unlock (&self->lock);

  return TRUE;
}

void
service_key_add_older (ServiceKey     *self,
                       SecinfoSecret  *text)
{
  guint8 bytes[SERVICE_KEY_BYTES];
  guint8 check[32];

  if (decode (text, bytes))
    {
      pthread_rwlock_wrlock (&self->lock);
      sodium_free (self->older);
      self->older = derive (bytes, check);
      pthread_rwlock_unlock (&self->lock);
    }
  sodium_memzero (bytes, sizeof bytes);
}

void
service_key_set_trouble (ServiceKey   *self,
                         const GError *trouble)
{
  pthread_rwlock_wrlock (&self->lock);
  sodium_free (self->subkeys);
  self->subkeys = NULL;
  g_clear_error (&self->trouble);
  self->trouble = g_error_copy (trouble);
  pthread_rwlock_unlock (&self->lock);
}

GError *
service_key_get_trouble (ServiceKey *self)
{
  GError *trouble;

  pthread_rwlock_rdlock (&self->lock);
  trouble = self->trouble != NULL ? g_error_copy (self->trouble) : NULL;
  pthread_rwlock_unlock (&self->lock);

  return trouble;
}

GBytes *
service_key_get_check (ServiceKey *self)
{
  GBytes *check;

  pthread_rwlock_rdlock (&self->lock);
  check = self->subkeys != NULL ? g_bytes_new (self->check, sizeof self->check) : NULL;
  pthread_rwlock_unlock (&self->lock);

  return check;
}

/* --- sealing and hashing ------------------------------------------------------------------------------------------ */

/* With the lock held for reading; (nullable). */
static const guint8 *
get_subkey (ServiceKey  *self,
            guint        number,
            GError     **error)
{
  if (self->subkeys != NULL)
    return self->subkeys + number * SERVICE_KEY_BYTES;

  g_propagate_error (error, g_error_copy (self->trouble));
  return NULL;
}

GBytes *
service_key_seal (ServiceKey  *self,
                  const char  *text,
                  gssize       length,
                  const char  *aad,
                  GError     **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  const guint8 *subkey;
  guint8 *sealed;

  pthread_rwlock_rdlock (&self->lock);
  subkey = get_subkey (self, SERVICE_KEY_SEAL, error);
  if (subkey == NULL)
    {
      pthread_rwlock_unlock (&self->lock);
      return NULL;
    }

  sealed = g_malloc (size + EXTRA_BYTES);
  sealed[0] = FORM;
  randombytes_buf (sealed + 1, NONCE_BYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + 1 + NONCE_BYTES, NULL, (const guint8 *) text, size,
                                              (const guint8 *) aad, strlen (aad), NULL, sealed + 1, subkey);
  pthread_rwlock_unlock (&self->lock);

  return g_bytes_new_take (sealed, size + EXTRA_BYTES);
}

/* @text has room for @length - EXTRA_BYTES and a NUL, here and there. */
static gboolean
decrypt (const guint8 *subkey,
         const guint8 *sealed,
         gsize         length,
         const char   *aad,
         char         *text)
{
  return sealed[0] == FORM &&
         crypto_aead_xchacha20poly1305_ietf_decrypt ((guint8 *) text, NULL, NULL, sealed + 1 + NONCE_BYTES,
                                                     length - 1 - NONCE_BYTES, (const guint8 *) aad, strlen (aad),
                                                     sealed + 1, subkey) == 0;
}

static gboolean
open_into (ServiceKey    *self,
           const guint8  *sealed,
           gsize          length,
           const char    *aad,
           char          *text,
           GError       **error)
{
  const guint8 *subkey;
  gboolean opened = FALSE;

  pthread_rwlock_rdlock (&self->lock);
  subkey = get_subkey (self, SERVICE_KEY_SEAL, error);
  if (subkey != NULL)
    {
      opened = decrypt (subkey, sealed, length, aad, text) ||
               (self->older != NULL && decrypt (self->older + SERVICE_KEY_SEAL * SERVICE_KEY_BYTES, sealed, length, aad,
                                                text));
      if (!opened)
        g_set_error_literal (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE, "A sealed value does not open");
    }
  pthread_rwlock_unlock (&self->lock);

  text[opened ? length - EXTRA_BYTES : 0] = '\0';
  return opened;
}

char *
service_key_open_text (ServiceKey    *self,
                       const guint8  *sealed,
                       gsize          length,
                       const char    *aad,
                       GError       **error)
{
  char *text;

  if (length < EXTRA_BYTES)
    {
      g_set_error_literal (error, SERVICE_KEY_ERROR, SERVICE_KEY_ERROR_UNREADABLE, "A sealed value is too short");
      return NULL;
    }

  text = g_malloc (length - EXTRA_BYTES + 1);
  if (open_into (self, sealed, length, aad, text, error))
    return text;

  g_free (text);
  return NULL;
}

SecinfoSecret *
service_key_open (ServiceKey  *self,
                  GBytes      *sealed,
                  const char  *aad,
                  GError     **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (sealed, &length);
  char *text = service_key_open_text (self, data, length, aad, error);
  SecinfoSecret *secret;

  if (text == NULL)
    return NULL;

  secret = secinfo_secret_new (text, length - EXTRA_BYTES);
  sodium_memzero (text, length - EXTRA_BYTES);
  g_free (text);

  return secret;
}

/* Each part with its length before it, so that no two lists of parts run together. */
static void
hash_part (crypto_generichash_state *state,
           const char               *part)
{
  guint64 length = GUINT64_TO_LE ((guint64) strlen (part));

  crypto_generichash_update (state, (const guint8 *) &length, sizeof length);
  crypto_generichash_update (state, (const guint8 *) part, strlen (part));
}

gboolean
service_key_hash (ServiceKey     *self,
                  ServiceKeyUse   use,
                  guint8          hash[32],
                  GError        **error,
                  ...)
{
  crypto_generichash_state state;
  const guint8 *subkey;
  const char *part;
  va_list parts;

  memset (hash, 0, 32);
  pthread_rwlock_rdlock (&self->lock);
  subkey = get_subkey (self, use, error);
  if (subkey != NULL)
    crypto_generichash_init (&state, subkey, SERVICE_KEY_BYTES, 32);
  pthread_rwlock_unlock (&self->lock);
  if (subkey == NULL)
    return FALSE;

  va_start (parts, error);
  while ((part = va_arg (parts, const char *)) != NULL)
    hash_part (&state, part);
  va_end (parts);
  crypto_generichash_final (&state, hash, 32);
  sodium_memzero (&state, sizeof state);

  return TRUE;
}

gboolean
service_key_lookup_older (ServiceKey  *self,
                          const char  *text,
                          guint8       hash[32])
{
  crypto_generichash_state state;
  gboolean there;

  pthread_rwlock_rdlock (&self->lock);
  there = self->older != NULL;
  if (there)
    crypto_generichash_init (&state, self->older + SERVICE_KEY_LOOKUP * SERVICE_KEY_BYTES, SERVICE_KEY_BYTES, 32);
  pthread_rwlock_unlock (&self->lock);
  if (!there)
    return FALSE;

  hash_part (&state, "contact");
  hash_part (&state, text);
  crypto_generichash_final (&state, hash, 32);
  sodium_memzero (&state, sizeof state);
  return TRUE;
}
