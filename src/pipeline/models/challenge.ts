/**
 * Shadow mode: a retrained model, the challenger, scores beside the live one, the champion, on new labelled rows, each
 * used once, until a test that may be looked at after every run decides.
 */

import type { ModelInput } from '../../core/columns/source-column.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import { advanceDuel, type DuelReading, readDuel, startDuel } from '../../core/monitor/performance/duel.ts';
import { unfitInputs } from '../../engine/rows/score-table.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import type { FreshRows } from '../../steps/watch/watch.ts';
import type { ChallengeRecord } from '../../store/port/challenges.ts';
import { changeKnownBy } from '../bound/known-change.ts';
import type { Resources, WithKeptRows, WithStore, WithWorkspace } from '../resources.ts';
import type { Session } from '../run/session.ts';
import { usableDocument } from './stored-model.ts';

/** The challenge that is open, with the model that challenges. */
export interface OpenChallenge {
  readonly record: ChallengeRecord;
  readonly model: ModelDocument;
}

/** How a challenge stands. */
export interface ChallengeStanding {
  readonly challenger: string;
  readonly champion: string;
  readonly openedAt: string;
  /** The run that opened it. */
  readonly runId: string;
  /** New labelled rows that both were compared on. */
  readonly rows: number;
  readonly reading: DuelReading;
}

/**
 * While a challenge is open a drift alarm does not retrain: each retrained model would begin its comparison anew, and
 * none would ever be decided. Only with this many times the training rows of the challenger a better one can be hoped
 * for: twice the rows take the error of a fit down by a third.
 */
const OUTGROWN = 2;

/**
 * Whether there is so much more data that another model should challenge instead: after a change the rows since then
 * count, of which the challenger may have had few.
 * @param rows of the snapshot.
 */
export async function isOutgrown(
  resources: WithKeptRows,
  { model }: OpenChallenge,
  rows: number,
): Promise<boolean> {
  const { change, snapshot } = model.certificate;
  const since = await changeKnownBy(resources, model);
  if (change !== undefined && since !== null) return since.rows >= OUTGROWN * change.rows;
  return rows >= OUTGROWN * snapshot.rows;
}

/** The open challenge of the live model; one that is over for another reason than its test is ended first. */
export async function openChallengeOf(
  resources: Pick<Resources, 'workspace' | 'contract' | 'clock' | 'store'>,
  session: Session,
  live: LiveModel,
): Promise<OpenChallenge | null> {
  const store = await resources.store();
  const { runId, reason: why } = live.deployed.manifest;
  await settleChallenge(resources, runId, live.model.version, why);
  const record = await store.openChallenge();
  if (record === null) return null;
  const model = usableDocument(await store.model(record.challenger));
  const problem = obstacle(resources, model);
  if (model !== null && problem === null) return { record, model };
  await end(resources, session.runId, record, 'superseded', `The challenge ended undecided: ${problem}.`);
  return null;
}

/** Why a challenge cannot go on; null where it can. */
function obstacle(resources: WithWorkspace, model: ModelDocument | null): string | null {
  const { gate } = resources.workspace.config;
  if (gate !== 'sequential') return `the configuration now has the gate ${gate}`;
  if (model === null) return 'the challenger is not in the store any more, or its document was changed';
  const { absent, otherwise } = unfitInputs(resources.contract, model.inputs);
  const names = (inputs: readonly ModelInput[]) => inputs.map(({ name }) => name).join(', ');
  if (absent.length > 0)
    return `the challenger reads ${names(absent)}, which the configuration no longer names`;
  return otherwise.length === 0
    ? null
    : `the challenger reads ${names(otherwise)}, which the configuration makes of other columns now`;
}

/**
 * Ends the open challenge where the live model is not the one that was challenged: the challenger was made live by
 * hand, or another model was.
 */
export async function settleChallenge(
  resources: Pick<Resources, 'clock' | 'store'>,
  runId: string,
  live: string,
  reason: string,
): Promise<void> {
  const record = await (await resources.store()).openChallenge();
  if (record === null || record.champion === live) return;
  if (record.challenger === live) await end(resources, runId, record, 'promoted', reason);
  else await end(resources, runId, record, 'superseded', `Another model, ${live}, was made live: ${reason}`);
}

/** Opens a challenge. The challenger that challenges already goes on with what it has shown. */
export async function startChallenge(
  resources: Pick<Resources, 'workspace' | 'clock' | 'store'>,
  session: Session,
  live: LiveModel,
  challenger: string,
): Promise<void> {
  const store = await resources.store();
  if ((await store.openChallenge())?.challenger === challenger) return;
  const { alpha } = resources.workspace.config.drift;
  await store.startChallenge({
    runId: session.runId,
    challenger,
    champion: live.model.version,
    openedAt: resources.clock.now().toISOString(),
    state: startDuel({ alpha, f1: live.f1 }),
  });
}

/** Compares both on rows that no run has used, keeps the state, and says how the challenge stands. */
export async function challengeStep(
  resources: WithStore,
  session: Session,
  { record, model }: OpenChallenge,
  live: LiveModel,
  fresh: FreshRows,
): Promise<DuelReading> {
  return session.step(
    'challenge',
    async () => {
      if (fresh.challenger === null || fresh.labels.length === 0) return readDuel(record.state);
      const state = advanceDuel(record.state, {
        labels: fresh.labels,
        champion: fresh.champion,
        championThreshold: live.model.threshold,
        challenger: fresh.challenger,
        challengerThreshold: model.threshold,
      });
      const store = await resources.store();
      await store.advanceChallenge({ challenger: record.challenger, rows: state.rows, state });
      return readDuel(state);
    },
    (reading) => reading.reason,
  );
}

/** Ends a challenge that its test has decided. */
export async function decideChallenge(
  resources: Pick<Resources, 'clock' | 'store'>,
  session: Session,
  record: ChallengeRecord,
  reading: DuelReading,
): Promise<void> {
  const status = reading.outcome === 'promote' ? 'promoted' : 'retired';
  await end(resources, session.runId, record, status, reading.reason);
}

/** How the open challenge stands; null where there is none. */
export async function standingOf(resources: WithStore): Promise<ChallengeStanding | null> {
  const record = await (await resources.store()).openChallenge();
  if (record === null) return null;
  const { challenger, champion, openedAt, runId, rows } = record;
  return { challenger, champion, openedAt, runId, rows, reading: readDuel(record.state) };
}

async function end(
  resources: Pick<Resources, 'clock' | 'store'>,
  runId: string,
  { challenger }: ChallengeRecord,
  status: 'promoted' | 'retired' | 'superseded',
  reason: string,
): Promise<void> {
  const at = resources.clock.now().toISOString();
  await (await resources.store()).endChallenge({ challenger, status, runId, at, reason });
}
