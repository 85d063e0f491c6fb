/* service-store.h - where everything is kept
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-address.h"
#include "secinfo-enums.h"
#include "secinfo-saved-code.h"
#include "secinfo-time.h"
#include "service-account.h"
#include "service-key.h"
#include "service-talk.h"

G_BEGIN_DECLS

/**
 * ServiceStore:
 *
 * SQLite (WAL, synchronous=FULL, secure_delete) behind two threads of its own: one writes, one reads. Whatever has
 * queued up for the writer shares one commit, each piece in its own savepoint; its `done` is called on the main loop
 * after that commit. All rules that count (tries, sends) are decided inside a write transaction, so parallel requests
 * cannot get past them. SQL lives in service-store*.c alone; this header is what another store would have to offer.
 */
typedef struct _ServiceStore ServiceStore;
typedef struct _ServiceStoreTxn ServiceStoreTxn;   /* valid inside a ServiceStoreFunc, on that thread alone */

/* Rows that one transaction clears away: it lies in memory until its commit, and others wait for it. */
#define SERVICE_STORE_PRUNE_MOST 2000

#define SERVICE_STORE_ERROR (service_store_error_quark ())
typedef enum
{
  SERVICE_STORE_ERROR_FULL,        /* disk full -> storage-full */
  /* not a database, damaged, or no permission: the message says the path and what to do */
  SERVICE_STORE_ERROR_UNREADABLE,
  SERVICE_STORE_ERROR_TOO_NEW,     /* made by a newer SecInfo */
  SERVICE_STORE_ERROR_IN_USE,      /* another instance has it */
  SERVICE_STORE_ERROR_CONFLICT,    /* a uniqueness rule */
  SERVICE_STORE_ERROR_IO,
  SERVICE_STORE_ERROR_BUSY,        /* too much queued: answered busy, nothing was done */
} ServiceStoreError;
GQuark service_store_error_quark (void);

typedef gboolean (*ServiceStoreFunc) (ServiceStoreTxn *txn, gpointer data, GError **error);   /* FALSE rolls back */
typedef void     (*ServiceStoreDone) (gpointer data, const GError *error /* (nullable): NULL = committed */);

