/** Counts rows in the bins and levels that the model's reference has, for all of them and by segment. */
import type { SourceColumn } from '../../core/columns/source-column.ts';
import type { DriftReference } from '../../core/document/drift-reference.ts';
import { createSegmentTallies } from '../../core/monitor/inputs/segment-tallies.ts';
import { createTally, type TallyState } from '../../core/monitor/inputs/tally.ts';
import type { Table } from '../../engine/port.ts';
import { columnTally } from '../../engine/statistics/column-tally.ts';
import { columnOf } from '../../formats/contract/contract.ts';

export interface CountedInputs {
  readonly whole: TallyState;
  /** By name; null holds the rows without one. None where the data does not tell segments. */
  readonly segments: ReadonlyMap<string | null, TallyState>;
}

/** One pass over the rows at `places`, which ascend. */
export async function countInputs(
  table: Table,
  places: Uint32Array,
  reference: DriftReference,
): Promise<CountedInputs> {
  const chosen = places.length === table.rows ? table : await table.select(places);
  const segment = columnOf(table.contract, 'segment');
  try {
    if (segment !== null) return await countSegments(chosen, segment, reference);
    const columns = await chosen.aggregate(reference.columns.map(columnTally));
    return { whole: { rows: chosen.rows, columns }, segments: new Map() };
  } finally {
    if (chosen !== table) await chosen.close();
  }
}

async function countSegments(
  table: Table,
  segment: string,
  reference: DriftReference,
): Promise<CountedInputs> {
  const names = reference.columns.map(({ name }) => name);
  const tallies = createSegmentTallies(reference);
  for await (const { rows, columns } of table.stream([...names, segment])) {
    tallies.add({ rows, columns: columns.slice(0, -1) }, columns.at(-1) as SourceColumn);
  }
  const segments = tallies.states();
  const whole = createTally(reference);
  for (const state of segments.values()) whole.merge(state);
  return { whole: whole.state(), segments };
}
