/* service-use.c
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-use.h"

gboolean
service_use_refuse (GError         **error,
                    SecinfoProblem  *problem)
{
  g_propagate_error (error, secinfo_problem_to_error (problem));
  secinfo_problem_unref (problem);
  return FALSE;
}

void
service_effects_clear (ServiceEffects *self)
{
  g_clear_pointer (&self->events, g_ptr_array_unref);
  self->queued = FALSE;
  self->line = 0;
}

void
service_effects_add_event (ServiceEffects *self,
                           const char     *what,
                           const char     *id)
{
  if (self->events == NULL)
    self->events = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->events, g_strdup (what));
  g_ptr_array_add (self->events, g_strdup (id));
}

void
service_use_event (ServiceUse *use,
                   const char *what,
                   const char *id)
{
  if (use->effects != NULL)
    service_effects_add_event (use->effects, what, id);
}

void
service_use_fresh_for (ServiceUse *use,
                       gint64      seconds)
{
  if (use->effects != NULL && seconds > 0)
    use->effects->fresh_for = MIN (use->effects->fresh_for, seconds);
}

void
service_use_wake_outbox (ServiceUse *use)
{
  if (use->effects != NULL)
    use->effects->queued = TRUE;
}

void
service_use_put_line (ServiceUse *use,
                      guint       line,
                      guint       sign_ins)
{
  if (use->effects == NULL)
    return;

  use->effects->line = line;
  use->effects->sign_ins = sign_ins;
}
