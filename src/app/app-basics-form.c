/* app-basics-form.c - what the page "Security basics" says
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-app"

#include "config.h"

#include "app-basics-form.h"

#include <glib/gi18n.h>

#include "app-way-back-form.h"

typedef struct { guint emails, phones, trial, all; } Count;

/* Contacts that can be asked: verified, and the old ones of a waiting period. */
static Count
count_contacts (SecinfoAccount *account)
{
  GListModel *contacts = secinfo_account_get_contacts (account);
  Count count = { 0, };

  count.all = g_list_model_get_n_items (contacts);
  for (guint i = 0; i < count.all; i++)
    {
      g_autoptr(SecinfoContact) contact = g_list_model_get_item (contacts, i);

      if (!secinfo_contact_is_in_force (contact))
        continue;
      if (secinfo_contact_get_kind (contact) == SECINFO_CONTACT_EMAIL)
        count.emails++;
      else
        count.phones++;
      count.trial += secinfo_contact_get_trial (contact) ? 1 : 0;
    }
  return count;
}

/* “2 emails and 1 phone are verified.” */
static char *
make_good_sentence (const Count *count)
{
  g_autofree char *emails = NULL;
  g_autofree char *phones = NULL;

  if (count->phones == 0)
    return g_strdup_printf (ngettext ("%u email is verified.", "%u emails are verified.", count->emails),
                            count->emails);
  if (count->emails == 0)
    return g_strdup_printf (ngettext ("%u phone is verified.", "%u phones are verified.", count->phones),
                            count->phones);
  emails = g_strdup_printf (ngettext ("%u email", "%u emails", count->emails), count->emails);
  phones = g_strdup_printf (ngettext ("%u phone", "%u phones", count->phones), count->phones);
  /* Translators: both %s are like “2 emails” and “1 phone” */
  return g_strdup_printf (_("%s and %s are verified."), emails, phones);
}

/* “2 emails and 1 phone, tried with the trial inbox alone.” */
static char *
make_trial_sentence (const Count *count)
{
  guint all = count->emails + count->phones;
  g_autofree char *emails = NULL;
  g_autofree char *phones = NULL;

  if (count->trial < all)
    return g_strdup_printf (ngettext ("%u of %u verified contacts was tried with the trial inbox alone.",
                                      "%u of %u verified contacts were tried with the trial inbox alone.",
                                      count->trial),
                            count->trial, all);
  emails = g_strdup_printf (ngettext ("%u email", "%u emails", count->emails), count->emails);
  phones = g_strdup_printf (ngettext ("%u phone", "%u phones", count->phones), count->phones);
  if (count->phones == 0 || count->emails == 0)
    /* Translators: %s is like “2 emails” or “1 phone” */
    return g_strdup_printf (_("%s, tried with the trial inbox alone."), count->phones == 0 ? emails : phones);
  /* Translators: both %s are like “2 emails” and “1 phone” */
  return g_strdup_printf (_("%s and %s, tried with the trial inbox alone."), emails, phones);
}

/* Another contact, of the other kind where a code can go to it. */
static void
offer_another (AppCardText    *card,
               SecinfoAccount *account,
               gboolean        have_phone)
{
  gboolean phones = secinfo_account_get_channel (account, SECINFO_MEDIUM_SMS)->state != SECINFO_CHANNEL_NONE ||
                    secinfo_account_get_channel (account, SECINFO_MEDIUM_VOICE)->state != SECINFO_CHANNEL_NONE;

  card->button = have_phone || !phones ? _("A_dd an email") : _("A_dd a phone");
  card->action = have_phone || !phones ? "win.add-email" : "win.add-phone";
}

/* Whoever may not set it up is told whom to ask. */
static void
offer_sending (AppCardText    *card,
               SecinfoAccount *account)
{
  g_autofree char *finding = NULL;

  if (secinfo_account_is_administrator (account))
    {
      card->button = _("_Set up sending…"), card->action = "win.preferences";
      return;
    }
  finding = g_steal_pointer (&card->sentence);
  card->sentence = g_strdup_printf ("%s %s", finding, _("The administrator can set it up."));
  card->suggested = FALSE;
  card->button = _("_Look at contacts"), card->action = "win.show-page";
}

