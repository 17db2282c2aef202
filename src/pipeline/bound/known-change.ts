/** The rows since a change of what follows from the inputs: as an alarm dates it, and as a model remembers it. */

import type { KnownChange, ModelDocument } from '../../core/document/document.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import type { KnownChanges, RowsAfter } from '../../steps/train/train-options.ts';
import { holdsKey, sortedKeys } from '../../steps/watch/key-set.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import type { MonitorStore } from '../../store/port/monitors.ts';
import type { RunStore } from '../../store/port/runs.ts';
import type { Resources } from '../resources.ts';

type ChangeStore = Pick<MonitorStore, 'judgedLooks'> & Pick<RunStore, 'run'>;

/**
 * What is known of changes at an alarm: the one that the alarm dates, and the one that the live model was made after.
 * Without a date every row that the live model did not know counts as since then.
 */
export async function changesAtAlarm(
  resources: Pick<Resources, 'store'>,
  live: LiveModel,
  check: Pick<DriftCheck, 'risk'>,
): Promise<KnownChanges> {
  const store = await resources.store();
  const { version } = live.model;
  const looks = await store.judgedLooks(version);
  // The detector counts the looks since the deployment; a model that was live before has earlier ones.
  const { looks: counted, changedAt } = check.risk ?? { looks: 0, changedAt: null };
  const first = changedAt === null ? looks[0] : looks[looks.length - counted + changedAt - 1];
  const newest =
    first === undefined ? null : await readChange(store, [{ model: version, from: first.runId }]);
  // Where all rows were learned from, those before the earlier change are no worse than before.
  const isSince = live.model.certificate.change?.learned === 'since';
  const earlier = isSince ? await changeKnownBy(resources, live.model) : null;
  return newest === null ? { newest: earlier, earlier: null } : { newest, earlier };
}

/** What is known of changes without an alarm. */
export async function changesKnown(
  resources: Pick<Resources, 'store'>,
  live: LiveModel | null,
): Promise<KnownChanges> {
  return { newest: live === null ? null : await changeKnownBy(resources, live.model), earlier: null };
}

/** The change that a model was made after, with the rows that came since; null where none was known, or no row is on record. */
export async function changeKnownBy(
  { store }: Pick<Resources, 'store'>,
  { version, certificate }: ModelDocument,
): Promise<RowsAfter | null> {
  const { change } = certificate;
  if (change === undefined) return null;
  return readChange(await store(), [...change.looks, { model: version, from: null }], change.at);
}

async function readChange(
  store: ChangeStore,
  looks: KnownChange['looks'],
  known: string | null = null,
): Promise<RowsAfter | null> {
  const parts: BigUint64Array[] = [];
  let first: string | null = null;
  for (const { model, from } of looks) {
    const all = await store.judgedLooks(model);
    const start = from === null ? 0 : all.findIndex(({ runId }) => runId === from);
    const since = start < 0 ? [] : all.slice(start);
    first ??= since[0]?.runId ?? null;
    parts.push(...since.map(({ keys }) => keys));
  }
  if (first === null) return null;
  const keys = sortedKeys(parts);
  const at = known ?? (await store.run(first))?.startedAt;
  if (at === undefined) return null;
  // A row that two models were watched on is there twice.
  const rows = keys.reduce((sum, key, place) => sum + Number(place === 0 || key !== keys[place - 1]), 0);
  return { at, looks, rows, holds: (key) => holdsKey(keys, key) };
}
