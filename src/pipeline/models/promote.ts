/** Makes a stored model live: one that is named, or the one that was live before. */

import type { ModelDocument } from '../../core/document/document.ts';
import { describeTestRows } from '../../core/metrics/test-window.ts';
import { type DeploySummary, type LiveModel, summariseDeployment } from '../../steps/deploy.ts';
import { evaluateOnTest, recordTestScore } from '../../steps/score.ts';
import { deployStep } from '../bound/deploy-step.ts';
import { type Current, readCurrent } from '../current.ts';
import type { Resources, WithModel } from '../resources.ts';
import { recordLive } from '../run/recover-live.ts';
import type { Session } from '../run/session.ts';
import { campaignOf } from '../settings.ts';
import { readTestDataFor } from '../workspace-state.ts';
import { settleChallenge } from './challenge.ts';
import { liveVersionOf } from './live-model.ts';
import { resolveModel } from './model-names.ts';
import { documentOf } from './stored-model.ts';

export interface PromotionSummary {
  /** `already-live`: the model was live, and nothing was done. */
  readonly kind: 'promoted' | 'rolled-back' | 'already-live';
  readonly run: string;
  readonly model: string;
  /** The model that was live before; null where there was none. */
  readonly replaced: string | null;
  /** Its F1 on the test data of today. */
  readonly f1: number;
  /** Test rows; null where nothing was scored. */
  readonly rows: number | null;
  readonly deployment: DeploySummary | null;
}

/**
 * Scores the model of a name on the test data of today and makes it live, also where the files of the live one are
 * damaged. Errors: those of `resolveModel`, `model-invalid` where the stored document was changed, of
 * scoring (`column-missing` where the configuration no longer names what the model reads), and of deploying.
 */
export async function promote(
  resources: WithModel & Pick<Resources, 'log'>,
  session: Session,
  name: string,
  reason: string,
): Promise<PromotionSummary> {
  const live = await recordLive(resources, session);
  const replaced = live?.model.version ?? (await liveVersionOf(resources));
  const record = await resolveModel(resources, name);
  const { version } = record;
  if (live?.model.version === version) {
    return {
      kind: 'already-live',
      run: session.runId,
      model: version,
      replaced: null,
      f1: live.f1,
      rows: null,
      deployment: null,
    };
  }
  const current = readCurrent(resources, () => live);
  const { rows, deployment } = await scoreAndDeploy(resources, session, documentOf(record), reason, current);
  await settleChallenge(resources, session.runId, version, reason);
  const { f1 } = deployment;
  return {
    kind: 'promoted',
    run: session.runId,
    model: version,
    replaced,
    f1,
    rows,
    deployment: summariseDeployment(deployment),
  };
}

/** Makes the model live that was live before the present one; `not-found` where there is none. */
export async function rollback(
  resources: WithModel & Pick<Resources, 'log'>,
  session: Session,
  reason: string,
): Promise<PromotionSummary> {
  return { ...(await promote(resources, session, 'previous', reason)), kind: 'rolled-back' };
}

/** Scores and deploys a stored model, as two steps of the session. */
export async function scoreAndDeploy(
  resources: WithModel,
  session: Session,
  model: ModelDocument,
  reason: string,
  current: Current,
): Promise<{ readonly rows: number; readonly deployment: LiveModel }> {
  const { f1Score: f1, rows } = await session.step(
    'score',
    async () => {
      const test = await readTestDataFor(resources, model, current);
      const campaign = campaignOf(resources.workspace.config);
      const evaluation = await evaluateOnTest(await resources.engine(), model, test, campaign);
      const deps = { store: await resources.store(), clock: resources.clock };
      await recordTestScore(deps, evaluation, { runId: session.runId, model, test });
      return evaluation;
    },
    (evaluation) =>
      `model ${model.version}: F1 ${evaluation.f1Score} on ${describeTestRows(evaluation.rows, evaluation.window)}`,
  );
  return { rows, deployment: await deployStep(resources, session, { model, f1 }, reason) };
}
