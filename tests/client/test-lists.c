/* test-lists.c - values from answers; lists that signal only what changed
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-account.h"
#include "secinfo-challenge.h"
#include "secinfo-problem.h"

#include <string.h>

static json_t *
contact_json (const char *word)
{
  /* "a" verified; "a!" the same with a label; "ax" the same without alerts; "a-" removed; "a?" unverified; "a~" old */
  char id[2] = { word[0], '\0' };
  const char *state = word[1] == '-' ? "removed" : word[1] == '?' ? "unverified" : word[1] == '~' ? "old"
                                                                                                  : "verified";

  return json_pack ("{s:s, s:s, s:s, s:s, s:s?, s:b, s:b, s:n, s:n, s:s?, s:s?}", "id", id, "kind", "email",
                    "state", state, "masked", "a•••e@example.org",
                    "label", word[1] == '!' ? "New" : NULL, "alerts", word[1] != 'x', "undeliverable", 0,
                    "effective_at", "replaces",
                    "challenge", NULL, "removed_at", word[1] == '-' ? "2026-11-24T03:47:01Z" : NULL);
}

static json_t *
account_json (const char *words)
{
  g_auto(GStrv) parts = g_strsplit (words, " ", -1);
  json_t *contacts = json_array ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      json_array_append_new (contacts, contact_json (parts[i]));
  return json_pack ("{s:s, s:s, s:s, s:s, s:b, s:o, s:[{s:s, s:s, s:s, s:n}], s:{s:{s:s, s:s, s:n, s:b}}, s:{s:b, "
                    "s:s}}",
                    "name", "alex", "real_name", "Alex Sample", "state", "active", "level", "password",
                                        "administrator", 1,
                    "contacts", contacts,
                    "findings", "type", "one-contact", "urgency", "to-mend", "text", "You have one contact.", "subject",
                    "channels", "email", "state", "down", "since", "2026-11-24T03:47:01Z", "told_at", "trial", 1,
                    "recoverable", "now", 0, "reason", "private");
}

typedef struct { GString *log; guint changed; } Seen;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  g_string_append_printf (((Seen *) user_data)->log, "%u-%u+%u ", position, removed, added);
}

static void
changed_cb (SecinfoAccount *account, gpointer user_data)
{
  ((Seen *) user_data)->changed++;
}

static char *
ids (GListModel *model)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (model, i);

      g_string_append (text, secinfo_contact_get_id (contact));
      if (secinfo_contact_get_label (contact) != NULL)
        g_string_append_c (text, '!');
    }
  return g_string_free (text, FALSE);
}

static void
update (SecinfoAccount *account, const char *words)
{
  g_autoptr(json_t) object = account_json (words);
  g_autoptr(GError) error = NULL;

  g_assert_true (secinfo_account_update (account, object, &error));
  g_assert_no_error (error);
}

static void
test_diffs (void)
{
  static const struct { const char *before, *after, *signals, *ids; } cases[] = {
    { "a b c", "a b c", "", "abc" },
    { "a b c", "a b! c", "1-1+1 ", "ab!c" },
    { "a b c", "a c", "1-1+0 ", "ac" },
    { "a c", "a b c", "1-0+1 ", "abc" },
    { "a b c", "", "2-1+0 1-1+0 0-1+0 ", "" },
    { "", "a b", "0-0+1 1-0+1 ", "ab" },
    { "a b c", "c a b", "2-1+0 0-0+1 ", "cab" },
    { "a b c", "a! b c!", "0-1+1 2-1+1 ", "a!bc!" },
    { "a b c", "a b- c", "1-1+0 ", "ac" },
    { "a b c d", "d b! e a", "2-1+0 2-1+0 0-0+1 2-1+0 1-0+1 2-0+1 ", "db!ea" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SecinfoAccount) account = secinfo_account_new ();
      Seen seen = { g_string_new (NULL), 0 };
      g_autofree char *now = NULL;

      update (account, cases[i].before);
      g_signal_connect (secinfo_account_get_contacts (account), "items-changed", G_CALLBACK (items_changed_cb), &seen);
      g_signal_connect (account, "changed", G_CALLBACK (changed_cb), &seen);
      update (account, cases[i].after);
      now = ids (secinfo_account_get_contacts (account));
      g_assert_cmpstr (now, ==, cases[i].ids);
      g_assert_cmpuint (seen.changed, ==, strcmp (cases[i].before, cases[i].after) != 0);
      if (i < 9)  /* the last one: any way is good that ends right */
        g_assert_cmpstr (seen.log->str, ==, cases[i].signals);
      g_string_free (seen.log, TRUE);
    }
}

/* Every list of up to four out of five contacts after every other: the model ends right, and what stays keeps its
 * object. */
