/** Whether there is enough new to train on after a retrained model was refused, or what is waited for. */
import { formatCount } from '../report/text/format.ts';
import type { DriftCheck } from '../steps/watch/drift-check.ts';
import type { Store } from '../store/port.ts';
import type { LiveModel } from './live-model.ts';

/**
 * How many times the rows that a refused model was trained on for the first time there must be before another one is
 * trained: fewer would make nearly the same model again, to be refused again. With a fixed factor the work of training
 * grows by the logarithm of the rows, however often new files come.
 */
const GROWTH = 1.25;
/** Checks that are looked through for the newest refusal. */
const MOST_CHECKS = 50;

/**
 * null where a model is to be trained: none was refused since the live model went live, or there are enough rows by
 * now that it does not know. Else what is waited for, in a sentence.
 */
export async function waitAfterRefusal(
  store: Pick<Store, 'checks'>,
  live: LiveModel,
  { rows }: Pick<DriftCheck, 'rows'>,
): Promise<string | null> {
  const { deployedAt } = live.deployed.manifest;
  const refused = (await store.checks({ limit: MOST_CHECKS, kind: 'gate' })).find(
    ({ outcome, createdAt }) => !outcome && createdAt >= deployedAt,
  );
  if (refused === undefined) return null;
  const checked = (await store.checks({ limit: MOST_CHECKS, kind: 'drift' })).find(
    ({ runId }) => runId === refused.runId,
  );
  const needed = Math.ceil(GROWTH * (checked?.rows ?? 0));
  if (rows >= needed) return null;
  return (
    `A model retrained on ${formatCount(checked?.rows ?? 0)} new outcomes was refused. The next one is trained when there are ` +
    `${formatCount(needed)}; there are ${formatCount(rows)} now.`
  );
}
