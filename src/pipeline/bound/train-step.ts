/** Training bound to a workspace. */
import { train } from '../../steps/train/train.ts';
import type { KnownChanges, TrainDeps, Trained, TrainOptions } from '../../steps/train/train-options.ts';
import { type Current, currentSnapshot } from '../current.ts';
import type { Resources, WithTraining } from '../resources.ts';
import type { Session } from '../run/session.ts';
import { campaignOf, outcomeRuleOf } from '../settings.ts';
import { changesKnown } from './known-change.ts';

/** @param changes what is known of changes; absent: what the live model knows. */
export async function trainStep(
  resources: WithTraining,
  session: Session,
  current: Current,
  changes?: KnownChanges,
): Promise<Trained> {
  return session.step(
    'train',
    async () =>
      train(await trainDepsOf(resources), {
        ...trainOptionsOf(resources, session, current),
        changes: changes ?? (await changesKnown(resources, current.live)),
      }),
    ({ summary: { version, selection, learner, rows, notes } }) =>
      [
        `model ${version} (${selection?.chosen ?? learner}) on ${rows} rows${notes.length === 0 ? '' : '.'}`,
        ...notes,
      ].join(' '),
  );
}

export async function trainDepsOf(
  resources: Pick<Resources, 'clock' | 'progress' | 'store' | 'engine' | 'team'>,
): Promise<TrainDeps> {
  const { clock, progress } = resources;
  const [engine, store] = [await resources.engine(), await resources.store()];
  return { engine, store, clock, progress, compute: () => resources.team() };
}

/** What a model is made by, all but the changes that are known. */
export function trainOptionsOf(
  resources: Pick<Resources, 'workspace' | 'contract' | 'version'>,
  session: Session,
  current: Current,
): Omit<TrainOptions, 'changes'> {
  const { workspace, contract, version } = resources;
  const { config, paths } = workspace;
  const snapshot = currentSnapshot(resources, current);
  const candidate = current.live?.model.certificate.options['candidate'];
  return {
    runId: session.runId,
    version,
    snapshot,
    files: snapshot.files.map((file) => file.name),
    contract,
    modelFolder: paths.model,
    outputFolder: paths.output,
    model: config.model,
    budgetSeconds: config.train.budget_seconds,
    logistic: config.logistic,
    calibration: config.calibration,
    threshold: config.threshold,
    campaign: campaignOf(config),
    monotone: config.columns.monotone,
    outcomes: outcomeRuleOf(config),
    holdout: config.holdout,
    liveCandidate: typeof candidate === 'string' ? candidate : null,
    seed: config.seed,
  };
}