static void
test_all_pairs (void)
{
  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr(SecinfoAccount) account = secinfo_account_new ();
      GString *words[2] = { g_string_new (NULL), g_string_new (NULL) };
      g_autofree char *now = NULL;

      for (guint side = 0; side < 2; side++)
        {
          gboolean used[5] = { FALSE };

          for (guint i = 0; i < 4; i++)
            {
              guint pick = (guint) g_test_rand_int_range (0, 5);

              if (!used[pick])
                g_string_append_printf (words[side], "%c%s ", 'a' + pick, g_test_rand_bit () ? "!" : "");
              used[pick] = TRUE;
            }
        }
      update (account, words[0]->str);
      update (account, words[1]->str);
      now = ids (secinfo_account_get_contacts (account));
      for (guint i = 0; i < words[1]->len; )
        if (words[1]->str[i] == ' ')
          g_string_erase (words[1], i, 1);
        else
          i++;
      g_assert_cmpstr (now, ==, words[1]->str);
      g_string_free (words[0], TRUE);
      g_string_free (words[1], TRUE);
    }
}

static void
test_objects_stay (void)
{
  g_autoptr(SecinfoAccount) account = secinfo_account_new ();
  g_autoptr(SecinfoContact) before = NULL;
  g_autoptr(SecinfoContact) after = NULL;

  update (account, "a b c");
  before = g_list_model_get_item (secinfo_account_get_contacts (account), 1);
  update (account, "c b a!");
  after = g_list_model_get_item (secinfo_account_get_contacts (account), 1);
  g_assert_true (before == after);
  g_assert_true (secinfo_account_find_contact (account, "b") == before);
  g_assert_null (secinfo_account_find_contact (account, "z"));
}

static void
test_account (void)
{
  g_autoptr(SecinfoAccount) account = secinfo_account_new ();
  const SecinfoChannel *channel;
  SecinfoFinding *finding;

  g_assert_false (secinfo_account_is_loaded (account));
  g_assert_cmpint (secinfo_account_get_channel (account, SECINFO_MEDIUM_SMS)->state, ==, SECINFO_CHANNEL_NONE);
  update (account, "a b-");
  g_assert_true (secinfo_account_is_loaded (account));
  g_assert_cmpstr (secinfo_account_get_name (account), ==, "alex");
  g_assert_cmpstr (secinfo_account_get_real_name (account), ==, "Alex Sample");
  g_assert_true (secinfo_account_is_administrator (account));
  g_assert_false (secinfo_account_is_suspended (account));
  g_assert_cmpint (secinfo_account_get_level (account), ==, SECINFO_LEVEL_PASSWORD);
  g_assert_cmpstr (secinfo_account_get_not_recoverable (account), ==, "private");
  g_assert_cmpuint (g_list_model_get_n_items (secinfo_account_get_contacts (account)), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (secinfo_account_get_removed (account)), ==, 1);
  g_assert_nonnull (secinfo_account_find_contact (account, "b"));
  channel = secinfo_account_get_channel (account, SECINFO_MEDIUM_EMAIL);
  g_assert_cmpint (channel->state, ==, SECINFO_CHANNEL_DOWN);
  g_assert_cmpint (channel->since, ==, 1795492021);
  g_assert_cmpint (channel->told_at, ==, 0);
  g_assert_true (channel->trial);
  g_assert_cmpuint (secinfo_account_get_findings (account)->len, ==, 1);
  finding = secinfo_account_get_findings (account)->pdata[0];
  g_assert_true (finding->to_mend);
  g_assert_null (finding->subject);
}

typedef struct { const char *contacts; gboolean verified, alerted; } Last;

/* Of "a", whatever the others are. */
static void
test_last (gconstpointer data)
{
  const Last *last = data;
  g_autoptr(SecinfoAccount) account = secinfo_account_new ();
  SecinfoContact *contact;

  update (account, last->contacts);
  contact = secinfo_account_find_contact (account, "a");
  g_assert_cmpint (secinfo_account_is_last_verified (account, contact), ==, last->verified);
  g_assert_cmpint (secinfo_account_is_last_alerted (account, contact), ==, last->alerted);
}

static const Last lasts[] = {
  { "a", TRUE, TRUE },         { "b a", FALSE, FALSE },     { "a b- c?", TRUE, TRUE },
  { "a bx", FALSE, TRUE },     { "ax b", FALSE, FALSE },    { "ax", TRUE, FALSE },
  { "a? b", FALSE, FALSE },    { "a-", FALSE, FALSE },      { "a b~", TRUE, FALSE },
  { "a~", FALSE, TRUE },
};

/* An answer that is none leaves everything as it was. */
static void
test_bad_account (void)
{
  g_autoptr(SecinfoAccount) account = secinfo_account_new ();
  g_autoptr(json_t) bad = account_json ("a");
  g_autoptr(json_t) empty = json_object ();
  g_autoptr(GError) error = NULL;

  update (account, "a b");
  json_array_append_new (json_object_get (bad, "contacts"), json_pack ("{s:s}", "id", "x"));
  g_assert_false (secinfo_account_update (account, bad, &error));
  g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_BAD_ANSWER);
  g_clear_error (&error);
  g_assert_false (secinfo_account_update (account, empty, &error));
  g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_BAD_ANSWER);
  g_clear_error (&error);
  g_assert_false (secinfo_account_update (account, NULL, &error));
  g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_BAD_ANSWER);
  g_assert_cmpuint (g_list_model_get_n_items (secinfo_account_get_contacts (account)), ==, 2);
}

