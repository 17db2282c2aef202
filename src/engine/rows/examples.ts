/** Finds the examples of a table: the rows with an outcome that can be learned from and scored, by side. */
import { TidewatchError } from '../../base/errors.ts';
import { clientKey } from '../../core/clients/client-key.ts';
import { type Holdout, isHeldOut } from '../../core/clients/held-out.ts';
import { ROW_STATES } from '../../core/outcomes/settle.ts';
import { columnOf } from '../../formats/contract/contract.ts';
import type { Table } from '../port.ts';
import { contentsOf, type History, type OutcomeRule, readHistory } from './history.ts';
import { relabelled } from './relabelled.ts';

const KNOWN = ROW_STATES.indexOf('known');

/** Rows that are no examples, by what they lack. */
export interface LeftOut {
  /** Rows whose outcome is not known yet. */
  readonly unlabelled: number;
  /** Rows with an outcome that is not final yet. */
  readonly immature: number;
  /** Rows of clients that had left by then, and rows that another one answers. */
  readonly gone: number;
  readonly superseded: number;
}

/** A table with its history, and each row on its side. */
export interface Examples {
  /** The table with the settled outcomes as its labels; the table itself where they are the same. */
  readonly table: Table;
  /** null: every row has an outcome of its own, and nobody asks whose. */
  readonly history: History | null;
  /** One flag a row: 1 where its client is held out; null where none is. */
  readonly heldOut: Uint8Array | null;
  readonly leftOut: LeftOut;
  readonly rule: OutcomeRule;
}

const NOTHING: LeftOut = { unlabelled: 0, immature: 0, gone: 0, superseded: 0 };

/**
 * Reads the history of the table and puts each row on its side. A table whose rows all have a label that is final at
 * once is not read where nobody is held out.
 */
export async function readExamples(
  table: Table,
  rule: OutcomeRule,
  holdout: Holdout | null,
): Promise<Examples> {
  if (holdout === null && table.contract.labels !== 'optional' && rule.horizonDays === 0) {
    return { table, history: null, heldOut: null, leftOut: NOTHING, rule };
  }
  const history = await readHistory(table, rule);
  const { outcomes, labels, counts } = history;
  const isSame = outcomes.every((outcome, row) => outcome === labels[row]);
  return {
    table: isSame ? table : relabelled(table, outcomes),
    history,
    rule,
    heldOut: holdout === null ? null : await heldOutRows(table, history, holdout),
    leftOut: {
      unlabelled: counts.waiting,
      immature: counts.immature,
      gone: counts.gone,
      superseded: counts.superseded,
    },
  };
}

/** The same examples with other clients held out. */
export async function holdOut(examples: Examples, holdout: Holdout): Promise<Examples> {
  const { table, history } = examples;
  return history === null ? examples : { ...examples, heldOut: await heldOutRows(table, history, holdout) };
}

/** One flag a row: 1 where its client is held out. Without ids equal rows are held out together, whatever their labels. */
async function heldOutRows(
  table: Table,
  { ids, codes, clients }: History,
  holdout: Holdout,
): Promise<Uint8Array> {
  if (ids === null) {
    const contents = await contentsOf(table);
    return Uint8Array.from(codes, (_, row) => Number(isHeldOut(contents[row] as bigint, holdout)));
  }
  const held = new Uint8Array(clients);
  for (let client = 0; client < clients; client++) {
    held[client] = Number(isHeldOut(clientKey(ids.text(client)), holdout));
  }
  return codes.length === clients ? held : Uint8Array.from(codes, (client) => held[client] as number);
}

/** `training`: what a model may learn from; `held-out`: what scores it; `both`: every example. */
export type Side = 'training' | 'held-out' | 'both';

/** Places of the examples of a side, ascending. Without a hold-out every example is on the side of training. */
export function placesOf({ table: { rows }, history, heldOut }: Examples, side: Side): Uint32Array {
  const places = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (history !== null && history.states[row] !== KNOWN) continue;
    const isHeld = heldOut?.[row] === 1;
    if (side === 'both' || isHeld === (side === 'held-out')) places[count++] = row;
  }
  return places.slice(0, count);
}

/** How many clients have a row at these places. */
export function countClients({ history }: Pick<Examples, 'history'>, places: Uint32Array): number {
  if (history === null) return places.length;
  const { codes, clients } = history;
  const seen = new Uint8Array(clients);
  let count = 0;
  for (const row of places) {
    const client = codes[row] as number;
    if (seen[client] === 0) count++;
    seen[client] = 1;
  }
  return count;
}

/**
 * Runs `body` on the examples at `places`, in order: on the table itself where they are all of its rows, so that
 * rows without an outcome leave no trace in what is made of the others.
 */
export async function withPlaces<T>(
  { table }: Pick<Examples, 'table'>,
  places: Uint32Array,
  body: (table: Table) => Promise<T>,
): Promise<T> {
  if (places.length === table.rows) return body(table);
  const chosen = await table.select(places);
  try {
    return await body(chosen);
  } finally {
    await chosen.close();
  }
}

/**
 * Error `nothing-labelled` where a table has rows, but no example on the side.
 * @param what names the rows in the error, such as "the test data".
 */
export function checkExamples(examples: Examples, places: Uint32Array, side: Side, what: string): void {
  const { table, leftOut, rule } = examples;
  if (places.length > 0 || table.rows === 0) return;
  const { unlabelled, immature, gone } = leftOut;
  const target = columnOf(table.contract, 'target') ?? '';
  const reasons = [
    ...(unlabelled > 0 || immature + gone === 0 ? [`${unlabelled} ${whyOpen(rule, target)}`] : []),
    ...(immature > 0 ? [`the outcome of ${immature} is not final before labels.horizon_days`] : []),
    ...(gone > 0 ? [`${gone} are of clients that had left by then`] : []),
  ];
  const others = placesOf(examples, 'both').length;
  const why =
    others === 0
      ? reasons.join(', and ')
      : `the ${others} rows with an outcome are ${side === 'training' ? 'of clients that are held out' : 'of clients that are trained on'}`;
  throw new TidewatchError(
    'nothing-labelled',
    `None of the ${table.rows} rows of ${what} has an outcome to go by: ${why}. Add rows whose outcome is known.`,
    { details: { rows: table.rows, ...leftOut, target } },
  );
}

function whyOpen({ meaning, horizonDays }: OutcomeRule, target: string): string {
  return meaning === 'outcome'
    ? `have no value of "${target}"`
    : `have no later row of their client near the end of labels.horizon_days (${horizonDays} days)`;
}
