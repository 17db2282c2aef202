/** Checks: of drift, and of a challenger at the gate. */
import type { Listed, Page } from './paging.ts';

export interface CheckRecord {
  readonly runId: string;
  readonly modelVersion: string;
  readonly createdAt: string;
  /** `drift` (new data against the deployed score) or `gate` (champion against challenger). */
  readonly kind: 'drift' | 'gate';
  readonly rule: string;
  /** drift found, or challenger accepted. */
  readonly outcome: boolean;
  readonly rows: number;
  readonly observed: number | null;
  readonly expected: number | null;
  readonly reason: string;
  readonly details: unknown;
}

/** A check as it is listed: its details may be tens of kilobytes. */
export type CheckOutline = Omit<CheckRecord, 'details'>;

export interface CheckStore {
  recordCheck(check: CheckRecord): Promise<void>;
  checks(page: Page & { readonly kind?: CheckRecord['kind'] }): Promise<readonly Listed<CheckOutline>[]>;
  /** The newest check of a kind, of one model or of any. */
  latestCheck(kind: CheckRecord['kind'], modelVersion?: string): Promise<CheckRecord | null>;
}
