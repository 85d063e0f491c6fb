/* secinfo-contact.h - one contact, as the service shows it
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "secinfo-address.h"
#include "secinfo-enums.h"
#include "secinfo-json.h"

G_BEGIN_DECLS

/* Immutable. Properties of the same names (all read-only): id, kind, state, masked, label, alerts, undeliverable … so
 * that .ui expressions can bind; `value` is no property. An unchanged contact keeps its object when the list is
 * refreshed. */
#define SECINFO_TYPE_CONTACT (secinfo_contact_get_type ())
G_DECLARE_FINAL_TYPE (SecinfoContact, secinfo_contact, SECINFO, CONTACT, GObject)

SecinfoContact      *secinfo_contact_new_from_json   (json_t *object, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer none) as it came, for who passes it on */
json_t              *secinfo_contact_get_json        (SecinfoContact *self);
gboolean             secinfo_contact_equal           (SecinfoContact *a, SecinfoContact *b);   /* all members */
const char          *secinfo_contact_get_id          (SecinfoContact *self);
SecinfoContactKind   secinfo_contact_get_kind        (SecinfoContact *self);
SecinfoContactState  secinfo_contact_get_state       (SecinfoContact *self);
const char          *secinfo_contact_get_masked      (SecinfoContact *self);
/* (nullable) in full, when the service gave it */
const char          *secinfo_contact_get_display     (SecinfoContact *self);
const char          *secinfo_contact_get_value       (SecinfoContact *self);   /* (nullable) in full, to fill a field */
const char          *secinfo_contact_get_label       (SecinfoContact *self);   /* (nullable) */
/* Verified, and not replaced yet: codes and alerts may go there. */
gboolean             secinfo_contact_is_in_force     (SecinfoContact *self);
gboolean             secinfo_contact_get_alerts      (SecinfoContact *self);
gboolean             secinfo_contact_get_undeliverable (SecinfoContact *self);
gboolean             secinfo_contact_get_trial       (SecinfoContact *self);
const char          *secinfo_contact_get_replaces    (SecinfoContact *self);   /* (nullable) */
const char          *secinfo_contact_get_challenge   (SecinfoContact *self);   /* (nullable) */
gint64               secinfo_contact_get_removed_at  (SecinfoContact *self);   /* Unix seconds, 0 = not */
gint64               secinfo_contact_get_restore_until (SecinfoContact *self);
gint64               secinfo_contact_get_effective_at (SecinfoContact *self);
gint64               secinfo_contact_get_last_confirmed_at (SecinfoContact *self);

G_END_DECLS
