/** The rows since a change of what follows from the inputs: as an alarm dates it, and as a model remembers it. */

import type { KnownChange, ModelDocument } from '../../core/document/document.ts';
import type { LiveModel } from '../../steps/deploy.ts';
import type { KnownChanges, RowsAfter } from '../../steps/train/train-options.ts';
import { holdsKey, sortedKeys } from '../../steps/watch/key-set.ts';
import type { DriftCheck } from '../../store/port/drift-check.ts';
import { readRows } from '../../store/read-kept-rows.ts';
import type { WithKeptRows } from '../resources.ts';

/**
 * What is known of changes at an alarm: the one that the alarm dates, and the one that the live model was made after.
 * Without a date every row that the live model did not know counts as since then.
 */
export async function changesAtAlarm(
  resources: WithKeptRows,
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
    first === undefined ? null : await readChange(resources, [{ model: version, from: first.runId }]);
  // Where all rows were learned from, those before the earlier change are no worse than before.
  const isSince = live.model.certificate.change?.learned === 'since';
  const earlier = isSince ? await changeKnownBy(resources, live.model) : null;
  return newest === null ? { newest: earlier, earlier: null } : { newest, earlier };
}

/** What is known of changes without an alarm. */
export async function changesKnown(resources: WithKeptRows, live: LiveModel | null): Promise<KnownChanges> {
  return { newest: live === null ? null : await changeKnownBy(resources, live.model), earlier: null };
}

/**
 * The change that a model was made after, with the rows that came since; null where none was known, no row is on record,
 * or the rows are not there any more.
 */
export async function changeKnownBy(
  resources: WithKeptRows,
  { version, certificate }: ModelDocument,
): Promise<RowsAfter | null> {
  const { change } = certificate;
  if (change === undefined) return null;
  return readChange(resources, [...change.looks, { model: version, from: null }], change.at);
}

async function readChange(
  { store: opened, keptRows }: WithKeptRows,
  looks: KnownChange['looks'],
  known: string | null = null,
): Promise<RowsAfter | null> {
  const store = await opened();
  const parts: BigUint64Array[] = [];
  let first: string | null = null;
  for (const { model, from } of looks) {
    const all = await store.judgedLooks(model);
    const start = from === null ? 0 : all.findIndex(({ runId }) => runId === from);
    const since = start < 0 ? [] : all.slice(start);
    first ??= since[0]?.runId ?? null;
    for (const part of since.flatMap(({ rows }) => rows)) {
      const reading = await readRows(keptRows, part);
      // With some of the rows alone, those of the others would count as from before the change.
      if (reading.kind === 'absent') return null;
      parts.push(reading.value.keys);
    }
  }
  if (first === null) return null;
  const keys = sortedKeys(parts);
  const at = known ?? (await store.run(first))?.startedAt;
  if (at === undefined) return null;
  // A row that two models were watched on is there twice.
  const rows = keys.reduce((sum, key, place) => sum + Number(place === 0 || key !== keys[place - 1]), 0);
  return { at, looks, rows, holds: (key) => holdsKey(keys, key) };
}
