/** How well the model does on rows whose labels are not known: the estimate, and what it speaks of. */

import type { SourceBatch } from '../../core/columns/source-column.ts';
import { concatBatches } from '../../core/columns/take-rows.ts';
import type { ModelDocument } from '../../core/document/document.ts';
import type { Campaign } from '../../core/metrics/campaign.ts';
import {
  type CurrentRows,
  estimateUnderShift,
  type ReferenceRows,
} from '../../core/monitor/estimates/estimate-under-shift.ts';
import { estimatePerformance } from '../../core/monitor/estimates/performance-estimate.ts';
import type { Scorer } from '../../core/scoring/scorer.ts';
import type { KeptColumns, Table } from '../../engine/port.ts';
import type { WatchEstimate } from '../../store/port/drift-check.ts';
import { inOrderOfKeys, type Look } from './look.ts';
import { truthOf } from './truths.ts';

/** More rows would not make an estimate better by much; those with the highest keys are taken. */
const MAX_ROWS = 50_000;
/** Fewer new rows wait for others before an estimate of them is put on record. */
const MIN_ON_RECORD = 100;
const LEVEL = 0.95;

export interface EstimateSettings {
  readonly model: ModelDocument;
  readonly scorer: Scorer;
  readonly campaign: Campaign | null;
  readonly seed: number;
  /** Labelled rows that were scored by a model that had not seen them, or why there are none. */
  readonly reference: ReferenceRows | { readonly absent: string };
}

export interface EstimateOfLook {
  readonly told: WatchEstimate | null;
  /** Rows that it waits for; null where it waits for none. */
  readonly cohort: KeptColumns | null;
  /** Places of rows that no later estimate takes as new. */
  readonly used: Uint32Array;
}

const NOTHING: EstimateOfLook = { told: null, cohort: null, used: new Uint32Array(0) };

/**
 * Estimates on the new rows without a label where there are enough for the record, else on all that wait; without
 * any, on the labelled rows, with the truth beside. `fresh`: places of rows that no estimate has used yet.
 */
export async function estimateLook(
  table: Table,
  look: Look,
  fresh: Uint32Array,
  settings: EstimateSettings,
): Promise<EstimateOfLook> {
  const waits = (row: number): boolean => Number.isNaN(look.labels[row]) && look.superseded[row] === 0;
  const isKnown = (row: number): boolean => !Number.isNaN(look.labels[row]);
  const all = Uint32Array.from({ length: look.rows }, (_, row) => row);
  const waiting = all.filter(waits);
  const candidates =
    waiting.length > 0 ? [fresh.filter(waits), waiting] : [fresh.filter(isKnown), all.filter(isKnown)];
  const chosen = candidates.find((rows) => rows.length >= MIN_ON_RECORD) ?? (candidates[1] as Uint32Array);
  if (chosen.length === 0) return NOTHING;
  const recorded = chosen === candidates[0] && chosen.length >= MIN_ON_RECORD;
  const places = inOrderOfKeys(chosen, look.keys).slice(0, MAX_ROWS).sort();
  const take = (values: Float64Array): Float64Array =>
    Float64Array.from(places, (row) => values[row] as number);
  const values = look.values === null ? null : take(look.values);
  const { clients } = look;
  const own = clients === null ? null : BigUint64Array.from(places, (row) => clients[row] as bigint);
  const made = await estimateRows(table, places, { values, clients: own }, settings);
  const truth =
    waiting.length > 0
      ? null
      : truthOf(take(look.labels), take(look.probabilities), settings.model.threshold);
  const told: WatchEstimate = {
    of: waiting.length > 0 ? 'waiting' : 'labelled',
    rows: chosen.length,
    sampled: places.length,
    ...made,
    truth,
    recorded,
  };
  const keys = BigUint64Array.from(places, (row) => look.clientKeys[row] as bigint);
  const cohort = recorded && waiting.length > 0 ? { keys, probabilities: take(look.probabilities) } : null;
  return { told, cohort, used: recorded ? chosen : NOTHING.used };
}

async function estimateRows(
  table: Table,
  places: Uint32Array,
  { values, clients }: Pick<CurrentRows, 'values' | 'clients'>,
  { model, scorer, campaign, seed, reference }: EstimateSettings,
): Promise<Pick<WatchEstimate, 'method' | 'reason' | 'estimate' | 'shift'>> {
  const batch = await readRows(table, places, scorer);
  const margins = new Float64Array(batch.rows);
  scorer.marginInto(batch, margins);
  if ('absent' in reference) {
    const estimate = estimatePerformance(margins.map(scorer.calibrate), model.threshold, {
      level: LEVEL,
      campaign,
      values,
    });
    return { method: 'cbpe', reason: reference.absent, estimate, shift: null };
  }
  const { calibration, threshold } = model;
  const options = { inputs: scorer.inputs, calibration, threshold, campaign, level: LEVEL, seed };
  const { method, reason, pape, ...shift } = estimateUnderShift(
    reference,
    { batch, margins, values, clients: clients ?? null },
    options,
  );
  return { method, reason, estimate: pape ?? shift.cbpe, shift };
}

/** The inputs of the rows at `places`, which ascend. */
export async function readRows(
  table: Table,
  places: Uint32Array,
  { inputs }: Pick<Scorer, 'inputs'>,
): Promise<SourceBatch> {
  const chosen = places.length === table.rows ? table : await table.select(places);
  try {
    const batches: SourceBatch[] = [];
    for await (const { rows, columns } of chosen.stream(inputs.map(({ name }) => name)))
      batches.push({ rows, columns });
    return concatBatches(batches);
  } finally {
    if (chosen !== table) await chosen.close();
  }
}
