/** What one look at new rows gathers: their keys, what the model says of them, and which labels are known. */
import { orderDescending } from '../../core/math/order-descending.ts';
import type { Scorer } from '../../core/models/scorer.ts';
import { columnOf } from '../../engine/contract.ts';
import { labelsMatured, timesOf } from '../../engine/maturity.ts';
import type { Table } from '../../engine/port.ts';
import { readClientIds } from '../../engine/read-client-ids.ts';
import { scoreTable } from '../../engine/score-table.ts';
import { holdsKey, sortedKeys } from './key-set.ts';

export interface Look {
  /** Rows that the model was not trained on. */
  readonly rows: number;
  /** Key of each row, its label included. */
  readonly keys: BigUint64Array;
  /** Key of each row without its label: the same when the label comes later. */
  readonly clientKeys: BigUint64Array;
  /** `clientKey` of the id of each row, however many rows a client has; null without an id column. */
  readonly clients: BigUint64Array | null;
  /** 1, 0, or NaN where the outcome is not known or not final. */
  readonly labels: Float64Array;
  /** Calibrated probabilities of the model that is watched. */
  readonly probabilities: Float64Array;
  /** Those of the challenger that scores beside it; null: there is none. */
  readonly challenger: Float64Array | null;
  /** Money at stake, NaN where not known; null where the data does not tell. */
  readonly values: Float64Array | null;
  /** Segment of each row as a place in `names`, -1 for none; null where the data does not tell. */
  readonly segments: { readonly names: readonly string[]; readonly codes: Int32Array } | null;
  /** Rows without a label whose label is in another row of the look: they count nowhere. */
  readonly superseded: Uint8Array;
  /** Rows whose label is there but not final yet, and when the first of them will be, ISO 8601. */
  readonly immature: number;
  readonly nextFinal: string | null;
}

export interface LookOptions {
  readonly scorer: Scorer;
  readonly challenger: Scorer | null;
  readonly horizonDays: number;
  readonly now: Date;
}

/** Looks at every row of the table. The table is read a few times; memory is some 60 bytes a row. */
export async function takeLook(table: Table, options: LookOptions): Promise<Look> {
  const { contract } = table;
  const names = contract.columns.map(({ name }) => name);
  const target = columnOf(contract, 'target');
  const keys = await table.keys(names);
  const clientKeys = await table.keys(names.filter((name) => name !== target));
  const { labels, probabilities, values } = await scoreTable(table, options.scorer, {
    labels: true,
    values: true,
  });
  const challenger =
    options.challenger === null
      ? null
      : (await scoreTable(table, options.challenger, { labels: false })).probabilities;
  const young = await hideImmature(table, labels, options);
  return {
    rows: table.rows,
    keys,
    clientKeys,
    clients: await readClientIds(table),
    labels,
    probabilities,
    challenger,
    values,
    segments: await segmentsOf(table),
    superseded: supersededRows(labels, clientKeys),
    ...young,
  };
}

const DAY_MS = 86_400_000;

/** Takes away labels that are not final yet. */
async function hideImmature(
  table: Table,
  labels: Float64Array,
  options: LookOptions,
): Promise<Pick<Look, 'immature' | 'nextFinal'>> {
  const time = columnOf(table.contract, 'time');
  if (options.horizonDays === 0 || time === null) return { immature: 0, nextFinal: null };
  const final = await labelsMatured(table, options.horizonDays, options.now);
  let immature = 0;
  let earliest = Number.POSITIVE_INFINITY;
  for await (const { offset, columns } of table.stream([time])) {
    const times = columns[0] === undefined ? new Float64Array(0) : timesOf(columns[0]);
    for (let i = 0; i < times.length; i++) {
      if (final[offset + i] === 1 || Number.isNaN(labels[offset + i])) continue;
      labels[offset + i] = Number.NaN;
      immature++;
      earliest = Math.min(earliest, times[i] as number);
    }
  }
  const next = new Date(earliest + options.horizonDays * DAY_MS);
  return { immature, nextFinal: immature === 0 ? null : next.toISOString() };
}

/** A client whose label came later stands in the data twice; the row without a label has served its time. */
function supersededRows(labels: Float64Array, clientKeys: BigUint64Array): Uint8Array {
  const superseded = new Uint8Array(labels.length);
  const known = sortedKeys([clientKeys.filter((_, row) => !Number.isNaN(labels[row]))]);
  if (known.length === labels.length) return superseded;
  for (let row = 0; row < labels.length; row++) {
    if (Number.isNaN(labels[row]) && holdsKey(known, clientKeys[row] as bigint)) superseded[row] = 1;
  }
  return superseded;
}

async function segmentsOf(table: Table): Promise<Look['segments']> {
  const segment = columnOf(table.contract, 'segment');
  if (segment === null) return null;
  const codes = new Int32Array(table.rows).fill(-1);
  const places = new Map<string, number>();
  for await (const { offset, columns } of table.stream([segment])) {
    const [column] = columns;
    if (column?.kind === 'categorical') {
      column.codes.forEach((code, row) => {
        const name = column.levels[code];
        if (name !== undefined) codes[offset + row] = placeOf(places, name);
      });
    } else if (column?.kind === 'text') {
      column.values.forEach((name, row) => {
        if (name !== null) codes[offset + row] = placeOf(places, name);
      });
    }
  }
  return { names: [...places.keys()], codes };
}

function placeOf(places: Map<string, number>, name: string): number {
  const known = places.get(name);
  if (known !== undefined) return known;
  places.set(name, places.size);
  return places.size - 1;
}

/** The rows at `rows` in the order of their keys, which is the same whatever file they came in. */
export function inOrderOfKeys(rows: Uint32Array, keys: BigUint64Array): Uint32Array {
  // The 53 high bits fit a double; rows that share them keep the order of the table.
  const high = Float64Array.from(rows, (row) => Number((keys[row] as bigint) >> 11n));
  return orderDescending(high).map((place) => rows[place] as number);
}
