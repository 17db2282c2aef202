/** Whether a table is a panel, clients seen again and again, and whether its target is their status at the time. */
import { UNKNOWN } from './settle.ts';

const DAY_MS = 86_400_000;

/** Rows of a panel, one place a row; the client, its time (ms since 1970, NaN missing), its label (1, 0, -1). */
export interface PanelRows {
  readonly clients: number;
  readonly codes: Int32Array;
  readonly times: Float64Array;
  readonly labels: Int8Array;
}

export interface Panel {
  /** Clients with rows of several times. */
  readonly repeated: number;
  readonly clients: number;
  /** Median days between a row of a client and the next, rounded, at least 1. */
  readonly gapDays: number;
  /**
   * Whether the target changes as a status does: clients are seen to be there and then to have left, and most who
   * have left are so in their next row too.
   */
  readonly isStatus: boolean;
}

/** Share of the clients that must be seen at several times for a table to be a panel. */
const PANEL_SHARE = 0.5;
/** Share of the clients seen at several times that must be seen to leave, and one of them at least. */
const LEAVING_SHARE = 0.01;
/** Of the rows that follow on "left", the share that must say so too: an outcome of each row does not last. */
const LASTING = 0.6;

/** null where fewer than half of the clients have rows of several times. */
export function describePanel({ clients, codes, times, labels }: PanelRows): Panel | null {
  const order = Uint32Array.from(codes, (_, row) => row)
    .filter((row) => !Number.isNaN(times[row]))
    .sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
  const last = new Float64Array(clients).fill(Number.NaN);
  const status = new Int8Array(clients).fill(UNKNOWN);
  const repeated = new Uint8Array(clients);
  const gaps: number[] = [];
  let [leaving, stillGone, followed] = [0, 0, 0];
  for (const row of order) {
    const client = codes[row] as number;
    const time = times[row] as number;
    const gap = time - (last[client] as number);
    if (gap > 0) {
      repeated[client] = 1;
      gaps.push(gap);
    }
    last[client] = time;
    const label = labels[row] as number;
    if (label === UNKNOWN) continue;
    const before = status[client] as number;
    if (before === 0 && label === 1) leaving++;
    if (before === 1) {
      followed++;
      stillGone += label;
    }
    status[client] = label;
  }
  const several = repeated.reduce((sum, flag) => sum + flag, 0);
  if (several < PANEL_SHARE * clients || gaps.length === 0) return null;
  const median = gaps.sort((a, b) => a - b)[gaps.length >> 1] as number;
  return {
    repeated: several,
    clients,
    gapDays: Math.max(1, Math.round(median / DAY_MS)),
    isStatus: leaving >= Math.max(1, LEAVING_SHARE * several) && stillGone >= LASTING * followed,
  };
}
