/** What one look at new rows gathers: their keys, what the model says of them, and which labels are known. */
import { orderDescending } from '../../core/math/order-descending.ts';
import { ROW_STATES } from '../../core/outcomes/settle.ts';
import type { Scorer } from '../../core/scoring/scorer.ts';
import type { FoldModels } from '../../engine/kept/fold-models.ts';
import type { Table } from '../../engine/port.ts';
import type { Examples } from '../../engine/rows/examples.ts';
import { readClientIds } from '../../engine/rows/read-client-ids.ts';
import { type RowSegments, readSegments } from '../../engine/rows/read-segments.ts';
import { relabelled } from '../../engine/rows/relabelled.ts';
import { scoreTable } from '../../engine/rows/score-table.ts';
import { timesOf } from '../../engine/rows/times.ts';
import { unseenScorer } from '../../engine/rows/unseen-scorer.ts';
import { columnOf } from '../../formats/contract/contract.ts';

export interface Look {
  /** Rows that the model was not trained on. */
  readonly rows: number;
  /** Key of each row, its outcome included: another one when that is known. */
  readonly keys: BigUint64Array;
  /** Key of each row as it came, its own label included. */
  readonly rawKeys: BigUint64Array;
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
  /** Segment of each row; null where the data does not tell. */
  readonly segments: RowSegments | null;
  /** Rows that another one answers, and those of clients that had left by then: they count nowhere. */
  readonly superseded: Uint8Array;
  /** Rows whose label is there but not final yet, and when the first of them will be, ISO 8601. */
  readonly immature: number;
  readonly nextFinal: string | null;
}

const DAY_MS = 86_400_000;
const [IMMATURE, GONE, SUPERSEDED] = (['immature', 'gone', 'superseded'] as const).map((state) =>
  ROW_STATES.indexOf(state),
);

export interface LookOptions {
  readonly scorer: Scorer;
  readonly challenger: Scorer | null;
  /** Models that have not seen the clients that these were trained on; null where there are none. */
  readonly folds: FoldModels | null;
  readonly challengerFolds: FoldModels | null;
  readonly horizonDays: number;
}

/** Rows to look at, with the snapshot that they are of. */
export interface UnseenRows {
  readonly table: Table;
  /** Places of its rows in the snapshot; null: it is the snapshot. */
  readonly places: Uint32Array | null;
  readonly examples: Examples;
}

/** Looks at every row of the table. The table is read a few times; memory is some 60 bytes a row. */
export async function takeLook(unseen: UnseenRows, options: LookOptions): Promise<Look> {
  const { table } = unseen;
  const { contract } = table;
  const names = contract.columns.map(({ name }) => name);
  const target = columnOf(contract, 'target');
  const keys = await table.keys(names);
  const clientKeys = await table.keys(names.filter((name) => name !== target));
  const clients = await readClientIds(table);
  const { labels, probabilities, values } = await scoreTable(table, options.scorer, {
    labels: true,
    values: true,
    scorerOf: unseenScorer(options.scorer, options.folds, clients),
  });
  const challenger =
    options.challenger === null
      ? null
      : await scoreTable(table, options.challenger, {
          labels: false,
          scorerOf: unseenScorer(options.challenger, options.challengerFolds, clients),
        });
  const states = statesOf(unseen);
  return {
    rows: table.rows,
    keys,
    rawKeys: await rawKeysOf(unseen, names, keys),
    clientKeys,
    clients,
    labels,
    probabilities,
    challenger: challenger?.probabilities ?? null,
    values,
    segments: await readSegments(table),
    superseded: Uint8Array.from(states, (state) => Number(state === SUPERSEDED || state === GONE)),
    ...(await immatureOf(table, states, options.horizonDays)),
  };
}

/** State of each row of the look, as ROW_STATES has them. */
function statesOf({ table, places, examples: { history } }: UnseenRows): Uint8Array {
  if (history === null) return new Uint8Array(table.rows);
  return places === null
    ? history.states
    : Uint8Array.from(places, (place) => history.states[place] as number);
}

/** Keys of the rows with the labels that they came with. */
async function rawKeysOf(
  { table, places, examples: { history } }: UnseenRows,
  names: readonly string[],
  keys: BigUint64Array,
): Promise<BigUint64Array> {
  if (history === null) return keys;
  const labels =
    places === null ? history.labels : Int8Array.from(places, (place) => history.labels[place] as number);
  return relabelled(table, labels).keys(names);
}

/** Rows whose outcome is known but not final yet, and when the first of them will be. */
async function immatureOf(
  table: Table,
  states: Uint8Array,
  horizonDays: number,
): Promise<Pick<Look, 'immature' | 'nextFinal'>> {
  const time = columnOf(table.contract, 'time');
  if (horizonDays === 0 || time === null) return { immature: 0, nextFinal: null };
  let immature = 0;
  let earliest = Number.POSITIVE_INFINITY;
  for await (const { offset, columns } of table.stream([time])) {
    const times = columns[0] === undefined ? new Float64Array(0) : timesOf(columns[0]);
    for (let i = 0; i < times.length; i++) {
      if (states[offset + i] !== IMMATURE) continue;
      immature++;
      earliest = Math.min(earliest, times[i] as number);
    }
  }
  const next = new Date(earliest + horizonDays * DAY_MS);
  return { immature, nextFinal: immature === 0 ? null : next.toISOString() };
}

/** The rows at `rows` in the order of their keys, which is the same whatever file they came in. */
export function inOrderOfKeys(rows: Uint32Array, keys: BigUint64Array): Uint32Array {
  // The 53 high bits fit a double; rows that share them keep the order of the table.
  const high = Float64Array.from(rows, (row) => Number((keys[row] as bigint) >> 11n));
  return orderDescending(high).map((place) => rows[place] as number);
}