/* The most urgent finding, and the button that mends it. */
static void
fill_finding (AppCardText          *card,
              SecinfoAccount       *account,
              const SecinfoFinding *finding,
              const Count          *count)
{
  card->state = finding->to_mend ? APP_CARD_TO_MEND : APP_CARD_TO_KNOW;
  card->suggested = finding->to_mend;
  card->sentence = g_strdup (finding->text);
  if (g_str_equal (finding->type, "no-contacts"))
    card->button = _("A_dd an email"), card->action = "win.add-email";
  else if (g_str_equal (finding->type, "one-contact"))
    offer_another (card, account, count->phones > 0);
  else if (g_str_equal (finding->type, "same-domain"))
    offer_another (card, account, FALSE);
  else if (g_str_equal (finding->type, "unverified") && finding->subject != NULL)
    card->button = _("_Verify"), card->action = "win.verify";
  else if (g_str_equal (finding->type, "undeliverable") && finding->subject != NULL)
    card->button = _("_Check"), card->action = "win.verify";
  else if (g_str_equal (finding->type, "old-confirmation") && finding->subject != NULL)
    card->button = _("Yes, still _mine"), card->action = "win.still-mine";
  else if (g_str_equal (finding->type, "no-gateway"))
    offer_sending (card, account);
  else
    card->button = _("_Look at contacts"), card->action = "win.show-page";
  if (g_str_equal (card->action, "win.verify") || g_str_equal (card->action, "win.still-mine"))
    card->target = g_strdup (finding->subject);
  else if (g_str_equal (card->action, "win.show-page"))
    card->target = g_strdup ("info");
}

/* The card “Way back in” has its own. */
static const SecinfoFinding *
first_about_contacts (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const SecinfoFinding *finding = findings->pdata[i];

      if (!g_str_has_prefix (finding->type, "saved-codes-") && !g_str_has_prefix (finding->type, "way-back-"))
        return finding;
    }
  return NULL;
}

AppBasicsForm *
app_basics_form_new (SecinfoAccount *account)
{
  AppBasicsForm *self = g_new0 (AppBasicsForm, 1);
  GPtrArray *findings = secinfo_account_get_findings (account);
  const char *real_name = secinfo_account_get_real_name (account);
  const SecinfoFinding *first = first_about_contacts (findings);
  Count count = count_contacts (account);
  g_autoptr(AppWayBackForm) way_back = app_way_back_form_new (account, NULL);

  self->name = g_strdup (real_name != NULL && *real_name != '\0' ? real_name : secinfo_account_get_name (account));
  self->first_start = count.all == 0 && !way_back->has_codes;
  for (guint i = 0; i < findings->len; i++)
    self->to_mend += ((SecinfoFinding *) findings->pdata[i])->to_mend ? 1 : 0;
  self->to_mend += way_back->to_mend ? 1 : 0;
  self->summary = self->to_mend == 0
                    ? g_strdup (_("Everything is in order."))
                    : g_strdup_printf (ngettext ("%u thing to look at.", "%u things to look at.", self->to_mend),
                                       self->to_mend);

  if (first != NULL && (first->to_mend || count.trial == 0))
    fill_finding (&self->contacts, account, first, &count);
  else
    {
      self->contacts.state = count.trial > 0 ? APP_CARD_TO_KNOW : APP_CARD_GOOD;
      self->contacts.sentence = count.trial > 0 ? make_trial_sentence (&count) : make_good_sentence (&count);
      self->contacts.button = _("_Look at contacts");
      self->contacts.action = "win.show-page";
      self->contacts.target = g_strdup ("info");
    }
  self->way_back = way_back->card;
  way_back->card.sentence = way_back->card.target = NULL;
  /* One suggested button a window: that of the most urgent finding. */
  self->way_back.suggested = self->way_back.state == APP_CARD_TO_MEND && !self->contacts.suggested;
  return self;
}

void
app_basics_form_free (AppBasicsForm *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->summary);
  g_free (self->contacts.sentence);
  g_free (self->contacts.target);
  g_free (self->way_back.sentence);
  g_free (self->way_back.target);
  g_free (self);
}

const char *
app_card_state_to_words (AppCardState state)
{
  switch (state)
    {
    case APP_CARD_GOOD:
      return _("In order");
    case APP_CARD_TO_MEND:
      return _("To mend");
    case APP_CARD_TO_KNOW:
    default:
      return _("To know");
    }
}

const char *
app_card_state_to_icon (AppCardState state)
{
  switch (state)
    {
    case APP_CARD_GOOD:
      return "object-select-symbolic";
    case APP_CARD_TO_MEND:
      return "dialog-warning-symbolic";
    case APP_CARD_TO_KNOW:
    default:
      return "dialog-information-symbolic";
    }
}

const char *
app_card_state_to_style (AppCardState state)
{
  switch (state)
    {
    case APP_CARD_GOOD:
      return "success";
    case APP_CARD_TO_MEND:
      return "warning";
    case APP_CARD_TO_KNOW:
    default:
      return "dim-label";
    }
}
