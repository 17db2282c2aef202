/** Which tables a copy of the state is made of, the ones that others refer to first. */
import type { Tables } from './tables.ts';

/** Leases and marks of transactions belong to the database that they are in. */
export type CopiedTable = Exclude<keyof Tables, 'leases' | 'commits'>;

export interface CopyPlan {
  /** Columns by whose order the rows are read: a key of the table. */
  readonly key: readonly string[];
  /** Rows to read at once: few where a row may be megabytes. */
  readonly batch: number;
}

const SEQUENCE: CopyPlan = { key: ['seq'], batch: 500 };
const LARGE: CopyPlan = { key: ['seq'], batch: 8 };

export const COPIED_TABLES: Readonly<Record<CopiedTable, CopyPlan>> = {
  runs: SEQUENCE,
  steps: SEQUENCE,
  files: SEQUENCE,
  seen: { key: ['folder', 'name', 'sha256'], batch: 500 },
  snapshots: SEQUENCE,
  models: LARGE,
  scores: SEQUENCE,
  deployments: SEQUENCE,
  notes: SEQUENCE,
  challenges: SEQUENCE,
  checks: SEQUENCE,
  diagnostics: LARGE,
  monitorStates: SEQUENCE,
  watchedRows: LARGE,
  estimates: SEQUENCE,
  measurements: SEQUENCE,
  measurementDays: { key: ['name', 'label', 'day', 'modelVersion'], batch: 500 },
  scorings: SEQUENCE,
  scoringParts: { key: ['seq'], batch: 32 },
  clientNotes: SEQUENCE,
  clientOutcomes: SEQUENCE,
  readmissions: SEQUENCE,
};

export const COPIED_NAMES = Object.keys(COPIED_TABLES) as readonly CopiedTable[];
