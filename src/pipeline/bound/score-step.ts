/** Scoring on the test data, bound to a workspace. */
import { describeOverlap, describeTestRows } from '../../core/metrics/test-window.ts';
import { formatScore } from '../../report/text/format.ts';
import { type ScoreSummary, score } from '../../steps/score.ts';
import type { Trained } from '../../steps/train/train-options.ts';
import type { Current } from '../current.ts';
import type { Resources, WithData } from '../resources.ts';
import type { Session } from '../run/session.ts';
import { campaignOf } from '../settings.ts';
import { readTestDataFor } from '../workspace-state.ts';

/** Scores a trained model. */
export async function scoreStep(
  resources: WithData & Pick<Resources, 'progress'>,
  session: Session,
  trained: Pick<Trained, 'model'>,
  current: Current,
): Promise<ScoreSummary> {
  return session.step(
    'score',
    async () => {
      const { model } = trained;
      return score(
        {
          engine: await resources.engine(),
          store: await resources.store(),
          clock: resources.clock,
          progress: resources.progress,
        },
        {
          runId: session.runId,
          model,
          test: await readTestDataFor(resources, model, current),
          campaign: campaignOf(resources.workspace.config),
          modelFolder: resources.workspace.paths.model,
        },
      );
    },
    ({ f1, rows, window }) => {
      const overlap = describeOverlap(window);
      const note = overlap === null ? '' : `. ${overlap}`;
      return `F1 ${formatScore(f1)} on ${describeTestRows(rows, window)}${note}`;
    },
  );
}
