/* test-form-calls.c - what the forms of the code and of “Confirm it’s you” make of a service's answers, on the wire
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-confirm-form.h"
#include "client-peer.h"
#include "sample.h"

#define PROBLEM(type, status, more) \
  "{\"type\":\"/problems/" type "\",\"title\":\"" type "\",\"status\":" status ",\"detail\":\"In words.\"" more "}"
#define FIVE "{'per':'contact','window':'hour','limit':5}"
#define TOKEN "{\"token\":\"t1\",\"level\":\"%s\",\"expires_at\":\"%s\",\"verified_contacts\":%u}"

typedef struct
{
  Peer        *peer;
  AppCodeForm *form;
  guint        done, gone;
} Fixture;

static void
count_cb (gpointer form, guint *counter)
{
  (*counter)++;
}

/* Until the answer is there: nothing is under way and the form is not busy. */
static void
settle (Fixture *f, guint requests)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while ((f->peer->requests < requests || app_code_form_is_busy (f->form)) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (f->peer->requests, ==, requests);
  g_assert_false (app_code_form_is_busy (f->form));
  for (guint i = 0; i < 20; i++)
    {
      g_usleep (1000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

static char *
challenge_text (SampleChallenge sample, const char *id)
{
  g_autoptr(SecinfoChallenge) challenge = sample_challenge (sample);
  g_autoptr(json_t) copy = json_deep_copy (secinfo_challenge_get_json (challenge));
  g_autofree char *text = NULL;

  json_object_set_new (copy, "id", json_string (id));
  text = json_dumps (copy, JSON_COMPACT);
  return g_strdup (text);
}

static void
answer_challenge (Fixture *f, guint status, SampleChallenge sample, const char *id)
{
  g_autofree char *text = challenge_text (sample, id);

  peer_answer (f->peer, status, text);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const SampleChallenge *sample = data;
  g_autoptr(SecinfoChallenge) challenge = sample_challenge (sample != NULL ? *sample : (SampleChallenge) { 0 });
  g_autofree char *text = NULL;

  f->peer = peer_new ();
  text = json_dumps (secinfo_challenge_get_json (challenge), JSON_COMPACT);
  peer_answer (f->peer, 200, text);
  f->form = app_code_form_new (f->peer->client, challenge, NULL);
  settle (f, 1);   /* what became of the message meanwhile */
  peer_forget (f->peer);
  f->peer->requests = 0;
  app_code_form_set_now (f->form, SAMPLE_NOW + 40);
  g_signal_connect (f->form, "done", G_CALLBACK (count_cb), &f->done);
  g_signal_connect (f->form, "gone", G_CALLBACK (count_cb), &f->gone);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (g_steal_pointer (&f->form));   /* no answer holds it any more */
  peer_free (f->peer);
}

static void
submit (Fixture *f)
{
  g_autoptr(SecinfoSecret) code = secinfo_secret_new ("482913", -1);

  app_code_form_submit (f->form, code);
  g_assert_true (app_code_form_is_busy (f->form));
  app_code_form_submit (f->form, code);   /* one at a time */
  app_code_form_resend (f->form, NULL);
}

static void
test_right (Fixture *f, gconstpointer data)
{
  g_autofree char *contact = sample_contact ("c1", "email", "verified", "a•••e@example.org", "");
  g_autofree char *text = challenge_text ((SampleChallenge) { .state = "answered" }, "ch1");
  g_autofree char *body = NULL;
  g_autoptr(SecinfoSecret) code = secinfo_secret_new ("000000", -1);

  for (char *c = contact; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  body = g_strdup_printf ("{\"challenge\":%s,\"contact\":%s,\"elevation\":null}", text, contact);
  peer_answer (f->peer, 200, body);
  submit (f);
  settle (f, 1);
  g_assert_cmpstr (f->peer->target, ==, "/v1/account/challenges/ch1/answer");
  g_assert_cmpuint (f->done, ==, 1);
  g_assert_cmpint (app_code_form_get_view (f->form)->page, ==, APP_CODE_DONE);
  g_assert_cmpint (app_code_form_get_view (f->form)->button, ==, APP_CODE_BUTTON_DONE);
  g_assert_cmpint (secinfo_contact_get_state (app_code_form_get_proven (f->form)), ==, SECINFO_CONTACT_VERIFIED);

  /* It is over: nothing more leaves, the code is not given up either. */
  app_code_form_submit (f->form, code);
  app_code_form_resend (f->form, NULL);
  app_code_form_give_up (f->form);
  settle (f, 1);
}

static void
test_wrong (Fixture *f, gconstpointer data)
{
  peer_answer (f->peer, 422, PROBLEM ("code-wrong", "422", ",\"attempts_left\":4"));
  answer_challenge (f, 200, (SampleChallenge) { .attempts_left = 4 }, "ch1");
  submit (f);
  settle (f, 2);
  g_assert_cmpstr (app_code_form_get_problem (f->form), !=, NULL);
  g_assert_cmpint (app_code_form_get_view (f->form)->page, ==, APP_CODE_ENTER);
  g_assert_cmpuint (secinfo_challenge_get_attempts_left (app_code_form_get_challenge (f->form)), ==, 4);
  g_assert_null (app_code_form_get_proven (f->form));
  g_assert_cmpuint (f->done + f->gone, ==, 0);
  app_code_form_typed (f->form, 1);
  g_assert_null (app_code_form_get_problem (f->form));
}

/* An ended code is said to be one, and “Send a new code” asks in the way that its purpose has. */
static void
test_ended (Fixture *f, gconstpointer data)
{
  const SampleChallenge *sample = data;
  SampleChallenge ended = *sample;
  gboolean used_up = sample->trial;   /* of this table alone: which end it is */

  ended.trial = FALSE;
  ended.state = used_up ? "used-up" : "expired";
  ended.ended_at = "2026-05-12T14:04:00Z";
  peer_answer (f->peer, 410, used_up ? PROBLEM ("code-used-up", "410", "") : PROBLEM ("code-expired", "410", ""));
  answer_challenge (f, 200, ended, "ch1");
  submit (f);
  settle (f, 3);   /* the answer, what became of the code, and once more after the error */
  g_assert_cmpint (app_code_form_get_view (f->form)->page, ==, used_up ? APP_CODE_USED_UP : APP_CODE_EXPIRED);
  g_assert_cmpint (app_code_form_get_view (f->form)->button, ==, APP_CODE_BUTTON_SEND);

  peer_forget (f->peer);
  ended.state = NULL;
  ended.ended_at = NULL;
  answer_challenge (f, g_strcmp0 (sample->purpose, "restore") == 0 ? 202 : 201, ended, "ch2");
  app_code_form_resend (f->form, NULL);
  settle (f, 4);
  g_assert_cmpstr (f->peer->method, ==, "POST");
  g_assert_cmpstr (f->peer->target, ==,
                   g_strcmp0 (sample->purpose, "confirm") == 0 ? "/v1/account/challenges"
                   : g_strcmp0 (sample->purpose, "restore") == 0 ? "/v1/account/contacts/c1/restore"
                                                                 : "/v1/account/contacts/c1/challenges");
  g_assert_cmpstr (secinfo_challenge_get_id (app_code_form_get_challenge (f->form)), ==, "ch2");
  g_assert_cmpint (app_code_form_get_view (f->form)->page, ==, APP_CODE_ENTER);
}

static void
test_resend (Fixture *f, gconstpointer data)
{
  answer_challenge (f, 200, (SampleChallenge) { .resend_at = "2026-05-12T14:05:40Z" }, "ch1");
  app_code_form_resend (f->form, "voice");
  settle (f, 1);
  g_assert_cmpstr (f->peer->target, ==, "/v1/account/challenges/ch1/resend");
  g_assert_nonnull (strstr (f->peer->body, "voice"));
  g_assert_false (app_code_form_get_view (f->form)->resend_possible);

  /* Past its limit: the row says why, and until when. */
  peer_forget (f->peer);
  peer_answer (f->peer, 429, PROBLEM ("too-many-codes", "429", ",\"retry_at\":\"2026-05-12T15:03:00Z\",\"per\":"
                                      "\"contact\",\"window\":\"hour\",\"limit\":5"));
  answer_challenge (f, 200, (SampleChallenge) { .resend_at = "", .send_at = "2026-05-12T15:03:00Z", .limit = FIVE },
                    "ch1");
  app_code_form_resend (f->form, NULL);
  settle (f, 3);   /* and what the code says of it now */
  g_assert_false (app_code_form_get_view (f->form)->resend_possible);
  g_assert_true (g_str_has_prefix (app_code_form_get_view (f->form)->resend_subtitle,
                                   "5 codes went there within an hour."));
  g_assert_true (g_str_has_suffix (app_code_form_get_view (f->form)->resend_subtitle, "This code ends before that."));
  g_assert_cmpint (secinfo_challenge_get_resend_at (app_code_form_get_challenge (f->form)), ==, 0);
  g_assert_cmpint (app_code_form_get_view (f->form)->page, ==, APP_CODE_ENTER);
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  peer_answer (f->peer, 404, PROBLEM ("not-found", "404", ""));
  app_code_form_refresh (f->form);
  settle (f, 1);
  g_assert_cmpuint (f->gone, ==, 1);
  app_code_form_resend (f->form, NULL);
  settle (f, 2);
  g_assert_cmpuint (f->gone, ==, 2);
}

static void
test_give_up (Fixture *f, gconstpointer data)
{
  peer_answer (f->peer, 204, NULL);
  app_code_form_give_up (f->form);
  settle (f, 1);
  g_assert_cmpstr (f->peer->method, ==, "DELETE");
  g_assert_cmpstr (f->peer->target, ==, "/v1/account/challenges/ch1");
}

/* The stream says that a code changed: this one is asked for again, another one is not. */
static void
test_event (Fixture *f, gconstpointer data)
{
  answer_challenge (f, 200, (SampleChallenge) { .delivery = "delivered" }, "ch1");
  g_signal_emit_by_name (f->peer->client, "event", "challenge", "other");
  g_signal_emit_by_name (f->peer->client, "event", "contacts", NULL);
  settle (f, 0);
  g_signal_emit_by_name (f->peer->client, "event", "challenge", "ch1");
  settle (f, 1);
  g_assert_cmpint (secinfo_challenge_get_delivery (app_code_form_get_challenge (f->form)), ==,
                   SECINFO_DELIVERY_DELIVERED);
}

/* --- “Confirm it’s you” ------------------------------------------------------------------------------------------- */

static void
wait_for_confirm (AppConfirmForm *form)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  g_assert_true (app_confirm_form_is_busy (form));
  while (app_confirm_form_is_busy (form) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_false (app_confirm_form_is_busy (form));
}

static void
answer_token (Peer *peer, const char *level, guint verified_contacts)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GDateTime) then = g_date_time_add_minutes (now, 10);
  g_autofree char *until = g_date_time_format (then, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *body = g_strdup_printf (TOKEN, level, until, verified_contacts);

  peer_answer (peer, 201, body);
}

static void
test_confirm (Fixture *f, gconstpointer data)
{
  g_autofree char *contact = sample_contact ("c1", "email", "verified", "a•••e@example.org", "");
  g_autoptr(SecinfoAccount) account = sample_account (contact);
  g_autoptr(AppConfirmForm) form = app_confirm_form_new (f->peer->client, account, SECINFO_LEVEL_VERIFIED, "c1");
  g_autoptr(AppConfirmForm) later = NULL;
  g_autoptr(SecinfoSecret) password = secinfo_secret_new ("a password", -1);
  guint requests;

  peer_answer (f->peer, 403, PROBLEM ("password-wrong", "403", ",\"attempts_left\":3"));
  app_confirm_form_submit_password (form, password);
  app_confirm_form_submit_password (form, password);   /* one at a time */
  wait_for_confirm (form);
  g_assert_cmpuint (f->peer->requests, ==, 1);
  g_assert_nonnull (app_confirm_form_get_problem (form));
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_PASSWORD);

  peer_forget (f->peer);
  answer_token (f->peer, "password", 1);
  app_confirm_form_submit_password (form, password);
  wait_for_confirm (form);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_CONTACT);
  g_assert_null (app_confirm_form_get_problem (form));

  /* The next question of the same ten minutes begins with the contact. */
  later = app_confirm_form_new (f->peer->client, account, SECINFO_LEVEL_VERIFIED, NULL);
  g_assert_cmpint (app_confirm_form_get_step (later), ==, APP_CONFIRM_CONTACT);

  peer_forget (f->peer);
  peer_answer (f->peer, 429, PROBLEM ("too-many-codes", "429", ",\"per\":\"contact\",\"window\":\"day\",\"limit\":10"));
  app_confirm_form_send (form);
  wait_for_confirm (form);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_CONTACT);
  g_assert_nonnull (app_confirm_form_get_problem (form));

  peer_forget (f->peer);
  answer_challenge (f, 201, (SampleChallenge) { .purpose = "confirm" }, "ch7");
  app_confirm_form_send (form);
  wait_for_confirm (form);
  g_assert_cmpstr (f->peer->target, ==, "/v1/account/challenges");
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_CODE);
  requests = f->peer->requests + 1;   /* the new form asks what became of the message */
  settle (f, requests);

  /* The code is gone meanwhile (given up elsewhere): back to the choice. */
  peer_forget (f->peer);
  peer_answer (f->peer, 404, PROBLEM ("not-found", "404", ""));
  app_code_form_refresh (app_confirm_form_get_code (form));
  settle (f, requests + 1);
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_CONTACT);
}

