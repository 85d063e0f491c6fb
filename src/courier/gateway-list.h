/* gateway-list.h - the gateways there are
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway.h"

G_BEGIN_DECLS

typedef struct _GatewayList GatewayList;

/* SMTP and JMAP, and what the *.json files of @directories describe; of two with one name the first counts. A file that
 * is not right is left out with a warning that says the line; a directory that is not there is none. */
GatewayList *gateway_list_new      (const char * const *directories) G_GNUC_WARN_UNUSED_RESULT;
/* Is the file at @path a description? FALSE: @reason (transfer full) says the line and what is wrong there. */
gboolean     gateway_list_check_file (const char *path, char **reason);
/* A description that somebody else keeps takes the place of another of its name, unless that is in code or in the first
 * of the directories. Without @keep it is only looked at. (transfer full): its name. NULL: @reason (transfer full) says
 * the line and what is wrong. */
char        *gateway_list_take_text  (GatewayList *self, const char *text, gsize length, gboolean keep, char **reason);
/* It is gone again; what it took the place of is back. Of others there is nothing to drop. */
void         gateway_list_drop       (GatewayList *self, const char *name);
void         gateway_list_free     (GatewayList *self);
Gateway     *gateway_list_find     (GatewayList *self, const char *name);   /* (nullable) (transfer none) */
/* array of openapi GatewayKind, by name */
json_t      *gateway_list_describe (GatewayList *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GatewayList, gateway_list_free)

G_END_DECLS
