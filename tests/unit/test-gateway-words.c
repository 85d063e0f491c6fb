/* test-gateway-words.c - what a way to send says of itself
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "secinfo-gateway-words.h"

#include "secinfo-time.h"

#include <locale.h>
#include <string.h>

#define FSI "\u2068"
#define PDI "\u2069"
#define BY  FSI "Ex" PDI
#define NOW 1747058583   /* 2025-05-12 14:03:03 UTC */

static json_t *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr(GError) error = NULL;
  json_t *object = secinfo_json_parse (json, strlen (json), &error);

  g_assert_no_error (error);
  return object;
}

/* As the courier gives them: a vendor's code hides HTTP's, which then stands beside it. */
static const struct { const char *failure, *medium, *words, *turn, *vendor; } failures[] = {
  { "{'result':'bad-address','code':'21614','http':400,'words':'not mobile'}", "sms",
    "Refused: this number cannot get text messages.", "The service itself works; try another one.",
    BY " says " FSI "21614" PDI ": " FSI "not mobile" PDI },
  { "{'result':'bad-address','code':'13224','http':400}", "voice", "Refused: this number cannot be called.",
    "The service itself works; try another one.", BY " says: " FSI "13224" PDI },
  { "{'result':'bad-address','code':'550','words':'5.1.1 No such user'}", "email",
    "Refused: this address does not exist.", "The service itself works; try another one.",
    BY " says " FSI "550" PDI ": " FSI "5.1.1 No such user" PDI },
  { "{'result':'bad-address'}", NULL, "Refused: nothing can be delivered there.",
    "The service itself works; try another one.", NULL },
  /* Who one is there. */
  { "{'result':'bad-config','code':'401','http':401}", "email", "Sign-in refused by " BY ".",
    "Look at the user name and the password or token.", BY " says: " FSI "401" PDI },
  { "{'result':'bad-config','code':'403','http':403}", "sms", "Sign-in refused by " BY ".",
    "Look at the user name and the password or token.", BY " says: " FSI "403" PDI },
  { "{'result':'bad-config','code':'20003','http':401,'words':'Authenticate'}", "sms", "Sign-in refused by " BY ".",
    "Look at the user name and the password or token.", BY " says " FSI "20003" PDI ": " FSI "Authenticate" PDI },
  { "{'result':'bad-config','code':'10','http':401}", "email", "Sign-in refused by " BY ".",
    "Look at the user name and the password or token.", BY " says: " FSI "10" PDI },
  { "{'result':'bad-config','code':'4','http':200}", "sms", "Sign-in refused by " BY ".",
    "Look at the user name and the password or token.", BY " says: " FSI "4" PDI },
  { "{'result':'bad-config','code':'535','words':'5.7.8 no'}", "email", "Sign-in refused by " BY ".",
    "Look at the user name and the password or token.", BY " says " FSI "535" PDI ": " FSI "5.7.8 no" PDI },
  { "{'result':'bad-config','code':'invalid_client','http':400}", "email", "Sign-in refused by " BY ".",
    "Look at the user name and the password or token.", BY " says: " FSI "invalid_client" PDI },
  /* And what is something else. */
  { "{'result':'bad-config','code':'21408','http':403}", "sms", "Refused by " BY ".", "Look at the settings.",
    BY " says: " FSI "21408" PDI },
  { "{'result':'bad-config','code':'404','http':404}", "sms", BY " has nothing at this web address.",
    "Look at the web address, to its end.", BY " says: " FSI "404" PDI },
  { "{'result':'bad-config','code':'20404','http':404}", "sms", "Refused by " BY ".", "Look at the settings.",
    BY " says: " FSI "20404" PDI },
  { "{'result':'bad-config','code':'302','http':302}", "sms", BY " leads on to another web address.",
    "Enter the web address that it leads to: it is never followed by itself.", BY " says: " FSI "302" PDI },
  { "{'result':'bad-config','code':'tls','words':'Requested SSL level failed'}", "email",
    "No encrypted connection to " BY ".",
    "Look at the encryption and the port, and whether the server’s certificate is in order.",
    BY " says " FSI "tls" PDI ": " FSI "Requested SSL level failed" PDI },
  { "{'result':'bad-config','code':'530','words':'5.7.0 Must issue a STARTTLS command first'}", "email",
    "No encrypted connection to " BY ".",
    "Look at the encryption and the port, and whether the server’s certificate is in order.",
    BY " says " FSI "530" PDI ": " FSI "5.7.0 Must issue a STARTTLS command first" PDI },
  { "{'result':'bad-config','code':'530','words':'5.7.0 Authentication required'}", "email",
    "Sign-in refused by " BY ".", "Look at the user name and the password or token.",
    BY " says " FSI "530" PDI ": " FSI "5.7.0 Authentication required" PDI },
  { "{'result':'bad-config','code':'host'}", "email", "Nothing is sent to " BY ".",
    "Its name leads to an address that is not allowed here. Look at the server’s name.", BY " says: " FSI "host" PDI },
  { "{'result':'bad-config','code':'554'}", "email", "Refused by " BY ".", "Look at the settings.",
    BY " says: " FSI "554" PDI },
  /* It answered. */
  { "{'result':'retry','code':'503','http':503}", "sms", BY " answers, but takes no messages now.",
    "Its settings are not to blame. Test it again in a few minutes.", BY " says: " FSI "503" PDI },
  { "{'result':'retry','code':'451','words':'4.7.1 Greylisted'}", "email", BY " answers, but takes no messages now.",
    "Its settings are not to blame. Test it again in a few minutes.",
    BY " says " FSI "451" PDI ": " FSI "4.7.1 Greylisted" PDI },
  { "{'result':'retry','code':'429','http':429}", "sms", BY " asks to wait.",
    "Its settings are not to blame. Test it again in a few minutes.", BY " says: " FSI "429" PDI },
  { "{'result':'unknown','code':'504','http':504}", "sms", BY " did not say whether it was taken over.",
    "Perhaps it arrives all the same.", BY " says: " FSI "504" PDI },
  /* It did not. */
  { "{'result':'retry','code':null,'words':'Could not connect'}", "email", "No answer from " BY ".",
    "Look at the server’s name and the port, and whether this computer is online.",
    BY " says: " FSI "Could not connect" PDI },
  { "{'result':'unknown'}", "email", "No answer from " BY ".", "Perhaps it arrives all the same.", NULL },
};

