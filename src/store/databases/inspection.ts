/** What the doctor is told of a state store, wherever it is. */
import type { LeaseHolder } from '../port/leases.ts';
import type { EvaluationOutline } from '../port/scores.ts';
import type { WatchedRowsTable } from '../tables.ts';
import type { ServerUrl } from './store-url.ts';

/** What a server says of itself and of what it allows this user. */
export interface ServerFacts {
  /** The URL without its password. */
  readonly place: string;
  /** Such as `PostgreSQL 15.3`. */
  readonly product: string;
  readonly host: string;
  readonly sslmode: ServerUrl['sslmode'];
  readonly isEncrypted: boolean;
  /** How far its clock is ahead of this machine's; negative: behind. */
  readonly clockAheadMs: number;
  /** What it says against making a table and against writing; null: nothing, or it could not be asked. */
  readonly refusals: { readonly create: string | null; readonly write: string | null };
  /** MySQL and MariaDB: bytes that a statement may have, and those of the largest model document. */
  readonly packet: { readonly limit: number; readonly largestModel: number } | null;
}

export interface InspectedRun {
  readonly id: string;
  readonly verb: string;
  readonly startedBy: string;
  readonly startedAt: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

/** Why rows are kept; without those of a cohort or a scoring the watch of a model goes on. */
export type KeptPurpose = WatchedRowsTable['purpose'] | 'scoring';

export interface StoreInspection {
  /** What SQLite's quick_check says other than "ok"; none where the file is sound, and of servers, which look themselves. */
  readonly damage: readonly string[];
  /** Migrations of this version that it lacks, and migrations that this version does not know. */
  readonly lacking: readonly string[];
  readonly unknown: readonly string[];
  /** Who holds or held the run's lock. */
  readonly lease: LeaseHolder | null;
  /** The newest runs, the newest first. */
  readonly runs: readonly InspectedRun[];
  /** What the newest score of each model on the test data says. */
  readonly testScores: ReadonlyMap<string, EvaluationOutline>;
  /** Models that a gate has judged. */
  readonly judged: readonly string[];
  /** Versions of the models, the newest first. */
  readonly models: readonly string[];
  /** Ids of the deployments, the newest first. */
  readonly deployments: readonly string[];
  /** Files of rows that records refer to, by the reference, with what the rows are. */
  readonly keptRows: ReadonlyMap<string, KeptPurpose>;
  /** null: a file of this machine. */
  readonly server: ServerFacts | null;
}
