/** Feature columns of the rows that a learner learns from. */

import type { ModelInput, SourceBatch } from '../columns/source-column.ts';
import type { Feature } from '../document/document.ts';
import { baseRateOf, type TargetRateFeature } from './target-rate.ts';
import { type ClientOrder, orderClients, orderedRates } from './target-rate-ordered.ts';
import { createTransform } from './transform.ts';

/**
 * The feature columns of each batch, as `createTransform` makes them, but with the rates of levels that were fitted
 * on these very rows replaced by ordered ones, so that no row shows its own outcome. For rows that are learned from
 * only: others (of a validation fold, or to score) take `createTransform`. The result must not be written to.
 *
 * @param features a recipe that was fitted on these rows and labels.
 * @param labels 1 and 0, one array a batch.
 * @param clients the client of each row of all batches; null: each row is a client of its own.
 * @param seed draws the order of the clients; models that are averaged profit from one of their own each.
 */
export function trainingColumns(
  features: readonly Feature[],
  inputs: readonly ModelInput[],
  batches: readonly SourceBatch[],
  labels: readonly ArrayLike<number>[],
  clients: Int32Array | null,
  seed: number,
): Float64Array[][] {
  const columns = batches.map(createTransform(features, inputs));
  if (!features.some(({ kind }) => kind === 'target-rate')) return columns;
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const outcomes = joined(labels, rows);
  const order = orderClients(rows, clients, seed);
  const ordered = features.map((feature) =>
    feature.kind === 'target-rate' ? ratesOf(feature, inputs, batches, outcomes, order) : null,
  );
  let begin = 0;
  return columns.map((block, index) => {
    const end = begin + (batches[index] as SourceBatch).rows;
    const made = block.map((values, feature) => ordered[feature]?.subarray(begin, end) ?? values);
    begin = end;
    return made;
  });
}

function ratesOf(
  { source, levels }: TargetRateFeature,
  inputs: readonly ModelInput[],
  batches: readonly SourceBatch[],
  labels: Uint8Array,
  order: ClientOrder,
): Float64Array {
  const places = createTransform(
    [
      { kind: 'category', source, levels },
      { kind: 'missing', source },
    ],
    inputs,
  );
  const codes = new Int32Array(labels.length);
  let row = 0;
  for (const batch of batches) {
    const [codeOf, isMissing] = places(batch) as [Float64Array, Float64Array];
    for (let i = 0; i < batch.rows; i++) {
      const code = codeOf[i] as number;
      codes[row++] = isMissing[i] === 1 ? levels.length : Number.isNaN(code) ? -1 : code;
    }
  }
  const left = labels.reduce((sum, label) => sum + label, 0);
  return orderedRates(codes, levels.length + 1, labels, baseRateOf(left, labels.length), order);
}

function joined(parts: readonly ArrayLike<number>[], rows: number): Uint8Array {
  const labels = new Uint8Array(rows);
  let at = 0;
  for (const part of parts) {
    labels.set(part, at);
    at += part.length;
  }
  return labels;
}