/* An account without a password, in a private instance: asked once more without one, by itself. */
static void
test_confirm_without_password (Fixture *f, gconstpointer data)
{
  g_autoptr(SecinfoAccount) account = sample_account ("");
  g_autoptr(AppConfirmForm) form = app_confirm_form_new (f->peer->client, account, SECINFO_LEVEL_VERIFIED, NULL);
  g_autoptr(SecinfoSecret) password = secinfo_secret_new ("", -1);

  peer_answer (f->peer, 409, PROBLEM ("no-password", "409", ""));
  answer_token (f->peer, "password", 0);
  app_confirm_form_submit_password (form, password);
  wait_for_confirm (form);
  g_assert_cmpuint (f->peer->requests, ==, 2);
  g_assert_null (strstr (f->peer->body, "password"));
  g_assert_cmpint (app_confirm_form_get_step (form), ==, APP_CONFIRM_DONE);
}

int
main (int argc, char **argv)
{
  static const SampleChallenge prove = { 0 }, confirm = { .purpose = "confirm", .trial = TRUE },
                               restore = { .purpose = "restore" };

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/form-calls/code/right", Fixture, NULL, set_up, test_right, tear_down);
  g_test_add ("/form-calls/code/wrong", Fixture, NULL, set_up, test_wrong, tear_down);
  g_test_add ("/form-calls/code/ended/prove", Fixture, &prove, set_up, test_ended, tear_down);
  g_test_add ("/form-calls/code/ended/confirm", Fixture, &confirm, set_up, test_ended, tear_down);
  g_test_add ("/form-calls/code/ended/restore", Fixture, &restore, set_up, test_ended, tear_down);
  g_test_add ("/form-calls/code/resend", Fixture, NULL, set_up, test_resend, tear_down);
  g_test_add ("/form-calls/code/gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/form-calls/code/give-up", Fixture, NULL, set_up, test_give_up, tear_down);
  g_test_add ("/form-calls/code/event", Fixture, NULL, set_up, test_event, tear_down);
  g_test_add ("/form-calls/confirm/steps", Fixture, NULL, set_up, test_confirm, tear_down);
  g_test_add ("/form-calls/confirm/without-password", Fixture, NULL, set_up, test_confirm_without_password, tear_down);

  return g_test_run ();
}
