/* secinfo-client.h - the service as its caller sees it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-account.h"
#include "secinfo-challenge.h"
#include "secinfo-problem.h"
#include "secinfo-secret.h"

G_BEGIN_DECLS

/**
 * SecinfoClient:
 *
 * One service, as the calling user. Checks the server's peer uid (0, `secinfo`, or one's own for a private socket) on
 * every connection before a byte leaves. Keeps the token of "Confirm it's you" and sends it along. Every _finish()
 * fails in the domain SECINFO_PROBLEM (secinfo_problem_from_error() has the members), or with G_IO_ERROR_CANCELLED.
 *
 * Signals: "event" (const char *what, const char *id (nullable)); "stream" (gboolean open); "level-changed".
 */
#define SECINFO_TYPE_CLIENT (secinfo_client_get_type ())
G_DECLARE_FINAL_TYPE (SecinfoClient, secinfo_client, SECINFO, CLIENT, GObject)

/* @socket_path (nullable): $SECINFO_SOCKET (not when AT_SECURE), else the system's /run/secinfo/api where there is one,
 * else
 * $XDG_RUNTIME_DIR/secinfo/api. */
SecinfoClient *secinfo_client_new             (const char *socket_path) G_GNUC_WARN_UNUSED_RESULT;
const char    *secinfo_client_get_socket_path (SecinfoClient *self);
SecinfoLevel   secinfo_client_get_level       (SecinfoClient *self);      /* by the token's own end, without asking */
gint64         secinfo_client_get_level_until (SecinfoClient *self);
void           secinfo_client_drop_elevation  (SecinfoClient *self);
/* Opens the event stream and keeps it open (again after 1, 2, 5 … s); "event" says what to ask for anew. */
void           secinfo_client_start_events    (SecinfoClient *self);
void           secinfo_client_stop_events     (SecinfoClient *self);
gboolean       secinfo_client_is_streaming    (SecinfoClient *self);

/* One call a file: secinfo-client-CALL.c. @callback as in any GIO call; @key (nullable): Idempotency-Key. */
#define SECINFO_CALL_TAIL GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data

/* @policy (nullable): the rules in words, openapi Service.policy. */
typedef struct { char *version; gboolean is_private; gboolean has_inbox; gboolean recovery;
                 json_t *policy; } SecinfoServiceInfo;
void                secinfo_service_info_free (SecinfoServiceInfo *info);
void                secinfo_client_get_service_async     (SecinfoClient *self, SECINFO_CALL_TAIL);
SecinfoServiceInfo *secinfo_client_get_service_finish    (SecinfoClient *self, GAsyncResult *result, GError **error);
/* Refreshes @account in place. */
void                secinfo_client_get_account_async     (SecinfoClient *self, SecinfoAccount *account,
                                                          SECINFO_CALL_TAIL);
