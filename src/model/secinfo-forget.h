/* secinfo-forget.h - when freed memory is wiped
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/**
 * secinfo_forget_begin_later:
 *
 * Freed memory is left as it is from now on, until secinfo_forget_begin(). For a program that has not been told any
 * secret yet and knows when it could be; ordinarily everything is wiped from the start.
 */
void secinfo_forget_begin_later (void);

/**
 * secinfo_forget_begin:
 *
 * From now on whatever is freed is wiped, also what was there before. May be called again.
 */
void secinfo_forget_begin       (void);
