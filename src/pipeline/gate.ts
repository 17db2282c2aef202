/** The gate: whether a retrained model, the challenger, may take the place of the deployed one, the champion. */
import type { Config } from '../config/schema.ts';

export interface GateVerdict {
  readonly rule: Config['gate'];
  readonly accepted: boolean;
  readonly reason: string;
}

/** Compares the F1 of both models on the same test rows. Without a champion the challenger is accepted. */
export function judgeChallenger(
  rule: Config['gate'],
  champion: number | null,
  challenger: number,
): GateVerdict {
  if (champion === null) return { rule, accepted: true, reason: 'No model was deployed before.' };
  const scores = `F1 ${challenger} against ${champion} on the same test rows`;
  if (rule === 'always')
    return { rule, accepted: true, reason: `Every retrained model is deployed (${scores}).` };
  if (challenger >= champion)
    return { rule, accepted: true, reason: `The retrained model is not worse (${scores}).` };
  return {
    rule,
    accepted: false,
    reason: `The retrained model is worse (${scores}), so the deployed one stays.`,
  };
}
