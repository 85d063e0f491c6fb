/* test-gateway-form.c - how codes are sent: the list, the forms drawn from descriptions, one's own mailbox
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "app-gateway-form.h"
#include "app-mailbox-form.h"
#include "sample.h"

#include <locale.h>

#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

static const char kind_text[] =
  "{'name':'twilio-sms','title':'Twilio (text messages)','medium':'sms','idempotent':false,'settings':["
  "{'name':'base','label':'Web address','secret':false,'default':'https://api.twilio.com','required':true},"
  "{'name':'account','label':'Account SID','secret':false,'default':null,'required':true},"
  "{'name':'token','label':'Auth token','secret':true,'default':null,'required':true},"
  "{'name':'note','label':'','secret':false,'default':null,'required':false}]}";
static const char smtp_text[] =
  "{'name':'smtp','title':'Mail server','medium':'email','settings':["
  "{'name':'security','label':'Encryption (tls, starttls or none)','secret':false,'default':'tls','required':true}]}";

static json_t *
make_gateway (const char *id, const char *medium, int position, const char *health)
{
  g_autofree char *text =
    g_strdup_printf ("{'id':'%s','kind':'twilio-sms','title':'%s <b>','medium':'%s','position':%d,"
                     "'settings':{'base':'https://api.twilio.com','account':'AC1'},'secrets':['token'],'health':%s}",
                     id, id, medium, position, health);

  return sample_json (text);
}

static void
assert_health (const char *health, guint place, const char *title, const char *subtitle)
{
  g_autoptr(json_t) gateway = make_gateway ("g1", "email", 0, health);
  g_autoptr(AppGatewayHealth) words = app_gateway_health_new (gateway, place, SAMPLE_NOW);

  g_assert_cmpstr (words->title, ==, title);
  g_assert_cmpstr (words->subtitle, ==, subtitle);
  g_assert_nonnull (words->icon_name);
}

static void
test_health (void)
{
  assert_health ("{'state':'ready','since':null,'last_delivered_at':'2026-05-12T14:01:00Z','share':98,'count':240}",
                 0, "Last delivered 2 minutes ago", "98 % of 240");
  assert_health ("{'state':'ready','since':null,'last_delivered_at':'2026-05-12T14:02:50Z'}", 0,
                 "Last delivered just now", NULL);
  assert_health ("{'state':'ready','since':null,'last_delivered_at':'2026-05-11T18:40:00Z','share':null,'count':0}", 1,
                 "Last delivered yesterday at 18:40", NULL);
  assert_health ("{'state':'unused','since':null,'last_delivered_at':null}", 0, "Never used: send a test", NULL);
  assert_health ("{'state':'unused','since':null,'last_delivered_at':null}", 1, "Second choice", "not needed yet");
  assert_health ("{'state':'down','since':'2026-05-12T13:20:00Z','last_delivered_at':null}", 0,
                 "No answer since 13:20", NULL);
  assert_health ("{'state':'misconfigured','since':'2026-05-12T13:20:00Z','last_delivered_at':null,'last_failure':"
                 "{'at':'2026-05-12T13:20:00Z','test':false,'result':'bad-config','code':'535','words':'no'}}", 0,
                 "Sign-in refused since 13:20: look at the password",
                 FSI "g1 <b>" PDI " says " FSI "535" PDI ": " FSI "no" PDI);
  assert_health ("{'state':'paused','since':'2026-05-12T13:20:00Z','last_delivered_at':null,"
                 "'paused_until':'2026-05-12T14:30:00Z','failures':5}", 0, "Paused until 14:30 after 5 failures", NULL);
  assert_health ("{'state':'unproven','since':null,'last_delivered_at':null}", 0,
                 "Not used yet: its code has not come back", NULL);
}

static void
test_list (void)
{
  g_autoptr(json_t) gateways = json_array ();
  g_autoptr(GPtrArray) emails = NULL, phones = NULL, alerts = NULL;
  const AppGatewayItem *item;

  json_array_append_new (gateways, make_gateway ("b", "email", 1, "{'state':'unused'}"));
  json_array_append_new (gateways, make_gateway ("a", "email", 0, "{'state':'unused'}"));
  json_array_append_new (gateways, make_gateway ("v", "voice", 0, "{'state':'unused'}"));
  json_array_append_new (gateways, make_gateway ("s", "sms", 0, "{'state':'unproven'}"));
  json_array_append_new (gateways, make_gateway ("p", "push", 1, "{'state':'unused'}"));
  json_array_append_new (gateways, make_gateway ("x", "pigeon", 0, "{'state':'unused'}"));
  json_array_append_new (gateways, json_string ("odd"));
  emails = app_gateway_list_new (gateways, APP_GATEWAY_EMAIL, SAMPLE_NOW);
  phones = app_gateway_list_new (gateways, APP_GATEWAY_PHONE, SAMPLE_NOW);
  g_assert_cmpuint (emails->len, ==, 2);
  item = emails->pdata[0];
  g_assert_cmpstr (item->id, ==, "a");
  g_assert_cmpstr (item->title, ==, FSI "a <b>" PDI);
  g_assert_cmpstr (item->spoken, ==, "a <b>, 1 of 2, Never used: send a test");
  item = emails->pdata[1];
  g_assert_cmpstr (item->spoken, ==, "b <b>, 2 of 2, Second choice · not needed yet");
  /* Of what is for alerts alone, where it is says more than its place. */
  alerts = app_gateway_list_new (gateways, APP_GATEWAY_ALERTS, SAMPLE_NOW);
  g_assert_cmpuint (alerts->len, ==, 1);
  item = alerts->pdata[0];
  g_assert_cmpstr (item->subtitle, ==, FSI "api.twilio.com" PDI " · Never used: send a test");
  g_assert_cmpstr (item->spoken, ==, "p <b>, " FSI "api.twilio.com" PDI " · Never used: send a test");
  /* Calls and text messages each have an order of their own. */
  g_assert_cmpuint (phones->len, ==, 2);
  item = phones->pdata[0];
  g_assert_cmpstr (item->id, ==, "s");
  g_assert_true (item->unproven);
  g_assert_cmpuint (item->count, ==, 1);
}

