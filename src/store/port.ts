/**
 * The port to the state: what ran, what it read, what it made, what is live. Each noun has a file of its own in
 * `port/`, with its records and what is asked of them; this is all of them together, for what opens and hands out the
 * state. Records are added and finished, never rewritten, so trends over months and "which model was live when" are
 * questions to these tables. All times are ISO 8601 in UTC; listings are newest first, in the order of recording:
 * clocks may disagree.
 */
import type { ChallengeStore } from './port/challenges.ts';
import type { CheckStore } from './port/checks.ts';
import type { ClientRecordStore } from './port/client-records.ts';
import type { DeploymentStore } from './port/deployments.ts';
import type { DiagnosticsStore } from './port/diagnostics.ts';
import type { EstimateStore } from './port/estimates.ts';
import type { FileStore } from './port/files.ts';
import type { KeptRowsStore } from './port/kept-rows.ts';
import type { HeldLease, LeaseStore } from './port/leases.ts';
import type { MeasurementStore } from './port/measurements.ts';
import type { ModelStore } from './port/models.ts';
import type { MonitorStore } from './port/monitors.ts';
import type { NoteStore } from './port/notes.ts';
import type { ReadmissionStore } from './port/readmissions.ts';
import type { RunLogStore } from './port/run-logs.ts';
import type { RunStore } from './port/runs.ts';
import type { ScoreStore } from './port/scores.ts';
import type { ScoringStore } from './port/scorings.ts';
import type { SnapshotStore } from './port/snapshots.ts';
import type { StepStore } from './port/steps.ts';

export interface Store
  extends ChallengeStore,
    CheckStore,
    ClientRecordStore,
    DeploymentStore,
    DiagnosticsStore,
    EstimateStore,
    FileStore,
    KeptRowsStore,
    LeaseStore,
    MeasurementStore,
    ModelStore,
    MonitorStore,
    NoteStore,
    ReadmissionStore,
    RunLogStore,
    RunStore,
    ScoreStore,
    ScoringStore,
    SnapshotStore,
    StepStore {
  /** The same store for the owner of a lease alone: once somebody else has taken it, every write is `lease-lost`. */
  fencedBy(lease: Pick<HeldLease, 'name' | 'token'>): Store;
  /** True when the store answers and its schema is this version's. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}
