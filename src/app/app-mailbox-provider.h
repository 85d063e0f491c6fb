/* app-mailbox-provider.h - what an address says of its provider
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-json.h"

G_BEGIN_DECLS

typedef enum { APP_MAILBOX_ADDRESS, APP_MAILBOX_HOST, APP_MAILBOX_PORT, APP_MAILBOX_USER, APP_MAILBOX_PASSWORD,
               APP_MAILBOX_SECURITY, APP_N_MAILBOX_FIELDS } AppMailboxField;

/* One step of “How to get one”, with its number. */
typedef struct
{
  char *title;
  char *subtitle;   /* (nullable) */
  char *page;       /* (nullable) what “Open” shows */
} AppMailboxHint;

typedef struct
{
  gboolean    known;
  gboolean    works;          /* FALSE: it lets no other program send */
  gboolean    app_password;   /* one of its own is needed, not the one mail is read with */
  char       *name;           /* (nullable) */
  const char *icon;
  const char *style;          /* (nullable) */
  char       *title;          /* isolated */
  char       *subtitle;
  char       *values[APP_N_MAILBOX_FIELDS];   /* server, port, user name, encryption; the others are NULL */
  GPtrArray  *hints;          /* of AppMailboxHint */
  const char *how;            /* what stands above them, with a mnemonic */
} AppMailboxProvider;

/* @preset (nullable): what GET /v1/gateway-kinds?address= said of it; else what is most likely. */
AppMailboxProvider *app_mailbox_provider_new  (const char *address, json_t *preset) G_GNUC_WARN_UNUSED_RESULT;
void                app_mailbox_provider_free (AppMailboxProvider *self);
/* (nullable) (transfer none): of an address that is whole enough to ask for. */
const char         *app_mailbox_domain_of     (const char *address);
/* The name of that setting: "from" for the address. */
const char         *app_mailbox_field_name    (AppMailboxField field);

G_END_DECLS