static char *
order_of (json_t *gateways)
{
  g_autoptr(GPtrArray) items = app_gateway_list_new (gateways, APP_GATEWAY_EMAIL, SAMPLE_NOW);
  GString *order = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    g_string_append (order, ((const AppGatewayItem *) items->pdata[i])->id);
  return g_string_free (order, FALSE);
}

/* As the service does it, where it may not be asked again. */
static void
test_list_by_hand (void)
{
  g_autoptr(json_t) gateways = json_array ();
  g_autofree char *first = NULL, *second = NULL, *third = NULL;
  g_autoptr(json_t) moved = make_gateway ("c", "email", 0, "{'state':'unused'}");
  g_autoptr(json_t) last = make_gateway ("d", "email", 3, "{'state':'unused'}");

  for (int i = 0; i < 3; i++)
    {
      char id[] = { (char) ('a' + i), '\0' };

      json_array_append_new (gateways, make_gateway (id, "email", i, "{'state':'unused'}"));
    }
  app_gateway_list_put (gateways, moved);
  g_assert_cmpstr ((first = order_of (gateways)), ==, "cab");
  app_gateway_list_put (gateways, last);
  g_assert_cmpstr ((second = order_of (gateways)), ==, "cabd");
  app_gateway_list_drop (gateways, "a");
  app_gateway_list_drop (gateways, "unknown");
  g_assert_cmpstr ((third = order_of (gateways)), ==, "cbd");
  g_assert_cmpint (secinfo_json_get_integer (app_gateway_list_find (gateways, "d"), "position", -1), ==, 2);
}

static void
test_choices (void)
{
  g_autoptr(json_t) kinds = json_array ();
  g_autoptr(GPtrArray) emails = NULL, phones = NULL;

  json_array_append_new (kinds, sample_json ("{'name':'sendgrid','title':'SendGrid','medium':'email','settings':[]}"));
  json_array_append_new (kinds, sample_json (smtp_text));
  json_array_append_new (kinds, sample_json ("{'name':'inbox','title':'Trial inbox','medium':'email','settings':[]}"));
  json_array_append_new (kinds, sample_json ("{'name':'ntfy','title':'ntfy','medium':'push','settings':[]}"));
  json_array_append_new (kinds, sample_json (kind_text));
  json_array_append_new (kinds, sample_json ("{'name':'smtp-ours','title':'Ours','medium':'email','settings':[],"
                                             "'imported':true}"));
  emails = app_gateway_choices_new (kinds, APP_GATEWAY_EMAIL);
  phones = app_gateway_choices_new (kinds, APP_GATEWAY_PHONE);
  /* One's own first, services after them, and nothing that proves no address. */
  g_assert_cmpuint (emails->len, ==, 5);
  g_assert_null (((const AppGatewayChoice *) emails->pdata[0])->kind);
  g_assert_cmpint (((const AppGatewayChoice *) emails->pdata[1])->group, ==, APP_GATEWAY_OWN);
  g_assert_cmpint (((const AppGatewayChoice *) emails->pdata[2])->group, ==, APP_GATEWAY_SERVICE);
  g_assert_cmpint (((const AppGatewayChoice *) emails->pdata[3])->group, ==, APP_GATEWAY_DESCRIBED);
  g_assert_cmpint (((const AppGatewayChoice *) emails->pdata[4])->group, ==, APP_GATEWAY_OTHER);
  g_assert_cmpuint (phones->len, ==, 1);
  g_assert_cmpstr (((const AppGatewayChoice *) phones->pdata[0])->title, ==, FSI "Twilio (text messages)" PDI);
}

