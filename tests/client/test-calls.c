/* test-calls.c - every call on the wire, and what it makes of the answers
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "client-peer.h"
#include "secinfo-client-gateways.h"

#include <string.h>

#define CONTACT                                                                                                  \
  "{\"id\":\"k1\",\"kind\":\"email\",\"state\":\"unverified\",\"masked\":\"a•••e@example.org\","                   \
  "\"value\":\"alice@example.org\",\"display\":\"alice@example.org\",\"label\":null,\"alerts\":true,"              \
  "\"undeliverable\":false,\"challenge\":\"c1\"}"
#define CHALLENGE                                                                                                \
  "{\"id\":\"c1\",\"purpose\":\"prove\",\"state\":\"running\",\"kind\":\"email\",\"medium\":\"email\","            \
  "\"contact\":\"k1\",\"masked\":\"a•••e@example.org\",\"issued_at\":null,\"expires_at\":null,\"life\":1800,"      \
  "\"resend_at\":null,\"attempts_left\":5,\"sends\":1,\"delivery\":{\"state\":\"queued\",\"steps\":[]},\"ways\":[]}"
#define ACCOUNT(level)                                                                                           \
  "{\"name\":\"alex\",\"real_name\":\"Alex\",\"state\":\"active\",\"level\":\"" level "\","                        \
  "\"administrator\":false,\"contacts\":[" CONTACT "],\"findings\":[],\"channels\":{},"                            \
  "\"recoverable\":{\"now\":true,\"reason\":null},\"waiting_period\":null}"

/* Calls and waits; @result is then there, and released at the end of the block. */
#define CALL(name, ...)                                                                                          \
  g_autoptr(GAsyncResult) result = NULL;                                                                         \
  g_autoptr(GError) error = NULL;                                                                                \
  secinfo_client_##name##_async (peer->client, __VA_ARGS__, NULL, peer_keep_cb, &result);                        \
  peer_await (&result)
#define CALL_BARE(name)                                                                                          \
  g_autoptr(GAsyncResult) result = NULL;                                                                         \
  g_autoptr(GError) error = NULL;                                                                                \
  secinfo_client_##name##_async (peer->client, NULL, peer_keep_cb, &result);                                     \
  peer_await (&result)

static char *
elevation (const char *token, const char *level, int seconds)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GDateTime) then = g_date_time_add_seconds (now, seconds);
  g_autofree char *until = g_date_time_format (then, "%Y-%m-%dT%H:%M:%SZ");

  return g_strdup_printf ("{\"token\":\"%s\",\"level\":\"%s\",\"expires_at\":\"%s\",\"verified_contacts\":2}", token,
                          level, until);
}

