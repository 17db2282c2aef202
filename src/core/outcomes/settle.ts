/** What became of each observation of a client: from its own label, or from what was seen of the client later. */

const DAY_MS = 86_400_000;
/**
 * Share of the horizon by which an observation may be early or late: months have 28 to 31 days, and a dump that is
 * a day late still speaks of the end of the horizon.
 */
const SLACK = 0.1;

/** Rows of a table, one place a row in every array. */
export interface Observations {
  readonly clients: number;
  /** The client of each row, 0 to clients - 1. */
  readonly codes: Int32Array;
  /** Milliseconds since 1970, NaN where not known; null: the order of the rows is all that is known. */
  readonly times: Float64Array | null;
  /** What the target says: 1 left, 0 stayed, -1 nothing. */
  readonly labels: Int8Array;
  /** Equal for rows that differ in nothing but the label; null: no two rows are compared. */
  readonly contents: BigUint64Array | null;
}

export interface SettleRule {
  /** Days after its time at which the outcome of a row is final; 0: at once. */
  readonly horizonDays: number;
  /**
   * outcome: the target says what became of the client after the row. status: it says whether the client had left
   * by the time of the row, so that what became of a row is seen in later rows alone.
   */
  readonly meaning: 'outcome' | 'status';
  readonly nowMs: number;
}

/** Why a row has no outcome to learn from; `known` where it has one. */
export const ROW_STATES = Object.freeze(['known', 'waiting', 'immature', 'gone', 'superseded'] as const);
export type RowState = (typeof ROW_STATES)[number];
/** A label or outcome that is not known. */
export const UNKNOWN = -1;
const [KNOWN, WAITING, IMMATURE, GONE, SUPERSEDED] = [0, 1, 2, 3, 4];

export interface Settlement {
  /** 1: left within the horizon, 0: still there at its end, -1: not known; one a row. */
  readonly outcomes: Int8Array;
  /** Place in ROW_STATES, one a row. */
  readonly states: Uint8Array;
  /** The newest row of each client. */
  readonly newest: Uint32Array;
  /** How many rows are in each state. */
  readonly counts: Readonly<Record<RowState, number>>;
}

/**
 * Settles every row. Rows of a client are in the order of their times, equal ones (and all without times) as they
 * came; a time that is not known comes first. A row without a label is `superseded` where another of the same client
 * has one and is of the same time or equal in all else; of several statuses at one time the last one counts.
 *
 * - A label of a row itself is its outcome (meaning `outcome`), final `horizonDays` after its time: until then it is
 *   `immature`, whatever it says, since those who leave are known before those who stay.
 * - A row without one is closed by the later rows of its client: 1 where the client is seen to have left within the
 *   horizon, 0 where it is seen later than that, else it is `waiting`. Without a horizon the next label closes it.
 * - Where the label is a status, a row of a client that has left is `gone`, up to the next row that says otherwise:
 *   there is nothing left to predict. The others are closed as rows without a label, from the time on that the table
 *   reaches to the end of their horizon; one whose end falls into a gap of the rows is not known.
 *
 * An observation counts for the end of the horizon from 0.9 of it on, and a departure seen first after it up to 1.1,
 * where nothing was seen in between. O(n log m) for n rows, m of a client at most.
 */
export function settle(observations: Observations, rule: SettleRule): Settlement {
  const { codes, clients, times, labels } = observations;
  const rows = codes.length;
  const outcomes = new Int8Array(rows).fill(UNKNOWN);
  const states = new Uint8Array(rows);
  const newest = new Uint32Array(clients);
  const covered = rule.meaning === 'status' ? coveredUntil(observations) : Number.NaN;
  eachClient(observations, rule, states, (client, speaking) => {
    newest[client] = speaking[speaking.length - 1] as number;
    let hasLeft = false;
    for (let k = 0; k < speaking.length; k++) {
      const row = speaking[k] as number;
      const label = labels[row] as number;
      if (label !== UNKNOWN) hasLeft = label === 1;
      if (rule.meaning === 'outcome' && label !== UNKNOWN) {
        const isFinal = isMature(times?.[row] ?? Number.NaN, rule);
        states[row] = isFinal ? KNOWN : IMMATURE;
        if (isFinal) outcomes[row] = label;
      } else if (rule.meaning === 'status' && hasLeft) {
        states[row] = GONE;
      } else {
        settleOpen(speaking, k, observations, rule, covered, outcomes, states);
      }
    }
  });
  return { outcomes, states, newest, counts: countStates(states) };
}

