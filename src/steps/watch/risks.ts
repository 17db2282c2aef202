/** The watch of the deployed model's risks as this look finds it: the one that was kept, or a new one. */
import type { RiskHistogram } from '../../core/monitor/calibration/risk-histogram.ts';
import type { AlarmBudget } from '../../core/monitor/performance/risk-sentence.ts';
import { type RiskWatch, startRiskWatch } from '../../core/monitor/performance/risk-watch.ts';
import type { KeptState } from '../../store/port/monitors.ts';
import type { StoredEvaluation } from '../../store/port/scores.ts';

/** Held-out rows by the risk that the deployed model gives them, or why they are not known. */
export type HeldOutRisks = RiskHistogram | { readonly absent: string };

export interface RisksOptions {
  readonly modelVersion: string;
  /** The one that made the model live, however often its files were put back since. */
  readonly deployment: { readonly id: string; readonly deployedAt: string };
  readonly budget: AlarmBudget;
  /** Scores the held-out rows, for a model whose evaluation does not have their risks. */
  readonly heldOutRisks: () => Promise<HeldOutRisks>;
}

/**
 * The kept watch where it is of this deployment. A model that goes live again after another one starts a new one, and so
 * does a budget in another unit, since evidence by days cannot be told in rows. It starts from the held-out rows as they
 * were: later ones do not come in. Where an older version has looked before, its last look is where the time begins.
 * @param last the newest look of any version at this model.
 */
export async function risksToWatch(
  kept: RiskWatch | null,
  last: Pick<KeptState, 'createdAt'> | null,
  scored: StoredEvaluation | null,
  { modelVersion, deployment, budget, heldOutRisks }: RisksOptions,
): Promise<RiskWatch | { readonly absent: string }> {
  const isOfThis = kept?.deployment === deployment.id;
  if (isOfThis && kept.unit === budget.unit) return kept;
  // Of a score that was made while the model was live, the rows may be new ones.
  const risks = scored?.window?.since === modelVersion ? undefined : scored?.risks;
  const heldOut = isOfThis ? kept.heldOut : (risks ?? (await heldOutRisks()));
  if ('absent' in heldOut) return heldOut;
  const { deployedAt } = deployment;
  const since =
    last !== null && Date.parse(last.createdAt) > Date.parse(deployedAt) ? last.createdAt : deployedAt;
  return startRiskWatch({ deployment: deployment.id, since, heldOut, budget });
}
