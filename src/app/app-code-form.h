/* app-code-form.h - one code on its way, and what is said of it, without a window
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-client.h"

G_BEGIN_DECLS

typedef enum
{
  APP_CODE_ENTER,      /* a field to type into */
  APP_CODE_REFUSED,    /* this address: change it */
  APP_CODE_GATEWAY,    /* the computer cannot send now */
  APP_CODE_EXPIRED,    /* send a new one */
  APP_CODE_USED_UP,    /* send a new one */
  APP_CODE_PAUSE,      /* wait until a time */
  APP_CODE_DONE,
} AppCodePage;

typedef enum
{
  APP_CODE_BUTTON_VERIFY,   /* sends what was typed */
  APP_CODE_BUTTON_CHANGE,   /* to the address */
  APP_CODE_BUTTON_SEND,     /* a new code */
  APP_CODE_BUTTON_CLOSE,
  APP_CODE_BUTTON_DONE,
} AppCodeButton;

/* Everything a pane shows, as it is at one moment. Strings are owned by the view, (nullable) where not said. */
typedef struct
{
  AppCodePage    page;
  char          *title;             /* (not nullable) */
  char          *target;            /* (not nullable) the line under the title */
  char          *address;           /* (not nullable) what it was sent to, as far as it may be shown */
  char          *delivery_title;    /* (not nullable) */
  char          *delivery_subtitle; /* (not nullable) */
  const char    *delivery_icon;     /* (nullable): a spinner */
  const char    *delivery_style;    /* (nullable) style class of the icon */
  const char    *delivery_icon_name; /* (not nullable) what the icon says to a screen reader */
  char          *resend_subtitle;   /* (not nullable) */
  gboolean       resend_possible;
  gboolean       resend_visible;
  char          *limit_words;       /* (nullable) which limit it waits for now, and until when */
  gboolean       change_visible;
  gboolean       help_visible;
  AppCodeButton  button;
} AppCodeView;

typedef enum { APP_HELP_NONE, APP_HELP_RESEND, APP_HELP_VOICE, APP_HELP_SMS, APP_HELP_CONTACT,
               APP_HELP_COPY_SENDER, APP_HELP_CHANGE, APP_HELP_MORE } AppHelpAction;

/* One row of “I didn’t get a code”. */
typedef struct
{
  char          *title;      /* with a mnemonic where it has an action of its own row */
  char          *subtitle;   /* (nullable) */
  const char    *icon;
  AppHelpAction  action;
  char          *contact;    /* (nullable) for APP_HELP_CONTACT */
  gboolean       sensitive;
} AppHelpItem;
void app_help_item_free (AppHelpItem *item);

/* Signals: "changed"; "done" (the code was right); "gone" (the code is no longer there). */
#define APP_TYPE_CODE_FORM (app_code_form_get_type ())
G_DECLARE_FINAL_TYPE (AppCodeForm, app_code_form, APP, CODE_FORM, GObject)

/* @client (nullable): a form that only shows. @typed (nullable): the address as it was typed in this very dialog, shown
 * in full. */
AppCodeForm       *app_code_form_new            (SecinfoClient    *client,
                                                 SecinfoChallenge *challenge,
                                                 const char       *typed) G_GNUC_WARN_UNUSED_RESULT;
SecinfoChallenge  *app_code_form_get_challenge  (AppCodeForm      *self);
/* A newer one of the same id, or a new code for the same contact. */
void               app_code_form_set_challenge  (AppCodeForm      *self,
                                                 SecinfoChallenge *challenge);
/* Seconds; the countdown, pauses and ends follow from it. Called each second by the window. */
void               app_code_form_set_now        (AppCodeForm      *self,
                                                 gint64            now);
gint64             app_code_form_get_now        (AppCodeForm      *self);
const AppCodeView *app_code_form_get_view       (AppCodeForm      *self);
const char        *app_code_form_get_problem    (AppCodeForm      *self);   /* (nullable) under the field */
gboolean           app_code_form_is_busy        (AppCodeForm      *self);
/* What a call was refused with: a problem under the field, a pause, an end. Known problems change the page. */
void               app_code_form_set_error      (AppCodeForm      *self,
                                                 const GError     *error);
/* The person types: the problem goes. TRUE where the six digits are to be sent by themselves (once for each code
 * typed). */
gboolean           app_code_form_typed          (AppCodeForm      *self,
                                                 guint             digits);
void               app_code_form_submit         (AppCodeForm      *self,
                                                 SecinfoSecret    *code);
/* @via (nullable): "sms" or "voice". On an ended code: a new one. */
void               app_code_form_resend         (AppCodeForm      *self,
                                                 const char       *via);
void               app_code_form_refresh        (AppCodeForm      *self);
/* Takes the code back; whoever closes the window does not wait for it. */
void               app_code_form_give_up        (AppCodeForm      *self);
/* (nullable) (transfer none) after "done" */
SecinfoContact    *app_code_form_get_proven     (AppCodeForm      *self);

/* “I didn’t get a code”, three groups of AppHelpItem, (transfer full); only what can be true now. @can_change: the
 * dialog has a way back to the address. */
GPtrArray         *app_code_form_help_known     (AppCodeForm      *self);
GPtrArray         *app_code_form_help_checks    (AppCodeForm      *self,
                                                 gboolean          can_change);
GPtrArray         *app_code_form_help_ways      (AppCodeForm      *self);

/* app-code-view.c: the words alone. @pause_until: Unix seconds, 0 = no pause; @pause_words (nullable): why. */
AppCodeView       *app_code_view_new            (SecinfoChallenge *challenge,
                                                 const char       *typed,
                                                 gint64            now,
                                                 gint64            pause_until,
                                                 const char       *pause_words) G_GNUC_WARN_UNUSED_RESULT;
void               app_code_view_free           (AppCodeView      *view);
/* “Possible in 24 seconds”, “Possible at 14:05”; NULL where it is possible now. Transfer full. */
char              *app_code_view_wait_words     (gint64            at,
                                                 gint64            now) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppCodeView, app_code_view_free)

G_END_DECLS