/**
 * The time up to which the table tells who is still there: the median of the newest times of the clients whose newest
 * status is not that they left. A few rows that are ahead of the others, such as a departure that somebody entered or a
 * time that was mistyped, do not move it.
 */
function coveredUntil({ codes, clients, times, labels }: Observations): number {
  const newest = new Float64Array(clients).fill(Number.NEGATIVE_INFINITY);
  const left = new Uint8Array(clients);
  for (let row = 0; times !== null && row < codes.length; row++) {
    const client = codes[row] as number;
    const time = times[row] as number;
    if (!(time >= (newest[client] as number))) continue;
    newest[client] = time;
    left[client] = Number(labels[row] === 1);
  }
  const there = newest.filter((time, client) => left[client] === 0 && time > Number.NEGATIVE_INFINITY).sort();
  return there[there.length >> 1] ?? Number.NEGATIVE_INFINITY;
}

/** Days after a row at which its outcome is known at the earliest. */
export function knownAfterDays({
  horizonDays,
  meaning,
}: Pick<SettleRule, 'horizonDays' | 'meaning'>): number {
  return meaning === 'status' ? (1 - SLACK) * horizonDays : horizonDays;
}

/** The newest row of each client, as `settle` tells it under any rule; some 10 bytes a row for the moment. */
export function newestRows(observations: Observations): Uint32Array {
  const newest = new Uint32Array(observations.clients);
  const states = new Uint8Array(observations.codes.length);
  eachClient(observations, { meaning: 'outcome' }, states, (client, speaking) => {
    newest[client] = speaking[speaking.length - 1] as number;
  });
  return newest;
}

/** Calls `body` with the rows of each client that speak for themselves, in order; the others are marked in `states`. */
function eachClient(
  observations: Observations,
  rule: Pick<SettleRule, 'meaning'>,
  states: Uint8Array,
  body: (client: number, speaking: Uint32Array) => void,
): void {
  const { starts, order } = groupRows(observations.codes, observations.clients);
  for (let client = 0; client < observations.clients; client++) {
    const own = order.subarray(starts[client], starts[client + 1]);
    if (own.length > 1) sortRows(own, observations);
    body(client, own.length > 1 ? withoutSuperseded(own, observations, rule, states) : own);
  }
}

/** Settles a row whose own label does not. */
function settleOpen(
  rows: Uint32Array,
  k: number,
  { times, labels }: Observations,
  rule: SettleRule,
  covered: number,
  outcomes: Int8Array,
  states: Uint8Array,
): void {
  const row = rows[k] as number;
  const horizon = rule.horizonDays * DAY_MS;
  const from = times?.[row] ?? Number.NaN;
  if (rule.meaning === 'status' && Number.isNaN(from)) {
    states[row] = WAITING;
    return;
  }
  if (horizon === 0 || Number.isNaN(from)) {
    let next = k + 1;
    while (next < rows.length && labels[rows[next] as number] === UNKNOWN) next++;
    const label = next < rows.length ? (labels[rows[next] as number] as number) : UNKNOWN;
    outcomes[row] = label;
    states[row] = label === UNKNOWN ? WAITING : KNOWN;
    return;
  }
  const isEarly =
    rule.meaning === 'status' ? from + knownAfterDays(rule) * DAY_MS > covered : !isMature(from, rule);
  const isDense = rule.meaning === 'status';
  const outcome = seenLater(rows, k, times as Float64Array, labels, { from, horizon, isDense });
  if (outcome === UNKNOWN) states[row] = WAITING;
  else if (isEarly) states[row] = IMMATURE;
  else outcomes[row] = outcome;
}

interface Horizon {
  /** Time of the row. */
  readonly from: number;
  readonly horizon: number;
  /**
   * Whether rows are to be seen near the end of the horizon: then who is there again after a gap is not known either,
   * as who has left in the gap is not, and to learn from the one alone would understate the risk.
   */
  readonly isDense: boolean;
}

/** Whether the client is seen to have left within the horizon (1) or to be there at its end (0); else not known. */
function seenLater(
  rows: Uint32Array,
  k: number,
  times: Float64Array,
  labels: Int8Array,
  { from, horizon, isDense }: Horizon,
): number {
  const [early, late] = [(1 - SLACK) * horizon, (1 + SLACK) * horizon];
  let isThere = false;
  for (let later = k + 1; later < rows.length; later++) {
    const at = (times[rows[later] as number] as number) - from;
    if (labels[rows[later] as number] === 1) {
      if (at <= horizon) return 1;
      return isThere ? 0 : at <= late ? 1 : UNKNOWN;
    }
    isThere ||= at >= early && (at <= late || !isDense);
    if (at > horizon) return isThere ? 0 : UNKNOWN;
  }
  return isThere ? 0 : UNKNOWN;
}

