/** Computes columns along timelines (timeline.ts): running totals of a client, and what they were where windows begin. */
import {
  type ComputedColumn,
  type EventsColumn,
  isOfEvents,
} from '../../../../core/columns/computed-column.ts';
import { DAY_US } from './moments.ts';
import { changedOf, EARLIER, EVENT, kindsOf, ROW, windowsOf } from './timeline.ts';

/**
 * Lines of timelines as columns, at least as long as `rows`. `t` is in microseconds, exact for whole seconds of all years
 * and for the years 1684 to 2255; what was before what goes by the order of the lines.
 */
export interface Lines {
  readonly rows: number;
  readonly client: Int32Array;
  readonly what: Int32Array;
  readonly t: Float64Array;
  readonly mark: Float64Array;
  readonly values: readonly Float64Array[];
}

/** Whether anything is known of the events in a window from `start` on and before `t`. */
export type Known = (start: number, t: number) => boolean;

/**
 * A sum of whole numbers is `high * 2^52 + low`, 0 <= low < 2^52, which is exact below 2^105. The difference of two such sums
 * is then rounded once, by the addition.
 */
const LIMB = 2 ** 52;
/** Bits that a sum may take. */
export const SUM_BITS = 104;

/** Of each kind of event: how many, the two parts of the sum of amounts, and the time of the last one. */
const FIELDS = 4;
const [COUNT, HIGH, LOW, LAST] = [0, 1, 2, 3] as const;

/** How a column is made: from which totals, less those at the beginning of which window, -1: of none. */
interface Way {
  readonly what: EventsColumn['what'] | 'change';
  readonly at: number;
  readonly window: number;
  /** Length of the window in microseconds. */
  readonly length: number;
}

export class AsOf {
  private readonly unit: number;
  private readonly known: Known;
  private readonly any: number;
  private readonly ways: readonly Way[];
  private client = -1;
  /** FIELDS of each kind over all events of the client so far. */
  private readonly totals: Float64Array;
  /** The totals at the beginnings of each window whose row has not come yet. */
  private readonly starts: readonly Queue[];
  /** The values of the newest row so far, its time, and the values of the newest one before that time. */
  private readonly newest: Float64Array;
  private newestTime = Number.NaN;
  private readonly before: Float64Array;
  private readonly row: Float64Array;

  /** @param unit amounts are summed as whole numbers of this power of two. */
  constructor(columns: readonly ComputedColumn[], unit: number, known: Known) {
    const [changed, kinds, windows] = [changedOf(columns), kindsOf(columns), windowsOf(columns)];
    this.unit = unit;
    this.known = known;
    this.any = kinds.indexOf(null);
    this.ways = columns.map((column) =>
      isOfEvents(column)
        ? {
            what: column.what,
            at: kinds.indexOf(column.type) * FIELDS,
            window: column.days === null ? -1 : windows.indexOf(column.days),
            length: column.days === null ? Infinity : column.days * DAY_US,
          }
        : { what: 'change', at: changed.indexOf(column.column), window: -1, length: 0 },
    );
    this.totals = new Float64Array(kinds.length * FIELDS);
    this.starts = windows.map(() => new Queue(this.totals.length));
    this.newest = new Float64Array(changed.length);
    this.before = new Float64Array(changed.length);
    this.row = new Float64Array(1 + columns.length);
  }

  /**
   * For each row among the lines its place and its columns, NaN: missing; to be read before the next one. A timeline may go
   * on in the next lines.
   */
  *rowsOf({ rows, client, what, t, mark, values }: Lines): Generator<Float64Array> {
    for (let i = 0; i < rows; i++) {
      if (client[i] !== this.client) this.begin(client[i] as number);
      const line = what[i] as number;
      if (line === EVENT) {
        const [kind, amount] = [mark[i] as number, values[0]?.[i] as number];
        if (this.any !== -1) this.add(this.any, t[i] as number, amount);
        if (kind !== -1) this.add(kind, t[i] as number, amount);
      } else if (line === EARLIER || line === ROW) {
        this.come(t[i] as number, values, i);
        if (line === EARLIER) continue;
        this.compute(t[i] as number, mark[i] as number);
        yield this.row;
      } else {
        this.starts[-1 - line]?.push(this.totals);
      }
    }
  }