/* --- the form ----------------------------------------------------------------------------------------------------- */

static void
test_new (void)
{
  g_autoptr(json_t) kind = sample_json (kind_text);
  g_autoptr(AppGatewayForm) form = app_gateway_form_new (NULL, kind, NULL);
  const AppGatewayField *field;

  g_assert_true (app_gateway_form_is_new (form));
  g_assert_cmpuint (app_gateway_form_count (form), ==, 5);
  field = app_gateway_form_get_field (form, 0);
  g_assert_cmpstr (field->label, ==, "Name");
  g_assert_cmpstr (field->first, ==, "Twilio (text messages)");
  field = app_gateway_form_get_field (form, 1);
  g_assert_cmpstr (field->first, ==, "https://api.twilio.com");
  field = app_gateway_form_get_field (form, 3);
  g_assert_cmpint (field->kind, ==, APP_GATEWAY_SECRET);
  g_assert_false (field->saved);
  /* Without a label it is called by its name. */
  g_assert_cmpstr (app_gateway_form_get_field (form, 4)->label, ==, "note");

  g_assert_false (app_gateway_form_can_save (form));
  app_gateway_form_set_value (form, 2, "AC1");
  g_assert_false (app_gateway_form_can_save (form));
  app_gateway_form_set_value (form, 3, "secret");
  g_assert_true (app_gateway_form_can_save (form));
  app_gateway_form_set_value (form, 1, "");
  g_assert_false (app_gateway_form_can_save (form));
}

static void
test_saved (void)
{
  g_autoptr(json_t) kind = sample_json (kind_text);
  g_autoptr(json_t) gateway = make_gateway ("g1", "sms", 0, "{'state':'unused'}");
  g_autoptr(AppGatewayForm) form = app_gateway_form_new (NULL, kind, gateway);
  const AppGatewayField *secret = app_gateway_form_get_field (form, 3);

  /* Set, and never shown. */
  g_assert_true (secret->saved);
  g_assert_cmpstr (secret->first, ==, "");
  g_assert_false (app_gateway_form_is_dirty (form));
  g_assert_false (app_gateway_form_can_save (form));
  app_gateway_form_set_value (form, 3, "other");
  g_assert_true (app_gateway_form_is_dirty (form));
  g_assert_true (app_gateway_form_can_save (form));
  /* What was typed and taken away again changes nothing. */
  app_gateway_form_set_value (form, 3, "");
  g_assert_false (app_gateway_form_is_dirty (form));
  app_gateway_form_set_value (form, 0, "Home");
  g_assert_true (app_gateway_form_can_save (form));
}

static void
test_choice (void)
{
  g_autoptr(json_t) kind = sample_json (smtp_text);
  g_autoptr(AppGatewayForm) form = app_gateway_form_new (NULL, kind, NULL);
  const AppGatewayField *field = app_gateway_form_get_field (form, 1);

  g_assert_cmpint (field->kind, ==, APP_GATEWAY_CHOICE);
  g_assert_cmpstr (field->label, ==, "Encryption");
  g_assert_cmpstr (field->choices[1], ==, "starttls");
  g_assert_cmpuint (g_strv_length ((char **) field->choices), ==, g_strv_length ((char **) field->words));
}

static GError *
problem_error (const char *text)
{
  g_autoptr(json_t) answer = sample_json (text);
  g_autoptr(SecinfoProblem) problem = secinfo_problem_from_json (answer, 422);

  return secinfo_problem_to_error (problem);
}

