/** What a check of the doctor finds, and what the checks are given. */
import type { Clock } from '../../base/clock.ts';
import type { Workspace } from '../../config/load.ts';
import type { Snapshots } from '../../engine/port.ts';
import type { StoreInspection } from '../../store/databases/inspection.ts';

/** `problem`: work will fail or its results cannot be trusted; `warning`: worth knowing; `skipped`: could not be checked. */
export type FindingStatus = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Finding {
  readonly status: FindingStatus;
  /** What was found, in a sentence. */
  readonly found: string;
  /** The command or the edit that mends it; null where there is nothing to mend. */
  readonly mend: string | null;
  /** What "--fix" does of it; absent: nothing. */
  readonly fix?: Fix;
}

/**
 * What "--fix" does, in this order: move a damaged store away, let store and deployed files belong together again and
 * end what was broken off, compile the data again, and remove files that killed processes left.
 */
export const FIXES = Object.freeze(['move-store', 'recover', 'ingest', 'remove-leftovers'] as const);
export type Fix = (typeof FIXES)[number];

/** A finding with what was checked. */
export type NamedFinding = Finding & { readonly check: string };

/** What starts runs by the clock, as far as this machine tells. */
export interface ScheduleFact {
  readonly kind: 'crontab' | 'systemd' | 'none' | 'unknown';
  /** The entry, or why it cannot be told. */
  readonly text: string;
  /** Longest time between two runs of the schedule; null where it is not known. */
  readonly longestGapMs: number | null;
}

/** What the floors above the pipeline know. */
export interface DoctorProbes {
  readonly schedule: (workspace: string) => Promise<ScheduleFact>;
  /** Whether only this machine can reach a server that listens there. */
  readonly isLoopback: (host: string) => boolean;
  /** The newest version that the registry has, or null where it does not answer; null: not to be asked. */
  readonly newestVersion: (() => Promise<string | null>) | null;
}

export interface Patient {
  readonly workspace: Workspace;
  readonly snapshots: Snapshots;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly probes: DoctorProbes;
  /** Where the store is, as messages may say it. */
  readonly storePlace: () => string;
  /** Throws what opening the store throws; null where there is none yet. */
  readonly store: () => StoreInspection | null;
}

export interface Check {
  readonly name: string;
  readonly look: (patient: Patient) => Finding | Promise<Finding>;
}

/** A finding that "--fix" can do something about. */
export const fixable = (fix: Fix, finding: Finding): Finding => ({ ...finding, fix });
export const ok = (found: string): Finding => ({ status: 'ok', found, mend: null });
export const skipped = (found: string): Finding => ({ status: 'skipped', found, mend: null });
export const warning = (found: string, mend: string): Finding => ({ status: 'warning', found, mend });
export const problem = (found: string, mend: string): Finding => ({ status: 'problem', found, mend });
