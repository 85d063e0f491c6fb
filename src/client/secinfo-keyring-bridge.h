/* secinfo-keyring-bridge.h - answers a private secinfod from the user's keyring
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-keyring.h"

G_BEGIN_DECLS

/* Bytes of a datagram, names of an item. */
#define SECINFO_KEYRING_BRIDGE_MAX 32768

/**
 * SecinfoKeyringBridge:
 *
 * The far end of the SEQPACKET pair of a private secinfod (src/DESIGN.md, "Wires inside"). Only the items of this
 * service can be reached through it. Signal: "closed": the other end is gone.
 */
#define SECINFO_TYPE_KEYRING_BRIDGE (secinfo_keyring_bridge_get_type ())
G_DECLARE_FINAL_TYPE (SecinfoKeyringBridge, secinfo_keyring_bridge, SECINFO, KEYRING_BRIDGE, GObject)

/* Takes @fd, a SEQPACKET socket. */
SecinfoKeyringBridge *secinfo_keyring_bridge_new (int fd, SecinfoKeyring *keyring) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
