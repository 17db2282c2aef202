/** Which new rows came when: each row of a client counts as new once, whether its outcome is known or not. */
import type { ArrivalState, Delivery } from '../../store/port/monitors.ts';
import { holdsKey, sortedKeys } from './key-set.ts';
import type { Look } from './look.ts';

const DAY_MS = 86_400_000;
/** Deliveries that are told apart; rows of older ones are in the window of all. */
const MAX_DELIVERIES = 100;
/** Deliveries from which their rhythm is known; until then they are taken to be weekly. */
const RHYTHM_KNOWN = 4;
const WEEK_DAYS = 7;

export interface Arrivals {
  /** Places of the rows of the newest delivery, ascending: the same at every look until others come. */
  readonly newest: Uint32Array;
  /** The one file that the newest delivery came in; null: several, or not known. */
  readonly file: string | null;
  /** Places of the rows of the newest deliveries that together have so many, ascending. */
  latest(leastRows: number): Uint32Array;
  /** Days between deliveries on average; a week where too few have come. */
  readonly rhythmDays: number;
  /** What is to be kept for the next look. */
  readonly state: ArrivalState;
  /** Keys of the rows that no look had seen. */
  readonly keys: BigUint64Array;
}

/**
 * A row that no look has seen is of the delivery that this look is the first to see. Rows are known by their content
 * without the label, so one that comes again with its outcome is no new one.
 * @param file the only one that was new at this look, where it is known.
 * @param seen keys that were kept at the looks before, in the order in which they were kept.
 * @param before rows that lay in the training snapshot without an outcome: new, but of no delivery. Asked at the
 *   first look alone.
 */
export async function findArrivals(
  look: Pick<Look, 'rows' | 'clientKeys' | 'superseded'>,
  seen: readonly BigUint64Array[],
  state: ArrivalState | null,
  { now, file }: { readonly now: Date; readonly file: string | null },
  before: () => Promise<BigUint64Array>,
): Promise<Arrivals> {
  const counted = Uint32Array.from({ length: look.rows }, (_, row) => row).filter(
    (row) => look.superseded[row] === 0,
  );
  const keyOf = (row: number) => look.clientKeys[row] as bigint;
  const known = sortedKeys(seen);
  const unseen = counted.filter((row) => !holdsKey(known, keyOf(row)));
  const older = state === null && unseen.length > 0 ? await before() : new BigUint64Array(0);
  const arrived = unseen.filter((row) => !holdsKey(older, keyOf(row)));
  const waited = unseen.filter((row) => holdsKey(older, keyOf(row)));
  const keys = BigUint64Array.from([...waited, ...arrived], keyOf);
  const delivery = arrived.length > 0 ? [{ at: now.toISOString(), rows: arrived.length, file }] : [];
  const deliveries = [...(state?.deliveries ?? []), ...delivery].slice(-MAX_DELIVERIES);
  const ordered = joined([...seen, keys]);
  const latestOf = (rows: number): Uint32Array => {
    const wanted = ordered.slice(ordered.length - rows).sort();
    return rows === 0 ? new Uint32Array(0) : counted.filter((row) => holdsKey(wanted, keyOf(row)));
  };
  return {
    newest: latestOf(deliveries.at(-1)?.rows ?? 0),
    file: deliveries.at(-1)?.file ?? null,
    latest: (leastRows) => latestOf(rowsOfLatest(deliveries, leastRows)),
    rhythmDays: rhythmOf(deliveries),
    state: { deliveries },
    keys,
  };
}

function rowsOfLatest(deliveries: readonly Delivery[], leastRows: number): number {
  let rows = 0;
  for (let at = deliveries.length - 1; at >= 0 && (rows === 0 || rows < leastRows); at--) {
    rows += deliveries[at]?.rows ?? 0;
  }
  return rows;
}

function rhythmOf(deliveries: readonly Delivery[]): number {
  const [first, last] = [deliveries[0], deliveries.at(-1)];
  if (first === undefined || last === undefined || deliveries.length < RHYTHM_KNOWN) return WEEK_DAYS;
  return (Date.parse(last.at) - Date.parse(first.at)) / DAY_MS / (deliveries.length - 1);
}

function joined(parts: readonly BigUint64Array[]): BigUint64Array {
  const all = new BigUint64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
