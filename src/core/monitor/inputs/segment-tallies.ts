/** One tally for each segment of the clients. */
import type { SourceBatch, SourceColumn } from '../../columns/source-column.ts';
import { takeRows } from '../../columns/take-rows.ts';
import type { DriftReference } from '../../document/drift-reference.ts';
import { createReferenceBins, createTally, type InputTally, type TallyState } from './tally.ts';

/** Segments that are kept apart unless another number is given. */
const MAX_SEGMENTS = 50;

export interface SegmentTallies {
  /** Adds rows with the segment of each: a column of texts or categories. */
  add(batch: SourceBatch, segment: SourceColumn): void;
  /** By name, in the order first met; null holds rows without a segment, and those of segments past the limit. */
  states(): ReadonlyMap<string | null, TallyState>;
}

/** Keeps the first `most` segments met apart. Small ones are no fault: their comparison says `too-few-rows`. */
export function createSegmentTallies(reference: DriftReference, most = MAX_SEGMENTS): SegmentTallies {
  const bins = createReferenceBins(reference);
  const tallies = new Map<string | null, InputTally>();
  const tallyOf = (name: string | null): InputTally => {
    const key = tallies.has(name) || tallies.size - (tallies.has(null) ? 1 : 0) < most ? name : null;
    const tally = tallies.get(key) ?? createTally(reference, bins);
    tallies.set(key, tally);
    return tally;
  };
  return {
    add(batch, segment) {
      for (const [name, rows] of rowsBySegment(segment)) tallyOf(name).add(takeRows(batch, rows));
    },
    states: () => new Map([...tallies].map(([name, tally]) => [name, tally.state()])),
  };
}

function rowsBySegment(segment: SourceColumn): Map<string | null, Uint32Array> {
  const rows = new Map<string | null, number[]>();
  const length = segment.kind === 'categorical' ? segment.codes.length : segment.values.length;
  for (let row = 0; row < length; row++) {
    const name = nameAt(segment, row);
    const list = rows.get(name);
    if (list === undefined) rows.set(name, [row]);
    else list.push(row);
  }
  return new Map([...rows].map(([name, list]) => [name, Uint32Array.from(list)]));
}

function nameAt(segment: SourceColumn, row: number): string | null {
  if (segment.kind === 'categorical') return segment.levels[segment.codes[row] as number] ?? null;
  const value = segment.values[row] ?? null;
  return value === null || Number.isNaN(value) ? null : String(value);
}
