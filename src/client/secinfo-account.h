/* secinfo-account.h - the account and its contacts, kept up to date
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-contact.h"

G_BEGIN_DECLS

typedef enum { SECINFO_CHANNEL_READY, SECINFO_CHANNEL_DOWN, SECINFO_CHANNEL_OFFLINE,
              SECINFO_CHANNEL_NONE } SecinfoChannelState;
typedef struct { SecinfoChannelState state; gint64 since, told_at; gboolean trial; } SecinfoChannel;
typedef struct { char *type; gboolean to_mend; char *subject /* (nullable) */; char *text; } SecinfoFinding;

/**
 * SecinfoAccount:
 *
 * What GET /v1/account says, refreshed in place: signal "changed"; @contacts is a GListModel of SecinfoContact that
 * only signals what really changed, so that rows keep their focus. Removed ones are in a second model.
 */
#define SECINFO_TYPE_ACCOUNT (secinfo_account_get_type ())
G_DECLARE_FINAL_TYPE (SecinfoAccount, secinfo_account, SECINFO, ACCOUNT, GObject)

SecinfoAccount       *secinfo_account_new           (void);
/* emits "changed" */
gboolean              secinfo_account_update        (SecinfoAccount *self, json_t *object, GError **error);
/* (nullable) (transfer none) as it last came */
json_t               *secinfo_account_get_json      (SecinfoAccount *self);
gboolean              secinfo_account_is_loaded     (SecinfoAccount *self);
const char           *secinfo_account_get_name      (SecinfoAccount *self);
const char           *secinfo_account_get_real_name (SecinfoAccount *self);
gboolean              secinfo_account_is_suspended  (SecinfoAccount *self);
gboolean              secinfo_account_is_administrator (SecinfoAccount *self);
SecinfoLevel          secinfo_account_get_level     (SecinfoAccount *self);
gint64                secinfo_account_get_level_until (SecinfoAccount *self);
GListModel           *secinfo_account_get_contacts  (SecinfoAccount *self);   /* (transfer none) */
GListModel           *secinfo_account_get_removed   (SecinfoAccount *self);   /* (transfer none) */
/* (nullable) (transfer none) */
SecinfoContact       *secinfo_account_find_contact  (SecinfoAccount *self, const char *id);
/* Is @contact the only one that is verified, or the only one that gets alerts? Without the first no code reaches the
 * account; the service lets nobody switch off the second. */
gboolean              secinfo_account_is_last_verified (SecinfoAccount *self, SecinfoContact *contact);
gboolean              secinfo_account_is_last_alerted (SecinfoAccount *self, SecinfoContact *contact);
/* (transfer none) of SecinfoFinding, most urgent first */
GPtrArray            *secinfo_account_get_findings  (SecinfoAccount *self);
/* email, sms, voice */
const SecinfoChannel *secinfo_account_get_channel   (SecinfoAccount *self, SecinfoMedium medium);
/* (nullable) reason; NULL = it is */
const char           *secinfo_account_get_not_recoverable (SecinfoAccount *self);

G_END_DECLS
