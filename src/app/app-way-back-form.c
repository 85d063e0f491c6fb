/* app-way-back-form.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-way-back-form.h"

#include <glib/gi18n.h>

#include "secinfo-mask.h"
#include "secinfo-saved-code.h"

/* What the account's `recoverable` says. Members that an older service leaves out are NULL or 0. */
typedef struct
{
  gboolean    now;
  const char *reason;      /* (nullable) */
  const char *why_two;     /* (nullable) */
  const char *missing;     /* (nullable) the kind that is quickest to add */
  gint64      needed;
  gboolean    codes, email, phone;   /* kinds that there are */
  json_t     *help;        /* (nullable) {name, text} */
  gboolean    sddm;
} Facts;

static void
row_free (gpointer data)
{
  AppWayBackRow *row = data;

  g_free (row->title);
  g_free (row->subtitle);
  g_free (row);
}

static AppWayBackRow *
add_row (GPtrArray  *rows,
         const char *title,
         const char *subtitle,
         const char *icon)
{
  AppWayBackRow *row = g_new0 (AppWayBackRow, 1);

  row->title = g_strdup (title);
  row->subtitle = g_strdup (subtitle);
  row->icon = icon;
  g_ptr_array_add (rows, row);
  return row;
}

static Facts
read_facts (SecinfoAccount *account)
{
  json_t *object = secinfo_account_get_json (account);
  json_t *recoverable = object != NULL ? secinfo_json_get_object (object, "recoverable") : NULL;
  Facts facts = { 0, };
  json_t *one;
  gsize i;

  if (recoverable == NULL)
    return facts;
  facts.now = secinfo_json_get_boolean (recoverable, "now", FALSE);
  facts.reason = secinfo_json_get_string (recoverable, "reason");
  facts.why_two = secinfo_json_get_string (recoverable, "why_two");
  facts.missing = secinfo_json_get_string (recoverable, "missing");
  facts.needed = secinfo_json_get_integer (recoverable, "proofs_needed", 1);
  facts.help = secinfo_json_get_object (recoverable, "help");
  json_array_foreach (secinfo_json_get_array (recoverable, "kinds"), i, one)
    {
      const char *kind = json_string_value (one);

      facts.codes |= g_strcmp0 (kind, "saved-code") == 0;
      facts.email |= g_strcmp0 (kind, "email") == 0;
      facts.phone |= g_strcmp0 (kind, "phone") == 0;
    }
  json_array_foreach (secinfo_json_get_array (recoverable, "sign_in"), i, one)
    facts.sddm |= g_strcmp0 (secinfo_json_get_string (one, "service"), "sddm") == 0;
  return facts;
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

static void
answer (AppWayBackForm *self,
        AppCardState    state,
        const char     *icon,
        const char     *words,
        const char     *sentence)
{
  self->state = state;
  self->icon = icon;
  self->answer = g_strdup (words);
  self->sentence = g_strdup (sentence);
}

static void
offer (AppWayBackForm *self,
       const char     *button,
       const char     *action,
       const char     *target)
{
  self->button = button;
  self->action = action;
  self->target = target;
}

/* What is quickest to add. */
static void
offer_missing (AppWayBackForm *self,
               const Facts    *facts)
{
  if (g_strcmp0 (facts->missing, "email") == 0)
    offer (self, _("A_dd an email"), "win.add-email", NULL);
  else if (g_strcmp0 (facts->missing, "phone") == 0)
    offer (self, _("A_dd a phone"), "win.add-phone", NULL);
  else
    offer (self, _("_Make saved codes"), "win.make-saved-codes", NULL);
}

static void
answer_ready (AppWayBackForm *self,
              const Facts    *facts)
{
  const char *sentence = _("With a saved code, or with a code sent to one of your contacts.");

  if (facts->codes && !facts->email && !facts->phone)
    sentence = _("With a saved code.");
  else if (!facts->codes && (facts->email || facts->phone))
    sentence = _("With a code sent to one of your contacts.");
  answer (self, APP_CARD_GOOD, "emblem-ok-symbolic", _("You can get back in"), sentence);
  offer (self, _("_Try it now"), "win.rehearse", NULL);
  self->row = g_strdup (_("Ready: type ? as the password at the sign-in screen"));
}

static void
answer_too_few (AppWayBackForm *self,
                const Facts    *facts)
{
  if (facts->codes || facts->email || facts->phone)
    {
      answer (self, APP_CARD_TO_MEND, "dialog-warning-symbolic", _("Not yet: one proof is missing"),
              _("One more proof of another kind and the sign-in screen lets you back in."));
      self->row = g_strdup (_("One proof is missing"));
    }
  else
    {
      answer (self, APP_CARD_TO_MEND, "dialog-warning-symbolic", _("No way back in yet"),
              _("Without a code, only an administrator can help you. You can set this up at any time."));
      self->row = g_strdup (_("No way back in yet"));
    }
  offer_missing (self, facts);
  self->rehearse = TRUE;
}

static void
answer_organisation (AppWayBackForm *self,
                     const Facts    *facts)
{
  const char *name = facts->help != NULL ? secinfo_json_get_string (facts->help, "name") : NULL;
  const char *text = facts->help != NULL ? secinfo_json_get_string (facts->help, "text") : NULL;
  g_autofree char *shown = name != NULL ? secinfo_text_isolate (name) : NULL;
  g_autofree char *words = text != NULL ? secinfo_text_isolate (text) : NULL;
  g_autofree char *title = shown != NULL ? g_strdup_printf (_("Ask %s"), shown) : NULL;

  answer (self, APP_CARD_TO_KNOW, "system-users-symbolic", _("Your organisation keeps your password"),
          _("This computer cannot reset it. Your contacts still get alerts."));
  add_row (self->instead, title != NULL ? title : _("Ask your organisation"),
           words != NULL ? words : _("Their help desk sets a new password. This computer takes it over once it is "
                                     "connected."), "call-start-symbolic");
  add_row (self->instead, _("While you still know it"), _("Change it there before you forget it."),
           "dialog-password-symbolic");
}

static void
answer_encrypted (AppWayBackForm *self)
{
  answer (self, APP_CARD_TO_KNOW, "drive-harddisk-symbolic", _("Your home folder is encrypted"),
          _("Your password is its key. A new password could not open it, so no code is taken at the sign-in screen."));
  add_row (self->instead, _("Print the key of your home folder"), _("It opens your files when the password is gone."),
           "printer-symbolic");
  add_row (self->instead, _("Keep a backup elsewhere"), _("Without password and key nobody can open your files."),
           "drive-harddisk-symbolic");
}

static void
answer_closed (AppWayBackForm *self,
               const char     *words,
               const char     *sentence,
               const char     *instead,
               const char     *helps)
{
  answer (self, APP_CARD_TO_KNOW, "changes-prevent-symbolic", words, sentence);
  if (instead != NULL)
    add_row (self->instead, instead, helps, "system-users-symbolic");
}

static void
answer_private (AppWayBackForm *self)
{
  AppWayBackRow *row;

  answer (self, APP_CARD_TO_KNOW, "dialog-warning-symbolic", _("Not installed for this computer"),
          _("This runs for you alone, so the sign-in screen does not know your codes."));
  offer (self, _("_Try it now"), "win.rehearse", NULL);
  self->steps_title = _("Once installed");
  row = add_row (self->instead, _("Install it"), "sudo apt install secinfo", "system-software-install-symbolic");
  row->button = _("C_opy");
  row->action = "copy";
  add_row (self->instead, _("Until then"), _("An administrator of this computer can set a new password."),
           "system-users-symbolic");
}

static void
answer_not_installed (AppWayBackForm *self)
{
  AppWayBackRow *row;

  answer (self, APP_CARD_TO_MEND, "dialog-warning-symbolic", _("Not yet at the sign-in screen"),
          _("The sign-in screen of this computer does not know your codes yet."));
  offer (self, _("_Try it now"), "win.rehearse", NULL);
  row = add_row (self->instead, _("The administrator adds it"), "sudo pam-auth-update --enable secinfo secinfo-hint",
                 "system-software-install-symbolic");
  row->button = _("C_opy");
  row->action = "copy";
}

static void
answer_console (AppWayBackForm *self,
                const Facts    *facts)
{
  answer (self, APP_CARD_TO_KNOW, "dialog-warning-symbolic", _("Only at the text console"),
          facts->sddm ? _("The sign-in screen of this computer (SDDM) cannot ask for a code. Its text console can.")
                      : _("The sign-in screen of this computer cannot ask for a code. Its text console can."));
  offer (self, _("_Try it now"), "win.rehearse", NULL);
  self->row = g_strdup (_("At the text console: see how"));
}

static void
answer_key (AppWayBackForm *self)
{
  answer (self, APP_CARD_TO_MEND, "dialog-warning-symbolic", _("Contacts must be proven again"),
          _("This computer’s key was lost. Saved codes still work."));
  offer (self, _("_Look at contacts"), "win.show-page", "info");
  self->row = g_strdup (_("Contacts must be proven again"));
}

static void
fill_answer (AppWayBackForm *self,
             const Facts    *facts)
{
  const char *reason = facts->reason != NULL ? facts->reason : "";

  if (facts->now)
    answer_ready (self, facts);
  else if (g_str_equal (reason, "too-few-proofs"))
    answer_too_few (self, facts);
  else if (g_str_equal (reason, "organisation"))
    answer_organisation (self, facts);
  else if (g_str_equal (reason, "encrypted-home"))
    answer_encrypted (self);
  else if (g_str_equal (reason, "locked"))
    answer_closed (self, _("This account is locked"), _("The administrator locked it. A code does not open it again."),
                   _("Ask the administrator"), _("They can unlock it and set a new password."));
  else if (g_str_equal (reason, "administrator"))
    answer_closed (self, _("Not for administrators here"), _("The owner of this computer decided so."),
                   _("Ask another administrator"), _("They can set a new password."));
  else if (g_str_equal (reason, "switched-off"))
    answer_closed (self, _("The way back in is switched off"), _("The owner of this computer decided so."),
                   _("Ask the administrator"), _("They can set a new password."));
  else if (g_str_equal (reason, "no-password"))
    answer_closed (self, _("This account has no password"), _("So there is none to forget, and nothing to reset."),
                   NULL, NULL);
  else if (g_str_equal (reason, "sign-in-screen"))
    answer_console (self, facts);
  else if (g_str_equal (reason, "private"))
    answer_private (self);
  else if (g_str_equal (reason, "not-installed"))
    answer_not_installed (self);
  else if (g_str_equal (reason, "new-account"))
    answer_closed (self, _("Is this still you?"), _("Your home folder is another one than before. Confirm with one of "
                                                    "your old contacts, or start afresh."), NULL, NULL);
  else if (g_str_equal (reason, "key-unreadable"))
    answer_key (self);
  else
    answer_closed (self, _("Not at this computer"), _("The sign-in screen takes no codes for this account."),
                   _("Ask the administrator"), _("They can set a new password."));
  if (self->row == NULL)
    self->row = g_strdup (_("Not at this computer: see why"));
}

/* --- steps and proofs --------------------------------------------------------------------------------------------- */

static void
fill_steps (AppWayBackForm *self,
            const Facts    *facts)
{
  gboolean console = !facts->now && g_strcmp0 (facts->reason, "sign-in-screen") == 0;

  if (console)
    add_row (self->steps, _("Press Ctrl+Alt+F3"), _("The text console appears; type your name there"), NULL);
  add_row (self->steps, _("Type ? as the password"),
           console ? _("Press Enter after every answer") : _("At the sign-in screen, after your name"), NULL);
  add_row (self->steps, _("Type a saved code, or a contact"), _("The whole address or number; it gets a code"), NULL);
  add_row (self->steps, _("Type the code"), _("It may come later: then type it as the password"), NULL);
  add_row (self->steps, _("Choose a new password"), _("Empty only unlocks: you then type the old one"), NULL);
  if (console)
    add_row (self->steps, _("Go back with Ctrl+Alt+F1 or F2"), _("The sign-in screen takes the new password"), NULL);
}

/* In order; or missing, which is to be mended where something is missing at all; or not there and not needed. */
static void
set_proof (AppWayBackRow *row,
           gboolean       there,
           gboolean       wanted,
           const char    *button,
           const char    *action)
{
  row->shows_state = there || wanted;
  row->state = there ? APP_CARD_GOOD : APP_CARD_TO_MEND;
  if (!there)
    {
      row->button = button;
      row->action = action;
    }
}

static void
add_codes (AppWayBackForm *self,
           const Facts    *facts,
           json_t         *saved_codes,
           gboolean        missing)
{
  g_autofree char *subtitle = NULL;
  gint64 left = saved_codes != NULL ? secinfo_json_get_integer (saved_codes, "left", 0) : facts->codes ? 1 : 0;
  gboolean made = saved_codes != NULL ? secinfo_json_get_time (saved_codes, "made_at") != 0 : facts->codes;

  if (saved_codes == NULL)
    subtitle = g_strdup (made ? _("Made") : _("None made"));
  else if (!made)
    subtitle = g_strdup (_("None made"));
  else if (left == 0)
    subtitle = g_strdup (_("All used up"));
  else
    subtitle = g_strdup_printf (_("%u of %u left"), (guint) left, (guint) SECINFO_SAVED_CODES);
  set_proof (add_row (self->proofs, _("Saved codes"), subtitle, "printer-symbolic"), left > 0,
             missing && (facts->missing == NULL || g_str_equal (facts->missing, "saved-code")), _("_Make"),
             "win.make-saved-codes");
}

static void
add_contacts (AppWayBackForm     *self,
              const Facts        *facts,
              SecinfoAccount     *account,
              SecinfoContactKind  kind,
              gboolean            missing)
{
  GListModel *contacts = secinfo_account_get_contacts (account);
  gboolean email = kind == SECINFO_CONTACT_EMAIL;
  guint verified = 0;
  g_autofree char *subtitle = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (contacts); i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);

      verified += secinfo_contact_get_kind (contact) == kind && secinfo_contact_is_in_force (contact);
    }
  subtitle = verified == 0 ? g_strdup (_("None verified"))
                           : g_strdup_printf (ngettext ("%u verified", "%u verified", verified), verified);
  set_proof (add_row (self->proofs, email ? _("Email") : _("Phone"), subtitle,
                      email ? "mail-unread-symbolic" : "phone-symbolic"),
             verified > 0, missing && g_strcmp0 (facts->missing, email ? "email" : "phone") == 0,
             email ? _("A_dd") : _("Add p_hone"), email ? "win.add-email" : "win.add-phone");
}