/** Whether the horizon of a row has passed; one without a time is final. */
function isMature(time: number, { horizonDays, nowMs }: SettleRule): boolean {
  return horizonDays === 0 || !(time > nowMs - horizonDays * DAY_MS);
}

/** The rows of each client, in the order of the table: those of client c are at starts[c] to starts[c + 1] - 1. */
function groupRows(codes: Int32Array, clients: number): { starts: Uint32Array; order: Uint32Array } {
  const starts = new Uint32Array(clients + 1);
  for (let row = 0; row < codes.length; row++) {
    const at = (codes[row] as number) + 1;
    starts[at] = (starts[at] as number) + 1;
  }
  for (let client = 0; client < clients; client++) {
    starts[client + 1] = (starts[client + 1] as number) + (starts[client] as number);
  }
  const next = starts.slice();
  const order = new Uint32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const client = codes[row] as number;
    order[next[client] as number] = row;
    next[client] = (next[client] as number) + 1;
  }
  return { starts, order };
}

function sortRows(rows: Uint32Array, { times }: Observations): void {
  if (times === null) return;
  const timeOf = (row: number): number => {
    const time = times[row] as number;
    return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
  };
  // Nearly always in order already: a table of monthly dumps is.
  for (let k = 1; k < rows.length; k++) {
    if (timeOf(rows[k - 1] as number) <= timeOf(rows[k] as number)) continue;
    rows.sort((a, b) => timeOf(a) - timeOf(b) || a - b);
    return;
  }
}

/** The rows that speak for themselves, in order; the others are marked. */
function withoutSuperseded(
  rows: Uint32Array,
  observations: Observations,
  { meaning }: Pick<SettleRule, 'meaning'>,
  states: Uint8Array,
): Uint32Array {
  const { times, contents } = observations;
  if (times !== null) {
    for (let start = 0; start < rows.length; ) {
      const time = times[rows[start] as number] as number;
      let end = start + 1;
      while (end < rows.length && times[rows[end] as number] === time) end++;
      if (end - start > 1) supersedeSameTime(rows.subarray(start, end), observations, meaning, states);
      start = end;
    }
  }
  if (contents !== null) supersedeSameContent(rows, observations, contents, states);
  return rows.some((row) => states[row] === SUPERSEDED)
    ? rows.filter((row) => states[row] !== SUPERSEDED)
    : rows;
}

/** Of rows of one time a label speaks for those without; a status is one at a time, the last that was told. */
function supersedeSameTime(
  rows: Uint32Array,
  { labels }: Observations,
  meaning: SettleRule['meaning'],
  states: Uint8Array,
): void {
  const isOpen = (row: number) => labels[row] === UNKNOWN;
  const last = rows.findLast((row) => !isOpen(row)) ?? (rows[rows.length - 1] as number);
  if (isOpen(last) && meaning === 'outcome') return;
  for (const row of rows) {
    if (meaning === 'status' ? row !== last : isOpen(row)) states[row] = SUPERSEDED;
  }
}

/** A row without a label that another equals in all else has been answered. */
function supersedeSameContent(
  rows: Uint32Array,
  { labels }: Observations,
  contents: BigUint64Array,
  states: Uint8Array,
): void {
  const answered = new Set<bigint>();
  for (const row of rows) if (labels[row] !== UNKNOWN) answered.add(contents[row] as bigint);
  if (answered.size === 0) return;
  for (const row of rows) {
    if (labels[row] === UNKNOWN && answered.has(contents[row] as bigint)) states[row] = SUPERSEDED;
  }
}

function countStates(states: Uint8Array): Record<RowState, number> {
  const counts = new Uint32Array(ROW_STATES.length);
  for (let row = 0; row < states.length; row++) {
    const state = states[row] as number;
    counts[state] = (counts[state] as number) + 1;
  }
  const count = (state: number) => counts[state] as number;
  return {
    known: count(KNOWN),
    waiting: count(WAITING),
    immature: count(IMMATURE),
    gone: count(GONE),
    superseded: count(SUPERSEDED),
  };
}
