/* cli.h - secinfoctl: one verb a file, on top of these
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib/gi18n.h>

#include "secinfo-client.h"

G_BEGIN_DECLS

/* What a program that calls this one can rely on. */
enum { CLI_DONE = 0, CLI_REFUSED = 1, CLI_USAGE = 2, CLI_NO_SERVICE = 3 };

typedef struct
{
  SecinfoClient  *client;       /* (nullable) until cli_get_client() */
  SecinfoAccount *account;      /* (nullable) until cli_load_account() */
  char           *socket_path;  /* (nullable) --socket */
  gboolean        json;
  gboolean        use_stdin;
  int             status;       /* what to leave with */
  GSubprocess    *agent;        /* (nullable) asks for an administrator's password here */
  gboolean        agent_tried;
} Cli;

typedef struct
{
  const char *name;
  int       (*run) (Cli *cli, int argc, char **argv);  /* argv[0] is the verb */
  const char *summary;                                 /* N_() */
} CliVerb;

#define CLI_ERROR (cli_error_quark ())
typedef enum
{
  CLI_ERROR_NOBODY,  /* a question found nobody to answer it */
  CLI_ERROR_SAID,    /* it was said already; cli->status is set */
} CliError;
GQuark          cli_error_quark    (void);

/* cli-options.c */
/* FALSE with cli->status set: --help was shown, or the use was wrong. @entries (nullable); the rest of argv are the
 * arguments, between @least and @most of them. @words: the verb as it is typed. */
gboolean        cli_parse          (Cli *cli, int *argc, char ***argv, const char *words, const char *arguments,
                                    const char *summary,
                                    GOptionEntry *entries, int least, int most);
/* Runs the verb that argv[1] names; @otherwise (nullable) where there is none. */
int             cli_dispatch       (Cli *cli, const CliVerb *verbs, const char *words, const char *otherwise, int argc,
                                    char **argv);