static void
fill_proofs (AppWayBackForm *self,
             const Facts    *facts,
             SecinfoAccount *account,
             json_t         *saved_codes)
{
  gboolean missing = !facts->now && g_strcmp0 (facts->reason, "too-few-proofs") == 0;

  if (facts->needed < 2)
    self->proofs_text = g_strdup (_("One is enough. While you are still signed in somewhere, two of different kinds."));
  else if (g_strcmp0 (facts->why_two, "administrator") == 0)
    self->proofs_text = g_strdup (_("You are an administrator: you need two of different kinds."));
  else if (g_strcmp0 (facts->why_two, "home") == 0)
    self->proofs_text = g_strdup (_("Your home folder cannot be told from a new one: you need two of different "
                                    "kinds."));
  else
    self->proofs_text = g_strdup (_("You need two of different kinds."));
  add_codes (self, facts, saved_codes, missing);
  add_contacts (self, facts, account, SECINFO_CONTACT_EMAIL, missing);
  add_contacts (self, facts, account, SECINFO_CONTACT_PHONE, missing);
}

/* --- the card ----------------------------------------------------------------------------------------------------- */

static const SecinfoFinding *
find_about_codes (SecinfoAccount *account)
{
  GPtrArray *findings = secinfo_account_get_findings (account);

  for (guint i = 0; i < findings->len; i++)
    {
      const SecinfoFinding *finding = findings->pdata[i];

      if (g_str_has_prefix (finding->type, "saved-codes-") || g_str_has_prefix (finding->type, "way-back-"))
        return finding;
    }
  return NULL;
}