static void
test_contact_properties (void)
{
  g_autoptr(json_t) object = contact_json ("a!");
  g_autoptr(SecinfoContact) contact = NULL;
  g_autofree GParamSpec **specs = NULL;
  g_autofree char *masked = NULL;
  guint n_specs;
  int state;

  json_object_set_new (object, "value", json_string ("alice@example.org"));
  json_object_set_new (object, "display", json_string ("alice@example.org"));
  json_object_set_new (object, "later_member", json_true ());
  contact = secinfo_contact_new_from_json (object, NULL);
  g_assert_nonnull (contact);
  g_object_get (contact, "masked", &masked, "state", &state, NULL);
  g_assert_cmpstr (masked, ==, "a•••e@example.org");
  g_assert_cmpint (state, ==, SECINFO_CONTACT_VERIFIED);
  g_assert_cmpstr (secinfo_contact_get_value (contact), ==, "alice@example.org");

  /* No property may show it in full. */
  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (contact), &n_specs);
  for (guint i = 0; i < n_specs; i++)
    {
      g_auto(GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      g_value_init (&value, specs[i]->value_type);
      g_object_get_property (G_OBJECT (contact), specs[i]->name, &value);
      text = g_strdup_value_contents (&value);
      g_assert_null (strstr (text, "alice"));
    }
}

static void
test_challenge (void)
{
  g_autoptr(json_t) object =
    json_pack ("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:{s:s, s:s, s:s, s:[{s:s, s:s, s:s}]}, "
               "s:[{s:s, s:n}, {s:s}, {s:s, s:s, s:s}]}",
               "id", "c1", "purpose", "prove", "state", "running", "kind", "phone", "medium", "sms", "masked",
                                        "••• •• 56",
               "expires_at", "2026-11-24T03:57:01Z", "life", 600, "attempts_left", 4, "sends", 1, "resend_at",
                                        "2026-11-24T03:47:31Z",
               "delivery", "state", "handed-over", "since", "2026-11-24T03:47:01Z", "by", "Example Phone",
               "steps", "state", "queued", "at", "2026-11-24T03:47:00Z", "text", "Queued",
               "ways", "type", "resend", "contact", "type", "telepathy", "type", "contact", "contact", "k2", "masked",
                                        "a•••e@example.org");
  g_autoptr(SecinfoChallenge) challenge = NULL;
  g_autoptr(GError) error = NULL;
  SecinfoChallengeWay *way;

  g_assert_nonnull (object);
  challenge = secinfo_challenge_new_from_json (object, &error);
  g_assert_no_error (error);
  g_assert_cmpint (secinfo_challenge_get_purpose (challenge), ==, SECINFO_PURPOSE_PROVE);
  g_assert_cmpint (secinfo_challenge_get_medium (challenge), ==, SECINFO_MEDIUM_SMS);
  g_assert_cmpint (secinfo_challenge_get_delivery (challenge), ==, SECINFO_DELIVERY_HANDED_OVER);
  g_assert_cmpint (secinfo_challenge_get_expires_at (challenge), ==, 1795492621);
  g_assert_cmpuint (secinfo_challenge_get_attempts_left (challenge), ==, 4);
  g_assert_cmpstr (secinfo_challenge_get_by (challenge), ==, "Example Phone");
  g_assert_cmpuint (secinfo_challenge_get_steps (challenge)->len, ==, 1);
  g_assert_cmpuint (secinfo_challenge_get_ways (challenge)->len, ==, 2);  /* telepathy is for later builds */
  way = secinfo_challenge_get_ways (challenge)->pdata[1];
  g_assert_cmpint (way->type, ==, SECINFO_WAY_CONTACT);
  g_assert_cmpstr (way->contact, ==, "k2");

  json_object_set_new (object, "purpose", json_string ("juggle"));
  g_assert_null (secinfo_challenge_new_from_json (object, &error));
  g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_BAD_ANSWER);
}

int
main (int argc, char **argv)
{
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/lists/diffs", test_diffs);
  g_test_add_func ("/client/lists/all-pairs", test_all_pairs);
  g_test_add_func ("/client/lists/objects-stay", test_objects_stay);
  g_test_add_func ("/client/account", test_account);
  g_test_add_func ("/client/account/bad", test_bad_account);
  for (guint i = 0; i < G_N_ELEMENTS (lasts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/account/last/%u", i);

      g_test_add_data_func (path, &lasts[i], test_last);
    }
  g_test_add_func ("/client/contact/properties", test_contact_properties);
  g_test_add_func ("/client/challenge", test_challenge);
  return g_test_run ();
}