static void
test_failures (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autoptr(json_t) failure = parse (failures[i].failure);
      g_autofree char *words = secinfo_gateway_failure_to_words (failure, failures[i].medium, "Ex");
      g_autofree char *plain = secinfo_gateway_failure_to_words (failure, failures[i].medium, NULL);
      g_autofree char *turn = secinfo_gateway_failure_to_turn (failure);
      g_autofree char *vendor = secinfo_gateway_failure_to_vendor (failure, "Ex");

      g_test_message ("%s", failures[i].failure);
      g_assert_cmpstr (words, ==, failures[i].words);
      g_assert_cmpstr (turn, ==, failures[i].turn);
      g_assert_cmpstr (vendor, ==, failures[i].vendor);
      g_assert_null (strstr (plain, FSI));
      /* UI.md section 1: no “later” without a time. */
      g_assert_null (strstr (turn, "later"));
    }
}

/* Who said it himself comes before what it is called here; what he asks for is said by the clock. */
static void
test_wait (void)
{
  g_autoptr(json_t) failure = parse ("{'result':'retry','code':'503','http':503,'by':'sms.example'}");
  g_autofree char *words = NULL, *turn = NULL, *clock = NULL, *expected = NULL;
  SecinfoNow now;

  secinfo_now_read (&now);
  /* Of the same day, whatever time it is. */
  secinfo_json_set_time (failure, "retry_at", now.wall);
  words = secinfo_gateway_failure_to_words (failure, "sms", "Ex");
  turn = secinfo_gateway_failure_to_turn (failure);
  clock = secinfo_time_to_clock (now.wall);
  expected = g_strdup_printf (FSI "sms.example" PDI " asks to wait. It can be tried again at %s.", clock);
  g_assert_cmpstr (words, ==, expected);
  g_assert_null (turn);
}

