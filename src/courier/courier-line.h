/* courier-line.h - one secinfod at the other end
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "gateway-list.h"

G_BEGIN_DECLS

/* "Wires inside" of src/DESIGN.md. Says hello at once; what it is asked it answers in any order; @lost is called
 * once, when the other end is gone or does not keep to what was agreed. NULL: it was gone before hello was said. */
typedef struct _CourierLine CourierLine;

CourierLine *courier_line_new         (int fd /* taken */, GatewayList *gateways, gboolean network,
                                       void (*lost) (CourierLine *line, gpointer data), gpointer data);
void         courier_line_free        (CourierLine *self);   /* answers still to come are dropped */
void         courier_line_set_network (CourierLine *self, gboolean network);

G_END_DECLS
