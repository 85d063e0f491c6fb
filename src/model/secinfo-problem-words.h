/* secinfo-problem-words.h - what each problem says to people; private to secinfo-problem.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "secinfo-problem.h"

G_BEGIN_DECLS

/* The sentence of UI.md section 17 with figures and times of @members (an object). Transfer full. */
char *secinfo_problem_make_words (SecinfoProblemType  type,
                                  json_t             *members) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