int             cli_usage          (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* cli-call.c */
SecinfoClient  *cli_get_client     (Cli *cli);
/* Runs the main loop until @result is there; a GAsyncReadyCallback stores it: cli_keep_cb, &result. */
void            cli_keep_cb        (GObject *object, GAsyncResult *result, gpointer user_data);
GAsyncResult   *cli_await          (GAsyncResult **result);  /* (transfer none) */
/* A call that may want to be confirmed first:
 *
 *   CliCall call = { NULL, };
 *
 *   while (cli_try (cli, &call))
 *     {
 *       secinfo_client_…_async (cli_get_client (cli), …, cli_keep_cb, &call.result);
 *       done = secinfo_client_…_finish (cli->client, cli_await (&call.result), &call.error);
 *     }
 *
 * It is made once, and again for as long as it is refused with “Confirm it’s you” and that is done. What went wrong in
 * the end is in call.error, for cli_fail(). */
typedef struct
{
  GAsyncResult *result;  /* (nullable) of the try under way */
  GError       *error;   /* (nullable) of the last one */
  guint         tries;
} CliCall;
gboolean        cli_try            (Cli *cli, CliCall *call);
/* Says what went wrong and gives the exit status. Takes @error. */
int             cli_fail           (Cli *cli, GError *error);
/* FALSE: cli->status says what to leave with. */
gboolean        cli_load_account   (Cli *cli);
/* By id, its beginning (4 letters at least), label, or how it is shown; %NULL with cli->status set. */
SecinfoContact *cli_find_contact   (Cli *cli, const char *text);

/* cli-agent.c */
/* The same, for what only an administrator may do: in a system instance polkit then finds somebody to ask, at this
 * terminal, as long as the program runs. */
SecinfoClient  *cli_get_administrator (Cli *cli);
void            cli_end_agent      (Cli *cli);

/* cli-confirm.c */
/* Asks for what @level needs; @problem (nullable) names the contacts to choose from. FALSE with @error set. */
gboolean        cli_confirm        (Cli *cli, SecinfoLevel level, SecinfoProblem *problem, GError **error);
/* The first half of it, whose password the caller needs once more; NULL with @error set. */
SecinfoSecret  *cli_confirm_password (Cli *cli, GError **error);
/* Shows how the code fares, asks for it until it is right. FALSE with cli->status set. */
gboolean        cli_ask_code       (Cli *cli, SecinfoChallenge *challenge, SecinfoContact **contact);

/* cli-delivery.c */
/* Waits, two seconds at most, for a code that is just leaving. Returns @challenge or a newer one; takes and gives a
 * reference. */
SecinfoChallenge *cli_settle       (Cli *cli, SecinfoChallenge *challenge);
/* The sentence of how a code fares. Transfer full. */
char           *cli_delivery_words (SecinfoChallenge *challenge);
/* Did it certainly not arrive? Then nobody waits for it. */
gboolean        cli_has_failed     (SecinfoChallenge *challenge);
/* A sentence for each other way there is: a phone's other channel, other contacts. Transfer full. */
GStrv           cli_way_words      (SecinfoChallenge *challenge);

/* cli-prompt.c */
/* NULL: nobody to ask, or the end of input. @prompt goes to the terminal, or to standard error with --stdin. */
char           *cli_ask            (Cli *cli, const char *prompt);
SecinfoSecret  *cli_ask_secret     (Cli *cli, const char *prompt);
/* FALSE with cli->status set, and said where nobody could be asked. */
gboolean        cli_ask_yes        (Cli *cli, const char *question);
/* Says so where nobody could be asked; CLI_USAGE. */
int             cli_nobody         (Cli *cli);

/* cli-print.c */
/* for people: silent with --json */
void            cli_say            (Cli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
void            cli_print_json     (json_t *value);      /* (transfer none) */
/* Rows of cells, the last cell of a row unpadded. */
void            cli_print_table    (GPtrArray *rows);    /* of GStrv */
GPtrArray      *cli_table_new      (void);
void            cli_table_add      (GPtrArray *rows, ...) G_GNUC_NULL_TERMINATED;
char           *cli_contact_words  (SecinfoContact *contact);    /* “Verified” … Transfer full. */
const char     *cli_contact_text   (SecinfoContact *contact);    /* in full where the service gave it, else masked */

/* the verbs */
int             cli_status         (Cli *cli, int argc, char **argv);
int             cli_contacts       (Cli *cli, int argc, char **argv);
int             cli_contacts_add    (Cli *cli, int argc, char **argv);
int             cli_contacts_verify (Cli *cli, int argc, char **argv);
int             cli_contacts_update (Cli *cli, int argc, char **argv);
int             cli_contacts_label  (Cli *cli, int argc, char **argv);
int             cli_contacts_remove (Cli *cli, int argc, char **argv);
int             cli_contacts_alerts (Cli *cli, int argc, char **argv);
int             cli_contacts_restore (Cli *cli, int argc, char **argv);
/* Sends the code that proves @contact and asks for it. */
int             cli_prove          (Cli *cli, const char *contact, const char *via);
int             cli_code           (Cli *cli, int argc, char **argv);
int             cli_confirm_verb   (Cli *cli, int argc, char **argv);
int             cli_gateways       (Cli *cli, int argc, char **argv);
int             cli_policy         (Cli *cli, int argc, char **argv);
int             cli_gateways_add   (Cli *cli, int argc, char **argv);
int             cli_gateways_change (Cli *cli, int argc, char **argv);
int             cli_gateways_import (Cli *cli, int argc, char **argv);
int             cli_gateways_forget (Cli *cli, int argc, char **argv);
int             cli_gateways_remove (Cli *cli, int argc, char **argv);
int             cli_gateways_prove (Cli *cli, int argc, char **argv);
int             cli_gateways_prove_with (Cli *cli, const char *id, const char *to);
/* cli_fail(), and of a test that was refused whose turn it is and what the vendor said. Takes @error. */
int             cli_gateways_fail  (Cli *cli, GError *error, const char *id);
/* What the provider of an address needs; @preset: (nullable) */
void            cli_gateways_print_preset (Cli *cli, json_t *preset);
/* A word of a kind's in the language of whoever reads it; "" is no word. */
const char     *cli_translate      (const char *word);
int             cli_inbox          (Cli *cli, int argc, char **argv);
int             cli_erase          (Cli *cli, int argc, char **argv);
int             cli_rehearse       (Cli *cli, int argc, char **argv);
/* openapi Account.recoverable (nullable), in words. */
void            cli_print_way_back (json_t *recoverable);
int             cli_password       (Cli *cli, int argc, char **argv);
int             cli_saved_codes    (Cli *cli, int argc, char **argv);
int             cli_serve          (Cli *cli, int argc, char **argv);

G_END_DECLS
