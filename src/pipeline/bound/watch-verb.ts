/** The watch as a verb of its own: looks at the live model now and retrains nothing. */
import { TidewatchError } from '../../base/errors.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import { currentSnapshot, readCurrent } from '../current.ts';
import { challengeStep, openChallengeOf } from '../models/challenge.ts';
import { readLiveModel } from '../models/live-model.ts';
import type { WithModel } from '../resources.ts';
import type { Session } from '../run/session.ts';
import { askingOf } from '../states/gather-facts.ts';
import { standingNow } from '../states/standing.ts';
import type { Standing } from '../states/state.ts';
import { type EstimateRecords, estimateRecords } from '../trends/drift-history.ts';
import { watchStep } from './watch-step.ts';

export interface WatchSummary extends DriftCheck, Standing {
  readonly run: string;
  readonly modelVersion: string;
  /** Snapshot that was looked at. */
  readonly snapshot: string;
  /** Past estimates without labels beside the truth that came later. */
  readonly estimateRecords: EstimateRecords;
}

/**
 * Looks at the compiled data with the live model. New labelled rows are used, as in a run: they go on to the
 * challenger too, whose challenge the next run decides. Errors: `nothing-deployed`, `nothing-ingested`.
 */
export async function watchVerb(resources: WithModel, session: Session): Promise<WatchSummary> {
  const current = readCurrent(resources, () => readLiveModel(resources));
  const { live } = current;
  if (live === null) {
    throw new TidewatchError(
      'nothing-deployed',
      'No model is deployed yet, so there is none to watch. "tidewatch run" trains and deploys one.',
    );
  }
  const snapshot = currentSnapshot(resources, current);
  const challenge = await openChallengeOf(resources, session, live);
  const { check, fresh } = await watchStep(
    resources,
    session,
    live,
    challenge?.model ?? null,
    snapshot,
    null,
  );
  if (challenge !== null) await challengeStep(resources, session, challenge, live, fresh);
  const records = await estimateRecords(await resources.store());
  return {
    run: session.runId,
    modelVersion: live.model.version,
    snapshot: snapshot.id,
    ...check,
    estimateRecords: records,
    ...(await standingNow(resources, askingOf(session))),
  };
}