static void
test_refused (void)
{
  g_autoptr(json_t) kind = sample_json (kind_text);
  g_autoptr(json_t) gateway = make_gateway ("g1", "sms", 0, "{'state':'unused'}");
  g_autoptr(AppGatewayForm) form = app_gateway_form_new (NULL, kind, NULL);
  g_autoptr(GError) error = problem_error ("{'type':'/problems/settings-not-valid','status':422,'detail':'x',"
                                           "'member':'account','reason':'missing'}");
  g_autoptr(GError) other = problem_error ("{'type':'/problems/not-allowed','status':403,'detail':'x'}");
  int at = -2;

  app_gateway_form_take_saved (form, NULL, error);
  g_assert_nonnull (app_gateway_form_get_problem (form, &at));
  g_assert_cmpint (at, ==, 2);
  app_gateway_form_set_value (form, 2, "A");
  g_assert_null (app_gateway_form_get_problem (form, NULL));
  app_gateway_form_take_saved (form, NULL, other);
  g_assert_nonnull (app_gateway_form_get_problem (form, &at));
  g_assert_cmpint (at, ==, -1);
  app_gateway_form_take_saved (form, gateway, NULL);
  g_assert_null (app_gateway_form_get_problem (form, NULL));
  g_assert_false (app_gateway_form_is_new (form));
  g_assert_false (app_gateway_form_is_dirty (form));
}

static void
test_result (void)
{
  g_autoptr(GError) number = problem_error ("{'type':'/problems/gateway-refused','status':422,'detail':'x',"
                                            "'result':'bad-address','channel':'sms','code':'21614',"
                                            "'words':'not mobile'}");
  g_autoptr(GError) sign_in = problem_error ("{'type':'/problems/gateway-refused','status':422,'detail':'x',"
                                             "'result':'bad-config','code':'401'}");
  g_autoptr(AppGatewayHealth) first = app_gateway_result_new (number, "Twilio");
  g_autoptr(AppGatewayHealth) second = app_gateway_result_new (sign_in, "Twilio");

  g_assert_cmpstr (first->title, ==, "Refused: this number cannot get text messages.");
  g_assert_cmpstr (first->subtitle, ==, "The service itself works; try another one.\n" FSI "Twilio" PDI " says "
                   FSI "21614" PDI ": " FSI "not mobile" PDI);
  g_assert_cmpstr (second->title, ==, "Sign-in refused by " FSI "Twilio" PDI ".");
  g_assert_cmpstr (second->subtitle, ==, "Look at the user name and the password or token.\n" FSI "Twilio" PDI
                   " says: " FSI "401" PDI);
}

/* --- one's own mailbox -------------------------------------------------------------------------------------------- */

static json_t *
kinds_with (const char *preset)
{
  g_autofree char *text = g_strdup_printf ("[{'name':'smtp','title':'Mail server','medium':'email','settings':[]%s}]",
                                           preset);

  return sample_json (text);
}

static void
test_mailbox_known (void)
{
  g_autoptr(AppMailboxForm) form = app_mailbox_form_new (NULL, NULL);
  g_autoptr(json_t) kinds = kinds_with (
    ",'preset':{'gateway':'smtp','title':'Example Mail','settings':{'host':'smtp.example.org','port':'465',"
    "'security':'tls','user':'a@example.org','from':'a@example.org'},'app_password':true,"
    "'page':'https://mail.example.org/security'}");
  const AppMailboxProvider *provider;

  app_mailbox_form_set (form, APP_MAILBOX_ADDRESS, "a@example");
  g_assert_null (app_mailbox_form_get_provider (form));
  app_mailbox_form_set (form, APP_MAILBOX_ADDRESS, "a@example.org");
  app_mailbox_form_take_kinds (form, kinds, NULL);
  provider = app_mailbox_form_get_provider (form);
  g_assert_true (provider->known);
  g_assert_cmpstr (provider->subtitle, ==, FSI "smtp.example.org" PDI ", port 465, encrypted · needs an app password");
  g_assert_cmpuint (provider->hints->len, ==, 3);
  g_assert_cmpstr (((const AppMailboxHint *) provider->hints->pdata[0])->page, ==, "https://mail.example.org/security");
  g_assert_false (app_mailbox_form_needs_server (form));
  g_assert_false (app_mailbox_form_can_go (form));
  app_mailbox_form_set (form, APP_MAILBOX_PASSWORD, "secret");
  g_assert_true (app_mailbox_form_can_go (form));
  g_assert_true (app_mailbox_form_is_dirty (form));
  /* Nothing gives it back. */
  g_assert_cmpstr (app_mailbox_form_get (form, APP_MAILBOX_PASSWORD), ==, "");
}