gboolean            secinfo_client_get_account_finish    (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_erase_account_async   (SecinfoClient *self, SECINFO_CALL_TAIL);
gboolean            secinfo_client_erase_account_finish  (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_start_afresh_async    (SecinfoClient *self, SECINFO_CALL_TAIL);
gboolean            secinfo_client_start_afresh_finish   (SecinfoClient *self, GAsyncResult *result, GError **error);
/* @password (nullable): an account without one. On success the client has the token; @verified_contacts (out)
 * (optional). */
void                secinfo_client_elevate_async         (SecinfoClient *self, SecinfoSecret *password,
                                                          SECINFO_CALL_TAIL);
gboolean            secinfo_client_elevate_finish        (SecinfoClient *self, GAsyncResult *result,
                                                          guint *verified_contacts, GError **error);
void                secinfo_client_add_contact_async     (SecinfoClient *self, SecinfoContactKind kind,
                                                          const char *value, const char *region /* (nullable) */,
                                                          const char *label /* (nullable) */, const char *key,
                                        SECINFO_CALL_TAIL);
SecinfoContact     *secinfo_client_add_contact_finish    (SecinfoClient *self, GAsyncResult *result, GError **error);
/* A new value: the answer is the new, unverified contact. */
void                secinfo_client_change_value_async    (SecinfoClient *self, const char *id, const char *value,
                                                          const char *region, SECINFO_CALL_TAIL);
SecinfoContact     *secinfo_client_change_value_finish   (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_change_label_async    (SecinfoClient *self, const char *id,
                                                          const char *label /* (nullable) */, SECINFO_CALL_TAIL);
SecinfoContact     *secinfo_client_change_label_finish   (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_change_alerts_async   (SecinfoClient *self, const char *id, gboolean alerts,
                                                          SECINFO_CALL_TAIL);
SecinfoContact     *secinfo_client_change_alerts_finish  (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_remove_contact_async  (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL);
gboolean            secinfo_client_remove_contact_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
/* NULL in @challenge (out) (transfer full) where it is back at once; else the code to answer. */
void                secinfo_client_restore_contact_async (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL);
gboolean            secinfo_client_restore_contact_finish (SecinfoClient *self, GAsyncResult *result,
                                                           SecinfoChallenge **challenge, GError **error);
void                secinfo_client_still_mine_async      (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL);
SecinfoContact     *secinfo_client_still_mine_finish     (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_prove_contact_async   (SecinfoClient *self, const char *id,
                                                          const char *via /* (nullable) */, const char *key,
                                        SECINFO_CALL_TAIL);
SecinfoChallenge   *secinfo_client_prove_contact_finish  (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_confirm_with_async    (SecinfoClient *self, const char *contact, const char *key,
                                                          SECINFO_CALL_TAIL);
SecinfoChallenge   *secinfo_client_confirm_with_finish   (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_resume_async          (SecinfoClient *self, const char *value, SECINFO_CALL_TAIL);
SecinfoChallenge   *secinfo_client_resume_finish         (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_get_challenge_async   (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL);
SecinfoChallenge   *secinfo_client_get_challenge_finish  (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_resend_async          (SecinfoClient *self, const char *id,
                                                          const char *via /* (nullable) */, SECINFO_CALL_TAIL);
SecinfoChallenge   *secinfo_client_resend_finish         (SecinfoClient *self, GAsyncResult *result, GError **error);
/* On success the client's token has the new level. @contact (out) (optional) (transfer full) (nullable). */
void                secinfo_client_answer_async          (SecinfoClient *self, const char *id, SecinfoSecret *code,
                                                          SECINFO_CALL_TAIL);
gboolean            secinfo_client_answer_finish         (SecinfoClient *self, GAsyncResult *result,
                                                          SecinfoContact **contact, GError **error);
void                secinfo_client_give_up_async         (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL);
gboolean            secinfo_client_give_up_finish        (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_change_password_async  (SecinfoClient *self, SecinfoSecret *current,
                                                           SecinfoSecret *fresh, SECINFO_CALL_TAIL);
gboolean            secinfo_client_change_password_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
/* Saved codes: openapi SavedCodes and NewSavedCodes, (transfer full). */
void                secinfo_client_get_saved_codes_async   (SecinfoClient *self, SECINFO_CALL_TAIL);
json_t             *secinfo_client_get_saved_codes_finish  (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_make_saved_codes_async  (SecinfoClient *self, SECINFO_CALL_TAIL);
json_t             *secinfo_client_make_saved_codes_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_prove_saved_codes_async (SecinfoClient *self, const char *label, SECINFO_CALL_TAIL);
json_t             *secinfo_client_prove_saved_codes_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_delete_saved_codes_async (SecinfoClient *self, SECINFO_CALL_TAIL);
gboolean            secinfo_client_delete_saved_codes_finish (SecinfoClient *self, GAsyncResult *result,
                                                              GError **error);
/* The sign-in screen, practised: openapi Rehearsal, then RehearsalStep by step, (transfer full). */
void                secinfo_client_start_rehearsal_async   (SecinfoClient *self, SECINFO_CALL_TAIL);
json_t             *secinfo_client_start_rehearsal_finish  (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_answer_rehearsal_async  (SecinfoClient *self, const char *id, SecinfoSecret *text,
                                                            SECINFO_CALL_TAIL);
json_t             *secinfo_client_answer_rehearsal_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_end_rehearsal_async     (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL);
gboolean            secinfo_client_end_rehearsal_finish    (SecinfoClient *self, GAsyncResult *result, GError **error);
/* Lists as JSON arrays (openapi InboxMessage, Gateway, GatewayKind), (transfer full). */
void                secinfo_client_list_inbox_async      (SecinfoClient *self, SECINFO_CALL_TAIL);
json_t             *secinfo_client_list_inbox_finish     (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_clear_inbox_async     (SecinfoClient *self, SECINFO_CALL_TAIL);
gboolean            secinfo_client_clear_inbox_finish    (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_list_gateways_async   (SecinfoClient *self, SECINFO_CALL_TAIL);
json_t             *secinfo_client_list_gateways_finish  (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_list_gateway_kinds_async  (SecinfoClient *self, const char *address /* (nullable) */,
                                                              SECINFO_CALL_TAIL);
json_t             *secinfo_client_list_gateway_kinds_finish (SecinfoClient *self, GAsyncResult *result,
                                                              GError **error);
void                secinfo_client_add_gateway_async     (SecinfoClient *self, const char *kind,
                                                          const char *title /* (nullable) */,
                                        json_t *settings /* (transfer full), secrets in it */,
                                                          const char *key, SECINFO_CALL_TAIL);
json_t             *secinfo_client_add_gateway_finish    (SecinfoClient *self, GAsyncResult *result, GError **error);
/* Set aside until it is proven; finished as the other. */
void                secinfo_client_set_gateway_aside_async (SecinfoClient *self, const char *kind,
                                                            const char *title /* (nullable) */,
                                                            json_t *settings /* (transfer full) */, const char *key,
                                                            SECINFO_CALL_TAIL);
/* @title, @settings (transfer full): (nullable); @position: -1 where it stays. */
void                secinfo_client_change_gateway_async  (SecinfoClient *self, const char *id, const char *title,
                                                          json_t *settings, int position, SECINFO_CALL_TAIL);
json_t             *secinfo_client_change_gateway_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_prove_gateway_async   (SecinfoClient *self, const char *id, const char *to,
                                                          SECINFO_CALL_TAIL);
SecinfoChallenge   *secinfo_client_prove_gateway_finish  (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_remove_gateway_async  (SecinfoClient *self, const char *id, SECINFO_CALL_TAIL);
gboolean            secinfo_client_remove_gateway_finish (SecinfoClient *self, GAsyncResult *result, GError **error);
void                secinfo_client_test_gateway_async    (SecinfoClient *self, const char *id, const char *to,
                                                          SECINFO_CALL_TAIL);
json_t             *secinfo_client_test_gateway_finish   (SecinfoClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