static const struct { const char *health; SecinfoGatewayMood mood; const char *title, *more; } healths[] = {
  { "'state':'unused'", SECINFO_GATEWAY_UNTRIED, "Never used: send a test", NULL },
  { "'state':'unused','last_failure':{'at':'2025-05-12T13:20:00Z','test':true,'result':'bad-config','code':'20003',"
    "'http':401,'words':'Authenticate'}", SECINFO_GATEWAY_WARNED, "Last test, 13:20: Sign-in refused by " BY ".",
    BY " says " FSI "20003" PDI ": " FSI "Authenticate" PDI },
  { "'state':'unused','last_failure':{'at':'2025-05-11T13:20:00Z','test':true,'result':'bad-address','code':'21614'}",
    SECINFO_GATEWAY_WARNED, "Last test, yesterday at 13:20: Refused: this number cannot get text messages.",
    BY " says: " FSI "21614" PDI },
  { "'state':'unused','last_failure':{'at':'2025-05-12T13:20:00Z','test':false,'result':'retry','code':'503'}",
    SECINFO_GATEWAY_WARNED, "Last message, 13:20: " BY " answers, but takes no messages now.",
    BY " says: " FSI "503" PDI },
  /* What was delivered since is the news; what one test said of one number is none where others got theirs. */
  { "'state':'ready','last_delivered_at':'2025-05-12T14:01:00Z','share':98,'count':240,"
    "'last_failure':{'at':'2025-05-12T13:20:00Z','test':true,'result':'retry','code':'503'}",
    SECINFO_GATEWAY_WELL, "Last delivered 2 minutes ago", "98 % of 240" },
  { "'state':'ready','last_delivered_at':'2025-05-12T13:00:00Z','share':98,'count':240,"
    "'last_failure':{'at':'2025-05-12T14:00:00Z','test':true,'result':'bad-address','code':'550'}",
    SECINFO_GATEWAY_WELL, "Last delivered today at 13:00", "98 % of 240" },
  { "'state':'ready','last_delivered_at':'2025-05-12T13:00:00Z','share':98,'count':240,"
    "'last_failure':{'at':'2025-05-12T14:00:00Z','test':true,'result':'bad-config','code':'535'}",
    SECINFO_GATEWAY_WARNED, "Last test, 14:00: Sign-in refused by " BY ".", BY " says: " FSI "535" PDI },
  { "'state':'misconfigured','since':'2025-05-12T13:20:00Z','last_failure':{'at':'2025-05-12T13:20:00Z','test':false,"
    "'result':'bad-config','code':'21408','http':403,'words':'Permission not enabled for the region'}",
    SECINFO_GATEWAY_TROUBLED, "Refused since 13:20: look at the settings",
    BY " says " FSI "21408" PDI ": " FSI "Permission not enabled for the region" PDI },
  { "'state':'misconfigured','since':'2025-05-12T13:20:00Z','last_failure':{'at':'2025-05-12T13:20:00Z','test':false,"
    "'result':'bad-config','code':'401','http':401}", SECINFO_GATEWAY_TROUBLED,
    "Sign-in refused since 13:20: look at the password", BY " says: " FSI "401" PDI },
  { "'state':'misconfigured','since':'2025-05-12T13:20:00Z','last_failure':{'at':'2025-05-12T13:20:00Z','test':false,"
    "'result':'bad-config','code':'404','http':404}", SECINFO_GATEWAY_TROUBLED,
    "Not there since 13:20: look at the web address", BY " says: " FSI "404" PDI },
  { "'state':'misconfigured','since':'2025-05-12T13:20:00Z','last_failure':{'at':'2025-05-12T13:20:00Z','test':false,"
    "'result':'bad-config','code':'tls'}", SECINFO_GATEWAY_TROUBLED,
    "No encrypted connection since 13:20: look at port and encryption", BY " says: " FSI "tls" PDI },
  /* Written down by an older service, or a test of one number meanwhile. */
  { "'state':'misconfigured','since':'2025-05-12T13:20:00Z'", SECINFO_GATEWAY_TROUBLED,
    "Refused since 13:20: look at the settings", NULL },
  { "'state':'misconfigured','since':'2025-05-12T13:20:00Z','last_failure':{'at':'2025-05-12T13:30:00Z','test':true,"
    "'result':'bad-address','code':'21614'}", SECINFO_GATEWAY_TROUBLED, "Refused since 13:20: look at the settings",
    NULL },
  { "'state':'down','since':'2025-05-12T13:20:00Z'", SECINFO_GATEWAY_TROUBLED, "No answer since 13:20", NULL },
  { "'state':'down','since':'2025-05-09T13:20:00Z'", SECINFO_GATEWAY_TROUBLED, "No answer since Friday at 13:20",
    NULL },
  { "'state':'paused','paused_until':'2025-05-12T14:30:00Z','failures':1", SECINFO_GATEWAY_TROUBLED,
    "Paused until 14:30 after 1 failure", NULL },
  { "'state':'paused','paused_until':'2025-05-12T14:30:00Z','failures':5,'last_failure':{'at':'2025-05-12T14:02:00Z',"
    "'test':false,'result':'retry','code':'503'}", SECINFO_GATEWAY_TROUBLED, "Paused until 14:30 after 5 failures",
    BY " says: " FSI "503" PDI },
  { "'state':'unproven'", SECINFO_GATEWAY_UNPROVEN, "Not used yet: its code has not come back", NULL },
  { "'state':'unproven','last_failure':{'at':'2025-05-12T14:02:00Z','test':true,'result':'bad-config','code':'535'}",
    SECINFO_GATEWAY_UNPROVEN, "Not used yet: its code has not come back",
    "Last test, 14:02: Sign-in refused by " BY ". " BY " says: " FSI "535" PDI },
};

static void
test_health (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (healths); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'title':'Ex','medium':'sms','secrets':['token'],'health':{%s}}",
                                               healths[i].health);
      g_autoptr(json_t) gateway = parse (text);
      g_autofree char *title = NULL, *more = NULL;

      g_test_message ("%s", healths[i].health);
      g_assert_cmpint (secinfo_gateway_to_words (gateway, 0, NOW, &title, &more), ==, healths[i].mood);
      g_assert_cmpstr (title, ==, healths[i].title);
      g_assert_cmpstr (more, ==, healths[i].more);
    }
}

int
main (int argc, char **argv)
{
  secinfo_json_init ();
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gateway-words/failures", test_failures);
  g_test_add_func ("/gateway-words/wait", test_wait);
  g_test_add_func ("/gateway-words/health", test_health);

  return g_test_run ();
}