static void
test_mailbox_unknown (void)
{
  g_autoptr(AppMailboxForm) form = app_mailbox_form_new (NULL, NULL);
  g_autoptr(json_t) kinds = kinds_with ("");

  app_mailbox_form_set (form, APP_MAILBOX_ADDRESS, "a@example.com");
  app_mailbox_form_take_kinds (form, kinds, NULL);
  g_assert_true (app_mailbox_form_needs_server (form));
  g_assert_cmpstr (app_mailbox_form_get (form, APP_MAILBOX_HOST), ==, "smtp.example.com");
  g_assert_cmpstr (app_mailbox_form_get (form, APP_MAILBOX_PORT), ==, "465");
  g_assert_cmpstr (app_mailbox_form_get (form, APP_MAILBOX_USER), ==, "a@example.com");
  /* What was typed by hand stays when the address is corrected. */
  app_mailbox_form_set (form, APP_MAILBOX_HOST, "mail.example.com");
  app_mailbox_form_set (form, APP_MAILBOX_ADDRESS, "ab@example.com");
  app_mailbox_form_take_kinds (form, kinds, NULL);
  g_assert_cmpstr (app_mailbox_form_get (form, APP_MAILBOX_HOST), ==, "mail.example.com");
}

/* No page but one that the service gave with https is ever opened. */
static void
test_mailbox_page (void)
{
  g_autoptr(json_t) preset = sample_json ("{'title':'X','settings':{},'app_password':true,"
                                          "'page':'file:///etc/passwd'}");
  AppMailboxProvider *provider = app_mailbox_provider_new ("a@example.org", preset);

  g_assert_null (((const AppMailboxHint *) provider->hints->pdata[0])->page);
  app_mailbox_provider_free (provider);
}

/* The provider's own steps, numbered, its page beside the first; a mailbox that lets no program in is not tested. */
static void
test_mailbox_provider (void)
{
  g_autoptr(AppMailboxForm) form = app_mailbox_form_new (NULL, NULL);
  g_autoptr(json_t) open = kinds_with (
    ",'preset':{'gateway':'smtp','title':'X','settings':{'host':'h','port':'465','security':'tls',"
    "'user':'a@example.org','from':'a@example.org'},"
    "'app_password':false,'works':true,'page':'https://x.example/s','steps':['Do <this>.',5,"
    "'Do that.']}");
  g_autoptr(json_t) closed = kinds_with (
    ",'preset':{'gateway':'smtp','title':'X','settings':{'host':'h','port':'465','security':'tls',"
    "'user':'a@example.org','from':'a@example.org'},"
    "'app_password':false,'works':false,'page':null,'steps':['Use another one.']}");
  const AppMailboxProvider *provider;
  const AppMailboxHint *hint;

  app_mailbox_form_set (form, APP_MAILBOX_ADDRESS, "a@example.org");
  app_mailbox_form_set (form, APP_MAILBOX_PASSWORD, "secret");
  app_mailbox_form_take_kinds (form, open, NULL);
  provider = app_mailbox_form_get_provider (form);
  g_assert_cmpuint (provider->hints->len, ==, 2);
  hint = provider->hints->pdata[0];
  g_assert_cmpstr (hint->title, ==, "1. Do <this>.");
  g_assert_cmpstr (hint->subtitle, ==, FSI "x.example" PDI);
  g_assert_cmpstr (hint->page, ==, "https://x.example/s");
  hint = provider->hints->pdata[1];
  g_assert_cmpstr (hint->title, ==, "2. Do that.");
  g_assert_null (hint->page);
  g_assert_cmpstr (provider->how, ==, "What to do _first");
  g_assert_true (app_mailbox_form_can_go (form));

  app_mailbox_form_take_kinds (form, closed, NULL);
  provider = app_mailbox_form_get_provider (form);
  g_assert_cmpstr (provider->subtitle, ==, "Codes cannot be sent from this mailbox");
  g_assert_cmpuint (provider->hints->len, ==, 1);
  g_assert_false (app_mailbox_form_can_go (form));
}