  private begin(client: number): void {
    this.client = client;
    this.totals.fill(0);
    this.newest.fill(Number.NaN);
    this.before.fill(Number.NaN);
    this.newestTime = Number.NaN;
  }

  private add(kind: number, t: number, amount: number): void {
    const { totals } = this;
    const at = kind * FIELDS;
    const units = nearestWhole(amount / this.unit);
    const high = Math.floor(units / LIMB);
    const low = (totals[at + LOW] as number) + (units - high * LIMB);
    const carry = low >= LIMB ? 1 : 0;
    totals[at + COUNT] = (totals[at + COUNT] as number) + 1;
    totals[at + HIGH] = (totals[at + HIGH] as number) + high + carry;
    totals[at + LOW] = low - carry * LIMB;
    totals[at + LAST] = t;
  }

  /** Another row of the client: of those of one time the last one counts as the row before later ones. */
  private come(t: number, values: Lines['values'], i: number): void {
    if (t !== this.newestTime) this.before.set(this.newest);
    this.newestTime = t;
    for (let k = 0; k < this.newest.length; k++) this.newest[k] = values[k]?.[i] as number;
  }

  private compute(t: number, place: number): void {
    const { row, ways, starts } = this;
    row[0] = place;
    if (this.client === 0) {
      row.fill(Number.NaN, 1);
      return;
    }
    for (let k = 0; k < ways.length; k++) row[1 + k] = this.valueOf(ways[k] as Way, t);
    for (let k = 0; k < starts.length; k++) starts[k]?.drop();
  }

  private valueOf({ what, at, window, length }: Way, t: number): number {
    if (what === 'change') return (this.newest[at] as number) - (this.before[at] as number);
    const count = this.within(at + COUNT, window);
    if (what === 'days_since_last') {
      return count === 0 ? Number.NaN : (t - (this.totals[at + LAST] as number)) / DAY_US;
    }
    if (!this.known(t - length, t)) return Number.NaN;
    if (what === 'count') return count;
    return (this.within(at + HIGH, window) * LIMB + this.within(at + LOW, window)) * this.unit;
  }

  private within(field: number, window: number): number {
    return (
      (this.totals[field] as number) - (window === -1 ? 0 : (this.starts[window]?.first(field) as number))
    );
  }
}

/** The nearest whole number, of two equally near ones the even one. */
function nearestWhole(value: number): number {
  if (Math.abs(value) >= LIMB) return value;
  return value < 0 ? value - LIMB + LIMB : value + LIMB - LIMB;
}

/** Records of `width` numbers, first in, first out. */
class Queue {
  private readonly width: number;
  private records: Float64Array;
  private head = 0;
  private tail = 0;

  constructor(width: number) {
    this.width = width;
    this.records = new Float64Array(64 * width);
  }

  push(record: Float64Array): void {
    if (this.tail === this.records.length) this.makeRoom();
    // Faster than `set` for so few.
    for (let k = 0; k < record.length; k++) this.records[this.tail + k] = record[k] as number;
    this.tail += this.width;
  }

  /** A number of the oldest record. */
  first(field: number): number {
    return this.records[this.head + field] as number;
  }

  drop(): void {
    this.head += this.width;
    if (this.head === this.tail) this.head = this.tail = 0;
  }

  private makeRoom(): void {
    const kept = this.records.subarray(this.head, this.tail);
    if (this.head < this.records.length / 2) this.records = new Float64Array(this.records.length * 2);
    this.records.set(kept);
    this.tail -= this.head;
    this.head = 0;
  }
}
