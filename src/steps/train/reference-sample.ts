/** Picks the reference sample of a model: training rows with margins of models that had not seen them. */
import { asTidewatchError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { clientKey } from '../../core/clients/client-key.ts';
import type { SourceBatch } from '../../core/columns/source-column.ts';
import { concatBatches, takeCodes, takeRows, takeValues } from '../../core/columns/take-rows.ts';
import type { CandidateSpec } from '../../core/learners/candidates.ts';
import { planFolds } from '../../core/learners/plan-folds.ts';
import type { ReferenceSample } from '../../engine/kept/reference-file.ts';
import { crossValidate } from './cross-validate.ts';
import type { Compute } from './fit/rows.ts';
import type { readClients, Training } from './read-training.ts';

/** What the chosen candidate has scored out of fold already, NaN where not. */
export interface OutOfFold {
  readonly batch: SourceBatch;
  readonly labels: Float64Array;
  readonly margins: Float64Array;
}

/** A sample, or why there is none. */
export type ReferenceChoice =
  | { readonly sample: ReferenceSample; readonly reason: null }
  | { readonly sample: null; readonly reason: string };

export interface CrossFitOptions {
  readonly seed: number;
  /** Days after the time of a row at which its outcome is known. */
  readonly horizonDays: number;
  readonly compute: () => Compute;
  /** The clients of rows of a training that was read without them; null: each row is a client of its own. */
  readonly readClients: (rows: Uint32Array) => ReturnType<typeof readClients>;
}

/** More rows would make no estimate better by much. */
const MAX_ROWS = 20_000;

/**
 * At most 20,000 rows, drawn by the seed and spread evenly over the table, in its order. Margins out of fold are
 * taken where selection made them; else the candidate is cross-fitted on the rows of the sample. With too few rows
 * of a class, or where a fold cannot be fitted, there is no sample and the reason is told.
 */
export async function chooseReference(
  spec: CandidateSpec,
  training: Training,
  outOfFold: OutOfFold | null,
  options: CrossFitOptions,
): Promise<ReferenceChoice> {
  if (outOfFold !== null) {
    const held = Uint32Array.from(outOfFold.margins, (_, row) => row).filter(
      (row) => !Number.isNaN(outOfFold.margins[row]),
    );
    if (held.length > 0) {
      const rows = takePlaces(held, spreadRows(held.length, options.seed));
      const { clients, ids } = training;
      const own = clients === null || ids === null ? null : { codes: takeCodes(clients, rows), ids };
      return { sample: pick(training, outOfFold, rows, rows, own), reason: null };
    }
  }
  return crossFit(spec, training, options);
}

/** The sample of rows at these places of `scored`, which are ascending. */
function pick(
  training: Training,
  scored: OutOfFold,
  places: Uint32Array,
  rows: Uint32Array,
  clients: Awaited<ReturnType<typeof readClients>>,
): ReferenceSample {
  return {
    inputs: training.inputs,
    batch: takeRows(scored.batch, places),
    labels: takeValues(scored.labels, places),
    margins: takeValues(scored.margins, places),
    values: training.values === null ? null : takeValues(training.values, rows),
    clients:
      clients === null
        ? null
        : BigUint64Array.from(clients.codes, (code) => clientKey(clients.ids.text(code))),
  };
}

/** Places below `rows`, ascending: all, or one drawn from each of so many equal stretches. */
function spreadRows(rows: number, seed: number): Uint32Array {
  if (rows <= MAX_ROWS) return Uint32Array.from({ length: rows }, (_, row) => row);
  const random = createRandom(seed, 3000);
  const edge = (k: number) => Math.floor((k * rows) / MAX_ROWS);
  return Uint32Array.from({ length: MAX_ROWS }, (_, k) => edge(k) + random.below(edge(k + 1) - edge(k)));
}

/** What a fold may fail with because its rows are too few or too plain. */
export const TOO_LITTLE: ReadonlySet<string> = new Set(['not-converged', 'one-class', 'too-few-rows']);

async function crossFit(
  spec: CandidateSpec,
  training: Training,
  { seed, horizonDays, compute, readClients }: CrossFitOptions,
): Promise<ReferenceChoice> {
  const rows = spreadRows(training.rows, seed);
  const { batch, labels } = rowsOf(training, rows);
  const times = training.times === null ? null : takeValues(training.times, rows);
  const { ids } = training;
  const own =
    training.clients === null || ids === null
      ? await readClients(rows)
      : { codes: takeCodes(training.clients, rows), ids };
  const clients = own?.codes ?? null;
  const plan = planFolds({ labels, times, clients }, { seed, horizonDays });
  if (plan === null) {
    const positives = labels.reduce((sum, label) => sum + label, 0);
    return none(
      `${labels.length} rows, ${Math.min(positives, labels.length - positives)} of the smaller class, are too few to ` +
        'score rows by models that have not seen them.',
    );
  }
  const once = { ...plan, folds: plan.folds.slice(0, plan.firstRepeat), repeats: 1 };
  try {
    const data = { inputs: training.inputs, batch, labels, clients };
    const { margins } = await crossValidate(spec, data, once, compute);
    const held = Uint32Array.from(rows, (_, place) => place).filter((place) => !Number.isNaN(margins[place]));
    const heldClients = own === null ? null : { codes: takeCodes(own.codes, held), ids: own.ids };
    const scored = { batch, labels, margins };
    return { sample: pick(training, scored, held, takePlaces(rows, held), heldClients), reason: null };
  } catch (error) {
    const { code, message } = asTidewatchError(error);
    if (!TOO_LITTLE.has(code)) throw error;
    return none(`A fold of the rows could not be fitted. ${message}`);
  }
}

function none(reason: string): ReferenceChoice {
  return { sample: null, reason };
}

function takePlaces(rows: Uint32Array, places: Uint32Array): Uint32Array {
  return places.map((place) => rows[place] as number);
}

/** The rows at these ascending places of all batches, as one batch. */
function rowsOf(
  { batches, labels }: Training,
  rows: Uint32Array,
): { readonly batch: SourceBatch; readonly labels: Float64Array } {
  const parts: SourceBatch[] = [];
  const classes = new Float64Array(rows.length);
  let [at, offset] = [0, 0];
  for (const [index, batch] of batches.entries()) {
    let end = at;
    while (end < rows.length && (rows[end] as number) < offset + batch.rows) end++;
    const places = rows.subarray(at, end).map((row) => row - offset);
    parts.push(takeRows(batch, places));
    classes.set(takeValues(labels[index] as Float64Array, places), at);
    at = end;
    offset += batch.rows;
  }
  return { batch: concatBatches(parts), labels: classes };
}
