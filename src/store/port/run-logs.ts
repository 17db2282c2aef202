/** What runs logged. */

/** Levels of log lines, the least first. */
export const LOG_LEVELS = Object.freeze(['debug', 'info', 'warn', 'error'] as const);

export type LineLevel = (typeof LOG_LEVELS)[number];

/** A line that a run logged. */
export interface LogLine {
  /** Counts from 0 within the run. */
  readonly place: number;
  readonly at: string;
  readonly level: LineLevel;
  /** The step that it is of; null: of none, or of several at once. */
  readonly step: string | null;
  readonly message: string;
}

export interface LogQuery {
  readonly runId: string;
  /** Only lines of this level and those above. */
  readonly level?: LineLevel;
  /** Only lines after this place. */
  readonly after?: number;
  readonly limit: number;
}

export interface RunLogRecord {
  /** How many lines there are of each level. */
  readonly lines: Readonly<Record<LineLevel, number>>;
  /** How many more there were that are not kept; known when the run has ended. */
  readonly dropped: number;
}

export interface RunLogStore {
  /** Adds lines to the log of a run; those whose place is there already stay as they were. */
  recordLog(runId: string, lines: readonly LogLine[]): Promise<void>;
  /**
   * Says how the run of a log ended, and forgets the logs of the oldest runs: `keep` of those that succeeded stay, and
   * as many of the others.
   */
  endLog(
    runId: string,
    end: { readonly succeeded: boolean; readonly dropped: number },
    keep: number,
  ): Promise<void>;
  /** What there is of a run's log; null: nothing, or nothing any more. */
  runLog(runId: string): Promise<RunLogRecord | null>;
  /** Lines of a run's log in order. */
  logLines(query: LogQuery): Promise<readonly LogLine[]>;
}