static void
test_mailbox_steps (void)
{
  g_autoptr(AppMailboxForm) form = app_mailbox_form_new (NULL, NULL);
  g_autoptr(json_t) kinds = kinds_with ("");
  g_autoptr(json_t) gateway = make_gateway ("g1", "email", 0, "{'state':'unproven'}");
  g_autoptr(SecinfoChallenge) challenge = sample_challenge ((SampleChallenge) { 0 });
  g_autoptr(GError) refused = problem_error ("{'type':'/problems/gateway-refused','status':422,'detail':'x',"
                                             "'result':'bad-config','code':'535','words':'no'}");
  g_autoptr(GError) wrong = problem_error ("{'type':'/problems/code-wrong','status':422,'detail':'x',"
                                           "'attempts_left':4}");
  g_autoptr(GError) over = problem_error ("{'type':'/problems/code-expired','status':410,'detail':'x'}");
  AppMailboxField at;

  app_mailbox_form_set (form, APP_MAILBOX_ADDRESS, "a@example.com");
  app_mailbox_form_take_kinds (form, kinds, NULL);
  app_mailbox_form_set (form, APP_MAILBOX_PASSWORD, "secret");
  app_mailbox_form_take_saved (form, gateway, NULL);
  app_mailbox_form_take_sent (form, NULL, refused);
  g_assert_cmpint (app_mailbox_form_get_step (form), ==, APP_MAILBOX_FILL);
  g_assert_cmpstr (app_mailbox_form_get_result (form)->title, ==,
                   "Sign-in refused by " FSI "smtp.example.com" PDI ".");
  g_assert_nonnull (app_mailbox_form_get_problem (form, &at));
  g_assert_cmpint (at, ==, APP_MAILBOX_PASSWORD);
  g_assert_true (app_mailbox_form_has_password (form));
  g_assert_true (app_mailbox_form_can_go (form));

  app_mailbox_form_take_sent (form, challenge, NULL);
  g_assert_cmpint (app_mailbox_form_get_step (form), ==, APP_MAILBOX_CODE);
  g_assert_cmpstr (app_mailbox_form_get_button (form), ==, "_Finish");
  app_mailbox_form_take_answer (form, wrong);
  g_assert_cmpint (app_mailbox_form_get_step (form), ==, APP_MAILBOX_CODE);
  g_assert_nonnull (app_mailbox_form_get_problem (form, NULL));
  app_mailbox_form_typed (form);
  g_assert_null (app_mailbox_form_get_problem (form, NULL));
  /* A code that has ended: another one is sent by testing anew. */
  app_mailbox_form_take_answer (form, over);
  g_assert_cmpint (app_mailbox_form_get_step (form), ==, APP_MAILBOX_FILL);
  app_mailbox_form_take_sent (form, challenge, NULL);
  /* Another address is another mailbox: the code that is on its way proves nothing of it. */
  app_mailbox_form_set (form, APP_MAILBOX_ADDRESS, "b@example.com");
  g_assert_cmpint (app_mailbox_form_get_step (form), ==, APP_MAILBOX_FILL);
  app_mailbox_form_take_kinds (form, kinds, NULL);
  app_mailbox_form_take_sent (form, challenge, NULL);
  app_mailbox_form_take_answer (form, NULL);
  g_assert_cmpint (app_mailbox_form_get_step (form), ==, APP_MAILBOX_DONE);
  g_assert_cmpstr (app_mailbox_form_get_result (form)->title, ==, "It works");
  g_assert_false (app_mailbox_form_is_dirty (form));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  secinfo_json_init ();
  g_test_add_func ("/gateway-form/health", test_health);
  g_test_add_func ("/gateway-form/list", test_list);
  g_test_add_func ("/gateway-form/list-by-hand", test_list_by_hand);
  g_test_add_func ("/gateway-form/choices", test_choices);
  g_test_add_func ("/gateway-form/new", test_new);
  g_test_add_func ("/gateway-form/saved", test_saved);
  g_test_add_func ("/gateway-form/choice", test_choice);
  g_test_add_func ("/gateway-form/refused", test_refused);
  g_test_add_func ("/gateway-form/result", test_result);
  g_test_add_func ("/mailbox-form/known", test_mailbox_known);
  g_test_add_func ("/mailbox-form/unknown", test_mailbox_unknown);
  g_test_add_func ("/mailbox-form/page", test_mailbox_page);
  g_test_add_func ("/mailbox-form/provider", test_mailbox_provider);
  g_test_add_func ("/mailbox-form/steps", test_mailbox_steps);
  return g_test_run ();
}
