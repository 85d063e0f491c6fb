/* gateway-words.h - titles and labels of the descriptions in data/gateways, for translators
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Never compiled: xgettext reads no JSON. tests/courier/test-description.c holds it against the files. Whoever shows a
 * gateway translates what GET /v1/gateway-kinds gives. */
#define GATEWAY_WORDS \
  N_("Account SID") \
  N_("Auth token") \
  N_("Encryption (tls, starttls or none)") \
  N_("Kannel") \
  N_("Mail server") \
  N_("Password") \
  N_("Port") \
  N_("Sender address") \
  N_("Sender name") \
  N_("Sender number or name") \
  N_("Server") \
  N_("Shared secret") \
  N_("Twilio (text messages)") \
  N_("User name") \
  N_("Web address") \
  N_("Web address of your own (signed)")
