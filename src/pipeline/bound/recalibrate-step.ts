/** The step that moves the risks of the live model where the base rate alone has changed. */

import type { ModelDocument } from '../../core/document/document.ts';
import { readFoldModels } from '../../engine/kept/fold-models.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import { recalibrate } from '../../steps/train/recalibrate.ts';
import type { RowsAfter } from '../../steps/train/train-options.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import type { Current } from '../current.ts';
import { compareOnTest } from '../models/compare-models.ts';
import { type GateVerdict, judgeRecalibrated } from '../models/gate.ts';
import type { WithTraining } from '../resources.ts';
import type { Session } from '../run/session.ts';
import { recordGate } from './gate-step.ts';
import { trainDepsOf, trainOptionsOf } from './train-step.ts';

/** Whether an alarm asks for the live model with its risks moved: what it is good at has not changed, by the detector. */
export function asksForRecalibration({ rule, drift, risk }: DriftCheck): boolean {
  return rule === 'sequential' && drift && risk?.change === 'base-rate';
}

/** What came of the step; `made`: the moved model is in output_model_path. Else a model has to be trained. */
export interface RecalibrateOutcome {
  readonly made: {
    readonly model: ModelDocument;
    readonly verdict: GateVerdict;
    /** F1 of the live model on the rows of the comparison. */
    readonly champion: number;
    readonly reason: string;
  } | null;
  readonly told: string;
}

/** Moves the risks, and lets the gate judge by the rows since the change. A model that it refuses is not recorded as refused. */
export async function recalibrateStep(
  resources: WithTraining,
  session: Session,
  live: LiveModel,
  current: Current,
  change: RowsAfter,
): Promise<RecalibrateOutcome> {
  return session.step(
    'recalibrate',
    async (): Promise<RecalibrateOutcome> => {
      const answer = await recalibrate(await trainDepsOf(resources), {
        ...trainOptionsOf(resources, session, current),
        live: live.model,
        folds: readFoldModels(resources.workspace.paths.output, live.model.version),
        change,
      });
      if (answer.kind === 'retrain')
        return { made: null, told: `A model is trained instead. ${answer.reason}` };
      const { document } = answer;
      const comparison = await compareOnTest(resources, live.model, document, current);
      const verdict = judgeRecalibrated(resources.workspace.config.gate, comparison);
      if (!verdict.accepted) return { made: null, told: `A model is trained instead. ${verdict.reason}` };
      const { rows, f1 } = comparison;
      const challenger = f1?.challenger ?? 0;
      await recordGate(resources, session, {
        live,
        trained: document,
        verdict,
        comparison,
        rows,
        f1: challenger,
      });
      const reason = document.certificate.calibration ?? verdict.reason;
      const made = { model: document, verdict, champion: f1?.champion ?? 0, reason };
      return { made, told: `${reason} ${answer.reason}` };
    },
    ({ told }) => told,
  );
}
