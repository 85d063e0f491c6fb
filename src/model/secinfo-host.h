/* secinfo-host.h - where a host that somebody typed lies
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SECINFO_HOST_LOOPBACK,
  /* RFC 1918, RFC 4193, RFC 6598; names that no public DNS has: one label, .local, .internal, .home.arpa … */
  SECINFO_HOST_PRIVATE,
  /* link-local (169.254/16 has the clouds' credential services), multicast, broadcast, unspecified */
  SECINFO_HOST_REFUSED,
  SECINFO_HOST_PUBLIC,
} SecinfoHostPlace;

/* @host: name or literal address, brackets allowed. Never asks DNS: a name says only what it is meant to be; whoever
 * trusts that looks at the address again once it is connected. */
SecinfoHostPlace secinfo_host_place         (const char   *host);
SecinfoHostPlace secinfo_host_address_place (GInetAddress *address);
/* The host of an http or https URL; (nullable) (transfer full). */
char            *secinfo_host_of_url        (const char   *url) G_GNUC_WARN_UNUSED_RESULT;
/* Reached without the internet: loopback or private. */
gboolean         secinfo_host_is_near       (const char   *host);

G_END_DECLS
