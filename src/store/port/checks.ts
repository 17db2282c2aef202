/** Checks: of drift, and of a challenger at the gate. */
import type { TestWindow } from '../../core/metrics/test-window.ts';
import type { PairedComparison } from '../../core/monitor/performance/compare-paired.ts';
import type { DriftCheck } from './drift-check.ts';
import type { Listed, Page } from './paging.ts';

/** What a check of drift says beside its outline. */
export interface DriftDetails
  extends Omit<DriftCheck, 'drift' | 'observed' | 'expected' | 'reason' | 'risk'> {
  /** Absent in checks of older versions. */
  readonly risk?: DriftCheck['risk'];
}

/** Two models on the same test rows, and which rows these are. */
export type TestComparison = PairedComparison & { readonly window: TestWindow };

/** The change that a challenger was trained after, and rows with an outcome since then. */
export interface JudgedChange {
  readonly at: string;
  readonly rows: number;
}

export interface GateDetails {
  /** The live model; null: there was none, and then there is no comparison. */
  readonly champion: string | null;
  /** Whether the challenger scores beside it until a test decides. */
  readonly shadow: boolean;
  readonly comparison: TestComparison | null;
  /** null: it was trained after none. */
  readonly change: JudgedChange | null;
}

/** What each kind of check says beside its outline: `drift` (new data against the deployed score) or `gate` (champion against challenger). */
export interface CheckDetails {
  readonly drift: DriftDetails;
  readonly gate: GateDetails;
}

export type CheckKind = keyof CheckDetails;

/** A check as it is listed: its details may be tens of kilobytes. */
export interface CheckOutline {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
  readonly kind: CheckKind;
  readonly rule: string;
  /** drift found, or challenger accepted. */
  readonly outcome: boolean;
  readonly rows: number;
  readonly observed: number | null;
  readonly expected: number | null;
  readonly reason: string;
}

export interface CheckRecord<K extends CheckKind = CheckKind> extends CheckOutline {
  readonly kind: K;
  readonly details: CheckDetails[K];
}

export interface CheckStore {
  recordCheck<K extends CheckKind>(check: CheckRecord<K>): Promise<void>;
  checks(page: Page & { readonly kind?: CheckKind }): Promise<readonly Listed<CheckOutline>[]>;
  /** The newest check of a kind, of one model or of any. */
  latestCheck<K extends CheckKind>(kind: K, modelVersion?: string): Promise<CheckRecord<K> | null>;
}
