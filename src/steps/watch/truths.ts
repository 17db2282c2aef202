/** Finds the truth of earlier estimates: labels that have come for rows that were predicted without. */

import type { ModelDocument } from '../../core/document/document.ts';
import { evaluate } from '../../core/metrics/evaluate.ts';
import type { KeptRows } from '../../engine/port.ts';
import { type Examples, placesOf } from '../../engine/rows/examples.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import {
  type EstimateStore,
  TRUE_METRICS,
  type Truth,
  type WaitingCohort,
} from '../../store/port/estimates.ts';
import type { ModelStore } from '../../store/port/models.ts';
import type { WatchRecord } from '../../store/port/monitors.ts';
import { readRows } from '../../store/read-kept-rows.ts';
import { holdsKey, sortedKeys } from './key-set.ts';

/** Estimates that may wait for more labels at a time; the oldest are settled with those that they have. */
const MAX_WAITING = 24;

/**
 * What the labels of the snapshot say of the estimates that wait for them; only those that learn something. One whose
 * rows are lost waits no longer, and keeps the truth that it had.
 */
export async function findTruths(
  store: Pick<EstimateStore, 'cohorts'> & Pick<ModelStore, 'model'>,
  kept: Pick<KeptRows, 'read'>,
  examples: Examples,
): Promise<WatchRecord['truths']> {
  const cohorts = await store.cohorts();
  if (cohorts.length === 0) return [];
  const outcomes = await outcomesOf(examples);
  const truths: WatchRecord['truths'][number][] = [];
  for (const [index, { runId, modelVersion, parts }] of cohorts.entries()) {
    const cohort = await readCohort(kept, parts);
    if (cohort === null) {
      truths.push({ runId, modelVersion, labelled: null, truth: null, settled: true });
      continue;
    }
    const record = await store.model(modelVersion);
    const labels = labelsOf(cohort, outcomes);
    const labelled = labels.reduce((count, label) => count + (Number.isNaN(label) ? 0 : 1), 0);
    const settled = labelled === labels.length || index < cohorts.length - MAX_WAITING;
    if (labelled === 0 && !settled) continue;
    const threshold = (record?.document as ModelDocument | undefined)?.threshold ?? 0.5;
    truths.push({
      runId,
      modelVersion,
      labelled,
      truth: truthOf(labels, cohort.probabilities, threshold),
      settled,
    });
  }
  return truths;
}

/** Content keys of rows, without the label, and what was said of them. */
interface Cohort {
  readonly keys: BigUint64Array;
  readonly probabilities: Float64Array;
}

/** The rows of a cohort; null where some are not there any more. */
async function readCohort(
  kept: Pick<KeptRows, 'read'>,
  parts: WaitingCohort['parts'],
): Promise<Cohort | null> {
  const keys: bigint[] = [];
  const probabilities: number[] = [];
  for (const part of parts) {
    const reading = await readRows(kept, part);
    if (reading.kind === 'absent' || reading.value.probabilities === null) return null;
    for (const key of reading.value.keys) keys.push(key);
    for (const probability of reading.value.probabilities) probabilities.push(probability);
  }
  return { keys: BigUint64Array.from(keys), probabilities: Float64Array.from(probabilities) };
}

/** The metrics of labelled rows; null without one. Rows without a label (NaN) are left out. */
export function truthOf(labels: Float64Array, probabilities: Float64Array, threshold: number): Truth | null {
  if (labels.every(Number.isNaN)) return null;
  const { rows, metrics } = evaluate(labels, probabilities, threshold);
  const values = TRUE_METRICS.map((name) => [name, metrics[name]?.value ?? null] as const);
  return { rows, metrics: Object.fromEntries(values) as Truth['metrics'] };
}

interface Outcomes {
  readonly left: BigUint64Array;
  readonly stayed: BigUint64Array;
}

/** Keys, without the label, of the rows whose outcome is known, by outcome. */
async function outcomesOf(examples: Examples): Promise<Outcomes> {
  const { table } = examples;
  const target = columnOf(table.contract, 'target');
  const names = table.contract.columns.map(({ name }) => name).filter((name) => name !== target);
  const keys = await table.keys(names);
  const places = placesOf(examples, 'both');
  const labels = new Float64Array(table.rows);
  for await (const { offset, columns } of table.stream([target])) {
    const [column] = columns;
    if (column?.kind === 'numeric') labels.set(column.values, offset);
  }
  const keysOf = (label: number) =>
    BigUint64Array.from(
      places.filter((place) => labels[place] === label),
      (place) => keys[place] as bigint,
    );
  return { left: sortedKeys([keysOf(1)]), stayed: sortedKeys([keysOf(0)]) };
}

/** A client of whom both outcomes are told counts as not known. */
function labelsOf({ keys }: Cohort, { left, stayed }: Outcomes): Float64Array {
  return Float64Array.from(keys, (key) => {
    const [is, isNot] = [holdsKey(left, key), holdsKey(stayed, key)];
    return is === isNot ? Number.NaN : Number(is);
  });
}