static void
fill_card (AppWayBackForm *self,
           const Facts    *facts,
           SecinfoAccount *account)
{
  const SecinfoFinding *finding = find_about_codes (account);
  AppCardText *card = &self->card;

  card->state = self->state;
  card->button = _("_How it works");
  card->action = "win.way-back";
  if (finding != NULL && finding->to_mend)
    {
      card->state = APP_CARD_TO_MEND;
      card->sentence = g_strdup (finding->text);
      card->button = _("_Make new codes");
      card->action = "win.make-saved-codes";
    }
  else if (!facts->now && g_strcmp0 (facts->reason, "too-few-proofs") == 0)
    {
      self->to_mend = TRUE;
      card->sentence = g_strdup (facts->codes || facts->email || facts->phone
                                   ? _("One more proof of another kind is missing.") : self->sentence);
      card->button = self->button;
      card->action = self->action;
    }
  else if (!facts->now)
    {
      self->to_mend = self->state == APP_CARD_TO_MEND;
      card->sentence = g_strdup (g_strcmp0 (facts->reason, "private") == 0
                                   ? _("The sign-in screen does not know your codes yet.") : self->sentence);
      card->button = self->button != NULL || self->instead->len > 0 ? _("_See what helps") : card->button;
    }
  else if (finding != NULL)
    {
      card->state = APP_CARD_TO_KNOW;
      card->sentence = g_strdup (finding->text);
      card->button = _("_Make codes");
      card->action = "win.make-saved-codes";
    }
  else
    card->sentence = g_strdup (_("If you forget your password, type ? as the password at the sign-in screen."));
}

AppWayBackForm *
app_way_back_form_new (SecinfoAccount *account,
                       json_t         *saved_codes)
{
  AppWayBackForm *self = g_new0 (AppWayBackForm, 1);
  Facts facts = read_facts (account);

  self->instead = g_ptr_array_new_with_free_func (row_free);
  self->steps = g_ptr_array_new_with_free_func (row_free);
  self->proofs = g_ptr_array_new_with_free_func (row_free);
  self->steps_title = _("How it works");
  self->has_codes = facts.codes;
  fill_answer (self, &facts);
  /* Where no code is taken, how it would go is no help. */
  if (self->button != NULL)
    {
      fill_steps (self, &facts);
      fill_proofs (self, &facts, account, saved_codes);
    }
  fill_card (self, &facts, account);
  return self;
}

void
app_way_back_form_free (AppWayBackForm *self)
{
  if (self == NULL)
    return;
  g_free (self->answer);
  g_free (self->sentence);
  g_free (self->proofs_text);
  g_free (self->row);
  g_free (self->card.sentence);
  g_free (self->card.target);
  g_ptr_array_unref (self->instead);
  g_ptr_array_unref (self->steps);
  g_ptr_array_unref (self->proofs);
  g_free (self);
}
