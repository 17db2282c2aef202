/** Whether there is enough new to train on after a retrained model was refused, or what is waited for. */

import { formatCount } from '../../report/text/format.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import type { CheckStore, JudgedChange } from '../../store/port/checks.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';

/**
 * How many times the rows that a refused model was trained on for the first time there must be before another one is
 * trained: fewer would make nearly the same model again, to be refused again. With a fixed factor the work of training
 * grows by the logarithm of the rows, however often new files come.
 */
const GROWTH = 1.25;
/** Checks that are looked through for the newest refusal. */
const MAX_CHECKS = 50;

/**
 * null where a model is to be trained: none was refused since the live model went live, or there are enough rows by
 * now that it does not know. After a change the rows since then count, so that many older ones do not let it wait for
 * long. Else what is waited for, in a sentence. What came before what is told by the order of recording.
 * @param since rows with an outcome since the change that is known now; null: none is known.
 */
export async function waitAfterRefusal(
  store: Pick<CheckStore, 'checks' | 'latestCheck'>,
  live: Pick<LiveModel, 'model'>,
  { rows }: Pick<DriftCheck, 'rows'>,
  since: number | null,
): Promise<string | null> {
  const refused = await newestRefusal(store, live.model.version);
  if (refused === null) return null;
  const { checked, change } = refused;
  const [had, has] = change === null || since === null ? [checked, rows] : [change.rows, since];
  const needed = Math.ceil(GROWTH * had);
  if (has >= needed) return null;
  const what =
    change === null || since === null ? 'new outcomes' : `outcomes since ${change.at.slice(0, 10)}`;
  return (
    `A model retrained on ${formatCount(had)} ${what} was refused. The next one is trained when there are ` +
    `${formatCount(needed)}; there are ${formatCount(has)} now.`
  );
}

/**
 * The newest gate check where it refused a model, by a run that watched this live model, with no other model watched
 * since: the new rows of that run, and what is known of a change.
 */
async function newestRefusal(
  store: Pick<CheckStore, 'checks' | 'latestCheck'>,
  version: string,
): Promise<{ readonly checked: number; readonly change: JudgedChange | null } | null> {
  const gate = await store.latestCheck('gate');
  if (gate === null || gate.outcome) return null;
  const drift = await store.checks({ limit: MAX_CHECKS, kind: 'drift' });
  const other = drift.findIndex(({ modelVersion }) => modelVersion !== version);
  const own = other === -1 ? drift : drift.slice(0, other);
  const checked = own.find(({ runId }) => runId === gate.runId);
  if (checked === undefined) return null;
  return { checked: checked.rows, change: gate.details.change };
}