static void
elevate (Peer *peer, const char *token, const char *level, int seconds)
{
  g_autofree char *body = elevation (token, level, seconds);
  g_autoptr(SecinfoSecret) password = secinfo_secret_new ("correct “horse”", -1);
  guint verified = 0;

  peer_answer (peer, 201, body);
  {
    CALL (elevate, password);

    g_assert_true (secinfo_client_elevate_finish (peer->client, result, &verified, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpuint (verified, ==, 2);
  peer_forget (peer);
}

static void
test_contacts (void)
{
  g_autoptr(Peer) peer = peer_new ();

  peer_answer (peer, 201, CONTACT);
  {
    CALL (add_contact, SECINFO_CONTACT_EMAIL, "alice@example.org", NULL, "Per\"sonal", "key-1");
    g_autoptr(SecinfoContact) contact = secinfo_client_add_contact_finish (peer->client, result, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (secinfo_contact_get_display (contact), ==, "alice@example.org");
    peer_assert (peer,
                 "POST /v1/account/contacts "
                 "{\"kind\":\"email\",\"value\":\"alice@example.org\",\"label\":\"Per\\\"sonal\"}");
    g_assert_cmpstr (peer->key, ==, "key-1");
    g_assert_null (peer->bearer);
  }
  {
    CALL (add_contact, SECINFO_CONTACT_PHONE, "07911 123456", "GB", NULL, NULL);
    g_autoptr(SecinfoContact) contact = secinfo_client_add_contact_finish (peer->client, result, &error);

    g_assert_nonnull (contact);
    peer_assert (peer, "POST /v1/account/contacts {\"kind\":\"phone\",\"value\":\"07911 123456\",\"region\":\"GB\"}");
    g_assert_null (peer->key);
  }
  {
    CALL (change_value, "k#1", "bob@example.org", NULL);
    g_autoptr(SecinfoContact) contact = secinfo_client_change_value_finish (peer->client, result, &error);

    g_assert_nonnull (contact);
    peer_assert (peer, "PATCH /v1/account/contacts/k#1 {\"value\":\"bob@example.org\"}");
  }
  {
    CALL (change_label, "k1", NULL);
    g_autoptr(SecinfoContact) contact = secinfo_client_change_label_finish (peer->client, result, &error);

    g_assert_nonnull (contact);
    peer_assert (peer, "PATCH /v1/account/contacts/k1 {\"label\":null}");
  }
  {
    CALL (change_alerts, "k1", FALSE);
    g_autoptr(SecinfoContact) contact = secinfo_client_change_alerts_finish (peer->client, result, &error);

    g_assert_nonnull (contact);
    peer_assert (peer, "PATCH /v1/account/contacts/k1 {\"alerts\":false}");
  }
  {
    CALL (still_mine, "k1");
    g_autoptr(SecinfoContact) contact = secinfo_client_still_mine_finish (peer->client, result, &error);

    g_assert_nonnull (contact);
    peer_assert (peer, "POST /v1/account/contacts/k1/still-mine ");
  }
}

static void
test_no_content (void)
{
  g_autoptr(Peer) peer = peer_new ();

  peer_answer (peer, 204, NULL);
  {
    CALL (remove_contact, "k1");

    g_assert_true (secinfo_client_remove_contact_finish (peer->client, result, &error));
    peer_assert (peer, "DELETE /v1/account/contacts/k1 ");
  }
  {
    CALL (give_up, "c1");

    g_assert_true (secinfo_client_give_up_finish (peer->client, result, &error));
    peer_assert (peer, "DELETE /v1/account/challenges/c1 ");
  }
  {
    g_autoptr(SecinfoSecret) current = secinfo_secret_new ("the old one", -1);
    g_autoptr(SecinfoSecret) fresh = secinfo_secret_new ("the new one", -1);
    CALL (change_password, current, fresh);

    g_assert_true (secinfo_client_change_password_finish (peer->client, result, &error));
    peer_assert (peer, "PUT /v1/account/password {\"current\":\"the old one\",\"new\":\"the new one\"}");
  }
  {
    CALL_BARE (erase_account);

    g_assert_true (secinfo_client_erase_account_finish (peer->client, result, &error));
    peer_assert (peer, "DELETE /v1/account ");
  }
  {
    CALL_BARE (start_afresh);

    g_assert_true (secinfo_client_start_afresh_finish (peer->client, result, &error));
    peer_assert (peer, "DELETE /v1/account/store ");
  }
  {
    CALL_BARE (clear_inbox);

    g_assert_true (secinfo_client_clear_inbox_finish (peer->client, result, &error));
    peer_assert (peer, "DELETE /v1/inbox ");
  }
  {
    CALL (remove_gateway, "g1");

    g_assert_true (secinfo_client_remove_gateway_finish (peer->client, result, &error));
    peer_assert (peer, "DELETE /v1/gateways/g1 ");
  }
}

static void
test_challenges (void)
{
  g_autoptr(Peer) peer = peer_new ();

  peer_answer (peer, 201, CHALLENGE);
  {
    CALL (prove_contact, "k1", "voice", "key-2");
    g_autoptr(SecinfoChallenge) challenge = secinfo_client_prove_contact_finish (peer->client, result, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (secinfo_challenge_get_id (challenge), ==, "c1");
    peer_assert (peer, "POST /v1/account/contacts/k1/challenges {\"via\":\"voice\"}");
    g_assert_cmpstr (peer->key, ==, "key-2");
  }
  {
    CALL (confirm_with, "k1", "key-3");
    g_autoptr(SecinfoChallenge) challenge = secinfo_client_confirm_with_finish (peer->client, result, &error);

    g_assert_nonnull (challenge);
    peer_assert (peer, "POST /v1/account/challenges {\"purpose\":\"confirm\",\"contact\":\"k1\"}");
  }
  {
    CALL (resume, "old@example.org");
    g_autoptr(SecinfoChallenge) challenge = secinfo_client_resume_finish (peer->client, result, &error);

    g_assert_nonnull (challenge);
    peer_assert (peer, "POST /v1/account/resume {\"value\":\"old@example.org\"}");
  }
  {
    CALL (get_challenge, "c1");
    g_autoptr(SecinfoChallenge) challenge = secinfo_client_get_challenge_finish (peer->client, result, &error);

    g_assert_nonnull (challenge);
    peer_assert (peer, "GET /v1/account/challenges/c1 ");
  }
  {
    CALL (resend, "c1", NULL);
    g_autoptr(SecinfoChallenge) challenge = secinfo_client_resend_finish (peer->client, result, &error);

    g_assert_nonnull (challenge);
    peer_assert (peer, "POST /v1/account/challenges/c1/resend {}");
  }
}

static void
test_restore (void)
{
  g_autoptr(Peer) peer = peer_new ();

  peer_answer (peer, 202, CHALLENGE);
  peer_answer (peer, 200, CONTACT);
  {
    g_autoptr(SecinfoChallenge) challenge = NULL;
    CALL (restore_contact, "k1");

    g_assert_true (secinfo_client_restore_contact_finish (peer->client, result, &challenge, &error));
    g_assert_nonnull (challenge);
    peer_assert (peer, "POST /v1/account/contacts/k1/restore ");
  }
  {
    g_autoptr(SecinfoChallenge) challenge = NULL;
    CALL (restore_contact, "k1");

    g_assert_true (secinfo_client_restore_contact_finish (peer->client, result, &challenge, &error));
    g_assert_null (challenge);
  }
}

static void
test_gateways (void)
{
  g_autoptr(Peer) peer = peer_new ();

  peer_answer (peer, 200, "{\"items\":[{\"id\":\"g1\"}],\"next\":null}");
  {
    CALL_BARE (list_gateways);
    g_autoptr(json_t) items = secinfo_client_list_gateways_finish (peer->client, result, &error);

    g_assert_cmpuint (json_array_size (items), ==, 1);
    peer_assert (peer, "GET /v1/gateways ");
  }
  {
    CALL (list_gateway_kinds, "a b&c@example.org");
    g_autoptr(json_t) items = secinfo_client_list_gateway_kinds_finish (peer->client, result, &error);

    g_assert_nonnull (items);
    peer_assert (peer, "GET /v1/gateway-kinds?address=a%20b%26c%40example.org ");
  }
  {
    CALL (list_gateway_kinds, NULL);
    g_autoptr(json_t) items = secinfo_client_list_gateway_kinds_finish (peer->client, result, &error);

    g_assert_nonnull (items);
    peer_assert (peer, "GET /v1/gateway-kinds ");
  }
  {
    CALL_BARE (list_inbox);
    g_autoptr(json_t) items = secinfo_client_list_inbox_finish (peer->client, result, &error);

    g_assert_nonnull (items);
    peer_assert (peer, "GET /v1/inbox ");
  }
  {
    CALL (add_gateway, "smtp", NULL, json_pack ("{s:s}", "host", "mail.example.org"), "key-4");
    g_autoptr(json_t) gateway = secinfo_client_add_gateway_finish (peer->client, result, &error);

    g_assert_nonnull (gateway);
    peer_assert (peer, "POST /v1/gateways {\"kind\":\"smtp\",\"settings\":{\"host\":\"mail.example.org\"}}");
  }
  {
    CALL (move_gateway, "g1", 2);
    g_autoptr(json_t) gateway = secinfo_client_move_gateway_finish (peer->client, result, &error);

    g_assert_nonnull (gateway);
    peer_assert (peer, "PATCH /v1/gateways/g1 {\"position\":2}");
  }
  {
    CALL (test_gateway, "g1", "a@example.org");
    g_autoptr(json_t) answer = secinfo_client_test_gateway_finish (peer->client, result, &error);

    g_assert_nonnull (answer);
    peer_assert (peer, "POST /v1/gateways/g1/test {\"to\":\"a@example.org\"}");
  }
  {
    CALL (set_gateway_aside, "smtp", "Mine", json_pack ("{s:s}", "host", "mail.example.org"), "key-5");
    g_autoptr(json_t) gateway = secinfo_client_add_gateway_finish (peer->client, result, &error);

    g_assert_nonnull (gateway);
    peer_assert (peer, "POST /v1/gateways {\"kind\":\"smtp\",\"title\":\"Mine\","
                       "\"settings\":{\"host\":\"mail.example.org\"},\"unproven\":true}");
  }
  {
    CALL (change_gateway, "g1", "Home", json_pack ("{s:s}", "port", "25"), 2);
    g_autoptr(json_t) gateway = secinfo_client_change_gateway_finish (peer->client, result, &error);

    g_assert_nonnull (gateway);
    peer_assert (peer, "PATCH /v1/gateways/g1 {\"title\":\"Home\",\"settings\":{\"port\":\"25\"},"
                       "\"position\":2}");
  }
  {
    CALL (change_gateway, "g1", NULL, NULL, -1);
    g_autoptr(json_t) gateway = secinfo_client_change_gateway_finish (peer->client, result, &error);

    g_assert_nonnull (gateway);
    peer_assert (peer, "PATCH /v1/gateways/g1 {}");
  }
}

static void
test_service (void)
{
  g_autoptr(Peer) peer = peer_new ();
  SecinfoServiceInfo *info;

  peer_answer (peer, 200,
               "{\"version\":\"0.1.0\",\"instance\":\"private\",\"capabilities\":[\"inbox\",\"later\"],"
               "\"policy\":[],\"more\":1}");
  {
    CALL_BARE (get_service);

    info = secinfo_client_get_service_finish (peer->client, result, &error);
    g_assert_no_error (error);
  }
  g_assert_cmpstr (info->version, ==, "0.1.0");
  g_assert_true (info->is_private);
  g_assert_true (info->has_inbox);
  g_assert_false (info->recovery);
  g_assert_nonnull (peer->language);
  secinfo_service_info_free (info);
}

static void
count_cb (gpointer instance, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_elevation (void)
{
  g_autoptr(Peer) peer = peer_new ();
  guint changes = 0;

  g_signal_connect (peer->client, "level-changed", G_CALLBACK (count_cb), &changes);
  g_assert_cmpint (secinfo_client_get_level (peer->client), ==, SECINFO_LEVEL_SESSION);
  elevate (peer, "tok-1", "password", 600);
  peer_assert (peer, "POST /v1/account/elevations {\"password\":\"correct “horse”\"}");
  g_assert_cmpint (secinfo_client_get_level (peer->client), ==, SECINFO_LEVEL_PASSWORD);
  g_assert_cmpint (secinfo_client_get_level_until (peer->client), >, 0);
  g_assert_cmpuint (changes, ==, 1);

  /* It goes along from now on. */
  peer_answer (peer, 200, "{\"items\":[],\"next\":null}");
  {
    CALL_BARE (list_inbox);
    g_autoptr(json_t) items = secinfo_client_list_inbox_finish (peer->client, result, &error);

    g_assert_nonnull (items);
  }
  {
    CALL_BARE (list_inbox);
    g_autoptr(json_t) items = secinfo_client_list_inbox_finish (peer->client, result, &error);

    g_assert_nonnull (items);
    g_assert_cmpstr (peer->bearer, ==, "Bearer tok-1");
  }
  secinfo_client_drop_elevation (peer->client);
  g_assert_cmpuint (changes, ==, 2);
  {
    CALL_BARE (list_inbox);
    g_autoptr(json_t) items = secinfo_client_list_inbox_finish (peer->client, result, &error);

    g_assert_nonnull (items);
    g_assert_null (peer->bearer);
  }
}

static void
test_elevation_ends (void)
{
  g_autoptr(Peer) peer = peer_new ();
  guint changes = 0;

  elevate (peer, "tok-1", "verified", 2);
  g_assert_cmpint (secinfo_client_get_level (peer->client), ==, SECINFO_LEVEL_VERIFIED);
  g_signal_connect (peer->client, "level-changed", G_CALLBACK (count_cb), &changes);
  while (changes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (secinfo_client_get_level (peer->client), ==, SECINFO_LEVEL_SESSION);
  g_assert_cmpint (secinfo_client_get_level_until (peer->client), ==, 0);
}

/* The service began anew, or the session was locked: what the client believes must follow. */
static void
test_elevation_lost (void)
{
  g_autoptr(Peer) peer = peer_new ();
  g_autoptr(SecinfoAccount) account = secinfo_account_new ();
  json_t *contacts;

  elevate (peer, "tok-1", "verified", 600);
  peer_answer (peer, 403,
               "{\"type\":\"/problems/elevation-needed\",\"title\":\"x\",\"status\":403,\"detail\":\"x\","
               "\"level\":\"verified\","
                          "\"contacts\":[{\"id\":\"k1\",\"kind\":\"email\",\"masked\":\"a•••e@example.org\"}]}");
  {
    CALL (remove_contact, "k1");

    g_assert_false (secinfo_client_remove_contact_finish (peer->client, result, &error));
    g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_ELEVATION_NEEDED);
    contacts = json_object_get (secinfo_problem_get_members (secinfo_problem_from_error (error)), "contacts");
    g_assert_cmpuint (json_array_size (contacts), ==, 1);
  }
  g_assert_cmpint (secinfo_client_get_level (peer->client), ==, SECINFO_LEVEL_PASSWORD);

  peer_forget (peer);
  peer_answer (peer, 200, ACCOUNT ("session"));
  {
    CALL (get_account, account);

    g_assert_true (secinfo_client_get_account_finish (peer->client, result, &error));
  }
  g_assert_cmpint (secinfo_client_get_level (peer->client), ==, SECINFO_LEVEL_SESSION);
}

static void
test_answer (void)
{
  g_autoptr(Peer) peer = peer_new ();
  g_autoptr(SecinfoSecret) code = secinfo_secret_new ("123 456", -1);
  g_autofree char *raised = elevation ("tok-2", "verified", 600);
  g_autofree char *body = g_strdup_printf ("{\"purpose\":\"confirm\",\"contact\":null,\"elevation\":%s}", raised);
  g_autoptr(SecinfoContact) contact = NULL;

  peer_answer (peer, 200, body);
  peer_answer (peer, 200, "{\"purpose\":\"prove\",\"contact\":" CONTACT ",\"elevation\":null}");
  {
    CALL (answer, "c1", code);

    g_assert_true (secinfo_client_answer_finish (peer->client, result, &contact, &error));
    g_assert_null (contact);
    peer_assert (peer, "POST /v1/account/challenges/c1/answer {\"code\":\"123 456\"}");
  }
  g_assert_cmpint (secinfo_client_get_level (peer->client), ==, SECINFO_LEVEL_VERIFIED);
  {
    CALL (answer, "c1", code);

    g_assert_true (secinfo_client_answer_finish (peer->client, result, &contact, &error));
    g_assert_cmpstr (secinfo_contact_get_id (contact), ==, "k1");
  }
}

static void
test_problems (void)
{
  static const struct { guint status; const char *body; SecinfoProblemType type; } cases[] = {
    { 422, "{\"type\":\"/problems/code-wrong\",\"title\":\"t\",\"status\":422,\"detail\":\"d\",\"attempts_left\":3}",
     SECINFO_PROBLEM_CODE_WRONG },
    { 429, "{\"type\":\"/problems/too-many-tries\",\"title\":\"t\",\"status\":429,\"detail\":\"d\","
           "\"retry_at\":\"2026-11-24T03:47:01Z\"}", SECINFO_PROBLEM_TOO_MANY_TRIES },
    { 418, "{\"type\":\"/problems/teapot\",\"title\":\"t\",\"status\":418,\"detail\":\"Short and stout\"}",
     SECINFO_PROBLEM_UNKNOWN },
    { 500, "<html>", SECINFO_PROBLEM_BAD_ANSWER },
    { 500, "{}", SECINFO_PROBLEM_BAD_ANSWER },
    { 500, "", SECINFO_PROBLEM_BAD_ANSWER },
    { 200, "[]", SECINFO_PROBLEM_BAD_ANSWER },
    { 200, "{\"id\":1}", SECINFO_PROBLEM_BAD_ANSWER },
    { 200, "", SECINFO_PROBLEM_BAD_ANSWER },
    { 200, CHALLENGE CHALLENGE, SECINFO_PROBLEM_BAD_ANSWER },
    { 302, "", SECINFO_PROBLEM_BAD_ANSWER },
  };
  g_autoptr(Peer) peer = peer_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(SecinfoChallenge) challenge = NULL;

      peer_answer (peer, cases[i].status, cases[i].body);
      {
        CALL (get_challenge, "c1");

        challenge = secinfo_client_get_challenge_finish (peer->client, result, &error);
        g_assert_null (challenge);
        g_assert_error (error, SECINFO_PROBLEM, (int) cases[i].type);
        g_assert_nonnull (secinfo_problem_from_error (error));
        if (cases[i].type == SECINFO_PROBLEM_UNKNOWN)
          g_assert_cmpstr (error->message, ==, "Short and stout");
      }
      peer_forget (peer);
    }
}

static void
test_too_long (void)
{
  g_autoptr(Peer) peer = peer_new ();
  GString *body = g_string_new ("{\"items\":[\"");

  while (body->len < 5 * 1024 * 1024)
    g_string_append (body, "0123456789012345678901234567890123456789012345678901234567890123");
  g_string_append (body, "\"]}");
  peer_answer (peer, 200, body->str);
  g_string_free (body, TRUE);
  {
    CALL_BARE (list_inbox);
    g_autoptr(json_t) items = secinfo_client_list_inbox_finish (peer->client, result, &error);

    g_assert_null (items);
    g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_BAD_ANSWER);
  }
}

static void
test_busy (void)
{
  g_autoptr(Peer) peer = peer_new ();
  gint64 start = g_get_monotonic_time ();

  peer_answer (peer, 503, "{\"type\":\"/problems/busy\",\"title\":\"t\",\"status\":503,\"detail\":\"d\"}");
  peer_answer (peer, 201, CHALLENGE);
  {
    CALL (prove_contact, "k1", NULL, "key-5");
    g_autoptr(SecinfoChallenge) challenge = secinfo_client_prove_contact_finish (peer->client, result, &error);

    g_assert_no_error (error);
    g_assert_nonnull (challenge);
  }
  g_assert_cmpuint (peer->requests, ==, 2);
  g_assert_cmpstr (peer->key, ==, "key-5");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, G_USEC_PER_SEC / 2);
}

static void
test_no_service (void)
{
  g_autoptr(Peer) peer = peer_new ();

  g_object_unref (peer->client);
  peer->client = secinfo_client_new ("/nonexistent/secinfo/api");
  {
    CALL_BARE (list_inbox);
    g_autoptr(json_t) items = secinfo_client_list_inbox_finish (peer->client, result, &error);

    g_assert_null (items);
    g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_NO_SERVICE);
  }
}

static void
test_cancelled (void)
{
  g_autoptr(Peer) peer = peer_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  peer_answer (peer, 200, CHALLENGE);
  secinfo_client_get_challenge_async (peer->client, "c1", cancellable, peer_keep_cb, &result);
  g_cancellable_cancel (cancellable);
  peer_await (&result);
  g_assert_null (secinfo_client_get_challenge_finish (peer->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_not_utf8 (void)
{
  g_autoptr(Peer) peer = peer_new ();
  g_autoptr(SecinfoSecret) password = secinfo_secret_new ("\xff\xfe", -1);

  peer_answer (peer, 201, CONTACT);
  {
    CALL (elevate, password);

    g_assert_false (secinfo_client_elevate_finish (peer->client, result, NULL, &error));
    g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_PASSWORD_WRONG);
  }
  {
    CALL (change_label, "k1", "\xff");

    g_assert_null (secinfo_client_change_label_finish (peer->client, result, &error));
    g_assert_error (error, SECINFO_PROBLEM, SECINFO_PROBLEM_BODY_NOT_VALID);
  }
  g_assert_cmpuint (peer->requests, ==, 0);
}

int
main (int argc, char **argv)
{
  secinfo_json_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/calls/service", test_service);
  g_test_add_func ("/client/calls/contacts", test_contacts);
  g_test_add_func ("/client/calls/no-content", test_no_content);
  g_test_add_func ("/client/calls/challenges", test_challenges);
  g_test_add_func ("/client/calls/restore", test_restore);
  g_test_add_func ("/client/calls/gateways", test_gateways);
  g_test_add_func ("/client/calls/answer", test_answer);
  g_test_add_func ("/client/calls/elevation", test_elevation);
  g_test_add_func ("/client/calls/elevation/ends", test_elevation_ends);
  g_test_add_func ("/client/calls/elevation/lost", test_elevation_lost);
  g_test_add_func ("/client/calls/problems", test_problems);
  g_test_add_func ("/client/calls/too-long", test_too_long);
  g_test_add_func ("/client/calls/busy", test_busy);
  g_test_add_func ("/client/calls/no-service", test_no_service);
  g_test_add_func ("/client/calls/cancelled", test_cancelled);
  g_test_add_func ("/client/calls/not-utf8", test_not_utf8);
  return g_test_run ();
}