/* Opens (making and migrating) DIR/store.db; takes an exclusive lock file. */
ServiceStore *service_store_open   (const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void          service_store_close  (ServiceStore *self);            /* waits for what was queued */
void          service_store_write  (ServiceStore *self, ServiceStoreFunc func, ServiceStoreDone done, gpointer data);
/* The same before everything else that waits, and never refused for want of room: the sign-in screen. */
void          service_store_write_first (ServiceStore *self, ServiceStoreFunc func, ServiceStoreDone done,
                                         gpointer data);
/* As service_store_write(), and nothing but what belongs to @uid's account changes by it (gateways apart: seen to).
 * Such pieces share a savepoint: @func may be called a second time after all that it did in the store was taken back.
 */
void          service_store_write_of (ServiceStore *self, uid_t uid, ServiceStoreFunc func, ServiceStoreDone done,
                                      gpointer data);
/* @changed is called on the main loop after whatever may have been written, before its `done`: whose account, or
 * (uid_t) -1. */
typedef void (*ServiceStoreChanged) (uid_t uid, gpointer data);
void          service_store_set_changed (ServiceStore *self, ServiceStoreChanged changed, gpointer data);
void          service_store_read   (ServiceStore *self, ServiceStoreFunc func, ServiceStoreDone done, gpointer data);
/* Seals and opens with @key from now on. A transaction without a key gets SERVICE_KEY_ERROR_* for sealed values. */
void          service_store_set_key (ServiceStore *self, ServiceKey *key);
/* (nullable) (transfer full); before any thread use */
GBytes       *service_store_get_key_check (ServiceStore *self);
/* Start afresh: puts store.db aside as store-DATE.db (kept, sealed) and begins an empty one. Main loop, blocking,
 * rare. */
gboolean      service_store_put_aside (ServiceStore *self, GError **error);
/* Commits and transactions so far, for the benchmark and the tests. */
void          service_store_get_counts (ServiceStore *self, guint64 *commits, guint64 *transactions);

gboolean      service_store_txn_set_key_check (ServiceStoreTxn *txn, GBytes *check, GError **error);

#define SERVICE_SAVED_SALT_BYTES 16   /* crypto_pwhash_SALTBYTES */

/* --- accounts ------------------------------------------------------------------------------------------------- */
typedef enum { SERVICE_ACCOUNT_ACTIVE, SERVICE_ACCOUNT_SUSPENDED } ServiceAccountState;
/* DESIGN section 2: compares name and mark with the record of that uid and settles what becomes of it: makes one where
 * there is none; another name puts the old record (all its rows) aside for good; another mark, or none where there was
 * one, suspends. @record (out): random id of the record, the owner of all rows below. */
gboolean service_store_account_settle (ServiceStoreTxn *txn, const ServiceAccount *account, const SecinfoNow *now,
                                       gint64 *record, ServiceAccountState *state, GError **error);
gboolean service_store_account_resume (ServiceStoreTxn *txn, gint64 record, const ServiceAccount *account,
                                       GError **error);
/* Read-only form for READ routes: FALSE in @found where settle has to run first (the router then does so). */
gboolean service_store_account_find   (ServiceStoreTxn *txn, const ServiceAccount *account, gint64 *record,
                                       ServiceAccountState *state, gboolean *found, GError **error);
/* Whose record it is; (uid_t) -1 where there is none (any more). */
gboolean service_store_account_uid    (ServiceStoreTxn *txn, gint64 record, uid_t *uid, GError **error);
/* Whose name it is under; (nullable) (transfer full): NULL without error where there is no such record. */
char    *service_store_account_name   (ServiceStoreTxn *txn, gint64 record, GError **error);
/* The record of that uid and name; 0 where there is none. */
gboolean service_store_account_record (ServiceStoreTxn *txn, uid_t uid, const char *name, gint64 *record,
                                       GError **error);
/* Not suspended, not put aside. */
gboolean service_store_account_is_active (ServiceStoreTxn *txn, gint64 record, gboolean *active, GError **error);
gboolean service_store_account_erase  (ServiceStoreTxn *txn, gint64 record, GError **error);

/* --- contacts: @record first everywhere, so that a foreign id is an unknown one ---------------------------------- */
typedef struct
{
  char                *id;             /* 128 random bits, base64url */
  gint64               record;
  SecinfoContactKind   kind;
  SecinfoContactState  state;
  char                *value;          /* (nullable) where UNREADABLE; what is sent to */
  char                *key;            /* (nullable) what is compared */
  char                *label;          /* (nullable) sealed in the store */
  gboolean             alerts;
  /* (nullable) id of the contact whose changed value this is; it stays in force until this is proven */
  char                *replaces;
  gboolean             undeliverable;  /* the last code was refused for this address */
  gboolean             trial;          /* proven through the trial inbox alone: proves nothing */
  /* Unix seconds, 0 = never */
  gint64               created_at, verified_at, last_confirmed_at, removed_at, effective_at;
} ServiceContact;
void            service_contact_free           (ServiceContact *contact);
ServiceContact *service_contact_copy           (const ServiceContact *contact);
/* of ServiceContact, oldest first */
GPtrArray      *service_store_contact_list     (ServiceStoreTxn *txn, gint64 record, gboolean removed_too,
                                                GError **error);
/* The verified ones, with id, kind and value alone, but for @other (nullable); oldest first */
GPtrArray      *service_store_contact_list_verified (ServiceStoreTxn *txn, gint64 record, const char *other,
                                                     GError **error);
/* NULL without error: none */
ServiceContact *service_store_contact_get      (ServiceStoreTxn *txn, gint64 record, const char *id, GError **error);
/* not removed; NULL without error: none */
ServiceContact *service_store_contact_find     (ServiceStoreTxn *txn, gint64 record, const char *key, GError **error);
gboolean        service_store_contact_add      (ServiceStoreTxn *txn, const ServiceContact *contact, GError **error);
gboolean        service_store_contact_update   (ServiceStoreTxn *txn, const ServiceContact *contact, GError **error);
/* Of what may have changed no more than undeliverable and last_confirmed_at. */
gboolean        service_store_contact_confirm  (ServiceStoreTxn *txn, const ServiceContact *contact, GError **error);
/* for good */
gboolean        service_store_contact_delete   (ServiceStoreTxn *txn, gint64 record, const char *id, GError **error);
gboolean        service_store_contact_prune    (ServiceStoreTxn *txn, gint64 removed_before, GError **error);
/* Those that a code can be sent to: what no key opens (any more) proves nothing; without a key, as stored. Also 0
 * where @error is set. */
guint           service_store_contact_count_verified (ServiceStoreTxn *txn, gint64 record, GError **error);
/* Whom an alert goes to, as it lies in the store: no key has to be at hand to know it. */
typedef struct
{
  char               *contact;         /* id */
  SecinfoContactKind  kind;
  char               *subject;         /* of its tallies, as service_store_contact_subject() */
  GBytes             *sealed;          /* the address; it opens at @place alone */
  char               *place;
} ServiceAddressee;
void            service_addressee_free         (ServiceAddressee *addressee);
/* The verified and the old ones that take alerts, @silent_too: those too that do not; of ServiceAddressee, oldest
 * first */
GPtrArray      *service_store_addressees       (ServiceStoreTxn *txn, gint64 record, gboolean silent_too,
                                                GError **error);
/* That contact, whatever it is; NULL without error: none */
ServiceAddressee *service_store_addressee      (ServiceStoreTxn *txn, gint64 record, const char *contact,
                                                GError **error);
/* The subject of an address's tallies: its lookup hash in hex, the same whichever accounts hold it. Transfer full;
 * NULL: no key. */
char           *service_store_contact_subject  (ServiceStoreTxn *txn, const char *key,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- challenges ------------------------------------------------------------------------------------------------- */
typedef struct _ServiceMessage ServiceMessage;
/* Which rule lets no message leave, and until when (Unix seconds, 0 = none does); @per: "contact", "account" or
 * "computer". */
typedef struct { gint64 until; guint limit; guint window; const char *per; } ServiceSendLimit;
typedef struct
{
  char                   *id;
  gint64                  record;
  /* (nullable) contact id; NULL for RESUME, whose answers are equal for right and wrong addresses */
  char                   *contact;
  /* (nullable) where contact is NULL: the address as it is sent to; sealed in the store */
  char                   *to;
  SecinfoPurpose          purpose;
  SecinfoMedium           medium;
  SecinfoChallengeState   state;
  /* (nullable) six digits; kept sealed, erased when the challenge ends; wiped on free */
  char                   *code;
  guint8                  check[32];      /* keyed hash bound to challenge, contact and purpose */
  guint                   attempts_left;
  guint                   sends;
  gint64                  issued_at, issued_boot, life, last_sent_at, ended_at;
  char                    boot_id[37];
  char                    language[16];
  /* Not in the store: */
  ServiceMessage         *message;        /* (nullable) what was queued for it in this very transaction */
  gboolean                fresh;          /* service_challenges_issue() made it in this very transaction, and says… */
  ServiceSendLimit        next_limit;     /* …what the next message waits for */
} ServiceChallenge;
void              service_challenge_free       (ServiceChallenge *challenge);
ServiceChallenge *service_store_challenge_get  (ServiceStoreTxn *txn, gint64 record, const char *id, GError **error);
/* Its code stays sealed: whoever compares needs the check value alone. */
ServiceChallenge *service_store_challenge_look (ServiceStoreTxn *txn, gint64 record, const char *id, GError **error);
/* @contact (nullable): NULL finds the running one that has no contact (contact IS NULL). */
ServiceChallenge *service_store_challenge_running (ServiceStoreTxn *txn, gint64 record, const char *contact,
                                                   SecinfoPurpose purpose, GError **error);
gboolean          service_store_challenge_add  (ServiceStoreTxn *txn, const ServiceChallenge *challenge,
                                                GError **error);
/* erases the sealed code where state is not RUNNING */
gboolean          service_store_challenge_update (ServiceStoreTxn *txn, const ServiceChallenge *challenge,
                                                  GError **error);
gboolean          service_store_challenge_end_all (ServiceStoreTxn *txn, gint64 record,
                                                   const char *contact /* (nullable): all */, gint64 now,
                                                   GError **error);   /* GIVEN_UP, and its messages */
/* Ends what has outlived its life (erases codes); returns how many. */
/* -1: error */
gint              service_store_challenge_expire (ServiceStoreTxn *txn, const SecinfoNow *now, GError **error);
/* Forgets what ended before that (and its messages): a few hours on, an old id is simply not found. As every prune()
 * that returns a number: how many rows went, SERVICE_STORE_PRUNE_MOST where there may be more of them, -1 an error. */
gint              service_store_challenge_prune (ServiceStoreTxn *txn, gint64 ended_before, GError **error);

/* --- tallies: sliding windows that outlive a restart ------------------------------------------------------------- */
typedef enum { SERVICE_TALLY_WRONG_CODE, SERVICE_TALLY_SEND, SERVICE_TALLY_WRONG_PASSWORD,
               SERVICE_TALLY_PASSWORD_PAUSE, SERVICE_TALLY_SIGN_IN_WRONG, SERVICE_TALLY_SIGN_IN_SEND,
               SERVICE_TALLY_SIGN_IN_ADDRESS, SERVICE_TALLY_ALERT } ServiceTally;
/* @subject: "account:NAME:MARK" (outlives an erased account) or a contact's lookup hash in hex (whichever accounts hold
 * it). */
gboolean  service_store_tally_add   (ServiceStoreTxn *txn, ServiceTally what, const char *subject, gint64 at,
                                     GError **error);
/* gint64, ascending */
GArray   *service_store_tally_times (ServiceStoreTxn *txn, ServiceTally what, const char *subject, gint64 since,
                                     GError **error);
gboolean  service_store_tally_clear (ServiceStoreTxn *txn, ServiceTally what, const char *subject, GError **error);
gint      service_store_tally_prune (ServiceStoreTxn *txn, gint64 before, GError **error);
/* "account:NAME:MARK". Transfer full. */
char     *service_store_account_subject (const ServiceAccount *account) G_GNUC_WARN_UNUSED_RESULT;

/* --- saved codes: one set in force and one that waits for its proof, an account ---------------------------------- */
typedef struct
{
  SecinfoSavedLabel  label;
  guint8             hash[32];     /* Argon2id; zeros where it is used */
  gint64             used_at;      /* Unix seconds, 0 = not used */
  char              *used_where;   /* (nullable) */
} ServiceSavedCode;
typedef struct
{
  gint64             id, record;
  gboolean           pending;
  guint8             salt[SERVICE_SAVED_SALT_BYTES];
  guint              position;     /* whose label proves it, from 1 */
  guint              attempts_left;
  gint64             made_at, made_boot, proven_at;
  char               boot_id[37];
  ServiceSavedCode   codes[SECINFO_SAVED_CODES];
} ServiceSavedSet;
void             service_saved_set_free        (ServiceSavedSet *set);
/* NULL without error: none */
ServiceSavedSet *service_store_saved_get       (ServiceStoreTxn *txn, gint64 record, gboolean pending, GError **error);
/* Takes the place of one of the same kind; sets its id. */
gboolean         service_store_saved_add       (ServiceStoreTxn *txn, ServiceSavedSet *set, GError **error);
gboolean         service_store_saved_set_tries (ServiceStoreTxn *txn, gint64 id, guint attempts_left, GError **error);
/* The pending one comes into force, the one before it goes. */
gboolean         service_store_saved_activate  (ServiceStoreTxn *txn, gint64 record, gint64 now, GError **error);
gboolean         service_store_saved_use       (ServiceStoreTxn *txn, gint64 id, guint number, gint64 at,
                                                const char *where, GError **error);
gboolean         service_store_saved_delete    (ServiceStoreTxn *txn, gint64 record, gboolean pending_alone,
                                                GError **error);

/* --- recoveries at the sign-in screen ----------------------------------------------------------------------------- */
/* Nothing kept of @name: an empty one. A sealed address that does not open is left out. */
gboolean  service_store_recovery_load   (ServiceStoreTxn *txn, const char *name, ServiceTalk *talk, GError **error);
gboolean  service_store_recovery_save   (ServiceStoreTxn *txn, const char *name, const ServiceTalk *talk, gint64 now,
                                         GError **error);
gboolean  service_store_recovery_delete (ServiceStoreTxn *txn, const char *name, GError **error);
/* Names of whom something is kept, the latest changed first; of char *. */
GPtrArray *service_store_recovery_names (ServiceStoreTxn *txn, guint limit, GError **error);
gboolean  service_store_recovery_prune  (ServiceStoreTxn *txn, gint64 before, GError **error);

typedef enum { SERVICE_TICKET_GIVEN, SERVICE_TICKET_TAKEN, SERVICE_TICKET_USED } ServiceTicketState;
typedef struct
{
  char               *name;        /* as it was typed */
  char               *account;     /* pw_name */
  uid_t               uid;
  guint8              hash[32];    /* of the ticket; the ticket itself is kept nowhere */
  ServiceTicketState  state;
  gboolean            reset;       /* what it was taken for: a new password, else only unlocking */
  guint               backs, proofs;
  gint64              at, boot;
  char                boot_id[37];
} ServiceTicket;
void           service_ticket_free        (ServiceTicket *ticket);
/* Takes the place of an earlier one of the same name. */
gboolean       service_store_ticket_put   (ServiceStoreTxn *txn, const ServiceTicket *ticket, GError **error);
/* NULL without error: none */
ServiceTicket *service_store_ticket_find  (ServiceStoreTxn *txn, const guint8 hash[32], GError **error);
/* Those that were taken and of which nothing was heard; of ServiceTicket. */
GPtrArray     *service_store_ticket_taken (ServiceStoreTxn *txn, GError **error);

/* Passwords that are being changed, written down before they are. */
typedef struct { char *id; uid_t uid; char *name; char language[16]; } ServicePasswordChange;
void       service_password_change_free (ServicePasswordChange *change);
gboolean   service_store_change_add    (ServiceStoreTxn *txn, const ServicePasswordChange *change, GError **error);
/* NULL without error: none */
ServicePasswordChange *service_store_change_get (ServiceStoreTxn *txn, const char *id, GError **error);
/* of char * */
GPtrArray *service_store_change_ids    (ServiceStoreTxn *txn, GError **error);
gboolean   service_store_change_delete (ServiceStoreTxn *txn, const char *id, GError **error);

/* PHONE, PHONE_ALERT: codes and alerts to phones of a day, of all accounts together ("computer") */
typedef enum { SERVICE_STREAK_CODE, SERVICE_STREAK_SAVED, SERVICE_STREAK_PHONE,
               SERVICE_STREAK_PHONE_ALERT } ServiceStreak;
/* How many in a row; one that is older than @since counts no more. */
gboolean  service_store_streak_get      (ServiceStoreTxn *txn, ServiceStreak what, const char *subject, gint64 since,
                                         guint *count, GError **error);
gboolean  service_store_streak_add      (ServiceStoreTxn *txn, ServiceStreak what, const char *subject, gint64 since,
                                         gint64 at, GError **error);
/* One that was counted did not happen. */
gboolean  service_store_streak_take_back (ServiceStoreTxn *txn, ServiceStreak what, const char *subject, gint64 since,
                                          GError **error);
gboolean  service_store_streak_clear    (ServiceStoreTxn *txn, ServiceStreak what, const char *subject, GError **error);
gboolean  service_store_streak_prune    (ServiceStoreTxn *txn, gint64 before, GError **error);

/* --- outbox ---------------------------------------------------------------------------------------------------- */
typedef enum { SERVICE_MESSAGE_CODE, SERVICE_MESSAGE_ALERT } ServiceMessageKind;
struct _ServiceMessage
{
  char                 *id;             /* also the idempotency key towards the gateway ("ref") */
  gint64                record;
  ServiceMessageKind    kind;
  char                 *challenge;      /* (nullable) */
  char                 *contact;        /* (nullable) */
  SecinfoMedium         medium;
  /* (nullable) what an alert tells (service-alerts.h): "contact-added@1790000000 …"; rendered at sending */
  char                 *alert;
  /* (nullable) the address, sealed in the store; of a code to a contact, that contact's */
  char                 *to;
  /* (nullable) instead of @to where it is added or joined: as it lies at @sealed_place already; NULL when it is read */
  GBytes               *sealed_to;
  char                 *sealed_place;
  gboolean              unreadable;     /* read: it has an address, and no key at hand opens it */
  gboolean              perhaps_left;   /* by that gateway, which knows it again; another one would send it twice */
  SecinfoDeliveryState  state;
  gboolean              over;           /* nothing more will be tried */
  char                 *gateway;        /* (nullable) id */
  guint                 tries;
  gint64                created_at, next_at, state_at, expires_at;
  char                 *detail;         /* (nullable) vendor's words */
  char                  language[16];
};
typedef struct { SecinfoDeliveryState state; gint64 at; char *gateway; char *detail; } ServiceMessageStep;
void            service_message_free          (ServiceMessage *message);
/* also its first step */
gboolean        service_store_message_add     (ServiceStoreTxn *txn, const ServiceMessage *message, GError **error);
/* adds a step where state changed; an alert that is over has no address any more */
gboolean        service_store_message_update  (ServiceStoreTxn *txn, const ServiceMessage *message, GError **error);
/* Not over, next_at <= now: at most so many codes, then at most so many alerts */
GPtrArray      *service_store_message_due     (ServiceStoreTxn *txn, gint64 now, guint codes, guint alerts,
                                               GError **error);
/* next_at of the first that is not over, 0 = none */
gint64          service_store_message_next    (ServiceStoreTxn *txn, GError **error);
ServiceMessage *service_store_message_get     (ServiceStoreTxn *txn, const char *id, GError **error);
/* the latest of a challenge */
ServiceMessage *service_store_message_of      (ServiceStoreTxn *txn, const char *challenge, GError **error);
/* of ServiceMessageStep, all messages of it */
GPtrArray      *service_store_message_steps   (ServiceStoreTxn *txn, const char *challenge, GError **error);
/* The ids of the gateways that its messages were handed to, one as often as that was. */
gboolean        service_store_message_ways    (ServiceStoreTxn *txn, const char *challenge, GPtrArray **gateways,
                                               GError **error);
/* Its latest need not leave any more, where it is not just leaving. */
gboolean        service_store_message_call_back (ServiceStoreTxn *txn, const char *challenge, GError **error);
/* The alert to that contact that has not left yet, whatever it waits for; NULL without error: none */
ServiceMessage *service_store_message_waiting (ServiceStoreTxn *txn, gint64 record, const char *contact,
                                               GError **error);
/* Its alert, next_at and, where it has one, its address, were changed. */
gboolean        service_store_message_join    (ServiceStoreTxn *txn, const ServiceMessage *message, GError **error);
/* Alerts that were queued while no key opened their address: sealed anew, each for its own row, where one does now. */
gboolean        service_store_message_bind    (ServiceStoreTxn *txn, GError **error);
/* Alerts that wait for a way to leave are tried now; those to phones by any that reaches phones. */
gboolean        service_store_message_hurry   (ServiceStoreTxn *txn, SecinfoMedium medium, gint64 now, GError **error);
/* Messages that wait until @from for the end of a gateway's rest are tried now. */
gboolean        service_store_message_resume  (ServiceStoreTxn *txn, gint64 from, gint64 now, GError **error);
/* After a crash: SENDING rows become UNKNOWN, and are over where the gateway is not idempotent. */
gboolean        service_store_message_recover (ServiceStoreTxn *txn,
                                               const char *const *idempotent /* (nullable): gateway ids */, gint64 now,
                                               GError **error);
/* Forgets messages that are over (alerts: or past expires_at) since before that. */
gint            service_store_message_prune   (ServiceStoreTxn *txn, gint64 before, GError **error);

/* --- gateways --------------------------------------------------------------------------------------------------- */
typedef struct
{
  char          *id;
  char          *kind;           /* "smtp", "kannel", … */
  char          *title;
  SecinfoMedium  medium;
  guint          position;       /* order of fail-over inside its medium */
  char          *settings;       /* JSON object text, without the secrets */
  char          *secrets;        /* (nullable) JSON object text, sealed; system instance only */
  char          *secret_names;   /* (nullable) JSON array: which secret settings are set */
  gboolean       ready;          /* FALSE: down */
  gint64         down_since, told_at, last_delivered_at, created_at;
  char          *trouble;        /* (nullable) "bad-config", "unreachable", "unproven" */
  guint          failures;       /* in a row */
  gint64         failing_since;  /* the first failure since it did anything well; 0 = none */
  gint64         failed_at;      /* the last of those */
  gint64         paused_until;   /* it rests; 0 = not */
  char          *outcomes;       /* (nullable) of the last messages, the oldest first: '+' taken over, '-' not */
  char          *failure;        /* (nullable) JSON: the last thing that went wrong with it, openapi GatewayFailure */
  char          *sender;         /* (nullable) kept by service_gateway_get_sender() */
  gint           shared;         /* atomic: holders beside the first */
} ServiceGateway;
/* Set aside until a code that was sent through it came back: in the list, and never used. */
#define SERVICE_GATEWAY_UNPROVEN "unproven"
#define SERVICE_GATEWAY_OUTCOMES 240
ServiceGateway *service_gateway_ref          (ServiceGateway *gateway);
void            service_gateway_free         (ServiceGateway *gateway);   /* with the last holder */
GPtrArray      *service_store_gateway_list   (ServiceStoreTxn *txn, GError **error);          /* by medium, position */
/* The same without their secrets, kept from one transaction to the next until one changes; (transfer none) */
GPtrArray      *service_store_gateways_known (ServiceStoreTxn *txn, GError **error);
ServiceGateway *service_store_gateway_get    (ServiceStoreTxn *txn, const char *id, GError **error);
gboolean        service_store_gateway_add    (ServiceStoreTxn *txn, const ServiceGateway *gateway, GError **error);
gboolean        service_store_gateway_update (ServiceStoreTxn *txn, const ServiceGateway *gateway, GError **error);
/* Its health alone. @seen: what people are told of it may be another thing now. */
gboolean        service_store_gateway_fare   (ServiceStoreTxn *txn, const ServiceGateway *gateway, gboolean seen,
                                              GError **error);
gboolean        service_store_gateway_delete (ServiceStoreTxn *txn, const char *id, GError **error);

/* --- trial inbox: the last N of the whole instance, sealed -------------------------------------------------------- */
typedef struct { char *id; gint64 record; gint64 at; char *to; char *subject; char *text; } ServiceInboxMessage;
void       service_inbox_message_free   (ServiceInboxMessage *message);
gboolean   service_store_inbox_add      (ServiceStoreTxn *txn, const ServiceInboxMessage *message, guint keep,
                                         GError **error);
GPtrArray *service_store_inbox_list     (ServiceStoreTxn *txn, gint64 record, GError **error);    /* newest first */
gboolean   service_store_inbox_clear    (ServiceStoreTxn *txn, gint64 record, GError **error);

/* What administrators changed of the rules: JSON; (nullable) (transfer full). The first before anything else runs. */
gboolean   service_store_get_policy     (ServiceStore *self, char **text /* (out) (nullable) */, GError **error);
gboolean   service_store_policy_get     (ServiceStoreTxn *txn, char **text /* (out) (nullable) */, GError **error);
gboolean   service_store_policy_set     (ServiceStoreTxn *txn, const char *text, GError **error);

/* --- the record of what happened (activity, later shown), and answers kept for Idempotency-Key (24 h, sealed) ----- */
gboolean   service_store_audit_add      (ServiceStoreTxn *txn, gint64 record, const char *what,
                                         const char *subject /* (nullable) contact id */, gint64 at, GError **error);
gint       service_store_audit_prune    (ServiceStoreTxn *txn, gint64 before, GError **error);
/* TRUE: asked without trouble; *@status is 0 where there is none of that key yet. @other_request: the key was used for
 * another one. */
gboolean   service_store_replay_get     (ServiceStoreTxn *txn, gint64 record, const char *key,
                                         const guint8 fingerprint[32], guint *status, char **body,
                                         gboolean *other_request, GError **error);
gboolean   service_store_replay_add     (ServiceStoreTxn *txn, gint64 record, const char *key,
                                         const guint8 fingerprint[32], guint status, const char *body, gint64 at,
                                         GError **error);
gint       service_store_replay_prune   (ServiceStoreTxn *txn, gint64 before, GError **error);

/* A new id: 40 bits of time, 88 random bits, base64url, 22 characters. Transfer full. */
char      *service_store_new_id         (void) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceStore, service_store_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceContact, service_contact_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceAddressee, service_addressee_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceChallenge, service_challenge_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceMessage, service_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceSavedSet, service_saved_set_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceTicket, service_ticket_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServicePasswordChange, service_password_change_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceGateway, service_gateway_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceInboxMessage, service_inbox_message_free)

G_END_DECLS
