/* gateway-smtp.h - email through a mail server
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway.h"

G_BEGIN_DECLS

#define GATEWAY_TYPE_SMTP (gateway_smtp_get_type ())
G_DECLARE_FINAL_TYPE (GatewaySmtp, gateway_smtp, GATEWAY, SMTP, GObject)

/**
 * GatewaySmtp:
 *
 * Settings: host, port, security (tls, starttls, none), user, password, from, name. Without TLS only on loopback, where
 * a certificate says nothing and is not asked for.
 */
Gateway *gateway_smtp_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* --- its parts, apart for tests --------------------------------------------------------------------------------- */

/* RFC 5322, lines end in CRLF; (transfer full), wiped by the caller. @when: Unix seconds of its Date. */
char    *gateway_smtp_compose (const GatewayMessage *message, gint64 when) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  GATEWAY_SMTP_CONNECT,   /* nothing was said yet */
  GATEWAY_SMTP_HELLO,     /* greeting, EHLO, STARTTLS */
  GATEWAY_SMTP_LOGIN,     /* AUTH */
  GATEWAY_SMTP_SENDER,    /* MAIL */
  GATEWAY_SMTP_RECEIVER,  /* RCPT */
  GATEWAY_SMTP_DATA,      /* DATA, and the text on its way */
  GATEWAY_SMTP_END,       /* the text was written whole */
} GatewaySmtpStage;
/* What a reply of 4yz or 5yz at @stage means. @reply: its text, with the enhanced code of RFC 3463 where it has one. */
SecinfoResult gateway_smtp_judge (GatewaySmtpStage stage, guint code, const char *reply);

/* The settings of the provider of @address: {gateway, title, settings, app_password, page}; (transfer full), NULL:
 * not known. */
json_t  *gateway_smtp_find_preset (const char *address) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
