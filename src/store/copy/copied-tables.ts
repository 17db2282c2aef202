/** Which tables a copy of the state is made of, the ones that others refer to first. */
import type { Tables } from '../tables.ts';

/** Leases and marks of transactions belong to the database that they are in. */
export type CopiedTable = Exclude<keyof Tables, 'leases' | 'commits'>;

export interface CopyPlan {
  /** Columns by whose order the rows are read: a key of the table. */
  readonly key: readonly string[];
  /** Rows to read at once: few where a row may be megabytes. */
  readonly batch: number;
}

const SMALL: CopyPlan = { key: ['seq'], batch: 2000 };
const MIDDLE: CopyPlan = { key: ['seq'], batch: 100 };
const LARGE: CopyPlan = { key: ['seq'], batch: 8 };

export const COPIED_TABLES: Readonly<Record<CopiedTable, CopyPlan>> = {
  runs: MIDDLE,
  steps: SMALL,
  files: SMALL,
  ingestions: MIDDLE,
  seen: { key: ['folder', 'name', 'sha256'], batch: 2000 },
  snapshots: MIDDLE,
  models: LARGE,
  scores: MIDDLE,
  deployments: SMALL,
  notes: SMALL,
  challenges: MIDDLE,
  checks: MIDDLE,
  diagnostics: MIDDLE,
  monitorStates: MIDDLE,
  watchedRows: LARGE,
  estimates: MIDDLE,
  measurements: SMALL,
  measurementDays: { key: ['name', 'label', 'day', 'modelVersion'], batch: 2000 },
  scorings: SMALL,
  scoringParts: { key: ['seq'], batch: 32 },
  clientNotes: SMALL,
  clientOutcomes: SMALL,
  readmissions: SMALL,
  runLogs: SMALL,
  logLines: MIDDLE,
};

export const COPIED_NAMES = Object.keys(COPIED_TABLES) as readonly CopiedTable[];
