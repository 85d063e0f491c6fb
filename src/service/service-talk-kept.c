/* service-talk-kept.c - what is kept of a recovery, and how long it lives
 *
 * SPDX-FileCopyrightText: 2026 The SecInfo developers
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "secinfo-service"

#include "config.h"

#include "service-talk.h"

#include "secinfo-policy.h"
#include "secinfo-secret.h"

#include <sodium.h>
#include <string.h>

void
service_talk_code_clear (ServiceTalkCode *code)
{
  secinfo_secret_free_text (code->to);
  g_free (code->challenge);
  sodium_memzero (code, sizeof *code);
}

void
service_talk_clear (ServiceTalk *talk)
{
  service_talk_code_clear (&talk->code);
  sodium_memzero (talk, sizeof *talk);
}

gboolean
service_talk_code_lives (const ServiceTalkCode *code,
                         const SecinfoNow      *now)
{
  return code->known &&
         secinfo_policy_code_lives (code->issued_at, code->issued_boot, code->boot_id, code->life, now);
}

gboolean
service_talk_proof_is_fresh (const ServiceTalkProof *proof,
                             const SecinfoNow       *now)
{
  return proof->known &&
         secinfo_policy_code_lives (proof->at, proof->boot, proof->boot_id, SERVICE_TALK_PROOF_LIFE, now);
}

gint64
service_talk_open_until (const ServiceTalk *talk,
                         const SecinfoNow  *now)
{
  gint64 until = service_talk_code_lives (&talk->code, now) ? talk->code.issued_at + talk->code.life : 0;

  for (guint i = 0; i < SERVICE_N_PROOFS; i++)
    {
      if (service_talk_proof_is_fresh (&talk->proofs[i], now))
        until = MAX (until, talk->proofs[i].at + SERVICE_TALK_PROOF_LIFE);
    }
  return until;
}

guint
service_proof_count (guint proofs)
{
  guint n = 0;

  for (; proofs != 0; proofs &= proofs - 1)
    n++;
  return n;
}

guint
service_talk_kept (const ServiceTalk *talk,
                   const SecinfoNow  *now)
{
  guint kept = 0;

  for (guint i = 0; i < SERVICE_N_PROOFS; i++)
    {
      if (service_talk_proof_is_fresh (&talk->proofs[i], now))
        kept |= 1u << i;
    }
  return kept;
}
