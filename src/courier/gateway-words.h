/* gateway-words.h - titles and labels of the descriptions in data/gateways, for translators
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Never compiled: xgettext reads no JSON. tests/courier/test-description.c holds it against the files. Whoever shows a
 * gateway translates what GET /v1/gateway-kinds gives. */
#define GATEWAY_WORDS \
  N_("API key") \
  N_("API secret") \
  N_("Access key ID") \
  N_("Access token") \
  N_("Account SID") \
  N_("Amazon SES") \
  N_("Application (client) ID") \
  N_("Application token") \
  N_("Auth token") \
  N_("Brevo") \
  N_("Client secret") \
  N_("Domain") \
  N_("Encryption (tls, starttls or none)") \
  N_("Gotify (alerts)") \
  N_("JMAP mailbox") \
  N_("Kannel") \
  N_("Language of the voice") \
  N_("Mail server") \
  N_("Mailgun") \
  N_("Matrix (alerts)") \
  N_("Message stream") \
  N_("Microsoft 365 (Graph)") \
  N_("Password") \
  N_("Password or token") \
  N_("Port") \
  N_("Postmark") \
  N_("Region") \
  N_("Resend") \
  N_("Room ID") \
  N_("SMS Gateway for Android") \
  N_("Secret access key") \
  N_("SendGrid") \
  N_("Sender address") \
  N_("Sender name") \
  N_("Sender number") \
  N_("Sender number or name") \
  N_("Server") \
  N_("Server token") \
  N_("Shared secret") \
  N_("Tenant ID") \
  N_("Topic") \
  N_("Twilio (phone calls)") \
  N_("Twilio (text messages)") \
  N_("User name") \
  N_("User name (none for a token)") \
  N_("Vonage") \
  N_("Web address") \
  N_("Web address of the login") \
  N_("Web address of the session") \
  N_("Web address of your own (signed)") \
  N_("ntfy (alerts)")
