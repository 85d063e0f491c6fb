/* service-contacts.h - the contacts of an account
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-json-writer.h"
#include "service-use.h"

G_BEGIN_DECLS

/* Problems: address-not-valid {reason}, contact-exists {contact}, contacts-full {limit}, not-found, restore-over
 * {removed_at}. */

/* address-not-valid where @value is none of that kind; @region (nullable). */
SecinfoAddress *service_contacts_parse         (SecinfoContactKind kind, const char *value, const char *region,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* not-found; never a removed one */
ServiceContact *service_contacts_get           (ServiceUse *use, const char *id,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* removed too */
ServiceContact *service_contacts_get_any       (ServiceUse *use, const char *id,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
ServiceContact *service_contacts_add           (ServiceUse *use, SecinfoAddress *address, const char *label,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The new, unverified contact: `replaces` @contact, which stays in force until the new one is proven. One that was not
 * proven yet gives way at once. */
ServiceContact *service_contacts_change_value  (ServiceUse *use, const ServiceContact *contact, SecinfoAddress *address,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean        service_contacts_set_label     (ServiceUse *use, ServiceContact *contact,
                                                const char *label /* (nullable) */, GError **error);
gboolean        service_contacts_set_alerts    (ServiceUse *use, ServiceContact *contact, gboolean alerts,
                                                GError **error);
gboolean        service_contacts_remove        (ServiceUse *use, ServiceContact *contact, GError **error);
/* Refuses with restore-over, contact-exists, contacts-full. */
gboolean        service_contacts_may_restore   (ServiceUse *use, const ServiceContact *contact, GError **error);
gboolean        service_contacts_restore       (ServiceUse *use, ServiceContact *contact, GError **error);
gboolean        service_contacts_still_mine    (ServiceUse *use, ServiceContact *contact, GError **error);
/* A right code came back: verified; one that replaces another puts that one among the removed and takes its label and
 * alerts. */
gboolean        service_contacts_prove         (ServiceUse *use, ServiceContact *contact, gboolean trial,
                                                GError **error);

/* Queues an alert of @type ("contact-removed" …) to every other verified contact that takes alerts, and to the one it
 * is @about (nullable), whatever its state and its switch, where @tell_it_too; and writes the audit row. The store key
 * need not be at hand. */
gboolean        service_contacts_alert         (ServiceUse *use, const char *type,
                                                const ServiceContact *about /* (nullable) */, gboolean tell_it_too,
                                                GError **error);

/* openapi Contact; in full where the level allows it or @in_full. After an error the text is not whole. */
gboolean        service_contacts_write         (ServiceUse *use, const ServiceContact *contact, gboolean in_full,
                                                SecinfoJsonWriter *writer, const char *name, GError **error);
/* Which of them: removed ones of the last days too where @removed; from after the one with the id @after (nullable:
 * all; an unknown one gives none, for what it named is gone), @limit of them at most. */
typedef struct { gboolean removed; const char *after; gsize limit; } ServiceContactPage;
/* As an array, oldest first. @next (out) (nullable): the last one's id, where there are more. */
gboolean        service_contacts_write_list    (ServiceUse *use, const ServiceContactPage *page,
                                                SecinfoJsonWriter *writer, const char *name, char **next,
                                                GError **error);
/* elevation-needed's member `contacts`: verified ones, masked. */
json_t         *service_contacts_masked        (ServiceUse *use, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char           *service_contacts_mask          (SecinfoContactKind kind,
                                                const char *value /* (nullable) */) G_GNUC_WARN_UNUSED_RESULT;
char           *service_contacts_display       (SecinfoContactKind kind, const char *value) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
